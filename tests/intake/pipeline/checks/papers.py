"""Papers of a matter as the checks see them, for tests. All people are invented."""

from __future__ import annotations

from datetime import date

from intake.pipeline.checks.case import Arrived, Case
from intake.pipeline.checks.evaluation import evaluate
from intake.pipeline.matters import Matter
from models.extraction import Extraction, Fields, Record, Row, Value
from models.facts import Facts
from models.work import Finding

OLLI, LIISA = "010180-9004", "020290-9016"
ARRIVED = date(2019, 1, 15)


def paper(document_type: str, record_id: str, values: dict[str, Value | list[Row]]) -> Record:
    fields: Fields = {
        name: value
        if isinstance(value, list) and value and isinstance(value[0], dict)
        else Extraction(value=value, accepted=True)  # type: ignore[misc]
        for name, value in values.items()
    }
    return Record(
        id=record_id, document_type=document_type, type_confidence=0.99, accepted=True, language="fi", form_revision=None,
        pages=(1,), fields=fields,
    )  # fmt: skip


def row(**values: Value) -> Row:
    return {name: Extraction(value=value, accepted=True) for name, value in values.items()}


def application(**values: Value | list[Row]) -> Record:
    usual: dict[str, Value | list[Row]] = {
        "applicant_hetu": OLLI, "applicant_last_name": "Malli", "benefit": "infectious_disease_allowance",
        "absence_start": "2019-01-04",
        "absence_end": "2019-01-10", "employment_status": ["employee"],
        "signature": True, "iban": "FI2112345600000785",
    }  # fmt: skip
    return paper("sv8_application", "d1", usual | values)


def order(record_id: str = "d2", **values: Value | list[Row]) -> Record:
    usual: dict[str, Value | list[Row]] = {
        "subject_hetu": OLLI, "decision_kind": "work_absence", "start": "2019-01-04", "end": "2019-01-10", "hazardous": True,
        "physician_is_responsible": True, "decision_date": "2019-01-04",
    }  # fmt: skip
    return paper("absence_order", record_id, usual | values)


def wage_notice(record_id: str = "d3", **values: Value | list[Row]) -> Record:
    usual: dict[str, Value | list[Row]] = {
        "employee_hetu": OLLI, "absence_reason": "infectious_disease", "claims_benefit": True,
        "employer_iban": "FI2112345600000785",
        "employer_name": "Oy Malli Ab", "lost_monthly_earnings": "2500.00", "absence_start": "2019-01-04",
        "absence_end": "2019-01-10", "wage_periods": [row(start="2019-01-04", end="2019-01-10", gross="500.00")],
    }  # fmt: skip
    return paper("y17_wage_notice", record_id, usual | values)


def case(*records: Record, arrived: date = ARRIVED, today: date | None = None, facts: Facts | None = None, **days: date) -> Case:
    came = {record.id: Arrived(days.get(record.id, arrived), "post") for record in records}
    return Case(Matter(OLLI, tuple(records), {}, facts or Facts()), came, today or max(one.day for one in came.values()))


def keys(findings: list[Finding]) -> set[str]:
    return {finding.key for finding in findings}


def found(*records: Record, **rest: object) -> set[str]:
    return keys(evaluate(case(*records, **rest)))  # type: ignore[arg-type]


def unread(record: Record, *names: str) -> Record:
    """The same paper with these fields inked but unreadable; None of them: all of them."""
    return _reread(record, names, {"value": None, "raw": "?", "accepted": False})


def doubtful(record: Record, *names: str) -> Record:
    """The same paper with these fields read, but not surely."""
    return _reread(record, names, {"accepted": False})


def without(record: Record, *names: str) -> Record:
    """The same paper with these fields blank."""
    return record.model_copy(update={"fields": {name: found for name, found in record.fields.items() if name not in names}})


def _reread(record: Record, names: tuple[str, ...], update: dict[str, object]) -> Record:
    changed: Fields = {}
    for name, found in record.fields.items():
        if names and name not in names:
            changed[name] = found
        elif isinstance(found, list):
            changed[name] = [{column: cell.model_copy(update=update) for column, cell in row.items()} for row in found]
        else:
            changed[name] = found.model_copy(update=update)
    return record.model_copy(update={"fields": changed})
