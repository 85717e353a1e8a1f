"""The order and what belongs to it: who signed, for whom, for which days, for which disease (checks C20–C29)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from extractors.values.identity import born, is_hetu
from intake.pipeline.checks.case import Case, Period, choices, claimed, flag, is_told, orders, period, rows, text
from intake.pipeline.checks.register import Noticed, check
from intake.pipeline.checks.words import as_day, as_period
from intake.pipeline.conditions import has_word
from intake.pipeline.routing_table import routing_table
from models.extraction import Record

CHILD_UNDER_YEARS = 16
"""Source: guide 1.3.3.1."""
QUARANTINE_MONTHS = 1
"""Source: guide 1.3.3.3.1: one month, and a continuation of one month (ambiguity A6)."""


def stands_for_an_order(case: Case) -> list[Record]:
    """A certificates that count as an order: signed by the physician in charge, with days (guide 1.3.3.2; ambiguity A11)."""
    words = routing_table().words.physician_in_charge
    return [
        record for record in case.papers("a_certificate")
        if has_word(text(record, "physician_title").casefold(), words) and is_told(record, "unfit_start")
    ]  # fmt: skip


@check("C20")
def order_missing(case: Case) -> Iterator[Noticed]:
    """The order of the physician in charge is always needed: ask the insured person first."""
    if case.papers("absence_order") or stands_for_an_order(case):
        return
    for record in case.papers("sv8_application"):
        if text(record, "benefit") in ("", "infectious_disease_allowance"):
            told = "absence_order" in choices(record, "attachments")
            yield Noticed("C20.said_to_be_attached" if told else "C20.missing", record, "attachments" if told else None)


@check("C21")
def wage_notice_missing(case: Case) -> Iterator[Noticed]:
    """An employee's loss of earnings is shown by the employer's notice: asked for at once when the period is over."""
    if case.papers("y17_wage_notice"):
        return
    for record, days in claimed(case):
        status = choices(record, "employment_status")
        if "employee" in status or rows(record, "employers"):
            over = days.end is not None and days.end < case.today
            paid = any(flag(row, "pays_wage") for row in rows(record, "employers"))
            yield Noticed("C21.paid_but_unreported" if paid else "C21.ask_now" if over else "C21.ask_later", record, "employers")


@check("C22")
def signer(case: Case) -> Iterator[Noticed]:
    """Only the physician in charge of infectious diseases can make the order; in sudden danger also an authority."""
    for record in case.papers("absence_order"):
        if flag(record, "physician_is_responsible") is not True:
            by_authority = has_word(
                text(record, "authority").casefold(), ("aluehallintovirasto", "regionförvaltningsverket", "ministeri")
            )
            wider = text(record, "decision_kind") in ("quarantine", "isolation")
            yield Noticed("C22.authority" if by_authority and wider else "C22.unknown_signer", record, "physician_is_responsible")
    if case.papers("absence_order"):
        return
    standing = stands_for_an_order(case)
    for record in case.papers("a_certificate"):
        if record not in standing:
            yield Noticed("C22.certificate_is_no_order", record, "physician_title")


@check("C23")
def length(case: Case) -> Iterator[Noticed]:
    """Quarantine lasts a month and can be continued by one; an order without an end is open."""
    for record, days in orders(case):
        if days.end is None:
            yield Noticed("C23.open_end", record, "end")
        elif text(record, "decision_kind") == "quarantine" and days.end >= days.start + relativedelta(months=QUARANTINE_MONTHS):
            yield Noticed("C23.quarantine_too_long", record, "end", {"days": as_period(days)})


@check("C24")
def isolation_at_home(case: Case) -> Iterator[Noticed]:
    """Isolation is in a unit of health care; one at home may be a quarantine."""
    for record in case.papers("absence_order"):
        if text(record, "decision_kind") == "isolation" and has_word(
            text(record, "workplace").casefold(), ("koti", "hemma", "hemmet")
        ):
            yield Noticed("C24.at_home", record, "decision_kind")


@check("C25")
def work_with_risk(case: Case) -> Iterator[Noticed]:
    """For a disease that is not generally hazardous only certain work counts: it is asked for when it is not said."""
    for record in case.papers("absence_order"):
        if (
            flag(record, "hazardous") is False
            and text(record, "decision_kind") == "work_absence"
            and not text(record, "workplace")
        ):
            yield Noticed("C25.which_work", record, "workplace")


@check("C26", "C45")
def subject(case: Case) -> Iterator[Noticed]:
    """The order is for the applicant, or for a child under 16 of whose guardian the application is."""
    own = {text(record, "applicant_hetu") for record in case.papers("sv8_application")} - {""}
    children = {text(record, "child_hetu") for record in case.papers("sv8_application")} - {""}
    for record, days in orders(case):
        code = text(record, "subject_hetu")
        if not is_hetu(code):
            continue
        if code not in own:
            if own and code not in children and text(record, "guardian_hetu") not in own:
                yield Noticed("C26.another_person", record, "subject_hetu")
            yield from _age(record, code, days)


def _age(record: Record, code: str, days: Period) -> Iterator[Noticed]:
    """A child counts day by day: under 16 on each (ambiguity A25)."""
    birthday = born(code) + relativedelta(years=CHILD_UNDER_YEARS)
    if birthday <= days.start:
        yield Noticed("C45.not_under_16", record, "subject_hetu", {"birthday": as_day(birthday)})
    elif birthday in days:
        until = as_period(Period(days.start, birthday - timedelta(days=1)))
        yield Noticed("C45.turns_16", record, "subject_hetu", {"birthday": as_day(birthday), "days": until})


@check("C27")
def claimed_outside_order(case: Case) -> Iterator[Noticed]:
    """Days applied for that no order covers."""
    ordered = [days for _, days in orders(case)]
    ordered += [days for record in stands_for_an_order(case) if (days := period(record, "unfit_start", "unfit_end"))]
    if not ordered:
        return
    for record, days in claimed(case):
        end = days.end or days.start
        outside = [one for one in _days(days.start, end) if not any(one in each for each in ordered)]
        if outside:
            yield Noticed("C27.outside", record, "absence_start", {"days": as_period(Period(outside[0], outside[-1]))})


@check("C28")
def several_jobs(case: Case) -> Iterator[Noticed]:
    """With two jobs the right is only to the one that is barred: ask which, unless the order says it."""
    named = any(text(record, "workplace") for record in case.papers("absence_order"))
    for record in case.papers("sv8_application"):
        if len(rows(record, "employers")) > 1 and not named:
            yield Noticed("C28.which_job", record, "employers")


@check("C29")
def no_employment(case: Case) -> Iterator[Noticed]:
    """Without work there is no loss, unless a side job or an agreed job was barred."""
    working = {"employee", "self_employed", "farmer", "grant_recipient"}
    for record in case.papers("sv8_application"):
        status = choices(record, "employment_status")
        if status and not status & working and not rows(record, "employers"):
            yield Noticed("C29.no_work", record, "employment_status")


def _days(start: date, end: date) -> Iterator[date]:
    for number in range((end - start).days + 1):
        yield start + timedelta(days=number)
