"""The fence, and what is never edited."""

from __future__ import annotations

import threading
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from intake.store import attempts, documents, files, pages, wake_ups, work_items
from intake.store.database import Database
from models.errors import ConflictError, NotFoundError, StaleWorkError
from tests.intake.kept_documents import NOW, application, keep
from tests.intake.received_files import Bench, bench


@pytest.fixture
def place(database: Database, tmp_path: Path) -> Bench:
    return bench(database, tmp_path)


def test_of_two_that_move_a_file_at_once_one_does_and_the_other_is_stale(place: Bench) -> None:
    [file_id] = place.take((b"paper", 1))
    with place.database.transaction() as conn:
        file = files.get(conn, file_id)
    both_ready, ends = threading.Barrier(2), []

    def move() -> None:
        both_ready.wait()
        try:
            with place.database.transaction() as conn:
                ends.append(files.advance(conn, file, "read").revision)
        except StaleWorkError:
            ends.append(-1)

    threads = [threading.Thread(target=move) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(ends) == [-1, 1]


def test_what_is_not_there_is_not_found(database: Database) -> None:
    for get in (files.get, files.lock, documents.get, documents.lock, documents.newest_record, work_items.get):
        with pytest.raises(NotFoundError), database.transaction() as conn:
            get(conn, uuid4())


def test_the_first_file_of_some_bytes_is_the_one_that_came_first(place: Bench) -> None:
    [first] = place.take((b"paper", 1))
    place.take((b"paper", 1))

    with place.database.transaction() as conn:
        sha256 = files.get(conn, first).sha256
        found, nothing = files.first_of_bytes(conn, sha256), files.first_of_bytes(conn, "0" * 64)

    assert (found and found.id, nothing) == (first, None)


def test_of_two_that_correct_a_record_at_once_one_is_told_of_the_other(database: Database) -> None:
    document = keep(database, application()).document
    with database.transaction() as conn:
        documents.add_record(conn, document, 2, application(), "correction", "ann", NOW)

    with pytest.raises(ConflictError), database.transaction() as conn:
        documents.add_record(conn, document, 2, application(), "correction", "bo", NOW)
    with pytest.raises(ConflictError), database.transaction() as conn:
        documents.add_record(conn, document, 4, application(), "correction", "bo", NOW)

    with database.transaction() as conn:
        newest, row = documents.newest_record(conn, document), documents.get(conn, document)
    assert (newest.version, newest.author, row.version) == (2, "ann", 2)


@pytest.mark.parametrize("statement", ["UPDATE record SET author = 'x'", "DELETE FROM record", "UPDATE reading SET seconds = 0"])
def test_records_and_readings_are_never_edited(database: Database, statement: str) -> None:
    keep(database, application())

    with pytest.raises(psycopg.errors.RestrictViolation), database.transaction() as conn:
        conn.execute(statement.encode())


def test_a_work_item_waits_is_closed_once_and_may_be_opened_again(database: Database) -> None:
    kept = keep(database, application(), waits_because=["doubtful_fields"])

    with database.transaction() as conn:
        waiting = [item.id for item in work_items.waiting(conn, "southern_district")]
        elsewhere = work_items.waiting(conn, "tax")
        closed = [work_items.close(conn, kept.work_item, NOW) for _ in range(2)]
        after = work_items.waiting(conn)
        work_items.set_waiting(conn, kept.work_item, ["queue"], NOW)
        again = work_items.of_document(conn, kept.document)

    assert (waiting, elsewhere, closed, after) == ([kept.work_item], [], [True, False], [])
    assert [(item.state, item.waits_because, item.closed_at, item.version) for item in again] == [("waiting", ["queue"], None, 3)]


def test_parking_without_numbers_takes_only_what_nobody_has_settled(place: Bench) -> None:
    [file_id] = place.take((b"paper", 3))

    with place.database.transaction() as conn:
        pages.set_blank(conn, file_id, [2])
        parked = pages.park(conn, file_id, "unread")
        found = [(page.state, page.parked_because) for page in pages.of_file(conn, file_id)]

    assert (parked, found) == (2, [("parked", "unread"), ("blank", None), ("parked", "unread")])


def test_an_attempt_ends_once(place: Bench) -> None:
    [file_id] = place.take((b"paper", 1))

    with place.database.transaction() as conn:
        attempt = attempts.begin(conn, files.get(conn, file_id), "a", NOW)
        lost = attempts.lose_unended(conn, file_id, "b", NOW)
        late = attempts.end(conn, attempt, "failed", NOW, {"code": "x"})
        [row] = attempts.of_file(conn, file_id)

    assert (lost, late, row.outcome, row.problem) == (1, False, "lost", None)


def test_a_file_without_a_job_is_found_asleep_and_only_after_a_while(place: Bench) -> None:
    [file_id] = place.take((b"paper", 1))
    with place.database.transaction() as conn:
        before = wake_ups.asleep(conn, place.clock())
        conn.execute("DELETE FROM procrastinate_jobs")
        asleep, too_soon = wake_ups.asleep(conn, place.clock()), wake_ups.asleep(conn, NOW)

    assert (before, asleep, too_soon) == ([], [file_id], [])


def test_finished_jobs_are_forgotten_after_a_while_and_no_others(place: Bench) -> None:
    place.take((b"one", 1), (b"two", 1))
    with place.database.transaction() as conn:
        conn.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = (SELECT min(id) FROM procrastinate_jobs)")
        young = wake_ups.forget_finished(conn, 3600)
        old = wake_ups.forget_finished(conn, -1)

    assert (young, old, place.count("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'")) == (0, 1, 1)


def test_unknown_ids_have_no_attempts(database: Database) -> None:
    with database.transaction() as conn:
        assert attempts.of_file(conn, UUID(int=1)) == []
