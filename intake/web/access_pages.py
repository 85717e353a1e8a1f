"""Door: signing in and out, setting a password by a one-time link, one's own account."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from intake.pipeline.access import accounts, links, signing_in
from intake.settings import Settings
from intake.web.access import SESSION_COOKIE, Person, PersonDep, address_of, csrf_for, terms_of, who_asks
from intake.web.deps import DatabaseDep, Now, SettingsDep, WiredDep
from intake.web.pages import LANGUAGE_COOKIE, page, wants_page
from intake.web.start import own_place
from models.errors import RefusedError

router = APIRouter(include_in_schema=False)

Text = Annotated[str, Form(max_length=500)]
Place = Annotated[str, Query(max_length=1000)]


class SessionSeen(BaseModel):
    """A session as a page's script asks for it: whose, how long it still lasts, and its form token."""

    login: str
    ends_in_s: float
    csrf: str


@router.get("/sign-in")
def show_sign_in(request: Request, wired: WiredDep, now: Now, back: Place = "/") -> Response:
    """Ask who it is; whoever is signed in already goes on."""
    if who_asks(request, wired, now) is not None:
        return RedirectResponse(own_place(back), HTTPStatus.SEE_OTHER)
    return page(request, None, "access/sign_in.html", back=own_place(back), login="", error=None)


@router.post("/sign-in")
def sign_in(
    request: Request, wired: WiredDep, now: Now, login: Text, password: Text, back: Annotated[str, Form(max_length=1000)] = "/"
) -> Response:
    """Open a session: for a form, back to the page it came from; for a page's script, with the new form token."""
    address, client = address_of(request, wired.settings), request.headers.get("user-agent", "")
    try:
        token = signing_in.sign_in(wired.database, login, password, address, client, now)
    except RefusedError as error:
        if not wants_page(request):
            raise
        return page(request, None, "access/sign_in.html", error.status, back=own_place(back), login=login, error=error)
    return _let_in(request, wired.settings, token, _seen(wired, token, now), own_place(back))


def _seen(wired: WiredDep, token: str, now: datetime) -> SessionSeen:
    found = signing_in.resume(wired.database, token, terms_of(wired.settings), now)
    assert found is not None
    return SessionSeen(
        login=found.account.login, ends_in_s=(found.ends_at - now).total_seconds(), csrf=csrf_for(found.session.id, token)
    )


def _let_in(request: Request, settings: Settings, token: str, seen: SessionSeen, place: str) -> Response:
    answer: Response
    if wants_page(request):
        answer = RedirectResponse(place, HTTPStatus.SEE_OTHER)
    else:
        answer = Response(seen.model_dump_json(), media_type="application/json")
    is_https = (settings.public_url or "").startswith("https:")
    answer.set_cookie(SESSION_COOKIE, token, httponly=True, samesite="lax", secure=is_https)
    return answer


@router.post("/sign-out")
def sign_out(request: Request, database: DatabaseDep, now: Now) -> RedirectResponse:
    """End the session."""
    signing_in.sign_out(database, request.cookies[SESSION_COOKIE], now)
    answer = RedirectResponse("/signed-out", HTTPStatus.SEE_OTHER)
    answer.delete_cookie(SESSION_COOKIE, httponly=True, samesite="lax")
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


@router.get("/signed-out")
def show_signed_out(request: Request) -> Response:
    return page(request, None, "access/signed_out.html")


@router.get("/session")
def show_session(person: PersonDep) -> SessionSeen:
    """Say how long the session still lasts; asked with the header of the background it goes on ageing."""
    return _session(person)


@router.post("/session/stay")
def stay_signed_in(person: PersonDep) -> SessionSeen:
    """Begin the session's idle time anew."""
    return _session(person)


def _session(person: Person) -> SessionSeen:
    return SessionSeen(login=person.login, ends_in_s=person.session_left_s or 0.0, csrf=person.csrf)


@router.get("/welcome/{token}")
def show_welcome(token: str, request: Request, database: DatabaseDep, now: Now) -> Response:
    """Ask for a password, and the first administrator for name and user name."""
    found = links.invited(database, token, now)
    return page(request, None, "access/welcome.html", account=found.account, login="", name="", error=None)


@router.post("/welcome/{token}")
def welcome(
    token: str, request: Request, database: DatabaseDep, now: Now,
    password: Text, again: Text, login: Text = "", name: Text = "",
) -> Response:  # fmt: skip
    """Set the password; then the person signs in with it."""
    account = links.invited(database, token, now).account
    try:
        _check_alike(password, again)
        if account is None:
            accounts.welcome_first(database, token, login, name, password, now)
        else:
            accounts.set_password(database, token, password, now)
    except RefusedError as error:
        if error.status == HTTPStatus.GONE:
            raise
        return page(request, None, "access/welcome.html", error.status, account=account, login=login, name=name, error=error)
    return page(
        request, None, "access/sign_in.html", back="/", login=account.login if account else login, error=None, is_new=True
    )


def _check_alike(password: str, again: str) -> None:
    if password != again:
        raise RefusedError("The two passwords are not the same.", "Type the same password twice.")


@router.get("/account")
def show_account(request: Request, person: PersonDep, database: DatabaseDep, settings: SettingsDep, now: Now) -> Response:
    """Show one's own account."""
    return _account(request, person, database, settings, now)


def _account(
    request: Request, person: Person, database: DatabaseDep, settings: Settings, now: datetime, error: RefusedError | None = None
) -> Response:
    own = [] if person.account_id is None else signing_in.own_sessions(database, person.account_id, terms_of(settings), now)
    return page(request, person, "access/account.html", error.status if error else 200, sessions=own, error=error)


@router.post("/account/preferences")
def choose_preferences(person: PersonDep, database: DatabaseDep, language: Text = "", theme: Text = "") -> RedirectResponse:
    """Keep language and theme with the account; nothing said: as the browser says."""
    accounts.prefer(database, _id_of(person), language or None, theme or None)
    answer = RedirectResponse("/account", HTTPStatus.SEE_OTHER)
    answer.delete_cookie(LANGUAGE_COOKIE)
    return answer


@router.post("/account/password")
def change_password(
    request: Request, person: PersonDep, database: DatabaseDep, settings: SettingsDep, now: Now,
    former: Text, password: Text, again: Text,
) -> Response:  # fmt: skip
    """Change one's own password; all other sessions end."""
    assert person.session_id is not None
    try:
        _check_alike(password, again)
        accounts.change_password(database, _id_of(person), former, password, person.session_id, now)
    except RefusedError as error:
        return _account(request, person, database, settings, now, error)
    return RedirectResponse("/account?changed=password", HTTPStatus.SEE_OTHER)


@router.post("/account/sessions/{session_id}/end")
def end_session(session_id: UUID, person: PersonDep, database: DatabaseDep, now: Now) -> RedirectResponse:
    """Sign out elsewhere."""
    signing_in.end_own(database, _id_of(person), session_id, now)
    return RedirectResponse("/account", HTTPStatus.SEE_OTHER)


def _id_of(person: Person) -> UUID:
    if person.account_id is None:
        raise RefusedError("A program has no account.", "Sign in as a person.", HTTPStatus.FORBIDDEN)
    return person.account_id
