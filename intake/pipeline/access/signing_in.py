"""Signing in and out, and whether a session still stands."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from intake.pipeline.access import links, passwords
from intake.store import accounts, audit, sessions, sign_in_tries
from intake.store.accounts import AccountRow
from intake.store.database import Conn, Database
from intake.store.sessions import EndedBy, SessionRow
from models.errors import RefusedError

FREE_TRIES = 5
"""So many wrong passwords in a row for one user name; after them each next one costs a wait twice as long."""
FREE_TRIES_OF_ADDRESS = 30
"""Many persons may sit behind one address."""
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=24)
_SEEN_ANEW = timedelta(seconds=15)
"""A session's last use is written down no oftener than this."""
_LONGEST_CLIENT = 120


@dataclass(frozen=True)
class Terms:
    """How long a session lasts: without use, and in all."""

    idle: timedelta = timedelta(minutes=30)
    age: timedelta = timedelta(hours=12)


@dataclass(frozen=True)
class SignedIn:
    """A session that stands, and whose it is."""

    account: AccountRow
    session: SessionRow
    ends_at: datetime


def sign_in(database: Database, login: str, password: str, address: str, client: str, now: datetime) -> str:
    """Give the token of a new session. Raises RefusedError: the same words, and as late, whether there is such an account.

    A try is counted before the password is looked at: many at once are not one. A success forgets the user name's failures;
    the address keeps those with other names.
    """
    login = login.strip().casefold()
    by_address, by_login = f"address:{_hidden(address)}", f"login:{_hidden(login)}"
    _count(database, {by_address: FREE_TRIES_OF_ADDRESS, by_login: FREE_TRIES}, now)
    with database.transaction() as conn:
        account = accounts.by_login(conn, login)
    is_let_in = passwords.is_right(account.password_hash if account else None, password)
    if account is None or not is_let_in or account.blocked_at is not None:
        _note_failure(database, account, now)
        raise RefusedError("User name or password is wrong.", "Type both again.", 401)
    return _begin(database, account, password, client, (by_address, by_login), now)


def _count(database: Database, free_by_subject: dict[str, int], now: datetime) -> None:
    """Count a try, or refuse it while an earlier one must be waited for. Address before name, always: no circle of locks."""
    with database.transaction() as conn:
        for subject, free in free_by_subject.items():
            failures, wait_until = sign_in_tries.lock(conn, subject, now, FORGOTTEN_AFTER)
            if now < wait_until:
                raise RefusedError("There were too many tries to sign in.", "Wait a quarter of an hour, then try again.", 429)
            wait = min(FIRST_WAIT * 2.0 ** min(failures - free, 10), LONGEST_WAIT) if failures + 1 > free else timedelta()
            sign_in_tries.put(conn, subject, failures + 1, now + wait, now)


def _note_failure(database: Database, account: AccountRow | None, now: datetime) -> None:
    """What was typed as a user name is not kept: it may be a password."""
    with database.transaction() as conn:
        subject = f"account:{account.id}" if account else "account:unknown"
        audit.append(conn, "account.sign_in_failed", subject, actor=account.login if account else "unknown", at=now)


def _begin(database: Database, seen: AccountRow, password: str, client: str, tries: tuple[str, str], now: datetime) -> str:
    newer = None
    if seen.password_hash is not None and passwords.is_outdated(seen.password_hash):
        newer = passwords.hashed(passwords.normalised(password))
    token = links.new_token()
    with database.transaction() as conn:
        account = accounts.lock(conn, seen.id)
        if account.password_hash != seen.password_hash or account.blocked_at is not None:
            raise RefusedError("User name or password is wrong.", "Type both again.", 401)
        if newer is not None and account.password_hash is not None:
            accounts.rehash(conn, account.id, account.password_hash, newer)
        _forgive(conn, *tries, now)
        session_id = sessions.begin(conn, links.kept(token), account.id, client[:_LONGEST_CLIENT], now)
        audit.append(
            conn, "session.began", f"session:{session_id}", actor=account.login, at=now, after={"account": str(account.id)}
        )
    return token


def _forgive(conn: Conn, by_address: str, by_login: str, now: datetime) -> None:
    """Forget the user name's failures, this try among them, and take them from the address's too."""
    of_address, wait_until = sign_in_tries.lock(conn, by_address, now, FORGOTTEN_AFTER)
    of_login, _ = sign_in_tries.lock(conn, by_login, now, FORGOTTEN_AFTER)
    sign_in_tries.put(conn, by_address, max(of_address - of_login, 0), min(wait_until, now), now)
    sign_in_tries.put(conn, by_login, 0, now, now)
    sign_in_tries.forget(conn, now - FORGOTTEN_AFTER)


def resume(database: Database, token: str, terms: Terms, now: datetime, *, is_active: bool = True) -> SignedIn | None:
    """Give whose session this is; None when it has ended. With `is_active` it counts as used now.

    What a page asks by itself is no use: else an open page would keep a session alive for ever.
    """
    with database.transaction() as conn:
        session = sessions.find(conn, links.kept(token))
        if session is None:
            return None
        account = accounts.get(conn, session.account_id)
        ended_by = _ended_by(session, terms, now)
        if ended_by is not None:
            if sessions.end(conn, session.id, ended_by, now):
                _tell_end(conn, session.id, account, ended_by, now)
            return None
        if is_active and now - session.seen_at > _SEEN_ANEW:
            sessions.see(conn, session.id, now)
        seen_at = now if is_active else session.seen_at
    return SignedIn(account, session, min(seen_at + terms.idle, session.began_at + terms.age))


def _ended_by(session: SessionRow, terms: Terms, now: datetime) -> EndedBy | None:
    if now >= session.began_at + terms.age:
        return "age"
    return "idle" if now >= session.seen_at + terms.idle else None


def sign_out(database: Database, token: str, now: datetime) -> None:
    """End a session; nothing happens when it has ended."""
    with database.transaction() as conn:
        session = sessions.find(conn, links.kept(token))
        if session is not None and sessions.end(conn, session.id, "person", now):
            _tell_end(conn, session.id, accounts.get(conn, session.account_id), "person", now)


def own_sessions(database: Database, account_id: UUID, terms: Terms, now: datetime) -> list[SessionRow]:
    """Give the sessions of an account that still stand, the one last used first."""
    with database.transaction() as conn:
        return [each for each in sessions.of_account(conn, account_id) if _ended_by(each, terms, now) is None]


def end_own(database: Database, account_id: UUID, session_id: UUID, now: datetime) -> None:
    """End one of one's own sessions, on another machine perhaps; nothing happens when it is not one's own."""
    with database.transaction() as conn:
        account = accounts.get(conn, account_id)
        is_own = any(each.id == session_id for each in sessions.of_account(conn, account_id))
        if is_own and sessions.end(conn, session_id, "person", now):
            _tell_end(conn, session_id, account, "person", now)


def _tell_end(conn: Conn, session_id: UUID, account: AccountRow, ended_by: EndedBy, now: datetime) -> None:
    actor = account.login if ended_by == "person" else "saapuva"
    audit.append(
        conn, "session.ended", f"session:{session_id}", actor=actor, at=now, after={"account": str(account.id), "by": ended_by}
    )


def _hidden(said: str) -> str:
    return hashlib.sha256(said.encode()).hexdigest()[:32]
