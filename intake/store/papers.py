"""Files and documents as people see them: how far each is, whose it is, where it lies now."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from psycopg.rows import class_row
from pydantic import BaseModel, ConfigDict

from intake.store.database import Conn
from intake.store.files import Stage
from intake.store.pages import State


class FileSeen(BaseModel):
    """One file and how far it is. `began_at` is set while a worker reads it, `pages_read` so many pages of `pages_in`.

    `mark` changes whenever anything of it does that is shown.
    """

    model_config = ConfigDict(frozen=True)

    id: UUID
    batch_id: UUID
    number: int
    name: str
    stage: Stage
    pages_in: int
    duplicate_of: UUID | None
    problem: dict[str, str] | None
    pages: dict[State, int]
    began_at: datetime | None
    pages_read: int
    mark: str
    is_protected: bool


class PaperSeen(BaseModel):
    """One document: its newest record, its matter's work item, and what became of its newest delivery."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    file_id: UUID
    pages: list[int]
    document_type: str
    arrival_day: date
    arrival_evidence: str
    duplicate_of: UUID | None
    possible_duplicate_of: UUID | None
    body: dict[str, Any]
    person_hetu: str | None
    item_id: UUID | None
    queue: str | None
    item_state: Literal["waiting", "done"] | None
    delivery_state: Literal["waiting", "delivered", "parked", "superseded"] | None
    is_protected: bool


FILES = """
    SELECT file.id, file.batch_id, file.number, file.name, file.stage, file.pages_in, file.duplicate_of, file.problem,
           coalesce(counted.pages, '{}') AS pages, running.began_at, coalesce(running.pages_read, 0) AS pages_read,
           concat_ws(':', file.stage, file.revision, running.id, running.pages_read, papers.mark) AS mark,
           EXISTS (SELECT 1 FROM protected_file AS hidden WHERE hidden.id = file.id) AS is_protected
      FROM file
      LEFT JOIN LATERAL (SELECT jsonb_object_agg(state, count) AS pages
                           FROM (SELECT state, count(*) FROM page WHERE page.file_id = file.id GROUP BY state) AS by_state
                        ) AS counted ON true
      LEFT JOIN LATERAL (SELECT id, began_at, pages_read
                           FROM attempt
                          WHERE attempt.file_id = file.id AND ended_at IS NULL AND file.stage = 'received'
                          ORDER BY id DESC
                          LIMIT 1) AS running ON true
      LEFT JOIN LATERAL (SELECT md5(string_agg(concat_ws(',', document.id, document.version, document.duplicate_of,
                                                         document.matter_id, item.version, sent.states), ';'
                                               ORDER BY document.id)) AS mark
                           FROM document
                           LEFT JOIN LATERAL (SELECT max(work_item.version) AS version
                                                FROM work_item
                                               WHERE work_item.matter_id = document.matter_id) AS item ON true
                           LEFT JOIN LATERAL (SELECT string_agg(delivery.state, '' ORDER BY delivery.version) AS states
                                                FROM delivery
                                               WHERE delivery.document_id = document.id) AS sent ON true
                          WHERE document.file_id = file.id) AS papers ON true
"""
OF_BATCH = f"{FILES} WHERE file.batch_id = %(batch_id)s ORDER BY file.number"
BY_IDS = f"{FILES} WHERE file.id = ANY(%(ids)s) ORDER BY file.number"


def files_of_batch(conn: Conn, batch_id: UUID) -> list[FileSeen]:
    """Give a batch's files in their order."""
    with conn.cursor(row_factory=class_row(FileSeen)) as cursor:
        return cursor.execute(OF_BATCH.encode(), {"batch_id": batch_id}).fetchall()


def files_by_ids(conn: Conn, ids: Collection[UUID]) -> list[FileSeen]:
    """Give some files."""
    with conn.cursor(row_factory=class_row(FileSeen)) as cursor:
        return cursor.execute(BY_IDS.encode(), {"ids": list(ids)}).fetchall()


