"""The same paper again: linked to the first, shown and not delivered; the earliest arrival counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from intake.pipeline import deliver
from intake.pipeline.checks.deadline import OPENERS
from intake.pipeline.judging import Answers, hold, judge, publish
from intake.pipeline.same_paper import Likeness, Paper, Verdict, verdict
from intake.store import arrivals, audit, documents, files, fingerprints, matters, pages, readings
from intake.store.database import Conn
from intake.store.documents import DocumentRow

LOOK_BACK = timedelta(days=400)
"""Papers are sent again within weeks; the benefit's own time limits end within a year (guide 1.3)."""

MOST_BITS = 12
"""Of 64: how far two hashes of one sheet may be apart to be found without a known person (samples.duplicates_benchmark)."""

ALWAYS_OPEN = frozenset(OPENERS) - {"y17_wage_notice"}
"""Papers whose arrival makes a matter pending, whatever stands in them (guide 1.5.1)."""


@dataclass(frozen=True)
class Links:
    """Documents of one file that came before, each with its original; `possible` ones are for a person to decide.

    `lowered` are originals whose arrival counts earlier now, as they were.
    """

    sure: Mapping[UUID, UUID] = field(default_factory=dict)
    possible: Mapping[UUID, UUID] = field(default_factory=dict)
    lowered: tuple[DocumentRow, ...] = ()


@dataclass(frozen=True)
class EarlierArrival:
    """A document is to bear the day on which its paper first came."""

    document_id: UUID
    day: date
    evidence: str


def link(conn: Conn, file_id: UUID, now: datetime) -> Links:
    """Find which documents of a file came before, say so in their rows, and tell of it. The caller commits, soon."""
    links = find(conn, file_id, now)
    tell(conn, links, now)
    return links


def find(conn: Conn, file_id: UUID, now: datetime, *, settled: frozenset[UUID] = frozenset()) -> Links:
    """Find which documents of a file came before, and say so in their rows; `tell` tells the audit trail, later.

    Of documents in `settled` this is known already: they were kept when the file was read again.

    Call it when the file's documents, records, pages and fingerprints are written, before its work items are. Two files
    settled at the same moment wait for each other here: whichever comes first holds the originals. Most of the looking is
    done before that wait.
    """
    search = _Search(conn, file_id, now, settled)
    search.look()
    fingerprints.lock(conn)
    links = search.look()
    _write_links(conn, links)
    rows = {row.id: row for row in documents.of_file(conn, file_id)}
    for row in rows.values():
        if row.id in settled and row.duplicate_of is not None:
            _set_duplicate(conn, row.id, row.duplicate_of)  # its pages were put in line with the others'
    earlier = [EarlierArrival(of, rows[again].arrival_day, rows[again].arrival_evidence) for again, of in links.sure.items()]
    return replace(links, lowered=tuple(_lower(conn, earlier, now)))


def tell(conn: Conn, links: Links, now: datetime) -> None:
    """Tell the audit trail what came before, and whose arrival counts earlier now."""
    for name, found in (("document.duplicate", links.sure), ("document.possible_duplicate", links.possible)):
        for again, of in found.items():
            audit.append(conn, name, f"document:{again}", actor="saapuva", at=now, after={"of": str(of)})
    tell_lowered(conn, links.lowered, now)


def note_earlier_arrival(conn: Conn, file_ids: Sequence[UUID], now: datetime) -> None:
    """Let new evidence of arrival count for documents already read: of files whose very bytes came before, or of their own.

    The evidence must be written. Call it once for all files, so that their documents are locked in one order.
    """
    rows = [files.get(conn, file_id) for file_id in file_ids]
    originals = {row.duplicate_of or row.id for row in rows}
    if not originals:
        return
    fingerprints.lock(conn)
    earlier = []
    for original in originals:
        day, evidence = arrivals.legal_day(conn, original)
        earlier += [EarlierArrival(_root(conn, row).id, day, evidence) for row in documents.of_file(conn, original)]
    lowered = _lower(conn, earlier, now)
    touched = matters.of_documents(conn, [row.id for row in lowered])
    judgements = [judge(conn, matter_id, Answers(), now) for matter_id in sorted(touched)]
    hold(conn, judgements)
    tell_lowered(conn, lowered, now)
    publish(conn, judgements, "saapuva", now)


def confirm(conn: Conn, document_id: UUID, original_id: UUID, now: datetime) -> list[DocumentRow]:
    """Write down that a document is another one again. Gives what `tell_lowered` must tell once all else is written.

    The caller holds `fingerprints.lock`.
    """
    original = _root(conn, documents.get(conn, original_id))
    document = documents.get(conn, document_id)
    documents.set_possible_duplicate(conn, document_id, None)
    _set_duplicate(conn, document_id, original.id)
    return _lower(conn, [EarlierArrival(original.id, document.arrival_day, document.arrival_evidence)], now)


def _write_links(conn: Conn, links: Links) -> None:
    for again, of in links.sure.items():
        _set_duplicate(conn, again, of)
    for again, of in links.possible.items():
        documents.set_possible_duplicate(conn, again, of)


