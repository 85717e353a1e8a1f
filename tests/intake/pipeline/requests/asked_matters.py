"""Matters that lack something, as routing and checks leave them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from psycopg.types.json import Jsonb

from intake.pipeline.checks.evaluation import evaluate
from intake.store import work_items
from intake.store.database import Database
from intake.store.work_items import WorkItemRow
from models.work import Finding
from tests.intake.kept_documents import NOW, Kept, field, keep
from tests.intake.kept_documents import application as kept_application
from tests.intake.pipeline.checks import papers

SET_FINDINGS = "UPDATE work_item SET findings = %(findings)s WHERE id = %(id)s"
OPEN_MATTER = "INSERT INTO matter (id, kind, opened_at) VALUES (%(id)s, 'benefit', %(now)s)"
SET_MATTER = "UPDATE work_item SET matter_id = %(matter)s WHERE id = ANY(%(items)s)"
ADDRESS = {
    "applicant_first_names": "Anna Maria", "applicant_last_name": "Ålander", "applicant_street": "Norra Esplanaden 5 A",
    "applicant_postal_code": "00100", "applicant_city": "Helsingfors",
}  # fmt: skip


def application(**changed: Any) -> dict[str, Any]:
    """An application with an address; `language` is the paper's."""
    language = changed.pop("language", "fi")
    fields = {name: field(value) for name, value in ADDRESS.items()} | changed
    return kept_application(**fields) | {"language": language}


def wage_notice(name: str = "Leipomo Kaura Oy", **changed: Any) -> dict[str, Any]:
    fields = {
        "employer_name": field(name), "employer_street": field("Kaurakatu 3"),
        "employer_postal_code": field("33100"), "employer_city": field("Tampere"),
    }  # fmt: skip
    return kept_application() | {"id": "d2", "type": "y17_wage_notice", "pages": [3], "fields": fields | changed}


def lacks() -> list[Finding]:
    """What the checks find in an application without an order and beside a bare wage notice: both parties are asked."""
    return evaluate(papers.case(papers.application(), papers.wage_notice(employer_iban=None)))


def asked_matter(
    database: Database, *bodies: Mapping[str, Any], findings: Sequence[Finding] | None = None, queue: str = "southern_district",
    waits_because: Sequence[str] = (),
) -> Kept:  # fmt: skip
    """Keep a matter of its own whose work item bears findings."""
    kept = keep(database, *(bodies or (application(),)), queue=queue, waits_because=waits_because)
    set_findings(database, kept.work_item, lacks() if findings is None else findings)
    in_one_matter(database, kept.work_item)
    return kept


def in_one_matter(database: Database, *items: UUID) -> None:
    """Make these the work items of a new matter."""
    matter = uuid4()
    with database.transaction() as conn:
        conn.execute(OPEN_MATTER, {"id": matter, "now": NOW})
        conn.execute(SET_MATTER, {"matter": matter, "items": list(items)})


def set_findings(database: Database, item_id: UUID, findings: Sequence[Finding]) -> None:
    told = Jsonb([finding.model_dump(mode="json") for finding in findings])
    with database.transaction() as conn:
        conn.execute(SET_FINDINGS, {"id": item_id, "findings": told})


def work_item(database: Database, item_id: UUID) -> WorkItemRow:
    with database.transaction() as conn:
        return work_items.get(conn, item_id)
