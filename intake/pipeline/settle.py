"""Turn a file's reading into rows: documents, records, states of pages, matters, deliveries."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from intake.pipeline import deliver, duplicates
from intake.pipeline.delivered import every_field
from intake.pipeline.file_reading import FileRead
from intake.reading_child import Failure
from intake.store import alarms, arrivals, documents, files, pages, readings, work_items
from intake.store.arrivals import Evidence
from intake.store.database import Conn
from intake.store.files import FileRow
from models.work import Queue, Reason, WorkItem

UNREAD_RULE = Reason(rule="R02", section="REC")
PAGE_COUNT = "page_count"


@dataclass(frozen=True)
class Custody:
    """What a reading says of each page of its file. `unmentioned` are those it says nothing of."""

    in_document: Mapping[str, tuple[int, ...]]
    blank: tuple[int, ...]
    separator: tuple[int, ...]
    unmentioned: tuple[int, ...]


@dataclass(frozen=True)
class Settled:
    """What came of a file, in numbers and ids: fit for the audit trail."""

    reading_id: UUID
    documents: Mapping[str, UUID]
    work_items: tuple[UUID, ...]
    parked_pages: int
    duplicates: int
    offered: int

    @property
    def told(self) -> dict[str, Any]:
        return {
            "reading": str(self.reading_id),
            "documents": {label: str(document_id) for label, document_id in self.documents.items()},
            "work_items": [str(item_id) for item_id in self.work_items],
            "parked_pages": self.parked_pages,
            "duplicates": self.duplicates,
            "offered": self.offered,
        }


def custody(result: Mapping[str, Any], pages_in: int) -> Custody | Failure:
    """Give every page of a file its place. A reading that claims a page twice, or one that never came, is not believed."""
    in_document = {body["id"]: tuple(body["pages"]) for body in result["documents"]}
    claimed = [number for numbers in in_document.values() for number in numbers]
    mentioned = {page["number"]: page for page in result["pages"]}
    if len(set(claimed)) < len(claimed):
        return _unbelievable("custody", "the reading claims a page for two documents")
    surplus = (set(claimed) | set(mentioned)) - set(range(1, pages_in + 1))
    if surplus:
        return _unbelievable(PAGE_COUNT, f"the reading saw {pages_in + len(surplus)} pages, the door had counted {pages_in}")
    free = [page for number, page in sorted(mentioned.items()) if number not in set(claimed)]
    separator = tuple(page["number"] for page in free if page.get("separator"))
    blank = tuple(page["number"] for page in free if page["blank"] and not page.get("separator"))
    placed = {*claimed, *separator, *blank}
    return Custody(in_document, blank, separator, tuple(number for number in range(1, pages_in + 1) if number not in placed))


def settle_reading(conn: Conn, file: FileRow, reading: FileRead, now: datetime) -> Settled:
    """Write down all that comes of a reading, behind the fence: StaleWorkError when the file was moved meanwhile.

    `custody` must have accepted the reading. Page images are the caller's. The caller commits, soon: this appends to
    the audit trail.
    """
    places = custody(reading.result, file.pages_in)
    assert isinstance(places, Custody)
    moved = files.advance(conn, file, "read")
    reading_id = readings.add(conn, file.id, moved.revision, reading.result, reading.versions, reading.seconds, now)
    _note_arrival(conn, file, reading.result, now)
    by_label = _add_documents(conn, file, reading_id, reading.result["documents"], now)
    parked = _place_pages(conn, file, places, by_label, now)
    links = duplicates.link(conn, file.id, now)
    opened = _open_matters(conn, file, reading.result, by_label, links, now)
    if parked:
        opened.append(open_unread(conn, file.id, now))
    fresh = [document_id for document_id in by_label.values() if document_id not in links.sure]
    offered = [deliver.offer(conn, document_id, now) for document_id in fresh]
    offered_count = sum(delivery is not None for delivery in offered)
    return Settled(reading_id, by_label, tuple(opened), parked, len(by_label) - len(fresh), offered_count)


def waits_because(queue: str, bodies: Sequence[Mapping[str, Any]], possible_duplicate: bool) -> list[str]:
    """Say why a matter waits for a person; [] when it waits for nothing. `bodies` are the records of its documents."""
    because = {
        "doubtful_fields": any(not _is_settled(found, "seen_by") for body in bodies for found in every_field(body["fields"])),
        "doubtful_type": any(not _is_settled(body, "type_seen_by") for body in bodies),
        "queue": queue not in deliver.DECIDED_BY_CORE,
        "possible_duplicate": possible_duplicate,
    }
    return [reason for reason, holds in because.items() if holds]


def open_unread(conn: Conn, file_id: UUID, now: datetime) -> UUID:
    """Open a matter for a person who must look at pages that nobody could read."""
    item = WorkItem(
        person_hetu=None, documents=(), queue="indexing", owner="indexing", specifier="", reasons=(UNREAD_RULE,), findings=()
    )
    return work_items.open(conn, file_id, item, (), ["unread"], now)


def _is_settled(judged: Mapping[str, Any], seen_by: str) -> bool:
    return bool(judged.get("accepted") or judged.get(seen_by))


def _unbelievable(code: str, problem: str) -> Failure:
    return Failure(code, 1, f"The file's pages do not add up: {problem}.", "Look at the file's pages and index them by hand.")


def _note_arrival(conn: Conn, file: FileRow, result: Mapping[str, Any], now: datetime) -> None:
    arrival = result["source"].get("arrival")
    if arrival is not None:
        day = date.fromisoformat(arrival["date"])
        arrivals.add(conn, file.id, cast("Evidence", arrival["evidence"]), day, None, arrival["confidence"], now)


def _add_documents(
    conn: Conn, file: FileRow, reading_id: UUID, bodies: Sequence[Mapping[str, Any]], now: datetime
) -> dict[str, UUID]:
    day, evidence = arrivals.legal_day(conn, file.id)
    by_label: dict[str, UUID] = {}
    for body in bodies:
        document_id = documents.add(
            conn, file_id=file.id, reading_id=reading_id, label=body["id"], pages=body["pages"], document_type=body["type"],
            arrival_day=day, arrival_evidence=evidence,
        )  # fmt: skip
        documents.add_record(conn, document_id, 1, body, "reading", "saapuva", now)
        by_label[body["id"]] = document_id
    return by_label


def _place_pages(conn: Conn, file: FileRow, places: Custody, by_label: Mapping[str, UUID], now: datetime) -> int:
    """Give each page row its state; gives how many pages nobody has read."""
    for label, numbers in places.in_document.items():
        pages.set_in_document(conn, file.id, numbers, by_label[label])
    pages.set_blank(conn, file.id, places.blank)
    pages.set_separator(conn, file.id, places.separator)
    if not places.unmentioned:
        return 0
    pages.park(conn, file.id, "unread", places.unmentioned)
    missing, problem = len(places.unmentioned), "pages of a file were counted at the door but not read"
    remedy = "Look at these pages by hand: the file's work item in the queue indexing shows them."
    alarms.raise_alarm(conn, PAGE_COUNT, f"file:{file.id}", f"{missing} of {file.pages_in} {problem}.", remedy, now)
    return missing


def _open_matters(
    conn: Conn, file: FileRow, result: Mapping[str, Any], by_label: Mapping[str, UUID], links: duplicates.Links, now: datetime
) -> list[UUID]:
    """Open the matters that routing found. Documents it left out are nobody's: a person must say whose."""
    bodies = {body["id"]: body for body in result["documents"]}
    items = [WorkItem.model_validate(item) for item in result["work_items"]]
    left_out = tuple(label for label in bodies if not any(label in item.documents for item in items))
    if left_out:
        items.append(_nobodys(left_out))
    return [_open_matter(conn, file, item, bodies, by_label, links, now) for item in items]


def _nobodys(labels: tuple[str, ...]) -> WorkItem:
    queue: Queue = "indexing"
    return WorkItem(person_hetu=None, documents=labels, queue=queue, owner=queue, specifier="", reasons=(UNREAD_RULE,))


def _open_matter(
    conn: Conn, file: FileRow, item: WorkItem, bodies: Mapping[str, Mapping[str, Any]], by_label: Mapping[str, UUID],
    links: duplicates.Links, now: datetime,
) -> UUID:  # fmt: skip
    """Open one matter; it is closed at once when no person needs to look: its delivery goes its own way.

    Papers that came before for sure ask nothing of anybody: their originals do.
    """
    ids = [by_label[label] for label in item.documents]
    fresh = [label for label in item.documents if by_label[label] not in links.sure]
    because = _because(item.queue, [bodies[label] for label in fresh], ids, links.possible) if fresh else []
    item_id = work_items.open(conn, file.id, item, ids, because, now)
    if not because:
        work_items.close(conn, item_id, now)
    return item_id


def _because(queue: str, bodies: Sequence[Mapping[str, Any]], ids: Sequence[UUID], possible: Collection[UUID]) -> list[str]:
    return waits_because(queue, bodies, any(document_id in possible for document_id in ids))
