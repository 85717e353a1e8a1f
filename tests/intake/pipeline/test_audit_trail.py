"""The audit trail is whole, or the first event that is wrong is named."""

from __future__ import annotations

import threading
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb

from intake.pipeline.audit_trail import history, verify
from intake.store import audit
from intake.store.database import Conn, Database
from models.errors import ChainError, NotFoundError

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def add(database: Database, count: int = 5) -> None:
    with database.transaction() as conn:
        for number in range(count):
            audit.append(conn, "file.read", f"file:{number}", actor="saapuva", at=NOW, after={"n": number})


def as_superuser(database: Database, change: str, *values: Any) -> None:
    """Change what nobody may: the triggers are off while it is done."""
    with database.transaction() as conn:
        conn.execute("ALTER TABLE audit_event DISABLE TRIGGER USER")
        conn.execute(change.encode(), values)
        conn.execute("ALTER TABLE audit_event ENABLE TRIGGER USER")


def test_an_untouched_trail_is_whole_and_gives_its_head(database: Database) -> None:
    add(database)

    found = verify(database)

    with database.transaction() as conn:
        assert (found.seq, found.hash) == audit.head(conn)
    assert found.events == 5


def test_an_empty_trail_is_whole(database: Database) -> None:
    assert verify(database).events == 0
    assert verify(database, (0, audit.START)).events == 0


@pytest.mark.parametrize(
    ("change", "seq", "says"),
    [
        ("UPDATE audit_event SET entry = replace(entry, '\"n\":2', '\"n\":9') WHERE seq = 3", 3, "does not have its hash"),
        ("UPDATE audit_event SET hash = repeat('a', 64) WHERE seq = 3", 3, "does not have its hash"),
        ("UPDATE audit_event SET previous = repeat('a', 64) WHERE seq = 3", 3, "not chained"),
        ("UPDATE audit_event SET subject = 'file:other' WHERE seq = 3", 3, "columns say other"),
        ("UPDATE audit_event SET event = 'file.parked' WHERE seq = 3", 3, "columns say other"),
        ("UPDATE audit_event SET at = at + interval '1 second' WHERE seq = 3", 3, "columns say other"),
        ("DELETE FROM audit_event WHERE seq = 3", 3, "missing"),
        ("DELETE FROM audit_event WHERE seq = 1", 1, "missing"),
        ("DELETE FROM audit_event WHERE seq >= 4", 4, "missing"),
        ("DELETE FROM audit_event", 1, "missing"),
        ("UPDATE audit_head SET seq = 4", 5, "end does not name it"),
        ("UPDATE audit_head SET hash = repeat('b', 64)", 5, "end does not name it"),
        ("DELETE FROM audit_head", 5, "end does not name it"),
        ("UPDATE audit_event SET seq = seq + 10 WHERE seq >= 4", 4, "missing"),
    ],
)
def test_a_change_behind_the_back_is_found_at_its_event(database: Database, change: str, seq: int, says: str) -> None:
    add(database)
    as_superuser(database, change)

    with pytest.raises(ChainError) as caught:
        verify(database)

    assert f"event {seq}:" in caught.value.problem
    assert says in caught.value.problem


def test_a_tail_cut_off_with_its_head_is_found_by_a_head_kept_elsewhere(database: Database) -> None:
    add(database)
    kept = verify(database)
    as_superuser(database, "DELETE FROM audit_event WHERE seq >= 4")
    as_superuser(database, "UPDATE audit_head SET (seq, hash) = (SELECT seq, hash FROM audit_event WHERE seq = 3)")

    assert verify(database).events == 3  # by itself it looks whole
    with pytest.raises(ChainError, match="event 4: it is missing"):
        verify(database, (kept.seq, kept.hash))


def test_a_trail_written_anew_is_found_by_a_head_kept_elsewhere(database: Database) -> None:
    add(database)
    kept = verify(database)
    as_superuser(database, "DELETE FROM audit_event")
    as_superuser(database, "UPDATE audit_head SET seq = 0, hash = %s", audit.START)
    add(database, 6)
    with database.transaction() as conn:
        audit.append(conn, "file.read", "file:x", actor="saapuva", at=NOW)
    assert verify(database).events == 7

    with database.transaction() as conn:  # the same events again have the same hashes: so change one
        conn.execute("SELECT 1")
    as_superuser(database, "DELETE FROM audit_event")
    as_superuser(database, "UPDATE audit_head SET seq = 0, hash = %s", audit.START)
    with database.transaction() as conn:
        for number in range(6):
            audit.append(conn, "file.parked", f"file:{number}", actor="saapuva", at=NOW)

    with pytest.raises(ChainError, match="event 5: its hash is not the one kept elsewhere"):
        verify(database, (kept.seq, kept.hash))


