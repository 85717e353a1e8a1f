"""What became of everything that was sent: looked at from outside and in the database, row by row."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg.rows import dict_row

from tests.proof.doors import Sending
from tests.proof.papers import Paper

Row = dict[str, Any]

FILES = """
    SELECT file.id, file.name, file.sha256, file.bytes, file.pages_in, file.stage, file.duplicate_of, batch.id AS batch,
           batch.door, batch.idempotency_key
      FROM file JOIN batch ON batch.id = file.batch_id
"""
PAGES = "SELECT file_id, number, state, document_id, duplicate_of_file, parked_because FROM page ORDER BY file_id, number"
DOCUMENTS = "SELECT id, file_id, reading_id, label, pages, version, duplicate_of, possible_duplicate_of FROM document"
DELIVERIES = """
    SELECT delivery.id, delivery.document_id, delivery.version, delivery.state, document.file_id, document.reading_id,
           document.duplicate_of
      FROM delivery JOIN document ON document.id = delivery.document_id
"""
KEYS_TWICE = """
    SELECT idempotency_key, count(*) AS batches FROM batch
     WHERE idempotency_key IS NOT NULL GROUP BY idempotency_key HAVING count(*) > 1
"""
OPEN_ATTEMPTS = "SELECT id FROM attempt WHERE ended_at IS NULL"
OUTCOMES = "SELECT outcome, count(*) AS attempts FROM attempt GROUP BY outcome"
JOBS = "SELECT status::text AS status, task_name, count(*) AS jobs FROM procrastinate_jobs GROUP BY 1, 2"
READ_TWICE = """
    SELECT subject, count(*) AS events FROM audit_event WHERE event = 'file.read' GROUP BY subject HAVING count(*) > 1
"""
LOOSE_DOCUMENTS = """
    SELECT document.id FROM document
     WHERE NOT EXISTS (SELECT 1 FROM work_item_document WHERE work_item_document.document_id = document.id)
"""


@dataclass
class Kept:
    """The tables, as they are now."""

    files: list[Row]
    pages: list[Row]
    documents: list[Row]
    deliveries: list[Row]
    keys_twice: list[Row]
    open_attempts: list[Row]
    jobs: list[Row]
    read_twice: list[Row]
    loose_documents: list[Row]
    outcomes: list[Row]

    @classmethod
    def read(cls, url: str) -> Kept:
        with psycopg.connect(url, row_factory=dict_row) as conn:
            conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            asked = (FILES, PAGES, DOCUMENTS, DELIVERIES, KEYS_TWICE, OPEN_ATTEMPTS, JOBS, READ_TWICE, LOOSE_DOCUMENTS, OUTCOMES)
            return cls(*(conn.execute(query).fetchall() for query in asked))

    @property
    def attempts(self) -> dict[str, int]:
        """Attempts at reading by how they ended."""
        return {str(row["outcome"]): row["attempts"] for row in self.outcomes}

    @property
    def unsettled(self) -> int:
        """How much is still to be done: files to read, deliveries to make, jobs at work."""
        jobs = sum(row["jobs"] for row in self.jobs if row["status"] in ("todo", "doing"))
        return int(
            sum(row["stage"] == "received" for row in self.files)
            + sum(row["state"] == "waiting" for row in self.deliveries)
            + jobs
        )


@dataclass
class Verdict:
    """`lost` and `doubled` name what is wrong, one line each; `other` names what else is."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not (self.lost or self.doubled or self.other)


def judge(sendings: Sequence[Sending], kept: Kept, blobs: Mapping[str, bytes | None], events: Sequence[Row]) -> Verdict:
    """Hold what was sent against what is kept; `blobs` are the originals by hash, `events` what the rules core has stored."""
    verdict = Verdict()
    _judge_sendings(sendings, kept, verdict)
    _judge_originals(kept, blobs, verdict)
    _judge_copies(kept, verdict)
    _judge_pages(kept, verdict)
    _judge_same_paper(sendings, kept, {str(event["document_id"]) for event in events}, verdict)
    _judge_deliveries(kept, events, verdict)
    _judge_rest(kept, verdict)
    return verdict


def _judge_sendings(sendings: Sequence[Sending], kept: Kept, verdict: Verdict) -> None:
    by_name = _grouped(kept.files, "name")
    for sending in sendings:
        verdict.other += [f"sending {sending.number}: {words}" for words in sending.wrong]
        if sending.refused is not None:
            _judge_refusal(sending, by_name, verdict)
            continue
        for paper in sending.papers:
            rows = by_name.get(paper.name, [])
            if not rows:
                verdict.lost.append(f"file {paper.name} ({sending.door}, {paper.sort})")
            if len(rows) > 1:
                verdict.doubled.append(f"file {paper.name} is there {len(rows)} times ({sending.door})")
            for row in rows[:1]:
                _judge_file(sending, paper, row, verdict)


def _judge_refusal(sending: Sending, by_name: Mapping[Any, list[Row]], verdict: Verdict) -> None:
    assert sending.refused is not None
    if not sending.is_broken:
        verdict.lost += [f"file {paper.name} was refused: {sending.refused.get('code')}" for paper in sending.papers]
    elif not {"type", "title", "status", "detail", "remedy", "code"} <= set(sending.refused):
        verdict.other.append(f"sending {sending.number}: a refusal without problem and remedy")
    verdict.other += [f"file {paper.name} was refused and kept" for paper in sending.papers if paper.name in by_name]


