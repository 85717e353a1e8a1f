"""The outbox: what goes to the rules core, one row per version of a record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from psycopg.rows import class_row, scalar_row
from psycopg.types.json import Jsonb
from pydantic import BaseModel, ConfigDict

from intake.store.database import Conn

State = Literal["waiting", "delivered", "parked", "superseded"]


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True)


class DeliveryRow(_Row):
    """`answered_at` is None before the first answer and while an attempt is under way, whose lease ends at `next_try_at`."""

    id: UUID
    document_id: UUID
    version: int
    state: State
    attempts: int
    created_at: datetime
    next_try_at: datetime
    answered_at: datetime | None
    answer: dict[str, Any] | None
    delivered_at: datetime | None


class Claim(_Row):
    """The right to make one attempt. `attempts` and `lease_until` are its fence."""

    id: UUID
    document_id: UUID
    version: int
    body: str
    attempts: int
    lease_until: datetime


class Outgoing(_Row):
    """A document's newest record with all that goes out beside it, for the record's own file and matter."""

    document_id: UUID
    version: int
    body: dict[str, Any]
    pages: list[int]
    arrival_day: date
    arrival_evidence: str
    duplicate_of: UUID | None
    possible_duplicate_of: UUID | None
    file_id: UUID
    sha256: str
    channel: str | None
    received_at: datetime
    id_by_label: dict[str, UUID]


class OutgoingMatter(_Row):
    """A work item as it goes out with a document."""

    id: UUID
    documents: list[UUID]
    person_hetu: str | None
    queue: str
    owner: str
    specifier: str
    comment: str
    pending_date: date | None
    last_filing_day: date | None
    reasons: list[dict[str, Any]]
    findings: list[dict[str, Any]]


LOCK_DOCUMENT = "SELECT id FROM document WHERE id = %(document_id)s FOR NO KEY UPDATE"
OUTGOING = """
    SELECT document.id AS document_id, record.version, record.body, document.pages,
           document.arrival_day, document.arrival_evidence, document.duplicate_of, document.possible_duplicate_of,
           document.file_id, file.sha256, batch.received_at,
           coalesce(batch.channel, reading.result -> 'source' ->> 'channel') AS channel,
           (SELECT jsonb_object_agg(beside.label, beside.id)
              FROM document AS beside WHERE beside.reading_id = document.reading_id) AS id_by_label
      FROM document
      JOIN record ON record.document_id = document.id
                 AND record.version = (SELECT max(version) FROM record AS every WHERE every.document_id = document.id)
      JOIN file ON file.id = document.file_id
      JOIN batch ON batch.id = file.batch_id
      JOIN reading ON reading.id = document.reading_id
     WHERE document.id = %(document_id)s
"""


def outgoing(conn: Conn, document_id: UUID) -> Outgoing | None:
    """Give the newest record with its surroundings. Locks the document until commit, so that offers come one after the other."""
    conn.execute(LOCK_DOCUMENT, {"document_id": document_id})
    with conn.cursor(row_factory=class_row(Outgoing)) as cursor:
        return cursor.execute(OUTGOING, {"document_id": document_id}).fetchone()


MATTERS = """
    SELECT id, person_hetu, queue, owner, specifier, comment, pending_date, last_filing_day, reasons, findings,
           (SELECT array_agg(beside.document_id ORDER BY beside.document_id) FROM work_item_document AS beside
             WHERE beside.work_item_id = work_item.id) AS documents
      FROM work_item
      JOIN work_item_document ON work_item_document.work_item_id = work_item.id
     WHERE work_item_document.document_id = %(document_id)s
     ORDER BY opened_at DESC, id
"""


def matters(conn: Conn, document_id: UUID) -> list[OutgoingMatter]:
    """The work items of a document, newest first."""
    with conn.cursor(row_factory=class_row(OutgoingMatter)) as cursor:
        return cursor.execute(MATTERS, {"document_id": document_id}).fetchall()


MAY_HAVE = """
    SELECT EXISTS (SELECT 1 FROM delivery
                    WHERE document_id = %(document_id)s AND (state = 'delivered' OR attempts > 0 OR answer IS NOT NULL))
"""


def may_have(conn: Conn, document_id: UUID) -> bool:
    """Tell whether the core may have any version of a document: one is on its way, or its answer was lost, or it has it."""
    row = conn.execute(MAY_HAVE, {"document_id": document_id}).fetchone()
    return row is not None and bool(row[0])


ADD = """
    INSERT INTO delivery (id, document_id, version, body, state, created_at, next_try_at)
    VALUES (%(id)s, %(document_id)s, %(version)s, %(body)s, 'waiting', %(now)s, %(now)s)
        ON CONFLICT (document_id, version) DO NOTHING
 RETURNING id
