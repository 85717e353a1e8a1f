"""The custody ledger: pages that came in against pages by state. The two are counted independently of each other."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from psycopg.rows import class_row
from pydantic import BaseModel, ConfigDict, computed_field

from intake.store.database import Conn


class Sums(BaseModel):
    """Pages of some files. `pages_in` was counted at the door; `unopened` are files in quarantine, whose pages nobody knows."""

    model_config = ConfigDict(frozen=True)

    files: int
    unopened: int
    pages_in: int
    received: int
    in_document: int
    blank: int
    separator: int
    duplicate: int
    parked: int
    difference: int
    """Pages missing and pages too many, file by file: one never makes up for the other."""


class DayRow(Sums):
    """All that was taken on one Finnish day."""

    day: date
    batches: int


class BatchLedgerRow(Sums):
    """One batch."""

    batch_id: UUID
    taken_at: datetime


class Fault(BaseModel):
    """A place where rows contradict each other. `kind` is one of FAULT_WORDS."""

    model_config = ConfigDict(frozen=True)

    batch_id: UUID
    file_id: UUID
    number: int | None
    document_id: UUID | None
    kind: str

    @computed_field  # type: ignore[prop-decorator]
    @property
    def says(self) -> str:
        return FAULT_WORDS[self.kind]


FAULT_WORDS = {
    "page_count": "the file has not as many pages as were counted at the door",
    "wrong_document": "the page says that it lies in a document that does not hold it",
    "absent": "the document holds a page that does not say so",
    "two_documents": "two documents hold the page",
    "duplicate_of_itself": "the page is a duplicate that leads back to itself",
    "stage": "the page's state does not fit the stage its file has reached",
    "unasked": "the page is parked and no matter has ever asked a person to look at it",
}

COUNTED = """
    WITH counted AS (
        SELECT file.batch_id, file.stage, file.pages_in,
               count(page.number) AS pages,
               count(*) FILTER (WHERE page.state = 'received') AS received,
               count(*) FILTER (WHERE page.state = 'in_document') AS in_document,
               count(*) FILTER (WHERE page.state = 'blank') AS blank,
               count(*) FILTER (WHERE page.state = 'separator') AS separator,
               count(*) FILTER (WHERE page.state = 'duplicate') AS duplicate,
               count(*) FILTER (WHERE page.state = 'parked') AS parked
          FROM file
          JOIN batch ON batch.id = file.batch_id
          LEFT JOIN page ON page.file_id = file.id
         WHERE {wanted}
         GROUP BY file.id
    )
"""
SUMMED = """
           count(counted.batch_id)::int AS files,
           (count(*) FILTER (WHERE counted.stage = 'quarantined'))::int AS unopened,
           coalesce(sum(counted.pages_in), 0)::int AS pages_in,
           coalesce(sum(counted.received), 0)::int AS received,
           coalesce(sum(counted.in_document), 0)::int AS in_document,
           coalesce(sum(counted.blank), 0)::int AS blank,
           coalesce(sum(counted.separator), 0)::int AS separator,
           coalesce(sum(counted.duplicate), 0)::int AS duplicate,
           coalesce(sum(counted.parked), 0)::int AS parked,
           coalesce(sum(abs(counted.pages_in - counted.pages)), 0)::int AS difference
"""
FINNISH_DAY = "(batch.taken_at AT TIME ZONE 'Europe/Helsinki')::date"
BETWEEN = """
        batch.taken_at >= %(first)s::timestamp AT TIME ZONE 'Europe/Helsinki'
           AND batch.taken_at < (%(last)s + 1)::timestamp AT TIME ZONE 'Europe/Helsinki'
"""

DAYS = f"""
    {COUNTED.format(wanted=BETWEEN)}
    SELECT {FINNISH_DAY} AS day, count(DISTINCT batch.id)::int AS batches, {SUMMED}
      FROM batch
      LEFT JOIN counted ON counted.batch_id = batch.id
     WHERE {BETWEEN}
     GROUP BY 1
     ORDER BY 1
"""


def days(conn: Conn, first: date, last: date) -> list[DayRow]:
    """Sum up the Finnish days from `first` to `last` on which anything was taken."""
    with conn.cursor(row_factory=class_row(DayRow)) as cursor:
        return cursor.execute(DAYS.encode(), {"first": first, "last": last}).fetchall()


BATCHES = f"""
    {COUNTED.format(wanted="batch.id = ANY(%(batches)s)")}
    SELECT batch.id AS batch_id, batch.taken_at, {SUMMED}
      FROM batch
      LEFT JOIN counted ON counted.batch_id = batch.id
     WHERE batch.id = ANY(%(batches)s)
     GROUP BY batch.id
     ORDER BY batch.taken_at, batch.id
