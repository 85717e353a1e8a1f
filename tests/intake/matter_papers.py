"""Papers of invented persons as reading prints them, for tests of what belongs together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from intake.pipeline.checks.case import Arrived
from intake.pipeline.file_reading import FileRead, Question
from intake.pipeline.matters import value_of
from intake.pipeline.page_keeping import KeptPage
from intake.pipeline.registers import Registers
from intake.pipeline.rerouting import records_of
from intake.pipeline.route import route
from intake.pipeline.stages import Limits, Worker, run_stage
from intake.reading_child import Failure
from intake.store import documents, matters, work_items
from intake.store.database import Database
from intake.store.documents import DocumentRow
from intake.store.work_items import WorkItemRow
from tests.intake.kept_documents import field
from tests.intake.received_files import VERSIONS, Bench, take

AINO, BERTTA, CHILD = "131052-308T", "010594-9021", "211219A9005"
DOUBTFUL_AINO = "131052-3O8T"
AINOS_NAME = ("Virtanen", "Aino Maria")


def paper(document_type: str, fields: Mapping[str, Any], label: str = "d1", pages: Sequence[int] = (1,)) -> dict[str, Any]:
    return {
        "id": label, "type": document_type, "type_confidence": 0.998, "accepted": True, "language": "fi",
        "form_revision": None, "pages": list(pages), "fields": {name: _field(value) for name, value in fields.items()},
    }  # fmt: skip


def _field(value: Any) -> Any:
    return value if isinstance(value, dict | list) else field(value)


def doubtful(value: Any) -> dict[str, Any]:
    return field(value, accepted=False)


def application(hetu: Any = AINO, name: tuple[str, str] = AINOS_NAME, **fields: Any) -> dict[str, Any]:
    told = {
        "applicant_hetu": hetu, "applicant_last_name": name[0], "applicant_first_names": name[1],
        "benefit": "infectious_disease_allowance", "absence_start": "2026-03-02", "absence_end": "2026-03-11",
        "iban": "FI2112345600000785", "signature": True,
    }  # fmt: skip
    return paper("sv8_application", told | fields)


def order(subject: Any = AINO, name: str = "Aino Virtanen", **fields: Any) -> dict[str, Any]:
    told = {
        "decision_kind": "isolation", "subject_hetu": subject, "subject_name": name, "start": "2026-03-02", "end": "2026-03-11",
        "decision_date": "2026-03-02", "disease_code": "A02.0", "physician_is_responsible": True,
    }  # fmt: skip
    return paper("absence_order", told | fields)


def childs_order(**fields: Any) -> dict[str, Any]:
    return order(CHILD, "Lapsi Virtanen", **{"decision_kind": "child_home"} | fields)


def wage_notice(hetu: Any = AINO, **fields: Any) -> dict[str, Any]:
    told = {
        "employee_hetu": hetu, "employee_name": "Virtanen Aino", "absence_reason": "infectious_disease", "claims_benefit": True,
        "absence_start": "2026-03-02", "absence_end": "2026-03-11", "lost_monthly_earnings": "2500.00",
        "employer_name": "Leipomo Kaura Oy", "employer_business_id": "0112038-9",
    }  # fmt: skip
    return paper("y17_wage_notice", told | fields)


def ban(hetu: Any = AINO, **fields: Any) -> dict[str, Any]:
    told = {"debtor_hetu": hetu, "debtor_name": "Virtanen Aino", "notice_kind": "ban", "issued_date": "2026-03-03"}
    return paper("payment_ban", told | fields)


@dataclass(frozen=True)
class Scan:
    """A file to come in: its papers, when they count as arrived, and what each page looks like when it is compared."""

    papers: tuple[dict[str, Any], ...]
    day: str = "2026-03-12"
    said: Mapping[str, str] | None = None
    fingerprint: Any = None


def scan(*papers: dict[str, Any], day: str = "2026-03-12", fingerprint: Any = None, **said: str) -> Scan:
    """One paper a page; `said` holds the words of papers by their label."""
    labelled = tuple({**body, "id": f"d{number}", "pages": [number]} for number, body in enumerate(papers, start=1))
    return Scan(labelled, day, said, fingerprint)


def printed(scanned: Scan) -> dict[str, Any]:
    """What reading prints of a file: its documents, and the matters that routing finds in it."""
    from datetime import date

    bodies = {UUID(int=number): body for number, body in enumerate(scanned.papers)}
    label = {str(key): body["id"] for key, body in bodies.items()}
    items = [
        item.model_dump(mode="json") for item in route(records_of(bodies), None, Arrived(date.fromisoformat(scanned.day), "fax"))
    ]
    for item in items:
        item["documents"] = [label[document] for document in item["documents"]]
    return {
        "schema": "intake-result/1",
        "source": {"file": "scan.tif", "pages": len(bodies), "channel": "fax", "arrival": {
            "date": scanned.day, "evidence": "fax_header", "confidence": 0.99}},
        "pages": [{"number": number, "blank": False, "separator": False} for number in range(1, len(bodies) + 1)],
        "documents": list(scanned.papers),
        "work_items": items,
    }  # fmt: skip


@dataclass
class Scanner:
    """Reads a file as its scan says."""

    scanned: Scan

    def read(self, question: Question) -> FileRead | Failure:
        result = printed(self.scanned)
        return FileRead(
            result, VERSIONS, 1.0, _images(question.scratch, len(result["pages"]), self.scanned), self.scanned.said or {}
        )

    def draw(self, _question: Question) -> tuple[KeptPage, ...] | Failure:
        return ()


def _images(folder: Path, count: int, scanned: Scan) -> tuple[KeptPage, ...]:
    pages = []
    for number in range(1, count + 1):
        image = folder / f"{number}.png"
        image.write_bytes(b"image")
        pages.append(KeptPage(number, image, 100, 140, scanned.fingerprint))
    return tuple(pages)


def come(place: Bench, scanned: Scan, content: bytes | None = None, registers: Registers | None = None) -> UUID:
    """Let a file come in and be read. The same scan has the same bytes wherever it comes."""
    bytes_ = content or repr(scanned).encode()
    [file_id] = take(place.database, place.blobs, (bytes_, len(scanned.papers)), at=place.clock())
    work(place, file_id, scanned, registers)
    return file_id


def work(place: Bench, file_id: UUID, scanned: Scan, registers: Registers | None = None, worker: str = "host:1:aa") -> None:
    outcome = run_stage(
        place.database, place.blobs, Scanner(scanned), file_id, Worker(worker, 0), place.clock, Limits(), registers
    )  # fmt: skip
    assert outcome == "read"


def papers_of(database: Database, file_id: UUID) -> list[DocumentRow]:
    with database.transaction() as conn:
        return documents.of_file(conn, file_id)


def item_of(database: Database, file_id: UUID, number: int = 0) -> WorkItemRow:
    """The one work item of a file's paper."""
    row = papers_of(database, file_id)[number]
    with database.transaction() as conn:
        [item] = work_items.of_document(conn, row.id)
    return item


