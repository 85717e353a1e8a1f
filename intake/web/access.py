"""Who is asking, and what that person may do. The only place that decides it.

`RIGHT_OF_ROUTE` names the right each route needs; a route that is not in it is closed. Who somebody is comes from
`who_asks` alone: another way of signing in replaces that function and nothing else.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from itsdangerous import BadSignature, Signer
from starlette.datastructures import Headers

from intake.pipeline.access import signing_in
from intake.pipeline.access.signing_in import SignedIn, Terms
from intake.settings import Settings
from intake.web.deps import Now, WiredDep
from models.errors import RefusedError

SESSION_COOKIE = "saapuva_session"
CSRF_FIELD, CSRF_HEADER = "csrf", "x-csrf-token"
BACKGROUND_HEADER = "x-background"
"""Sent with what a page asks by itself: it keeps no session alive."""
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
_FORM = "application/x-www-form-urlencoded"


class Role(StrEnum):
    MAILROOM = "mailroom"
    CASEWORKER = "caseworker"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"
    SERVICE = "service"


class Right(StrEnum):
    """`ENTER`: whoever is signed in."""

    ENTER = "enter"
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
    Role.MAILROOM: frozenset(
        {Right.ENTER, Right.UPLOAD, Right.SEE_LEDGER, Right.SEE_PAPERS, Right.ARRANGE, Right.QUARANTINE, Right.SEARCH}
    ),
    Role.CASEWORKER: frozenset({Right.ENTER, Right.SEE_PAPERS, Right.ARRANGE, Right.SEARCH, Right.REVIEW}),
    Role.SUPERVISOR: frozenset(set(Right) - {Right.ADMINISTER, Right.API}),
    Role.ADMINISTRATOR: frozenset({Right.ENTER, Right.ADMINISTER, Right.SEE_LEDGER}),
    Role.SERVICE: frozenset(set(Right) - {Right.ADMINISTER}),
}

RIGHT_OF_ROUTE: Mapping[str, Right | None] = {
    # Open to all: health, figures, signing in
    "live": None,
    "ready": None,
    "metrics": None,
    "choose_language": None,
    "show_sign_in": None,
    "sign_in": None,
    "show_signed_out": None,
    "show_welcome": None,
    "welcome": None,
    # Oneself
    "show_start": Right.ENTER,
    "sign_out": Right.ENTER,
    "show_session": Right.ENTER,
    "stay_signed_in": Right.ENTER,
    "show_account": Right.ENTER,
    "choose_preferences": Right.ENTER,
    "change_password": Right.ENTER,
    "end_session": Right.ENTER,
    # Accounts
    "list_accounts": Right.ADMINISTER,
    "make_account": Right.ADMINISTER,
    "show_account_of": Right.ADMINISTER,
    "change_account": Right.ADMINISTER,
    "make_account_link": Right.ADMINISTER,
    "block_account": Right.ADMINISTER,
    "unblock_account": Right.ADMINISTER,
    "sign_out_account": Right.ADMINISTER,
    # Papers come in
    "take_batch": Right.UPLOAD,
    "list_batches": Right.SEE_LEDGER,
    "get_batch": Right.SEE_PAPERS,
    "get_receipt": Right.SEE_LEDGER,
    "show_ledger": Right.SEE_LEDGER,
    "show_day": Right.SEE_LEDGER,
    "show_batch": Right.SEE_LEDGER,
    "list_manifests": Right.QUARANTINE,
    "get_manifest": Right.QUARANTINE,
    "close_manifest": Right.QUARANTINE,
    "list_quarantine": Right.QUARANTINE,
    "list_folders": Right.QUARANTINE,
    "show_mailroom": Right.UPLOAD,
    "bring_papers": Right.UPLOAD,
    "bring_paper": Right.UPLOAD,
    "show_taken_batch": Right.SEE_LEDGER,
    "watch_batch": Right.SEE_LEDGER,
    "show_receipt": Right.SEE_LEDGER,
    "print_receipt": Right.SEE_LEDGER,
    "show_day_ledger": Right.SEE_LEDGER,
    "show_quarantine": Right.QUARANTINE,
    "try_file_again": Right.QUARANTINE,
    "dismiss_file": Right.QUARANTINE,
    "accept_list": Right.QUARANTINE,
    # Papers
    "show_file": Right.SEE_PAPERS,
    "save_original": Right.SEE_PAPERS,
    "show_thumbnail": Right.SEE_PAPERS,
    "reread_file": Right.ARRANGE,
    "show_search": Right.SEARCH,
    "find_papers": Right.SEARCH,
    "get_file": Right.SEE_PAPERS,
    "get_result": Right.SEE_PAPERS,
    "get_original": Right.SEE_PAPERS,
    "get_page_image": Right.SEE_PAPERS,
    "show_document": Right.SEE_PAPERS,
    "history": Right.SEE_PAPERS,
    "show_matter": Right.SEE_PAPERS,
    "search_matters": Right.SEARCH,
    "get_duplicates": Right.SEE_PAPERS,
    "read_again": Right.ARRANGE,
    "show_arranging": Right.ARRANGE,
    "arrange_file": Right.ARRANGE,
    "show_arranging_progress": Right.ARRANGE,
    # Caseworkers' work
    "list_work_items": Right.REVIEW,
    "correct_document": Right.REVIEW,
    "route_work_item": Right.REVIEW,
    "assign_work_item": Right.REVIEW,
    "decide_duplicate": Right.REVIEW,
    "draft_request": Right.REVIEW,
    "list_requests": Right.REVIEW,
    "get_request": Right.REVIEW,
    "get_request_pdf": Right.REVIEW,
    "get_request_text": Right.REVIEW,
    "edit_request": Right.REVIEW,
    "mark_request_sent": Right.REVIEW,
    "withdraw_request": Right.REVIEW,
    "extend_request": Right.REVIEW,
    "mark_answer_seen": Right.REVIEW,
    # Caseworkers' screens
    "show_work": Right.REVIEW,
    "take_next": Right.REVIEW,
    "put_back": Right.REVIEW,
    "free_item": Right.SUPERVISE,
    "show_item": Right.REVIEW,
    "show_conflict": Right.REVIEW,
    "show_history": Right.SEE_PAPERS,
    "show_picture": Right.SEE_PAPERS,
    "renew_turn": Right.REVIEW,
    "save_draft": Right.REVIEW,
    "drop_draft": Right.REVIEW,
    "finish_item": Right.REVIEW,
    "assign_item": Right.REVIEW,
    "change_type": Right.REVIEW,
    "decide_duplicate_here": Right.REVIEW,
    "index_pages": Right.REVIEW,
    "draft_letter": Right.REVIEW,
    "show_letter": Right.REVIEW,
    "show_letter_pdf": Right.REVIEW,
    "edit_letter": Right.REVIEW,
    "mark_letter_sent": Right.REVIEW,
    "withdraw_letter": Right.REVIEW,
    "extend_letter": Right.REVIEW,
    "mark_letter_answer_seen": Right.REVIEW,
    "show_matter_page": Right.REVIEW,
    # Oversight
    "open_alarms": Right.SUPERVISE,
    "clear_alarm": Right.SUPERVISE,
    "audit_events": Right.SUPERVISE,
    "list_deliveries": Right.SUPERVISE,
    "show_delivery": Right.SUPERVISE,
    "replay_delivery": Right.SUPERVISE,
    "show_oversight": Right.SUPERVISE,
    "show_workers": Right.SUPERVISE,
    "show_deliveries": Right.SUPERVISE,
    "send_again": Right.SUPERVISE,
    "send_all_again": Right.SUPERVISE,
    "see_to_alarm": Right.SUPERVISE,
    "free_held": Right.SUPERVISE,
    "show_trail": Right.SUPERVISE,
    "search_trail": Right.SUPERVISE,
    "verify_trail": Right.SUPERVISE,
    "show_contract": Right.API,
}

CHECKS_ITS_FORM = frozenset({"bring_papers"})
"""Routes that take large forms from pages without scripts: the form's token is checked once it is read, by `check_form`."""


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
    session_id: UUID | None = None
    session_left_s: float | None = None

    def may(self, right: Right | str) -> bool:
        return any(right in RIGHTS_OF_ROLE[role] for role in self.roles)

    def named(self, said: str) -> str:
        """Under which name this person acts: programs say for whom they speak, persons are who they are."""
        return said if Role.SERVICE in self.roles else self.login


