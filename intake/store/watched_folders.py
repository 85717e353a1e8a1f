"""Watched folders: when each was last looked into, how much waits there, and what is wrong with it."""

from __future__ import annotations

from datetime import datetime

from psycopg.rows import class_row
from pydantic import BaseModel, ConfigDict

from intake.store.database import Conn


class WatchedFolderRow(BaseModel):
    """`waiting` counts files that are not yet complete or not yet rested."""

    model_config = ConfigDict(frozen=True)

    path: str
    channel: str | None
    swept_at: datetime
    waiting: int
    problem: str | None


NOTE = """
    INSERT INTO watched_folder (path, channel, swept_at, waiting, problem)
    VALUES (%(path)s, %(channel)s, %(swept_at)s, %(waiting)s, %(problem)s)
        ON CONFLICT (path)
        DO UPDATE SET channel = excluded.channel, swept_at = excluded.swept_at, waiting = excluded.waiting,
                      problem = excluded.problem
"""


def note(conn: Conn, folder: WatchedFolderRow) -> None:
    """Write down how a folder was found; the words of the sweep before are replaced. The caller commits."""
    conn.execute(NOTE, folder.model_dump())


EVERY = "SELECT path, channel, swept_at, waiting, problem FROM watched_folder ORDER BY path"


def every(conn: Conn) -> list[WatchedFolderRow]:
    with conn.cursor(row_factory=class_row(WatchedFolderRow)) as cursor:
        return cursor.execute(EVERY).fetchall()
