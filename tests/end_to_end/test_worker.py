# ruff: noqa: F811 - fixtures are imported by name
"""Real workers read real files while they are killed, paused and told to stop."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import psutil
import pytest

from intake.pipeline import audit_trail, ledger
from intake.store import attempts, files, pages, readings
from intake.store.attempts import AttemptRow
from intake.store.blobs import open_blobs
from intake.store.database import Database
from tests.end_to_end.service_parts import ROOT, Parts, parts, wait_for
from tests.intake.conftest import database, database_url, server_url, template  # noqa: F401 - fixtures
from tests.intake.received_files import take

pytestmark = pytest.mark.end_to_end

SAMPLE = ROOT / "samples" / "inbox" / "23-peruutus-kasin-faksi.tif"
FIRST_START_S = 60.0


@pytest.fixture
def service(database_url: str, tmp_path: Path) -> Iterator[Parts]:
    with parts(database_url, tmp_path) as started:
        yield started


@pytest.fixture
def file_id(database: Database, tmp_path: Path) -> UUID:
    [taken] = take(database, open_blobs(str(tmp_path / "blobs"), None), (SAMPLE.read_bytes(), 1), at=datetime.now(UTC))
    return taken


def all_attempts(database: Database, file_id: UUID) -> list[AttemptRow]:
    with database.transaction() as conn:
        return attempts.of_file(conn, file_id)


def begun(database: Database, file_id: UUID, count: int = 1) -> AttemptRow | None:
    found = all_attempts(database, file_id)
    return found[count - 1] if len(found) >= count else None


def is_read(database: Database, file_id: UUID) -> bool:
    with database.transaction() as conn:
        return files.get(conn, file_id).stage == "read"


def pid_of(attempt: AttemptRow) -> int:
    return int(attempt.worker.split(":")[1])


def reading_child(pid: int) -> psutil.Process | None:
    """The worker's child that reads, once it is there; spawn also starts a resource tracker."""
    children = psutil.Process(pid).children()
    return next((child for child in children if "spawn_main" in " ".join(child.cmdline())), None)


def logged(service: Parts) -> str:
    return "".join(path.read_text() for path in service.folder.glob("worker-*.log"))


def assert_whole(database: Database, file_id: UUID) -> None:
    with database.transaction() as conn:
        assert ledger.last_days(conn, datetime.now(UTC)).balances
        assert [page.state for page in pages.of_file(conn, file_id)] == ["in_document"]
        assert conn.execute("SELECT count(*) FROM reading").fetchone() == (1,)
        reading = readings.newest(conn, file_id)
    assert reading is not None
    assert set(reading.versions) == {"product", "page_reader", "line_reader", "types", "weights", "calibration"}
    audit_trail.verify(database)


def test_the_file_of_a_killed_worker_goes_on_within_fifteen_seconds(service: Parts, database: Database, file_id: UUID) -> None:
    for command in ("maintain", "worker", "worker"):
        service.start(command)
    first = wait_for(lambda: begun(database, file_id), FIRST_START_S, "a worker begins")
    child = wait_for(lambda: reading_child(pid_of(first)), 10, "its child")

    os.kill(pid_of(first), signal.SIGKILL)
    killed = time.monotonic()

    second = wait_for(lambda: begun(database, file_id, 2), 15, "another worker goes on")
    took_s = time.monotonic() - killed
    assert pid_of(second) != pid_of(first)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE
    wait_for(lambda: is_read(database, file_id), 60, "the file is read")
    assert [attempt.outcome for attempt in all_attempts(database, file_id)] == ["lost", "done"]
    assert_whole(database, file_id)
    assert took_s < 15


def test_a_worker_told_to_stop_finishes_what_it_reads_and_loses_nothing(
    service: Parts, database: Database, file_id: UUID
) -> None:
    worker = service.start("worker")
    service.start("maintain")
    attempt = wait_for(lambda: begun(database, file_id), FIRST_START_S, "the worker begins")
    wait_for(lambda: reading_child(pid_of(attempt)), 10, "its child")

    worker.send_signal(signal.SIGTERM)

    assert worker.wait(timeout=45) == 0
    [ended] = all_attempts(database, file_id)
    assert ended.outcome in ("done", "postponed")  # postponed: the machine was too slow for the time it is given
    assert is_read(database, file_id) == (ended.outcome == "done")


def test_a_paused_worker_loses_its_file_and_comes_back_to_work(service: Parts, database: Database, file_id: UUID) -> None:
    for command in ("maintain", "worker", "worker"):
        service.start(command)
    first = wait_for(lambda: begun(database, file_id), FIRST_START_S, "a worker begins")

    os.kill(pid_of(first), signal.SIGSTOP)
    wait_for(lambda: is_read(database, file_id), 90, "the other worker reads the file")
    os.kill(pid_of(first), signal.SIGCONT)

    def is_heard_of() -> bool:
        with database.transaction() as conn:
            row = conn.execute(
                "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '3 s'"
            ).fetchone()
        return row == (4,)  # two lanes of two workers

    wait_for(is_heard_of, 30, "the paused worker is back")
    wait_for(lambda: '"stale"' in logged(service), 60, "its late work is thrown away")
    assert [attempt.outcome for attempt in all_attempts(database, file_id)] == ["lost", "done"]
    assert psutil.pid_exists(pid_of(first))
    assert_whole(database, file_id)


def test_a_file_that_always_ends_its_child_ends_with_a_person(
    database: Database,
    tmp_path: Path,
    database_url: str,
) -> None:
    blobs = open_blobs(str(tmp_path / "blobs"), None)
    [cursed, good] = take(database, blobs, (b"%PDF-1.4 cut off", 2), (SAMPLE.read_bytes(), 1), at=datetime.now(UTC))

    with parts(database_url, tmp_path) as service:
        service.start("worker")
        wait_for(lambda: is_read(database, good), 90, "the good file is read")

    with database.transaction() as conn:
        assert files.get(conn, cursed).stage == "parked"
        assert [page.state for page in pages.of_file(conn, cursed)] == ["parked", "parked"]
        assert ledger.last_days(conn, datetime.now(UTC)).balances


def test_a_worker_whose_connections_are_cut_again_and_again_goes_on(
    service: Parts, database: Database, file_id: UUID, tmp_path: Path
) -> None:
    worker = service.start("worker")
    service.start("maintain")
    wait_for(lambda: begun(database, file_id), FIRST_START_S, "the worker begins")

    for _ in range(4):
        with database.transaction() as conn:
            conn.execute("""
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                 WHERE datname = current_database() AND pid <> pg_backend_pid()
            """)
        time.sleep(1)
    wait_for(lambda: is_read(database, file_id), 60, "the file is read")
    content = (ROOT / "samples" / "inbox" / "14-tilinumero-faksi.tif").read_bytes()
    [later] = take(database, open_blobs(str(tmp_path / "blobs"), None), (content, 1), at=datetime.now(UTC))
    wait_for(lambda: is_read(database, later), 60, "the next file too")

    assert worker.poll() is None
    assert "lost" not in {attempt.outcome for attempt in all_attempts(database, file_id)}