def _judge_file(sending: Sending, paper: Paper, row: Row, verdict: Verdict) -> None:
    if row["sha256"] != paper.sha256:
        verdict.lost.append(f"file {paper.name}: other bytes are kept than were sent")
    if sending.batch is not None and str(row["batch"]) != sending.batch:
        verdict.lost.append(f"file {paper.name}: not in the batch that was promised")
    if paper.sort == "broken":
        if row["stage"] != "quarantined":
            verdict.other.append(f"file {paper.name} is broken, yet {row['stage']}")
    elif row["pages_in"] != paper.pages:
        verdict.lost.append(f"file {paper.name}: {row['pages_in']} pages of {paper.pages}")


def _judge_originals(kept: Kept, blobs: Mapping[str, bytes | None], verdict: Verdict) -> None:
    for row in kept.files:
        content = blobs.get(row["sha256"])
        if content is None or hashlib.sha256(content).hexdigest() != row["sha256"]:
            verdict.lost.append(f"file {row['name']}: its bytes are gone")


def _judge_copies(kept: Kept, verdict: Verdict) -> None:
    """Of files with the same bytes exactly one is worked on."""
    for rows in _grouped(kept.files, "sha256").values():
        firsts = [row for row in rows if row["stage"] not in ("duplicate", "quarantined")]
        if len(firsts) > 1:
            verdict.doubled.append(
                f"files {', '.join(row['name'] for row in firsts)}: the same bytes are worked on {len(firsts)} times"
            )
        if not firsts and any(row["stage"] == "duplicate" for row in rows):
            verdict.lost.append(f"files {', '.join(row['name'] for row in rows)}: all are duplicates, none is the first")


def _judge_pages(kept: Kept, verdict: Verdict) -> None:
    by_file = _grouped(kept.pages, "file_id")
    holders: dict[tuple[Any, int], list[Any]] = defaultdict(list)
    for document in kept.documents:
        for number in document["pages"]:
            holders[document["file_id"], number].append(document["id"])
    for row in kept.files:
        pages = by_file.get(row["id"], [])
        if [page["number"] for page in pages] != list(range(1, row["pages_in"] + 1)):
            verdict.lost.append(f"file {row['name']}: {len(pages)} page rows for {row['pages_in']} pages")
        if row["stage"] == "received":
            verdict.other.append(f"file {row['name']} is stuck")
        for page in pages:
            _judge_page(row, page, holders[row["id"], page["number"]], verdict)


def _judge_page(row: Row, page: Row, holders: list[Any], verdict: Verdict) -> None:
    name = f"page {page['number']} of {row['name']}"
    if page["state"] == "received" and row["stage"] != "received":
        verdict.lost.append(f"{name}: nobody has said what became of it")
    if len(holders) > 1:
        verdict.doubled.append(f"{name} is in {len(holders)} documents")
    if page["state"] == "in_document" and page["document_id"] not in holders:
        verdict.lost.append(f"{name}: in a document that does not hold it")


def _judge_same_paper(sendings: Sequence[Sending], kept: Kept, in_core: Set[str], verdict: Verdict) -> None:
    """Papers that were sent as their own are nobody's duplicates; paper saved anew is delivered once."""
    sorts = {paper.name: paper for sending in sendings for paper in sending.papers}
    likes = {paper.like for paper in sorts.values() if paper.like}
    name_by_id = {row["id"]: row["name"] for row in kept.files}
    gone: Counter[tuple[str, tuple[int, ...]]] = Counter()
    for document in kept.documents:
        paper = sorts.get(name_by_id.get(document["file_id"], ""))
        if paper is not None and str(document["id"]) in in_core:
            gone[paper.like or paper.name, tuple(document["pages"])] += 1
        if document["duplicate_of"] is not None and paper is not None and paper.like is None and paper.name not in likes:
            verdict.lost.append(f"{paper.name}: taken for a duplicate, but nothing like it was sent")
    verdict.doubled += [
        f"{name}, pages {pages}: delivered {n} times as other bytes" for (name, pages), n in gone.items() if n > 1
    ]


def _judge_deliveries(kept: Kept, events: Sequence[Row], verdict: Verdict) -> None:
    """`events` bear event_id, document_id and version."""
    by_version = Counter((str(event["document_id"]), event["version"]) for event in events)
    verdict.doubled += [
        f"document {document}, version {version}: {n} events in the core"
        for (document, version), n in by_version.items()
        if n > 1
    ]
    known = {str(row["id"]): row for row in kept.deliveries}
    verdict.other += [
        f"event {event['event_id']} in the core is no delivery of ours" for event in events if str(event["event_id"]) not in known
    ]
    stored = {str(event["event_id"]) for event in events}
    for row in kept.deliveries:
        if row["state"] == "delivered" and str(row["id"]) not in stored:
            verdict.lost.append(f"delivery {row['id']} is called delivered, but the core has it not")
        if row["duplicate_of"] is not None and str(row["id"]) in stored:
            verdict.doubled.append(f"delivery {row['id']}: a duplicate went out")
    for name, rows in _grouped([row for row in kept.deliveries if str(row["id"]) in stored], "file_id").items():
        if len({row["reading_id"] for row in rows}) > 1:
            verdict.doubled.append(f"file {name}: documents of two readings went out")


def _judge_rest(kept: Kept, verdict: Verdict) -> None:
    verdict.doubled += [f"key {row['idempotency_key']}: {row['batches']} batches" for row in kept.keys_twice]
    verdict.doubled += [f"{row['subject']}: read {row['events']} times, each with effect" for row in kept.read_twice]
    verdict.other += [f"attempt {row['id']} has no end" for row in kept.open_attempts]
    verdict.other += [f"document {row['id']} is in no work item" for row in kept.loose_documents]
    for row in kept.jobs:
        if row["status"] in ("todo", "doing") and row["task_name"] == "read_file":
            verdict.other.append(f"{row['jobs']} jobs {row['task_name']} are {row['status']}")


def _grouped(rows: Iterable[Row], key: str) -> dict[Any, list[Row]]:
    groups: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[key]].append(row)
    return groups
