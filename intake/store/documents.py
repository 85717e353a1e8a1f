"""Documents and their records. A record is never edited, only followed by its next version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID, uuid4

from psycopg.rows import class_row
from psycopg.types.json import Jsonb
from pydantic import BaseModel, ConfigDict

from intake.store import search
from intake.store.database import Conn
from models.errors import ConflictError, NotFoundError

Origin = Literal["reading", "correction", "arrival", "matter"]


class DocumentRow(BaseModel):
    """One document of one reading. `label` is its id there (d1, d2 …), `version` that of its newest record."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    file_id: UUID
    reading_id: UUID
    label: str
    pages: list[int]
    document_type: str
    version: int
    arrival_day: date
    arrival_evidence: str
    duplicate_of: UUID | None
    possible_duplicate_of: UUID | None


class RecordRow(BaseModel):
    """All that was known of a document at one time; `body` is a document of intake-result/1."""

    model_config = ConfigDict(frozen=True)

    document_id: UUID
    version: int
    body: dict[str, Any]
    origin: Origin
    author: str
    made_at: datetime


ADD = """
    INSERT INTO document (id, file_id, reading_id, label, pages, document_type, version, arrival_day, arrival_evidence, language)
    VALUES (%(id)s, %(file_id)s, %(reading_id)s, %(label)s, %(pages)s, %(document_type)s, 1, %(day)s, %(evidence)s, %(language)s)
"""


def add(
    conn: Conn, *, file_id: UUID, reading_id: UUID, label: str, pages: Sequence[int], document_type: str,
    arrival_day: date, arrival_evidence: str, language: str | None = None,
) -> UUID:  # fmt: skip
    """Write a document down; its record of version 1 is the caller's next step. Gives its id."""
    document_id = uuid4()
    values = {
        "id": document_id, "file_id": file_id, "reading_id": reading_id, "label": label, "pages": list(pages),
        "document_type": document_type, "day": arrival_day, "evidence": arrival_evidence, "language": language,
    }  # fmt: skip
    conn.execute(ADD, values)
    return document_id


COLUMNS = """
    id, file_id, reading_id, label, pages, document_type, version, arrival_day, arrival_evidence,
    duplicate_of, possible_duplicate_of
"""
GET = f"SELECT {COLUMNS} FROM document WHERE id = %(id)s"


def get(conn: Conn, document_id: UUID) -> DocumentRow:
    """Give one document. Raises NotFoundError."""
    return _one(conn, GET, document_id)


LOCK = f"{GET} FOR NO KEY UPDATE"


def lock(conn: Conn, document_id: UUID) -> DocumentRow:
    """Give one document and keep all others from changing it until the transaction ends. Raises NotFoundError."""
    return _one(conn, LOCK, document_id)


def _one(conn: Conn, statement: str, document_id: UUID) -> DocumentRow:
    with conn.cursor(row_factory=class_row(DocumentRow)) as cursor:
        document = cursor.execute(statement.encode(), {"id": document_id}).fetchone()
    if document is None:
        raise NotFoundError("document", str(document_id))
    return document


OF_FILE = f"""
    SELECT {COLUMNS}
      FROM document
     WHERE reading_id = (SELECT id FROM reading WHERE file_id = %(file_id)s ORDER BY revision DESC LIMIT 1)
     ORDER BY pages[1], label
"""


def of_file(conn: Conn, file_id: UUID) -> list[DocumentRow]:
    """Give the documents of a file's newest reading, in the order of their pages."""
    with conn.cursor(row_factory=class_row(DocumentRow)) as cursor:
        return cursor.execute(OF_FILE.encode(), {"file_id": file_id}).fetchall()


ADD_RECORD = """
    INSERT INTO record (document_id, version, body, origin, author, made_at)
    VALUES (%(document_id)s, %(version)s, %(body)s, %(origin)s, %(author)s, %(now)s)
        ON CONFLICT (document_id, version) DO NOTHING
"""
SET_VERSION = """
    UPDATE document
       SET version = %(version)s
     WHERE id = %(document_id)s AND version IN (%(version)s, %(version)s - 1)
"""


def add_record(
    conn: Conn, document_id: UUID, version: int, body: Mapping[str, Any], origin: Origin, author: str, now: datetime
) -> None:
    """Add a record's next version, which then is the document's, and what it is found by.

    Raises ConflictError when somebody else has added it.
    """
    values = {
        "document_id": document_id, "version": version, "body": Jsonb(dict(body)), "origin": origin, "author": author, "now": now,
    }  # fmt: skip
    added = conn.execute(ADD_RECORD, values).rowcount
    moved = conn.execute(SET_VERSION, {"document_id": document_id, "version": version}).rowcount
    if not (added and moved):
        raise ConflictError(f"Document {document_id} has a newer record than you saw.", "Look at it again, then correct it.")
    search.keep_document(conn, document_id, body)


