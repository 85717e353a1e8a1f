"""Door: what happens to a batch while somebody looks on, as server-sent events."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterable
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from intake.pipeline import papers_shown
from intake.pipeline.papers_shown import ShownBatch
from intake.store.database import Database
from intake.web.access import Person, PersonDep
from intake.web.deps import DatabaseDep
from intake.web.pages import language_for, part
from models.errors import AwayError

router = APIRouter(include_in_schema=False)

LOOK_S = 1.0
LONGEST_S = 300.0
"""Then the browser asks anew, and so shows that it may still see this."""
AGAIN_MS = 2_000
_STILL_THERE = 15


@router.get("/mailroom/batches/{batch_id}/events", response_class=EventSourceResponse)
async def watch_batch(
    request: Request, batch_id: UUID, person: PersonDep, database: DatabaseDep
) -> AsyncIterable[ServerSentEvent]:  # fmt: skip
    """Tell of each file of a batch whenever anything of it changes; ends once nothing will change by itself."""
    teller = _Teller(batch_id, person, language_for(request, person))
    until = time.monotonic() + LONGEST_S
    ending = request.app.state.ending
    while time.monotonic() < until and not ending.is_set():
        try:
            events = await run_in_threadpool(teller.news, database)
        except AwayError:
            events = []
        for event in events:
            yield event
        if teller.is_over:
            return
        await asyncio.sleep(LOOK_S)


class _Teller:
    """Knows what was told of each file."""

    def __init__(self, batch_id: UUID, person: Person, language: str) -> None:
        self.is_over = False
        self._batch_id = batch_id
        self._person = person
        self._language = language
        self._told: dict[UUID, str] = {}
        self._summary = ""
        self._looks = 0

    def news(self, database: Database) -> list[ServerSentEvent]:
        """Look once, and give what has changed since the last look."""
        shown = papers_shown.batch(database, self._batch_id, sees_protected=self._person.sees_protected)
        self._looks += 1
        events = [ServerSentEvent(comment="still there", retry=AGAIN_MS)] if self._looks % _STILL_THERE == 1 else []
        for file in shown.files:
            if self._told.get(file.id) != file.mark:
                self._told[file.id] = file.mark
                drawn = part(self._language, "mailroom/_file.html", file=file, person=self._person)
                events.append(ServerSentEvent(event="file", data={"id": str(file.id), "html": drawn}))
        events += self._sums(shown)
        if shown.is_over:
            self.is_over = True
            events.append(ServerSentEvent(event="over", data={}))
        return events

    def _sums(self, shown: ShownBatch) -> list[ServerSentEvent]:
        drawn = part(self._language, "mailroom/_summary.html", shown=shown, person=self._person)
        if drawn == self._summary:
            return []
        self._summary = drawn
        return [ServerSentEvent(event="summary", data={"html": drawn})]
