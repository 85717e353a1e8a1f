"""Requests: what was asked of one party of a matter, until when, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID, uuid4

from psycopg.rows import class_row
from pydantic import BaseModel, ConfigDict

from intake.store.database import Conn
from models.errors import NotFoundError
from models.work import Addressee

State = Literal["draft", "sent", "answered", "withdrawn"]
Language = Literal["fi", "sv"]


class RequestRow(BaseModel):
    """One request. `recipient` is empty where the papers show none, or its address is never printed; `asked` is in Finnish."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    number: int
    work_item_id: UUID
    addressee: Addressee
    language: Language
    recipient: list[str]
    recipient_doubtful: bool
    text: str
    asked: list[str]
    finding_keys: list[str]
    letter_codes: list[str]
    sections: list[str]
    written_day: date
    due_day: date
    first_due_day: date | None
    state: State
    version: int
    written_at: datetime
    written_by: str
    sent_at: datetime | None
    sent_by: str | None
    overdue_at: datetime | None
    answered_at: datetime | None
    answered_file_id: UUID | None
    seen_at: datetime | None
    withdrawn_at: datetime | None


COLUMNS = """
    id, number, work_item_id, addressee, language, recipient, recipient_doubtful, text, asked, finding_keys, letter_codes,
    sections, written_day, due_day, first_due_day, state, version, written_at, written_by, sent_at, sent_by, overdue_at,
    answered_at, answered_file_id, seen_at, withdrawn_at
"""
NEXT_NUMBER = "SELECT nextval(pg_get_serial_sequence('request', 'number'))"


def next_number(conn: Conn) -> int:
    """Take the number of a request to be: its letter bears it. One that is given up stays unused."""
    row = conn.execute(NEXT_NUMBER).fetchone()
    assert row is not None
    return int(row[0])


ADD = """
    INSERT INTO request (id, number, work_item_id, addressee, language, recipient, recipient_doubtful, text, asked, finding_keys,
                         letter_codes, sections, written_day, due_day, state, written_at, written_by)
    OVERRIDING SYSTEM VALUE
    VALUES (%(id)s, %(number)s, %(work_item_id)s, %(addressee)s, %(language)s, %(recipient)s, %(recipient_doubtful)s, %(text)s,
            %(asked)s, %(finding_keys)s, %(letter_codes)s, %(sections)s, %(written_day)s, %(due_day)s, 'draft',
            %(now)s, %(actor)s)
"""


def add(conn: Conn, values: Mapping[str, Any], actor: str, now: datetime) -> UUID:
    """Write a draft down; `values` are its columns from number to due_day. Gives its id."""
    request_id = uuid4()
    conn.execute(ADD, {**values, "id": request_id, "actor": actor, "now": now})
    return request_id


GET = f"SELECT {COLUMNS} FROM request WHERE id = %(id)s"


def get(conn: Conn, request_id: UUID) -> RequestRow:
    """Give one request. Raises NotFoundError."""
    return _one(conn, GET, request_id)


LOCK = f"{GET} FOR UPDATE"


def lock(conn: Conn, request_id: UUID) -> RequestRow:
    """Give one request and keep others from changing it. After its work item, never before. Raises NotFoundError."""
    return _one(conn, LOCK, request_id)


def _one(conn: Conn, statement: str, request_id: UUID) -> RequestRow:
    with conn.cursor(row_factory=class_row(RequestRow)) as cursor:
        request = cursor.execute(statement.encode(), {"id": request_id}).fetchone()
    if request is None:
        raise NotFoundError("request", str(request_id))
    return request


WITH_MATTER = """
    SELECT other.id
      FROM work_item AS own
      JOIN work_item AS other ON other.id = own.id OR other.matter_id = own.matter_id
     WHERE own.id = %(item_id)s
"""
OF_MATTER = f"SELECT {COLUMNS} FROM request WHERE work_item_id IN ({WITH_MATTER}) ORDER BY number"


def of_matter(conn: Conn, item_id: UUID) -> list[RequestRow]:
    """Give all requests of the matter that a work item is about, oldest first: also those written for an earlier work item."""
    with conn.cursor(row_factory=class_row(RequestRow)) as cursor:
        return cursor.execute(OF_MATTER.encode(), {"item_id": item_id}).fetchall()


LOCK_ITEMS = f"""
    SELECT id, state FROM work_item WHERE id IN ({WITH_MATTER}) ORDER BY id FOR UPDATE
"""


def lock_items(conn: Conn, item_id: UUID) -> UUID:
    """Lock the work items of a matter, in one order, and give the one that speaks for it: the waiting one, else `item_id`.

    Raises NotFoundError when there is no such work item.
    """
    states: dict[UUID, str] = dict(conn.execute(LOCK_ITEMS.encode(), {"item_id": item_id}).fetchall())
    if item_id not in states:
        raise NotFoundError("work item", str(item_id))
    return next((other for other, state in states.items() if state == "waiting"), item_id)


OF_NUMBERS = f"SELECT {COLUMNS} FROM request WHERE number = ANY(%(numbers)s) ORDER BY work_item_id, number"


