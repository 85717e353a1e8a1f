"""Exceptions and sub-cases of the checks, by their ids. All people are invented."""

from __future__ import annotations

from datetime import date

import pytest

from intake.pipeline.checks.bans import bans_in_force
from intake.pipeline.checks.case import Arrived, Case
from intake.pipeline.checks.days import instalment_ends
from intake.pipeline.checks.evaluation import evaluate
from intake.pipeline.checks.register import asks, wordings
from intake.pipeline.matters import Matter
from models.extraction import Extraction, Record, Row, Value
from models.facts import Facts
from models.geometry import Box
from models.page import PageText, Word
from models.work import Finding
from tests.intake.pipeline.checks.papers import (
    LIISA,
    OLLI,
    application,
    case,
    found,
    keys,
    order,
    paper,
    row,
    unread,
    wage_notice,
    without,
)  # fmt: skip

CHILD, OTHER_CHILD = "030516D9059", "050103A901V"


def says(findings: list[Finding], key: str) -> str:
    return next(finding.says for finding in findings if finding.key == key)


def with_words(record: Record, said: str, *others: Record, arrived: date = date(2019, 1, 15)) -> Case:
    words = tuple(Word(text=word, box=Box(0, 0, 1, 1), engine_score=1) for word in said.split())
    texts = {1: PageText(number=1, width_px=10, height_px=10, reading="ocr", words=words)}
    came = {one.id: Arrived(arrived, "post") for one in (record, *others)}
    return Case(Matter(OLLI, (record, *others), texts), came, arrived)


def test_c04_an_order_alone_continues_a_case_that_is_open() -> None:
    continued = found(order(), facts=Facts(has_open_case=True))

    assert "C04.order_continues" in continued
    assert "C03.no_application" not in continued


def test_c21_for_days_to_come_the_notice_is_asked_for_after_their_pay_day() -> None:
    findings = evaluate(case(application(absence_end="2019-03-10"), order(end="2019-03-10")))

    later = next(finding for finding in findings if finding.key == "C21.ask_later")
    assert "10.3.2019" in later.says
    assert later.asked_of is None
    assert "C21.ask_when_ended" in found(without(application(), "absence_end"), order())


@pytest.mark.parametrize(
    "authority", ["Etelä-Suomen aluehallintovirasto", "Mallilan perusturvalautakunta", "Sosiaali- ja terveysministeriö"]
)
def test_c22_in_sudden_danger_an_authority_may_isolate(authority: str) -> None:
    isolated = order(decision_kind="isolation", physician_is_responsible=False, authority=authority)
    from_work = order(physician_is_responsible=False, authority=authority)

    assert found(application(), isolated, wage_notice()) == {"C22.authority"}
    assert found(application(), from_work, wage_notice()) == {"C22.unknown_signer"}


def test_c23_an_end_that_cannot_be_read_is_no_open_end() -> None:
    assert "C23.open_end" not in found(application(), unread(order(), "end"), wage_notice())
    assert "C23.open_end" in found(application(), without(order(), "end"), wage_notice())


def test_c23_a_second_continuation_of_quarantine_is_noted() -> None:
    months = [
        order(id_, decision_kind="quarantine", start=start, end=end)
        for id_, start, end in (
            ("d2", "2019-01-04", "2019-01-31"), ("d4", "2019-02-01", "2019-02-27"), ("d5", "2019-03-01", "2019-03-20"),
        )
    ]  # fmt: skip

    assert "C23.continued_again" not in found(application(), *months[:2], wage_notice())
    assert "C23.continued_again" in found(application(), *months, wage_notice())


@pytest.mark.parametrize("workplace", ["Päiväkoti Malli", "Mallin palvelukoti", "Kotihoito, Malli"])
def test_c24_a_care_home_is_no_isolation_at_home(workplace: str) -> None:
    assert found(application(), order(decision_kind="isolation", workplace=workplace), wage_notice()) == set()


def test_c24_isolation_at_home_by_the_orders_words() -> None:
    isolated = order(decision_kind="isolation")

    assert "C24.at_home" in keys(
        evaluate(with_words(isolated, "Henkilö määrätään eristettäväksi kotonaan, eristys kotona 7 päivää"))
    )


def test_c26_an_unread_child_on_the_application_is_not_another_person() -> None:
    claim = unread(application(child_hetu=CHILD, ordered_person="child"), "child_hetu")
    for_child = order(subject_hetu=CHILD, decision_kind="child_home")

    assert found(claim, for_child, wage_notice()) == set()


