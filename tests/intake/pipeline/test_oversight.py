"""Figures of oversight are counted from the rows themselves."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from intake.pipeline import oversight, review
from intake.store import documents
from intake.store.database import Database
from models.review import Correction
from tests.intake.kept_documents import field
from tests.intake.received_files import Bench, FakeReader, bench, document, result


@pytest.fixture
def place(database: Database, tmp_path: Path) -> Bench:
    return bench(database, tmp_path)


def standing(place: Bench) -> oversight.Standing:
    return oversight.standing(place.database, place.blobs, Path("/nowhere"), place.clock(), 6.0)


def test_pages_are_counted_on_the_days_on_which_they_came_were_read_and_went_out(place: Bench) -> None:
    came = place.take((b"one", 2), (b"two", 1), (b"three", 4))
    place.at += timedelta(days=1)
    place.run(FakeReader([result(2, [document("d1", 1, 2)])]), came[0])
    place.run(FakeReader([result(1, [document("d1", 1, absence_end=field(None, accepted=False))])]), came[1])
    with place.database.transaction() as conn:
        conn.execute("UPDATE delivery SET state = 'delivered', delivered_at = %s, answered_at = %s", [place.at, place.at])

    seen = standing(place)

    assert len(seen.days) == oversight.DAYS
    assert [(day.day, day.came, day.read, day.delivered) for day in seen.days[-2:]] == [
        (date(2026, 3, 12), 7, 0, 0),
        (date(2026, 3, 13), 0, 3, 2),
    ]
    assert sum(hour.read for hour in seen.hours) == 3
    assert (seen.unread, seen.ledger_difference) == (1, 0)


def test_documents_are_told_apart_by_what_became_of_them(place: Bench) -> None:
    doubtful = document("d1", 1, absence_end=field(None, accepted=False))
    ready, waits, looked_at = place.take((b"one", 1), (b"two", 1), (b"three", 1))
    place.run(FakeReader([result(1, [document("d1", 1)])]), ready)
    for file_id in (waits, looked_at):
        place.run(FakeReader([result(1, [doubtful | {"fields": doubtful["fields"] | {"note": field(str(file_id))}}])]), file_id)
    with place.database.transaction() as conn:
        [seen_by_person] = documents.of_file(conn, looked_at)
    said = [Correction(field="absence_end", value="2019-03-20")]
    review.correct(place.database, seen_by_person.id, 1, said, "ann", place.clock())

    today = standing(place).automation[-1]

    assert (today.by_itself, today.looked_at, today.waits, today.elsewhere) == (1, 1, 1, 0)


def test_what_waits_is_told_apart_by_age_and_by_its_last_day(place: Bench) -> None:
    doubtful = document("d1", 1, absence_end=field(None, accepted=False))
    [file_id] = place.take((b"two", 1))
    place.run(FakeReader([result(1, [doubtful])]), file_id)
    with place.database.transaction() as conn:
        conn.execute("UPDATE work_item SET last_filing_day = %s", [date(2026, 3, 20)])
    young = standing(place)
    place.at += timedelta(days=5)
    old = standing(place)
    place.at += timedelta(days=20)
    late = standing(place)

    assert [queue.by_age for queue in young.queues] == [[1, 0, 0, 0, 0]]
    assert [queue.by_age for queue in old.queues] == [[0, 0, 1, 0, 0]]
    assert [queue.by_age for queue in late.queues] == [[0, 0, 0, 0, 1]]
    assert [item.last_filing_day for item in young.at_risk] == [date(2026, 3, 20)]


def test_workers_are_named_with_what_they_read_and_lost_ones_as_lost(place: Bench) -> None:
    [file_id] = place.take((b"one", 3))
    with place.database.transaction() as conn:
        conn.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now()), (now() - interval '1 minute')")
        conn.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT min(id) FROM procrastinate_workers)"
            " WHERE args ->> 'subject' = %s",
            [str(file_id)],
        )
        conn.execute(
            "INSERT INTO attempt (file_id, stage, revision, worker, began_at) VALUES (%s, 'read', 0, 'host:7:aa', now())",
            [file_id],
        )

    at_work, lost = oversight.crew(place.database, place.clock(), 6.0).workers

    assert (at_work.is_alive, at_work.subject, at_work.name, at_work.pages) == (True, file_id, "host:7:aa", 3)
    assert (lost.is_alive, lost.task) == (False, None)
