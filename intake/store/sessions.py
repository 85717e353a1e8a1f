"""Sessions: who is signed in, where, and until when."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID, uuid4

from psycopg.rows import class_row
from pydantic import BaseModel, ConfigDict

from intake.store.database import Conn

EndedBy = Literal["person", "idle", "age", "password", "administrator"]


class SessionRow(BaseModel):
    """One sign-in that has not ended. `seen_at`: when its person last did something."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    account_id: UUID
    client: str
    began_at: datetime
    seen_at: datetime


_COLUMNS = "id, account_id, client, began_at, seen_at"
BEGIN = """
    INSERT INTO session (id, token_hash, account_id, client, began_at, seen_at)
    VALUES (%(id)s, %(token_hash)s, %(account_id)s, %(client)s, %(now)s, %(now)s)
"""


def begin(conn: Conn, token_hash: str, account_id: UUID, client: str, now: datetime) -> UUID:
    """Open a session. Gives its id."""
    session_id = uuid4()
    row = {"id": session_id, "token_hash": token_hash, "account_id": account_id, "client": client, "now": now}
    conn.execute(BEGIN, row)
    return session_id


FIND = f"SELECT {_COLUMNS} FROM session WHERE token_hash = %(token_hash)s AND ended_at IS NULL"


def find(conn: Conn, token_hash: str) -> SessionRow | None:
    """Give the open session of a cookie, however old it is."""
    with conn.cursor(row_factory=class_row(SessionRow)) as cursor:
        return cursor.execute(FIND.encode(), {"token_hash": token_hash}).fetchone()


OF_ACCOUNT = f"SELECT {_COLUMNS} FROM session WHERE account_id = %(account_id)s AND ended_at IS NULL ORDER BY seen_at DESC"


def of_account(conn: Conn, account_id: UUID) -> list[SessionRow]:
    """Give an account's open sessions, however old they are, the one last used first."""
    with conn.cursor(row_factory=class_row(SessionRow)) as cursor:
        return cursor.execute(OF_ACCOUNT.encode(), {"account_id": account_id}).fetchall()


SEE = "UPDATE session SET seen_at = %(now)s WHERE id = %(id)s AND seen_at < %(now)s"


def see(conn: Conn, session_id: UUID, now: datetime) -> None:
    """Note that its person did something."""
    conn.execute(SEE, {"id": session_id, "now": now})


END = "UPDATE session SET ended_at = %(now)s, ended_by = %(ended_by)s WHERE id = %(id)s AND ended_at IS NULL"


def end(conn: Conn, session_id: UUID, ended_by: EndedBy, now: datetime) -> bool:
    """End a session; False when it had ended."""
    return conn.execute(END, {"id": session_id, "ended_by": ended_by, "now": now}).rowcount == 1