OPEN = "SELECT id FROM matter WHERE closed_at IS NULL"


def ends(database: Database) -> list[dict[str, Any]]:
    """All open matters in words that no order of arrival, id or version changes."""
    with database.transaction() as conn:
        found = [matters.get(conn, row[0]) for row in conn.execute(OPEN).fetchall()]
        told = [_told(conn, matter.id, matter.kind, matter.person_hetu) for matter in found]
        persons = {matter.id: matter.person_hetu for matter in found}
    for each in told:
        likely = [(persons[UUID(one["matter_id"])], one["why"], one["score"]) for one in each["candidates"]]
        each["candidates"] = sorted(likely, key=repr)  # of two that are as likely, either may be first
    return sorted(told, key=repr)


def _told(conn: Any, matter_id: UUID, kind: str, person: str | None) -> dict[str, Any]:
    papers = matters.papers(conn, matter_id)
    names = {str(paper.id): (paper.body["type"], _mark(paper.body)) for paper in papers}
    item = work_items.of_matter(conn, matter_id)
    assert item is not None
    told = item.model_dump(mode="json")
    for found in [*told["reasons"], *told["findings"], *told["side_tasks"]]:
        found["document"] = names.get(found["document"], found["document"])
    told["findings"].sort(key=repr)  # those of one check are listed by their papers' ids
    kept = (
        "person_hetu", "queue", "owner", "specifier", "comment", "pending_date", "last_filing_day", "reasons", "findings",
        "side_tasks", "candidates", "state", "waits_because",
    )  # fmt: skip
    own = [names[str(paper.id)] for paper in papers if paper.duplicate_of is None]
    return {"kind": kind, "person": person, "papers": sorted(own)} | {name: told[name] for name in kept}


def _mark(body: Mapping[str, Any]) -> str:
    [record] = records_of({UUID(int=0): body})
    return str(sorted((name, str(value_of(record, name))) for name in cast("dict[str, Any]", record.fields)))
