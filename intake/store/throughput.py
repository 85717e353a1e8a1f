"""How much went through: pages that came in, were read and were delivered, by Finnish day or hour; how much by itself."""

from __future__ import annotations

from datetime import date
from typing import Literal

from psycopg.rows import class_row
from pydantic import BaseModel, ConfigDict

from intake.store.database import Conn


class Through(BaseModel):
    """Pages of one day or hour; `at` is an hour's number, or 0."""

    model_config = ConfigDict(frozen=True)

    day: date
    at: int
    came: int
    read: int
    delivered: int


HAPPENED = """
    WITH happened AS (
        SELECT batch.taken_at AS moment, 'came' AS what, file.pages_in AS pages
          FROM batch JOIN file ON file.batch_id = batch.id
         WHERE batch.taken_at >= %(first)s::date::timestamp AT TIME ZONE 'Europe/Helsinki'
        UNION ALL
        SELECT reading.read_at, 'read', file.pages_in
          FROM reading JOIN file ON file.id = reading.file_id
         WHERE reading.read_at >= %(first)s::date::timestamp AT TIME ZONE 'Europe/Helsinki'
        UNION ALL
        SELECT delivery.delivered_at, 'delivered', cardinality(document.pages)
          FROM delivery JOIN document ON document.id = delivery.document_id
         WHERE delivery.delivered_at >= %(first)s::date::timestamp AT TIME ZONE 'Europe/Helsinki'
           AND NOT EXISTS (SELECT 1 FROM delivery AS earlier
                            WHERE earlier.document_id = document.id AND earlier.delivered_at < delivery.delivered_at)
    ), placed AS (
        SELECT moment AT TIME ZONE 'Europe/Helsinki' AS clock, what, pages FROM happened
    )
"""
SUMS = """
    coalesce(sum(pages) FILTER (WHERE what = 'came'), 0)::int AS came,
    coalesce(sum(pages) FILTER (WHERE what = 'read'), 0)::int AS read,
    coalesce(sum(pages) FILTER (WHERE what = 'delivered'), 0)::int AS delivered
"""
BY_DAY = f"""
    {HAPPENED}
    SELECT day::date, 0 AS at, {SUMS}
      FROM generate_series(%(first)s::date, %(last)s::date, interval '1 day') AS day
      LEFT JOIN placed ON placed.clock::date = day::date
     GROUP BY day
     ORDER BY day
"""
BY_HOUR = f"""
    {HAPPENED}
    SELECT %(first)s::date AS day, hour AS at, {SUMS}
      FROM generate_series(0, 23) AS hour
      LEFT JOIN placed ON placed.clock::date = %(first)s::date AND extract(hour FROM placed.clock)::int = hour
     GROUP BY hour
     ORDER BY hour
"""


def by_day(conn: Conn, first: date, last: date) -> list[Through]:
    """Sum up each Finnish day, those without any pages too. A page read twice counts twice, one delivered twice once."""
    with conn.cursor(row_factory=class_row(Through)) as cursor:
        return cursor.execute(BY_DAY.encode(), {"first": first, "last": last}).fetchall()


def by_hour(conn: Conn, day: date) -> list[Through]:
    """Sum up the hours of one Finnish day."""
    with conn.cursor(row_factory=class_row(Through)) as cursor:
        return cursor.execute(BY_HOUR.encode(), {"first": day}).fetchall()


How = Literal["by_itself", "looked_at", "waits", "elsewhere"]


class Automation(BaseModel):
    """Documents read on one Finnish day, by what became of them."""

    model_config = ConfigDict(frozen=True)

    day: date
    by_itself: int
    looked_at: int
    waits: int
    elsewhere: int

    @property
    def documents(self) -> int:
        return self.by_itself + self.looked_at + self.waits + self.elsewhere


AUTOMATION = """
    WITH counted AS (
        SELECT (reading.read_at AT TIME ZONE 'Europe/Helsinki')::date AS day,
               CASE WHEN EXISTS (SELECT 1 FROM record WHERE record.document_id = document.id AND origin = 'correction')
                    THEN 'looked_at'
                    WHEN EXISTS (SELECT 1 FROM delivery WHERE delivery.document_id = document.id AND state <> 'superseded')
                    THEN 'by_itself'
                    WHEN EXISTS (SELECT 1 FROM work_item_document AS link JOIN work_item ON work_item.id = link.work_item_id
                                  WHERE link.document_id = document.id AND work_item.state = 'waiting')
                    THEN 'waits'
                    ELSE 'elsewhere' END AS how
          FROM reading JOIN document ON document.reading_id = reading.id
         WHERE reading.read_at >= %(first)s::date::timestamp AT TIME ZONE 'Europe/Helsinki'
           AND document.packet_id IS NOT NULL AND document.duplicate_of IS NULL
    )
    SELECT day::date, count(*) FILTER (WHERE how = 'by_itself')::int AS by_itself,
           count(*) FILTER (WHERE how = 'looked_at')::int AS looked_at,
           count(*) FILTER (WHERE how = 'waits')::int AS waits, count(*) FILTER (WHERE how = 'elsewhere')::int AS elsewhere
      FROM generate_series(%(first)s::date, %(last)s::date, interval '1 day') AS series (each)
     CROSS JOIN LATERAL (SELECT each::date AS day) AS named
      LEFT JOIN counted USING (day)
     GROUP BY day
     ORDER BY day
"""


def automation(conn: Conn, first: date, last: date) -> list[Automation]:
    """Say of the documents read each day how many went on by themselves; papers that came again do not count."""
    with conn.cursor(row_factory=class_row(Automation)) as cursor:
        return cursor.execute(AUTOMATION, {"first": first, "last": last}).fetchall()
