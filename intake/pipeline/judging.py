"""A matter's one work item, judged over all its newest records: where it goes, what the checks find, why it waits."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from intake.pipeline import deliver, settling
from intake.pipeline.checks.case import Arrived, Case
from intake.pipeline.delivered import waits_for_field, waits_for_type
from intake.pipeline.joining import candidates
from intake.pipeline.matters import Matter, codes_in
from intake.pipeline.registers import Registers
from intake.pipeline.requests import returning, waiting
from intake.pipeline.rerouting import is_moved_by_person, records_of
from intake.pipeline.route import judged, known_of
from intake.pipeline.routing_table import routing_table
from intake.store import audit, documents, fingerprints, matters, reviews, work_items
from intake.store.database import Conn
from intake.store.matters import MatterRow, PaperRow
from intake.store.work_items import WorkItemRow
from models.facts import Facts
from models.work import Candidate, Reason, WorkItem

OPEN_SEVERITIES = frozenset({"ask", "stop", "alarm"})
"""Findings of these wait for a person; a note tells and waits for nobody."""

NOBODYS = Reason(rule="R02", section="REC")


class Answers:
    """What registers say, each code asked for once; ask before a transaction begins, for a register may take its time.

    Without registers, what they said before counts.
    """

    def __init__(self, registers: Registers | None = None, codes: Iterable[str] = ()) -> None:
        self._registers = registers
        self._known = {code: registers.facts(code) for code in dict.fromkeys(codes)} if registers else {}

    def facts(self, code: str, kept: Mapping[str, Facts]) -> Facts:
        if code not in self._known:
            if code in kept and not kept[code].is_away:
                return kept[code]
            self._known[code] = self._registers.facts(code) if self._registers else kept.get(code, Facts())
        return self._known[code]


@dataclass(frozen=True)
class Judgement:
    """What judging a matter came to. `outdated` are documents of which the core was told otherwise."""

    matter_id: UUID
    before: WorkItemRow | None
    item: WorkItemRow | None
    documents: tuple[UUID, ...]
    outdated: tuple[UUID, ...]

    @property
    def is_news(self) -> bool:
        return self.before is not None and self.item is not None and self.before.version != self.item.version


def waits_because(
    queue: str, bodies: Sequence[Mapping[str, Any]], possible_duplicate: bool, findings: Iterable[str] = (),
    *, is_queue_settled: bool = False,
) -> list[str]:  # fmt: skip
    """Say why a matter waits for a person; [] when it waits for nothing.

    `bodies` are its records, `findings` severities of those that nobody has settled; `is_queue_settled`: the people of the
    queue have done what is theirs.
    """
    because = {
        "doubtful_fields": any(map(waits_for_field, bodies)),
        "doubtful_type": any(map(waits_for_type, bodies)),
        "queue": queue not in deliver.DECIDED_BY_CORE and not is_queue_settled,
        "possible_duplicate": possible_duplicate,
        "findings": not OPEN_SEVERITIES.isdisjoint(findings),
    }
    return [reason for reason, holds in because.items() if holds]


def case_of(matter: MatterRow, papers: Sequence[PaperRow], facts: Callable[[str], Facts] | None = None) -> Case:
    """Put together what routing and checks look at; papers that came before are left out: their originals count.

    Its day is that of the last paper, so that the same papers give the same findings whenever they are looked at.
    """
    counted = [paper for paper in papers if paper.duplicate_of is None]
    records = records_of({paper.id: paper.body for paper in counted})
    said = {str(paper.id): paper.said for paper in counted if paper.said is not None}
    alone = Matter(matter.person_hetu, tuple(records), {}, said=said)
    known = known_of(alone, facts or (lambda code: matter.facts.get(code, Facts())))
    arrived = {str(paper.id): Arrived(paper.arrival_day, paper.channel or "post") for paper in counted}
    whole = Matter(matter.person_hetu, tuple(records), {}, known, said)
    return Case(whole, arrived, max(paper.arrival_day for paper in counted))


def judge(
    conn: Conn, matter_id: UUID, answers: Answers, now: datetime, *, fresh: Collection[UUID] = (), reviewer: str | None = None
) -> Judgement:
    """Judge a matter anew and write down its work item; a matter without papers is closed. Appends nothing to the audit trail.

    `fresh` are documents that have just joined it: they may move it again where a person has moved it before.
    """
    papers = matters.papers(conn, matter_id)
    seen = _locked_item(conn, matter_id)
    if not any(paper.duplicate_of is None for paper in papers):
        return _emptied(conn, matter_id, seen, papers, now)
    matter = matters.get(conn, matter_id)
    case, asked = _asked(matter, papers, answers)
    if asked != matter.facts:
        matters.set_facts(conn, matter_id, asked)
    found = [] if matter.person_hetu else [*returning.candidates_of(conn, matter_id, papers), *candidates(conn, matter_id)]
    item = _item(case, found)
    if seen is not None and is_moved_by_person(seen.reasons) and not _moves(case, found, item, fresh):
        item = _where_it_is(item, seen)
    counted = [paper for paper in papers if paper.duplicate_of is None]
    settled = seen.settled if seen is not None else []
    because = waits_because(
        item.queue, [paper.body for paper in counted], any(paper.possible_duplicate_of for paper in counted),
        (finding.severity for finding in item.findings if not settling.is_settled(finding.model_dump(), settled)),
        is_queue_settled=settling.is_queue_settled(item.queue, settled),
    )  # fmt: skip
    because += waiting.reasons_of(conn, seen.id) if seen is not None else []
    ids = [paper.id for paper in papers]
    after = _write(conn, matter_id, papers[0].file_id, seen, item, ids, because, found, reviewer, now)
    told = matters.told(conn, [paper.id for paper in counted])
    outdated = tuple(paper.id for paper in counted if paper.id in told and told[paper.id] != _told(after))
    return Judgement(matter_id, seen, after, tuple(paper.id for paper in counted), outdated)


def judge_item(conn: Conn, item_id: UUID, answers: Answers, now: datetime, actor: str = "saapuva") -> None:
    """Judge one work item's matter again and let everything follow, audit included."""
    matters.lock(conn)
    matter_id = work_items.get(conn, item_id).matter_id
    if matter_id is not None:
        publish(conn, [judge(conn, matter_id, answers, now)], actor, now)