def test_c26_another_grown_up_is_not_called_a_child() -> None:
    assert found(application(), order(subject_hetu=LIISA), wage_notice()) == {"C26.another_person"}


def test_c45_several_children_are_judged_each_by_its_own_order() -> None:
    claims = application(child_hetu=CHILD, ordered_person="child", absence_start="2019-01-03")
    second = paper("sv8_application", "d8", {**{k: v.value for k, v in claims.fields.items()}, "child_hetu": OTHER_CHILD})  # type: ignore[union-attr]
    orders = [
        order("d2", subject_hetu=CHILD, decision_kind="child_home", start="2019-01-03"),
        order("d4", subject_hetu=OTHER_CHILD, decision_kind="child_home", start="2019-01-03"),
    ]

    findings = [one for one in evaluate(case(claims, second, *orders, wage_notice())) if one.check in ("C26", "C45")]

    assert [(one.key, one.document) for one in findings] == [("C45.turns_16", "d4")]


def test_c27_days_of_incapacity_by_the_ordered_disease_are_no_gap() -> None:
    ill = paper("a_certificate", "d4", {"main_icd10": "A02.0", "unfit_start": "2019-01-01", "unfit_end": "2019-01-12"})
    broken = paper("a_certificate", "d4", {"main_icd10": "S82.1", "unfit_start": "2019-01-01", "unfit_end": "2019-01-12"})
    claim = application(absence_start="2019-01-02", absence_end="2019-01-12")

    findings = evaluate(case(claim, order(), wage_notice(), ill))

    assert {"C27.incapacity"} == {key for key in keys(findings) if key.startswith("C27")}
    assert "2.1.2019–3.1.2019, 11.1.2019–12.1.2019" in says(findings, "C27.incapacity")
    assert "C27.outside" in found(claim, order(), wage_notice(), broken)


def test_c28_c51_a_job_that_had_ended_is_no_second_job() -> None:
    jobs = [row(name="Oy Malli Ab"), row(name="Toinen Oy", end="2018-11-30")]

    assert found(application(employers=jobs), order(), wage_notice()) == set()


def test_c29_an_employers_notice_shows_work() -> None:
    assert "C29.no_work" not in found(application(employment_status=["unemployed"]), order(), wage_notice())


@pytest.mark.parametrize("benefit", ["sickness_allowance", "partial_sickness_allowance"])
def test_c31_for_the_same_days_only(benefit: str) -> None:
    sick = application(benefit=benefit)
    earlier = application(benefit=benefit, absence_start="2018-12-01", absence_end="2018-12-10")
    own = paper("sv8_application", "d8", {**{k: v.value for k, v in application().fields.items()}})  # type: ignore[union-attr]

    assert "C31.order_prevails" in found(sick, order(), wage_notice())
    assert not {key for key in found(earlier, order(), wage_notice()) if key.startswith("C31")}
    assert "C31.both_sought" in found(sick, own, wage_notice())


@pytest.mark.parametrize(
    ("worked", "key"),
    [("2019-01-03", "C40.old_age_pension_working"), ("2018-11-30", "C40.old_age_pension"), (None, "C40.old_age_pension")],
)
def test_c40_a_pensioner_who_worked_immediately_before_may_have_the_right(worked: str | None, key: str) -> None:
    claim = application(other_benefits=["old_age_pension"], last_working_day=worked)

    assert found(claim, order(), wage_notice()) == {key}


@pytest.mark.parametrize(
    ("benefit", "said", "key"),
    [
        ("old_age_pension", "Saan osittaista varhennettua vanhuuseläkettä.", "C40.partial_old_age_pension"),
        ("old_age_pension", "Jag får partiell förtida ålderspension.", "C40.partial_old_age_pension"),
        ("disability_pension", "Eläkkeeni on osatyökyvyttömyyseläke.", "C40.partial_disability_pension"),
    ],
)
def test_c40_partial_pensions_do_not_block(benefit: str, said: str, key: str) -> None:
    findings = evaluate(case(application(other_benefits=[benefit], additional_info=said), order(), wage_notice()))

    assert [(one.key, one.severity) for one in findings] == [(key, "note")]


def test_c40_a_decision_phrase_is_no_letter() -> None:
    assert wordings()["C40.accident_compensation"].letter is None
    letters = {words.letter for words in wordings().values()} - {None}
    assert letters <= {"PRH02", "PRL11", "PRL12", "PRL30", "VRL29", "PRS01", "PRV15", "YHT02", "YHI39", "YHS02", "YHS03"}