PAPERS = """
    SELECT document.id, document.file_id, document.pages, document.document_type, document.arrival_day,
           document.arrival_evidence, document.duplicate_of, document.possible_duplicate_of, record.body,
           matter.person_hetu, item.id AS item_id, item.queue, item.state AS item_state,
           sent.state AS delivery_state,
           EXISTS (SELECT 1 FROM protected_document AS hidden WHERE hidden.id = document.id) AS is_protected
      FROM document
      JOIN record ON record.document_id = document.id AND record.version = document.version
      JOIN matter ON matter.id = document.matter_id
      LEFT JOIN LATERAL (SELECT id, queue, state
                           FROM work_item
                          WHERE work_item.matter_id = document.matter_id
                          ORDER BY state DESC, opened_at DESC, id
                          LIMIT 1) AS item ON true
      LEFT JOIN LATERAL (SELECT state
                           FROM delivery
                          WHERE delivery.document_id = document.id
                          ORDER BY version DESC
                          LIMIT 1) AS sent ON true
"""
OF_FILES = f"{PAPERS} WHERE document.file_id = ANY(%(ids)s) ORDER BY document.file_id, document.pages[1], document.label"
DOCUMENTS = f"{PAPERS} WHERE document.id = ANY(%(ids)s)"


def of_files(conn: Conn, file_ids: Collection[UUID]) -> list[PaperSeen]:
    """Give the documents of some files that count, in the order of their pages."""
    return _papers(conn, OF_FILES, file_ids)


def by_ids(conn: Conn, ids: Collection[UUID]) -> list[PaperSeen]:
    """Give some documents that count."""
    return _papers(conn, DOCUMENTS, ids)


def _papers(conn: Conn, statement: str, ids: Collection[UUID]) -> list[PaperSeen]:
    if not ids:
        return []
    with conn.cursor(row_factory=class_row(PaperSeen)) as cursor:
        return cursor.execute(statement.encode(), {"ids": list(ids)}).fetchall()


class BatchSeen(BaseModel):
    """One batch in the list of the newest: how many files and pages, and how many files at which stage."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    door: str
    channel: str | None
    sender: str | None
    reference: str | None
    received_at: datetime
    taken_at: datetime
    files: int
    pages: int
    files_by_stage: dict[Stage, int]


NEWEST = """
    SELECT batch.id, batch.door, batch.channel, batch.sender, batch.reference, batch.received_at, batch.taken_at,
           coalesce(sums.files, 0)::int AS files, coalesce(sums.pages, 0)::int AS pages,
           coalesce(sums.files_by_stage, '{}') AS files_by_stage
      FROM (SELECT *
              FROM batch
             WHERE %(id)s::uuid IS NULL OR id = %(id)s
             ORDER BY taken_at DESC, id DESC
             LIMIT %(limit)s) AS batch
      LEFT JOIN LATERAL (SELECT sum(files) AS files, sum(pages) AS pages, jsonb_object_agg(stage, files) AS files_by_stage
                           FROM (SELECT stage, count(*) AS files, sum(pages_in) AS pages
                                   FROM file
                                  WHERE file.batch_id = batch.id
                                  GROUP BY stage) AS by_stage) AS sums ON true
     ORDER BY batch.taken_at DESC, batch.id DESC
"""


def newest_batches(conn: Conn, limit: int) -> Sequence[BatchSeen]:
    """Give the batches that were taken last, newest first."""
    with conn.cursor(row_factory=class_row(BatchSeen)) as cursor:
        return cursor.execute(NEWEST, {"id": None, "limit": limit}).fetchall()


def batch(conn: Conn, batch_id: UUID) -> BatchSeen | None:
    """Give one batch with its sums; None when there is none."""
    with conn.cursor(row_factory=class_row(BatchSeen)) as cursor:
        return cursor.execute(NEWEST, {"id": batch_id, "limit": 1}).fetchone()
