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


HELD = """
    SELECT held.work_item_id, work_item.queue, held.holder, held.holder_name, held.taken_at, held.expires_at
      FROM work_lock AS held
      JOIN work_item ON work_item.id = held.work_item_id
     WHERE held.expires_at > %(now)s
     ORDER BY held.taken_at
"""


def held(conn: Conn, now: datetime) -> list[HeldLock]:
    """Give who holds what now, the longest first."""
    with conn.cursor(row_factory=class_row(HeldLock)) as cursor:
        return cursor.execute(HELD, {"now": now}).fetchall()
