"""The routing table, case by case: which queue, why, and for whom. All people are invented."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from extractors.catalog import load_types
from intake.pipeline.checks.case import Arrived
from intake.pipeline.conditions import CONDITIONS, international_markers
from intake.pipeline.matters import Matter
from intake.pipeline.route import route
from intake.pipeline.routing_table import ConditionName, RoutingTable, routing_table
from models.extraction import Extraction, Fields, Record, Value
from models.facts import Facts
from models.geometry import Box
from models.page import PageText, Word
from models.work import Reason, WorkItem

OLLI, LIISA, CHILD = "010180-9004", "020290-9016", "030310A9021"
TYPES = sorted(load_types())
SOUTH = ("southern_district", "Tartuntatautipäiväraha")


def record(document_type: str, record_id: str = "d1", page: int = 1, **values: Value) -> Record:
    fields: Fields = {name: Extraction(value=value, raw=str(value)) for name, value in values.items()}
    return Record(
        id=record_id, document_type=document_type, type_confidence=0.99, accepted=True, language="fi", form_revision=None,
        pages=(page,), fields=fields,
    )  # fmt: skip


def application(benefit: str | None = "infectious_disease_allowance", **values: Value) -> Record:
    return record("sv8_application", applicant_hetu=OLLI, benefit=benefit, **values)


def order(record_id: str = "d2", **values: Value) -> Record:
    return record("absence_order", record_id, 3, **{"subject_hetu": OLLI, "decision_kind": "work_absence"} | values)


def certificate(record_id: str = "d2", **values: Value) -> Record:
    return record("a_certificate", record_id, 3, patient_hetu=OLLI, **values)


def place(item: WorkItem) -> tuple[str, str]:
    return item.queue, item.specifier


def words_of(text: str) -> PageText:
    words = tuple(Word(text=word, box=Box(0, 0, 1, 1), engine_score=1) for word in text.split())
    return PageText(number=1, width_px=10, height_px=10, reading="ocr", words=words)


def only(items: list[WorkItem]) -> WorkItem:
    assert len(items) == 1
    return items[0]


def test_an_application_for_this_benefit_goes_south_and_says_why() -> None:
    item = only(route([application()]))

    assert place(item) == SOUTH
    assert (item.owner, item.person_hetu, item.documents) == ("southern_district", OLLI, ("d1",))
    assert item.reasons == (Reason(rule="R10", section="1.8", document="d1", field="benefit"),)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (record("y17_wage_notice", employee_hetu=OLLI, absence_reason="infectious_disease"), SOUTH),
        (order(), SOUTH),
        (record("payment_ban", debtor_hetu=OLLI), SOUTH),
        (record("municipality_claim", person_hetu=OLLI), SOUTH),
        (record("unemployment_fund_claim", person_hetu=OLLI), SOUTH),
        (record("appeal", person_hetu=OLLI), SOUTH),
        (record("late_explanation", person_hetu=OLLI), SOUTH),
        (record("guardianship_order", person_hetu=OLLI), SOUTH),
        (record("y121_account_change", person_hetu=OLLI), ("basic_data", "tilinumeromuutos")),
        (record("tax_card", person_hetu=OLLI), ("tax", "")),
        (record("misdirected_maintenance", person_hetu=OLLI), ("recovery_centre", "")),
        (record("misdirected_pension", person_hetu=OLLI), ("home_district", "")),
        (record("misdirected_other", person_hetu=OLLI), ("other_authority", "")),
        (record("unknown"), ("indexing", "")),
        (record("y17_wage_notice", employee_hetu=OLLI, absence_reason="sickness"), ("home_district", "")),
        (record("y17_wage_notice", employee_hetu=OLLI, absence_reason="parental_leave"), ("home_district", "")),
        (record("y17_wage_notice", employee_hetu=OLLI, absence_reason=None), ("indexing", "")),
        (application("donor_allowance"), ("home_district", "")),
        (application(None), ("indexing", "")),
    ],
)
def test_a_paper_alone_goes_where_the_table_sends_it(document: Record, expected: tuple[str, str]) -> None:
    assert place(only(route([document]))) == expected


@pytest.mark.parametrize("code", ["A02.0", "A15", "A04.3", "J02.0", "A37.0", "Z29.0", "Z22.3", "B18.1"])
def test_sickness_allowance_with_an_infectious_diagnosis_goes_south_with_the_reason_written(code: str) -> None:
    item = only(route([application("sickness_allowance"), certificate(main_icd10=code)]))

    assert place(item) == SOUTH
    assert item.reasons[0] == Reason(rule="R14", section="1.3.3.3.3", document="d2", field="main_icd10")
    assert code in item.comment


@pytest.mark.parametrize("code", ["K35.8", "F32.1", "M54.5", "S82.8", "J02.9", "B18.9", "Z29.1", "A48.1"])
def test_sickness_allowance_with_another_diagnosis_goes_home(code: str) -> None:
    item = only(
        route(
            [
                application("sickness_allowance", additional_info="Päätös tartuntataudista liitteenä."),
                certificate(main_icd10=code),
            ]
        )
    )

    assert place(item) == ("home_district", "")


def test_a_disease_named_in_words_counts_where_its_code_cannot_be_read() -> None:
    named = only(route([application("sickness_allowance"), certificate(main_icd10=None, main_diagnosis="Keuhkotubcrkuloosi")]))
    unnamed = only(route([certificate(main_icd10=None, main_diagnosis=None)]))

    assert place(named) == SOUTH
    assert place(unnamed) == ("indexing", "")


def test_sickness_allowance_with_an_order_is_moved() -> None:
    item = only(route([application("sickness_allowance"), order()]))

    assert place(item) == SOUTH
    assert [reason.rule for reason in item.reasons] == ["R13", "R13"]


@pytest.mark.parametrize(
    "title",
    [
        "tartuntataudeista vastaava lääkäri",
        "Tartuntataudeista vastaava ylilääkäri",
        "infektiolääkäri, tartuntataudeista vastaava",
    ],
)
def test_a_certificate_by_the_physician_in_charge_is_as_good_as_an_order(title: str) -> None:
    assert place(only(route([certificate(main_icd10="L20.9", physician_title=title)]))) == SOUTH


@pytest.mark.parametrize("title", ["yleislääkäri", "terveyskeskuslääkäri", "infektiolääkäri", "ylilääkäri", ""])
def test_another_physicians_certificate_is_no_order(title: str) -> None:
    assert place(only(route([certificate(main_icd10="L20.9", physician_title=title)]))) == ("home_district", "")


@pytest.mark.parametrize(
    "told_by", [{"ordered_person": "self"}, {"child_name": "Lapsi Virtanen"}, {"attachments": ["absence_order"]}]
)
def test_an_application_whose_benefit_cannot_be_read_is_known_by_what_else_is_filled_in(told_by: dict[str, Value]) -> None:
    assert place(only(route([application(None, **told_by)]))) == SOUTH


def test_an_application_whose_benefit_cannot_be_read_is_known_by_its_attachment() -> None:
    assert place(only(route([application(None), order()]))) == SOUTH
    assert place(only(route([application(None), certificate(main_icd10="K35.8")]))) == ("home_district", "")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"abroad": True, "abroad_country": "Puola"}, "Puola"),
        ({"abroad": True}, "ulkomailla"),
        ({"abroad": None, "abroad_country": "Viro"}, "Viro"),
        ({"moving_abroad": True}, "muuttaa ulkomaille"),
        ({"foreign_employer": "Arbetsgivaren AB"}, "Arbetsgivaren AB"),
    ],
)
def test_a_strong_international_marker_detours_the_matter_and_the_comment_says_why(values: dict[str, Value], said: str) -> None:
    item = only(route([application(absence_start="2019-03-12", absence_end="2019-03-20", **values)]))

    assert (item.queue, item.owner, item.specifier) == ("international_centre", "southern_district", "kv-siirto")
    assert said in item.comment
    assert "12.3.2019–20.3.2019" in item.comment


@pytest.mark.parametrize(
    "values",
    [{"abroad": False, "moving_abroad": False}, {"iban": "SE4550000000058398257466"}, {"abroad": None, "moving_abroad": None}],
)
def test_a_weak_marker_or_none_leaves_the_matter_south(values: dict[str, Value]) -> None:
    assert place(only(route([application(**values)]))) == SOUTH


def test_an_e_form_takes_its_whole_matter_to_the_international_centre() -> None:
    form = record("e115", "d2", 3, insured_id=OLLI, institution_name="Eesti Haigekassa", institution_country="Eesti")

    item = only(route([application(), form]))

    assert (item.queue, item.owner, item.specifier) == ("international_centre", "international_centre", "kv-siirto")
    assert "Eesti Haigekassa" in item.comment
    assert item.documents == ("d1", "d2")


def test_a_foreign_matter_without_a_comment_cannot_be() -> None:
    with pytest.raises(ValidationError):
        WorkItem(
            person_hetu=None,
            documents=("d1",),
            queue="international_centre",
            owner="southern_district",
            specifier="kv-siirto",
            reasons=(),
        )


def test_a_childs_order_goes_with_the_guardians_application() -> None:
    asks = application(ordered_person="child", child_hetu=CHILD)
    for_child = order(subject_hetu=CHILD, decision_kind="child_home")

    item = only(route([asks, for_child]))

    assert (item.person_hetu, item.documents) == (OLLI, ("d1", "d2"))


def test_a_childs_order_alone_is_the_guardians_matter_and_never_the_childs() -> None:
    with_guardian = only(route([order(subject_hetu=CHILD, guardian_hetu=OLLI, decision_kind="child_home")]))
    without = only(route([order(subject_hetu=CHILD, decision_kind="child_home")]))

    assert (with_guardian.person_hetu, without.person_hetu) == (OLLI, None)


def test_a_childs_order_finds_its_guardian_though_the_child_cannot_be_read_on_the_application() -> None:
    asks = application(ordered_person="child", child_hetu=None)

    item = only(route([asks, order(subject_hetu=CHILD, decision_kind=None)]))

    assert (item.person_hetu, item.documents) == (OLLI, ("d1", "d2"))


def test_two_employees_in_one_file_are_two_matters() -> None:
    notices = [
        record("y17_wage_notice", f"d{at}", at, employee_hetu=person, absence_reason="infectious_disease")
        for at, person in enumerate((OLLI, LIISA), start=1)
    ]

    assert [item.person_hetu for item in route(notices)] == [OLLI, LIISA]


def test_a_paper_without_a_code_joins_the_files_only_person() -> None:
    item = only(route([application(), order(subject_hetu=None)]))

    assert item.documents == ("d1", "d2")


def test_a_misread_code_joins_the_person_that_it_nearly_shows() -> None:
    liisa = record("y17_wage_notice", "d3", 5, employee_hetu=LIISA, absence_reason="infectious_disease")

    items = route([application(), liisa, order(subject_hetu="010180-9084")])

    assert {item.person_hetu: item.documents for item in items} == {OLLI: ("d1", "d2"), LIISA: ("d3",)}


def test_two_unreadable_codes_are_not_taken_for_one_person() -> None:
    notices = [
        record("y17_wage_notice", f"d{at}", at, employee_hetu=code, absence_reason="infectious_disease")
        for at, code in enumerate(("010180-900T", "020290-901T"), start=1)
    ]

    items = route(notices)

    assert [(item.person_hetu, item.documents) for item in items] == [(None, ("d1",)), (None, ("d2",))]


def test_a_code_whose_check_fails_is_nobodys() -> None:
    assert only(route([order(subject_hetu="010180-900T")])).person_hetu is None


def test_an_account_change_in_the_same_envelope_is_a_matter_of_its_own() -> None:
    items = route([application(), record("y121_account_change", "d2", 3, person_hetu=OLLI)])

    assert [item.queue for item in items] == ["southern_district", "basic_data"]


def test_a_paper_of_unknown_kind_stays_with_the_only_claim_of_its_envelope() -> None:
    item = only(route([application(), record("unknown", "d2", 3)]))

    assert (item.queue, item.documents) == ("southern_district", ("d1", "d2"))


def test_another_benefit_of_kela_goes_home_and_not_to_another_authority() -> None:
    letter = record("misdirected_other", person_hetu=OLLI)

    item = only(route([letter], {1: words_of("Haen yleistä asumistukea 1.3.2019 alkaen, asumistuki vuokra-asuntoon")}))

    assert place(item) == ("home_district", "")


def test_papers_from_prison_go_to_their_unit_but_a_workplace_in_one_does_not() -> None:
    from_prison = only(route([application(applicant_street="Hämeen vankila, PL 20")]))
    works_there = only(route([application(), order(workplace="Riihimäen vankila")]))

    assert (from_prison.queue, works_there.queue) == ("prison_cases", "southern_district")


def test_no_records_make_no_work() -> None:
    assert route([]) == []


@given(st.lists(st.tuples(st.sampled_from(TYPES), st.sampled_from([OLLI, LIISA, None, "010180-9084"])), max_size=6))
def test_every_document_lands_in_exactly_one_work_item_with_a_reason(papers: list[tuple[str, str | None]]) -> None:
    records = [record(kind, f"d{at}", at, person_hetu=person) for at, (kind, person) in enumerate(papers, start=1)]

    items = route(records)

    assert sorted(document for item in items for document in item.documents) == sorted(one.id for one in records)
    assert all(item.reasons for item in items)


def test_every_condition_of_the_table_is_written() -> None:
    assert set(CONDITIONS) == set(ConditionName.__args__)  # type: ignore[attr-defined]


def test_the_table_names_only_types_and_fields_that_exist() -> None:
    table, types = routing_table(), load_types()

    named = {name for rule in table.rules for name in rule.types} | {name for names in table.matters.values() for name in names}

    assert named <= set(types)
    assert all(any(spec.name == marker.field for spec in types[name].fields) for marker in table.markers for name in marker.types)


def test_a_table_whose_last_rule_may_fail_is_refused() -> None:
    whole = routing_table().model_dump(by_alias=True)

    with pytest.raises(ValidationError, match="last rule"):
        RoutingTable.model_validate({**whole, "rule": whole["rule"][:-1]})


def with_facts(records: list[Record], **facts: object) -> WorkItem:
    return only(route(records, facts=lambda _hetu: Facts.model_validate(facts)))


def test_r03_a_security_ban_takes_the_whole_matter_and_an_unanswering_register_counts_as_one() -> None:
    banned = with_facts([application(abroad=True, abroad_country="Ruotsi"), order()], has_security_ban=True)
    unknown = with_facts([application()], is_away=True)
    cleared = with_facts([application()], is_away=True, has_security_ban=False)

    assert (banned.queue, banned.reasons[0].rule) == ("protected_clients", "R03")
    assert unknown.queue == "protected_clients"
    assert cleared.queue == "southern_district"


def test_r04_prison_by_register() -> None:
    item = with_facts([application()], is_in_prison=True)

    assert (item.queue, item.reasons[0].rule) == ("prison_cases", "R04")


def test_r07_a_due_recovery_goes_to_the_recovery_centre() -> None:
    letter = record("misdirected_other", person_hetu=OLLI)

    item = only(route([letter], {1: words_of("Takaisinperinnän maksusuunnitelma Kelan perintäkeskus")}))

    assert (item.queue, item.reasons[0].rule) == ("recovery_centre", "R07")


def test_r07_beside_an_application_the_recovery_centre_is_told_and_the_matter_stays() -> None:
    letter = record("clarification", "d9", 2, person_hetu=OLLI)
    texts = {2: words_of("Takaisinperinnän maksusuunnitelma").model_copy(update={"number": 2})}

    item = only(route([application(), letter], texts, Arrived(date(2019, 1, 15), "post")))

    assert place(item) == SOUTH
    assert "R07" in {task.rule for task in item.side_tasks}


def test_r03_a_childs_security_ban_protects_the_guardians_matter() -> None:
    claim = application(ordered_person="child", child_hetu=CHILD)

    item = only(route([claim], facts=lambda hetu: Facts(has_security_ban=hetu == CHILD)))

    assert (item.queue, item.reasons[0].rule) == ("protected_clients", "R03")


def test_r03_is_before_another_kela_benefit_and_recovery_and_after_another_authority() -> None:
    letter = record("misdirected_other", person_hetu=OLLI)

    def queue(said: str) -> str:
        return only(route([letter], {1: words_of(said)}, facts=lambda _: Facts(has_security_ban=True))).queue

    assert [queue(said) for said in ("Asumistuki", "Takaisinperintä", "Ajoneuvovero")] == [
        "protected_clients", "protected_clients", "other_authority",
    ]  # fmt: skip


def test_m14_and_in_finnish_is_no_currency() -> None:
    said = "lisät sekä ylityöt"
    notice = record("y17_wage_notice", employee_hetu=OLLI, absence_reason="infectious_disease", additional_info=said)

    item = only(route([notice], arrived=Arrived(date(2019, 1, 15), "post")))

    assert not item.side_tasks


def test_r12_a_fund_member_stays_south_for_this_benefit() -> None:
    item = with_facts([application(), order()], is_fund_member=True)

    assert (place(item), item.reasons[0].rule) == (SOUTH, "R12")


def test_r15_an_order_after_paid_sickness_allowance_goes_south() -> None:
    item = with_facts([order()], sickness_allowance_paid=True)

    assert (place(item), item.reasons[0].rule) == (SOUTH, "R15")


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("Lähdeverokortti 2019 Kelaa varten", "R22"),
        ("Verokortti palkkaa varten 2019", "R23"),
        ("Verokortti etuutta varten", "R21"),
    ],
)
def test_r21_r22_r23_tax_cards_by_their_purpose(words: str, rule: str) -> None:
    item = only(route([record("tax_card", person_hetu=OLLI)], {1: words_of(words)}))

    assert (item.queue, item.reasons[0].rule) == ("tax", rule)


@pytest.mark.parametrize(
    ("facts", "said"),
    [({"insured_until": "2019-01-05"}, "määräys jatkuu"), ({"is_insured": False}, "ei ole vakuutettu")],
)
def test_m05_what_registers_know_of_insurance_is_a_strong_marker(facts: dict[str, object], said: str) -> None:
    item = with_facts([application(), order(start="2019-01-04", end="2019-01-10")], **facts)

    assert (item.queue, item.owner) == ("international_centre", "southern_district")
    assert said in item.comment


RULE_OF_A_LONE_PAPER = [
    ("R01", record("misdirected_other", person_hetu=OLLI)),
    ("R02", record("unknown")),
    ("R05", record("e115", insured_id=OLLI)),
    ("R05", record("e_form_other", person_hetu=OLLI)),
    ("R06", record("appeal", person_hetu=OLLI)),
    ("R09", record("misdirected_maintenance", person_hetu=OLLI)),
    ("R10", record("sv8_application", applicant_hetu=OLLI, benefit="infectious_disease_allowance")),
    ("R16", record("sv8_application", applicant_hetu=OLLI, benefit="sickness_allowance")),
    ("R18", record("payment_ban", debtor_hetu=OLLI)),
    ("R18", record("municipality_claim", person_hetu=OLLI)),
    ("R19", record("y121_account_change", person_hetu=OLLI)),
    ("R27", record("change_notice", person_hetu=OLLI)),
    ("R31", record("misdirected_pension", person_hetu=OLLI)),
]


@pytest.mark.parametrize(
    ("rule", "paper"), RULE_OF_A_LONE_PAPER, ids=lambda one: one if isinstance(one, str) else one.document_type
)
def test_the_rule_that_decides_is_named(rule: str, paper: Record) -> None:
    assert {reason.rule for reason in only(route([paper])).reasons} == {rule}


MARKERS = [
    (
        "M02",
        record(
            "y17_wage_notice", "d2", 3, employee_hetu=OLLI, absence_reason="infectious_disease", additional_info="työ ulkomailla"
        ),
    ),
    ("M03", record("sv8_application", applicant_hetu=OLLI, moving_abroad=True)),
    ("M07", record("sv8_application", applicant_hetu=OLLI, additional_info="olen merenkulkija")),
    ("M10", record("sv8_application", applicant_hetu=OLLI, foreign_employer="Arbetsgivaren AB")),
    ("M11", record("sv8_application", applicant_hetu=OLLI, abroad_country="Viro")),
    (
        "M14",
        record(
            "y17_wage_notice", "d2", 3, employee_hetu=OLLI, absence_reason="infectious_disease", additional_info="palkka 900 SEK"
        ),
    ),
    ("M21", record("sv8_application", applicant_hetu=OLLI, applicant_phone="+46701234567")),
]


@pytest.mark.parametrize(("marker", "paper"), MARKERS, ids=[marker for marker, _ in MARKERS])
def test_every_marker_shows_on_its_paper_with_its_strength(marker: str, paper: Record) -> None:
    table = routing_table()
    strengths = {one.strength for one in table.markers if one.id == marker}
    matter = Matter(OLLI, (paper,), {})

    shown = {strength for strength in ("strong", "question", "weak") if international_markers(matter, table, strength)}  # type: ignore[arg-type]

    assert shown == strengths


def sides(*records: Record) -> set[str]:
    arrived = Arrived(date(2019, 1, 15), "post")
    return {task.rule for item in route(records, arrived=arrived) for task in item.side_tasks}


def test_side_tasks_are_added_and_never_move_the_matter() -> None:
    weak = application(iban="SE4550000000058398257466")
    weak = weak.model_copy(update={"fields": weak.fields | {"iban": Extraction(value="SE4550000000058398257466", accepted=True)}})

    assert sides(weak, order(disease_code="A02.0")) == {"R11"}
    assert sides(application(additional_info="Olin komennuksella ulkomailla"), order(disease_code="A02.0")) == {"R11"}
    assert sides(application(other_work=True, additional_info="sairastuin korvaavassa työssä"), order(disease_code="A02.0")) == {
        "R17"
    }
    assert sides(application(self_employed_insurance=["none"]), order(disease_code="A02.0")) == {"R25"}
    assert sides(application(), order(disease_code="L20.9")) == {"R26"}
    assert sides(application(), order(disease_code="A02.0")) == set()
    foreign = record(
        "y17_wage_notice", employee_hetu=OLLI, absence_reason="infectious_disease", employer_iban="EE382200221020145685"
    )
    assert sides(foreign) == {"R20"}
    assert only(route([weak, order()])).queue == "southern_district"


def test_m06_an_accepted_foreign_postal_code_is_a_strong_marker_and_a_misread_one_is_none() -> None:
    def living_at(code: str, *, accepted: bool) -> Record:
        one = application()
        return one.model_copy(
            update={"fields": one.fields | {"applicant_postal_code": Extraction(value=code, accepted=accepted)}}
        )

    assert only(route([living_at("SE-11122", accepted=True)])).queue == "international_centre"
    assert only(route([living_at("SE-11122", accepted=False)])).queue == "southern_district"
    assert only(route([living_at("00100", accepted=True)])).queue == "southern_district"


def test_another_table_changes_the_outcome_without_a_change_of_code() -> None:
    whole = routing_table().model_dump(by_alias=True)
    moved = [
        rule | {"queue": "home_district", "specifier": "uusi yksikkö"} if rule["id"] == "R10" else rule for rule in whole["rule"]
    ]

    item = only(route([application()], table=RoutingTable.model_validate({**whole, "rule": moved})))

    assert place(item) == ("home_district", "uusi yksikkö")
