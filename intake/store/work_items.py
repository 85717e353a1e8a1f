"""Work items: matters waiting in queues, for people or for nothing but their delivery."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID, uuid4

from psycopg.rows import class_row
from psycopg.types.json import Jsonb
from pydantic import BaseModel, ConfigDict

from intake.store.database import Conn
from models.errors import ConflictError, NotFoundError
from models.work import Candidate, WorkItem


class WorkItemRow(BaseModel):
    """One matter's work, or pages that nobody has read (no `matter_id`). `documents` are document ids.

    `waits_because` is empty when no person needs to look at it; `candidates` are matters it may belong to; `settled` are
    findings and queues that a person has dealt with; `due_day` is the nearest day of law.
    """

    model_config = ConfigDict(frozen=True)

    id: UUID
    file_id: UUID
    person_hetu: str | None
    queue: str
    owner: str
    specifier: str
    comment: str
    pending_date: date | None
    last_filing_day: date | None
    reasons: list[dict[str, Any]]
    findings: list[dict[str, Any]]
    side_tasks: list[dict[str, Any]]
    candidates: list[dict[str, Any]]
    matter_id: UUID | None
    state: Literal["waiting", "done"]
    waits_because: list[str]
    settled: list[dict[str, Any]] = []
    due_day: date | None = None
    version: int
    reviewer: str | None
    opened_at: datetime
    closed_at: datetime | None
    documents: list[UUID]


OPEN = """
    INSERT INTO work_item (id, file_id, person_hetu, queue, owner, specifier, comment, pending_date, last_filing_day,
                           reasons, findings, side_tasks, candidates, matter_id, state, waits_because, opened_at)
    VALUES (%(id)s, %(file_id)s, %(person_hetu)s, %(queue)s, %(owner)s, %(specifier)s, %(comment)s, %(pending_date)s,
            %(last_filing_day)s, %(reasons)s, %(findings)s, %(side_tasks)s, %(candidates)s, %(matter_id)s, 'waiting',
            %(waits_because)s, %(now)s)
"""
LINK = """
    INSERT INTO work_item_document (work_item_id, document_id)
    SELECT %(id)s, unnest(%(documents)s::uuid[])
"""


def open(  # noqa: A001 - read as work_items.open
    conn: Conn, file_id: UUID, item: WorkItem, documents: Sequence[UUID], waits_because: Sequence[str], now: datetime, *,
    matter_id: UUID | None = None, candidates: Sequence[Candidate] = (),
) -> UUID:  # fmt: skip
    """Open a matter's work item, or one about a file's pages; `documents` are those of `item`, by their ids here."""
    item_id = uuid4()
    row = _row(item, waits_because, candidates) | {"id": item_id, "file_id": file_id, "matter_id": matter_id, "now": now}
    conn.execute(OPEN, row)
    conn.execute(LINK, {"id": item_id, "documents": list(documents)})
    return item_id


def _row(item: WorkItem, waits_because: Sequence[str], candidates: Sequence[Candidate]) -> dict[str, Any]:
    row = item.model_dump(mode="json", exclude={"documents"})
    told = {name: Jsonb(row[name]) for name in ("reasons", "findings", "side_tasks")}
    listed = Jsonb([candidate.model_dump(mode="json") for candidate in candidates])
    return row | told | {"candidates": listed, "waits_because": list(waits_because)}


JUDGE = """
    UPDATE work_item
       SET person_hetu = %(person_hetu)s, queue = %(queue)s, owner = %(owner)s, specifier = %(specifier)s,
           comment = %(comment)s, pending_date = %(pending_date)s, last_filing_day = %(last_filing_day)s,
           reasons = %(reasons)s, findings = %(findings)s, side_tasks = %(side_tasks)s, candidates = %(candidates)s,
           waits_because = %(waits_because)s, state = %(state)s, closed_at = %(closed_at)s, version = version + 1
     WHERE id = %(id)s AND version = %(version)s
