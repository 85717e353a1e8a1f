"""Figures of the running service, counted from the rows themselves: for metrics and readiness. No personal data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from psycopg import errors

from intake.store.database import Conn

QUANTILES = (0.5, 0.9, 0.99)
RECENT_HOURS = 6
"""Quantiles of a stage's seconds are of the attempts that ended in so many hours."""


class StageSeconds(NamedTuple):
    """`by_quantile` is of the last hours; `attempts` and `total` are of all time, so that they only grow."""

    stage: str
    attempts: int
    total: float
    by_quantile: dict[float, float]


class Figures(NamedTuple):
    pages: dict[str, int]
    files: dict[str, int]
    waiting: dict[str, tuple[int, float]]
    oldest_unread_s: float
    stages: list[StageSeconds]
    attempts: dict[str, int]
    deliveries: dict[str, tuple[int, float]]
    jobs: dict[tuple[str, str], int]
    ledger_difference: int
    alarms: dict[str, int]
    workers_alive: int


PAGES = "SELECT state, count(*) FROM page GROUP BY state"
FILES = "SELECT stage, count(*) FROM file GROUP BY stage"
WAITING = """
    SELECT queue, count(*), extract(epoch FROM %(now)s - min(opened_at))
      FROM work_item
     WHERE state = 'waiting'
     GROUP BY queue
"""
ATTEMPTS = "SELECT coalesce(outcome, 'running'), count(*) FROM attempt GROUP BY 1"
DELIVERIES = "SELECT state, count(*), extract(epoch FROM %(now)s - min(created_at)) FROM delivery GROUP BY state"
JOBS = "SELECT queue_name, status::text, count(*) FROM procrastinate_jobs GROUP BY 1, 2"
ALARMS = "SELECT kind, count(*) FROM alarm WHERE cleared_at IS NULL GROUP BY kind"


def figures(conn: Conn, now: datetime, lost_after_s: float) -> Figures:
    """Count everything. A few grouped counts: on a large database take them no oftener than every some seconds."""
    at = {"now": now}
    unread = oldest_unread(conn)
    return Figures(
        pages=dict(conn.execute(PAGES).fetchall()),
        files=dict(conn.execute(FILES).fetchall()),
        waiting=_counts_and_ages(conn, WAITING, at),
        oldest_unread_s=0.0 if unread is None else max(0.0, (now - unread).total_seconds()),
        stages=stage_seconds(conn, now),
        attempts=dict(conn.execute(ATTEMPTS).fetchall()),
        deliveries=_counts_and_ages(conn, DELIVERIES, at),
        jobs={(lane, status): count for lane, status, count in conn.execute(JOBS)},
        ledger_difference=ledger_difference(conn),
        alarms=dict(conn.execute(ALARMS).fetchall()),
        workers_alive=workers_alive(conn, lost_after_s),
    )


def _counts_and_ages(conn: Conn, sql: str, at: Mapping[str, Any]) -> dict[str, tuple[int, float]]:
    return {key: (count, max(0.0, float(age))) for key, count, age in conn.execute(sql.encode(), at)}


OLDEST_UNREAD = """
    SELECT min(batch.taken_at)
      FROM file JOIN batch ON batch.id = file.batch_id
     WHERE file.stage = 'received'
"""


def oldest_unread(conn: Conn) -> datetime | None:
    """When the file that has waited longest to be read was taken; None when all are read."""
    row = conn.execute(OLDEST_UNREAD).fetchone()
    return None if row is None else row[0]


UNREAD = "SELECT count(*) FROM file WHERE stage = 'received'"


def unread(conn: Conn) -> int:
    """How many files wait to be read."""
    row = conn.execute(UNREAD).fetchone()
    return 0 if row is None else int(row[0])


STAGE_TOTALS = """
    SELECT stage, count(*), sum(extract(epoch FROM ended_at - began_at))
      FROM attempt
     WHERE outcome IN ('done', 'failed')
     GROUP BY stage
"""
STAGE_QUANTILES = """
    SELECT stage, percentile_cont(%(quantiles)s::float8[]) WITHIN GROUP (ORDER BY extract(epoch FROM ended_at - began_at)::float8)
      FROM attempt
     WHERE outcome IN ('done', 'failed') AND ended_at > %(now)s - make_interval(hours => %(hours)s)
     GROUP BY stage
"""


def stage_seconds(conn: Conn, now: datetime) -> list[StageSeconds]:
    """How long attempts took, by stage; lost and stale ones tell nothing and are left out."""
    values = {"quantiles": list(QUANTILES), "now": now, "hours": RECENT_HOURS}
    recent = {stage: dict(zip(QUANTILES, seconds, strict=True)) for stage, seconds in conn.execute(STAGE_QUANTILES, values)}
    return [StageSeconds(stage, count, float(total), recent.get(stage, {})) for stage, count, total in conn.execute(STAGE_TOTALS)]


LEDGER_DIFFERENCE = """
    SELECT coalesce(sum(abs(file.pages_in - coalesce(counted.pages, 0))), 0)
      FROM file LEFT JOIN (SELECT file_id, count(*) AS pages FROM page GROUP BY file_id) AS counted ON counted.file_id = file.id
"""


def ledger_difference(conn: Conn) -> int:
    """Pages counted at the door but kept nowhere, and pages kept that nobody counted, of all time. 0, always."""
    row = conn.execute(LEDGER_DIFFERENCE).fetchone()
    return 0 if row is None else int(row[0])


WORKERS = "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => %(seconds)s)"


def workers_alive(conn: Conn, lost_after_s: float) -> int:
    """Workers heard of within `lost_after_s`, by the database's own clock."""
    row = conn.execute(WORKERS, {"seconds": lost_after_s}).fetchone()
    return 0 if row is None else int(row[0])


SIZE = "SELECT pg_database_size(current_database()), (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database())"


def size_and_connections(conn: Conn) -> tuple[int, int]:
    """Bytes of the database, and how many connections to it are open."""
    row = conn.execute(SIZE).fetchone()
    return (0, 0) if row is None else (int(row[0]), int(row[1]))


REVISION = "SELECT version_num FROM alembic_version"


def schema_revision(conn: Conn) -> str | None:
    """The database's schema; None before the first migration. The transaction is of no more use then."""
    try:
        row = conn.execute(REVISION).fetchone()
    except errors.UndefinedTable:
        conn.rollback()
        return None
    return None if row is None else str(row[0])


@cache
def needed_revision() -> str:
    """The schema this program needs: the newest migration's number, told by its file's name.

    Asking alembic would cost a web process its memory; a test holds this against `migrate.newest()`.
    """
    versions = Path(__file__).parent / "migrations" / "versions"
    return max(path.stem.split("_")[0] for path in versions.glob("[0-9]*.py"))
