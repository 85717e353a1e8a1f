"""One day's ledger as people read it: what came in, and where every page of it is now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from intake.pipeline.ledger import is_balanced
from intake.store import fates, ledger
from intake.store.database import Database
from intake.store.fates import FATES, READ, BatchFates, Fate
from intake.store.ledger import Fault


@dataclass(frozen=True)
class DayLedger:
    """The batches of one Finnish day, and where rows contradict each other."""

    day: date
    batches: Sequence[BatchFates]
    faults: Sequence[Fault]
    balances: bool

    @property
    def files(self) -> int:
        return sum(batch.files for batch in self.batches)

    @property
    def unopened(self) -> int:
        return sum(batch.unopened for batch in self.batches)

    @property
    def pages_in(self) -> int:
        return sum(batch.pages_in for batch in self.batches)

    @property
    def pages(self) -> dict[Fate, int]:
        """Pages by what has become of them, in the order of their way."""
        return {fate: sum(batch.pages.get(fate, 0) for batch in self.batches) for fate in FATES}

    @property
    def pages_found(self) -> int:
        """How many pages are accounted for: as many as came in, or something is wrong."""
        return sum(self.pages.values())

    @property
    def read(self) -> int:
        """Pages that lie in a document: what became of them is told one by one, too."""
        return sum(self.pages[fate] for fate in READ)

    @property
    def faulty(self) -> set[UUID]:
        """Batches that do not add up."""
        return {fault.batch_id for fault in self.faults} | {batch.batch_id for batch in self.batches if batch.difference}


def of_day(database: Database, day: date) -> DayLedger:
    """Sum up one Finnish day in one moment: both counts, that of the door and that of the pages, must agree."""
    with database.transaction() as conn:
        ids = ledger.taken_on(conn, day, day)
        found = fates.of_batches(conn, ids)
        faults = ledger.faults(conn, ids)
        sums = ledger.batches(conn, ids)
    balances = is_balanced(sums, faults) and not any(batch.difference for batch in found)
    return DayLedger(day, found, faults, balances)
