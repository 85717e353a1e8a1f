"""What waits for people, as the work page shows it: queues with their sums, and the list in the order of work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import get_args

from intake.pipeline import protection
from intake.pipeline.requests.waiting import finnish_day
from intake.pipeline.taking import Caseworker, queues_for
from intake.store import locks, worklist
from intake.store.database import Database
from intake.store.locks import LockRow
from intake.store.worklist import Place, QueueSums, Waiting, Wanted
from models.work import Queue

SOON = timedelta(days=14)
"""A day of law nearer than this is shown as near: the time a request gives."""

PAGE = 50
QUEUES: tuple[str, ...] = get_args(Queue)


@dataclass(frozen=True)
class Worklist:
    """One page of the list. `next` is the place behind it, None at the end; `own` is what the person has now."""

    sums: list[QueueSums]
    lines: list[Waiting]
    next: Place | None
    own: list[LockRow]


def show(
    database: Database, worker: Caseworker, wanted: Wanted, after: Place | None, now: datetime, page: int = PAGE
) -> Worklist:  # fmt: skip
    """Give the queues' sums, and one page of what is wanted, the most urgent first."""
    today = finnish_day(now)
    allowed = wanted.model_copy(update={"queues": queues_for(worker, wanted.queues, QUEUES)})
    with database.transaction() as conn:
        sums = worklist.sums(conn, now, today, today + SOON, with_protected=worker.sees_protected)
        lines = worklist.listing(conn, allowed, after, page + 1, now, today, today + SOON)
        own = locks.of_holder(conn, worker.login, now)
        hidden = protection.hidden_among(conn, worker, "work_item", [line.id for line in lines])
    more = len(lines) > page
    last = lines[page - 1] if more else None
    place = Place(last.due_day, last.opened_at, last.id) if last else None
    return Worklist(_known(sums), [_masked(line) if line.id in hidden else line for line in lines[:page]], place, own)


def _masked(line: Waiting) -> Waiting:
    """A protected person's line, for somebody who may not see such persons."""
    return line.model_copy(update={"person_hetu": protection.MASK, "types": [], "languages": []})


def _known(sums: Sequence[QueueSums]) -> list[QueueSums]:
    """Queues in the order in which they are always listed."""
    return sorted(sums, key=lambda one: QUEUES.index(one.queue) if one.queue in QUEUES else len(QUEUES))