def test_a_later_trail_still_fits_an_earlier_head(database: Database) -> None:
    add(database)
    kept = verify(database)
    add(database)

    assert verify(database, (kept.seq, kept.hash)).events == 10


@pytest.mark.parametrize("change", ["UPDATE audit_event SET event = 'x'", "DELETE FROM audit_event", "TRUNCATE audit_event"])
def test_the_database_refuses_changes(database: Database, change: str) -> None:
    add(database)

    with pytest.raises(psycopg.errors.RestrictViolation), database.transaction() as conn:
        conn.execute(change.encode())


def test_a_guard_switched_off_is_found(database: Database) -> None:
    add(database)
    with database.transaction() as conn:
        conn.execute("ALTER TABLE record DISABLE TRIGGER record_append_only")

    with pytest.raises(ChainError, match="record_append_only"):
        verify(database)


def test_verifying_while_others_append_sees_one_moment(database: Database) -> None:
    add(database, 50)
    stop = threading.Event()

    def go_on() -> None:
        while not stop.is_set():
            add(database, 1)

    writer = threading.Thread(target=go_on)
    writer.start()
    try:
        for _ in range(10):
            verify(database)
    finally:
        stop.set()
        writer.join()


def test_eight_writers_at_once_make_one_whole_chain(database_url: str) -> None:
    with Database(database_url, max_size=8, wait_s=30.0) as database:
        threads = [threading.Thread(target=lambda: [add(database, 1) for _ in range(25)]) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert verify(database).events == 200


# --- what is kept besides the trail ---------------------------------------------------------------------------------


def field(value: Any, **more: Any) -> dict[str, Any]:
    return {
        "value": value,
        "confidence": 0.9,
        "accepted": True,
        "reading": "typed",
        "raw": str(value),
        "evidence": ["format"],
        **more,
    }


def keep_document(conn: Conn) -> UUID:
    batch, file, reading, document = (uuid4() for _ in range(4))
    conn.execute(
        "INSERT INTO batch (id, door, received_at, received_evidence, taken_at, request_digest) "
        "VALUES (%s, 'api', %s, 'told', %s, 'd')",
        (batch, NOW, NOW),
    )
    conn.execute(
        "INSERT INTO file (id, batch_id, number, name, sha256, bytes, media_type, pages_in, stage) "
        "VALUES (%s, %s, 1, 'a.pdf', %s, 1, 'application/pdf', 1, 'read')",
        (file, batch, "a" * 64),
    )
    conn.execute(
        "INSERT INTO reading (id, file_id, revision, result, versions, seconds, read_at) VALUES (%s, %s, 1, '{}', %s, 1, %s)",
        (reading, file, Jsonb({"ppocr": "6", "types": "abc"}), NOW),
    )
    conn.execute(
        "INSERT INTO document (id, file_id, reading_id, label, pages, document_type, version, arrival_day, arrival_evidence) "
        "VALUES (%s, %s, %s, 'd1', '{1}', 'application', 1, %s, 'told')",
        (document, file, reading, date(2026, 3, 2)),
    )
    rows = [{"day": field("2026-01-05")}, {"day": field("2026-01-06")}]
    body = {"fields": {"wage": field("100.00", page=1, box=[0.1, 0.2, 0.3, 0.4]), "absences": rows}}
    keep_record(conn, document, 1, body, "reading", "saapuva", NOW)
    return document


def keep_record(conn: Conn, document: UUID, version: int, body: dict[str, Any], origin: str, author: str, at: datetime) -> None:
    conn.execute(
        "INSERT INTO record (document_id, version, body, origin, author, made_at) VALUES (%s, %s, %s, %s, %s, %s)",
        (document, version, Jsonb(body), origin, author, at),
    )


def correct(conn: Conn, document: UUID) -> None:
    at = NOW + timedelta(hours=1)
    body = {"fields": {"wage": field("1000.00", page=1, box=[0.1, 0.2, 0.3, 0.4], seen_by="maija"), "absences": []}}
    keep_record(conn, document, 2, body, "correction", "maija", at)
    audit.append(conn, "document.corrected", f"document:{document}", actor="maija", at=at, after={"version": 2})


def deliver(conn: Conn, document: UUID) -> UUID:
    delivery = uuid4()
    at = NOW + timedelta(hours=2)
    conn.execute(
        "INSERT INTO delivery (id, document_id, version, body, state, created_at, next_try_at, delivered_at) "
        "VALUES (%s, %s, 2, '{}', 'delivered', %s, %s, %s)",
        (delivery, document, at, at, at + timedelta(seconds=1)),
    )
    return delivery


def test_a_version_of_a_record_without_its_event_is_found(database: Database) -> None:
    with database.transaction() as conn:
        document = keep_document(conn)
        keep_record(conn, document, 2, {"fields": {}}, "correction", "maija", NOW)

    with pytest.raises(ChainError, match=f"version 2 of document:{document}"):
        verify(database)


@pytest.mark.parametrize("events", [[], ["delivery.offered"]])
def test_a_delivery_made_without_its_event_is_found(database: Database, events: list[str]) -> None:
    with database.transaction() as conn:
        document = keep_document(conn)
        correct(conn, document)
        delivery = deliver(conn, document)
        for event in events:
            audit.append(conn, event, f"delivery:{delivery}", actor="saapuva", at=NOW)

    with pytest.raises(ChainError, match=f"delivery:{delivery}"):
        verify(database)


def test_what_has_its_events_is_whole(database: Database) -> None:
    with database.transaction() as conn:
        document = keep_document(conn)
        correct(conn, document)
        delivery = deliver(conn, document)
        for event in ("delivery.offered", "delivery.sent"):
            audit.append(conn, event, f"delivery:{delivery}", actor="saapuva", at=NOW)

    assert verify(database).events == 3


def test_a_value_tells_how_it_came_about(database: Database) -> None:
    with database.transaction() as conn:
        document = keep_document(conn)
        correct(conn, document)
        delivery = deliver(conn, document)
    with database.transaction() as conn:
        seq, _ = audit.head(conn)

        steps = history(conn, document, "wage")

    assert [step.what for step in steps] == ["read", "corrected", "offered", "delivered"]
    read, corrected, _, delivered = steps
    assert (read.value, read.raw, read.page, read.box, read.evidence) == (
        "100.00",
        "100.00",
        1,
        (0.1, 0.2, 0.3, 0.4),
        ("format",),
    )
    assert read.versions == {"ppocr": "6", "types": "abc"}
    assert (corrected.was, corrected.value, corrected.by, corrected.seen_by, corrected.seq) == (
        "100.00",
        "1000.00",
        "maija",
        "maija",
        seq,
    )
    assert (delivered.value, delivered.delivery, delivered.version) == ("1000.00", delivery, 2)


@pytest.mark.parametrize(("path", "values"), [("absences.1.day", ["2026-01-06", None]), ("absences.0.day", ["2026-01-05", None])])
def test_a_cell_of_a_table_has_its_own_history(database: Database, path: str, values: list[str | None]) -> None:
    with database.transaction() as conn:
        document = keep_document(conn)
        correct(conn, document)

        assert [step.value for step in history(conn, document, path)] == values


@pytest.mark.parametrize("path", ["nothing", "wage.0", "absences.7.day", "absences.0.nothing"])
def test_a_field_that_never_was_is_not_found(database: Database, path: str) -> None:
    with database.transaction() as conn:
        document = keep_document(conn)

        with pytest.raises(NotFoundError):
            history(conn, document, path)


def test_a_document_that_never_was_is_not_found(database: Database) -> None:
    with database.transaction() as conn, pytest.raises(NotFoundError):
        history(conn, uuid4(), "wage")


def _fill(conn: Conn, count: int) -> None:
    previous = audit.START
    with (
        conn.cursor() as cursor,
        cursor.copy("COPY audit_event (seq, entry, previous, hash, subject, event, at) FROM STDIN") as rows,
    ):
        for seq in range(1, count + 1):
            after = {"pages": 4, "note": "x" * 200}
            entry = audit.canonical(
                {"seq": seq, "at": NOW.isoformat(timespec="microseconds"), "actor": "saapuva", "event": "file.read",
                 "subject": "file:1",
                 "before": None, "after": after, "versions": {}}
            )  # fmt: skip
            digest = audit.chained(previous, entry)
            rows.write_row((seq, entry, previous, digest, "file:1", "file.read", NOW))
            previous = digest
    conn.execute("UPDATE audit_head SET seq = %s, hash = %s", (count, previous))


@pytest.mark.end_to_end
def test_a_hundred_thousand_events_are_verified_in_seconds(database: Database) -> None:
    with database.transaction() as conn:
        _fill(conn, 100_000)

    began = time.perf_counter()
    found = verify(database)
    took = time.perf_counter() - began

    print(f"verify: {took:.1f} s")  # noqa: T201 - shown with -s
    assert found.events == 100_000
    assert took < 60
