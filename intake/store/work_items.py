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
from models.errors import NotFoundError
from models.work import WorkItem


class WorkItemRow(BaseModel):
    """One matter. `waits_because` is empty when no person needs to look at it; `documents` are document ids."""

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
    state: Literal["waiting", "done"]
    waits_because: list[str]
    version: int
    reviewer: str | None
    opened_at: datetime
    closed_at: datetime | None
    documents: list[UUID]


OPEN = """
    INSERT INTO work_item (id, file_id, person_hetu, queue, owner, specifier, comment, pending_date, last_filing_day,
                           reasons, findings, state, waits_because, opened_at)
    VALUES (%(id)s, %(file_id)s, %(person_hetu)s, %(queue)s, %(owner)s, %(specifier)s, %(comment)s, %(pending_date)s,
            %(last_filing_day)s, %(reasons)s, %(findings)s, 'waiting', %(waits_because)s, %(now)s)
"""
LINK = """
    INSERT INTO work_item_document (work_item_id, document_id)
    SELECT %(id)s, unnest(%(documents)s::uuid[])
"""


def open(  # noqa: A001 - read as work_items.open
    conn: Conn, file_id: UUID, item: WorkItem, documents: Sequence[UUID], waits_because: Sequence[str], now: datetime
) -> UUID:
    """Open a matter of a file; `documents` are those of `item`, by their ids here. Gives its id."""
    item_id = uuid4()
    values = item.model_dump(mode="json", exclude={"documents", "reasons", "findings"}) | {
        "id": item_id,
        "file_id": file_id,
        "reasons": Jsonb([reason.model_dump(mode="json") for reason in item.reasons]),
        "findings": Jsonb([finding.model_dump(mode="json") for finding in item.findings]),
        "waits_because": list(waits_because),
        "now": now,
    }
    conn.execute(OPEN, values)
    conn.execute(LINK, {"id": item_id, "documents": list(documents)})
    return item_id


COLUMNS = """
    id, file_id, person_hetu, queue, owner, specifier, comment, pending_date, last_filing_day, reasons, findings,
    state, waits_because, version, reviewer, opened_at, closed_at,
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


OF_FILE = f"SELECT {COLUMNS} FROM work_item WHERE file_id = %(file_id)s ORDER BY opened_at, id"


def of_file(conn: Conn, file_id: UUID) -> list[WorkItemRow]:
    """Give the matters a file brought, closed ones too."""
    with conn.cursor(row_factory=class_row(WorkItemRow)) as cursor:
        return cursor.execute(OF_FILE.encode(), {"file_id": file_id}).fetchall()


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
