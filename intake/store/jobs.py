"""Line up machine work: one more INSERT on the caller's connection."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

import procrastinate
import psycopg
from procrastinate.exceptions import ConnectorException

from intake.store.database import Conn

READ_FILE = "read_file"
DELIVER = "deliver"

LANE_BY_TASK = {READ_FILE: "pages", DELIVER: "deliveries"}
"""procrastinate calls lanes queues; a queue of ours is where work items wait for people."""


@cache
def _producer() -> procrastinate.App:
    """Never opened: it only writes job rows on connections of others, so that a job comes to be with the rows it is about."""
    return procrastinate.App(connector=procrastinate.SyncPsycopgConnector())


def enqueue(conn: Conn, task: str, subject: UUID, *, at: datetime | None = None, delay_s: float = 0.0) -> None:
    """Line up `task` for one file or delivery, not before `at` (or `delay_s` from now). The caller commits.

    The database's own errors come out as such, not as procrastinate's: a transaction knows by them that it is away.
    """
    deferrer = _producer().configure_task(
        task,
        allow_unknown=True,
        queue=LANE_BY_TASK[task],
        connection=conn,
        schedule_at=at,
        schedule_in={"seconds": int(timedelta(seconds=delay_s).total_seconds())} if delay_s and at is None else None,
    )
    try:
        deferrer.defer(subject=str(subject))
    except ConnectorException as error:
        raise (error.__cause__ if isinstance(error.__cause__, psycopg.Error) else error) from error
