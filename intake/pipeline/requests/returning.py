"""Papers that answer a request go to the matter that asked, unless their own sure code says another person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from intake.pipeline import joining
from intake.pipeline.identity import sure_codes
from intake.pipeline.joining import Group
from intake.pipeline.requests.answering import asked_by
from intake.pipeline.requests.waiting import renew
from intake.pipeline.rerouting import records_of
from intake.store import matters, requests, work_items
from intake.store.database import Conn
from intake.store.matters import MatterRow, PaperRow
from intake.store.work_items import WorkItemRow
from models.extraction import Record
from models.work import Candidate

SURELY = 0.99
"""How much a reference or a sure code speaks for a matter, where the two speak against each other."""


@dataclass(frozen=True)
class Returned:
    """`matters` have other papers now than before; `references` are those whose papers lie with the matter that asked."""

    matters: frozenset[UUID]
    references: tuple[str, ...]


def parted(groups: Sequence[Group], references: Mapping[UUID, str], records: Mapping[UUID, Record]) -> list[Group]:
    """Keep papers that answer a request apart from the others of their file: theirs is no person but the one they name.

    `references` are by document. What reading took to be the file's only person is not theirs because of that.
    """
    found = []
    for one in groups:
        by_reference: dict[str | None, list[UUID]] = {}
        for document in one.documents:
            by_reference.setdefault(references.get(document), []).append(document)
        for reference, documents in by_reference.items():
            own = sure_codes(records[document] for document in documents)
            person = one.person_hetu if reference is None or one.person_hetu in own else None
            found.append(Group(person, tuple(documents)))
    return found


def lay(conn: Conn, references: Mapping[UUID, str], records: Mapping[UUID, Record], now: datetime) -> Returned:
    """Lay packets that answer a request into the matter that asked.

    One whose sure code is nobody's of that matter lies in a matter of its own that a person must place (`candidates_of`). A
    reference that nobody has given, or whose matter has no papers any more, says nothing.
    """
    touched: set[UUID] = set()
    placed: list[str] = []
    for reference, matter in _matters_by_reference(conn, references.values()).items():
        known = _codes_of(conn, matter)
        answers = [document for document, named in references.items() if named == reference and document in records]
        for packet in matters.packets(conn, {found for one in answers if (found := matters.packet_of(conn, one))}):
            papers = [paper.id for paper in matters.papers_in(conn, [packet.id])]
            own = sure_codes(records[paper] for paper in papers if paper in records)
            is_others = bool(own and known) and own.isdisjoint(known)
            target = matters.open(conn, packet.kind, None, now) if is_others else matter.id
            touched |= joining.lay_by_person(conn, packet, target, None if is_others else matter.person_hetu)
            placed += [] if is_others else [reference]
    return Returned(frozenset(touched), tuple(dict.fromkeys(placed)))


def candidates_of(conn: Conn, matter_id: UUID, papers: Sequence[PaperRow]) -> list[Candidate]:
    """Where papers of nobody may belong whose reference and whose own code speak against each other: both matters."""
    references = [str(paper.body["reference"]) for paper in papers if "reference" in paper.body]
    asking = {matter.id for matter in _matters_by_reference(conn, references).values()} - {matter_id}
    if not asking:
        return []
    codes = sure_codes(records_of({paper.id: paper.body for paper in papers if "reference" in paper.body}))
    of_code = {matter.id for code in codes for matter in matters.of_person(conn, code)} - {matter_id} - asking
    own = [one for one in of_code if matters.packets_of_matter(conn, one)]
    found = [Candidate(matter_id=one, why=("reference",), score=SURELY) for one in sorted(asking)]
    return [*found, *(Candidate(matter_id=one, why=("code",), score=SURELY) for one in sorted(own))]


def follow(conn: Conn, emptied: WorkItemRow, now: datetime) -> None:
    """Let the requests of a matter that has lost all its papers be those of the matter where these lie now.

    `emptied` is its work item as it was with them; where they lie in several matters nothing is moved. Call it when all
    matters are judged.
    """
    homes = matters.of_documents(conn, emptied.documents) - {emptied.matter_id}
    item = work_items.of_matter(conn, homes.pop()) if len(homes) == 1 else None
    if item is not None and item.id != emptied.id and requests.of_matter(conn, emptied.id):
        requests.move(conn, emptied.id, item.id, now)
        renew(conn, item.id, now)


def _matters_by_reference(conn: Conn, references: Iterable[str]) -> dict[str, MatterRow]:
    found: dict[str, MatterRow] = {}
    for reference, item_id in asked_by(conn, references).items():
        matter_id = work_items.get(conn, item_id).matter_id
        matter = matters.get(conn, matter_id) if matter_id else None
        if matter is not None and matter.closed_at is None:
            found[reference] = matter
    return found


def _codes_of(conn: Conn, matter: MatterRow) -> frozenset[str]:
    """Every sure code on a matter's papers, the child's too, and the insured person's own."""
    bodies = {paper.id: paper.body for paper in matters.papers(conn, matter.id)}
    return sure_codes(records_of(bodies)) | ({matter.person_hetu} if matter.person_hetu else set())
