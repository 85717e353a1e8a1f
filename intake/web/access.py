"""Who is asking, and what that person may do. The only place that decides it.

`RIGHT_OF_ROUTE` names the right each route needs; a route that is not in it is closed. Who somebody is comes from
`who_asks` alone: another way of signing in replaces that function and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request


class Role(StrEnum):
    MAILROOM = "mailroom"
    CASEWORKER = "caseworker"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"
    SERVICE = "service"


class Right(StrEnum):
    UPLOAD = "upload"
    SEE_LEDGER = "see_ledger"
    SEE_PAPERS = "see_papers"
    ARRANGE = "arrange"
    QUARANTINE = "quarantine"
    SEARCH = "search"
    REVIEW = "review"
    SUPERVISE = "supervise"
    ADMINISTER = "administer"
    API = "api"


RIGHTS_OF_ROLE: Mapping[Role, frozenset[Right]] = {
    Role.MAILROOM: frozenset({Right.UPLOAD, Right.SEE_LEDGER, Right.SEE_PAPERS, Right.ARRANGE, Right.QUARANTINE, Right.SEARCH}),
    Role.CASEWORKER: frozenset({Right.SEE_PAPERS, Right.ARRANGE, Right.SEARCH, Right.REVIEW}),
    Role.SUPERVISOR: frozenset(set(Right) - {Right.ADMINISTER, Right.API}),
    Role.ADMINISTRATOR: frozenset({Right.ADMINISTER, Right.SUPERVISE, Right.SEE_LEDGER}),
    Role.SERVICE: frozenset(set(Right) - {Right.ADMINISTER}),
}

RIGHT_OF_ROUTE: Mapping[str, Right | None] = {}


@dataclass(frozen=True)
class Person:
    """Who is asking. `language` and `theme` are None where the browser's own count; `csrf` goes into every form."""

    account_id: UUID | None
    login: str
    name: str
    roles: frozenset[Role]
    language: str | None = None
    theme: str | None = None
    sees_protected: bool = False
    csrf: str = ""

    def may(self, right: Right | str) -> bool:
        return any(right in RIGHTS_OF_ROLE[role] for role in self.roles)


def who_asks(request: Request) -> Person:
    person: Person | None = getattr(request.state, "person", None)
    return person or Person(None, "nobody", "", frozenset(Role))


PersonDep = Annotated[Person, Depends(who_asks)]
