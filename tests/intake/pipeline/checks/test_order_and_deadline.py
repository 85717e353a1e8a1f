"""The checks of order and deadline, by their ids. All people are invented."""

from __future__ import annotations

from datetime import date
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.pipeline.checks.deadline import last_day_to_file, pending_date
from intake.pipeline.checks.evaluation import evaluate
from intake.pipeline.checks.register import registered, wordings
from models.extraction import Record
from models.facts import Facts
from tests.intake.pipeline.checks.papers import LIISA, OLLI, application, case, found, keys, order, paper, row, wage_notice


def test_a_whole_matter_has_no_finding() -> None:
    assert found(application(), order(), wage_notice()) == set()


def test_c01_pending_on_the_earliest_arrival_of_a_paper_that_opens_the_matter() -> None:
    together = case(application(), order(), wage_notice(), d1=date(2019, 1, 15), d2=date(2019, 1, 7), d3=date(2019, 1, 5))

    assert pending_date(together) == date(2019, 1, 5)


def test_c01_a_wage_notice_that_claims_nothing_opens_nothing() -> None:
    together = case(application(), wage_notice(claims_benefit=False), d1=date(2019, 1, 15), d3=date(2019, 1, 5))

    assert pending_date(together) == date(2019, 1, 15)


@given(st.permutations(["d1", "d2", "d3"]), st.lists(st.dates(date(2019, 1, 1), date(2019, 12, 31)), min_size=3, max_size=3))
def test_c01_whatever_order_papers_come_in_the_matter_ends_the_same(ids: list[str], days: list[date]) -> None:
    papers = {"d1": application(), "d2": order(), "d3": wage_notice()}
    came = dict(zip(("d1", "d2", "d3"), days, strict=True))

    one = case(*papers.values(), today=date(2020, 1, 1), **came)
    other = case(*(papers[id_] for id_ in ids), today=date(2020, 1, 1), **came)

    assert (pending_date(one), last_day_to_file(one), evaluate(one)) == (
        pending_date(other),
        last_day_to_file(other),
        evaluate(other),
    )
    assert pending_date(one) == min(days)


@pytest.mark.parametrize("lone", [order(), wage_notice()], ids=["order", "wage notice"])
def test_c03_opened_otherwise_an_application_is_asked_for(lone: Record) -> None:
    findings = evaluate(case(lone))

    asked = next(finding for finding in findings if finding.key == "C03.no_application")
    assert (asked.letter, asked.section, asked.severity) == ("PRH02", "1.5", "ask")


def test_c04_a_continuing_order_needs_no_application() -> None:
    continued = found(order(), order("d4", start="2019-01-11", end="2019-01-20"), facts=Facts(has_open_case=True))

    assert "C04.order_continues" in continued
    assert "C03.no_application" not in continued


def test_c05_a_missing_signature_is_borne_with_unless_the_sender_is_unknown() -> None:
    nameless = application(signature=False)
    nameless = nameless.model_copy(update={"fields": {k: v for k, v in nameless.fields.items() if k != "applicant_last_name"}})

    assert "C05.tolerated" in found(application(signature=False), order(), wage_notice())
    assert "C05.doubt" in found(nameless, order(), wage_notice())


def test_c10_on_the_last_day_an_application_is_in_time_and_a_day_later_it_is_not() -> None:
    papers = (application(), order(), wage_notice())

    assert last_day_to_file(case(*papers)) == date(2019, 3, 4)
    assert found(*papers, arrived=date(2019, 3, 4)) == set()
    assert found(*papers, arrived=date(2019, 3, 25)) == {"C12.late"}


def test_c10_the_months_run_from_the_order_when_earlier_days_are_claimed() -> None:
    assert last_day_to_file(case(application(absence_start="2018-12-01"), order())) == date(2019, 3, 4)


def test_c12_only_the_first_days_are_late() -> None:
    # The guide's example: order from 4.1.2019, arrived 6.3.2019 (check C01).
    papers = (application(absence_end="2019-02-15"), order(end="2019-02-15"), wage_notice())

    findings = evaluate(case(*papers, arrived=date(2019, 3, 6)))

    assert keys(findings) == {"C12.part_late"}
    assert "4.1.2019–5.1.2019" in findings[0].says
    assert findings[0].letter == "PRL11"


def test_c12_an_explanation_and_a_late_order_are_grounds() -> None:
    late = (application(), order(decision_date="2019-04-01"), wage_notice())
    explanation = paper("late_explanation", "d9", {"person_hetu": OLLI})

    assert found(*late, explanation, arrived=date(2019, 5, 6)) == {"C12.explained", "C12.order_issued_late"}


def test_c20_the_order_is_always_needed() -> None:
    assert "C20.missing" in found(application())
    assert "C20.said_to_be_attached" in found(application(attachments=["absence_order"]))