"""


def add(conn: Conn, delivery_id: UUID, document_id: UUID, version: int, body: str, now: datetime) -> bool:
    """Put one version into the outbox; False when it was there before."""
    row = {"id": delivery_id, "document_id": document_id, "version": version, "body": body, "now": now}
    return conn.execute(ADD, row).fetchone() is not None


SUPERSEDE = """
    UPDATE delivery
       SET state = 'superseded'
     WHERE document_id = %(document_id)s AND version < %(version)s AND state IN ('waiting', 'parked')
 RETURNING id
"""


def supersede_older(conn: Conn, document_id: UUID, version: int) -> list[UUID]:
    """Hold back what is older than `version` and has not gone out."""
    with conn.cursor(row_factory=scalar_row) as cursor:
        return cursor.execute(SUPERSEDE, {"document_id": document_id, "version": version}).fetchall()


HOLD_BACK = """
    UPDATE delivery
       SET state = 'superseded'
     WHERE document_id = ANY(%(documents)s) AND state IN ('waiting', 'parked') AND attempts = 0 AND answer IS NULL
 RETURNING id
"""


def hold_back_unsent(conn: Conn, document_ids: Sequence[UUID]) -> list[UUID]:
    """Hold back what the core has never been asked to take; gives which."""
    with conn.cursor(row_factory=scalar_row) as cursor:
        return cursor.execute(HOLD_BACK, {"documents": list(document_ids)}).fetchall()


OFFERED_BEFORE = "SELECT max(version) FROM delivery WHERE document_id = %(document_id)s AND version < %(version)s"


def offered_before(conn: Conn, document_id: UUID, version: int) -> int | None:
    """The newest version that was offered before this one."""
    row = conn.execute(OFFERED_BEFORE, {"document_id": document_id, "version": version}).fetchone()
    assert row is not None
    return None if row[0] is None else int(row[0])


CLAIM = """
    UPDATE delivery
       SET attempts = attempts + 1, next_try_at = %(lease_until)s, answered_at = NULL
     WHERE id = (SELECT id FROM delivery
                  WHERE id = %(id)s AND state = 'waiting' AND next_try_at <= %(now)s
                    FOR UPDATE SKIP LOCKED)
       AND NOT EXISTS (SELECT 1 FROM delivery AS other
                        WHERE other.document_id = delivery.document_id AND other.id <> delivery.id
                          AND (other.version > delivery.version
                               OR other.attempts > 0 AND other.answered_at IS NULL AND other.next_try_at > %(now)s))
 RETURNING id, document_id, version, body, attempts, next_try_at AS lease_until
"""


def claim(conn: Conn, delivery_id: UUID, now: datetime, lease_until: datetime) -> Claim | None:
    """Take the right to one attempt; None when it is not due, or another version of the document is on its way."""
    with conn.cursor(row_factory=class_row(Claim)) as cursor:
        return cursor.execute(CLAIM, {"id": delivery_id, "now": now, "lease_until": lease_until}).fetchone()


DELIVERED = """
    UPDATE delivery
       SET state = 'delivered', answered_at = %(now)s, delivered_at = %(now)s, answer = %(answer)s
     WHERE id = %(id)s AND attempts = %(attempts)s AND next_try_at = %(lease_until)s AND state IN ('waiting', 'superseded')
"""


def set_delivered(conn: Conn, held: Claim, answer: dict[str, Any], now: datetime) -> bool:
    """The core has it, also when it was superseded meanwhile. False when the attempt has lost its lease to another."""
    return conn.execute(DELIVERED, _end(held, answer, now)).rowcount == 1


END_ATTEMPT = """
    UPDATE delivery
       SET state = CASE WHEN state = 'waiting' THEN %(state)s ELSE state END,
           answered_at = %(now)s, answer = %(answer)s, next_try_at = %(next_try_at)s
     WHERE id = %(id)s AND attempts = %(attempts)s AND next_try_at = %(lease_until)s AND state IN ('waiting', 'superseded')
 RETURNING state
"""


def end_attempt(
    conn: Conn, held: Claim, state: State, answer: dict[str, Any], now: datetime, next_try_at: datetime
) -> State | None:
    """The core has not taken it: it goes to `state`, unless it was superseded meanwhile. None when the lease is lost."""
    with conn.cursor(row_factory=scalar_row) as cursor:
        row = {**_end(held, answer, now), "state": state, "next_try_at": next_try_at}
        found: State | None = cursor.execute(END_ATTEMPT, row).fetchone()
        return found


def _end(held: Claim, answer: dict[str, Any], now: datetime) -> dict[str, Any]:
    return {"id": held.id, "attempts": held.attempts, "lease_until": held.lease_until, "answer": Jsonb(answer), "now": now}


REPLAY = """
    UPDATE delivery
       SET state = 'waiting', attempts = 0, next_try_at = %(now)s, answered_at = NULL, delivered_at = NULL
     WHERE id = %(id)s
       AND NOT (attempts > 0 AND answered_at IS NULL AND next_try_at > %(now)s)
