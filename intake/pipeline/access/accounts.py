"""Accounts: made, changed and blocked by an administrator; passwords set by their persons alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from intake.pipeline.access import links, passwords
from intake.pipeline.access.links import Link
from intake.store import account_links, accounts, audit, sessions
from intake.store.accounts import AccountRow
from intake.store.database import Conn, Database
from intake.store.sessions import EndedBy
from models.errors import ConflictError, RefusedError

ROLES = ("mailroom", "caseworker", "supervisor", "administrator")
LANGUAGES, THEMES = ("fi", "sv", "en"), ("light", "dark")
_LOGIN = re.compile(r"[a-zåäö0-9][a-zåäö0-9._@-]{1,62}")
_IDENTITY_CODE = re.compile(r"\d{6}[-+a-fu-y]?\d{3}[0-9a-z]")
_LONGEST_NAME = 80


@dataclass(frozen=True)
class Decided:
    """What an administrator says of an account."""

    name: str
    roles: frozenset[str]
    sees_protected: bool = False


@dataclass(frozen=True)
class Shown:
    """An account as the administrator sees it: with its open sessions and until when its link can be used."""

    account: AccountRow
    sessions: int
    link_until: datetime | None


def listing(database: Database, now: datetime) -> list[Shown]:
    """Give all accounts by name, blocked ones last."""
    with database.transaction() as conn:
        until = account_links.open_until(conn, now)
        return [Shown(each, len(sessions.of_account(conn, each.id)), until.get(each.id)) for each in accounts.every(conn)]


def get(database: Database, account_id: UUID) -> AccountRow:
    """Give one account. Raises NotFoundError."""
    with database.transaction() as conn:
        return accounts.get(conn, account_id)


def welcome_first(database: Database, token: str, login: str, name: str, password: str, now: datetime) -> UUID:
    """Make the first administrator, who has every role until others come. Raises RefusedError."""
    login, name = checked_login(login), checked_name(name)
    kept = passwords.hashed(passwords.check(password, login))
    with database.transaction() as conn:
        accounts.lock_all(conn)
        if links.of_token(conn, token, now).account is not None:
            raise links.spent()
        links.use(conn, token, now)
        account_id = accounts.add(conn, login, name, ROLES, True, now)
        accounts.set_password(conn, account_id, kept, now)
        _tell(conn, "account.made", account_id, login, now, after=_told(accounts.get(conn, account_id)))
        _tell(conn, "account.password_set", account_id, login, now)
    return account_id


def set_password(database: Database, token: str, password: str, now: datetime) -> UUID:
    """Set the password of the account a link is for; its sessions end. Gives the account. Raises RefusedError."""
    account = links.invited(database, token, now).account
    if account is None:
        raise links.spent()
    kept = passwords.hashed(passwords.check(password, account.login))
    with database.transaction() as conn:
        accounts.lock(conn, account.id)
        links.use(conn, token, now)
        accounts.set_password(conn, account.id, kept, now)
        _tell(conn, "account.password_set", account.id, account.login, now)
        end_sessions(conn, account.id, account.login, "password", now)
    return account.id


def change_password(database: Database, account_id: UUID, former: str, password: str, session_id: UUID, now: datetime) -> None:
    """Change one's own password; all other sessions end. Raises RefusedError when the former one is wrong."""
    account = get(database, account_id)
    if not passwords.is_right(account.password_hash, former):
        raise RefusedError("The present password is wrong.", "Type it again; without it an administrator gives a new link.")
    kept = passwords.hashed(passwords.check(password, account.login))
    with database.transaction() as conn:
        if accounts.lock(conn, account_id).password_hash != account.password_hash:
            raise ConflictError("The password was changed meanwhile.", "Sign in with the new one.")
        accounts.set_password(conn, account_id, kept, now)
        _tell(conn, "account.password_set", account_id, account.login, now)
        end_sessions(conn, account_id, account.login, "password", now, but=session_id)


def make(database: Database, login: str, decided: Decided, by: str, now: datetime) -> tuple[UUID, Link]:
    """Make an account and the link by which its person sets a password. Raises RefusedError and ConflictError."""
    login, decided = checked_login(login), _checked(decided)
    with database.transaction() as conn:
        account_id = accounts.add(conn, login, decided.name, decided.roles, decided.sees_protected, now)
        _tell(conn, "account.made", account_id, by, now, after=_told(accounts.get(conn, account_id)))
        return account_id, links.make(conn, account_id, by, now)


