"""What always holds, whatever papers come together: precedence, what must never happen, nothing lost. All people are invented."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.catalog import load_types
from intake.pipeline.checks.case import Arrived
from intake.pipeline.checks.register import wordings
from intake.pipeline.route import route
from intake.pipeline.routing_table import routing_table
from models.extraction import Extraction, Record, Value
from models.facts import Facts
from models.geometry import Box
from models.page import PageText, Word
from models.work import WorkItem

OLLI, LIISA, CHILD = "010180-9004", "020290-9016", "030310A9021"
HETU_FIELDS = {
    "sv8_application": "applicant_hetu", "y17_wage_notice": "employee_hetu", "absence_order": "subject_hetu",
    "a_certificate": "patient_hetu", "payment_ban": "debtor_hetu", "e115": "insured_id",
}  # fmt: skip
FIELDS: dict[str, list[dict[str, Value]]] = {
    "sv8_application": [
        {"benefit": "infectious_disease_allowance"}, {"benefit": "sickness_allowance"}, {"benefit": "partial_sickness_allowance"},
        {"benefit": "donor_allowance"}, {"benefit": None}, {"benefit": "infectious_disease_allowance", "abroad": True},
        {"benefit": "infectious_disease_allowance", "ordered_person": "child", "child_hetu": CHILD},
        {"benefit": "infectious_disease_allowance", "applicant_street": "Helsingin vankila"},
    ],
    "y17_wage_notice": [{"absence_reason": "infectious_disease"}, {"absence_reason": "sickness"}, {"absence_reason": None}],
    "absence_order": [{"decision_kind": "work_absence", "end": "2019-03-01"}, {"decision_kind": "quarantine"}],
    "a_certificate": [{"main_icd10": "A02.0"}, {"main_icd10": "S82.1"}, {"main_icd10": None}],
}  # fmt: skip
SAID = ["", "Takaisinperintä maksusuunnitelma", "Asumistuki", "Velkajärjestely", "Takausvastuu", "Verokortti palkkaa varten"]
TYPES = sorted(load_types())
File = tuple[list[Record], dict[int, PageText]]
"""A file's records and its pages' words."""


@st.composite
def papers(draw: st.DrawFn, types: tuple[str, ...] = tuple(TYPES)) -> tuple[list[Record], dict[int, PageText]]:
    """A file: up to six papers of one or two persons, or of nobody who can be told, with words on their pages."""
    records, texts = [], {}
    for number in range(1, draw(st.integers(1, 6)) + 1):
        document_type = draw(st.sampled_from(types))
        values = dict(draw(st.sampled_from(FIELDS.get(document_type, [{}]))))
        values[HETU_FIELDS.get(document_type, "person_hetu")] = draw(st.sampled_from([OLLI, OLLI, LIISA, None]))
        fields = {name: Extraction(value=value, accepted=value is not None) for name, value in values.items()}
        records.append(
            Record(
                id=f"d{number}", document_type=document_type, type_confidence=1.0, accepted=True, language="fi",
                form_revision=None, pages=(number,), fields=fields,
            )
        )  # fmt: skip
        texts[number] = page(number, draw(st.sampled_from(SAID)))
    return records, texts


def page(number: int, said: str) -> PageText:
    words = tuple(Word(text=word, box=Box(0, 0, 1, 1), engine_score=1) for word in said.split())
    return PageText(number=number, width_px=10, height_px=10, reading="ocr", words=words)


FACTS = st.builds(
    Facts,
    is_away=st.booleans(), has_security_ban=st.sampled_from([None, None, True, False]),
    is_in_prison=st.sampled_from([None, True, False]), is_insured=st.sampled_from([None, True, False]),
    is_fund_member=st.sampled_from([None, True, False]), sickness_allowance_paid=st.sampled_from([None, True]),
)  # fmt: skip
ARRIVED = Arrived(date(2019, 1, 15), "post")


def went(file: File, facts: Facts | None = None, arrived: Arrived | None = None) -> list[WorkItem]:
    return route(*file, arrived, facts=(lambda _hetu: facts) if facts else None)


def types_of(item: WorkItem, records: list[Record]) -> set[str]:
    by_id = {record.id: record.document_type for record in records}
    return {by_id[id_] for id_ in item.documents}


@given(papers(), FACTS)
def test_every_document_has_exactly_one_item_and_every_item_a_rule(file: File, facts: Facts) -> None:
    items = went(file, facts)

    assert sorted(id_ for item in items for id_ in item.documents) == sorted(record.id for record in file[0])
    known = {rule.id for rule in routing_table().rules}
    assert all(item.reasons and item.reasons[0].rule in known for item in items)


@settings(max_examples=50)
@given(papers(), FACTS)
def test_with_the_checks_too_nothing_is_lost(file: File, facts: Facts) -> None:
    items = went(file, facts, ARRIVED)

    assert sorted(id_ for item in items for id_ in item.documents) == sorted(record.id for record in file[0])


ORDER = ("R01", "R03", "R04", "R05")
"""Section 4 of the routing table, 1–4."""


@given(papers(), FACTS)
def test_another_authority_then_ban_then_prison_then_e_form(file: File, facts: Facts) -> None:
    for item in went(file, facts):
        types, rule = types_of(item, file[0]), item.reasons[0].rule
        holds: Mapping[str, bool] = {
            "R01": rule == "R01",
            "R03": item.person_hetu is not None and facts.is_treated_as_protected,
            "R04": item.person_hetu is not None and facts.is_in_prison is True,
            "R05": bool(types & {"e115", "e_form_other"}),
        }
        first = next((id_ for id_ in ORDER if holds[id_]), None)
        if first is not None:
            assert rule in (first, "R04") if first == "R05" else rule == first  # a prison's address is seen on papers, too
        assert (rule == "R01") <= (types == {"misdirected_other"}), "another authority never takes a paper of this benefit"


OF_THIS_BENEFIT = ("sv8_application", "absence_order", "appeal", "clarification", "payment_ban", "y17_wage_notice")


@given(papers(OF_THIS_BENEFIT))
def test_appeal_and_recovery_are_before_centralisation_and_recovery_never_takes_the_benefits_papers(
    file: File,
) -> None:
    for item in went(file):
        types = types_of(item, file[0])
        if "appeal" in types and item.queue != "prison_cases":
            assert (item.queue, item.reasons[0].rule) == ("southern_district", "R06")
        if item.queue == "recovery_centre":
            assert types <= {"clarification"}


@given(papers(("sv8_application", "absence_order", "y17_wage_notice", "a_certificate")))
def test_a_fund_member_is_never_sent_elsewhere_for_being_one(file: File) -> None:
    """Section 5: the fund never decides this benefit; section 4, 6: centralisation beats it."""
    members, others = went(file, Facts(is_fund_member=True)), went(file, Facts(is_fund_member=False))

    assert [item.queue for item in members] == [item.queue for item in others]
    assert [item.owner for item in members] == [item.owner for item in others]


@given(papers(("sv8_application", "absence_order", "y17_wage_notice")), FACTS)
def test_the_question_of_insurance_is_a_detour_and_says_why(file: File, facts: Facts) -> None:
    """Section 4, 7, and section 5: never with an empty comment."""
    for item in went(file, facts):
        if item.queue == "international_centre":
            assert (item.owner, item.specifier) == ("southern_district", "kv-siirto")
            assert item.comment.startswith("kv-siirto: ") and "haettu aika" in item.comment


@given(papers(("sv8_application", "absence_order", "a_certificate")))
def test_a_definite_order_is_before_a_mere_diagnosis(file: File) -> None:
    for item in went(file):
        if "absence_order" in types_of(item, file[0]):
            assert "R14" not in {reason.rule for reason in item.reasons}
            assert item.queue in ("southern_district", "international_centre", "prison_cases")


@given(papers(), FACTS)
def test_a_ban_is_never_left_unattached(file: File, facts: Facts) -> None:
    """Section 5: it lies where the debtor's matter of this benefit lies, and where it is checked."""
    items = went(file, facts, ARRIVED)
    for ban in (record for record in file[0] if record.document_type == "payment_ban"):
        (item,) = [item for item in items if ban.id in item.documents]
        assert item.queue not in ("other_authority", "tax", "basic_data", "recovery_centre")
        beside = [one for one in items if one.person_hetu == item.person_hetu and one.person_hetu is not None]
        claims = [one for one in beside if types_of(one, file[0]) & {"sv8_application", "absence_order", "y17_wage_notice"}]
        assert all(ban.id in claim.documents for claim in claims)
        if item.queue == "southern_district":
            assert any(finding.check == "C54" for finding in item.findings)