def of_numbers(conn: Conn, numbers: Sequence[int]) -> list[RequestRow]:
    """Give the requests of these numbers; a number that nobody has written is left out."""
    with conn.cursor(row_factory=class_row(RequestRow)) as cursor:
        return cursor.execute(OF_NUMBERS.encode(), {"numbers": list(numbers)}).fetchall()


LISTING = f"""
    SELECT {COLUMNS}
      FROM request
     WHERE (%(state)s::text IS NULL OR state = %(state)s)
       AND (%(due_before)s::date IS NULL OR (state = 'sent' AND due_day < %(due_before)s))
     ORDER BY due_day, number
     LIMIT %(limit)s
"""


def listing(conn: Conn, *, state: State | None = None, due_before: date | None = None, limit: int = 100) -> list[RequestRow]:
    """Give requests, those due first; `due_before` gives those that were sent, are not answered and were due before that day."""
    values = {"state": state, "due_before": due_before, "limit": limit}
    with conn.cursor(row_factory=class_row(RequestRow)) as cursor:
        return cursor.execute(LISTING.encode(), values).fetchall()


NEWLY_OVERDUE = """
    SELECT id FROM request WHERE state = 'sent' AND due_day < %(today)s AND overdue_at IS NULL ORDER BY due_day, number LIMIT 200
"""


def newly_overdue(conn: Conn, today: date) -> list[UUID]:
    """Give the requests that nobody has noticed yet to be overdue; a few hundred at a time."""
    return [row[0] for row in conn.execute(NEWLY_OVERDUE, {"today": today})]


EDIT = """
    UPDATE request
       SET text = %(text)s, due_day = %(due_day)s, recipient = coalesce(%(recipient)s, recipient),
           recipient_doubtful = recipient_doubtful AND %(recipient)s::text[] IS NULL, version = version + 1
     WHERE id = %(id)s
"""


def edit(conn: Conn, request_id: UUID, text: str, due_day: date, recipient: Sequence[str] | None) -> None:
    """Put a draft's body in the place of the one before; without `recipient` that stays as it is."""
    lines = None if recipient is None else list(recipient)
    conn.execute(EDIT, {"id": request_id, "text": text, "due_day": due_day, "recipient": lines})


SENT = """
    UPDATE request SET state = 'sent', sent_at = %(now)s, sent_by = %(actor)s, version = version + 1 WHERE id = %(id)s
"""


def set_sent(conn: Conn, request_id: UUID, actor: str, now: datetime) -> None:
    conn.execute(SENT, {"id": request_id, "actor": actor, "now": now})


WITHDRAWN = "UPDATE request SET state = 'withdrawn', withdrawn_at = %(now)s, version = version + 1 WHERE id = %(id)s"


def set_withdrawn(conn: Conn, request_id: UUID, now: datetime) -> None:
    conn.execute(WITHDRAWN, {"id": request_id, "now": now})


EXTENDED = """
    UPDATE request SET first_due_day = due_day, due_day = %(due_day)s, overdue_at = NULL, version = version + 1 WHERE id = %(id)s
"""


def extend(conn: Conn, request_id: UUID, due_day: date) -> None:
    """Give longer time; the day it was due before is kept."""
    conn.execute(EXTENDED, {"id": request_id, "due_day": due_day})


ANSWERED = """
    UPDATE request
       SET state = 'answered', answered_at = %(now)s, answered_file_id = %(file_id)s, version = version + 1
     WHERE id = %(id)s
"""


def set_answered(conn: Conn, request_id: UUID, file_id: UUID, now: datetime) -> None:
    conn.execute(ANSWERED, {"id": request_id, "file_id": file_id, "now": now})


OVERDUE = "UPDATE request SET overdue_at = %(now)s, version = version + 1 WHERE id = %(id)s"


def set_overdue(conn: Conn, request_id: UUID, now: datetime) -> None:
    conn.execute(OVERDUE, {"id": request_id, "now": now})


SEEN = "UPDATE request SET seen_at = %(now)s, version = version + 1 WHERE id = %(id)s"


def set_seen(conn: Conn, request_id: UUID, now: datetime) -> None:
    conn.execute(SEEN, {"id": request_id, "now": now})


WITHDRAW_SECOND_DRAFTS = """
    UPDATE request
       SET state = 'withdrawn', withdrawn_at = %(now)s, version = version + 1
     WHERE work_item_id = %(of)s AND state = 'draft'
       AND addressee IN (SELECT addressee FROM request WHERE work_item_id = %(to)s AND state = 'draft')
"""
MOVE = "UPDATE request SET work_item_id = %(to)s WHERE work_item_id = %(of)s"


def move(conn: Conn, of: UUID, to: UUID, now: datetime) -> None:
    """Let the requests of one matter be those of the matter it has become part of; of two drafts to one party its own stays."""
    conn.execute(WITHDRAW_SECOND_DRAFTS, {"of": of, "to": to, "now": now})
    conn.execute(MOVE, {"of": of, "to": to})
