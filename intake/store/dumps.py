"""Copies of the whole database by PostgreSQL's own programs, and what a copy must hold."""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from intake.store.database import Conn
from intake.store.programs import find_programs
from models.errors import BackupError, EmbeddedPostgresError

MINUTES = 60
LONGEST_S = 12 * 60 * MINUTES
KNOWS_EVERY_SETTING = 17
"""From this version on a server knows every setting that pg_restore begins with."""
UNKNOWN_SETTING, LINES_OF_HEAD = b"SET transaction_timeout", 40

SNAPSHOT = "SELECT pg_export_snapshot()"


def share_snapshot(conn: Conn) -> str:
    """Name this transaction's moment, so that a dump shows the same one. Good until the transaction ends."""
    row = conn.execute(SNAPSHOT).fetchone()
    assert row is not None
    return str(row[0])


def dump(conn: Conn, url: str, snapshot: str, target: Path) -> None:
    """Write the database as of `snapshot` to `target`, in pg_dump's custom form. Raises BackupError."""
    program = _program("pg_dump", conn.info.server_version // 10000)
    _run([program, "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={target}"], url)


def load(conn: Conn, url: str, source: Path) -> None:
    """Put a dump into an empty database, all of it or nothing."""
    major = conn.info.server_version // 10000
    words = [_program("pg_restore", major), "--no-owner", "--no-privileges", str(source)]
    if major >= KNOWS_EVERY_SETTING:
        _run([*words, "--single-transaction", "--exit-on-error"], url)
    else:
        script = [_program("psql", major), "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"]
        _pass_on([*words, "--file=-"], script, url)


def _pass_on(restore: list[str], script: list[str], url: str) -> None:
    """Hand a dump to an older server as a script, without the one setting in its head that such a server does not know.

    Nothing is committed when the script breaks off: its end never comes, for it is only given when pg_restore ended well.
    """
    where, environment = _target(url)
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(restore, stdout=subprocess.PIPE, stderr=said, env=environment) as source,
        subprocess.Popen([*script, where], stdin=subprocess.PIPE, stdout=said, stderr=said, env=environment) as target,
    ):
        assert source.stdout is not None
        assert target.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            for line in itertools.islice(source.stdout, LINES_OF_HEAD):
                if not line.startswith(UNKNOWN_SETTING):
                    target.stdin.write(line)
            shutil.copyfileobj(source.stdout, target.stdin)
            if source.wait(LONGEST_S) != 0:
                target.kill()
        with contextlib.suppress(BrokenPipeError):
            target.stdin.close()
        source.stdout.close()
        ended = source.wait(LONGEST_S) or target.wait(LONGEST_S)
        said.seek(0)
        _check_ended(Path(script[0]).name, ended, said.read().decode(errors="replace"))


def _program(name: str, server_major: int) -> str:
    """Find a program at least as new as the server: an older pg_dump refuses to work."""
    seen: list[int] = []
    for path in _candidates(name):
        answer = subprocess.run([path, "--version"], capture_output=True, text=True, check=False, env=_environment({}))
        found = re.search(r"\s(\d+)(?:\.|devel|beta|rc|\s|$)", answer.stdout)
        if found and int(found[1]) >= server_major:
            return str(path)
        seen.extend([int(found[1])] if found else [])
    have = f"only of version {max(seen)}" if seen else "missing"
    raise BackupError(
        f"{name} is {have}, and the server is PostgreSQL {server_major}.",
        f"Install PostgreSQL {server_major}'s client programs and let PG_BINDIR name their folder.",
    )


def _candidates(name: str) -> Iterator[Path]:
    named = os.environ.get("PG_BINDIR")
    if named and (Path(named) / name).is_file():
        yield Path(named) / name
    try:
        built_in = find_programs() / name
        if built_in.is_file():
            yield built_in
    except EmbeddedPostgresError:
        pass
    on_path = shutil.which(name)
    if on_path:
        yield Path(on_path)


def _run(command: list[str], url: str) -> None:
    """Run one program against `url`. The password goes by the environment: arguments are everybody's to read."""
    where, environment = _target(url)
    words = [*command[:1], where, *command[1:]]
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=environment, timeout=LONGEST_S)
    _check_ended(Path(command[0]).name, done.returncode, done.stderr)


def _target(url: str) -> tuple[str, dict[str, str]]:
    parts = {key: str(value) for key, value in conninfo_to_dict(url).items() if value is not None}
    password = parts.pop("password", None)
    return f"--dbname={make_conninfo('', **parts)}", _environment({"PGPASSWORD": password} if password else {})


def _check_ended(program: str, ended: int, said: str) -> None:
    if ended != 0:
        # Its words may quote rows: only the kind of complaint is passed on.
        complaint = next((line for line in said.splitlines() if "error:" in line.lower()), "no reason given")
        raise BackupError(
            f"{program} ended with {ended} ({re.split(r'(?i)error: *', complaint)[-1][:160]}).",
            "Check that the server runs and has room, then try again.",
        )


def _environment(more: dict[str, str]) -> dict[str, str]:
    kept = {
        key: value
        for key, value in os.environ.items()
        if key in ("PATH", "HOME", "LD_LIBRARY_PATH", "PGSSLMODE", "PGSSLROOTCERT")
    }
    return {**kept, "LC_ALL": "C.UTF-8", **more}


TABLES = """
    SELECT relname FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
     ORDER BY relname
"""


def row_counts(conn: Conn) -> dict[str, int]:
    """Rows of every table, procrastinate's included."""
    names = [row[0] for row in conn.execute(TABLES)]
    counts = {}
    for name in names:
        row = conn.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))).fetchone()
        counts[name] = 0 if row is None else int(row[0])
    return counts


BLOBS = """
    SELECT sha256, bool_and(stage = 'quarantined') FROM (
        SELECT sha256, stage FROM file
         UNION ALL SELECT image_sha256, 'read' FROM page WHERE image_sha256 IS NOT NULL
         UNION ALL SELECT sha256, 'quarantined' FROM manifest
    ) AS named
    GROUP BY sha256
    ORDER BY sha256
"""


def named_blobs(conn: Conn) -> dict[str, bool]:
    """Every blob the rows name, and whether it may be absent: a quarantined file or a manifest need not have been kept."""
    return dict(conn.execute(BLOBS).fetchall())


def empty(conn: Conn) -> None:
    """Drop everything in the database. The caller commits."""
    conn.execute("DROP SCHEMA public CASCADE")
    conn.execute("CREATE SCHEMA public AUTHORIZATION pg_database_owner")


REVIVE = (
    "SELECT procrastinate_retry_job_v2(id, now(), NULL, NULL, NULL) FROM procrastinate_jobs WHERE status = 'doing' ORDER BY id"
)
FORGET_WORKERS = "DELETE FROM procrastinate_workers"


def revive_jobs(conn: Conn) -> int:
    """Line up again what was being worked on when the dump was taken: its workers are not here. The caller commits."""
    revived = len(conn.execute(REVIVE).fetchall())
    conn.execute(FORGET_WORKERS)
    return revived
