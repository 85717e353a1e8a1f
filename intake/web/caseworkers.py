"""Who works: the person who asks, as the pipeline knows caseworkers; and where such a person's work goes on."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Depends, Query

from intake.pipeline import protection
from intake.pipeline.taking import Caseworker
from intake.web.access import PersonDep
from intake.web.deps import DatabaseDep, Now


def caseworker(person: PersonDep) -> Caseworker:
    """Give the person who asks as a caseworker."""
    return Caseworker(person.login, person.name or person.login, person.sees_protected)


CaseworkerDep = Annotated[Caseworker, Depends(caseworker)]


def item(item_id: UUID, worker: CaseworkerDep, database: DatabaseDep) -> UUID:
    """Name a work item that this person may work on. Raises RefusedError for a protected person's."""
    with database.transaction() as conn:
        if protection.is_hidden(conn, worker, "work_item", item_id):
            raise protection.refusal()
    return item_id


def letter(request_id: UUID, worker: CaseworkerDep, database: DatabaseDep, now: Now) -> UUID:
    """Name a letter that this person may see. Raises RefusedError for a protected person's."""
    protection.look_at_request(database, worker, request_id, now)
    return request_id


ItemDep = Annotated[UUID, Depends(item)]
LetterDep = Annotated[UUID, Depends(letter)]
QueuesDep = Annotated[list[str], Query(alias="queue", max_length=20)]
"""The queues somebody has chosen to work in: they stay in the address from one work item to the next."""


def with_queues(address: str, queues: list[str]) -> str:
    """An address that keeps the chosen queues."""
    return f"{address}?{urlencode([('queue', queue) for queue in queues])}" if queues else address
