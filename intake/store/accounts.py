"""Accounts of the persons who work here."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg.rows import class_row
from pydantic import BaseModel, ConfigDict

from intake.store.database import Conn
from models.errors import ConflictError, NotFoundError

_COLUMNS = "id, login, name, password_hash, roles, sees_protected, language, theme, made_at, password_set_at, blocked_at"


class AccountRow(BaseModel):
    """One person's account. `password_hash` is None until a password is set; a blocked account signs nobody in."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    login: str
    name: str
    password_hash: str | None
    roles: list[str]
    sees_protected: bool
    language: str | None
    theme: str | None
    made_at: datetime
    password_set_at: datetime | None
    blocked_at: datetime | None

    def __repr__(self) -> str:
        return f"AccountRow({self.login})"


ADD = """
    INSERT INTO account (id, login, name, roles, sees_protected, made_at)
    VALUES (%(id)s, %(login)s, %(name)s, %(roles)s, %(sees_protected)s, %(now)s)
"""


def add(conn: Conn, login: str, name: str, roles: Collection[str], sees_protected: bool, now: datetime) -> UUID:
    """Make an account without a password. Raises ConflictError when the login is taken."""
    account_id = uuid4()
    row = {
        "id": account_id, "login": login, "name": name, "roles": sorted(roles), "sees_protected": sees_protected, "now": now,
    }  # fmt: skip
    try:
        conn.execute(ADD, row)
    except psycopg.errors.UniqueViolation:
        raise ConflictError("This user name is taken.", "Choose another one.") from None
    return account_id


GET = f"SELECT {_COLUMNS} FROM account WHERE id = %(id)s"
LOCK = f"{GET} FOR UPDATE"


def get(conn: Conn, account_id: UUID) -> AccountRow:
    """Give one account. Raises NotFoundError."""
    return _one(conn, GET, account_id)


def lock(conn: Conn, account_id: UUID) -> AccountRow:
    """Give one account, which nobody else changes until the transaction ends. Raises NotFoundError."""
    return _one(conn, LOCK, account_id)


def _one(conn: Conn, statement: str, account_id: UUID) -> AccountRow:
    with conn.cursor(row_factory=class_row(AccountRow)) as cursor:
        found = cursor.execute(statement.encode(), {"id": account_id}).fetchone()
    if found is None:
        raise NotFoundError("account", str(account_id))
    return found


BY_LOGIN = f"SELECT {_COLUMNS} FROM account WHERE login = %(login)s"


def by_login(conn: Conn, login: str) -> AccountRow | None:
    """Find the account of a login, which is in small letters."""
    with conn.cursor(row_factory=class_row(AccountRow)) as cursor:
        return cursor.execute(BY_LOGIN.encode(), {"login": login}).fetchone()


EVERY = f"SELECT {_COLUMNS} FROM account ORDER BY blocked_at IS NOT NULL, name, login"


def every(conn: Conn) -> list[AccountRow]:
    """Give all accounts by name, blocked ones last."""
    with conn.cursor(row_factory=class_row(AccountRow)) as cursor:
        return cursor.execute(EVERY.encode()).fetchall()


LOCK_ACCOUNTS = "LOCK TABLE account IN SHARE ROW EXCLUSIVE MODE"
_SIGNS_IN = "SELECT 1 FROM account WHERE roles @> ARRAY['administrator'] AND blocked_at IS NULL AND password_hash IS NOT NULL"
ANY_ADMINISTRATOR = f"SELECT EXISTS ({_SIGNS_IN})"
OTHER_ADMINISTRATOR = f"SELECT EXISTS ({_SIGNS_IN} AND id <> %(id)s)"


def any_administrator(conn: Conn) -> bool:
    """Whether somebody can sign in who may make accounts."""
    row = conn.execute(ANY_ADMINISTRATOR.encode()).fetchone()
    return row is not None and bool(row[0])


def other_administrator(conn: Conn, account_id: UUID) -> bool:
    """Whether somebody else can sign in who may make accounts. After `lock_all`, for two may leave at once."""
    row = conn.execute(OTHER_ADMINISTRATOR.encode(), {"id": account_id}).fetchone()
    return row is not None and bool(row[0])


def lock_all(conn: Conn) -> None:
    """Let nobody else make or change an account until the transaction ends."""
    conn.execute(LOCK_ACCOUNTS)


SET_PASSWORD = "UPDATE account SET password_hash = %(password_hash)s, password_set_at = %(now)s WHERE id = %(id)s"
REHASH = "UPDATE account SET password_hash = %(password_hash)s WHERE id = %(id)s AND password_hash = %(former)s"


def set_password(conn: Conn, account_id: UUID, password_hash: str, now: datetime) -> None:
    conn.execute(SET_PASSWORD, {"id": account_id, "password_hash": password_hash, "now": now})


def rehash(conn: Conn, account_id: UUID, former: str, password_hash: str) -> None:
    """Keep the same password under newer parameters, unless it was changed meanwhile."""
    conn.execute(REHASH, {"id": account_id, "former": former, "password_hash": password_hash})


SET = """
    UPDATE account
       SET name = %(name)s, roles = %(roles)s, sees_protected = %(sees_protected)s, blocked_at = %(blocked_at)s
     WHERE id = %(id)s
"""


def put(
    conn: Conn, account_id: UUID, *, name: str, roles: Collection[str], sees_protected: bool, blocked_at: datetime | None
) -> None:
    """Say anew what an administrator decides of an account."""
    row: dict[str, Any] = {"id": account_id, "name": name, "roles": sorted(roles)}
    conn.execute(SET, row | {"sees_protected": sees_protected, "blocked_at": blocked_at})


PREFER = "UPDATE account SET language = %(language)s, theme = %(theme)s WHERE id = %(id)s"


def prefer(conn: Conn, account_id: UUID, language: str | None, theme: str | None) -> None:
    """Keep what the person likes to see; None: as the browser says."""
    conn.execute(PREFER, {"id": account_id, "language": language, "theme": theme})
