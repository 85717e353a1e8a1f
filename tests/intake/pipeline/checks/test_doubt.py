"""What is merely hard to read is no fault of the paper: nobody is asked and nothing is stopped on its ground."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.pipeline.checks.evaluation import evaluate
from models.extraction import Record, Value
from models.facts import Facts
from models.work import Finding
from tests.intake.pipeline.checks.papers import (
    OLLI,
    application,
    case,
    doubtful,
    keys,
    order,
    paper,
    row,
    unread,
    wage_notice,
)  # fmt: skip

WHOLE: dict[str, Record] = {
    "d1": application(
        employers=[row(name="Oy Malli Ab", pays_wage=True)], bic="NDEAFIHH", annual_leave=False, other_work=False,
        last_working_day="2019-01-03", ordered_person="self", attachments=["absence_order"], other_benefits=["none"],
    ),
    "d2": order(workplace="Oy Malli Ab"),
    "d3": wage_notice(employer_business_id="1234567-1", other_work_arranged=True, other_work_pay="100.00"),
    "d4": paper(
        "a_certificate", "d4",
        {"patient_hetu": OLLI, "physician_title": "tartuntataudeista vastaava lääkäri", "main_icd10": "A02.0",
         "unfit_start": "2019-01-04", "unfit_end": "2019-01-10"},
    ),
    "d5": paper(
        "payment_ban", "d5",
        {"debtor_hetu": OLLI, "notice_kind": "ban", "enforcement_office": "Helsingin ulosotto", "issued_date": "2019-01-04",
         "valid_from": "2019-01-07", "protected_portion_month": "672.30", "dependants": 0, "withholding_method": "fixed",
         "fixed_amount": "150.00"},
    ),
}  # fmt: skip
FIELDS = [(id_, name) for id_, record in WHOLE.items() for name in record.fields]


def grave(findings: list[Finding]) -> set[str]:
    return {finding.key for finding in findings if finding.severity in ("ask", "stop")}


def papers(blurred: list[tuple[str, str]]) -> list[Record]:
    names = {id_: [name for one, name in blurred if one == id_] for id_ in WHOLE}
    return [unread(record, *names[id_]) if names[id_] else record for id_, record in WHOLE.items()]


def test_the_whole_matter_asks_nothing() -> None:
    assert grave(evaluate(case(*WHOLE.values()))) == set()


@pytest.mark.parametrize("field", FIELDS, ids=".".join)
def test_one_field_that_cannot_be_read_asks_nobody_and_stops_nothing(field: tuple[str, str]) -> None:
    findings = evaluate(case(*papers([field])))

    assert grave(findings) == set()
    assert not any(finding.asked_of for finding in findings)


@given(st.lists(st.sampled_from(FIELDS), max_size=12, unique=True))
def test_many_fields_that_cannot_be_read_ask_nobody_and_stop_nothing(blurred: list[tuple[str, str]]) -> None:
    assert grave(evaluate(case(*papers(blurred)))) == set()


CLAIMS: list[tuple[str, dict[str, Value]]] = [
    ("sv8_application", {"benefit": "infectious_disease_allowance", "absence_start": "2018-10-01", "absence_end": "2019-01-30",
                         "employment_status": ["student"], "iban": "EE382200221020145685", "signature": False,
                         "other_benefits": ["rehabilitation_allowance", "parental_allowance"], "annual_leave": True,
                         "applicant_hetu": OLLI}),
    ("sv8_application", {"benefit": "infectious_disease_allowance", "absence_start": "2019-01-04", "absence_end": "2019-01-10",
                         "employment_status": ["self_employed"], "self_employed_insurance": ["none"], "applicant_hetu": OLLI}),
    ("absence_order", {"subject_hetu": "020290-9016", "decision_kind": "quarantine", "start": "2019-01-01", "end": "2019-03-01",
                       "physician_is_responsible": False, "hazardous": False}),
    ("absence_order", {"subject_hetu": OLLI, "decision_kind": "work_absence", "start": "2019-01-01", "end": "2019-01-05",
                       "physician_is_responsible": True, "hazardous": False}),
    ("y17_wage_notice", {"claims_benefit": True, "lost_monthly_earnings": "2500.00", "lost_earnings_total": "100.00",
                         "absence_start": "2019-01-04", "absence_end": "2019-01-10", "additional_info": "palkka SEK"}),
]  # fmt: skip


@given(st.lists(st.sampled_from(CLAIMS), min_size=1, max_size=4), st.dates(date(2019, 1, 1), date(2019, 12, 31)))
def test_what_is_found_on_doubtful_fields_asks_nobody_but_says_to_read_first(
    chosen: list[tuple[str, dict[str, Value]]], arrived: date
) -> None:
    sure = [paper(type_, f"d{number}", values) for number, (type_, values) in enumerate(chosen)]
    unsure = [doubtful(record) for record in sure]

    judged = evaluate(case(*unsure, arrived=arrived))

    for finding in judged:
        if finding.field in {name for record in unsure if record.id == finding.document for name in record.fields}:
            assert finding.severity in ("note", "alarm") and finding.asked_of is None and finding.letter is None
            assert finding.severity == "alarm" or finding.says.startswith("Epävarman lukeman mukaan:")
    assert keys(judged) == keys(evaluate(case(*sure, arrived=arrived))), (
        "doubt changes how grave a finding is, not whether it is seen"
    )


def test_a_paper_of_unknown_kind_may_be_the_one_that_is_missing() -> None:
    lone, unknown = application(), paper("unknown", "d9", {})

    sure = next(finding for finding in evaluate(case(lone)) if finding.key == "C20.missing")
    unsure = next(finding for finding in evaluate(case(lone, unknown)) if finding.key == "C20.missing")

    assert (sure.severity, sure.asked_of) == ("ask", "insured")
    assert (unsure.severity, unsure.asked_of) == ("note", None)
    assert unsure.settled_by.startswith("Lue ensin")
    assert unsure.settled_by_sv.startswith("Läs först")
    assert unsure.settled_by_en.startswith("Read the unsure")
    assert unsure.says_en == f"According to an unsure reading: {sure.says_en}"


def test_a_ban_alarms_even_when_it_is_hard_to_read() -> None:
    findings = evaluate(case(*papers([("d5", name) for name in WHOLE["d5"].fields])))

    assert {finding.severity for finding in findings if finding.key == "C54.in_force"} == {"alarm"}


def test_registers_are_believed_however_the_papers_look() -> None:
    findings = evaluate(case(*papers(FIELDS), facts=Facts(is_insured=False)))

    assert grave(findings) == {"C46.not_insured"}
