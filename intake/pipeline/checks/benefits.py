"""Sickness or infectious disease, other benefits on the same days, leave, and insurance in Finland (checks C30–C46)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from intake.pipeline.checks.case import (
    Case,
    Period,
    choices,
    claimed,
    day,
    earliest,
    flag,
    grounds,
    is_doubtful,
    orders,
    period,
    text,
)  # fmt: skip
from intake.pipeline.checks.days import is_benefit_weekday
from intake.pipeline.checks.register import Noticed, check
from intake.pipeline.checks.words import as_day, as_period
from intake.pipeline.conditions import (
    comes_from_prison,
    diagnosis_rank,
    has_word,
    infectious_diagnosis,
    international_markers,
    said_on,
)  # fmt: skip
from intake.pipeline.routing_table import routing_table
from models.extraction import Record

REGISTER_AWAY = "C46.register_away"
"""Says that no register answered and the careful answer was taken. Matters that bear it are judged again."""
SICKNESS = ("sickness_allowance", "partial_sickness_allowance")

RIGHT_BEFORE = timedelta(days=7)
"""How long before the order the last working day may lie to be "immediately before" it: our reading, the guide has no number."""
PARTIAL_OLD_AGE = ("osittainen varhennettu", "osittaista varhennettua", "osittaisen varhennetun", "partiell förtida")
PARTIAL_DISABILITY = ("osatyökyvyttömyys", "delinvalid", "partiell invalid")
SERVICE = ("varusmies", "asepalvelu", "siviilipalvelu", "beväring", "värnplikt", "civiltjänst")

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
        rank, ground = infectious_diagnosis(record, routing_table())
        if rank and ground:
            yield Noticed(f"C30.tier_{rank}", record, ground.field, {"code": text(record, ground.field or "") or "–"})


@check("C31")
def both_sought(case: Case) -> Iterator[Noticed]:
    """Sickness allowance, whole or partial, and this benefit for the same days.

    Only one is paid; with an order this one goes first, unless the insured person chooses the other (guide 1.4.10, 1.4.11, 1.8).
    """
    claims = list(claimed(case))
    this = [days for record, days in claims if text(record, "benefit") == "infectious_disease_allowance"]
    ordered = [days for _, days in orders(case)]
    for record, days in claims:
        if text(record, "benefit") not in SICKNESS:
            continue
        if any(overlap(days, other) for other in ordered):
            yield Noticed("C31.order_prevails", record, "benefit")
        elif any(overlap(days, other) for other in this):
            yield Noticed("C31.both_sought", record, "benefit")


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
            key, words = _effect(case, record, benefit)
            yield Noticed(key, record, "other_benefits", words)


def _effect(case: Case, record: Record, benefit: str) -> tuple[str, dict[str, str]]:
    """The effect of a pension depends on its kind, where the paper says it, and on work right before the order."""
    said = text(record, "additional_info").casefold()
    if benefit == "old_age_pension":
        if has_word(said, PARTIAL_OLD_AGE):
            return "C40.partial_old_age_pension", {}
        worked, start = day(record, "last_working_day"), earliest(days.start for _, days in orders(case))
        if worked and start and start - worked <= RIGHT_BEFORE and not is_doubtful(record, "last_working_day"):
            return "C40.old_age_pension_working", {"worked": as_day(worked)}
    if benefit == "disability_pension" and has_word(said, PARTIAL_DISABILITY):
        return "C40.partial_disability_pension", {}
    return EFFECTS[benefit], {}


@check("C42")
def annual_leave(case: Case) -> Iterator[Noticed]:
    """Days of annual leave are left out for everybody; an end that is missing is asked for, not guessed."""
    for record in case.papers("sv8_application", "y17_wage_notice"):
        leave = period(record, "annual_leave_start", "annual_leave_end")
        rests_on = grounds([record], "annual_leave", "annual_leave_end")
        if leave is None or leave.end is None:
            if leave or flag(record, "annual_leave"):
                yield Noticed("C42.when", record, "annual_leave_start", rests_on=rests_on)
            continue
        for claim, days in claimed(case):
            common = overlap(days, leave)
            if common:
                claimed_days = grounds([claim], "absence_start", "absence_end")
                words = {"days": as_period(common)}
                yield Noticed("C42.excluded", record, "annual_leave_start", words, (*rests_on, *claimed_days))


@check("C43")
def prison_or_service(case: Case) -> Iterator[Noticed]:
    """In prison, military or civil service the benefit is granted but not paid."""
    prison = comes_from_prison(case.matter, routing_table())
    if case.facts.is_in_prison:
        yield Noticed("C43.not_paid")
    elif prison:
        yield Noticed("C43.not_paid", prison.record, prison.field)
    for record in case.papers("sv8_application"):
        if has_word(text(record, "additional_info"), SERVICE):
            yield Noticed("C43.service", record, "additional_info")
    for record in case.papers("change_notice", "clarification"):
        if has_word(said_on(case.matter, record), SERVICE):
            yield Noticed("C43.service", record)


@check("C46")
def insured_in_finland(case: Case) -> Iterator[Noticed]:
    """Signs of a link abroad put insurance in Finland on the claimed days in question; a silent register leaves it open."""
    if case.facts.is_away:
        yield Noticed(REGISTER_AWAY)
    for ground in international_markers(case.matter, routing_table()):
        words = {"sign": ground.says, "sign_sv": ground.says_sv, "sign_en": ground.says_en}
        yield Noticed("C46.marker", ground.record, ground.field, words)
    if case.facts.is_insured is False:
        yield Noticed("C46.not_insured")
    until = case.facts.insured_until
    for record, days in claimed(case):
        if until and (days.end is None or days.end > until):
            yield Noticed("C46.beyond_insurance", record, "absence_end", {"until": as_day(until)})


def weekdays_without_leave(case: Case, days: Period) -> int:
    """Weekdays of a period with an end for which the benefit can be paid: days of annual leave are left out (guide 1.3.2.4)."""
    papers = case.papers("sv8_application", "y17_wage_notice")
    leaves = [leave for one in papers if (leave := period(one, "annual_leave_start", "annual_leave_end")) and leave.end]
    every = (days.start + timedelta(days=number) for number in range(((days.end or days.start) - days.start).days + 1))
    return sum(is_benefit_weekday(one) for one in every if not any(one in leave for leave in leaves))


def overlap(one: Period, other: Period) -> Period | None:
    """The days that both hold; None when there are none."""
    start = max(one.start, other.start)
    ends = [end for end in (one.end, other.end) if end is not None]
    end = min(ends) if ends else None
    return Period(start, end) if end is None or start <= end else None
