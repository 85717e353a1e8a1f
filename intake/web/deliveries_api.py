"""Door: deliveries to the rules core, and the contract with it."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from intake.pipeline import deliver, protection
from intake.store import deliveries
from intake.store.deliveries import DeliveryRow, State
from intake.web.access import PersonDep
from intake.web.deps import DatabaseDep, Now
from models.delivery import contract

router = APIRouter(prefix="/api/v1", tags=["deliveries"])

NotFound: dict[int | str, dict[str, Any]] = {404: {"description": "There is none with this id."}}
Limit = Annotated[int, Query(ge=1, le=1000)]


class DeliveryList(BaseModel):
    """The newest deliveries, and how many there are in each state."""

    deliveries: list[DeliveryRow]
    counts: dict[str, int]


class ShownDelivery(DeliveryRow):
    """A delivery with its envelope, as text, byte for byte as it is sent."""

    body: str


@router.get("/deliveries")
def list_deliveries(database: DatabaseDep, state: State | None = None, limit: Limit = 100) -> DeliveryList:
    """List deliveries, newest first."""
    with database.transaction() as conn:
        return DeliveryList(deliveries=deliveries.listing(conn, state, limit), counts=deliveries.counts(conn))


@router.get("/deliveries/{delivery_id}", responses=NotFound)
def show_delivery(delivery_id: UUID, database: DatabaseDep, person: PersonDep, now: Now) -> ShownDelivery:
    """Show one delivery with what is sent and what the core answered."""
    protection.look_at_delivery(database, person, delivery_id, now)
    shown = deliver.show(database, delivery_id)
    return ShownDelivery(**shown.row.model_dump(), body=shown.body)


@router.post(
    "/deliveries/{delivery_id}/replay",
    responses={**NotFound, 409: {"description": "A newer version has replaced it, or it is on its way now."}},
)
def replay_delivery(delivery_id: UUID, database: DatabaseDep, person: PersonDep, now: Now) -> DeliveryRow:
    """Send a delivery once more, with all its attempts before it."""
    return deliver.replay(database, delivery_id, person.login, now)


@router.get("/contract")
def show_contract() -> dict[str, Any]:
    """Give the JSON Schema of what goes to the rules core."""
    return contract()