def change(database: Database, account_id: UUID, decided: Decided, by: str, now: datetime) -> None:
    """Say anew who somebody is and what that person may do; it holds from the next request on."""
    _put(database, account_id, by, now, _checked(decided))


def block(database: Database, account_id: UUID, by: str, now: datetime) -> None:
    """Let nobody sign in with an account, and end its sessions."""
    _put(database, account_id, by, now, is_blocked=True)


def unblock(database: Database, account_id: UUID, by: str, now: datetime) -> None:
    """Let a blocked account in again, with the password it had."""
    _put(database, account_id, by, now, is_blocked=False)


def _put(
    database: Database,
    account_id: UUID,
    by: str,
    now: datetime,
    decided: Decided | None = None,
    *,
    is_blocked: bool | None = None,
) -> None:
    with database.transaction() as conn:
        accounts.lock_all(conn)
        before = accounts.get(conn, account_id)
        said = decided or Decided(before.name, frozenset(before.roles), before.sees_protected)
        blocked_at = before.blocked_at if is_blocked is None else (before.blocked_at or now) if is_blocked else None
        if (blocked_at or "administrator" not in said.roles) and not accounts.other_administrator(conn, account_id):
            raise ConflictError("Nobody would be left who may make accounts.", "Make somebody else an administrator first.")
        accounts.put(
            conn, account_id, name=said.name, roles=said.roles, sees_protected=said.sees_protected, blocked_at=blocked_at
        )
        after = accounts.get(conn, account_id)
        if after == before:
            return
        _tell(conn, _event(before, after), account_id, by, now, before=_told(before), after=_told(after))
        if after.blocked_at is not None:
            end_sessions(conn, account_id, by, "administrator", now)


def _event(before: AccountRow, after: AccountRow) -> str:
    if (before.blocked_at is None) == (after.blocked_at is None):
        return "account.changed"
    return "account.unblocked" if after.blocked_at is None else "account.blocked"


def end_all(database: Database, account_id: UUID, by: str, now: datetime) -> None:
    """Sign somebody out everywhere."""
    with database.transaction() as conn:
        accounts.lock(conn, account_id)
        end_sessions(conn, account_id, by, "administrator", now)


def prefer(database: Database, account_id: UUID, language: str | None, theme: str | None) -> None:
    """Keep the language and the theme somebody has chosen; None: as the browser says. Raises RefusedError."""
    if language not in (None, *LANGUAGES) or theme not in (None, *THEMES):
        raise RefusedError("There is no such language or theme.", "Choose one of those on the page.")
    with database.transaction() as conn:
        accounts.prefer(conn, account_id, language, theme)


def end_sessions(conn: Conn, account_id: UUID, by: str, why: EndedBy, now: datetime, *, but: UUID | None = None) -> None:
    """End an account's sessions, `but` one."""
    for session in sessions.of_account(conn, account_id):
        if session.id != but and sessions.end(conn, session.id, why, now):
            audit.append(
                conn, "session.ended", f"session:{session.id}", actor=by, at=now, after={"account": str(account_id), "by": why}
            )


def checked_login(login: str) -> str:
    """Give a login in its one spelling. Raises RefusedError."""
    login = login.strip().casefold()
    if not _LOGIN.fullmatch(login):
        raise RefusedError(
            "The user name cannot be used.", "Take 2 to 63 letters, digits and . _ @ -, beginning with a letter or digit."
        )
    if _IDENTITY_CODE.search(login):
        raise RefusedError("An identity code is no user name.", "Choose another one.")
    return login


def checked_name(name: str) -> str:
    """Give a name on one line. Raises RefusedError."""
    name = " ".join(name.split())
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise RefusedError("The name cannot be used.", "Write first name and family name, at most 80 characters.")
    return name


def _checked(decided: Decided) -> Decided:
    if not decided.roles or not decided.roles <= set(ROLES):
        raise RefusedError("An account needs at least one role.", "Choose what the person does.")
    return Decided(checked_name(decided.name), decided.roles, decided.sees_protected)


def _told(account: AccountRow) -> dict[str, Any]:
    return {
        "login": account.login, "name": account.name, "roles": sorted(account.roles),
        "sees_protected": account.sees_protected, "is_blocked": account.blocked_at is not None,
    }  # fmt: skip


def _tell(conn: Conn, event: str, account_id: UUID, by: str, now: datetime, *, before: Any = None, after: Any = None) -> None:
    audit.append(conn, event, f"account:{account_id}", actor=by, at=now, before=before, after=after)
