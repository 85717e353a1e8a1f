"""Whose turn a work item is: the most urgent free one, a named one, longer, put back, freed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from intake.store import audit, drafts, locks, work_items
from intake.store.database import Conn, Database
from intake.store.locks import LockRow
from models.errors import ConflictError

LEASE = timedelta(minutes=5)
"""So long a work item stays a person's without a word from the page that shows it."""

PASSED_OVER = timedelta(hours=1)
"""So long what a person has put back is not given to the same person again."""

PROTECTED = "protected_clients"
_TRIES = 5


@dataclass(frozen=True)
class Caseworker:
    """Who works: account, name as others see it, and whether clients with a security ban may be shown."""

    login: str
    name: str
    sees_protected: bool = False


def queues_for(worker: Caseworker, chosen: Sequence[str], every: Sequence[str]) -> list[str]:
    """The queues that are meant, all when none is chosen; without those that this person may not see."""
    return [queue for queue in chosen or every if queue in every and (worker.sees_protected or queue != PROTECTED)]


def next_item(database: Database, worker: Caseworker, queues: Sequence[str], now: datetime) -> UUID | None:
    """Give a person the most urgent work item that nobody has, for LEASE; None when there is none."""
    with database.transaction() as conn:
        for _ in range(_TRIES):  # between the look and the taking another may have taken it
            item_id = locks.most_urgent(conn, queues, worker.login, now, sees_protected=worker.sees_protected)
            if item_id is None or locks.take(conn, item_id, worker.login, worker.name, now, now + LEASE):
                return item_id
    return None


def take(database: Database, item_id: UUID, worker: Caseworker, now: datetime) -> LockRow | None:
    """Give a person this work item, or let it stay theirs, for LEASE; gives whose it is now. One that is done is nobody's.

    Raises NotFoundError.
    """
    with database.transaction() as conn:
        if work_items.get(conn, item_id).state == "waiting":
            locks.take(conn, item_id, worker.login, worker.name, now, now + LEASE)
        return locks.of_item(conn, item_id, now)


def renew(database: Database, item_id: UUID, worker: Caseworker, now: datetime) -> LockRow:
    """Let a work item stay a person's for LEASE from now on. Raises ConflictError when another has it, or it is done."""
    held = take(database, item_id, worker, now)
    if held is None:
        raise ConflictError("This work item is done.", "Look at its matter, or take the next.")
    must_be_own(held, worker)
    return held


def put_back(database: Database, item_id: UUID, worker: Caseworker, now: datetime) -> None:
    """Give a work item up: others get it first. The draft stays."""
    with database.transaction() as conn:
        if locks.release(conn, item_id, worker.login):
            locks.pass_over(conn, item_id, worker.login, now, now + PASSED_OVER)


def free(database: Database, item_id: UUID, supervisor: str, now: datetime) -> None:
    """Take a work item from whoever has it. Raises NotFoundError, ConflictError when nobody has it."""
    with database.transaction() as conn:
        work_items.get(conn, item_id)
        held = locks.of_item(conn, item_id, now)
        if held is None or not locks.release(conn, item_id):
            raise ConflictError("Nobody has this work item.", "It can be taken.")
        audit.append(
            conn, "work_item.freed", f"work_item:{item_id}", actor=supervisor, at=now, before={"holder": held.holder}, after={}
        )


def save_draft(database: Database, item_id: UUID, worker: Caseworker, body: dict[str, object], now: datetime) -> None:
    """Keep what a person has typed so far, whoever has the work item now. Raises NotFoundError."""
    with database.transaction() as conn:
        work_items.get(conn, item_id)
        drafts.save(conn, item_id, worker.login, body, now)


def must_be_own(held: LockRow | None, worker: Caseworker) -> None:
    """Raises ConflictError when another person has the work item."""
    if held is not None and held.holder != worker.login:
        raise ConflictError(
            f"{held.holder_name} has this work item now.", "What you typed is kept: wait until it is free, or take the next."
        )


def hold_for(conn: Conn, item_id: UUID, worker: Caseworker, now: datetime) -> None:
    """Make sure in a transaction that nobody else has the work item. A lease that ran out, and that nobody took, does no harm."""
    if not locks.take(conn, item_id, worker.login, worker.name, now, now + LEASE):
        must_be_own(locks.of_item(conn, item_id, now), worker)
