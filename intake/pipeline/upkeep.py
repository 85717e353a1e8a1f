"""What keeps work flowing: lost jobs are given on, missing ones lined up, long waits made known."""

from __future__ import annotations

from datetime import datetime, timedelta

from intake.store import alarms, figures, jobs, wake_ups
from intake.store.database import Database

ASLEEP_AFTER = timedelta(seconds=10)
"""A file taken so long ago without a job to read it has lost its wake-up."""

OLDEST_WAITING = "oldest_waiting"
TOO_OLD = timedelta(minutes=15)
NO_WORKER = "no_worker"
SILENT_TIMES = 10
SCRATCH = "saapuva-reading-"
"""How the scratch folders of workers are called, so that those of killed ones can be found."""

KEPT_JOBS = timedelta(days=1)
PRUNED_AFTER = 10
"""Workers silent for so many times the limit are struck off."""


def give_lost_work_on(database: Database, lost_after_s: float) -> int:
    """Let others do the jobs of workers not heard of for `lost_after_s`. Gives how many.

    The worker may only have been paused: the file's fence then throws its work away.
    """
    with database.transaction() as conn:
        given = wake_ups.give_on(conn, lost_after_s)
        wake_ups.prune_workers(conn, PRUNED_AFTER * lost_after_s)
    return given


def wake(database: Database, now: datetime) -> int:
    """Line up files that wait and that no job is about, as after a restore. Gives how many."""
    with database.transaction() as conn:
        asleep = wake_ups.asleep(conn, now - ASLEEP_AFTER)
        for file_id in asleep:
            jobs.enqueue(conn, jobs.READ_FILE, file_id)
    return len(asleep)


def watch_age(database: Database, now: datetime) -> None:
    """Raise an alarm when a file has waited too long to be read."""
    with database.transaction() as conn:
        oldest = wake_ups.oldest_waiting(conn)
        if oldest is None or now - oldest < TOO_OLD:
            alarms.clear(conn, OLDEST_WAITING, "files", now)
            return
        minutes = (now - oldest).total_seconds() // 60
        remedy = "See that workers run (`saapuva status`); if they do, more came in than they can read: start more."
        alarms.raise_alarm(conn, OLDEST_WAITING, "files", f"A file has waited {minutes:.0f} minutes to be read.", remedy, now)


def watch_workers(database: Database, lost_after_s: float, now: datetime) -> None:
    """Raise an alarm when files or deliveries wait and no worker has been heard of for ten times the limit."""
    with database.transaction() as conn:
        if figures.workers_alive(conn, SILENT_TIMES * lost_after_s) or not wake_ups.anything_waits(conn):
            alarms.clear(conn, NO_WORKER, "workers", now)
            return
        remedy = "Start one (`saapuva up` or `saapuva worker`); if they do start, read in their log why they end."
        alarms.raise_alarm(conn, NO_WORKER, "workers", "Work is waiting, and no worker lives.", remedy, now)


def forget_finished_jobs(database: Database) -> int:
    """Delete jobs that ended long ago. Gives how many."""
    with database.transaction() as conn:
        return wake_ups.forget_finished(conn, KEPT_JOBS.total_seconds())
