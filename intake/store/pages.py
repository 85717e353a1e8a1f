"""Pages and their custody: each is in exactly one state at any time, and no function here adds or drops one unasked."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal
from uuid import UUID

from psycopg.rows import class_row
from pydantic import BaseModel, ConfigDict

from intake.store.database import Conn

State = Literal["received", "in_document", "blank", "separator", "duplicate", "parked"]


class PageRow(BaseModel):
    """One page of one file. `image_sha256` is None until somebody has drawn it."""

    model_config = ConfigDict(frozen=True)

    file_id: UUID
    number: int
    state: State
    document_id: UUID | None
    duplicate_of_file: UUID | None
    duplicate_of_number: int | None
    parked_because: str | None
    image_sha256: str | None
    width_px: int | None
    height_px: int | None


ADD_RECEIVED = """
    INSERT INTO page (file_id, number, state)
    SELECT %(file_id)s, number, 'received' FROM generate_series(1, %(count)s) AS number
"""


def add_received(conn: Conn, file_id: UUID, count: int) -> None:
    """Take `count` pages into custody, numbered from 1."""
    conn.execute(ADD_RECEIVED, {"file_id": file_id, "count": count})


ADD_DUPLICATES = """
    INSERT INTO page (file_id, number, state, duplicate_of_file, duplicate_of_number)
    SELECT %(file_id)s, number, 'duplicate', %(of_file)s, number FROM generate_series(1, %(count)s) AS number
"""


def add_duplicates(conn: Conn, file_id: UUID, of_file: UUID, count: int) -> None:
    """Take the pages of a file into custody whose very bytes came before: each is that file's page of the same number."""
    conn.execute(ADD_DUPLICATES, {"file_id": file_id, "of_file": of_file, "count": count})


OF_FILE = """
    SELECT file_id, number, state, document_id, duplicate_of_file, duplicate_of_number, parked_because,
           image_sha256, width_px, height_px
      FROM page
     WHERE file_id = %(file_id)s
     ORDER BY number
"""


def of_file(conn: Conn, file_id: UUID) -> list[PageRow]:
    with conn.cursor(row_factory=class_row(PageRow)) as cursor:
        return cursor.execute(OF_FILE, {"file_id": file_id}).fetchall()


SETTLE = """
    UPDATE page
       SET state = %(state)s, document_id = %(document_id)s, parked_because = NULL,
           duplicate_of_file = NULL, duplicate_of_number = NULL
     WHERE file_id = %(file_id)s AND number = ANY(%(numbers)s)
"""


def set_in_document(conn: Conn, file_id: UUID, numbers: Collection[int], document_id: UUID) -> int:
    """Say that these pages lie in a document; gives how many there are."""
    return _settle(conn, file_id, numbers, "in_document", document_id)


def set_blank(conn: Conn, file_id: UUID, numbers: Collection[int]) -> int:
    """Say that nothing is on these pages; gives how many there are."""
    return _settle(conn, file_id, numbers, "blank", None)


def set_separator(conn: Conn, file_id: UUID, numbers: Collection[int]) -> int:
    """Say that these pages only part documents; gives how many there are."""
    return _settle(conn, file_id, numbers, "separator", None)


def _settle(conn: Conn, file_id: UUID, numbers: Collection[int], state: State, document_id: UUID | None) -> int:
    values = {"file_id": file_id, "numbers": list(numbers), "state": state, "document_id": document_id}
    return conn.execute(SETTLE, values).rowcount


SET_DUPLICATE = """
    UPDATE page
       SET state = 'duplicate', duplicate_of_file = %(of_file)s, duplicate_of_number = %(of_number)s, parked_because = NULL
     WHERE file_id = %(file_id)s AND number = %(number)s
"""


def set_duplicate(conn: Conn, file_id: UUID, number: int, of_file: UUID, of_number: int) -> None:
    """Say that a page came before as another one. It stays in its own document, which is then shown and not delivered."""
    values = {"file_id": file_id, "number": number, "of_file": of_file, "of_number": of_number}
    conn.execute(SET_DUPLICATE, values)


PARK = """
    UPDATE page
       SET state = 'parked', parked_because = %(because)s, document_id = NULL,
           duplicate_of_file = NULL, duplicate_of_number = NULL
     WHERE file_id = %(file_id)s AND (number = ANY(%(numbers)s) OR (%(numbers)s::int[] IS NULL AND state = 'received'))
"""


def park(conn: Conn, file_id: UUID, because: str, numbers: Collection[int] | None = None) -> int:
    """Leave pages to a person, with the reason; without `numbers`, all of the file that nobody has settled yet."""
    values = {"file_id": file_id, "because": because, "numbers": None if numbers is None else list(numbers)}
    return conn.execute(PARK, values).rowcount


RECEIVE_AGAIN = """
    UPDATE page
       SET state = 'received', document_id = NULL, parked_because = NULL, duplicate_of_file = NULL, duplicate_of_number = NULL,
           phash = NULL, ink = NULL
     WHERE file_id = %(file_id)s
"""


def receive_again(conn: Conn, file_id: UUID) -> int:
    """Put all pages of a file back to where they were before it was read. Their images stay."""
    return conn.execute(RECEIVE_AGAIN, {"file_id": file_id}).rowcount


SET_IMAGE = """
    UPDATE page
       SET image_sha256 = %(sha256)s, width_px = %(width_px)s, height_px = %(height_px)s, words = %(words)s
     WHERE file_id = %(file_id)s AND number = %(number)s
"""


def set_image(
    conn: Conn, file_id: UUID, number: int, sha256: str, width_px: int, height_px: int, words: str = ""
) -> None:  # fmt: skip
    """Say which blob shows a page, and what the page reader saw on it, line by line."""
    values = {
        "file_id": file_id, "number": number, "sha256": sha256, "width_px": width_px, "height_px": height_px, "words": words,
    }  # fmt: skip
    conn.execute(SET_IMAGE, values)
