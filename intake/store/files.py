"""Files: what came, how far it is, and the fence that lets one worker alone move it on."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from psycopg.rows import class_row
from psycopg.types.json import Jsonb
from pydantic import BaseModel, ConfigDict

from intake.store import search
from intake.store.database import Conn
from models.errors import NotFoundError, StaleWorkError

Stage = Literal["received", "read", "parked", "duplicate", "quarantined"]


class FileRow(BaseModel):
    """One file as it came. `name` may hold an identity code: never log it. `problem` is {code, problem, remedy}."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    batch_id: UUID
    number: int
    name: str
    sha256: str
    bytes: int
    media_type: str
    pages_in: int
    stage: Stage
    revision: int
    duplicate_of: UUID | None
    problem: dict[str, Any] | None


ADD = """
    INSERT INTO file (id, batch_id, number, name, sha256, bytes, media_type, pages_in, stage, revision, duplicate_of, problem)
    VALUES (%(id)s, %(batch_id)s, %(number)s, %(name)s, %(sha256)s, %(bytes)s, %(media_type)s, %(pages_in)s, %(stage)s,
            %(revision)s, %(duplicate_of)s, %(problem)s)
"""


def add(conn: Conn, file: FileRow) -> None:
    """Write a new file down, and what it is found by; its pages are the caller's next step."""
    row = file.model_dump()
    conn.execute(ADD, row | {"problem": None if file.problem is None else Jsonb(file.problem)})
    search.keep_file(conn, file.id)


GET = """
    SELECT id, batch_id, number, name, sha256, bytes, media_type, pages_in, stage, revision, duplicate_of, problem
      FROM file
     WHERE id = %(id)s
"""


def get(conn: Conn, file_id: UUID) -> FileRow:
    """Give one file. Raises NotFoundError."""
    with conn.cursor(row_factory=class_row(FileRow)) as cursor:
        file = cursor.execute(GET, {"id": file_id}).fetchone()
    if file is None:
        raise NotFoundError("file", str(file_id))
    return file


LOCK = f"{GET} FOR NO KEY UPDATE"


def lock(conn: Conn, file_id: UUID) -> FileRow:
    """Give one file and keep all others from moving it until the transaction ends. Raises NotFoundError."""
    with conn.cursor(row_factory=class_row(FileRow)) as cursor:
        file = cursor.execute(LOCK, {"id": file_id}).fetchone()
    if file is None:
        raise NotFoundError("file", str(file_id))
    return file


ADVANCE = """
    UPDATE file
       SET stage = %(stage)s, revision = revision + 1, problem = %(problem)s
     WHERE id = %(id)s AND revision = %(revision)s
 RETURNING id, batch_id, number, name, sha256, bytes, media_type, pages_in, stage, revision, duplicate_of, problem
"""


def advance(conn: Conn, file: FileRow, stage: Stage, problem: dict[str, Any] | None = None) -> FileRow:
    """Move a file to its next stage, if it is still as `file` says: the fence.

    Raises StaleWorkError when it was moved meanwhile; what the caller has worked out must then be thrown away.
    """
    values = {"id": file.id, "revision": file.revision, "stage": stage, "problem": None if problem is None else Jsonb(problem)}
    with conn.cursor(row_factory=class_row(FileRow)) as cursor:
        moved = cursor.execute(ADVANCE, values).fetchone()
    if moved is None:
        raise StaleWorkError(f"File {file.id}")
    return moved


ANY_KEPT = "SELECT EXISTS (SELECT 1 FROM file)"


def any_kept(conn: Conn) -> bool:
    """Tell whether any file was ever taken: then there are bytes of it."""
    row = conn.execute(ANY_KEPT).fetchone()
    assert row is not None
    return bool(row[0])


FIRST_OF_BYTES = """
    SELECT file.id, batch_id, number, name, sha256, bytes, media_type, pages_in, stage, revision, duplicate_of, problem
      FROM file
      JOIN batch ON batch.id = file.batch_id
     WHERE sha256 = %(sha256)s AND stage NOT IN ('duplicate', 'quarantined')
     ORDER BY batch.taken_at, file.number, file.id
     LIMIT 1
"""


def first_of_bytes(conn: Conn, sha256: str) -> FileRow | None:
    """Give the file these very bytes first came as; None when they are new. Those in quarantine do not count."""
    with conn.cursor(row_factory=class_row(FileRow)) as cursor:
        return cursor.execute(FIRST_OF_BYTES, {"sha256": sha256}).fetchone()


OF_BATCH = """
    SELECT id, batch_id, number, name, sha256, bytes, media_type, pages_in, stage, revision, duplicate_of, problem
      FROM file
     WHERE batch_id = %(batch_id)s
     ORDER BY number
"""


def of_batch(conn: Conn, batch_id: UUID) -> list[FileRow]:
    with conn.cursor(row_factory=class_row(FileRow)) as cursor:
        return cursor.execute(OF_BATCH, {"batch_id": batch_id}).fetchall()


OF_KEY = """
    SELECT id, batch_id, number, name, sha256, bytes, media_type, pages_in, stage, revision, duplicate_of, problem
      FROM file
     WHERE idempotency_key = %(key)s
"""


def of_key(conn: Conn, key: str) -> FileRow | None:
    """Give the file that was added to its batch under an idempotency key."""
    with conn.cursor(row_factory=class_row(FileRow)) as cursor:
        return cursor.execute(OF_KEY, {"key": key}).fetchone()


SET_KEY = "UPDATE file SET idempotency_key = %(key)s WHERE id = %(id)s"


def set_key(conn: Conn, file_id: UUID, key: str) -> None:
    """Say under which idempotency key a file was added."""
    conn.execute(SET_KEY, {"id": file_id, "key": key})


NEXT_NUMBER = "SELECT coalesce(max(number), 0) + 1 FROM file WHERE batch_id = %(batch_id)s"


def next_number(conn: Conn, batch_id: UUID) -> int:
    """The number of a batch's next file; the caller holds the batch's lock."""
    row = conn.execute(NEXT_NUMBER, {"batch_id": batch_id}).fetchone()
    assert row is not None
    number: int = row[0]
    return number


OPEN = """
    UPDATE file
       SET stage = %(stage)s, revision = revision + 1, problem = NULL, media_type = %(media_type)s, pages_in = %(pages_in)s,
           duplicate_of = %(duplicate_of)s
     WHERE id = %(id)s AND stage = 'quarantined'
"""


def open_after_all(conn: Conn, file: FileRow) -> bool:
    """Take a file out of quarantine as it is in `file` now; its pages are the caller's next step. False when it is out."""
    row = file.model_dump(include={"id", "stage", "media_type", "pages_in", "duplicate_of"})
    return conn.execute(OPEN, row).rowcount == 1
