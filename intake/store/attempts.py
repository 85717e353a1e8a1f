"""Attempts at reading a file: who tried when, and how it ended."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from psycopg.rows import class_row
from psycopg.types.json import Jsonb
from pydantic import BaseModel, ConfigDict

from intake.store.database import Conn
from intake.store.files import FileRow

Ending = Literal["done", "failed", "lost", "stale", "postponed"]


class AttemptRow(BaseModel):
    """Without an end it belongs to a worker at work, or to one that died."""

    model_config = ConfigDict(frozen=True)

    id: int
    file_id: UUID
    stage: str
    revision: int
    worker: str
    began_at: datetime
    ended_at: datetime | None
    outcome: Ending | None
    problem: dict[str, Any] | None


class Tally(BaseModel):
    """How often reading a file went wrong since it was last put in line."""

    model_config = ConfigDict(frozen=True)

    failed: int
    lost: int
    postponed: int


BEGIN = """
    INSERT INTO attempt (file_id, stage, revision, worker, began_at)
    VALUES (%(file_id)s, 'read', %(revision)s, %(worker)s, %(now)s)
 RETURNING id
"""


def begin(conn: Conn, file: FileRow, worker: str, now: datetime) -> int:
    """Say that `worker` (host:pid) begins to read a file; gives the attempt's number."""
    row = conn.execute(BEGIN, {"file_id": file.id, "revision": file.revision, "worker": worker, "now": now}).fetchone()
    assert row is not None
    number: int = row[0]
    return number


END = """
    UPDATE attempt
       SET ended_at = %(now)s, outcome = %(outcome)s, problem = %(problem)s
     WHERE id = %(id)s AND ended_at IS NULL
"""


def end(conn: Conn, attempt: int, outcome: Ending, now: datetime, problem: dict[str, Any] | None = None) -> bool:
    """Say how an attempt ended; False when somebody has given it up for lost before."""
    values = {"id": attempt, "outcome": outcome, "now": now, "problem": None if problem is None else Jsonb(problem)}
    return conn.execute(END, values).rowcount == 1


SET_PAGES_READ = "UPDATE attempt SET pages_read = %(count)s WHERE id = %(id)s AND ended_at IS NULL"


def set_pages_read(conn: Conn, attempt: int, count: int) -> None:
    """Say how many pages an attempt has read so far."""
    conn.execute(SET_PAGES_READ, {"id": attempt, "count": count})


UNENDED = "SELECT EXISTS (SELECT 1 FROM attempt WHERE file_id = %(file_id)s AND ended_at IS NULL)"


def unended(conn: Conn, file_id: UUID) -> bool:
    """Say whether an attempt at a file has no end: its worker is at work, or dead."""
    row = conn.execute(UNENDED, {"file_id": file_id}).fetchone()
    assert row is not None
    return bool(row[0])


LOSE = """
    UPDATE attempt
       SET ended_at = %(now)s, outcome = CASE worker WHEN %(worker)s THEN 'postponed' ELSE 'lost' END
     WHERE file_id = %(file_id)s AND ended_at IS NULL
"""


def lose_unended(conn: Conn, file_id: UUID, worker: str, now: datetime) -> int:
    """Give up all attempts at a file that have no end: their workers are gone. Gives how many there were.

    One of `worker` itself was not lost: the database was away when it ended.
    """
    return conn.execute(LOSE, {"file_id": file_id, "worker": worker, "now": now}).rowcount


TALLY = """
    SELECT count(*) FILTER (WHERE outcome = 'failed') AS failed, count(*) FILTER (WHERE outcome = 'lost') AS lost,
           count(*) FILTER (WHERE outcome = 'postponed') AS postponed
      FROM attempt
     WHERE file_id = %(file_id)s AND revision = %(revision)s
"""


def tally(conn: Conn, file: FileRow) -> Tally:
    """Count what went wrong at the file's present revision: a file put in line again starts anew."""
    with conn.cursor(row_factory=class_row(Tally)) as cursor:
        counted = cursor.execute(TALLY, {"file_id": file.id, "revision": file.revision}).fetchone()
    assert counted is not None
    return counted


OF_FILE = """
    SELECT id, file_id, stage, revision, worker, began_at, ended_at, outcome, problem
      FROM attempt
     WHERE file_id = %(file_id)s
     ORDER BY id
"""


def of_file(conn: Conn, file_id: UUID) -> list[AttemptRow]:
    with conn.cursor(row_factory=class_row(AttemptRow)) as cursor:
        return cursor.execute(OF_FILE, {"file_id": file_id}).fetchall()
