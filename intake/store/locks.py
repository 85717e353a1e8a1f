"""Whose turn a work item is: one person's at a time, until a moment that is moved on while the person is at it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from psycopg.rows import class_row
from pydantic import BaseModel, ConfigDict

from intake.store.database import Conn


class LockRow(BaseModel):
    """Who has a work item, and until when."""

    model_config = ConfigDict(frozen=True)

    work_item_id: UUID
    holder: str
    holder_name: str
    taken_at: datetime
    expires_at: datetime


MOST_URGENT = """
    SELECT id
      FROM work_item
     WHERE state = 'waiting' AND queue = ANY(%(queues)s)
       AND NOT EXISTS (SELECT FROM work_lock
                        WHERE work_item_id = work_item.id AND expires_at > %(now)s AND holder <> %(holder)s)
       AND NOT EXISTS (SELECT FROM work_passed
                        WHERE work_item_id = work_item.id AND holder = %(holder)s AND until > %(now)s)
       AND (%(sees_protected)s OR id <> ALL (ARRAY(SELECT id FROM protected_work_item)))
       AND NOT (waits_because <@ '{findings}'
                AND EXISTS (SELECT FROM request WHERE work_item_id = work_item.id AND state = 'sent'))
     ORDER BY coalesce(due_day, 'infinity'::date), opened_at, id
     LIMIT 1
       FOR UPDATE OF work_item SKIP LOCKED
"""


def most_urgent(conn: Conn, queues: Sequence[str], holder: str, now: datetime, *, sees_protected: bool) -> UUID | None:
    """Find and lock, until the transaction ends, what waits in these queues and nobody else has; the law's days first.

    What `holder` has put back is passed over for a while; what only waits for an answer to a letter, until it is due.
    """
    values = {"queues": list(queues), "holder": holder, "now": now, "sees_protected": sees_protected}
    row = conn.execute(MOST_URGENT, values).fetchone()
    return None if row is None else row[0]


TAKE = """
    INSERT INTO work_lock AS held (work_item_id, holder, holder_name, taken_at, expires_at)
    VALUES (%(item_id)s, %(holder)s, %(name)s, %(now)s, %(until)s)
        ON CONFLICT (work_item_id) DO UPDATE
       SET holder = excluded.holder, holder_name = excluded.holder_name, expires_at = excluded.expires_at,
           taken_at = CASE WHEN held.holder = excluded.holder THEN held.taken_at ELSE excluded.taken_at END
     WHERE held.holder = excluded.holder OR held.expires_at <= %(now)s
"""


def take(conn: Conn, item_id: UUID, holder: str, name: str, now: datetime, until: datetime) -> bool:
    """Give a work item to a person, or let the one who has it keep it; False while somebody else has it."""
    values = {"item_id": item_id, "holder": holder, "name": name, "now": now, "until": until}
    return conn.execute(TAKE, values).rowcount == 1


OF_ITEM = """
    SELECT work_item_id, holder, holder_name, taken_at, expires_at
      FROM work_lock
     WHERE work_item_id = %(item_id)s AND expires_at > %(now)s
"""


def of_item(conn: Conn, item_id: UUID, now: datetime) -> LockRow | None:
    """Give the lock that holds now; None when nobody has the item, or no longer."""
    with conn.cursor(row_factory=class_row(LockRow)) as cursor:
        return cursor.execute(OF_ITEM, {"item_id": item_id, "now": now}).fetchone()


OF_HOLDER = """
    SELECT work_item_id, holder, holder_name, taken_at, expires_at
      FROM work_lock
     WHERE holder = %(holder)s AND expires_at > %(now)s
     ORDER BY taken_at DESC
"""


def of_holder(conn: Conn, holder: str, now: datetime) -> list[LockRow]:
    """Give what a person has, the latest first."""
    with conn.cursor(row_factory=class_row(LockRow)) as cursor:
        return cursor.execute(OF_HOLDER, {"holder": holder, "now": now}).fetchall()


RELEASE = "DELETE FROM work_lock WHERE work_item_id = %(item_id)s AND (%(holder)s::text IS NULL OR holder = %(holder)s)"


def release(conn: Conn, item_id: UUID, holder: str | None = None) -> bool:
    """Give a work item back; without `holder`, whoever has it. False when there was no such lock."""
    return conn.execute(RELEASE, {"item_id": item_id, "holder": holder}).rowcount == 1


PASS_OVER = """
    INSERT INTO work_passed (work_item_id, holder, until)
    VALUES (%(item_id)s, %(holder)s, %(until)s)
        ON CONFLICT (holder, work_item_id) DO UPDATE SET until = excluded.until
"""
FORGET_PASSED = "DELETE FROM work_passed WHERE holder = %(holder)s AND until <= %(now)s"


def pass_over(conn: Conn, item_id: UUID, holder: str, now: datetime, until: datetime) -> None:
    """Give this work item to others first until then; what has run out is swept with it."""
    conn.execute(FORGET_PASSED, {"holder": holder, "now": now})
    conn.execute(PASS_OVER, {"item_id": item_id, "holder": holder, "until": until})
