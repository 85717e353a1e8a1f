"""Workers: which live, what each does and since when, and how the latest attempts ended."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from psycopg.rows import class_row
from pydantic import BaseModel, ConfigDict

from intake.store.attempts import Ending
from intake.store.database import Conn


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True)


class WorkerRow(_Row):
    """One worker of one lane. `silent_s`: since it was last heard of. What it does now is None while it waits for work.

    `name` (host:pid) is known of those that read a file.
    """

    id: int
    silent_s: float
    is_alive: bool
    task: str | None
    subject: UUID | None
    since: datetime | None
    name: str | None
    pages: int | None


WORKERS = """
    SELECT worker.id, greatest(0, extract(epoch FROM now() - worker.last_heartbeat))::float8 AS silent_s,
           worker.last_heartbeat > now() - make_interval(secs => %(lost_after_s)s) AS is_alive,
           job.task_name AS task, (job.args ->> 'subject')::uuid AS subject,
           coalesce(attempt.began_at, begun.at) AS since, attempt.worker AS name, file.pages_in AS pages
      FROM procrastinate_workers AS worker
      LEFT JOIN procrastinate_jobs AS job ON job.worker_id = worker.id AND job.status = 'doing'
      LEFT JOIN LATERAL (SELECT max(at) AS at FROM procrastinate_events
                          WHERE job_id = job.id AND type = 'started') AS begun ON true
      LEFT JOIN file ON job.task_name = 'read_file' AND file.id = (job.args ->> 'subject')::uuid
      LEFT JOIN LATERAL (SELECT worker, began_at FROM attempt
                          WHERE attempt.file_id = file.id AND ended_at IS NULL
                          ORDER BY attempt.id DESC LIMIT 1) AS attempt ON true
     ORDER BY worker.id
"""


def workers(conn: Conn, lost_after_s: float) -> list[WorkerRow]:
    """Give all workers not yet struck off, those that are silent too."""
    with conn.cursor(row_factory=class_row(WorkerRow)) as cursor:
        return cursor.execute(WORKERS, {"lost_after_s": lost_after_s}).fetchall()


class AttemptMade(_Row):
    """An attempt at reading a file, with how it went."""

    id: int
    file_id: UUID
    pages: int
    worker: str
    began_at: datetime
    ended_at: datetime | None
    outcome: Ending | None
    code: str | None


ATTEMPTS = """
    SELECT attempt.id, attempt.file_id, file.pages_in AS pages, attempt.worker, attempt.began_at, attempt.ended_at,
           attempt.outcome, attempt.problem ->> 'code' AS code
      FROM attempt
      JOIN file ON file.id = attempt.file_id
     ORDER BY attempt.id DESC
     LIMIT %(limit)s
"""


def latest_attempts(conn: Conn, limit: int) -> list[AttemptMade]:
    """Give the latest attempts, the newest first."""
    with conn.cursor(row_factory=class_row(AttemptMade)) as cursor:
        return cursor.execute(ATTEMPTS, {"limit": limit}).fetchall()


ENDED = "SELECT outcome, count(*)::int FROM attempt WHERE ended_at >= %(since)s GROUP BY outcome"


def ended_since(conn: Conn, since: datetime) -> dict[str, int]:
    """Count attempts by how they ended."""
    return dict(conn.execute(ENDED, {"since": since}).fetchall())
