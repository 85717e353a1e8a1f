"""Door: the custody ledger, what waits in queues, and reading a file again."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from intake.pipeline import ledger, protection, rereading
from intake.store import work_items
from intake.store.ledger import BatchLedgerRow, DayRow, Fault
from intake.store.work_items import WorkItemRow
from intake.web.access import PersonDep
from intake.web.deps import DatabaseDep, Now
from intake.web.problems import documented
from models.errors import RefusedError
from models.work import Queue

router = APIRouter(prefix="/api/v1")


class DaysLedger(BaseModel):
    """The ledger by Finnish day. `balances` is false when a page is missing, too many or in two places."""

    balances: bool
    days: list[DayRow]
    faults: list[Fault]


class BatchesLedger(BaseModel):
    """The ledger by batch. `balances` is false when a page is missing, too many or in two places."""

    balances: bool
    batches: list[BatchLedgerRow]
    faults: list[Fault]


@router.get("/ledger", tags=["ledger"])
def show_ledger(database: DatabaseDep, now: Now, days: Annotated[int, Query(ge=1, le=366)] = ledger.SHOWN_DAYS) -> DaysLedger:
    """Show pages that came in against pages by state, for the last days."""
    with database.transaction() as conn:
        found = ledger.last_days(conn, now, days)
    return DaysLedger(balances=found.balances, days=list(found.days), faults=list(found.faults))


@router.get("/ledger/days/{day}", tags=["ledger"])
def show_day(day: date, database: DatabaseDep) -> BatchesLedger:
    """Show the batches of one Finnish day."""
    with database.transaction() as conn:
        return _batches(ledger.of_day(conn, day))


@router.get("/ledger/{batch_id}", tags=["ledger"])
def show_batch(batch_id: UUID, database: DatabaseDep) -> BatchesLedger:
    """Show one batch."""
    with database.transaction() as conn:
        return _batches(ledger.of_batch(conn, batch_id))


class WorkItems(BaseModel):
    """What waits, oldest first; at most `limit`."""

    work_items: list[WorkItemRow]


@router.get("/work-items", tags=["work items"])
def list_work_items(
    database: DatabaseDep, person: PersonDep, queue: Queue | None = None, limit: Annotated[int, Query(ge=1, le=1000)] = 100
) -> WorkItems:
    """List the matters that wait for a person, in one queue or in all."""
    with database.transaction() as conn:
        found = work_items.waiting(conn, queue, limit)
        hidden = protection.hidden_among(conn, person, "work_item", [item.id for item in found])
    return WorkItems(work_items=[protection.masked_item(item) if item.id in hidden else item for item in found])


class Rereading(BaseModel):
    by: Annotated[str, Field(min_length=1, max_length=100, description="Account of the person who asks for it.")]


class InLine(BaseModel):
    """A file that waits to be read."""

    file_id: UUID
    stage: str
    revision: int


@router.post("/files/{file_id}/reread", tags=["work items"], status_code=HTTPStatus.ACCEPTED, responses=documented(404, 409, 422))
def read_again(file_id: UUID, asked: Rereading, database: DatabaseDep, person: PersonDep, now: Now) -> InLine:
    """Put a parked or read file in line again. 409 when anything of it was corrected, delivered or linked already."""
    if not asked.by.strip():
        raise RefusedError("Nobody is named as asking for this.", "Give an account in `by`.")
    file = rereading.reread(database, file_id, person.named(asked.by), now)
    return InLine(file_id=file.id, stage=file.stage, revision=file.revision)


def _batches(found: ledger.Batches) -> BatchesLedger:
    return BatchesLedger(balances=found.balances, batches=list(found.batches), faults=list(found.faults))
