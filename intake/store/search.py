"""Search: one row for each file and each document, kept where files and records are written down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from psycopg.rows import class_row
from pydantic import BaseModel, ConfigDict

from intake.store.database import Conn
from intake.store.search_words import FoundBy, of_document, of_file

SIMILARITY = 0.45
"""From so much on of their triplets in common, two words may be one name written differently (`Mäkynen` is 0.6 of `Mäkinen`)."""

KEEP = """
    INSERT INTO search_entry (file_id, document_id, words, keys)
    VALUES (%(file_id)s, %(document_id)s, %(words)s, %(keys)s)
        ON CONFLICT (file_id, document_id) DO UPDATE SET words = excluded.words, keys = excluded.keys
"""
FILE = """
    SELECT file.id AS file_id, file.name, batch.reference, batch.sender
      FROM file
      JOIN batch ON batch.id = file.batch_id
     WHERE file.id = %(file_id)s
"""
FILE_OF_DOCUMENT = """
    SELECT file.id AS file_id, file.name, batch.reference, batch.sender
      FROM document
      JOIN file ON file.id = document.file_id
      JOIN batch ON batch.id = file.batch_id
     WHERE document.id = %(document_id)s
"""


class _Named(BaseModel):
    file_id: UUID
    name: str
    reference: str | None
    sender: str | None

    @property
    def found_by(self) -> FoundBy:
        return of_file(self.name, self.reference, self.sender)


def keep_file(conn: Conn, file_id: UUID) -> None:
    """Let a file be found by its name and by what was said of its batch."""
    with conn.cursor(row_factory=class_row(_Named)) as cursor:
        file = cursor.execute(FILE, {"file_id": file_id}).fetchone()
    assert file is not None
    _keep(conn, file_id, None, file.found_by)


def keep_document(conn: Conn, document_id: UUID, body: Mapping[str, Any]) -> None:
    """Let a document be found by its newest record."""
    with conn.cursor(row_factory=class_row(_Named)) as cursor:
        file = cursor.execute(FILE_OF_DOCUMENT, {"document_id": document_id}).fetchone()
    assert file is not None
    _keep(conn, file.file_id, document_id, of_document(body, file.found_by))


def _keep(conn: Conn, file_id: UUID, document_id: UUID | None, found_by: FoundBy) -> None:
    row = {"file_id": file_id, "document_id": document_id, "words": found_by.words, "keys": list(found_by.keys)}
    conn.execute(KEEP, row)


EVERY = """
    SELECT file.id, NULL::uuid, NULL::jsonb, file.name, batch.reference, batch.sender
      FROM file
      JOIN batch ON batch.id = file.batch_id
     UNION ALL
    SELECT file.id, document.id, record.body, file.name, batch.reference, batch.sender
      FROM document
      JOIN record ON record.document_id = document.id AND record.version = document.version
      JOIN file ON file.id = document.file_id
      JOIN batch ON batch.id = file.batch_id
"""
COPY = "COPY search_entry (file_id, document_id, words, keys) FROM STDIN"
_AT_ONCE = 500


def fill(conn: Conn) -> int:
    """Write the rows of all that was kept before there was a search; a few at a time. Gives how many."""
    filled = 0
    with conn.cursor("every_paper") as every:
        every.itersize = _AT_ONCE
        every.execute(EVERY)
        while rows := every.fetchmany(_AT_ONCE):
            _copy(conn, rows)
            filled += len(rows)
    return filled


def _copy(conn: Conn, rows: Sequence[tuple[Any, ...]]) -> None:
    with conn.cursor() as cursor, cursor.copy(COPY) as copy:
        for file_id, document_id, body, name, reference, sender in rows:
            file = of_file(name, reference, sender)
            found_by = file if body is None else of_document(body, file)
            copy.write_row((file_id, document_id, found_by.words, list(found_by.keys)))


@dataclass(frozen=True)
class Sought:
    """What papers must have to be found: all of it. `words` are folded; `days` are of arrival or of birth, each."""

    words: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    days: tuple[date, ...] = ()
    ids: tuple[UUID, ...] = ()
    first_day: date | None = None
    last_day: date | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.words or self.keys or self.days or self.ids or self.first_day or self.last_day)


class Hit(BaseModel):
    """A document, or a file without any. `total` is how many there are in all."""

    model_config = ConfigDict(frozen=True)

    file_id: UUID
    document_id: UUID | None
    total: int


LIVE = """
       (document.matter_id IS NOT NULL
        OR entry.document_id IS NULL
           AND NOT EXISTS (SELECT 1 FROM document AS read WHERE read.file_id = entry.file_id AND read.matter_id IS NOT NULL))
