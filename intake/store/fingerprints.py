"""What pages are known by when they come again, and which documents may be the same paper."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from psycopg.rows import class_row
from pydantic import BaseModel, ConfigDict

from intake.store.database import Conn

MOST_CANDIDATES = 24

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('saapuva.same_page', 0))"


def lock(conn: Conn) -> None:
    """Let nobody else say what is a duplicate of what until the transaction ends.

    Whoever holds it sees all that others have said before. Take it before any lock on documents or the audit trail.
    """
    conn.execute(LOCK)


KEEP = "UPDATE page SET phash = %(phash)s, ink = %(ink)s WHERE file_id = %(file_id)s AND number = %(number)s"


def keep(conn: Conn, file_id: UUID, number: int, phash: int, ink: bytes) -> None:
    """Keep what a page is known by (`extractors.fingerprint.PageFingerprint`)."""
    conn.execute(KEEP, {"file_id": file_id, "number": number, "phash": phash, "ink": ink})


class InkedPage(BaseModel):
    """A page of a document. `phash` and `ink` are None when it bears nothing to know it by."""

    model_config = ConfigDict(frozen=True)

    file_id: UUID
    number: int
    phash: int | None
    ink: bytes | None


OF_DOCUMENT = """
    SELECT file_id, number, phash, ink
      FROM page
     WHERE document_id = %(document_id)s
     ORDER BY number
"""


def of_document(conn: Conn, document_id: UUID) -> list[InkedPage]:
    """Give a document's pages with what they are known by, in order."""
    with conn.cursor(row_factory=class_row(InkedPage)) as cursor:
        return cursor.execute(OF_DOCUMENT, {"document_id": document_id}).fetchall()


OF_PERSON = """
    SELECT document.id
      FROM document
      JOIN file ON file.id = document.file_id
      JOIN batch ON batch.id = file.batch_id
     WHERE document.id IN (SELECT work_item_document.document_id
                             FROM work_item
                             JOIN work_item_document ON work_item_document.work_item_id = work_item.id
                            WHERE work_item.person_hetu = %(person_hetu)s)
       AND document.document_type = %(document_type)s
       AND document.file_id <> %(file_id)s
       AND document.duplicate_of IS NULL
       AND batch.taken_at >= %(since)s
       AND EXISTS (SELECT 1 FROM page WHERE page.document_id = document.id AND page.state = 'in_document')
     ORDER BY batch.taken_at DESC, document.id
     LIMIT %(most)s
"""


def of_person(conn: Conn, file_id: UUID, document_type: str, person_hetu: str, since: datetime) -> list[UUID]:
    """Find originals of the same type in matters of the same person, newest first."""
    values = {
        "file_id": file_id, "document_type": document_type, "person_hetu": person_hetu, "since": since, "most": MOST_CANDIDATES,
    }  # fmt: skip
    return [row[0] for row in conn.execute(OF_PERSON, values)]


LOOKING_LIKE = """
    SELECT near.document_id
      FROM (SELECT page.document_id, document.file_id, bit_count((page.phash # %(phash)s)::bit(64)) AS distance
              FROM page
              JOIN document ON document.id = page.document_id
             WHERE page.phash IS NOT NULL
               AND page.state = 'in_document'
               AND page.file_id <> %(file_id)s
               AND bit_count((page.phash # %(phash)s)::bit(64)) <= %(most_bits)s
               AND document.document_type = %(document_type)s
               AND document.duplicate_of IS NULL
             ORDER BY distance
             LIMIT 8 * %(most)s) AS near
      JOIN file ON file.id = near.file_id
      JOIN batch ON batch.id = file.batch_id
     WHERE batch.taken_at >= %(since)s
     GROUP BY near.document_id
     ORDER BY min(near.distance), near.document_id
     LIMIT %(most)s
"""