"""


def replay(conn: Conn, delivery_id: UUID, now: datetime) -> bool:
    """Make it due now, with all attempts before it; False while an attempt is under way."""
    return conn.execute(REPLAY, {"id": delivery_id, "now": now}).rowcount == 1


GET = """
    SELECT id, document_id, version, state, attempts, created_at, next_try_at, answered_at, answer, delivered_at
      FROM delivery
     WHERE id = %(id)s
"""


def find(conn: Conn, delivery_id: UUID) -> DeliveryRow | None:
    with conn.cursor(row_factory=class_row(DeliveryRow)) as cursor:
        return cursor.execute(GET, {"id": delivery_id}).fetchone()


LOCK = "SELECT id FROM delivery WHERE id = %(id)s FOR UPDATE"


def lock(conn: Conn, delivery_id: UUID) -> None:
    conn.execute(LOCK, {"id": delivery_id})


OUTDATED = """
    SELECT state = 'superseded' OR EXISTS (SELECT 1 FROM delivery AS newer
                                            WHERE newer.document_id = delivery.document_id AND newer.version > delivery.version)
      FROM delivery
     WHERE id = %(id)s
"""


def is_outdated(conn: Conn, delivery_id: UUID) -> bool:
    """Tell whether a newer version of the document was offered after it."""
    row = conn.execute(OUTDATED, {"id": delivery_id}).fetchone()
    return row is not None and bool(row[0])


LISTING = """
    SELECT id, document_id, version, state, attempts, created_at, next_try_at, answered_at, answer, delivered_at
      FROM delivery
     WHERE %(state)s::text IS NULL OR state = %(state)s
     ORDER BY created_at DESC, id
     LIMIT %(limit)s
"""


def listing(conn: Conn, state: State | None, limit: int) -> list[DeliveryRow]:
    """The newest deliveries, without their bodies."""
    with conn.cursor(row_factory=class_row(DeliveryRow)) as cursor:
        return cursor.execute(LISTING, {"state": state, "limit": limit}).fetchall()


IN_STATE = "SELECT id FROM delivery WHERE state = %(state)s ORDER BY created_at, id"


def ids_in_state(conn: Conn, state: State) -> list[UUID]:
    """All deliveries in one state, oldest first."""
    with conn.cursor(row_factory=scalar_row) as cursor:
        return cursor.execute(IN_STATE, {"state": state}).fetchall()


OF_DOCUMENT = """
    SELECT id, document_id, version, state, attempts, created_at, next_try_at, answered_at, answer, delivered_at
      FROM delivery
     WHERE document_id = %(document_id)s
     ORDER BY version
"""


def of_document(conn: Conn, document_id: UUID) -> list[DeliveryRow]:
    """Every version of a document that was offered, oldest first."""
    with conn.cursor(row_factory=class_row(DeliveryRow)) as cursor:
        return cursor.execute(OF_DOCUMENT, {"document_id": document_id}).fetchall()


COUNTS = "SELECT state, count(*) FROM delivery GROUP BY state"


def counts(conn: Conn) -> dict[str, int]:
    """How many deliveries are in each state."""
    return dict(conn.execute(COUNTS).fetchall())


BODY = "SELECT body FROM delivery WHERE id = %(id)s"


def body_of(conn: Conn, delivery_id: UUID) -> str | None:
    """The envelope, byte for byte as it is sent."""
    with conn.cursor(row_factory=scalar_row) as cursor:
        found: str | None = cursor.execute(BODY, {"id": delivery_id}).fetchone()
        return found


WITHOUT_JOB = """
    SELECT delivery.id
      FROM delivery
     WHERE delivery.state = 'waiting' AND delivery.next_try_at <= %(now)s
       AND NOT EXISTS (SELECT 1 FROM procrastinate_jobs AS job
                        WHERE job.task_name = %(task)s AND job.args ->> 'subject' = delivery.id::text
                          AND (job.status = 'todo' OR job.status = 'doing' AND delivery.next_try_at > %(doubtful)s))
     ORDER BY delivery.next_try_at
     LIMIT %(limit)s
"""


def due_without_job(conn: Conn, task: str, now: datetime, doubtful: datetime, limit: int) -> Sequence[UUID]:
    """Deliveries that are due and that no job is about; a running job counts only for those due since `doubtful`."""
    with conn.cursor(row_factory=scalar_row) as cursor:
        return cursor.execute(WITHOUT_JOB, {"task": task, "now": now, "doubtful": doubtful, "limit": limit}).fetchall()