"""
DAY = "coalesce(document.arrival_day, (batch.received_at AT TIME ZONE 'Europe/Helsinki')::date)"
FIND = """
    SELECT entry.file_id, entry.document_id, count(*) OVER ()::int AS total
      FROM search_entry AS entry
      JOIN file ON file.id = entry.file_id
      JOIN batch ON batch.id = file.batch_id
      LEFT JOIN document ON document.id = entry.document_id
     WHERE {conditions}
     ORDER BY {likeness}{day} DESC, batch.taken_at DESC, file.number, document.pages, entry.document_id
     LIMIT %(limit)s
    OFFSET %(offset)s
"""
WRITTEN = "entry.words LIKE %(word{n})s"
SIMILAR = "%(word{n})s <%% entry.words"
KEY = "entry.keys @> ARRAY[%(key{n})s::text]"
ON_DAY = """
        (entry.keys @> ARRAY[%(birth{n})s::text] OR {day} = %(day{n})s::date)
""".replace("{day}", DAY)
OF_ID = "%(id{n})s::uuid IN (entry.file_id, entry.document_id, file.batch_id, document.matter_id)"
SET_SIMILARITY = "SELECT set_config('pg_trgm.word_similarity_threshold', %(threshold)s, true)"
HAS_TRIPLETS = "SELECT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm')"


def has_similar(conn: Conn) -> bool:
    """Tell whether this database can find names that are written differently."""
    row = conn.execute(HAS_TRIPLETS).fetchone()
    return row is not None and bool(row[0])


def find(conn: Conn, sought: Sought, *, limit: int, offset: int = 0, similar: bool = False) -> list[Hit]:
    """Find papers, newest first; `similar` words count where no better are asked for, likest first."""
    values: dict[str, Any] = {"limit": limit, "offset": offset, "first": sought.first_day, "last": sought.last_day}
    conditions = [LIVE]
    likeness = []
    for n, word in enumerate(sought.words):
        values[f"word{n}"] = word.strip() if similar else f"% {word.strip()}%"
        conditions.append((SIMILAR if similar else WRITTEN).format(n=n))
        likeness.append(f"word_similarity(%(word{n})s, entry.words)")
    for n, key in enumerate(sought.keys):
        values[f"key{n}"] = key
        conditions.append(KEY.format(n=n))
    for n, day in enumerate(sought.days):
        values |= {f"day{n}": day, f"birth{n}": f"b:{day.isoformat()}"}
        conditions.append(ON_DAY.format(n=n))
    for n, one in enumerate(sought.ids):
        values[f"id{n}"] = one
        conditions.append(OF_ID.format(n=n))
    conditions += [f"{DAY} >= %(first)s::date"] * (sought.first_day is not None)
    conditions += [f"{DAY} <= %(last)s::date"] * (sought.last_day is not None)
    if similar:
        conn.execute(SET_SIMILARITY, {"threshold": str(SIMILARITY)})
    order = f"{' + '.join(likeness)} DESC, " if similar and likeness else ""
    statement = FIND.format(conditions="\n       AND ".join(conditions), likeness=order, day=DAY)
    with conn.cursor(row_factory=class_row(Hit)) as cursor:
        return cursor.execute(statement.encode(), values, prepare=False).fetchall()
