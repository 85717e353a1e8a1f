"""What workers run: each task is one call into the pipeline."""

from __future__ import annotations

import asyncio
import os
import random
import secrets
import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from uuid import UUID

import procrastinate
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import DeleteJobCondition, Job
from psycopg import OperationalError

from intake.core_client import Core, open_core
from intake.lane_worker import LaneWorker
from intake.logs import log
from intake.pipeline import deliver as delivering
from intake.pipeline import stages
from intake.pipeline.file_reading import ChildFileReader
from intake.pipeline.registers import Registers
from intake.pipeline.stages import Limits, Worker
from intake.reading_child import ReadingChild
from intake.store import jobs
from intake.wiring import Wired
from intake.wiring import registers as open_registers
from models.errors import AwayError, NotFoundError

LANES = {"pages": 1, "deliveries": 2}
"""How many jobs of each lane one worker does at a time; a delivery never waits behind a long reading."""

POLL_S = 1.0
"""Notices of new jobs come at once, but of those given back only by looking."""

DRAIN_S = 20.0
"""So long may a worker that was told to stop finish what it reads; then the file is given back."""

TICK_S = 0.2
LONGEST_WAIT_S = 60.0
TRIES = 10


class WhileAway(procrastinate.BaseRetryStrategy):
    """Come again while something is away, however long; for what nobody foresaw, some times."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> procrastinate.RetryDecision | None:
        if isinstance(exception, NotFoundError):
            return None
        if not isinstance(exception, AwayError) and job.attempts >= TRIES:
            return None
        wait_s = min(LONGEST_WAIT_S, 2.0 ** min(job.attempts, 10)) * random.uniform(0.75, 1.25)
        return procrastinate.RetryDecision(retry_in={"seconds": max(1, round(wait_s))})


def make_app(wired: Wired, child: ReadingChild) -> procrastinate.App:
    """Build the App with its tasks; once a process, for procrastinate keeps tasks by name."""
    connector = procrastinate.PsycopgConnector(
        conninfo=wired.database.url, min_size=1, max_size=6, timeout=10.0,
        kwargs={"application_name": "saapuva worker", "connect_timeout": 5},
    )  # fmt: skip
    app = procrastinate.App(connector=connector)
    settings, name = wired.settings, worker_name()
    limits = Limits(settings.max_failures, settings.max_lost, settings.lost_after_s)
    reader = ChildFileReader(child)
    core: Callable[[], Core] = cache(lambda: open_core(settings))
    registers: Callable[[], Registers] = cache(lambda: open_registers(settings))

    @app.task(name=jobs.READ_FILE, queue=jobs.LANE_BY_TASK[jobs.READ_FILE], retry=WhileAway(), pass_context=True)
    def read_file(context: procrastinate.JobContext, subject: str) -> None:
        worker = Worker(name, context.job.id or 0)
        outcome = stages.run_stage(wired.database, wired.blobs, reader, UUID(subject), worker, _now, limits, registers())
        log("worker").info("file worked on", file=subject, outcome=outcome)

    @app.task(name=jobs.DELIVER, queue=jobs.LANE_BY_TASK[jobs.DELIVER], retry=WhileAway())
    def deliver(subject: str) -> None:
        outcome = delivering.deliver(wired.database, core(), UUID(subject), _now())
        log("worker").info("delivery worked on", delivery=subject, outcome=outcome)

    return app


def worker_name() -> str:
    """Name this process: host:pid and a mark, for a container's pid comes again with the next one."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"


def run_worker(wired: Wired, stop: threading.Event) -> None:
    """Work until `stop` is set; then finish what is at hand within DRAIN_S, or give it back.

    Survives restarts of the database: the loops begin again by themselves.
    """
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")  # for the child: Tesseract's threads slow each other down
    child = ReadingChild(limit_s=wired.settings.read_limit_s)
    try:
        asyncio.run(_work(make_app(wired, child), wired, child, stop))
    finally:
        child.close()


async def _work(app: procrastinate.App, wired: Wired, child: ReadingChild, stop: threading.Event) -> None:
    """Open the App, again and again until it works, then run all lanes until told to stop."""
    while not stop.is_set():
        try:
            async with app.open_async():
                lanes = [asyncio.create_task(_run_lane(app, lane, wired, stop)) for lane in LANES]
                await _until(stop)
                _, late = await asyncio.wait(lanes, timeout=DRAIN_S)
                if late:
                    await asyncio.to_thread(child.close)
                await asyncio.gather(*lanes)
        except (ConnectorException, OperationalError):
            log("worker").warning("the database does not answer; waiting")
            await app.close_async()  # a pool that could not be opened is of no more use
            await _until(stop, POLL_S)


async def _run_lane(app: procrastinate.App, lane: str, wired: Wired, stop: threading.Event) -> None:
    """Run one lane's loop; it begins again when it ends by itself, as it does when the database goes away."""
    while not stop.is_set():
        worker = LaneWorker(
            app,
            queues=[lane],
            name=lane,
            concurrency=LANES[lane],
            fetch_job_polling_interval=POLL_S,
            delete_jobs=DeleteJobCondition.SUCCESSFUL,
            install_signal_handlers=False,
            update_heartbeat_interval=wired.settings.heartbeat_s,
            stalled_worker_timeout=wired.settings.lost_after_s,
        )
        running = asyncio.create_task(worker.run())  # type: ignore[no-untyped-call]
        while not running.done() and not stop.is_set():
            await asyncio.wait([running], timeout=TICK_S)
        worker.stop()  # type: ignore[no-untyped-call]
        try:
            await running
        except Exception as error:  # noqa: BLE001 - the door: whatever ends a loop, the next one begins
            log("worker").warning("loop ended", lane=lane, kind=type(error).__name__)
        if not stop.is_set():
            await _until(stop, POLL_S)


async def _until(stop: threading.Event, limit_s: float = float("inf")) -> None:
    waited_s = 0.0
    while not stop.is_set() and waited_s < limit_s:
        await asyncio.sleep(TICK_S)
        waited_s += TICK_S


def _now() -> datetime:
    return datetime.now(UTC)