def _set_duplicate(conn: Conn, document_id: UUID, of: UUID) -> None:
    """The document's pages are the original's, one by one; those it has more stay in the document, which is shown."""
    documents.set_duplicate(conn, document_id, of)
    both = zip(fingerprints.of_document(conn, document_id), fingerprints.of_document(conn, of), strict=False)
    for page, original in both:
        pages.set_duplicate(conn, page.file_id, page.number, original.file_id, original.number)


def _root(conn: Conn, row: DocumentRow) -> DocumentRow:
    """The first of a row of duplicates."""
    while row.duplicate_of is not None:
        row = documents.get(conn, row.duplicate_of)
    return row


def _lower(conn: Conn, earlier: Sequence[EarlierArrival], now: datetime) -> list[DocumentRow]:
    """Give documents the earlier day, and a new version where the core was told the later one. Gives them as they were.

    All are locked before any is told of, in one order: the audit trail's end comes after every other lock.
    """
    first: dict[UUID, EarlierArrival] = {}
    for arrival in sorted(earlier, key=lambda arrival: arrival.day):
        first.setdefault(arrival.document_id, arrival)
    locked = [documents.lock(conn, document_id) for document_id in sorted(first)]
    lowered = [row for row in locked if first[row.id].day < row.arrival_day]
    offered = fingerprints.lock_offered(conn, [row.id for row in lowered])
    for row in lowered:
        day = first[row.id].day
        documents.set_arrival(conn, row.id, day, first[row.id].evidence)
        fingerprints.lower_pending(conn, row.id, row.arrival_day, day, row.document_type in ALWAYS_OPEN)
        if row.id in offered:
            body = documents.newest_record(conn, row.id).body
            documents.add_record(conn, row.id, row.version + 1, body, "arrival", "saapuva", now)
    return lowered


def tell_lowered(conn: Conn, lowered: Sequence[DocumentRow], now: datetime) -> None:
    for row in lowered:
        became = documents.get(conn, row.id)
        before, after = (
            {"day": seen.arrival_day.isoformat(), "evidence": seen.arrival_evidence, "version": seen.version}
            for seen in (row, became)
        )
        audit.append(conn, "document.arrival_lowered", f"document:{row.id}", actor="saapuva", at=now, before=before, after=after)
        if became.version > row.version:
            deliver.offer(conn, row.id, now)


class _Search:
    """Holds the documents of one file against earlier ones; no two are compared twice, so looking again is cheap."""

    def __init__(self, conn: Conn, file_id: UUID, now: datetime, settled: frozenset[UUID]) -> None:
        self.conn, self.file_id, self.since, self.settled = conn, file_id, now - LOOK_BACK, settled
        persons = _persons(conn, file_id)
        self.papers = [_paper(conn, row, persons.get(row.label)) for row in documents.of_file(conn, file_id)]
        self._verdicts: dict[tuple[UUID, UUID], Verdict] = {}

    def look(self) -> Links:
        """Say what each document is, as far as is known now."""
        sure: dict[UUID, UUID] = {}
        possible: dict[UUID, UUID] = {}
        for at, paper in enumerate(self.papers):
            if paper.id in self.settled:
                continue
            before = [
                other.id for other in self.papers[:at] if other.document_type == paper.document_type and other.id not in sure
            ]
            verdicts = {of: self._verdict(paper, of) for of in [*before, *self._earlier(paper)]}
            found = {said: of for of, said in reversed(verdicts.items())}
            if "sure" in found:
                sure[paper.id] = found["sure"]
            elif "possible" in found:
                possible[paper.id] = found["possible"]
        return Links(sure, possible)

    def _earlier(self, paper: Paper) -> list[UUID]:
        if paper.phash is None:
            return []
        conn, own, doc_type, since = self.conn, self.file_id, paper.document_type, self.since
        if paper.person_hetu is None:
            return fingerprints.looking_like(conn, own, doc_type, paper.phash, MOST_BITS, since)
        of_person = fingerprints.of_person(conn, own, doc_type, paper.person_hetu, since)
        return of_person + fingerprints.looking_like_of_nobody(conn, own, doc_type, paper.phash, MOST_BITS, since)

    def _verdict(self, paper: Paper, of: UUID) -> Verdict:
        if (paper.id, of) not in self._verdicts:
            own = next((other for other in self.papers if other.id == of), None)
            earlier = own or _paper(self.conn, documents.get(self.conn, of), None)
            self._verdicts[paper.id, of] = verdict(paper, earlier, _compare)
        return self._verdicts[paper.id, of]


def _compare(ink_a: bytes, ink_b: bytes, /) -> Likeness:
    from extractors.fingerprint import compare  # OpenCV: a process that has nothing to compare never loads it

    return compare(ink_a, ink_b)


def _paper(conn: Conn, row: DocumentRow, person_hetu: str | None) -> Paper:
    body = documents.newest_record(conn, row.id).body
    return Paper(row.id, row.document_type, tuple(fingerprints.of_document(conn, row.id)), body, person_hetu)


def _persons(conn: Conn, file_id: UUID) -> dict[str, str]:
    """Whose matter each document of a file belongs to, by its label, as the reading says: its work items come later."""
    reading = readings.newest(conn, file_id)
    items = reading.result.get("work_items", []) if reading is not None else []
    return {label: item["person_hetu"] for item in items if item.get("person_hetu") for label in item["documents"]}