def hold(conn: Conn, judgements: Sequence[Judgement]) -> None:
    """Lock all that `publish` may change: documents, then deliveries. Call it before the first word to the audit trail."""
    ids = sorted({document for judgement in judgements for document in judgement.documents})
    for document in ids:
        documents.lock(conn, document)
    fingerprints.lock_offered(conn, ids)


def publish(conn: Conn, judgements: Sequence[Judgement], actor: str, now: datetime) -> set[UUID]:
    """Tell the audit trail what has changed, and offer what may go out. Gives the documents that go out.

    What the core was told of a matter that has moved since is told anew, as a next version.
    """
    hold(conn, judgements)
    for judgement in judgements:
        if judgement.before is not None and not judgement.documents:
            returning.follow(conn, judgement.before, now)
    versions = {document: _next_version(conn, document, now) for one in judgements for document in one.outdated}
    for document, version in versions.items():
        after = {"version": version + 1}
        audit.append(conn, "document.matter_moved", f"document:{document}", actor=actor, at=now, after=after)
    for judgement in judgements:
        if judgement.is_news and judgement.before and judgement.item:
            audit.append(
                conn, "work_item.judged", f"work_item:{judgement.item.id}", actor=actor, at=now,
                before=_told_audit(judgement.before), after=_told_audit(judgement.item),
            )  # fmt: skip
    changed = [one for one in judgements if one.is_news or one.before is None or one.outdated]
    ids = dict.fromkeys(document for judgement in changed for document in judgement.documents)
    return {document for document in ids if deliver.offer(conn, document, now) is not None}


def _next_version(conn: Conn, document_id: UUID, now: datetime) -> int:
    newest = documents.newest_record(conn, document_id)
    documents.add_record(conn, document_id, newest.version + 1, newest.body, "matter", "saapuva", now)
    return newest.version


def _asked(matter: MatterRow, papers: Sequence[PaperRow], answers: Answers) -> tuple[Case, dict[str, Facts]]:
    asked: dict[str, Facts] = {}

    def facts(code: str) -> Facts:
        asked[code] = answers.facts(code, matter.facts)
        return asked[code]

    case = case_of(matter, papers, facts)
    kept = {*codes_in(case.matter), matter.person_hetu}
    return case, {code: known for code, known in (matter.facts | asked).items() if code in kept}


