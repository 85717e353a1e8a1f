"""A person says whether a document is an earlier one again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from intake.pipeline import duplicates, joining
from intake.pipeline.judging import Answers, hold, judge, publish
from intake.store import audit, documents, fingerprints, matters, pages
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
        touched = matters.of_documents(conn, [document_id, *(row.id for row in lowered)])
        touched |= _beside_original(conn, document_id) if is_same else _set_apart(conn, document_id, now)
        own = matters.of_documents(conn, [document_id])
        judgements = [judge(conn, one, Answers(), now, reviewer=actor if one in own else None) for one in sorted(touched | own)]
        hold(conn, judgements)
        word = "document.duplicate_confirmed" if is_same else "document.duplicate_rejected"
        after = {"of": str(original)}
        audit.append(conn, word, f"document:{document_id}", actor=actor, at=now, before=_told(before), after=after)
        duplicates.tell_lowered(conn, lowered, now)
        publish(conn, judgements, actor, now)
        return documents.get(conn, document_id)


def _beside_original(conn: Conn, document_id: UUID) -> set[UUID]:
    of = documents.get(conn, document_id).duplicate_of
    assert of is not None
    return joining.follow(conn, {document_id: of})


def _set_apart(conn: Conn, document_id: UUID, now: datetime) -> set[UUID]:
    """The document stands for itself, its pages lie in it, and it is placed by what stands on it."""
    was_sure = documents.get(conn, document_id).duplicate_of is not None
    fingerprints.clear_duplicate(conn, document_id)
    own = fingerprints.of_document(conn, document_id)
    if own:
        pages.set_in_document(conn, own[0].file_id, [page.number for page in own], document_id)
    return joining.join_alone(conn, document_id, now) if was_sure else set()


def _told(row: DocumentRow) -> dict[str, str | None]:
    links = {"duplicate_of": row.duplicate_of, "possible_duplicate_of": row.possible_duplicate_of}
    return {name: None if of is None else str(of) for name, of in links.items()}
