"""What people have typed about a work item and not yet finished."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from intake.store.database import Conn

SAVE = """
    INSERT INTO work_draft (work_item_id, holder, body, saved_at)
    VALUES (%(item_id)s, %(holder)s, %(body)s, %(now)s)
        ON CONFLICT (work_item_id, holder) DO UPDATE SET body = excluded.body, saved_at = excluded.saved_at
"""


def save(conn: Conn, item_id: UUID, holder: str, body: Mapping[str, Any], now: datetime) -> None:
    """Keep a person's draft in the place of the one before."""
    conn.execute(SAVE, {"item_id": item_id, "holder": holder, "body": Jsonb(dict(body)), "now": now})


OF_PERSON = "SELECT body FROM work_draft WHERE work_item_id = %(item_id)s AND holder = %(holder)s"


def of_person(conn: Conn, item_id: UUID, holder: str) -> dict[str, Any] | None:
    """Give a person's draft; None when there is none."""
    row = conn.execute(OF_PERSON, {"item_id": item_id, "holder": holder}).fetchone()
    return None if row is None else row[0]


DROP = "DELETE FROM work_draft WHERE work_item_id = %(item_id)s AND holder = %(holder)s"


def drop(conn: Conn, item_id: UUID, holder: str) -> None:
    """Forget a draft whose content is kept now, or given up."""
    conn.execute(DROP, {"item_id": item_id, "holder": holder})
