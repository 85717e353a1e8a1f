"""What has become of pages: each in exactly one place, for the ledger that people read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

from psycopg.rows import class_row
from pydantic import BaseModel, ConfigDict

from intake.store.batches import Channel, Door
from intake.store.database import Conn

Fate = Literal[
    "received", "waiting", "on_its_way", "refused", "delivered", "done", "parked", "blank", "separator", "duplicate"
]  # fmt: skip
FATES: tuple[Fate, ...] = get_args(Fate)
READ: tuple[Fate, ...] = ("waiting", "on_its_way", "refused", "delivered", "done")
"""Of pages that lie in a document: what a person, the outbox and the rules core have made of it."""


class BatchFates(BaseModel):
    """One batch's pages by fate. `pages_in` was counted at the door; `unopened` are files whose pages nobody knows."""

    model_config = ConfigDict(frozen=True)

    batch_id: UUID
    taken_at: datetime
    door: Door
    channel: Channel | None
    reference: str | None
    files: int
    unopened: int
    pages_in: int
    pages: dict[Fate, int]

    @property
    def difference(self) -> int:
        """Pages that are too many or missing: 0 where it adds up."""
        return self.pages_in - sum(self.pages.values())


OF_BATCHES = """
    WITH fated AS (
        SELECT file.batch_id,
               CASE WHEN page.state <> 'in_document' THEN page.state
                    WHEN sent.state = 'delivered' THEN 'delivered'
                    WHEN sent.state = 'parked' THEN 'refused'
                    WHEN sent.state = 'waiting' THEN 'on_its_way'
                    WHEN item.state = 'done' THEN 'done'
                    ELSE 'waiting' END AS fate
          FROM file
          JOIN page ON page.file_id = file.id
          LEFT JOIN document ON document.id = page.document_id
          LEFT JOIN LATERAL (SELECT state FROM delivery
                              WHERE delivery.document_id = document.id
                              ORDER BY version DESC LIMIT 1) AS sent ON true
          LEFT JOIN LATERAL (SELECT state FROM work_item
                              WHERE work_item.matter_id = document.matter_id
                              ORDER BY state DESC, opened_at DESC LIMIT 1) AS item ON true
         WHERE file.batch_id = ANY(%(batches)s)
    ), counted AS (
        SELECT batch_id, jsonb_object_agg(fate, pages) AS pages
          FROM (SELECT batch_id, fate, count(*) AS pages FROM fated GROUP BY batch_id, fate) AS by_fate
         GROUP BY batch_id
    ), brought AS (
        SELECT batch_id, count(*)::int AS files, sum(pages_in)::int AS pages_in,
               (count(*) FILTER (WHERE stage = 'quarantined'))::int AS unopened
          FROM file
         WHERE batch_id = ANY(%(batches)s)
         GROUP BY batch_id
    )
    SELECT batch.id AS batch_id, batch.taken_at, batch.door, batch.channel, batch.reference,
           coalesce(brought.files, 0) AS files, coalesce(brought.unopened, 0) AS unopened,
           coalesce(brought.pages_in, 0) AS pages_in, coalesce(counted.pages, '{}') AS pages
      FROM batch
      LEFT JOIN brought ON brought.batch_id = batch.id
      LEFT JOIN counted ON counted.batch_id = batch.id
     WHERE batch.id = ANY(%(batches)s)
     ORDER BY batch.taken_at, batch.id
"""


def of_batches(conn: Conn, batch_ids: Sequence[UUID]) -> list[BatchFates]:
    """Sum up what has become of some batches' pages."""
    with conn.cursor(row_factory=class_row(BatchFates)) as cursor:
        return cursor.execute(OF_BATCHES, {"batches": list(batch_ids)}).fetchall()
