"""One-time links: made, shown once, used once. Only their hashes are kept."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from intake.store import account_links, accounts, audit
from intake.store.accounts import AccountRow
from intake.store.database import Conn, Database
from models.errors import ConflictError, RefusedError

LASTS = timedelta(hours=24)
PLACE = "/welcome/"


@dataclass(frozen=True)
class Link:
    """The way in, to be told to one person. Kept nowhere."""

    path: str
    ends_at: datetime


@dataclass(frozen=True)
class Invited:
    """Whom a link is for: an account, or (None) whoever becomes the first administrator."""

    account: AccountRow | None
    ends_at: datetime


def new_token() -> str:
    return secrets.token_urlsafe(32)


def kept(token: str) -> str:
    """What is kept of a token: enough to know it again, not to use it."""
    return hashlib.sha256(token.encode()).hexdigest()


def make(conn: Conn, account_id: UUID | None, by: str, now: datetime) -> Link:
    """Make a link for an account, or for the first administrator; the one before it can be used no more."""
    token, ends_at = new_token(), now + LASTS
    account_links.add(conn, kept(token), account_id, by, now, ends_at)
    subject = f"account:{account_id}" if account_id else "account:first"
    audit.append(conn, "account.link_made", subject, actor=by, at=now, after={"ends_at": ends_at.isoformat()})
    return Link(PLACE + token, ends_at)


def make_first(database: Database, now: datetime) -> Link | None:
    """Make the link by which the first administrator comes in; None when there is one who can sign in."""
    with database.transaction() as conn:
        accounts.lock_all(conn)
        return None if accounts.any_administrator(conn) else make(conn, None, "saapuva", now)


def make_for(database: Database, account_id: UUID, by: str, now: datetime) -> Link:
    """Make a link by which a person sets a password. Raises NotFoundError, and ConflictError for a blocked account."""
    with database.transaction() as conn:
        if accounts.lock(conn, account_id).blocked_at is not None:
            raise ConflictError("This account is blocked.", "Let it in again first.")
        return make(conn, account_id, by, now)


def make_for_login(database: Database, login: str, now: datetime) -> Link:
    """The same from the command line, where only the login is known. Raises RefusedError when there is none."""
    with database.transaction() as conn:
        found = accounts.by_login(conn, login.strip().casefold())
    if found is None:
        raise RefusedError("There is no account of this user name.", "`./saapuva accounts list` shows them.")
    return make_for(database, found.id, "saapuva", now)


def invited(database: Database, token: str, now: datetime) -> Invited:
    """Say whom a link is for. Raises RefusedError when it leads nowhere."""
    with database.transaction() as conn:
        return of_token(conn, token, now)


def of_token(conn: Conn, token: str, now: datetime) -> Invited:
    found = account_links.find(conn, kept(token), now)
    if found is None or (found.account_id is None and accounts.any_administrator(conn)):
        raise spent()
    account = None if found.account_id is None else accounts.get(conn, found.account_id)
    if account is not None and account.blocked_at is not None:
        raise spent()
    return Invited(account, found.ends_at)


def use(conn: Conn, token: str, now: datetime) -> None:
    """Use a link up. Raises RefusedError when somebody was faster."""
    if not account_links.use(conn, kept(token), now):
        raise spent()


def spent() -> RefusedError:
    return RefusedError(
        "This link leads nowhere: it was used, has ended or was replaced.", "Ask your administrator for a new one.", 410
    )