@pytest.mark.parametrize("said", ["Verokortti palkkaa varten 2019", "Skattekort för lön"])
def test_r23_a_wage_card_is_never_registered(said: str) -> None:
    """Section 5: it is told to be no use, on the work item and as a finding that stops."""
    card = Record(
        id="d1", document_type="tax_card", type_confidence=1.0, accepted=True, language="fi", form_revision=None, pages=(1,),
        fields={"person_hetu": Extraction(value=OLLI, accepted=True)},
    )  # fmt: skip

    (item,) = route([card], {1: page(1, said)}, ARRIVED)

    assert item.reasons[0].rule == "R23"
    assert "ei rekisteröidä" in item.comment
    assert [(finding.key, finding.severity) for finding in item.findings] == [("C82.wage_card", "stop")]


@given(papers(("misdirected_other", "misdirected_maintenance", "misdirected_pension", "clarification")), FACTS)
def test_a_misdirected_paper_is_never_left_lying(file: File, facts: Facts) -> None:
    """Section 5: somebody in particular gets it."""
    for item in went(file, facts):
        if types_of(item, file[0]) & {"misdirected_other", "misdirected_maintenance", "misdirected_pension"}:
            assert item.queue != "indexing"


def test_an_incomplete_application_is_never_sent_back() -> None:
    """Section 5: no finding's remedy returns it; what is missing is asked for."""
    remedies = [words.settled_fi.casefold() for key, words in wordings().items() if not key.startswith("C54")]

    assert not any("palauta" in remedy for remedy in remedies)


@given(papers(), st.sampled_from([Facts(has_security_ban=True), Facts(is_away=True)]))
def test_a_ban_of_the_child_or_an_unanswered_question_about_it_protects_the_whole_matter(file: File, child: Facts) -> None:
    items = route(*file, facts=lambda hetu: child if hetu == CHILD else Facts(has_security_ban=False))

    by_id = {record.id: record for record in file[0]}
    for item in items:
        codes = {found.value for id_ in item.documents for found in by_id[id_].fields.values() if isinstance(found, Extraction)}
        if CHILD in codes and item.person_hetu and item.reasons[0].rule != "R01":
            assert item.queue == "protected_clients"
