"""Who works: the person who asks, as the pipeline knows caseworkers; and where such a person's work goes on."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Query

from intake.pipeline.taking import Caseworker
from intake.web.access import PersonDep


def caseworker(person: PersonDep) -> Caseworker:
    """Give the person who asks as a caseworker."""
    return Caseworker(person.login, person.name or person.login, person.sees_protected)


CaseworkerDep = Annotated[Caseworker, Depends(caseworker)]
QueuesDep = Annotated[list[str], Query(alias="queue", max_length=20)]
"""The queues somebody has chosen to work in: they stay in the address from one work item to the next."""


def with_queues(address: str, queues: list[str]) -> str:
    """An address that keeps the chosen queues."""
    return f"{address}?{urlencode([('queue', queue) for queue in queues])}" if queues else address
