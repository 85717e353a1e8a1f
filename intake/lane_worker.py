"""procrastinate's worker, mended in three places; pinned by a test to the version it was written for.

While it finishes its jobs it keeps its heartbeat (upstream stops it first, so that a draining worker's job is taken for
lost and done twice: procrastinate PR 1585). A heartbeat that fails once, as when PostgreSQL restarts, is tried again.
And when it cannot be written down how a job ended, the loop ends, so that the job does not stay its own for ever.
"""

from __future__ import annotations

import asyncio
from typing import Any

from procrastinate import utils
from procrastinate.exceptions import ConnectorException
from procrastinate.worker import Worker
from psycopg import errors

HEARTBEAT = "update_heartbeats"


class LaneWorker(Worker):
    """Works on one lane until `stop()`, or until the database goes away: then `run` ends, or raises."""

    async def _update_heartbeat(self) -> None:
        while True:
            await asyncio.sleep(self.update_heartbeat_interval)
            if self.worker_id is None:
                return
            try:
                await self.app.job_manager.update_heartbeat(self.worker_id)
            except ConnectorException:
                self.logger.info("heartbeat failed")

    async def _shutdown(self, side_tasks: list[asyncio.Task[Any]]) -> None:
        beating = [task for task in side_tasks if task.get_name() == HEARTBEAT]
        await utils.cancel_and_capture_errors([task for task in side_tasks if task not in beating])
        try:
            await super()._shutdown(side_tasks=[])
        finally:
            await utils.cancel_and_capture_errors(beating)

    async def _persist_job_status(self, *job: Any, **ending: Any) -> None:
        try:
            await super()._persist_job_status(*job, **ending)
        except ConnectorException as error:
            if isinstance(error.__cause__, errors.RaiseException):
                return  # the job was given to another worker, which has ended it
            # The next loop is another worker to the database; what this one holds is given on.
            self.logger.warning("how a job ended could not be written down")
            self.stop()  # type: ignore[no-untyped-call]
