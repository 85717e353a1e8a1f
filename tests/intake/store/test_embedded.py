"""The built-in PostgreSQL comes up whatever was killed, and trusts no process id."""

from __future__ import annotations

import contextlib
import os
import pwd
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from intake.store import embedded, programs
from intake.store.embedded import EmbeddedPostgres
from models.errors import DatabaseVersionError, EmbeddedPostgresError

pytestmark = pytest.mark.end_to_end

PROJECT = Path(__file__).parents[3]
START = """
import sys
from pathlib import Path
from intake.store.embedded import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]))
server.start()
print(server.pid)
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    found = EmbeddedPostgres(tmp_path / "postgres")
    yield found
    _end(found)


def _end(server: EmbeddedPostgres) -> None:
    with contextlib.suppress(EmbeddedPostgresError, FileNotFoundError):
        server.stop()


def _ask(url: str, question: str) -> object:
    with psycopg.connect(url) as conn:
        row = conn.execute(question.encode()).fetchone()
    return None if row is None else row[0]


def _processes_of(server: EmbeddedPostgres) -> int:
    postmaster, others = server._processes()
    return len(others) + (postmaster is not None)


def test_it_starts_once_and_is_attached_to_afterwards(server: EmbeddedPostgres) -> None:
    url = server.start()
    other = EmbeddedPostgres(server.folder)

    again = other.start()

    assert again == url
    assert other.pid == server.pid
    assert other.is_running
    server.stop()
    assert not other.is_running
    assert _processes_of(server) == 0


def test_it_keeps_what_was_committed_and_lets_in_nobody_else(server: EmbeddedPostgres) -> None:
    url = server.start()
    keeper = make_conninfo(url, user="keeper", dbname="postgres")

    settings = {
        name: _ask(keeper, f"SHOW {name}") for name in ("fsync", "full_page_writes", "synchronous_commit", "data_checksums")
    }
    found = _ask(url, "SELECT datlocprovider::text || datlocale FROM pg_database WHERE datname = current_database()")

    assert set(settings.values()) == {"on"}
    assert found == "bC.UTF-8"
    assert _ask(keeper, "SHOW listen_addresses") == ""
    assert _ask(url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
    assert stat.S_IMODE(server.sockets.stat().st_mode) == 0o700
    assert stat.S_IMODE((server.folder / "password").stat().st_mode) == 0o600
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(make_conninfo(url, password="wrong"))


def test_folders_above_it_are_opened_to_nobody(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    server = EmbeddedPostgres(closed / "data" / "postgres")
    try:
        server.start()

        modes = [stat.S_IMODE(folder.stat().st_mode) for folder in (server.folder, server.folder.parent, closed)]

        assert modes == [0o700, 0o700, 0o700]
    finally:
        _end(server)


def test_after_kill_9_of_the_postmaster_it_is_back_with_what_was_committed(server: EmbeddedPostgres) -> None:
    url = server.start()
    with psycopg.connect(url) as conn:
        conn.execute("CREATE TABLE kept AS SELECT 42 AS number")
    busy = threading.Thread(target=_keep_busy, args=(url,))
    busy.start()
    while (
        _ask(url, "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%generate_series%' AND pid <> pg_backend_pid()") == 0
    ):
        time.sleep(0.05)
    assert server.pid is not None

    os.kill(server.pid, signal.SIGKILL)
    while not server.has_died:
        time.sleep(0.01)
    began = time.monotonic()
    server.start()
    took = time.monotonic() - began

    busy.join()
    assert _ask(url, "SELECT number FROM kept") == 42
    assert took < 8


def _keep_busy(url: str) -> None:
    """A query that looks at nothing until it ends: its backend outlives the postmaster."""
    with contextlib.suppress(psycopg.OperationalError), psycopg.connect(url) as conn:
        conn.execute("SELECT sum(a.n * b.n) FROM generate_series(1, 100000) AS a(n), generate_series(1, 100000) AS b(n)")


def test_an_old_pid_file_that_names_a_living_process_stands_for_nobody(server: EmbeddedPostgres) -> None:
    server.start()
    server.stop()
    account = programs.account()
    who: dict[str, Any] = {} if account is None else {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    with subprocess.Popen(["sleep", "60"], cwd="/", **who) as stranger:
        try:
            pid_file = server.cluster / "postmaster.pid"
            pid_file.write_text(f"{stranger.pid}\n{server.cluster}\n1700000000\n5432\n{server.sockets}\n\n\n")
            if account is not None:
                os.chown(pid_file, account.pw_uid, account.pw_gid)

            server.start()
            server.stop()

            assert stranger.poll() is None
        finally:
            stranger.kill()


def test_two_processes_that_start_it_at_once_get_the_same_server(server: EmbeddedPostgres) -> None:
    command = [sys.executable, "-c", START, str(server.folder)]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}

    both = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    told = [process.communicate(timeout=60)[0].strip() for process in both]

    assert [process.returncode for process in both] == [0, 0]
    assert told[0] == told[1] != ""


def test_it_outlives_the_process_that_started_it(server: EmbeddedPostgres) -> None:
    subprocess.run([sys.executable, "-c", START, str(server.folder)], env={**os.environ, "PYTHONPATH": str(PROJECT)}, check=True)

    assert server.is_running


def test_the_last_one_that_leaves_stops_it(server: EmbeddedPostgres) -> None:
    other = EmbeddedPostgres(server.folder)
    server.start()
    other.start()

    server.leave()
    after_first = other.is_running
    other.leave()

    assert after_first
    assert not other.is_running


def test_a_path_too_long_for_a_socket_gets_its_socket_elsewhere(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / ("long" * 20) / ("longer" * 20))
    try:
        url = server.start()

        assert _ask(url, "SELECT 1") == 1
        assert len(str(conninfo_to_dict(url)["host"])) < 100
        assert stat.S_IMODE(server.sockets.stat().st_mode) == 0o700
    finally:
        _end(server)
        with contextlib.suppress(OSError):
            server.sockets.rmdir()


def test_a_socket_folder_that_somebody_else_made_is_not_used(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "postgres")
    server.sockets = tmp_path / "elsewhere"
    server.sockets.symlink_to("/tmp")

    with pytest.raises(EmbeddedPostgresError, match="somebody else"):
        server.start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_an_ordinary_user_starts_it_as_himself() -> None:
    with _open_folder() as folder:
        script = f"""
