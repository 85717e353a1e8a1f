"""Readings: what reading a file printed, each time it was read. Never changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from psycopg.rows import class_row
from psycopg.types.json import Jsonb
from pydantic import BaseModel, ConfigDict

from intake.store.database import Conn


class ReadingRow(BaseModel):
    """`result` is of schema intake-result/1; `revision` is the file's, once the reading counted."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    file_id: UUID
    revision: int
    result: dict[str, Any]
    versions: dict[str, str]
    seconds: float
    read_at: datetime


ADD = """
    INSERT INTO reading (id, file_id, revision, result, versions, seconds, read_at)
    VALUES (%(id)s, %(file_id)s, %(revision)s, %(result)s, %(versions)s, %(seconds)s, %(now)s)
"""


def add(
    conn: Conn,
    file_id: UUID,
    revision: int,
    result: Mapping[str, Any],
    versions: Mapping[str, str],
    seconds: float,
    now: datetime,
) -> UUID:
    """Keep what was read, with the versions of all that took part; gives the reading's id."""
    reading_id = uuid4()
    values = {
        "id": reading_id, "file_id": file_id, "revision": revision, "result": Jsonb(dict(result)),
        "versions": Jsonb(dict(versions)), "seconds": seconds, "now": now,
    }  # fmt: skip
    conn.execute(ADD, values)
    return reading_id


NEWEST = """
    SELECT id, file_id, revision, result, versions, seconds, read_at
      FROM reading
     WHERE file_id = %(file_id)s
     ORDER BY revision DESC
     LIMIT 1
"""


def newest(conn: Conn, file_id: UUID) -> ReadingRow | None:
    """Give the reading of a file that counts; None when it has not been read."""
    with conn.cursor(row_factory=class_row(ReadingRow)) as cursor:
        return cursor.execute(NEWEST, {"file_id": file_id}).fetchone()
