"""Turn a file's reading into rows: documents, records, states of pages, matters, deliveries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from intake.pipeline import arranging, duplicates, joining
from intake.pipeline.file_reading import FileRead
from intake.pipeline.joining import Group
from intake.pipeline.judging import Answers, Judgement, hold, judge, publish
from intake.pipeline.judging import waits_because as waits_because
from intake.pipeline.matters import Matter, codes_in, group
from intake.pipeline.requests import answering, returning
from intake.pipeline.rerouting import records_of
from intake.pipeline.routing_table import routing_table
from intake.reading_child import Failure
from intake.store import alarms, arrivals, documents, files, matters, pages, readings, work_items
from intake.store.arrangements import ArrangementRow
from intake.store.arrivals import Evidence
from intake.store.database import Conn
from intake.store.documents import DocumentRow
from intake.store.files import FileRow
from intake.store.requests import RequestRow
from models.errors import ConflictError
from models.extraction import Record
from models.work import Reason, WorkItem

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


def settle_reading(
    conn: Conn, file: FileRow, reading: FileRead, now: datetime, answers: Answers | None = None,
    arranged: ArrangementRow | None = None,
) -> Settled:  # fmt: skip
    """Write down all that comes of a reading, behind the fence: StaleWorkError when the file was moved meanwhile.

    `custody` must have accepted the reading; `answers` are what registers say of its persons (`codes`). `arranged` is what it
    was read under: what a person has named counts as seen. Documents that stayed in their matters when the file was put in
    line again keep all that is known of them. Page images are the caller's. The caller commits, soon: this appends to the
    audit trail.
    """
    places = custody(reading.result, file.pages_in)
    assert isinstance(places, Custody)
    kept = kept_documents(documents.in_matters(conn, file.id), places)
    moved = files.advance(conn, file, "read")
    reading_id = readings.add(conn, file.id, moved.revision, reading.result, reading.versions, reading.seconds, now)
    _note_arrival(conn, file, reading.result, now)
    bodies = {body["id"]: arranging.with_said_type(body, arranged) for body in reading.result["documents"]}
    by_label = _add_documents(conn, file, reading_id, bodies, reading.said, kept, now)
    parked = _place_pages(conn, file, places, by_label, now)
    links = duplicates.find(conn, file.id, now, settled=frozenset(kept.values()))
    fresh = {label: one for label, one in by_label.items() if one not in links.sure and label not in kept}
    judgements, answered = _into_matters(conn, file, reading.result, bodies, fresh, links, answers or Answers(), now)
    judgements += arranging.send_elsewhere(conn, arranged, bodies, fresh, now)
    opened = list(dict.fromkeys(one.item.id for one in judgements if one.item is not None and one.documents))
    if parked:
        opened.append(open_unread(conn, file.id, now))
    hold(conn, judgements)
    duplicates.tell(conn, links, now)
    answering.tell(conn, answered, file.id, now)
    offered = publish(conn, judgements, "saapuva", now)
    own = len(offered.intersection(by_label.values()))
    return Settled(reading_id, by_label, tuple(opened), parked, len(links.sure), own)


def codes(result: Mapping[str, Any]) -> list[str]:
    """Whom registers may be asked about before a reading is settled: every code of its documents that holds its check."""
    return codes_in(Matter(None, tuple(records_of({UUID(int=n): body for n, body in enumerate(result["documents"])})), {}))


def open_unread(conn: Conn, file_id: UUID, now: datetime) -> UUID:
    """Open a matter for a person who must look at pages that nobody could read."""
    item = WorkItem(
        person_hetu=None, documents=(), queue="indexing", owner="indexing", specifier="", reasons=(UNREAD_RULE,), findings=()
    )
    return work_items.open(conn, file_id, item, (), ["unread"], now)


def _unbelievable(code: str, problem: str) -> Failure:
    return Failure(code, 1, f"The file's pages do not add up: {problem}.", "Look at the file's pages and index them by hand.")


def _note_arrival(conn: Conn, file: FileRow, result: Mapping[str, Any], now: datetime) -> None:
    arrival = result["source"].get("arrival")
    if arrival is not None:
        day = date.fromisoformat(arrival["date"])
        arrivals.add(conn, file.id, cast("Evidence", arrival["evidence"]), day, None, arrival["confidence"], now)


def kept_documents(before: Sequence[DocumentRow], places: Custody) -> dict[str, UUID]:
    """Find which of a reading's documents, by label, are those that stayed when the file was put in line again."""
    kept = {}
    for document in before:
        label = next((label for label, numbers in places.in_document.items() if list(numbers) == document.pages), None)
        if label is None:
            raise ConflictError(
                f"Document {document.id} should have stayed, and the reading has none of its pages.", "Arrange it."
            )
        kept[label] = document.id
    return kept


