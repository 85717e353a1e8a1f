"""Files and folders of the built-in PostgreSQL: who may enter them, locks that end with their holder."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import secrets
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from intake.durable import sync_path
from intake.store import programs
from models.errors import EmbeddedPostgresError

SOCKET_PATH_LIMIT = 100
"""Linux allows 107 bytes, macOS 103."""


@contextlib.contextmanager
def reachable(path: Path) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Give a name under which the account reaches `path`, and the descriptors its process must inherit for it.

    As root on Linux the name leads through an open descriptor: the account then needs no way through the folders
    above, so that none of them has to be opened to anybody.
    """
    if os.geteuid() != 0 or not sys.platform.startswith("linux"):
        yield str(path), ()
        return
    opened = os.open(path, os.O_RDONLY)
    try:
        yield f"/proc/self/fd/{opened}", (opened,)
    finally:
        os.close(opened)


def own(folder: Path) -> None:
    """Make a folder that only PostgreSQL's account may enter. Refuses one that somebody else made before us."""
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    account = programs.account()
    owner = os.geteuid() if account is None else account.pw_uid
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (os.geteuid(), owner):
        raise EmbeddedPostgresError(f"{folder} belongs to somebody else", "Find out whose it is, and remove it.")
    if account is not None:
        os.chown(folder, account.pw_uid, account.pw_gid)
    folder.chmod(0o700)


def write_secret(path: Path) -> None:
    """Write a new password that only PostgreSQL's account can read; whole or not at all."""
    half = path.with_suffix(".half")
    half.unlink(missing_ok=True)
    with os.fdopen(os.open(half, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as file:
        file.write(secrets.token_hex(24))
        account = programs.account()
        if account is not None:
            os.fchown(file.fileno(), account.pw_uid, account.pw_gid)
        file.flush()
        os.fsync(file.fileno())
    half.rename(path)
    sync_path(path.parent)


def socket_folder(folder: Path) -> Path:
    """Where the socket lies: in `folder`, or where that path is too long for a socket, in the place for temporary files."""
    inside = folder / "run"
    if len(str(inside / ".s.PGSQL.5432")) < SOCKET_PATH_LIMIT:
        return inside
    # Not the TMPDIR of the one who asks: every process must come to the same place.
    return Path("/tmp") / f"saapuva-{hashlib.sha256(str(folder).encode()).hexdigest()[:16]}"


def lock(file: BinaryIO) -> bool:
    """Take the lock on a file unless somebody holds it. It ends with the file, and with the process."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