def test_c42_a_leave_without_an_end_is_asked_about_and_not_guessed() -> None:
    on_leave = application(annual_leave=True, annual_leave_start="2019-01-08")

    assert found(on_leave, order(), wage_notice()) == {"C42.when"}


def test_c43_military_and_civil_service_and_prison_by_the_papers() -> None:
    serving = application(additional_info="Olen varusmiespalveluksessa 7.1. alkaen")
    prisoner = application(applicant_street="Helsingin vankila, Mallitie 1")

    assert found(serving, order(), wage_notice()) == {"C43.service"}
    assert found(prisoner, order(), wage_notice()) == {"C43.not_paid"}


def test_c46_a_silent_register_is_said() -> None:
    findings = evaluate(case(application(), order(), wage_notice(), facts=Facts(is_away=True)))

    assert keys(findings) == {"C46.register_away"}
    assert "turvakielto" in findings[0].says
    assert "spärrmarkering" in findings[0].says_sv


def test_c50_an_account_that_cannot_be_read_is_not_asked_for() -> None:
    assert found(application(), order(), unread(wage_notice(), "employer_iban")) == set()


def test_c52_ended_insurance_is_not_shared() -> None:
    both: dict[str, Value | list[Row]] = {
        "employment_status": ["self_employed", "employee"], "self_employed_insurance": ["yel"], "pension_institution": "Elo",
    }  # fmt: skip
    ended = application(**both, additional_info="YEL-vakuutus on päättynyt 30.11.2018")

    assert found(ended, order(), wage_notice()) == {"C52.insurance_ended"}
    assert found(application(**both), order(), wage_notice()) == {"C52.also_employed"}


def test_c53_a_bankruptcy_estate() -> None:
    assert found(application(), order(), wage_notice(employer_name="Malli Oy:n konkurssipesä")) == {"C53.bankrupt"}


def ban(record_id: str, **values: Value) -> Record:
    usual: dict[str, Value | list[Row]] = {
        "debtor_hetu": OLLI, "notice_kind": "ban", "enforcement_office": "Helsingin ulosottovirasto", "issued_date": "2019-01-04",
        "valid_from": "2019-01-07", "withholding_method": "income_limit",
    }  # fmt: skip
    return paper("payment_ban", record_id, usual | values)


def test_c54_a_misread_office_is_the_same_office() -> None:
    older, newer = ban("d7"), ban("d8", enforcement_office="Helsingin ulosottovirast0", issued_date="2019-01-10")

    assert bans_in_force(case(older, newer)) == [newer]


def test_c54_a_termination_ends_the_ban_whose_day_it_names() -> None:
    older = ban("d7")
    ended = ban("d8", notice_kind="termination", enforcement_office="", replaces_ban_dated="2019-01-04", issued_date="2019-01-20")

    assert bans_in_force(case(older, ended)) == []


def test_c54_free_months_of_a_ban_in_force_are_named() -> None:
    findings = evaluate(case(application(), order(), wage_notice(), ban("d7", free_months=["2019-06", "2019-07"])))

    assert "2019-06, 2019-07" in says(findings, "C54.free_months")
    assert "C54.in_force" in keys(findings)


def test_c58_instalments_that_a_claim_reaches() -> None:
    # 7.1.–20.1.2019 are twelve weekdays: six, then six.
    claim = application(absence_start="2019-01-07", absence_end="2019-01-20")
    municipality = paper("municipality_claim", "d8", {})

    findings = evaluate(case(claim, order(end="2019-01-20"), wage_notice(), municipality, d8=date(2019, 1, 3)))

    assert instalment_ends(date(2019, 1, 7), date(2019, 1, 20)) == [date(2019, 1, 12), date(2019, 1, 19)]
    assert "päättyvät 19.1.2019; eivät ne, jotka päättyvät 12.1.2019" in says(findings, "C58.instalments")


def test_c58_a_request_for_the_way_of_life_is_heard_about_and_has_no_fourteen_days() -> None:
    request = paper("municipality_claim", "d8", {})

    findings = evaluate(with_words(request, "Päiväraha pyydetään maksettavaksi kunnalle: vakuutetun elämäntavat"))

    assert [(one.key, one.letter, one.asked_of) for one in findings] == [("C58.way_of_life", "PRS01", "insured")]


