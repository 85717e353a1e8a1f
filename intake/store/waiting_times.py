"""How long people's work waits: by queue, by age, and against the days of law."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from psycopg.rows import class_row
from pydantic import BaseModel, ConfigDict

from intake.store.database import Conn

AGES_DAYS = (1, 3, 7, 14)
"""Bounds between the ages that are told apart: under a day, up to 3, 7, 14 days, and over."""


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True)


class QueueWaits(_Row):
    """What waits in one queue for a person. `by_age` counts by AGES_DAYS; the oldest has waited since `oldest_at`.

    `settled`: closed since the asked moment; half of these took no longer than `median_s`, nine in ten no longer than `most_s`.
    """

    queue: str
    waiting: int
    by_age: list[int]
    oldest_at: datetime | None
    settled: int
    median_s: float | None
    most_s: float | None


BY_QUEUE = """
    WITH aged AS (
        SELECT queue, opened_at, width_bucket(extract(epoch FROM %(now)s - opened_at) / 86400.0, %(ages)s::numeric[]) AS age
          FROM work_item
         WHERE state = 'waiting' AND cardinality(waits_because) > 0
    ), waiting AS (
        SELECT queue, count(*)::int AS waiting, min(opened_at) AS oldest_at,
               ARRAY(SELECT count(*) FILTER (WHERE other.age = bound)::int
                       FROM generate_series(0, cardinality(%(ages)s::numeric[])) AS bound
                       LEFT JOIN aged AS other ON other.queue = aged.queue
                      GROUP BY bound ORDER BY bound) AS by_age
          FROM aged
         GROUP BY queue
    ), settled AS (
        SELECT queue, count(*)::int AS settled,
               percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM closed_at - opened_at)::float8) AS median_s,
               percentile_cont(0.9) WITHIN GROUP (ORDER BY extract(epoch FROM closed_at - opened_at)::float8) AS most_s
          FROM work_item
         WHERE state = 'done' AND closed_at >= %(since)s AND closed_at > opened_at AND reviewer IS NOT NULL
         GROUP BY queue
    )
    SELECT queue, coalesce(waiting, 0) AS waiting, coalesce(by_age, '{}') AS by_age, oldest_at,
           coalesce(settled, 0) AS settled, median_s, most_s
      FROM waiting FULL JOIN settled USING (queue)
     ORDER BY coalesce(waiting, 0) DESC, queue
"""


def by_queue(conn: Conn, now: datetime, since: datetime) -> list[QueueWaits]:
    """Say for each queue what waits and for how long, and how long what people have settled since had taken."""
    with conn.cursor(row_factory=class_row(QueueWaits)) as cursor:
        return cursor.execute(BY_QUEUE, {"now": now, "since": since, "ages": list(AGES_DAYS)}).fetchall()


class AtRisk(_Row):
    """A work item whose last filing day is near or past."""

    id: UUID
    queue: str
    last_filing_day: date
    opened_at: datetime
    reviewer: str | None


AT_RISK = """
    SELECT id, queue, last_filing_day, opened_at, reviewer
      FROM work_item
     WHERE state = 'waiting' AND cardinality(waits_because) > 0 AND last_filing_day <= %(last)s
     ORDER BY last_filing_day, opened_at, id
     LIMIT %(limit)s
"""


def at_risk(conn: Conn, last: date, limit: int = 500) -> list[AtRisk]:
    """Give what waits though its last filing day comes no later than `last`, the most urgent first."""
    with conn.cursor(row_factory=class_row(AtRisk)) as cursor:
        return cursor.execute(AT_RISK, {"last": last, "limit": limit}).fetchall()
