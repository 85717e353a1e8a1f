"""The custody ledger balances whatever becomes of files, and finds every row that was tampered with."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.pipeline import ledger
from intake.pipeline.receive import IncomingFile, NewBatch, quarantine
from intake.pipeline.rereading import reread
from intake.reading_child import Failure
from intake.store import alarms
from intake.store.database import Database
from models.errors import ConflictError, EncryptedFileError, NotFoundError
from tests.intake.received_files import BROKEN, NOW, Bench, FakeReader, bench, document, result

HOPELESS = Failure("encrypted_file", 14, "locked", "Ask.")
ENDS = ("read", "short", "long", "fails once", "hopeless", "reread", "waits", "again")


@pytest.fixture
def place(database: Database, tmp_path: Path) -> Bench:
    return bench(database, tmp_path)


def end(place: Bench, number: int, pages: int, how: str) -> None:
    """Let a file come in and become what `how` says."""
    content = b"the same" if how == "again" else b"paper %d" % number
    if how == "again":
        pages = 2  # the same bytes have the same pages
    [file_id] = place.take((content, pages))
    seen = {"short": pages - 1, "long": pages + 1}.get(how, pages)
    numbers = list(range(1, seen + 1))
    whole = result(seen, [document("d1", *numbers[:2])] if numbers else [], blank=numbers[2:3], separator=numbers[3:])
    answers = {"hopeless": [HOPELESS], "reread": [HOPELESS, whole], "fails once": [BROKEN, whole]}.get(how, [whole])
    reader = FakeReader(answers, drawn=seen)
    if how == "waits":
        return
    place.run(reader, file_id)
    if how == "reread":
        reread(place.database, file_id, "ann", place.clock())
    if how in ("reread", "fails once"):
        place.run(reader, file_id)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(1, 4), st.sampled_from(ENDS)), min_size=1, max_size=6))
def test_whatever_becomes_of_files_no_page_is_missing_or_doubled(place: Bench, files: list[tuple[int, str]]) -> None:
    for pages, how in files:
        end(place, uuid4().int, pages, how)

    with place.database.transaction() as conn:
        found = ledger.last_days(conn, place.at)
        [day] = found.days
    assert found.balances
    assert day.pages_in == day.received + day.in_document + day.blank + day.separator + day.duplicate + day.parked
    assert day.difference == 0


def test_a_day_and_a_batch_are_summed_up_by_state(place: Bench) -> None:
    for number, how in enumerate(("read", "short", "hopeless", "waits", "again", "again")):
        end(place, number, 4, how)

    with place.database.transaction() as conn:
        [day] = ledger.last_days(conn, place.at).days
        of_day = ledger.of_day(conn, day.day)
    assert (day.day, day.batches, day.files, day.pages_in) == (date(2026, 3, 12), 6, 6, 20)
    # read: 2 + blank + separator; short: 2 + blank + one unread; the same bytes twice: 2, and 2 duplicates
    assert (day.received, day.in_document, day.blank, day.separator) == (4, 6, 2, 1)
    assert (day.duplicate, day.parked, day.difference) == (2, 5, 0)
    assert len(of_day.batches) == 6
    assert sum(row.pages_in for row in of_day.batches) == 20


def test_a_batch_counts_for_the_finnish_day_it_was_taken_on(place: Bench) -> None:
    place.at = NOW.replace(hour=21, minute=59)  # 23.59 in Helsinki
    place.take((b"late", 1))
    place.at = NOW.replace(hour=22, minute=1)
    place.take((b"next day", 1))

    with place.database.transaction() as conn:
        days = ledger.last_days(conn, place.at).days

    assert [(day.day.isoformat(), day.pages_in) for day in days] == [("2026-03-12", 1), ("2026-03-13", 1)]


def test_files_that_could_not_be_opened_are_counted_apart(place: Bench) -> None:
    batch = NewBatch("watch", "fax", None, None, NOW, "folder")
    quarantine(place.database, batch, IncomingFile("x.pdf", "0" * 64, 3, "application/pdf", 0), EncryptedFileError("x.pdf"), NOW)

    with place.database.transaction() as conn:
        found = ledger.last_days(conn, NOW)

    assert (found.balances, found.days[0].unopened, found.days[0].pages_in) == (True, 1, 0)


TAMPERED = {
    "page_count": "DELETE FROM page WHERE number = 4",
    "wrong_document": "UPDATE document SET pages = '{1}'",
    "absent": "UPDATE page SET state = 'blank', document_id = NULL WHERE number = 2",
    "two_documents": """
        INSERT INTO document (id, file_id, reading_id, label, pages, document_type, version, arrival_day, arrival_evidence)
        SELECT gen_random_uuid(), file_id, reading_id, 'd9', '{2}', document_type, 1, arrival_day, 'clock' FROM document
    """,
    "duplicate_of_itself": """
        UPDATE page SET state = 'duplicate', duplicate_of_file = file_id, duplicate_of_number = number WHERE number = 1
    """,
    "stage": "UPDATE page SET state = 'received' WHERE number = 3",
    "unasked": """
        UPDATE page SET state = 'parked', parked_because = 'x' WHERE number = 3;
        DELETE FROM work_item_document;
        DELETE FROM work_item
    """,
}


@pytest.mark.parametrize("kind", TAMPERED)
def test_a_row_that_was_tampered_with_is_found(place: Bench, kind: str) -> None:
    end(place, 1, 4, "read")

    with place.database.transaction() as conn:
        conn.execute(TAMPERED[kind].encode())

    with place.database.transaction() as conn:
        found = ledger.last_days(conn, place.at)
    assert not found.balances
    assert kind in {fault.kind for fault in found.faults}
    assert (found.days[0].difference != 0) == (kind == "page_count")


def test_one_file_with_too_many_pages_does_not_make_up_for_another_with_too_few(place: Bench) -> None:
    first, second = place.take((b"one", 2), (b"two", 2))

    with place.database.transaction() as conn:
        conn.execute("DELETE FROM page WHERE file_id = %s AND number = 2", [first])
        conn.execute("INSERT INTO page (file_id, number, state) VALUES (%s, 3, 'received')", [second])

    with place.database.transaction() as conn:
        assert ledger.last_days(conn, place.at).days[0].difference == 2


def test_a_batch_that_does_not_balance_is_an_alarm_until_it_does(place: Bench) -> None:
    end(place, 1, 3, "read")
    end(place, 2, 3, "read")
    with place.database.transaction() as conn:
        [batch] = (
            conn.execute("UPDATE file SET pages_in = 4 WHERE id = (SELECT id FROM file LIMIT 1) RETURNING batch_id").fetchone()
            or []
        )
    since = NOW - timedelta(days=1)

    wrong = ledger.watch_balance(place.database, since, place.at)
    with place.database.transaction() as conn:
        raised = [(alarm.kind, alarm.subject) for alarm in alarms.open_alarms(conn)]
        conn.execute("UPDATE file SET pages_in = 3")
    mended = ledger.watch_balance(place.database, place.at + timedelta(days=9), place.at)

    assert (wrong, raised, mended) == (1, [("ledger", f"batch:{batch}")], 0)
    with place.database.transaction() as conn:
        assert alarms.open_alarms(conn) == []


def test_a_batch_that_does_not_exist_is_not_found(place: Bench) -> None:
    with pytest.raises(NotFoundError), place.database.transaction() as conn:
        ledger.of_batch(conn, UUID(int=1))


def test_reading_again_what_is_being_read_is_refused(place: Bench) -> None:
    [file_id] = place.take((b"one", 2))

    with pytest.raises(ConflictError):
        reread(place.database, file_id, "ann", place.at)