def _add_documents(
    conn: Conn, file: FileRow, reading_id: UUID, bodies: Mapping[str, Mapping[str, Any]], said: Mapping[str, str],
    kept: Mapping[str, UUID], now: datetime,
) -> dict[str, UUID]:  # fmt: skip
    day, evidence = arrivals.legal_day(conn, file.id)
    by_label: dict[str, UUID] = {}
    for label, body in bodies.items():
        if label in kept:
            documents.keep(conn, kept[label], reading_id, label)
            by_label[label] = kept[label]
            continue
        document_id = documents.add(
            conn, file_id=file.id, reading_id=reading_id, label=label, pages=body["pages"], document_type=body["type"],
            arrival_day=day, arrival_evidence=evidence, language=body.get("language"),
        )  # fmt: skip
        documents.add_record(conn, document_id, 1, body, "reading", "saapuva", now)
        if label in said:
            matters.set_said(conn, document_id, said[label])
        by_label[label] = document_id
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


def _into_matters(
    conn: Conn, file: FileRow, result: Mapping[str, Any], said: Mapping[str, Mapping[str, Any]], fresh: Mapping[str, UUID],
    links: duplicates.Links, answers: Answers, now: datetime,
) -> tuple[list[Judgement], list[RequestRow]]:  # fmt: skip
    """Lay a file's documents into matters, its own or those of other files, and judge every matter that has changed.

    Papers that came before for sure lie beside their originals and ask nothing of anybody; those that answer a request lie
    with the matter that asked. Gives the requests that are answered now, too.
    """
    bodies = {fresh[label]: body for label, body in said.items() if label in fresh}
    records = {UUID(record.id): record for record in records_of(bodies)}
    references = {document_id: body["reference"] for document_id, body in bodies.items() if "reference" in body}
    touched = joining.join(conn, returning.parted(_groups(result, fresh, records), references, records), records, now)
    returned = returning.lay(conn, references, records, now)
    answered = answering.note(conn, returned.references, file.id, now)
    touched |= returned.matters
    touched |= joining.follow(conn, links.sure)
    touched |= matters.of_documents(conn, [row.id for row in links.lowered])
    return [judge(conn, matter_id, answers, now, fresh=records) for matter_id in sorted(touched)], answered


def _groups(result: Mapping[str, Any], fresh: Mapping[str, UUID], records: Mapping[UUID, Record]) -> list[Group]:
    """What reading found to belong together; documents it left out are sorted by what stands on them."""
    found = [
        (item["person_hetu"], [fresh[label] for label in item["documents"] if label in fresh]) for item in result["work_items"]
    ]
    placed = {document_id for _, documents in found for document_id in documents}
    left_out = [record for document_id, record in records.items() if document_id not in placed]
    for matter in group(left_out, {}, routing_table()) if left_out else []:
        found.append((matter.person_hetu, [UUID(record.id) for record in matter.records]))
    return [Group(person, tuple(ids)) for person, ids in found if ids]
