"""What people have taken to work on, for whoever oversees them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from psycopg.rows import class_row
from pydantic import BaseModel, ConfigDict

from intake.store.database import Conn


class HeldLock(BaseModel):
    model_config = ConfigDict(frozen=True)

    work_item_id: UUID
    queue: str
    holder: str
    holder_name: str
    taken_at: datetime
    expires_at: datetime


ARE_KEPT = "SELECT to_regclass('work_lock') IS NOT NULL"
HELD = """
    SELECT held.work_item_id, work_item.queue, held.holder, held.holder_name, held.taken_at, held.expires_at
      FROM work_lock AS held
      JOIN work_item ON work_item.id = held.work_item_id
     WHERE held.expires_at > %(now)s
     ORDER BY held.taken_at
"""


def held(conn: Conn, now: datetime) -> list[HeldLock]:
    """Give who holds what now, the longest first."""
    if not _are_kept(conn):
        return []
    with conn.cursor(row_factory=class_row(HeldLock)) as cursor:
        return cursor.execute(HELD, {"now": now}).fetchall()


FREE = "DELETE FROM work_lock WHERE work_item_id = %(item_id)s RETURNING holder"


def free(conn: Conn, item_id: UUID) -> str | None:
    """Take a work item from whoever holds it, who is named; None when nobody does."""
    row = conn.execute(FREE, {"item_id": item_id}).fetchone() if _are_kept(conn) else None
    return None if row is None else str(row[0])


def _are_kept(conn: Conn) -> bool:
    row = conn.execute(ARE_KEPT).fetchone()
    return row is not None and bool(row[0])