def _item(case: Case, found: Sequence[Candidate]) -> WorkItem:
    """What the table says; papers that may be a known person's wait for somebody to say whose they are."""
    item = judged(case.matter, case, routing_table())
    if not found:
        return item
    return item.model_copy(
        update={"queue": "indexing", "owner": "indexing", "specifier": "", "comment": "", "reasons": (NOBODYS, *item.reasons)}
    )


def _moves(case: Case, found: Sequence[Candidate], item: WorkItem, fresh: Collection[UUID]) -> bool:
    """Tell whether papers that have just come change what the table says; else the person's word stands."""
    before = tuple(record for record in case.matter.records if UUID(record.id) not in fresh)
    if not before or len(before) == len(case.matter.records):
        return False
    former = Matter(case.matter.person_hetu, before, {}, case.facts, case.matter.said)
    return _place(_item(Case(former, case.arrived, case.today), found)) != _place(item)


def _place(item: WorkItem | WorkItemRow) -> tuple[str, str, str]:
    return item.queue, item.owner, item.specifier


def _where_it_is(item: WorkItem, seen: WorkItemRow) -> WorkItem:
    return item.model_copy(
        update={
            "queue": seen.queue, "owner": seen.owner, "specifier": seen.specifier, "comment": seen.comment,
            "reasons": tuple(Reason.model_validate(reason) for reason in seen.reasons),
        }
    )  # fmt: skip


def _locked_item(conn: Conn, matter_id: UUID) -> WorkItemRow | None:
    seen = work_items.of_matter(conn, matter_id)
    if seen is None:
        return None
    reviews.lock_item(conn, seen.id)
    return work_items.get(conn, seen.id)


def _emptied(
    conn: Conn, matter_id: UUID, seen: WorkItemRow | None, papers: Sequence[PaperRow], now: datetime
) -> Judgement:  # fmt: skip
    """Close what has no papers any more, or only papers whose originals lie elsewhere."""
    after = seen
    if seen is not None:
        after = _write(conn, matter_id, seen.file_id, seen, _same(seen), [paper.id for paper in papers], [], (), None, now)
    if not papers:
        matters.close(conn, matter_id, now)
    return Judgement(matter_id, seen, after, (), ())


def _same(seen: WorkItemRow) -> WorkItem:
    told = seen.model_dump(mode="json", include=set(WorkItem.model_fields) - {"documents"})
    return WorkItem.model_validate({**told, "documents": ()})


def _write(
    conn: Conn, matter_id: UUID, file_id: UUID, seen: WorkItemRow | None, item: WorkItem, ids: Sequence[UUID],
    because: Sequence[str], found: Sequence[Candidate], reviewer: str | None, now: datetime,
) -> WorkItemRow:  # fmt: skip
    if seen is None:
        item_id = work_items.open(conn, file_id, item, ids, because, now, matter_id=matter_id, candidates=found)
        if not because:
            work_items.close(conn, item_id, now)
        return work_items.get(conn, item_id)
    if reviewer is not None:
        reviews.set_reviewer(conn, seen.id, reviewer)
    if reviewer is not None or _content(seen) != _content_of(item, ids, because, found):
        work_items.judge(conn, seen, item, ids, because, found, now)
    return work_items.get(conn, seen.id)


_TOLD = (
    "queue",
    "owner",
    "specifier",
    "comment",
    "person_hetu",
    "reasons",
    "findings",
    "side_tasks",
    "pending_date",
    "last_filing_day",
)


def _content(seen: WorkItemRow) -> dict[str, Any]:
    told = seen.model_dump(mode="json", include={*_TOLD, "waits_because", "candidates"})
    return told | {"documents": {str(document) for document in seen.documents}}


def _content_of(
    item: WorkItem, ids: Sequence[UUID], because: Sequence[str], found: Sequence[Candidate]
) -> dict[str, Any]:  # fmt: skip
    told = item.model_dump(mode="json", include=set(_TOLD))
    listed = [candidate.model_dump(mode="json") for candidate in found]
    return told | {"documents": set(map(str, ids)), "waits_because": list(because), "candidates": listed}


def _told(item: WorkItemRow) -> dict[str, str | None]:
    return {"queue": item.queue, "owner": item.owner, "specifier": item.specifier, "person_hetu": item.person_hetu}


def _told_audit(item: WorkItemRow) -> dict[str, Any]:
    return {
        "matter": str(item.matter_id), "queue": item.queue, "owner": item.owner, "specifier": item.specifier,
        "state": item.state, "waits_because": item.waits_because, "version": item.version,
        "documents": sorted(map(str, item.documents)),
    }  # fmt: skip
