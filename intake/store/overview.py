"""How things stand today, in sums."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict

from intake.store.database import Conn


class Overview(BaseModel):
    """What came in on one Finnish day and where it is; what waits for people, whenever it came."""

    model_config = ConfigDict(frozen=True)

    batches: int
    files: int
    pages: int
    pages_by_state: dict[str, int]
    waiting_by_queue: dict[str, int]


CAME = """
    SELECT count(DISTINCT batch.id), count(file.id), coalesce(sum(file.pages_in), 0)
      FROM batch
      JOIN file ON file.batch_id = batch.id
     WHERE batch.taken_at >= %(day)s::date::timestamp AT TIME ZONE 'Europe/Helsinki'
       AND batch.taken_at < (%(day)s::date + 1)::timestamp AT TIME ZONE 'Europe/Helsinki'
"""
PAGES = """
    SELECT page.state, count(*)
      FROM batch
      JOIN file ON file.batch_id = batch.id
      JOIN page ON page.file_id = file.id
     WHERE batch.taken_at >= %(day)s::date::timestamp AT TIME ZONE 'Europe/Helsinki'
       AND batch.taken_at < (%(day)s::date + 1)::timestamp AT TIME ZONE 'Europe/Helsinki'
     GROUP BY page.state
"""
WAITING = """
    SELECT queue, count(*)
      FROM work_item
     WHERE state = 'waiting' AND cardinality(waits_because) > 0
     GROUP BY queue
"""


def of_day(conn: Conn, day: date) -> Overview:
    """Count what came in on a Finnish day, and all that waits for a person."""
    row = conn.execute(CAME, {"day": day}).fetchone()
    assert row is not None
    states: dict[str, int] = dict(conn.execute(PAGES, {"day": day}).fetchall())
    queues: dict[str, int] = dict(conn.execute(WAITING).fetchall())
    return Overview(batches=row[0], files=row[1], pages=row[2], pages_by_state=states, waiting_by_queue=queues)
