"""Work items that lie where they lie only because a register did not answer."""

from __future__ import annotations

from uuid import UUID

from psycopg.rows import class_row
from psycopg.types.json import Jsonb
from pydantic import BaseModel, ConfigDict

from intake.store.database import Conn


class HeldRow(BaseModel):
    """A matter held by a silent register, with whom to ask for."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    person_hetu: str


HELD = """
    SELECT id, person_hetu
      FROM work_item
     WHERE queue = 'protected_clients' AND state = 'waiting' AND person_hetu IS NOT NULL AND findings @> %(finding)s
     ORDER BY opened_at, id
     LIMIT %(limit)s
"""


def held(conn: Conn, finding_key: str, limit: int = 50) -> list[HeldRow]:
    """Give the matters that bear the finding and nobody has closed; oldest first."""
    with conn.cursor(row_factory=class_row(HeldRow)) as cursor:
        return cursor.execute(HELD, {"finding": Jsonb([{"key": finding_key}]), "limit": limit}).fetchall()
