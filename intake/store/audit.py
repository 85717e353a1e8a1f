"""The audit trail: append-only, each event chained to the one before by its hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from psycopg.rows import class_row
from pydantic import BaseModel, ConfigDict

from intake.store.database import Conn, at_last

START = "0" * 64
"""What the first event is chained to."""


class AuditEvent(BaseModel):
    """`entry` is canonical JSON: seq, at, actor, event, subject, before, after, versions."""

    model_config = ConfigDict(frozen=True)

    seq: int
    entry: str
    previous: str
    hash: str
    subject: str
    event: str
    at: datetime

    @property
    def told(self) -> dict[str, Any]:
        """The entry as values."""
        return dict(json.loads(self.entry))


class AuditRow(NamedTuple):
    """An event's columns as they are kept, unchecked: what a verification reads."""

    seq: int
    entry: str
    previous: str
    hash: str
    subject: str
    event: str
    at: datetime


LOCK_HEAD = "SELECT seq, hash FROM audit_head FOR UPDATE"
ADD = """
    INSERT INTO audit_event (seq, entry, previous, hash, subject, event, at)
    VALUES (%(seq)s, %(entry)s, %(previous)s, %(hash)s, %(subject)s, %(event)s, %(at)s)
"""
MOVE_HEAD = "UPDATE audit_head SET seq = %(seq)s, hash = %(hash)s"


def append(
    conn: Conn, event: str, subject: str, *, actor: str, at: datetime,
    before: Any = None, after: Any = None, versions: Mapping[str, str] | None = None,
) -> None:  # fmt: skip
    """Add one event when the transaction ends: the chain's end is locked last, whatever is locked after this call.

    So no two transactions wait for each other in a circle. `event` is noun.verb (`file.read`, `document.corrected`);
    `subject` is kind:id (`file:…`); `before` and `after` are plain JSON values, kept as they are now.
    """
    told = canonical(
        {
            "at": at.isoformat(timespec="microseconds"), "actor": actor, "event": event, "subject": subject,
            "before": before, "after": after, "versions": dict(versions or {}),
        }
    )  # fmt: skip
    at_last(conn, lambda: _add(conn, event, subject, at, json.loads(told)))


def _add(conn: Conn, event: str, subject: str, at: datetime, told: Mapping[str, Any]) -> None:
    row = conn.execute(LOCK_HEAD).fetchone()
    assert row is not None
    seq: int = row[0] + 1
    previous: str = row[1]
    entry = canonical({"seq": seq, **told})
    digest = chained(previous, entry)
    conn.execute(
        ADD, {"seq": seq, "entry": entry, "previous": previous, "hash": digest, "subject": subject, "event": event, "at": at}
    )
    conn.execute(MOVE_HEAD, {"seq": seq, "hash": digest})


def canonical(value: Any) -> str:
    """JSON in one spelling: keys sorted, no spaces, no NaN, letters as they are."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def chained(previous: str, entry: str) -> str:
    return hashlib.sha256(f"{previous}\n{entry}".encode()).hexdigest()


HOLD_STILL = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"


def hold_still(conn: Conn) -> None:
    """Let all that this transaction reads be of one moment, and let it write nothing. Must be its first statement."""
    conn.execute(HOLD_STILL)


EVERY = "SELECT seq, entry, previous, hash, subject, event, at FROM audit_event ORDER BY seq"


def every(conn: Conn) -> Iterator[AuditRow]:
    """All events, oldest first, a few at a time: the trail may be longer than memory."""
    with conn.cursor("every_audit_event") as cursor:
        cursor.itersize = 2000
        cursor.execute(EVERY)
        yield from map(AuditRow._make, cursor)


HEAD = "SELECT seq, hash FROM audit_head"


def head(conn: Conn) -> tuple[int, str]:
    """Number and hash of the newest event, as the chain's end says."""
    row = conn.execute(HEAD).fetchone()
    return (-1, "") if row is None else (row[0], row[1])


OF_SUBJECT = """
    SELECT seq, entry, previous, hash, subject, event, at
      FROM audit_event
     WHERE subject = %(subject)s AND seq > %(after)s
     ORDER BY seq
     LIMIT %(limit)s
"""


def of_subject(conn: Conn, subject: str, *, after: int = 0, limit: int = 1000) -> list[AuditEvent]:
    """What happened to one subject (`file:…`, `document:…`), oldest first."""
    with conn.cursor(row_factory=class_row(AuditEvent)) as cursor:
        return cursor.execute(OF_SUBJECT, {"subject": subject, "after": after, "limit": limit}).fetchall()