def test_c20_a_certificate_of_the_physician_in_charge_stands_for_the_order() -> None:
    certificate = paper(
        "a_certificate", "d2",
        {"patient_hetu": OLLI, "physician_title": "tartuntataudeista vastaava ylilääkäri",
         "unfit_start": "2019-01-04", "unfit_end": "2019-01-10"},
    )  # fmt: skip

    assert found(application(), certificate, wage_notice()) == set()


@pytest.mark.parametrize("title", ["infektiolääkäri", "ylilääkäri", "terveyskeskuslääkäri", ""])
def test_c22_another_physicians_certificate_never_stands_for_the_order(title: str) -> None:
    certificate = paper("a_certificate", "d2", {"patient_hetu": OLLI, "physician_title": title, "unfit_start": "2019-01-04"})

    assert {"C20.missing", "C22.certificate_is_no_order"} <= found(application(), certificate, wage_notice())


def test_c21_the_wage_notice_is_asked_for_when_the_period_is_over() -> None:
    assert "C21.ask_now" in found(application(), order())
    assert "C21.ask_later" in found(application(absence_end="2019-03-10"), order(end="2019-03-10"))
    assert "C21.paid_but_unreported" in found(application(employers=[row(name="Oy Malli Ab", pays_wage=True)]), order())


def test_c22_an_order_of_an_unknown_signer_is_asked_about() -> None:
    assert "C22.unknown_signer" in found(application(), order(physician_is_responsible=None), wage_notice())
    quarantine = order(physician_is_responsible=False, decision_kind="quarantine", authority="Etelä-Suomen aluehallintovirasto")
    assert found(application(), quarantine, wage_notice()) == {"C22.authority"}


@pytest.mark.parametrize(
    ("end", "key"), [("2019-02-03", None), ("2019-02-04", "C23.quarantine_too_long"), (None, "C23.open_end")]
)
def test_c23_a_quarantine_lasts_a_month_at_most(end: str | None, key: str | None) -> None:
    findings = found(application(), order(decision_kind="quarantine", end=end), wage_notice())

    assert findings == ({key} if key else set())


def test_c24_isolation_at_home_is_noted() -> None:
    assert "C24.at_home" in found(application(), order(decision_kind="isolation", workplace="oma koti"), wage_notice())


def test_c25_without_general_hazard_the_work_is_asked_for() -> None:
    assert "C25.which_work" in found(application(), order(hazardous=False), wage_notice())
    assert found(application(), order(hazardous=False, workplace="Päiväkoti Malli"), wage_notice()) == set()


def test_c26_the_order_is_for_the_applicant_or_the_child() -> None:
    assert "C26.another_person" in found(application(), order(subject_hetu=LIISA), wage_notice())


# The guide's own children (check C45).
@pytest.mark.parametrize(
    ("child", "key"), [("050103A901V", "C45.turns_16"), ("120101B902W", "C45.not_under_16"), ("030516D9059", None)]
)
def test_c45_a_child_is_under_16_day_by_day(child: str, key: str | None) -> None:
    claim = application(child_hetu=child, ordered_person="child", absence_start="2019-01-03")
    for_child = order(subject_hetu=child, decision_kind="child_home", start="2019-01-03")

    findings = evaluate(case(claim, for_child, wage_notice()))

    assert keys(findings) == ({key} if key else set())
    if key == "C45.turns_16":
        assert "3.1.2019–4.1.2019" in findings[0].says


def test_c27_days_outside_every_order() -> None:
    findings = evaluate(case(application(absence_end="2019-01-15"), order(), wage_notice()))

    assert keys(findings) == {"C27.outside"}
    assert "11.1.2019–15.1.2019" in findings[0].says


def test_c28_several_jobs() -> None:
    jobs = [row(name="Oy Malli Ab"), row(name="Toinen Oy")]

    assert "C28.which_job" in found(application(employers=jobs), order(), wage_notice())
    assert "C28.which_job" not in found(application(employers=jobs), order(workplace="Toinen Oy"), wage_notice())


def test_c29_without_work_no_loss() -> None:
    assert "C29.no_work" in found(application(employment_status=["student"]), order())
    assert "C29.no_work" not in found(application(employment_status=["student", "employee"]), order())


def test_every_wording_belongs_to_a_check_and_is_in_three_languages() -> None:
    for key, words in wordings().items():
        assert key.partition(".")[0] in registered()
        assert len({words.fi, words.sv, words.en}) == 3, key
        assert len({words.settled_fi, words.settled_sv, words.settled_en}) == (3 if words.settled_fi else 1), key


def test_a_wording_is_filled_in_with_the_same_words_in_every_language() -> None:
    for key, words in wordings().items():
        said, settled = _filled_in(words.fi), _filled_in(words.settled_fi)
        for suffix, text, remedy in (("_sv", words.sv, words.settled_sv), ("_en", words.en, words.settled_en)):
            assert {name.removesuffix(suffix) for name in _filled_in(text)} == said, key
            assert {name.removesuffix(suffix) for name in _filled_in(remedy)} == settled, key


def _filled_in(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}
