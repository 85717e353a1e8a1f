"""The checks of other benefits, enforcement, earnings and parties, by their ids. All people are invented."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.pipeline.checks.bans import bans_in_force, latest_arrival_for
from intake.pipeline.checks.evaluation import evaluate
from models.extraction import Record, Row, Value
from models.facts import Facts
from tests.intake.pipeline.checks.papers import OLLI, application, case, found, keys, order, paper, row, wage_notice


def certificate(**values: Value) -> Record:
    return paper("a_certificate", "d2", {"patient_hetu": OLLI, "physician_title": "terveyskeskuslääkäri"} | values)


def ban(record_id: str = "d7", **values: Value | list[Row]) -> Record:
    usual: dict[str, Value | list[Row]] = {
        "debtor_hetu": OLLI, "notice_kind": "ban", "enforcement_office": "Helsingin ulosottovirasto", "issued_date": "2019-01-04",
        "valid_from": "2019-01-07", "protected_portion_month": "672.30", "dependants": 0, "withholding_method": "income_limit",
    }  # fmt: skip
    return paper("payment_ban", record_id, usual | values)


def whole(*more: Record) -> tuple[Record, ...]:
    return (application(), order(), wage_notice(), *more)


@pytest.mark.parametrize(
    ("code", "key"),
    [("A02.0", "C30.tier_1"), ("B05", "C30.tier_1"), ("A38", "C30.tier_2"), ("S82.1", None)],
)
def test_c30_a_diagnosis_raises_a_suspicion(code: str, key: str | None) -> None:
    findings = found(application(benefit="sickness_allowance"), certificate(main_icd10=code))

    assert {one for one in findings if one.startswith("C30")} == ({key} if key else set())


def test_c30_with_an_order_there_is_nothing_to_suspect() -> None:
    assert not any(key.startswith("C30") for key in found(application(), order("d4"), certificate(main_icd10="A02.0")))


def test_c31_an_order_prevails_over_sickness_allowance() -> None:
    assert "C31.order_prevails" in found(application(benefit="sickness_allowance"), order(), wage_notice())


def test_c32_sickness_allowance_was_paid_before_the_order_came() -> None:
    assert found(*whole(), facts=Facts(sickness_allowance_paid=True)) == {"C32.hear_and_rectify"}


def test_c33_in_hospital_without_an_order() -> None:
    assert "C33.in_hospital" in found(application(), certificate(main_icd10="A02.0", statement="Hoidossa osastolla 4.1. alkaen."))


@pytest.mark.parametrize(
    ("benefit", "key"),
    [
        ("old_age_pension", "C40.old_age_pension"),
        ("disability_pension", "C40.disability_pension"),
        ("rehabilitation_allowance", "C40.rehabilitation_allowance"),
        ("parental_allowance", "C40.parental_allowance"),
        ("unemployment_benefit", "C40.unemployment_benefit"),
        ("study_grant", "C40.no_effect"),
        ("accident_compensation", "C40.accident_compensation"),
        ("social_assistance", "C40.social_assistance"),
    ],
)
def test_c40_every_other_benefit_has_its_effect(benefit: str, key: str) -> None:
    assert found(application(other_benefits=[benefit]), order(), wage_notice()) == {key}


def test_c40_no_other_benefit_says_nothing() -> None:
    assert found(application(other_benefits=["none"]), order(), wage_notice()) == set()


def test_c42_leave_days_are_named() -> None:
    on_leave = application(annual_leave=True, annual_leave_start="2019-01-08", annual_leave_end="2019-01-20")

    findings = evaluate(case(on_leave, order(), wage_notice()))

    assert keys(findings) == {"C42.excluded"}
    assert "8.1.2019–10.1.2019" in findings[0].says
    assert found(application(annual_leave=True), order(), wage_notice()) == {"C42.when"}


def test_c43_c46_what_registers_know() -> None:
    assert found(*whole(), facts=Facts(is_in_prison=True)) == {"C43.not_paid"}
    assert found(*whole(), facts=Facts(is_insured=False)) == {"C46.not_insured"}
    assert found(*whole(), facts=Facts(insured_until=date(2019, 1, 8))) == {"C46.beyond_insurance"}


def test_c46_a_sign_of_a_link_abroad() -> None:
    findings = evaluate(case(application(abroad=True, abroad_country="Ruotsi"), order(), wage_notice()))

    [marker] = [one for one in findings if one.key == "C46.marker"]
    assert "hakija on asunut tai työskennellyt ulkomailla (Ruotsi)" in marker.says
    assert "sökanden har bott eller arbetat utomlands (Ruotsi)" in marker.says_sv
    assert "the applicant has lived or worked abroad (Ruotsi)" in marker.says_en


def test_c50_an_employer_that_claims_says_days_and_account() -> None:
    assert found(application(), order(), wage_notice(wage_periods=None)) == {"C50.no_paid_days"}
    assert found(application(), order(), wage_notice(employer_iban=None)) == {"C50.no_account"}
    assert found(application(), order(), wage_notice(claims_benefit=False)) == {"C50.paid_but_not_claimed"}


def test_c51_several_employers() -> None:
    jobs = [row(name="Oy Malli Ab"), row(name="Toinen Oy")]
    at_two = application(employers=jobs)
    named = order(workplace="Oy Malli Ab")

    assert found(at_two, named, wage_notice()) == {"C51.notice_missing"}
    assert found(at_two, named, wage_notice(), wage_notice("d9", employer_name="Toinen Oy")) == {"C51.shared"}


def test_c52_c61_c69_self_employed_people() -> None:
    def of(status: list[str], **values: Value) -> set[str]:
        return found(application(employment_status=status, **values), order(), wage_notice())

    assert of(["self_employed"], self_employed_insurance=["yel"], pension_institution="Ilmarinen") == set()
    assert of(["self_employed"], self_employed_insurance=["none"]) == {"C69.not_insured"}
    assert of(["farmer"]) == {"C61.which_insurance"}
    assert of(["farmer"], self_employed_insurance=["myel"]) == {"C61.which_institution"}
    assert "C52.also_employed" in of(["self_employed", "employee"], self_employed_insurance=["yel"], pension_institution="Elo")


def test_c53_pay_security_and_guardian() -> None:
    papers = whole(paper("pay_security_decision", "d8", {}), paper("guardianship_order", "d9", {}))

    assert found(*papers) == {"C53.pay_security", "C53.guardian"}


def test_c54_a_ban_binds_from_its_arrival() -> None:
    findings = evaluate(case(*whole(ban()), d7=date(2019, 1, 9)))

    one = next(finding for finding in findings if finding.key == "C54.in_force")
    assert one.severity == "alarm"
    assert "9.1.2019" in one.says


def test_c54_newer_replaces_older_and_a_termination_ends_it() -> None:
    older, newer = ban("d7", issued_date="2019-01-04"), ban("d8", issued_date="2019-01-10")
    ended = ban("d9", notice_kind="termination", issued_date="2019-01-20")

    two = case(*whole(older, newer), d7=date(2019, 1, 7), d8=date(2019, 1, 12))
    three = case(*whole(older, newer, ended), d7=date(2019, 1, 7), d8=date(2019, 1, 12), d9=date(2019, 1, 22))

    assert bans_in_force(two) == [newer]
    assert {"C54.replaced", "C54.in_force"} <= keys(evaluate(two))
    assert bans_in_force(three) == []
    assert "C54.termination" in keys(evaluate(three))


@given(st.permutations(["d7", "d8", "d9"]))
def test_c54_the_order_of_the_papers_in_the_envelope_does_not_matter(ids: list[str]) -> None:
    papers = {
        "d7": ban("d7"),
        "d8": ban("d8", issued_date="2019-01-10"),
        "d9": ban("d9", issued_date="2019-01-12", enforcement_office="Pirkanmaan ulosottovirasto"),
    }
    days = {"d7": date(2019, 1, 7), "d8": date(2019, 1, 12), "d9": date(2019, 1, 14)}

    shuffled = case(*whole(*(papers[id_] for id_ in ids)), **days)

    assert {record.id for record in bans_in_force(shuffled)} == {"d8", "d9"}
    assert "C54.several" in keys(evaluate(shuffled))


def test_c54_expired_suspended_and_without_a_benefit() -> None:
    assert "C54.expired" in found(*whole(ban(valid_to="2019-01-10")))
    assert "C54.suspension" in found(*whole(ban(notice_kind="suspension")))
    assert "C54.nothing_to_seize" in found(ban(), facts=Facts(has_open_case=False))


def test_c55_a_printed_share_that_differs_is_noted_and_one_that_agrees_is_not() -> None:
    assert "C55.differs" not in found(*whole(ban()))
    assert "C55.differs" not in found(*whole(ban(dependants=1, protected_portion_month="913.50")))
    assert "C55.differs" in found(*whole(ban(protected_portion_month="678.00")))


def test_c56_a_fixed_sum_must_be_readable() -> None:
    assert "C56.fixed_without_sum" in found(*whole(ban(withholding_method="fixed")))
    assert "C56.fixed_without_sum" not in found(*whole(ban(withholding_method="fixed", fixed_amount="150.00")))


def test_c57_c58_c59_competing_claims() -> None:
    municipality, fund = paper("municipality_claim", "d8", {}), paper("unemployment_fund_claim", "d9", {})

    assert {"C57.priority", "C58.instalments", "C59.ask_fund"} <= found(*whole(ban(), municipality, fund))
    assert "C57.priority" not in found(*whole(ban()))


def test_c58_fourteen_days_before_the_pay_day() -> None:
    # The guide's example: pay day 24.1.2019, latest 10.1.2019.
    assert latest_arrival_for(date(2019, 1, 24)) == date(2019, 1, 10)


def test_c60_loss_of_earnings_has_amount_unit_and_period() -> None:
    def of(**values: Value) -> set[str]:
        return found(application(), order(), wage_notice(**values))

    assert of(lost_monthly_earnings=None) == {"C60.no_loss_given"}
    assert of(lost_monthly_earnings=None, lost_earnings_total="600.00", absence_end=None) == {"C60.no_period"}
    # 4.–10.1.2019 holds six weekdays: 100 € a day by the month, so 600 € in all agrees.
    assert of(lost_earnings_total="600.00") == set()
    assert of(lost_earnings_total="400.00") == {"C60.month_and_whole_differ"}


def test_c62_substitute_work() -> None:
    def of(**values: Value) -> set[str]:
        return found(application(), order(), wage_notice(other_work_arranged=True, **values))

    assert of() == {"C62.pay_missing"}
    assert of(other_work_pay="1900.00") == set()
    assert of(other_work_pay="2500.00") == {"C62.no_loss"}
    assert found(application(other_work=True), order(), wage_notice()) == {"C62.other_work"}


def test_c67_c68_kinds_of_pay() -> None:
    assert found(application(), order(), wage_notice(additional_info="sisältää voittopalkkion 500 e")) == {"C67.not_wage"}
    assert found(application(), order(), wage_notice(additional_info="palkka 18 000 SEK / kk")) == {"C68.currency"}


def test_c70_a_named_recipient() -> None:
    assert found(application(), order(), wage_notice(decision_recipient="Tilitoimisto Malli")) == {"C70.named_recipient"}


def test_c71_c72_withdrawal_needs_the_employer_where_it_claims() -> None:
    withdrawal = paper("application_withdrawal", "d8", {"person_hetu": OLLI})

    assert "C72.employer_too" in found(*whole(withdrawal))
    assert "C72.withdrawn" in found(application(), order(), wage_notice(claims_benefit=False, wage_periods=None), withdrawal)


def test_c82_a_tax_cards_purpose_is_checked() -> None:
    assert found(*whole(paper("tax_card", "d8", {}))) == {"C82.check_purpose"}


@pytest.mark.parametrize(
    ("code", "key"),
    [("050105A901C", "C85.child"), ("050103A901V", "C85.minor"), ("120101B902W", None)],  # 14, 16 and 18 years old
)
def test_c85_minors_may_apply(code: str, key: str | None) -> None:
    assert found(application(applicant_hetu=code), order(subject_hetu=code), wage_notice()) == ({key} if key else set())


def test_c85_a_proxy_is_looked_at() -> None:
    assert found(*whole(paper("proxy", "d8", {}))) == {"C85.proxy"}


def test_c90_a_swedish_paper_does_not_choose_the_decisions_language() -> None:
    swedish = application().model_copy(update={"language": "sv"})

    assert found(swedish, order(), wage_notice()) == {"C90.swedish_paper"}


def test_c91_accounts() -> None:
    without = application()
    without = without.model_copy(update={"fields": {k: v for k, v in without.fields.items() if k != "iban"}})

    assert found(without, order(), wage_notice()) == {"C91.no_account"}
    assert found(application(iban="EE382200221020145685"), order(), wage_notice()) == {"C91.foreign_without_bic"}
    assert found(application(iban="EE382200221020145685", bic="HABAEE2X"), order(), wage_notice()) == {"C91.foreign"}