def looking_like(conn: Conn, file_id: UUID, document_type: str, phash: int, most_bits: int, since: datetime) -> list[UUID]:
    """Find originals of the same type with a page of nearly the same hash, nearest first.

    Reads every page's hash: 50 ms with 200,000 pages. Only for papers of nobody known.
    """
    values = {
        "file_id": file_id, "document_type": document_type, "phash": phash, "most_bits": most_bits, "since": since,
        "most": MOST_CANDIDATES,
    }  # fmt: skip
    return [row[0] for row in conn.execute(LOOKING_LIKE, values)]


LOOKING_LIKE_OF_NOBODY = """
    SELECT document.id
      FROM work_item
      JOIN work_item_document ON work_item_document.work_item_id = work_item.id
      JOIN document ON document.id = work_item_document.document_id
      JOIN page ON page.document_id = document.id
      JOIN file ON file.id = document.file_id
      JOIN batch ON batch.id = file.batch_id
     WHERE work_item.person_hetu IS NULL
       AND document.document_type = %(document_type)s
       AND document.duplicate_of IS NULL
       AND document.file_id <> %(file_id)s
       AND page.state = 'in_document'
       AND bit_count((page.phash # %(phash)s)::bit(64)) <= %(most_bits)s
       AND batch.taken_at >= %(since)s
     GROUP BY document.id
     ORDER BY min(bit_count((page.phash # %(phash)s)::bit(64))), document.id
     LIMIT %(most)s
"""


def looking_like_of_nobody(
    conn: Conn, file_id: UUID, document_type: str, phash: int, most_bits: int, since: datetime
) -> list[UUID]:
    """As `looking_like`, among documents of which nobody knows whose they are: the only ones that may still be a person's."""
    values = {
        "file_id": file_id, "document_type": document_type, "phash": phash, "most_bits": most_bits, "since": since,
        "most": MOST_CANDIDATES,
    }  # fmt: skip
    return [row[0] for row in conn.execute(LOOKING_LIKE_OF_NOBODY, values)]


DUPLICATES = """
    SELECT id, duplicate_of IS NOT NULL AS is_sure
      FROM document
     WHERE duplicate_of = %(id)s OR possible_duplicate_of = %(id)s
     ORDER BY arrival_day, id
"""


def duplicates_of(conn: Conn, document_id: UUID) -> list[tuple[UUID, bool]]:
    """Give the documents that are this one again, and whether surely."""
    return [(row[0], row[1]) for row in conn.execute(DUPLICATES, {"id": document_id})]


CLEAR_DUPLICATE = "UPDATE document SET duplicate_of = NULL, possible_duplicate_of = NULL WHERE id = %(id)s"


def clear_duplicate(conn: Conn, document_id: UUID) -> None:
    """Say that a document is nobody's duplicate."""
    conn.execute(CLEAR_DUPLICATE, {"id": document_id})


LOCK_OFFERED = "SELECT document_id FROM delivery WHERE document_id = ANY(%(ids)s) ORDER BY id FOR UPDATE"


def lock_offered(conn: Conn, document_ids: Collection[UUID]) -> set[UUID]:
    """Tell which documents were or are on their way to the rules core, and hold their deliveries as they are until commit."""
    return {row[0] for row in conn.execute(LOCK_OFFERED, {"ids": list(document_ids)})}


LOWER_PENDING = """
    UPDATE work_item
       SET pending_date = %(day)s, version = version + 1
     WHERE id IN (SELECT work_item_id FROM work_item_document WHERE document_id = %(document_id)s)
       AND pending_date > %(day)s
       AND (%(opens)s OR pending_date = %(before)s)
"""


def lower_pending(conn: Conn, document_id: UUID, before: date, day: date, opens: bool) -> None:
    """Let a document's earlier arrival make its matters pending earlier: where it opens them, or has made them pending so far."""
    conn.execute(LOWER_PENDING, {"document_id": document_id, "before": before, "day": day, "opens": opens})