def who_asks(request: Request, wired: WiredDep, now: Now) -> Person | None:
    """Say who is asking: a program by the service's token, a person by a session; None for nobody we know."""
    if "authorization" in request.headers:
        is_program = bears_token(request.headers, request.app.state.service_token)
        return Person(None, "api", "", frozenset({Role.SERVICE}), sees_protected=True) if is_program else None
    token = request.cookies.get(SESSION_COOKIE, "")
    if not token:
        return None
    is_active = BACKGROUND_HEADER not in request.headers and request.headers.get("accept") != "text/event-stream"
    found = signing_in.resume(wired.database, token, terms_of(wired.settings), now, is_active=is_active)
    return None if found is None else _person(found, token, now)


def _person(found: SignedIn, token: str, now: datetime) -> Person:
    account = found.account
    return Person(
        account.id, account.login, account.name, frozenset(map(Role, account.roles)), account.language, account.theme,
        account.sees_protected, csrf_for(found.session.id, token), found.session.id,
        (found.ends_at - now).total_seconds(),
    )  # fmt: skip


def terms_of(settings: Settings) -> Terms:
    return Terms(timedelta(minutes=settings.session_idle_min), timedelta(hours=settings.session_hours))


def address_of(request: Request, settings: Settings) -> str:
    """From where somebody asks. With a proxy before us it is what that one has added, last: all else anybody can write."""
    forwarded = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    if settings.public_url is not None and forwarded:
        return forwarded
    return request.client.host if request.client else ""


