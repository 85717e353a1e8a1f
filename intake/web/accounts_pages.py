"""Door: the administrator's pages about accounts."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from intake.pipeline.access import accounts, links
from intake.pipeline.access.accounts import Decided
from intake.pipeline.access.links import Link
from intake.settings import Settings
from intake.store.accounts import AccountRow
from intake.web.access import Person, PersonDep
from intake.web.deps import DatabaseDep, Now, SettingsDep
from intake.web.pages import page
from models.errors import ConflictError, RefusedError

router = APIRouter(prefix="/accounts", include_in_schema=False)

Text = Annotated[str, Form(max_length=500)]
Roles = Annotated[list[str], Form(max_length=10)]
Tick = Annotated[bool, Form()]


@router.get("")
def list_accounts(request: Request, person: PersonDep, database: DatabaseDep, now: Now) -> Response:
    """Show who works here, and ask for whom an account is to be made."""
    return page(request, person, "access/accounts.html", accounts=accounts.listing(database, now), said=_NOTHING, error=None)


_NOTHING = Decided("", frozenset())


@router.post("")
def make_account(
    request: Request, person: PersonDep, database: DatabaseDep, settings: SettingsDep, now: Now,
    login: Text, name: Text, roles: Roles = [], sees_protected: Tick = False,  # noqa: B006 - FastAPI copies defaults
) -> Response:  # fmt: skip
    """Make an account and show the link for its person, this once."""
    said = Decided(name, frozenset(roles), sees_protected)
    try:
        account_id, link = accounts.make(database, login, said, person.login, now)
    except (RefusedError, ConflictError) as error:
        status = error.status if isinstance(error, RefusedError) else HTTPStatus.CONFLICT
        listed = accounts.listing(database, now)
        return page(request, person, "access/accounts.html", status, accounts=listed, said=said, login=login, error=error)
    return _link(request, person, settings, accounts.get(database, account_id), link)


@router.get("/{account_id}")
def show_account_of(account_id: UUID, request: Request, person: PersonDep, database: DatabaseDep) -> Response:
    """Show one account to change."""
    return page(request, person, "access/account_of.html", account=accounts.get(database, account_id), error=None)


@router.post("/{account_id}")
def change_account(
    account_id: UUID, request: Request, person: PersonDep, database: DatabaseDep, now: Now,
    name: Text, roles: Roles = [], sees_protected: Tick = False,  # noqa: B006 - FastAPI copies defaults
) -> Response:  # fmt: skip
    """Change what a person is called and may do."""
    said = Decided(name, frozenset(roles), sees_protected)
    try:
        accounts.change(database, account_id, said, person.login, now)
    except (RefusedError, ConflictError) as error:
        found = accounts.get(database, account_id).model_copy(
            update={"name": name, "roles": sorted(roles), "sees_protected": sees_protected}
        )
        status = error.status if isinstance(error, RefusedError) else HTTPStatus.CONFLICT
        return page(request, person, "access/account_of.html", status, account=found, error=error)
    return RedirectResponse("/accounts", HTTPStatus.SEE_OTHER)


@router.post("/{account_id}/link")
def make_account_link(
    account_id: UUID, request: Request, person: PersonDep, database: DatabaseDep, settings: SettingsDep, now: Now
) -> Response:
    """Give a new link by which the person sets a password."""
    link = links.make_for(database, account_id, person.login, now)
    return _link(request, person, settings, accounts.get(database, account_id), link)


def _link(request: Request, person: Person, settings: Settings, account: AccountRow, link: Link) -> Response:
    address = (settings.public_url or f"{request.url.scheme}://{request.url.netloc}") + link.path
    return page(request, person, "access/link.html", account=account, address=address, ends_at=link.ends_at)


@router.post("/{account_id}/block")
def block_account(account_id: UUID, person: PersonDep, database: DatabaseDep, now: Now) -> RedirectResponse:
    """Let nobody sign in with an account."""
    accounts.block(database, account_id, person.login, now)
    return RedirectResponse("/accounts", HTTPStatus.SEE_OTHER)


@router.post("/{account_id}/unblock")
def unblock_account(account_id: UUID, person: PersonDep, database: DatabaseDep, now: Now) -> RedirectResponse:
    """Let a blocked account in again."""
    accounts.unblock(database, account_id, person.login, now)
    return RedirectResponse("/accounts", HTTPStatus.SEE_OTHER)


@router.post("/{account_id}/sign-out")
def sign_out_account(account_id: UUID, person: PersonDep, database: DatabaseDep, now: Now) -> RedirectResponse:
    """End all sessions of an account."""
    accounts.end_all(database, account_id, person.login, now)
    return RedirectResponse("/accounts", HTTPStatus.SEE_OTHER)
