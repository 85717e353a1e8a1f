"""What procrastinate keeps: jobs are wake-ups, handed out at least once; these questions find those that went missing."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from intake.store.database import Conn

READ_ELSEWHERE = """
    SELECT EXISTS (
        SELECT 1
          FROM procrastinate_jobs AS job
          JOIN procrastinate_workers AS worker ON worker.id = job.worker_id
         WHERE job.task_name = 'read_file' AND job.status = 'doing'
           AND job.args ->> 'subject' = %(file_id)s AND job.id <> %(job)s
           AND worker.last_heartbeat > now() - make_interval(secs => %(lost_after_s)s))
"""


def read_elsewhere(conn: Conn, file_id: UUID, job: int, lost_after_s: float) -> bool:
    """Say whether a worker that lives holds another job for this file than `job`."""
    values = {"file_id": str(file_id), "job": job, "lost_after_s": lost_after_s}
    row = conn.execute(READ_ELSEWHERE, values).fetchone()
    assert row is not None
    return bool(row[0])


ASLEEP = """
    SELECT file.id
      FROM file
      JOIN batch ON batch.id = file.batch_id
     WHERE file.stage = 'received' AND batch.taken_at < %(before)s
       AND NOT EXISTS (SELECT 1
                         FROM procrastinate_jobs AS job
                        WHERE job.task_name = 'read_file' AND job.status IN ('todo', 'doing')
                          AND job.args ->> 'subject' = file.id::text)
     ORDER BY batch.taken_at, file.number
     LIMIT %(limit)s
"""


def asleep(conn: Conn, before: datetime, limit: int = 200) -> list[UUID]:
    """Give files taken before `before` that wait to be read and that no job will wake a worker for."""
    return [row[0] for row in conn.execute(ASLEEP, {"before": before, "limit": limit})]


GIVE_ON = """
    SELECT procrastinate_retry_job_v2(job.id, now(), NULL, NULL, NULL)
      FROM procrastinate_jobs AS job
      LEFT JOIN procrastinate_workers AS worker ON worker.id = job.worker_id
     WHERE job.status = 'doing'
       AND (worker.id IS NULL OR worker.last_heartbeat < now() - make_interval(secs => %(silent_s)s))
"""


def give_on(conn: Conn, silent_s: float) -> int:
    """Let others do the jobs of workers not heard of for so long, and of those struck off. Gives how many."""
    return conn.execute(GIVE_ON, {"silent_s": silent_s}).rowcount


PRUNE_WORKERS = """
    DELETE FROM procrastinate_workers
     WHERE last_heartbeat < now() - make_interval(secs => %(silent_s)s)
"""


def prune_workers(conn: Conn, silent_s: float) -> int:
    """Strike off workers not heard of for so long; their jobs are then nobody's. Gives how many."""
    return conn.execute(PRUNE_WORKERS, {"silent_s": silent_s}).rowcount


OLDEST_WAITING = """
    SELECT min(batch.taken_at)
      FROM file
      JOIN batch ON batch.id = file.batch_id
     WHERE file.stage = 'received'
"""


def oldest_waiting(conn: Conn) -> datetime | None:
    """Say when the file was taken that has waited longest to be read; None when none waits."""
    row = conn.execute(OLDEST_WAITING).fetchone()
    return None if row is None else row[0]


FORGET_FINISHED = """
    DELETE FROM procrastinate_jobs AS job
     WHERE status IN ('succeeded', 'failed', 'cancelled', 'aborted')
       AND NOT EXISTS (SELECT 1 FROM procrastinate_events AS event
                        WHERE event.job_id = job.id AND event.at > now() - make_interval(secs => %(older_s)s))
"""


def forget_finished(conn: Conn, older_s: float) -> int:
    """Delete jobs to which nothing has happened for so long and nothing will. Gives how many."""
    return conn.execute(FORGET_FINISHED, {"older_s": older_s}).rowcount


NOTICE_DEATH = """
    SELECT set_config('tcp_keepalives_idle', '5', false),
           set_config('tcp_keepalives_interval', '2', false),
           set_config('tcp_keepalives_count', '3', false)
"""
TAKE_TURN = "SELECT pg_try_advisory_lock(%(lock)s)"
MAINTENANCE_LOCK = 0x5AA9_0002


def take_turn(conn: Conn) -> bool:
    """Become the one that keeps order, for as long as this connection lives; False when another one is.

    The server lets go of a machine that has vanished from the network within some ten seconds.
    """
    conn.execute(NOTICE_DEATH)
    row = conn.execute(TAKE_TURN, {"lock": MAINTENANCE_LOCK}).fetchone()
    return row is not None and bool(row[0])


WAITS = "SELECT EXISTS (SELECT FROM procrastinate_jobs WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now()))"


def anything_waits(conn: Conn) -> bool:
    """Tell whether a job is due that nobody has begun."""
    row = conn.execute(WAITS).fetchone()
    return row is not None and bool(row[0])