"""


def batches(conn: Conn, batch_ids: list[UUID]) -> list[BatchLedgerRow]:
    """Sum up some batches."""
    with conn.cursor(row_factory=class_row(BatchLedgerRow)) as cursor:
        return cursor.execute(BATCHES.encode(), {"batches": batch_ids}).fetchall()


TAKEN_ON = f"SELECT batch.id FROM batch WHERE {BETWEEN} ORDER BY batch.taken_at, batch.id"


def taken_on(conn: Conn, first: date, last: date) -> list[UUID]:
    """Name the batches taken on the Finnish days from `first` to `last`."""
    return [row[0] for row in conn.execute(TAKEN_ON.encode(), {"first": first, "last": last})]


TAKEN_SINCE = "SELECT id FROM batch WHERE taken_at >= %(since)s ORDER BY taken_at, id"


def taken_since(conn: Conn, since: datetime) -> list[UUID]:
    return [row[0] for row in conn.execute(TAKEN_SINCE, {"since": since})]


FAULTS = """
    WITH asked AS (
        SELECT file.id, file.batch_id, file.stage, file.pages_in
          FROM file
         WHERE file.batch_id = ANY(%(batches)s)
    ), present AS (
        SELECT asked.batch_id, asked.stage, page.file_id, page.number, page.state, page.document_id,
               page.duplicate_of_file, page.duplicate_of_number
          FROM asked
          JOIN page ON page.file_id = asked.id
    ), live AS (
        SELECT document.id, document.file_id, document.pages, asked.batch_id
          FROM asked
          JOIN LATERAL (SELECT id FROM reading WHERE file_id = asked.id ORDER BY revision DESC LIMIT 1) AS newest ON true
          JOIN document ON document.reading_id = newest.id
         WHERE asked.stage = 'read'
    ), claimed AS (
        SELECT live.id AS document_id, live.file_id, live.batch_id, number
          FROM live, unnest(live.pages) AS number
    )
    SELECT asked.batch_id, asked.id AS file_id, NULL::int AS number, NULL::uuid AS document_id, 'page_count' AS kind
      FROM asked
      LEFT JOIN present ON present.file_id = asked.id
     GROUP BY asked.batch_id, asked.id, asked.pages_in
    HAVING count(present.number) <> asked.pages_in OR coalesce(max(present.number), 0) <> asked.pages_in
    UNION ALL
    SELECT batch_id, file_id, number, document_id, 'wrong_document'
      FROM present
     WHERE document_id IS NOT NULL AND state IN ('in_document', 'duplicate')
       AND NOT EXISTS (SELECT 1 FROM claimed
                        WHERE claimed.document_id = present.document_id AND claimed.file_id = present.file_id
                          AND claimed.number = present.number)
    UNION ALL
    SELECT batch_id, file_id, number, document_id, 'absent'
      FROM claimed
     WHERE NOT EXISTS (SELECT 1 FROM present
                        WHERE present.file_id = claimed.file_id AND present.number = claimed.number
                          AND present.document_id = claimed.document_id AND present.state IN ('in_document', 'duplicate'))
    UNION ALL
    SELECT batch_id, file_id, number, NULL, 'two_documents'
      FROM claimed
     GROUP BY batch_id, file_id, number
    HAVING count(*) > 1
    UNION ALL
    SELECT present.batch_id, present.file_id, present.number, NULL, 'duplicate_of_itself'
      FROM present
      LEFT JOIN page AS original
        ON original.file_id = present.duplicate_of_file AND original.number = present.duplicate_of_number
     WHERE present.state = 'duplicate'
       AND (original.file_id IS NULL
            OR (original.file_id, original.number) = (present.file_id, present.number)
            OR (original.duplicate_of_file, original.duplicate_of_number) = (present.file_id, present.number))
    UNION ALL
    SELECT batch_id, file_id, number, document_id, 'stage'
      FROM present
     WHERE (state = 'received') <> (stage = 'received')
        OR (stage = 'parked' AND state <> 'parked')
        OR (stage = 'duplicate' AND state <> 'duplicate')
    UNION ALL
    SELECT batch_id, file_id, number, document_id, 'unasked'
      FROM present
     WHERE state = 'parked' AND NOT EXISTS (SELECT 1 FROM work_item WHERE work_item.file_id = present.file_id)
     ORDER BY batch_id, file_id, number
"""


def faults(conn: Conn, batch_ids: list[UUID]) -> list[Fault]:
    """Find where pages, files and documents of some batches contradict each other; looked at in one moment."""
    with conn.cursor(row_factory=class_row(Fault)) as cursor:
        return cursor.execute(FAULTS, {"batches": batch_ids}).fetchall()
