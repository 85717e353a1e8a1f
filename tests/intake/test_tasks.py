"""Workers: what runs, when it comes again, and that procrastinate is still the one we mended."""

from __future__ import annotations

import asyncio
import hashlib
import inspect
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import procrastinate
import pytest
from procrastinate.exceptions import ConnectorException
from procrastinate.testing import InMemoryConnector
from procrastinate.worker import Worker
from psycopg import OperationalError, errors

from intake import tasks
from intake.lane_worker import LaneWorker
from intake.reading_child import ReadingChild
from intake.settings import Settings
from intake.store import jobs
from intake.store.blobs import open_blobs
from intake.store.database import Database
from intake.wiring import Wired
from models.errors import BlobsAwayError, DatabaseAwayError, NotFoundError

MENDED = (Worker._shutdown, Worker._start_side_tasks, Worker._update_heartbeat, Worker._process_job, Worker._persist_job_status)


def decide(error: Exception, attempts: int) -> Any:
    job: Any = SimpleNamespace(attempts=attempts)
    return tasks.WhileAway().get_retry_decision(exception=error, job=job)


def test_every_job_that_can_be_lined_up_has_a_task_in_its_lane(tmp_path: Path) -> None:
    wired = Wired(Settings(data=tmp_path), Database("dbname=nowhere"), open_blobs(str(tmp_path), None))

    app = tasks.make_app(wired, ReadingChild(limit_s=1))

    ours = {name: task.queue for name, task in app.tasks.items() if "builtin" not in name}
    assert ours == jobs.LANE_BY_TASK
    assert set(tasks.LANES) == set(jobs.LANE_BY_TASK.values())


@pytest.mark.parametrize("error", [DatabaseAwayError("x"), BlobsAwayError("x")])
def test_while_something_is_away_a_job_comes_again_for_ever_but_not_all_the_time(error: Exception) -> None:
    assert decide(error, 0).retry_at is not None
    assert decide(error, 10_000).retry_at is not None


def test_what_nobody_foresaw_is_tried_some_times_and_what_is_not_there_never() -> None:
    assert decide(KeyError(), 1) is not None
    assert decide(KeyError(), tasks.TRIES) is None
    assert decide(NotFoundError("file", "x"), 0) is None


def test_two_processes_have_two_names() -> None:
    assert tasks.worker_name() != tasks.worker_name()


def test_the_worker_we_mended_is_the_one_that_is_installed() -> None:
    """When this fails, read the new version's `Worker` first."""
    mended = "".join(inspect.getsource(part) for part in MENDED)

    assert version("procrastinate").startswith("3.10.")
    assert hashlib.sha256(mended.encode()).hexdigest()[:16] == "b9aab5f2ee5a2baa"


@pytest.mark.parametrize(("cause", "stops"), [(errors.RaiseException(), False), (OperationalError(), True)])
def test_a_loop_ends_when_it_cannot_write_down_how_a_job_ended(
    monkeypatch: pytest.MonkeyPatch, cause: Exception, stops: bool
) -> None:
    async def fail(*_: Any, **__: Any) -> None:
        raise ConnectorException from cause

    async def end() -> bool:
        worker = LaneWorker(procrastinate.App(connector=InMemoryConnector()))
        await worker._persist_job_status(job=None)
        return worker._stop_event.is_set()

    monkeypatch.setattr(Worker, "_persist_job_status", fail)

    assert asyncio.run(end()) == stops
