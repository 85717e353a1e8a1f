"""One-time links: by one the first administrator comes in, by others persons set their passwords."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from psycopg.rows import class_row
from pydantic import BaseModel, ConfigDict

from intake.store.database import Conn


class LinkRow(BaseModel):
    """A link that can still be used. `account_id` is None for the one that makes the first administrator."""

    model_config = ConfigDict(frozen=True)

    token_hash: str
    account_id: UUID | None
    ends_at: datetime


REPLACE = """
    UPDATE account_link
       SET used_at = %(now)s
     WHERE used_at IS NULL AND account_id IS NOT DISTINCT FROM %(account_id)s
"""
ADD = """
    INSERT INTO account_link (token_hash, account_id, made_by, made_at, ends_at)
    VALUES (%(token_hash)s, %(account_id)s, %(made_by)s, %(now)s, %(ends_at)s)
"""


def add(conn: Conn, token_hash: str, account_id: UUID | None, made_by: str, now: datetime, ends_at: datetime) -> None:
    """Make a link; earlier ones for the same account can be used no more."""
    conn.execute(REPLACE, {"account_id": account_id, "now": now})
    row = {"token_hash": token_hash, "account_id": account_id, "made_by": made_by, "now": now, "ends_at": ends_at}
    conn.execute(ADD, row)


FIND = """
    SELECT token_hash, account_id, ends_at
      FROM account_link
     WHERE token_hash = %(token_hash)s AND used_at IS NULL AND ends_at > %(now)s
"""


def find(conn: Conn, token_hash: str, now: datetime) -> LinkRow | None:
    """Give a link; None when there is none of it, or it has ended or was used."""
    with conn.cursor(row_factory=class_row(LinkRow)) as cursor:
        return cursor.execute(FIND, {"token_hash": token_hash, "now": now}).fetchone()


USE = "UPDATE account_link SET used_at = %(now)s WHERE token_hash = %(token_hash)s AND used_at IS NULL AND ends_at > %(now)s"


def use(conn: Conn, token_hash: str, now: datetime) -> bool:
    """Use a link up; False when somebody was faster."""
    return conn.execute(USE, {"token_hash": token_hash, "now": now}).rowcount == 1


OPEN_UNTIL = "SELECT account_id, ends_at FROM account_link WHERE used_at IS NULL AND ends_at > %(now)s AND account_id IS NOT NULL"


def open_until(conn: Conn, now: datetime) -> dict[UUID, datetime]:
    """Give until when each account's link can be used."""
    return {row[0]: row[1] for row in conn.execute(OPEN_UNTIL, {"now": now})}