SEARCH = """
    SELECT seq, entry, previous, hash, subject, event, at
      FROM audit_event
     WHERE (%(subjects)s::text[] IS NULL OR subject = ANY(%(subjects)s))
       AND (%(event)s::text IS NULL OR event = %(event)s)
       AND (%(actor)s::text IS NULL OR entry::jsonb ->> 'actor' = %(actor)s)
       AND (%(day)s::date IS NULL OR at >= %(day)s::date::timestamp AT TIME ZONE 'Europe/Helsinki'
                                 AND at < (%(day)s::date + 1)::timestamp AT TIME ZONE 'Europe/Helsinki')
       AND (%(before)s::bigint IS NULL OR seq < %(before)s)
     ORDER BY seq DESC
     LIMIT %(limit)s
"""


def search(
    conn: Conn, *, subjects: Sequence[str] | None = None, event: str | None = None, actor: str | None = None,
    day: date | None = None, before: int | None = None, limit: int = 50,
) -> list[AuditEvent]:  # fmt: skip
    """Find events, the newest first; what is not given says nothing. `day` is a Finnish day, `before` an event's number."""
    values = {
        "subjects": None if subjects is None else list(subjects), "event": event, "actor": actor, "day": day, "before": before,
        "limit": limit,
    }  # fmt: skip
    with conn.cursor(row_factory=class_row(AuditEvent)) as cursor:
        return cursor.execute(SEARCH, values).fetchall()


EVENTS = "SELECT DISTINCT event FROM audit_event ORDER BY event"


def events(conn: Conn) -> list[str]:
    """Name every kind of event that has ever happened."""
    return [row[0] for row in conn.execute(EVENTS)]


KINDS = ("account", "alarm", "audit", "batch", "delivery", "document", "file", "manifest", "matter", "request", "work_item")
"""What stands before the colon of a subject."""


def subjects_with_id(subject_id: str) -> list[str]:
    """Name all subjects that may bear an id."""
    return [f"{kind}:{subject_id}" for kind in KINDS]


OF_PERSON = """
    WITH own AS (SELECT id FROM matter WHERE person_hetu = %(code)s),
         papers AS (SELECT id, file_id FROM document WHERE matter_id IN (SELECT id FROM own))
    SELECT 'document:' || id FROM papers
    UNION SELECT 'file:' || file_id FROM papers
    UNION SELECT 'work_item:' || id FROM work_item WHERE person_hetu = %(code)s OR matter_id IN (SELECT id FROM own)
    UNION SELECT 'delivery:' || delivery.id FROM delivery WHERE document_id IN (SELECT id FROM papers)
    UNION SELECT 'request:' || request.id
            FROM request JOIN work_item ON work_item.id = request.work_item_id
           WHERE work_item.person_hetu = %(code)s
"""


def subjects_of_person(conn: Conn, code: str) -> list[str]:
    """Name all that the trail tells of one person: papers, files, work items, deliveries, requests."""
    return [row[0] for row in conn.execute(OF_PERSON, {"code": code})]


GUARDS = """
    SELECT tgname
      FROM pg_trigger
     WHERE tgrelid IN ('audit_event'::regclass, 'record'::regclass, 'reading'::regclass)
       AND NOT tgisinternal AND tgenabled IN ('O', 'A')
"""
NEEDED_GUARDS = frozenset({"audit_event_append_only", "audit_event_no_truncate", "record_append_only", "reading_append_only"})


def missing_guards(conn: Conn) -> list[str]:
    """Name the triggers that refuse changes and are gone or switched off."""
    return sorted(NEEDED_GUARDS - {row[0] for row in conn.execute(GUARDS)})


UNTOLD_RECORDS = """
    SELECT record.document_id, record.version
      FROM record
     WHERE record.version > 1
       AND NOT EXISTS (SELECT 1
                         FROM audit_event
                        WHERE audit_event.subject = 'document:' || record.document_id
                          AND audit_event.entry::jsonb #>> '{after,version}' = record.version::text)
     ORDER BY record.made_at, record.document_id, record.version
     LIMIT 1
"""
UNTOLD_DELIVERIES = """
    SELECT delivery.id
      FROM delivery
     WHERE NOT EXISTS (SELECT 1 FROM audit_event WHERE audit_event.subject = 'delivery:' || delivery.id)
        OR (delivery.state = 'delivered'
            AND NOT EXISTS (SELECT 1
                              FROM audit_event
                             WHERE audit_event.subject = 'delivery:' || delivery.id AND audit_event.event = 'delivery.sent'))
     ORDER BY delivery.created_at, delivery.id
     LIMIT 1
"""


def first_untold(conn: Conn) -> str | None:
    """Name a version of a record, or a delivery, that no event tells of; None when each has its event."""
    row = conn.execute(UNTOLD_RECORDS).fetchone()
    if row is not None:
        return f"version {row[1]} of document:{row[0]}"
    row = conn.execute(UNTOLD_DELIVERIES).fetchone()
    return None if row is None else f"delivery:{row[0]}"
