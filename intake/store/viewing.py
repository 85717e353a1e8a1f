"""Pages as the review screen shows them."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from psycopg.rows import class_row
from pydantic import BaseModel, ConfigDict

from intake.store.database import Conn


class PageView(BaseModel):
    """One page to look at. `rotation` is by how much it must be turned, clockwise, to stand upright; `words` what was read."""

    model_config = ConfigDict(frozen=True)

    file_id: UUID
    number: int
    state: str
    document_id: UUID | None
    image_sha256: str | None
    width_px: int | None
    height_px: int | None
    words: str | None
    rotation: int


OF_FILES = """
    SELECT page.file_id, page.number, page.state, page.document_id, page.image_sha256, page.width_px, page.height_px, page.words,
           coalesce(turned.rotation, 0) AS rotation
      FROM page
      JOIN file ON file.id = page.file_id
      LEFT JOIN (SELECT reading.file_id, reading.revision, (one ->> 'number')::int AS number,
                        (one ->> 'rotation')::int AS rotation
                   FROM reading, jsonb_array_elements(result -> 'pages') AS one
                  WHERE reading.file_id = ANY(%(files)s)) AS turned
        ON turned.file_id = page.file_id AND turned.number = page.number
       AND turned.revision = (SELECT max(revision) FROM reading WHERE reading.file_id = page.file_id)
     WHERE page.file_id = ANY(%(files)s)
     ORDER BY page.file_id, page.number
"""


def of_files(conn: Conn, files: Collection[UUID]) -> list[PageView]:
    """Give all pages of some files."""
    with conn.cursor(row_factory=class_row(PageView)) as cursor:
        return cursor.execute(OF_FILES, {"files": list(files)}).fetchall()


class FileView(BaseModel):
    """How a file came."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    name: str
    channel: str | None
    problem: str | None
    remedy: str | None


FILES = """
    SELECT file.id, file.name, batch.channel, file.problem ->> 'problem' AS problem, file.problem ->> 'remedy' AS remedy
      FROM file JOIN batch ON batch.id = file.batch_id
     WHERE file.id = ANY(%(files)s)
"""


def files(conn: Conn, ids: Collection[UUID]) -> list[FileView]:
    """Give files by id."""
    with conn.cursor(row_factory=class_row(FileView)) as cursor:
        return cursor.execute(FILES, {"files": list(ids)}).fetchall()
