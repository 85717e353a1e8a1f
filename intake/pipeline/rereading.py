"""A file is put in line to be read once more: as it is, or as a person has arranged its pages."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from intake.pipeline import deliver, settle, stages
from intake.pipeline.judging import Answers, hold, judge, publish
from intake.store import alarms, arrangements, audit, deliveries, documents, files, jobs, matters, pages, readings, work_items
from intake.store.database import Conn, Database
from intake.store.documents import DocumentRow
from intake.store.files import FileRow
from models.arrangement import Arrangement
from models.document_type import DocumentType
from models.errors import ConflictError, RefusedError

_WHY_NOT = {
    "sent": (
        "the rules core has it or is just being told",
        "Leave these pages together and their type as it is; correct the document instead: the core is told of that.",
    ),
    "original": (
        "a paper that came again is linked to it",
        "Leave these pages together, or first say of the other paper that it is not the same.",
    ),
    "corrected": (
        "a person has corrected it, and what was typed would have to be typed again",
        "Leave these pages together and their type as it is, or say that what was typed may go.",
    ),
}


def reread(database: Database, file_id: UUID, actor: str, now: datetime) -> FileRow:
    """Put a parked or read file in line again. What was read before stays in the trail but counts no more.

    Where a person has arranged its pages, that still counts. Raises ConflictError for a file that is neither, and for one
    of which anything would be lost that a person has corrected, the rules core has, or other papers are linked to.
    """
    with database.transaction() as conn:
        file = _locked(conn, file_id)
        kept = arrangements.newest(conn, file_id)
        return _line_up(conn, file, kept.body if kept else None, (), "file.reread", actor, now)


def arrange(
    database: Database, file_id: UUID, revision: int, said: Arrangement | None, types: Mapping[str, DocumentType], actor: str,
    now: datetime, *, gives_up: Collection[UUID] = (),
) -> FileRow:  # fmt: skip
    """Keep how a person arranges a file's pages, and put it in line to be read so; None takes back what was said before.

    `revision` is the file's that the person saw. Documents with work in them (corrected, delivered, linked to) whose pages,
    turns and type stay as they are keep all that is known of them. Of corrected ones that change, what was typed is given
    up only if `gives_up` names them. Raises NotFoundError, RefusedError when not every page has its place, ConflictError
    when the file has changed since or too much would be lost.
    """
    with database.transaction() as conn:
        file = _locked(conn, file_id)
        if file.revision != revision:
            raise ConflictError(
                "Somebody else has arranged this file or had it read since you saw it.", "Look at it again, then arrange it."
            )
        if said is not None:
            _check(said, file, types)
        arrangements.add(conn, file_id, file.revision + 1, said, actor, now)
        return _line_up(conn, file, said, gives_up, "file.arranged", actor, now)


def stays(said: Arrangement | None, document: DocumentRow, turned: Mapping[int, int]) -> bool:
    """Tell whether a document is the same under an arrangement; `turned` is how its pages were stood upright, clockwise."""
    if said is None:
        return False
    return any(
        list(one.pages) == document.pages
        and one.type in (None, document.document_type)
        and one.elsewhere_because is None
        and all(said.turns.get(page, turned.get(page, 0)) == turned.get(page, 0) for page in one.pages)
        for one in said.documents
    )


def turned_by_reading(conn: Conn, file_id: UUID) -> dict[int, int]:
    """How far clockwise the newest reading has turned each page to stand it upright."""
    reading = readings.newest(conn, file_id)
    told = [] if reading is None else reading.result.get("pages", [])
    return {page["number"]: (360 - int(page.get("rotation") or 0)) % 360 for page in told}


def _locked(conn: Conn, file_id: UUID) -> FileRow:
    """The file before its matters, as everywhere: no two wait for each other."""
    file = files.lock(conn, file_id)
    matters.lock(conn)
    if file.stage == "duplicate":
        raise ConflictError(f"The very bytes of file {file_id} came before.", f"Arrange the first one: {file.duplicate_of}.")
    if file.stage not in ("parked", "read"):
        raise ConflictError(f"File {file_id} is {file.stage}.", "Only a file that was read or parked can be read again.")
    return file


def _check(said: Arrangement, file: FileRow, types: Mapping[str, DocumentType]) -> None:
    if said.pages != frozenset(range(1, file.pages_in + 1)):
        raise RefusedError(
            f"The file has {file.pages_in} pages, and not each of them has its place.",
            "Name every page once: in a document, as blank or as a separator sheet.",
        )
    unknown = [one.type for one in said.documents if one.type is not None and one.type not in types]
    if unknown:
        raise RefusedError("There is no such document type.", "Choose one of those that `./saapuva types` names.")


def _line_up(
    conn: Conn, file: FileRow, said: Arrangement | None, gives_up: Collection[UUID], event: str, actor: str, now: datetime
) -> FileRow:
    before = documents.in_matters(conn, file.id)
    staying = _staying(conn, file.id, before, said, gives_up)
    going = [document.id for document in before if document.id not in staying]
    held_back = deliveries.hold_back_unsent(conn, going)
    if any("sent" in done for done in documents.worked_on(conn, going).values()):
        raise ConflictError("The rules core is just being told of a document that would change.", "Look at the file again.")
    received = files.advance(conn, file, "received")
    pages.receive_again(conn, file.id)
    for item in work_items.of_file(conn, file.id):
        if item.matter_id is None:
            work_items.close(conn, item.id, now)
    judgements = [judge(conn, matter_id, Answers(), now) for matter_id in sorted(matters.leave(conn, going))]
    for kind in (stages.PARKED, settle.PAGE_COUNT):
        alarms.clear(conn, kind, f"file:{file.id}", now)
    jobs.enqueue(conn, jobs.READ_FILE, file.id)
    hold(conn, judgements)
    after = {**_state(received), "documents_before": list(map(str, going)), "documents_kept": sorted(map(str, staying))}
    told = after | {"arrangement": _told(said)} if event == "file.arranged" else after
    audit.append(conn, event, f"file:{file.id}", actor=actor, at=now, before=_state(file), after=told)
    for delivery_id in held_back:
        alarms.clear(conn, deliver.PARKED, f"delivery:{delivery_id}", now)
        audit.append(conn, "delivery.superseded", f"delivery:{delivery_id}", actor=actor, at=now, after={"by": event})
    publish(conn, judgements, actor, now)
    return received


def _staying(
    conn: Conn, file_id: UUID, before: Sequence[DocumentRow], said: Arrangement | None, gives_up: Collection[UUID]
) -> set[UUID]:
    """Documents with work in them that stay as they are. Raises ConflictError for one that would not and must."""
    done = documents.worked_on(conn, [document.id for document in before])
    turned = turned_by_reading(conn, file_id)
    staying = {document.id for document in before if document.id in done and stays(said, document, turned)}
    for document in before:
        for work in ("sent", "original", "corrected"):
            is_lost = work in done.get(document.id, set()) and document.id not in staying
            if is_lost and not (work == "corrected" and document.id in gives_up):
                numbers = ", ".join(map(str, document.pages))
                because, remedy = _WHY_NOT[work]
                raise ConflictError(f"The document on pages {numbers} would change, but {because}.", remedy)
    return staying


def _state(file: FileRow) -> dict[str, Any]:
    return {"stage": file.stage, "revision": file.revision}


def _told(said: Arrangement | None) -> dict[str, Any] | None:
    """What the trail keeps of an arrangement: all but the free words, in which a person may have named somebody."""
    if said is None:
        return None
    told = said.model_dump(mode="json")
    for document in told["documents"]:
        document["is_for_another_authority"] = document.pop("elsewhere_because") is not None
    return told
