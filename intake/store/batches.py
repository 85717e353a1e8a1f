"""Batches: what came in together, and how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from psycopg.rows import class_row
from pydantic import BaseModel, ConfigDict

from intake.store.database import Conn
from models.errors import NotFoundError

Door = Literal["api", "watch", "mailroom"]
Channel = Literal["post", "fax", "office", "email"]
ReceivedEvidence = Literal["told", "manifest", "folder", "file_time", "clock"]


class BatchRow(BaseModel):
    """One batch. `received_at` is when it reached us by the best evidence the door had; `taken_at` when it was written down."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    door: Door
    channel: Channel | None
    sender: str | None
    reference: str | None
    received_at: datetime
    received_evidence: ReceivedEvidence
    taken_at: datetime
    idempotency_key: str | None
    request_digest: str


class BatchSums(BaseModel):
    """One batch in a list: how many files and pages it has, and how many files at which stage."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    door: Door
    channel: Channel | None
    reference: str | None
    received_at: datetime
    received_evidence: ReceivedEvidence
    taken_at: datetime
    files: int
    pages: int
    files_by_stage: dict[str, int]


ADD = """
    INSERT INTO batch (id, door, channel, sender, reference, received_at, received_evidence, taken_at,
                       idempotency_key, request_digest)
    VALUES (%(id)s, %(door)s, %(channel)s, %(sender)s, %(reference)s, %(received_at)s, %(received_evidence)s, %(taken_at)s,
            %(idempotency_key)s, %(request_digest)s)
"""


def add(conn: Conn, batch: BatchRow) -> None:
    """Write a batch down; its files are the caller's next step."""
    conn.execute(ADD, batch.model_dump())


GET = """
    SELECT id, door, channel, sender, reference, received_at, received_evidence, taken_at, idempotency_key, request_digest
      FROM batch
     WHERE id = %(id)s
"""


def get(conn: Conn, batch_id: UUID) -> BatchRow:
    """Give one batch. Raises NotFoundError."""
    with conn.cursor(row_factory=class_row(BatchRow)) as cursor:
        batch = cursor.execute(GET, {"id": batch_id}).fetchone()
    if batch is None:
        raise NotFoundError("batch", str(batch_id))
    return batch


OF_KEY = """
    SELECT id, door, channel, sender, reference, received_at, received_evidence, taken_at, idempotency_key, request_digest
      FROM batch
     WHERE idempotency_key = %(key)s
"""


def of_key(conn: Conn, key: str) -> BatchRow | None:
    """Give the batch that was taken under an idempotency key."""
    with conn.cursor(row_factory=class_row(BatchRow)) as cursor:
        return cursor.execute(OF_KEY, {"key": key}).fetchone()


LOCK = "SELECT pg_advisory_xact_lock(%(number)s)"


def lock(conn: Conn, *digests: bytes) -> None:
    """Let others wait who take the same key or the same bytes, until the transaction ends.

    `digests` are hashes; their first 64 bits are the locks. All that one call names are taken in one order, so that two
    transactions never wait for each other.
    """
    for number in sorted({int.from_bytes(digest[:8], "big", signed=True) for digest in digests}):
        conn.execute(LOCK, {"number": number})


NEWEST = """
    SELECT batch.id, batch.door, batch.channel, batch.reference, batch.received_at, batch.received_evidence, batch.taken_at,
           coalesce(sums.files, 0)::int AS files, coalesce(sums.pages, 0)::int AS pages,
           coalesce(sums.files_by_stage, '{}') AS files_by_stage
      FROM (SELECT id, door, channel, reference, received_at, received_evidence, taken_at
              FROM batch
             WHERE %(before)s::timestamptz IS NULL OR (taken_at, id) < (%(before)s, %(before_id)s::uuid)
             ORDER BY taken_at DESC, id DESC
             LIMIT %(limit)s) AS batch
      LEFT JOIN LATERAL (SELECT sum(files) AS files, sum(pages) AS pages, jsonb_object_agg(stage, files) AS files_by_stage
                           FROM (SELECT stage, count(*) AS files, sum(pages_in) AS pages
                                   FROM file
                                  WHERE file.batch_id = batch.id
                                  GROUP BY stage) AS by_stage) AS sums ON true
     ORDER BY batch.taken_at DESC, batch.id DESC
"""


def newest(conn: Conn, limit: int, before: tuple[datetime, UUID] | None = None) -> list[BatchSums]:
    """Give the batches that were taken last, newest first; `before` is time and id of the last one already seen."""
    values: Mapping[str, Any] = {"limit": limit, "before": before and before[0], "before_id": before and before[1]}
    with conn.cursor(row_factory=class_row(BatchSums)) as cursor:
        return cursor.execute(NEWEST, values).fetchall()


PAGES_OF_FILES = """
    SELECT file.id, page.state, count(*)
      FROM file
      JOIN page ON page.file_id = file.id
     WHERE file.batch_id = %(batch_id)s
     GROUP BY file.id, page.state
"""


def pages_by_state(conn: Conn, batch_id: UUID) -> dict[UUID, dict[str, int]]:
    """Count each file's pages by their state."""
    counts: dict[UUID, dict[str, int]] = {}
    for file_id, state, count in conn.execute(PAGES_OF_FILES, {"batch_id": batch_id}):
        counts.setdefault(file_id, {})[state] = count
    return counts
