"""Arrangements: what people have said about how a file's pages belong together. Never changed, only followed by the next."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from psycopg.rows import class_row
from psycopg.types.json import Jsonb
from pydantic import BaseModel, ConfigDict

from intake.store.database import Conn
from models.arrangement import Arrangement


class ArrangementRow(BaseModel):
    """`body` is None where a person has taken back what was said before: reading decides."""

    model_config = ConfigDict(frozen=True)

    file_id: UUID
    revision: int
    body: Arrangement | None
    said_by: str
    said_at: datetime


ADD = """
    INSERT INTO arrangement (file_id, revision, body, said_by, said_at)
    VALUES (%(file_id)s, %(revision)s, %(body)s, %(by)s, %(now)s)
"""


def add(conn: Conn, file_id: UUID, revision: int, said: Arrangement | None, by: str, now: datetime) -> None:
    """Keep what a person says; `revision` is the file's once it is in line to be read so."""
    body = None if said is None else Jsonb(said.model_dump(mode="json"))
    conn.execute(ADD, {"file_id": file_id, "revision": revision, "body": body, "by": by, "now": now})


NEWEST = """
    SELECT file_id, revision, body, said_by, said_at
      FROM arrangement
     WHERE file_id = %(file_id)s
     ORDER BY revision DESC
     LIMIT 1
"""


def newest(conn: Conn, file_id: UUID) -> ArrangementRow | None:
    """Give what counts for a file; None when nobody has ever said anything, or it was taken back."""
    with conn.cursor(row_factory=class_row(ArrangementRow)) as cursor:
        found = cursor.execute(NEWEST, {"file_id": file_id}).fetchone()
    return found if found is not None and found.body is not None else None
