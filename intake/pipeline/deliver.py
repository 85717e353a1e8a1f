"""Records on their way to the rules core: offered, sent, tried again, parked, replayed."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from intake.core_client import Core, Receipt, Terms
from intake.pipeline.delivered import delivery_of, envelope, event_id, waits_for_person
from intake.store import alarms, audit, deliveries, jobs
from intake.store.database import Conn, Database, again
from intake.store.deliveries import Claim, DeliveryRow, Outgoing, OutgoingMatter
from models.errors import ConflictError, CoreAwayError, CoreRefusedError, NotFoundError

DECIDED_BY_CORE = frozenset({"southern_district"})
"""Queues whose matters the rules core decides: those of this benefit (routing table, Q1)."""

PARKED = "delivery_parked"
LONGEST_WAIT_S = 3600.0
MOST_ANSWER_CHARS = 2000
TURN_S = 2.0  # another version of the document is on its way: look again after so long
SWEPT_AT_ONCE = 500
JOB_MAY_TAKE = timedelta(seconds=60)

_Failure = CoreAwayError | CoreRefusedError
Outcome = Literal["delivered", "waiting", "parked", "superseded", "not_due"]


def offer(conn: Conn, document_id: UUID, now: datetime) -> UUID | None:
    """Put a document's newest record into the outbox when nothing of it waits for a person.

    Older versions that have not gone out are held back, whether or not the newest may go: they are known to be
    outdated. Gives the delivery's id, None when a person must look first. The caller commits.
    """
    out = deliveries.outgoing(conn, document_id)
    if out is None:
        return None
    events = _supersede(conn, out, now)
    matter = _matter_to_decide(conn, out)
    delivery_id = None if matter is None else event_id(document_id, out.version)
    if matter is not None and delivery_id is not None and _add(conn, delivery_id, out, matter, now):
        events.append(("delivery.offered", delivery_id, {"document": str(document_id), "version": out.version}))
    for event, subject, after in events:
        audit.append(conn, event, f"delivery:{subject}", actor="saapuva", at=now, after=after)
    return delivery_id


def _supersede(conn: Conn, out: Outgoing, now: datetime) -> list[tuple[str, UUID, dict[str, Any]]]:
    held_back = deliveries.supersede_older(conn, out.document_id, out.version)
    for delivery_id in held_back:
        alarms.clear(conn, PARKED, f"delivery:{delivery_id}", now)
    return [("delivery.superseded", delivery_id, {"by_version": out.version}) for delivery_id in held_back]


def _add(conn: Conn, delivery_id: UUID, out: Outgoing, matter: OutgoingMatter, now: datetime) -> bool:
    """Write the outbox row and its job; False when this version has been offered before."""
    delivery = delivery_of(out, matter, deliveries.offered_before(conn, out.document_id, out.version))
    if not deliveries.add(conn, delivery_id, out.document_id, out.version, envelope(delivery, now), now):
        return False
    jobs.enqueue(conn, jobs.DELIVER, delivery_id)
    return True


def _matter_to_decide(conn: Conn, out: Outgoing) -> OutgoingMatter | None:
    """The matter the document goes out with; None when it may not go. What the core has, it is told of wherever it moves."""
    if out.duplicate_of or out.possible_duplicate_of or waits_for_person(out.body):
        return None
    found = deliveries.matters(conn, out.document_id)
    if not found:
        return None
    goes = found[0].queue in DECIDED_BY_CORE or deliveries.may_have(conn, out.document_id)
    return found[0] if goes else None


def deliver(
    database: Database, core: Core, delivery_id: UUID, now: datetime, *, chance: Callable[[], float] = random.random
) -> Outcome:
    """Make one attempt, and write down how it ended. The core's errors end here; the database's do not.

    No transaction is open while the core is asked: the row is leased, and whoever loses the lease loses its say. When
    the answer is lost the same event goes again, under the same id.
    """
    began = time.monotonic()
    claim = _claim(database, delivery_id, core.terms, now)
    if claim is None:
        return "not_due"
    failure: _Failure | None = None
    receipt: Receipt | None = None
    try:
        receipt = core.deliver(claim.id, claim.body.encode())
    except (CoreAwayError, CoreRefusedError) as error:
        failure = error
    ended_at = now + timedelta(seconds=time.monotonic() - began)
    if receipt is not None:
        got = receipt
        return again(lambda: _sent(database, claim, got, ended_at))
    assert failure is not None
    why = failure
    return again(lambda: _failed(database, claim, why, core.terms, ended_at, chance))


def _claim(database: Database, delivery_id: UUID, terms: Terms, now: datetime) -> Claim | None:
    with database.transaction() as conn:
        claim = deliveries.claim(conn, delivery_id, now, now + timedelta(seconds=terms.lease_s))
        if claim is None:
            _come_again(conn, delivery_id, now)
    return claim


def _come_again(conn: Conn, delivery_id: UUID, now: datetime) -> None:
    """The job is used up and the delivery still waits: line up the next one, so that no sweep is needed."""
    row = deliveries.find(conn, delivery_id)
    if row is not None and row.state == "waiting":
        jobs.enqueue(conn, jobs.DELIVER, delivery_id, at=max(row.next_try_at, now + timedelta(seconds=TURN_S)))


def _sent(database: Database, claim: Claim, receipt: Receipt, now: datetime) -> Outcome:
    answer = {"status": receipt.status, "body": receipt.answer[:MOST_ANSWER_CHARS]}
    with database.transaction() as conn:
        if not deliveries.set_delivered(conn, claim, answer, now):
            return "not_due"
        alarms.clear(conn, PARKED, f"delivery:{claim.id}", now)
        _write_down(conn, "delivery.sent", claim, receipt.status, now)
    return "delivered"


def _failed(
    database: Database, claim: Claim, error: _Failure, terms: Terms, now: datetime, chance: Callable[[], float]
) -> Outcome:
    answer = {"status": error.status, "body": error.answer[:MOST_ANSWER_CHARS], "problem": error.problem}
    state: Literal["waiting", "parked"] = "waiting" if error.retryable and claim.attempts < terms.attempts else "parked"
    asked_s = error.wait_s if isinstance(error, CoreAwayError) else 0.0
    next_try_at = now + timedelta(seconds=wait_s(claim.attempts, terms.backoff_s, asked_s, chance))
    with database.transaction() as conn:
        became = deliveries.end_attempt(conn, claim, state, answer, now, next_try_at)
        if became == "waiting":
            jobs.enqueue(conn, jobs.DELIVER, claim.id, at=next_try_at)
        elif became == "parked":
            _raise_alarm(conn, claim, error, now)
    return became if became in ("waiting", "parked", "superseded") else "not_due"


def _raise_alarm(conn: Conn, claim: Claim, error: _Failure, now: datetime) -> None:
    problem = f"A record did not reach the rules core in {claim.attempts} attempts. {error.problem}"
    remedy = (
        f"Read the core's answer with `./saapuva deliveries show {claim.id}`, mend the cause, "
        f"then run `./saapuva deliveries replay {claim.id}`."
    )
    alarms.raise_alarm(conn, PARKED, f"delivery:{claim.id}", problem, remedy, now)
    _write_down(conn, "delivery.parked", claim, error.status, now)


def _write_down(conn: Conn, event: str, claim: Claim, status: int | None, now: datetime) -> None:
    after = {"document": str(claim.document_id), "version": claim.version, "status": status, "attempts": claim.attempts}
    audit.append(conn, event, f"delivery:{claim.id}", actor="saapuva", at=now, after=after)


def wait_s(attempts: int, backoff_s: float, asked_s: float, chance: Callable[[], float]) -> float:
    """How long to wait before the next attempt: doubling, spread by up to half, never over an hour, as long as the core asks."""
    doubled = min(LONGEST_WAIT_S, backoff_s * 2.0 ** min(attempts - 1, 30))
    return min(LONGEST_WAIT_S, max(doubled * (0.5 + 0.5 * chance()), asked_s))


def sweep(database: Database, now: datetime) -> int:
    """Line up deliveries that are due and that no job is about, as after a restore. Gives how many."""
    with database.transaction() as conn:
        due = deliveries.due_without_job(conn, jobs.DELIVER, now, now - JOB_MAY_TAKE, SWEPT_AT_ONCE)
        for delivery_id in due:
            jobs.enqueue(conn, jobs.DELIVER, delivery_id)
    return len(due)


def replay(database: Database, delivery_id: UUID, actor: str, now: datetime) -> DeliveryRow:
    """Send a delivery once more, with all its attempts before it: a parked one, a waiting one now, a delivered one again.

    Raises NotFoundError, and ConflictError for one that a newer version has replaced or that is on its way.
    """
    with database.transaction() as conn:
        deliveries.lock(conn, delivery_id)
        before = _get(conn, delivery_id)
        if deliveries.is_outdated(conn, delivery_id):
            raise ConflictError("A newer version has replaced this delivery.", "Replay the newest version of the document.")
        if not deliveries.replay(conn, delivery_id, now):
            raise ConflictError("This delivery is on its way now.", "Wait for the core's answer.")
        jobs.enqueue(conn, jobs.DELIVER, delivery_id)
        row = _get(conn, delivery_id)
        audit.append(
            conn, "delivery.replayed", f"delivery:{delivery_id}", actor=actor, at=now,
            before={"state": before.state, "attempts": before.attempts}, after={"state": row.state},
        )  # fmt: skip
    return row


def replay_parked(database: Database, actor: str, now: datetime) -> int:
    """Send all parked deliveries once more. Gives how many."""
    with database.transaction() as conn:
        parked = deliveries.ids_in_state(conn, "parked")
    for delivery_id in parked:
        replay(database, delivery_id, actor, now)
    return len(parked)


@dataclass(frozen=True)
class Shown:
    """A delivery with the envelope that is sent."""

    row: DeliveryRow
    body: str


def show(database: Database, delivery_id: UUID) -> Shown:
    """Give one delivery whole. Raises NotFoundError."""
    with database.transaction() as conn:
        row = _get(conn, delivery_id)
        body = deliveries.body_of(conn, delivery_id)
    assert body is not None
    return Shown(row, body)


def _get(conn: Conn, delivery_id: UUID) -> DeliveryRow:
    row = deliveries.find(conn, delivery_id)
    if row is None:
        raise NotFoundError("delivery", str(delivery_id))
    return row
