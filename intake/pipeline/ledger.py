"""Hold the custody ledger against itself: what came in is somewhere, and only there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from intake.store import alarms, batches, ledger
from intake.store.database import Conn, Database
from intake.store.ledger import BatchLedgerRow, DayRow, Fault, Sums

ALARM = "ledger"
HELSINKI = ZoneInfo("Europe/Helsinki")
SHOWN_DAYS = 31


@dataclass(frozen=True)
class Days:
    """The ledger by day, and where rows contradict each other."""

    days: Sequence[DayRow]
    faults: Sequence[Fault]

    @property
    def balances(self) -> bool:
        return is_balanced(self.days, self.faults)


@dataclass(frozen=True)
class Batches:
    """The ledger by batch, and where rows contradict each other."""

    batches: Sequence[BatchLedgerRow]
    faults: Sequence[Fault]

    @property
    def balances(self) -> bool:
        return is_balanced(self.batches, self.faults)


def is_balanced(sums: Sequence[Sums], faults: Sequence[Fault]) -> bool:
    """Say whether no page is missing, too many or in two places."""
    return not faults and all(row.difference == 0 for row in sums)


def last_days(conn: Conn, now: datetime, count: int = SHOWN_DAYS) -> Days:
    """Sum up the last days on which anything was taken, today included."""
    today = now.astimezone(HELSINKI).date()
    first = today - timedelta(days=count - 1)
    return Days(ledger.days(conn, first, today), ledger.faults(conn, ledger.taken_on(conn, first, today)))


def of_day(conn: Conn, day: date) -> Batches:
    """Sum up the batches of one Finnish day."""
    return _of(conn, ledger.taken_on(conn, day, day))


def of_batch(conn: Conn, batch_id: UUID) -> Batches:
    """Sum up one batch. Raises NotFoundError."""
    batches.get(conn, batch_id)
    return _of(conn, [batch_id])


def _of(conn: Conn, batch_ids: list[UUID]) -> Batches:
    return Batches(ledger.batches(conn, batch_ids), ledger.faults(conn, batch_ids))


def watch_balance(database: Database, since: datetime, now: datetime) -> int:
    """Raise an alarm for each batch taken since `since` that does not balance, and clear those that do again.

    Batches with an open alarm are looked at whatever their age. Gives how many do not balance.
    """
    with database.transaction() as conn:
        alarmed = {UUID(alarm.subject.removeprefix("batch:")) for alarm in alarms.open_alarms(conn) if alarm.kind == ALARM}
        found = _of(conn, list({*ledger.taken_since(conn, since), *alarmed}))
        by_batch = Counter(fault.batch_id for fault in found.faults)
        wrong = [row for row in found.batches if row.difference or by_batch[row.batch_id]]
        for row in wrong:
            _raise(conn, row, by_batch[row.batch_id], now)
        for batch_id in alarmed - {row.batch_id for row in wrong}:
            alarms.clear(conn, ALARM, f"batch:{batch_id}", now)
    return len(wrong)


def _raise(conn: Conn, row: BatchLedgerRow, faults: int, now: datetime) -> None:
    problem = f"A batch does not balance: {row.difference} pages of {row.pages_in} missing or too many, {faults} contradictions."
    remedy = f"Run `saapuva ledger --batch {row.batch_id}`; keep the database as it is and tell your administrator."
    alarms.raise_alarm(conn, ALARM, f"batch:{row.batch_id}", problem, remedy, now)
