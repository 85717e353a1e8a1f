"""A person says whether a document is an earlier one again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from intake.pipeline import deliver, duplicates
from intake.pipeline.settle import waits_because
from intake.store import audit, documents, fingerprints, pages, reviews, work_items
from intake.store.database import Conn, Database
from intake.store.documents import DocumentRow
from models.errors import ConflictError


@dataclass(frozen=True)
class Shown:
    """A document and its like. `again` holds those that are this one again, each with whether that is sure."""

    document: DocumentRow
    again: list[tuple[UUID, bool]]


def show(database: Database, document_id: UUID) -> Shown:
    """Give what is known of a document's duplicates. Raises NotFoundError."""
    with database.transaction() as conn:
        return Shown(documents.get(conn, document_id), fingerprints.duplicates_of(conn, document_id))


def decide(database: Database, document_id: UUID, is_same: bool, actor: str, now: datetime) -> DocumentRow:
    """Keep a person's word on a document that came before, possibly or (by the machine's word) surely.

    The same: it is shown and no longer delivered, and the earliest arrival counts. Another: its matter is judged anew, and
    it goes out when nothing else waits. Raises NotFoundError, and ConflictError when nobody asks (any more).
    """
    with database.transaction() as conn:
        fingerprints.lock(conn)
        before = documents.get(conn, document_id)
        original = before.possible_duplicate_of or before.duplicate_of
        if original is None or (is_same and before.duplicate_of is not None):
            raise ConflictError(f"Nobody asks whether document {document_id} came before.", "Look at it again.")
        lowered = duplicates.confirm(conn, document_id, original, now) if is_same else []
        if not is_same:
            _set_apart(conn, document_id)
        beside = reviews.lock_with_matters(conn, document_id)
        for item in work_items.of_document(conn, document_id):
            _judge(conn, item.id, actor, now)
        word = "document.duplicate_confirmed" if is_same else "document.duplicate_rejected"
        after = {"of": str(original)}
        audit.append(conn, word, f"document:{document_id}", actor=actor, at=now, before=_told(before), after=after)
        duplicates.tell_lowered(conn, lowered, now)
        for one in beside:
            deliver.offer(conn, one, now)
        return documents.get(conn, document_id)


def _set_apart(conn: Conn, document_id: UUID) -> None:
    """The document stands for itself, and its pages lie in it."""
    fingerprints.clear_duplicate(conn, document_id)
    own = fingerprints.of_document(conn, document_id)
    if own:
        pages.set_in_document(conn, own[0].file_id, [page.number for page in own], document_id)


def _judge(conn: Conn, item_id: UUID, actor: str, now: datetime) -> None:
    """Say anew why a matter waits; papers that came before ask nothing of anybody."""
    reviews.lock_item(conn, item_id)
    item = work_items.get(conn, item_id)
    fresh = [row for row in (documents.get(conn, one) for one in item.documents) if row.duplicate_of is None]
    bodies = [documents.newest_record(conn, row.id).body for row in fresh]
    because: Sequence[str] = ()
    if fresh:
        because = waits_because(item.queue, bodies, any(row.possible_duplicate_of is not None for row in fresh))
    reviews.set_reviewer(conn, item_id, actor)
    work_items.set_waiting(conn, item_id, because, now)
    if not because:
        work_items.close(conn, item_id, now)


def _told(row: DocumentRow) -> dict[str, str | None]:
    links = {"duplicate_of": row.duplicate_of, "possible_duplicate_of": row.possible_duplicate_of}
    return {name: None if of is None else str(of) for name, of in links.items()}