"""
UNLINK = "DELETE FROM work_item_document WHERE work_item_id = %(id)s"


def judge(
    conn: Conn, seen: WorkItemRow, item: WorkItem, documents: Sequence[UUID], waits_because: Sequence[str],
    candidates: Sequence[Candidate], now: datetime,
) -> None:  # fmt: skip
    """Write down what a matter's work item says now: open again when something waits, closed when nothing does.

    Raises ConflictError when it is not as `seen` any more.
    """
    is_done = not waits_because
    closed_at = (seen.closed_at or now) if is_done else None
    state = "done" if is_done else "waiting"
    row = _row(item, waits_because, candidates) | {
        "id": seen.id, "version": seen.version, "state": state, "closed_at": closed_at,
    }  # fmt: skip
    if conn.execute(JUDGE, row).rowcount != 1:
        raise ConflictError("Somebody has changed this work item meanwhile.", "Look at it again.")
    conn.execute(UNLINK, {"id": seen.id})
    conn.execute(LINK, {"id": seen.id, "documents": list(documents)})


COLUMNS = """
    id, file_id, person_hetu, queue, owner, specifier, comment, pending_date, last_filing_day, reasons, findings,
    side_tasks, candidates, matter_id, state, waits_because, settled, due_day, version, reviewer, opened_at, closed_at,
    array(SELECT document_id FROM work_item_document WHERE work_item_id = work_item.id ORDER BY document_id) AS documents
"""
GET = f"SELECT {COLUMNS} FROM work_item WHERE id = %(id)s"


def get(conn: Conn, item_id: UUID) -> WorkItemRow:
    """Give one work item. Raises NotFoundError."""
    with conn.cursor(row_factory=class_row(WorkItemRow)) as cursor:
        item = cursor.execute(GET.encode(), {"id": item_id}).fetchone()
    if item is None:
        raise NotFoundError("work item", str(item_id))
    return item


WAITING = f"""
    SELECT {COLUMNS}
      FROM work_item
     WHERE state = 'waiting' AND (%(queue)s::text IS NULL OR queue = %(queue)s)
     ORDER BY opened_at, id
     LIMIT %(limit)s
"""


def waiting(conn: Conn, queue: str | None = None, limit: int = 100) -> list[WorkItemRow]:
    """Give what waits in one queue, or in all; oldest first."""
    with conn.cursor(row_factory=class_row(WorkItemRow)) as cursor:
        return cursor.execute(WAITING.encode(), {"queue": queue, "limit": limit}).fetchall()


OF_DOCUMENT = f"""
    SELECT {COLUMNS}
      FROM work_item
     WHERE id IN (SELECT work_item_id FROM work_item_document WHERE document_id = %(document_id)s)
     ORDER BY opened_at, id
"""


def of_document(conn: Conn, document_id: UUID) -> list[WorkItemRow]:
    """Give the matters a document belongs to, closed ones too."""
    with conn.cursor(row_factory=class_row(WorkItemRow)) as cursor:
        return cursor.execute(OF_DOCUMENT.encode(), {"document_id": document_id}).fetchall()


OF_FILE = f"""
    SELECT {COLUMNS}
      FROM work_item
     WHERE file_id = %(file_id)s
        OR id IN (SELECT work_item_id
                    FROM work_item_document
                    JOIN document ON document.id = work_item_document.document_id
                   WHERE document.file_id = %(file_id)s)
     ORDER BY opened_at, id
"""


def of_file(conn: Conn, file_id: UUID) -> list[WorkItemRow]:
    """Give the work items a file opened or has papers in, closed ones too."""
    with conn.cursor(row_factory=class_row(WorkItemRow)) as cursor:
        return cursor.execute(OF_FILE.encode(), {"file_id": file_id}).fetchall()


OF_MATTER = f"SELECT {COLUMNS} FROM work_item WHERE matter_id = %(matter_id)s ORDER BY state DESC, opened_at DESC, id LIMIT 1"


def of_matter(conn: Conn, matter_id: UUID) -> WorkItemRow | None:
    """Give a matter's work item, the waiting one before one that is done; None when it never had one."""
    with conn.cursor(row_factory=class_row(WorkItemRow)) as cursor:
        return cursor.execute(OF_MATTER.encode(), {"matter_id": matter_id}).fetchone()


CLOSE = """
    UPDATE work_item
       SET state = 'done', closed_at = %(now)s, version = version + 1
     WHERE id = %(id)s AND state = 'waiting'
"""


def close(conn: Conn, item_id: UUID, now: datetime) -> bool:
    """Close a matter; False when it was closed before."""
    return conn.execute(CLOSE, {"id": item_id, "now": now}).rowcount == 1


SET_WAITING = """
    UPDATE work_item
       SET waits_because = %(because)s, state = 'waiting', closed_at = NULL, version = version + 1
     WHERE id = %(id)s
"""


def set_waiting(conn: Conn, item_id: UUID, because: Sequence[str], now: datetime) -> None:
    """Say anew why a matter waits for a person ([]: for nothing); a closed one is open again."""
    conn.execute(SET_WAITING, {"id": item_id, "because": list(because), "now": now})