def bears_token(headers: Headers, token: str) -> bool:
    """Whether a request bears the service's token."""
    scheme, _, value = headers.get("authorization", "").partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(value.strip().encode(), token.encode())


async def _given_csrf(request: Request) -> str:
    """The form token: from the header of a script, or the field of a form. An upload is too large to be looked into here."""
    if request.method in SAFE_METHODS:
        return ""
    if CSRF_HEADER in request.headers:
        return request.headers[CSRF_HEADER]
    if not request.headers.get("content-type", "").startswith(_FORM):
        return ""
    given = (await request.form()).get(CSRF_FIELD)
    return given if isinstance(given, str) else ""


def check_access(
    request: Request,
    csrf: Annotated[str, Depends(_given_csrf)],
    wired: WiredDep,
    now: Now,
) -> None:
    """Let a request pass to its route, or raise RefusedError: 401 for nobody, 403 for somebody who may not.

    Every route has this before it. The person is noted in the request's state, for routes and for pages about errors.
    """
    request.state.person = None
    name = request.scope["endpoint"].__name__
    if name not in RIGHT_OF_ROUTE:
        raise _not_yours()
    right = RIGHT_OF_ROUTE[name]
    if right is None:
        return
    person = who_asks(request, wired, now)
    if person is None:
        raise not_signed_in(request)
    request.state.person = person
    if not person.may(right):
        raise _not_yours()
    if request.method not in SAFE_METHODS and name not in CHECKS_ITS_FORM:
        check_form(request, person, csrf)


def person_of(request: Request) -> Person:
    """Give whom `check_access` has let pass. Raises RefusedError on a route that is open to all and asks for somebody."""
    person: Person | None = getattr(request.state, "person", None)
    if person is None:
        raise not_signed_in(request)
    return person


PersonDep = Annotated[Person, Depends(person_of)]


def csrf_for(session_id: UUID, token: str) -> str:
    """The form token of a session. It is signed with the cookie's own token, which nobody else knows and we do not keep."""
    return _signer(token).sign(session_id.hex).decode()


def check_form(request: Request, person: Person, given: str) -> None:
    """Refuse a form that no page of this session has brought. A program has no session, and no form."""
    if person.session_id is None:
        return
    token = request.cookies[SESSION_COOKIE]
    try:
        is_ours = _signer(token).unsign(given).decode() == person.session_id.hex
    except BadSignature:
        is_ours = False
    if not is_ours:
        raise RefusedError(
            "This form is not of your session.", "Open the page again, then repeat what you did.", HTTPStatus.FORBIDDEN
        )


def _signer(token: str) -> Signer:
    return Signer(token, salt="saapuva.csrf", digest_method=hashlib.sha256)


def not_signed_in(request: Request) -> RefusedError:
    """The refusal for somebody we do not know."""
    if request.url.path.startswith("/api/"):
        return no_token()
    return RefusedError("You are not signed in.", "Sign in, then go on.", HTTPStatus.UNAUTHORIZED)


def no_token() -> RefusedError:
    return RefusedError(
        "This call needs the service's token.",
        "Send `Authorization: Bearer …` with SAAPUVA_API_TOKEN, or with what stands in api-token in the data folder.",
        HTTPStatus.UNAUTHORIZED,
    )


def _not_yours() -> RefusedError:
    return RefusedError("Your account may not do this.", "Ask your administrator for the role it needs.", HTTPStatus.FORBIDDEN)