NEWEST_RECORD = """
    SELECT document_id, version, body, origin, author, made_at
      FROM record
     WHERE document_id = %(document_id)s
     ORDER BY version DESC
     LIMIT 1
"""


def newest_record(conn: Conn, document_id: UUID) -> RecordRow:
    """Give the record that counts. Raises NotFoundError."""
    with conn.cursor(row_factory=class_row(RecordRow)) as cursor:
        record = cursor.execute(NEWEST_RECORD, {"document_id": document_id}).fetchone()
    if record is None:
        raise NotFoundError("document", str(document_id))
    return record


SET_ARRIVAL = """
    UPDATE document
       SET arrival_day = %(day)s, arrival_evidence = %(evidence)s
     WHERE id = %(id)s
"""


def set_arrival(conn: Conn, document_id: UUID, day: date, evidence: str) -> None:
    """Set the day that counts in law; that it only ever becomes earlier is the caller's care."""
    conn.execute(SET_ARRIVAL, {"id": document_id, "day": day, "evidence": evidence})


SET_DUPLICATE = "UPDATE document SET duplicate_of = %(of)s WHERE id = %(id)s"


def set_duplicate(conn: Conn, document_id: UUID, of: UUID) -> None:
    """Say that the same paper came before: this document is shown, not delivered."""
    conn.execute(SET_DUPLICATE, {"id": document_id, "of": of})


SET_POSSIBLE_DUPLICATE = "UPDATE document SET possible_duplicate_of = %(of)s WHERE id = %(id)s"


def set_possible_duplicate(conn: Conn, document_id: UUID, of: UUID | None) -> None:
    """Say that the same paper may have come before (a person must say), or, with None, that it did not."""
    conn.execute(SET_POSSIBLE_DUPLICATE, {"id": document_id, "of": of})


SET_TYPE = "UPDATE document SET document_type = %(document_type)s WHERE id = %(id)s"


def set_type(conn: Conn, document_id: UUID, document_type: str) -> None:
    """Say of what type a document is, after a person has said so."""
    conn.execute(SET_TYPE, {"id": document_id, "document_type": document_type})


KEEP = "UPDATE document SET reading_id = %(reading_id)s, label = %(label)s WHERE id = %(id)s"


def keep(conn: Conn, document_id: UUID, reading_id: UUID, label: str) -> None:
    """Let a document stay as it is under a newer reading of its file, where it is called `label`."""
    conn.execute(KEEP, {"id": document_id, "reading_id": reading_id, "label": label})


IN_MATTERS = f"""
    SELECT {COLUMNS}
      FROM document
     WHERE file_id = %(file_id)s AND packet_id IS NOT NULL
     ORDER BY pages[1], label
"""


def in_matters(conn: Conn, file_id: UUID) -> list[DocumentRow]:
    """Give the documents of a file that lie in matters: the others have left when the file was put in line again."""
    with conn.cursor(row_factory=class_row(DocumentRow)) as cursor:
        return cursor.execute(IN_MATTERS.encode(), {"file_id": file_id}).fetchall()


Work = Literal["corrected", "sent", "original"]
"""What has been done with a document: a person has typed, the core may have it, a paper that came again is linked to it."""

WORKED_ON = """
    SELECT document_id, 'corrected' FROM record WHERE document_id = ANY(%(ids)s) AND origin = 'correction'
    UNION
    SELECT document_id, 'sent' FROM delivery
     WHERE document_id = ANY(%(ids)s) AND (state = 'delivered' OR attempts > 0 OR answer IS NOT NULL)
    UNION
    SELECT coalesce(duplicate_of, possible_duplicate_of), 'original' FROM document AS again
     WHERE coalesce(duplicate_of, possible_duplicate_of) = ANY(%(ids)s) AND packet_id IS NOT NULL
       AND (id <> ALL(%(ids)s) OR EXISTS (SELECT 1 FROM record WHERE document_id = again.id AND origin = 'correction'))
"""


def worked_on(conn: Conn, document_ids: Sequence[UUID]) -> dict[UUID, set[Work]]:
    """Say what was done with each of them; those nobody has touched are left out."""
    done: dict[UUID, set[Work]] = {}
    for document_id, work in conn.execute(WORKED_ON, {"ids": list(document_ids)}):
        done.setdefault(document_id, set()).add(work)
    return done