def test_c60_earlier_pay_is_the_fallback() -> None:
    silent = without(wage_notice(), "lost_monthly_earnings")

    assert found(application(), order(), silent, paper("wage_certificate", "d9", {})) == {"C60.earlier_pay"}


def test_c60_other_work_and_leave_are_taken_off_before_month_and_whole_are_compared() -> None:
    # 2 500 − 1 900 is 24 € a day; six weekdays are 144 €. With three days of leave three are left.
    other_work = wage_notice(other_work_arranged=True, other_work_pay="1900.00", lost_earnings_total="144.00")
    on_leave = wage_notice(lost_earnings_total="300.00", annual_leave_start="2019-01-08", annual_leave_end="2019-01-10")

    assert found(application(), order(), other_work) == set()
    assert found(application(), order(), on_leave) == {"C42.excluded"}


@pytest.mark.parametrize("said", ["sekä lisät että ylityöt", "Nokialla tehty työ", "adoptiovapaa 2017", "uppgåvan"])
def test_c67_c68_words_that_only_begin_alike_say_nothing(said: str) -> None:
    assert found(application(), order(), wage_notice(additional_info=said)) == set()


def test_c68_a_currency_at_the_end_of_the_line() -> None:
    assert found(application(), order(), wage_notice(additional_info="Palkka 18000 SEK.")) == {"C68.currency"}


def test_c72_an_employer_that_paid_and_did_not_claim_must_agree_too() -> None:
    withdrawal = paper("application_withdrawal", "d8", {"person_hetu": OLLI})

    assert "C72.employer_too" in found(application(), order(), wage_notice(claims_benefit=False), withdrawal)


@pytest.mark.parametrize(
    ("said", "key", "severity"),
    [
        ("Muutosverokortti sosiaalietuutta varten", "C82.benefit_card", "note"),
        ("Verokortti palkkaa varten", "C82.wage_card", "stop"),
        ("Lähdeverokortti Kelaa varten", "C82.source_card", "note"),
        ("Verokortti 2019", "C82.check_purpose", "ask"),
    ],
)
def test_c82_a_card_by_its_purpose(said: str, key: str, severity: str) -> None:
    findings = evaluate(with_words(paper("tax_card", "d8", {}), said))

    assert [(one.key, one.severity) for one in findings] == [(key, severity)]


@pytest.mark.parametrize(
    ("came", "key"),
    # The guide's own days: a card of 2018 that comes on 5.1.2019 corrects until 31.5.; on 3.6. it is too late.
    [(date(2019, 1, 5), "C82.correctable"), (date(2019, 5, 31), "C82.correctable"), (date(2019, 6, 3), "C82.too_late")],
)
def test_c82_a_year_is_corrected_until_31_may_of_the_next(came: date, key: str) -> None:
    card = paper("tax_card", "d8", {"date": "2018-11-01"})

    findings = evaluate(with_words(card, "Muutosverokortti sosiaalietuutta varten", arrived=came))

    assert keys(findings) == {"C82.benefit_card", key}
    assert "31.5.2019" in says(findings, key)


def test_c91_a_bic_that_cannot_be_read_is_not_asked_for() -> None:
    foreign = unread(application(iban="EE382200221020145685", bic="HABAEE2X"), "bic")

    assert found(foreign, order(), wage_notice()) == {"C91.foreign"}


def test_the_physician_is_called_as_the_statute_calls_him() -> None:
    swedish = [words.sv + words.settled_sv for words in wordings().values()] + [ask.sv for ask in asks().values()]

    assert not any("med ansvar för smittsamma" in said or "förordna" in said for said in swedish)
    assert sum("läkare som ansvarar för smittsamma sjukdomar" in said for said in swedish) >= 5


def test_c06_what_is_asked_for_is_named_in_every_language() -> None:
    form, letter = application(applicant_phone=None), paper("late_explanation", "d9", {"date": None})
    asked = [
        record.model_copy(update={"fields": record.fields | {name: Extraction(value=None, asked=True)}})
        for record, name in ((form, "applicant_phone"), (letter, "date"))
    ]

    of_form, of_letter = (one for one in evaluate(case(*asked)) if one.key == "C06.insured")

    assert "Puhelinnumero (Hakemus: Sairauspäivärahat)" in of_form.says
    assert "Telefonnummer (Ansökan: Sjukdagpenningar)" in of_form.says_sv
    assert "Telephone number (Application: Sickness allowances)" in of_form.says_en
    assert "(late explanation)" in of_letter.says_en
