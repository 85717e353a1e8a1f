"""The order and what belongs to it: who signed, for whom, for which days, for which disease (checks C20–C29)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from extractors.values.identity import born, is_hetu
from intake.pipeline.checks.case import (
    Case,
    Grounds,
    Period,
    choices,
    claimed,
    day,
    flag,
    grounds,
    is_told,
    orders,
    period,
    rows,
    text,
)  # fmt: skip
from intake.pipeline.checks.register import Noticed, check
from intake.pipeline.checks.words import as_day, as_period
from intake.pipeline.conditions import diagnosis_rank, has_word, said_on
from intake.pipeline.matters import text_of
from intake.pipeline.routing_table import routing_table
from models.extraction import Record, Row

CHILD_UNDER_YEARS = 16
"""Source: guide 1.3.3.1."""
QUARANTINE_MONTHS = 1
MOST_QUARANTINES = 2
"""Source: guide 1.3.3.3.1: one month, and a continuation of one month (ambiguity A6)."""
AUTHORITIES = (
    "aluehallintovirasto", "regionförvaltningsverk", "ministeri", "lautakunta", "nämnd", "kunnanhallitus", "kaupunginhallitus",
    "kommunstyrelse", "stadsstyrelse",
)  # fmt: skip
"""Who may order quarantine or isolation in sudden danger besides the physician. Source: guide 1.3.3.2."""
UNTIL_FURTHER_NOTICE = ("toistaiseksi", "tills vidare")
_AT_HOME = re.compile(r"\bkoti\b|\bkotona\b|\bkotieristy|\berist\w* koti|\bhemma\b|\bi hemmet\b|\bhemisoler")
_ISOLATED_AT_HOME = re.compile(r"\bkotieristy|\berist\w+ kot(ona|iin|issa)|\bhemisoler|\bisoler\w+ (hemma|i hemmet)")


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
    unread = grounds(case.papers("a_certificate"), "physician_title")
    for record in case.papers("sv8_application"):
        if text(record, "benefit") in ("", "infectious_disease_allowance"):
            told = "absence_order" in choices(record, "attachments")
            key = "C20.said_to_be_attached" if told else "C20.missing"
            rests_on = ((record, "benefit"), *unread)
            yield Noticed(key, record, "attachments" if told else None, rests_on=rests_on, lacks_paper=True)


@check("C21")
def wage_notice_missing(case: Case) -> Iterator[Noticed]:
    """An employee's loss of earnings is shown by the employer's notice.

    Asked for at once when the period is over; for days to come, after the pay day that follows them (guide 1.5).
    """
    if case.papers("y17_wage_notice"):
        return
    for record, days in claimed(case):
        status = choices(record, "employment_status")
        if "employee" not in status and not rows(record, "employers"):
            continue
        over = days.end is not None and days.end < case.today
        paid = any(flag(row, "pays_wage") for row in rows(record, "employers"))
        later = "C21.ask_later" if days.end else "C21.ask_when_ended"
        key = "C21.paid_but_unreported" if paid else "C21.ask_now" if over else later
        rests_on = grounds([record], "employment_status", "absence_end")
        words = {"until": as_day(days.end) if days.end else "–"}
        yield Noticed(key, record, "employers", words, rests_on, lacks_paper=True)


@check("C22")
def signer(case: Case) -> Iterator[Noticed]:
    """Only the physician in charge of infectious diseases can make the order; in sudden danger also an authority."""
    for record in case.papers("absence_order"):
        if flag(record, "physician_is_responsible") is not True:
            by_authority = has_word(text(record, "authority").casefold(), AUTHORITIES)
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
    """Quarantine lasts a month and can be continued once by one; an order without an end is open.

    An end that stands there and cannot be read is no open end.
    """
    quarantines = [(record, days) for record, days in orders(case) if text(record, "decision_kind") == "quarantine"]
    for record, days in orders(case):
        if days.end is None:
            if not is_told(record, "end") or has_word(text_of(record, "end"), UNTIL_FURTHER_NOTICE):
                yield Noticed("C23.open_end", record)
        elif (record, days) in quarantines and days.end >= days.start + relativedelta(months=QUARANTINE_MONTHS):
            rests_on = grounds([record], "start", "decision_kind")
            yield Noticed("C23.quarantine_too_long", record, "end", {"days": as_period(days)}, rests_on)
    if len({days for _, days in quarantines}) > MOST_QUARANTINES:
        rests_on = grounds([record for record, _ in quarantines], "start", "end", "decision_kind")
        yield Noticed("C23.continued_again", quarantines[-1][0], "start", {"number": str(len(quarantines))}, rests_on)


@check("C24")
def isolation_at_home(case: Case) -> Iterator[Noticed]:
    """Isolation is in a unit of health care; one at home may be a quarantine. A day-care home (päiväkoti) is no home."""
    for record in case.papers("absence_order"):
        if text(record, "decision_kind") != "isolation":
            continue
        at_home = _AT_HOME.search(text(record, "workplace").casefold())
        if at_home or _ISOLATED_AT_HOME.search(said_on(case.matter, record).casefold()):
            yield Noticed("C24.at_home", record, "decision_kind")


@check("C25")
def work_with_risk(case: Case) -> Iterator[Noticed]:
    """For a disease that is not generally hazardous only certain work counts: it is asked for when it is not said."""
    for record in case.papers("absence_order"):
        is_work = text(record, "decision_kind") == "work_absence"
        if is_work and flag(record, "hazardous") is False and not is_told(record, "workplace"):
            yield Noticed("C25.which_work", record, "workplace", rests_on=grounds([record], "hazardous", "decision_kind"))


@check("C26", "C45")
def subject(case: Case) -> Iterator[Noticed]:
    """The order is for the applicant, or for a child under 16 of whose guardian the application is."""
    claims = case.papers("sv8_application")
    own = {text(record, "applicant_hetu") for record in claims} - {""}
    children = {text(record, "child_hetu") for record in claims} - {""}
    unnamed_child = any(text(record, "ordered_person") == "child" and not text(record, "child_hetu") for record in claims)
    rests_on = grounds(claims, "applicant_hetu", "child_hetu")
    for record, days in orders(case):
        code = text(record, "subject_hetu")
        if not is_hetu(code) or code in own:
            continue
        for_child = text(record, "decision_kind") == "child_home" or code in children
        expected = code in children or text(record, "guardian_hetu") in own or (for_child and unnamed_child)
        if own and not expected:
            yield Noticed("C26.another_person", record, "subject_hetu", rests_on=rests_on)
        if for_child:
            yield from _age(record, code, days)


def _age(record: Record, code: str, days: Period) -> Iterator[Noticed]:
    """A child counts day by day: under 16 on each (ambiguity A25)."""
    birthday = born(code) + relativedelta(years=CHILD_UNDER_YEARS)
    rests_on = grounds([record], "start", "end")
    if birthday <= days.start:
        yield Noticed("C45.not_under_16", record, "subject_hetu", {"birthday": as_day(birthday)}, rests_on)
    elif birthday in days:
        until = as_period(Period(days.start, birthday - timedelta(days=1)))
        yield Noticed("C45.turns_16", record, "subject_hetu", {"birthday": as_day(birthday), "days": until}, rests_on)


@check("C27")
def claimed_outside_order(case: Case) -> Iterator[Noticed]:
    """Days applied for that no order covers, but for those of incapacity by the ordered disease (guide 1.3.4)."""
    ordered = [days for _, days in orders(case)]
    ordered += [days for record in stands_for_an_order(case) if (days := period(record, "unfit_start", "unfit_end"))]
    if not ordered:
        return
    sick = _incapacity(case)
    rests_on: Grounds = grounds(case.papers("absence_order"), "start", "end")
    for record, days in claimed(case):
        outside = [one for one in _days(days) if not any(one in each for each in ordered)]
        incapable = [one for one in outside if any(one in each for each in sick)]
        for key, some in (("C27.outside", [one for one in outside if one not in incapable]), ("C27.incapacity", incapable)):
            if some:
                grounds_of_claim = ((record, "absence_end"), *rests_on)
                yield Noticed(key, record, "absence_start", {"days": _runs(some)}, grounds_of_claim, lacks_paper=True)


def _incapacity(case: Case) -> list[Period]:
    """Days for which a certificate says that an infectious disease made the person unfit for work."""
    ill = [record for record in case.papers("a_certificate") if diagnosis_rank(record, routing_table())]
    return [days for record in ill if (days := period(record, "unfit_start", "unfit_end"))]


def _runs(days: Sequence[date]) -> str:
    """Days that follow each other as one period each: `1.1.2019–3.1.2019, 11.1.2019–15.1.2019`."""
    runs: list[list[date]] = []
    for one in days:
        if runs and one - runs[-1][-1] == timedelta(days=1):
            runs[-1].append(one)
        else:
            runs.append([one])
    return ", ".join(as_period(Period(run[0], run[-1])) for run in runs)


@check("C28")
def several_jobs(case: Case) -> Iterator[Noticed]:
    """With two jobs the right is only to the one that is barred: ask which, unless the order says it."""
    if any(is_told(record, "workplace") for record in case.papers("absence_order")):
        return
    for record in case.papers("sv8_application"):
        if len(jobs_during(record)) > 1:
            yield Noticed("C28.which_job", record, "employers", lacks_paper=not case.papers("absence_order"))


def jobs_during(application: Record) -> list[Row]:
    """The employers of an application but those whose job had ended before the days applied for."""
    start = day(application, "absence_start")
    ended = [row for row in rows(application, "employers") if start and (end := day(row, "end")) and end < start]
    return [row for row in rows(application, "employers") if row not in ended]


@check("C29")
def no_employment(case: Case) -> Iterator[Noticed]:
    """Without work there is no loss, unless a side job or an agreed job was barred; an employer's notice shows work."""
    working = {"employee", "self_employed", "farmer", "grant_recipient"}
    for record in case.papers("sv8_application"):
        status = choices(record, "employment_status")
        if status and not status & working and not rows(record, "employers") and not case.papers("y17_wage_notice"):
            yield Noticed("C29.no_work", record, "employment_status", lacks_paper=True)


def _days(days: Period) -> Iterator[date]:
    """Every day of a period; of one without an end its first day."""
    for number in range(((days.end or days.start) - days.start).days + 1):
        yield days.start + timedelta(days=number)