import os, pwd
from pathlib import Path
import psycopg, encodings.ascii, encodings.idna  # root's Python lies where nobody may not enter
from intake.store.embedded import EmbeddedPostgres
from intake.store import programs
nobody = pwd.getpwnam("nobody")
os.setgroups([]); os.setgid(nobody.pw_gid); os.setuid(nobody.pw_uid)
server = EmbeddedPostgres(Path({str(folder)!r}) / "postgres")
server.start()
print(os.stat(server.cluster).st_uid == nobody.pw_uid, server._processes()[0].uids().real == nobody.pw_uid)
server.stop()
"""
        ran = subprocess.run([sys.executable, "-c", script], cwd="/", env={**os.environ, "PYTHONPATH": str(PROJECT)},
                             capture_output=True, text=True, check=False)  # fmt: skip

    assert ran.stdout.strip() == "True True", ran.stderr


@contextlib.contextmanager
def _open_folder() -> Iterator[Path]:
    """pytest's own folders are closed to other accounts."""
    import tempfile

    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        os.chown(name, pwd.getpwnam("nobody").pw_uid, -1)
        yield Path(name)


def test_a_half_made_database_is_made_anew(server: EmbeddedPostgres) -> None:
    half = server.folder / "cluster.half"
    (half / "base").mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")

    url = server.start()

    assert _ask(url, "SELECT 1") == 1
    assert not half.exists()


def test_a_folder_that_is_no_database_is_left_as_it_is(server: EmbeddedPostgres) -> None:
    server.start()
    server.stop()
    (server.cluster / "PG_VERSION").unlink()
    before = sorted(path.name for path in server.cluster.iterdir())

    with pytest.raises(EmbeddedPostgresError, match="no PostgreSQL database"):
        server.start()

    assert sorted(path.name for path in server.cluster.iterdir()) == before


def test_a_database_of_another_major_version_is_left_as_it_is(server: EmbeddedPostgres) -> None:
    server.start()
    server.stop()
    (server.cluster / "PG_VERSION").write_text("17\n")

    with pytest.raises(DatabaseVersionError) as failure:
        server.start()

    assert "PostgreSQL 17" in failure.value.problem
    assert "backup" in failure.value.remedy
    assert (server.cluster / "PG_VERSION").read_text() == "17\n"


def test_a_server_that_cannot_start_says_where_to_look(server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "ATTEMPTS", 1)
    server.start()
    server.stop()
    with (server.cluster / "postgresql.conf").open("a") as conf:
        conf.write("no_such_setting = 1\n")

    with pytest.raises(EmbeddedPostgresError) as failure:
        server.start()

    assert "server.log" in failure.value.remedy


def test_a_server_that_dies_just_as_it_is_up_is_told_as_such_and_started_by_the_next_try(
    server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:

        def gone(_: EmbeddedPostgres) -> None:
            raise psycopg.OperationalError("server closed the connection unexpectedly")

        broken.setattr(EmbeddedPostgres, "_make_database", gone)
        with pytest.raises(EmbeddedPostgresError):
            server.start()

    server.start()
    assert server.is_running


def test_its_log_does_not_grow_without_end(server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "LOG_LIMIT_BYTES", 100)
    server.start()
    written = server.log.read_bytes()

    server.bound_log()
    server.stop()

    assert server.log.with_suffix(".log.1").read_bytes() == written
    assert 0 < server.log.stat().st_size < len(written) + 400
    assert b"\0" not in server.log.read_bytes()


def test_values_do_not_reach_its_log(server: EmbeddedPostgres) -> None:
    url = server.start()

    with psycopg.connect(url) as conn, pytest.raises(psycopg.errors.UniqueViolation):
        conn.execute("CREATE TABLE person (hetu text PRIMARY KEY)")
        conn.execute("INSERT INTO person VALUES (%s)", ("131052-308T",))
        conn.execute("INSERT INTO person VALUES (%s)", ("131052-308T",))
    with psycopg.connect(url) as conn, pytest.raises(psycopg.errors.InvalidTextRepresentation):
        conn.execute("SELECT '131052-308T'::int")

    assert "131052" not in server.log.read_text()
