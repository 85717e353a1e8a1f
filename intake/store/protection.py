"""Which papers are those of a person under a security ban. The views of migration 0004 say what that means."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal
from uuid import UUID

from intake.store.database import Conn

Kind = Literal["file", "document", "matter", "work_item"]

_AMONG: dict[Kind, bytes] = {
    kind: f"SELECT DISTINCT id FROM protected_{kind} WHERE id = ANY(%(ids)s)".encode()
    for kind in ("file", "document", "matter", "work_item")
}


def among(conn: Conn, kind: Kind, ids: Collection[UUID]) -> frozenset[UUID]:
    """Give those that are a protected person's."""
    if not ids:
        return frozenset()
    return frozenset(row[0] for row in conn.execute(_AMONG[kind], {"ids": list(ids)}))


PERSONS = "SELECT DISTINCT hetu FROM protected_person WHERE hetu = ANY(%(codes)s)"


def persons_among(conn: Conn, codes: Collection[str]) -> frozenset[str]:
    """Give the identity codes that are protected persons'."""
    if not codes:
        return frozenset()
    return frozenset(row[0] for row in conn.execute(PERSONS, {"codes": list(codes)}))


PAGE = """
    SELECT coalesce(page.document_id, original.document_id) AS document_id
      FROM page
      LEFT JOIN page AS original ON original.file_id = page.duplicate_of_file AND original.number = page.duplicate_of_number
     WHERE page.file_id = (SELECT coalesce(duplicate_of, id) FROM file WHERE id = %(file_id)s) AND page.number = %(number)s
"""


def document_of_page(conn: Conn, file_id: UUID, number: int) -> UUID | None:
    """Give the document a page lies in; None for one that lies in none."""
    row = conn.execute(PAGE, {"file_id": file_id, "number": number}).fetchone()
    return None if row is None else row[0]


OF_REQUEST = "SELECT work_item_id FROM request WHERE id = %(id)s"
OF_DELIVERY = "SELECT document_id FROM delivery WHERE id = %(id)s"


def item_of_request(conn: Conn, request_id: UUID) -> UUID | None:
    """Give the work item a request belongs to."""
    row = conn.execute(OF_REQUEST, {"id": request_id}).fetchone()
    return None if row is None else row[0]


def document_of_delivery(conn: Conn, delivery_id: UUID) -> UUID | None:
    """Give the document a delivery carries."""
    row = conn.execute(OF_DELIVERY, {"id": delivery_id}).fetchone()
    return None if row is None else row[0]
