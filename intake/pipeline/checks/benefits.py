"""Sickness or infectious disease, other benefits on the same days, leave, and insurance in Finland (checks C30–C46)."""

from __future__ import annotations

from collections.abc import Iterator

from intake.pipeline.checks.case import Case, Period, choices, claimed, flag, period, text
from intake.pipeline.checks.register import Noticed, check
from intake.pipeline.checks.words import as_period
from intake.pipeline.conditions import diagnosis_rank, international_markers
from intake.pipeline.routing_table import routing_table

REGISTER_AWAY = "C46.register_away"
"""Says that no register answered and the careful answer was taken. Matters that bear it are judged again."""
SICKNESS = ("sickness_allowance", "partial_sickness_allowance")

EFFECTS = {
    "old_age_pension": "C40.old_age_pension",
    "disability_pension": "C40.disability_pension",
    "rehabilitation_allowance": "C40.rehabilitation_allowance",
    "parental_allowance": "C40.parental_allowance",
    "unemployment_benefit": "C40.unemployment_benefit",
    "study_grant": "C40.no_effect",
    "accident_compensation": "C40.accident_compensation",
    "social_assistance": "C40.social_assistance",
}
"""What each benefit of the application's list means for this one. Source: guide 1.4."""


@check("C30")
def suspicion(case: Case) -> Iterator[Noticed]:
    """Sickness allowance is sought, or only a certificate came, but the diagnosis may carry this benefit."""
    if case.papers("absence_order"):
        return
    for record in case.papers("a_certificate"):
        rank = diagnosis_rank(record, routing_table())
        if rank:
            yield Noticed(f"C30.tier_{rank}", record, "main_icd10", {"code": text(record, "main_icd10") or "–"})


@check("C31")
def both_sought(case: Case) -> Iterator[Noticed]:
    """Sickness allowance and this benefit for the same days: with an order this one goes first, unless the other is chosen."""
    sick = [record for record in case.papers("sv8_application") if text(record, "benefit") in SICKNESS]
    if sick and case.papers("absence_order"):
        yield Noticed("C31.order_prevails", sick[0], "benefit")


@check("C32")
def sickness_allowance_paid(case: Case) -> Iterator[Noticed]:
    """The allowance for sickness has been paid and the order comes afterwards: hear, rectify, ask the employer again."""
    if case.facts.sickness_allowance_paid and case.papers("absence_order"):
        yield Noticed("C32.hear_and_rectify", case.papers("absence_order")[0])


@check("C33")
def hospitalised(case: Case) -> Iterator[Noticed]:
    """In hospital without an order: sickness allowance can be granted first and the order asked for later."""
    if case.papers("absence_order"):
        return
    for record in case.papers("a_certificate"):
        said = f"{text(record, 'statement')} {text(record, 'physician_unit')}".casefold()
        if diagnosis_rank(record, routing_table()) and any(
            word in said for word in ("osastolla", "sairaalahoi", "på avdelning", "sjukhusvård")
        ):
            yield Noticed("C33.in_hospital", record, "statement")


@check("C40")
def other_benefits(case: Case) -> Iterator[Noticed]:
    """Every benefit that the applicant has or seeks for the same time, with its effect."""
    for record in case.papers("sv8_application"):
        for benefit in sorted(choices(record, "other_benefits") & EFFECTS.keys()):
            yield Noticed(EFFECTS[benefit], record, "other_benefits")


@check("C42")
def annual_leave(case: Case) -> Iterator[Noticed]:
    """Days of annual leave are left out for everybody."""
    for record in case.papers("sv8_application", "y17_wage_notice"):
        leave = period(record, "annual_leave_start", "annual_leave_end")
        if leave is None:
            if flag(record, "annual_leave"):
                yield Noticed("C42.when", record, "annual_leave_start")
            continue
        for _, days in claimed(case):
            common = overlap(days, leave)
            if common:
                yield Noticed("C42.excluded", record, "annual_leave_start", {"days": as_period(common)})


@check("C43")
def prison(case: Case) -> Iterator[Noticed]:
    """For a prisoner the benefit is granted but not paid."""
    if case.facts.is_in_prison:
        yield Noticed("C43.not_paid")


@check("C46")
def insured_in_finland(case: Case) -> Iterator[Noticed]:
    """Signs of a link abroad put insurance in Finland on the claimed days in question; a silent register leaves it open."""
    if case.facts.is_away:
        yield Noticed(REGISTER_AWAY)
    for ground in international_markers(case.matter, routing_table()):
        yield Noticed("C46.marker", ground.record, ground.field, {"sign": ground.says})
    if case.facts.is_insured is False:
        yield Noticed("C46.not_insured")
    until = case.facts.insured_until
    for record, days in claimed(case):
        if until and (days.end is None or days.end > until):
            yield Noticed("C46.beyond_insurance", record, "absence_end", {"until": f"{until.day}.{until.month}.{until.year}"})


def overlap(one: Period, other: Period) -> Period | None:
    """The days that both hold; None when there are none."""
    start = max(one.start, other.start)
    ends = [end for end in (one.end, other.end) if end is not None]
    end = min(ends) if ends else None
    return Period(start, end) if end is None or start <= end else None
