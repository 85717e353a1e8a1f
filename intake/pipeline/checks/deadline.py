"""When the matter became pending, and whether it was applied for in time (checks C01–C12)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from intake.pipeline.checks.case import Case, claimed, day, earliest, flag, grounds, is_doubtful, is_told, orders
from intake.pipeline.checks.days import first_day_in_time, last_filing_day
from intake.pipeline.checks.register import Noticed, check
from intake.pipeline.checks.words import as_day

APPLICATIONS = ("sv8_application",)
OPENERS = (*APPLICATIONS, "absence_order", "a_certificate", "b_statement", "e115", "y17_wage_notice")
"""Papers that open the matter. Source: guide 1.5; a wage notice only when it claims the benefit (ambiguity A37)."""


def pending_date(case: Case) -> date | None:
    """The day the matter became pending: the earliest arrival of a paper that opens it (guide 1.5.1, 1.5.1.1).

    None when only papers came that open nothing, such as a payment ban.
    """
    opening = [
        record for record in case.papers(*OPENERS) if record.document_type != "y17_wage_notice" or flag(record, "claims_benefit")
    ]
    return earliest(case.arrived[record.id].day for record in opening if record.id in case.arrived)


def first_day_wanted(case: Case) -> date | None:
    """The day from which the two months run: the first day applied for, at the earliest the order's first (guide 1.5.3)."""
    wanted = earliest(days.start for _, days in claimed(case))
    ordered = earliest(days.start for _, days in orders(case))
    return max(filter(None, (wanted, ordered)), default=None)


def last_day_to_file(case: Case) -> date | None:
    start = first_day_wanted(case)
    return None if start is None else last_filing_day(start)


@check("C03", "C04")
def opened_without_application(case: Case) -> Iterator[Noticed]:
    """An order, certificate or wage notice opens the matter but is no application; a continuing order needs none."""
    if pending_date(case) is None or case.papers(*APPLICATIONS, "e115"):
        return
    openers = case.papers(*OPENERS)
    if case.papers("absence_order") and case.facts.has_open_case:
        yield Noticed("C04.order_continues", case.papers("absence_order")[-1])
    else:
        yield Noticed("C03.no_application", openers[0], lacks_paper=True)


@check("C05")
def unsigned(case: Case) -> Iterator[Noticed]:
    """A missing signature is not asked for unless origin or will is doubted."""
    for record in case.papers(*APPLICATIONS):
        if flag(record, "signature") is False:
            nameless = not (is_told(record, "applicant_last_name") and is_told(record, "applicant_hetu"))
            yield Noticed("C05.doubt" if nameless else "C05.tolerated", record, "signature")


@check("C10", "C11", "C12")
def late(case: Case) -> Iterator[Noticed]:
    """Days for which it is too late to apply: all of them or the first ones."""
    start, last, pending = first_day_wanted(case), last_day_to_file(case), pending_date(case)
    if start is None or last is None or pending is None or pending <= last:
        return
    in_time = first_day_in_time(pending)
    words = {
        "last": as_day(last),
        "pending": as_day(pending),
        "start": as_day(start),
        "until": as_day(in_time - timedelta(days=1)),
    }
    rests_on = (*grounds(case.papers("absence_order"), "start"), *grounds(case.papers(*APPLICATIONS), "absence_start"))
    for record, days in claimed(case):
        some = days.end is None or days.end >= in_time
        explained = bool(case.papers("late_explanation"))
        how = "explained" if explained else "part_late" if some else "late"
        yield Noticed(f"C12.{how}", record, "absence_start", words, rests_on, lacks_paper=True)
        if _issued_late(case, last):
            yield Noticed("C12.order_issued_late", record, None, words)


def _issued_late(case: Case, last: date) -> bool:
    """Tell whether the order itself was made after the deadline: a ground for being late (ambiguity A13)."""
    made = [day(record, "decision_date") for record, _ in orders(case) if not is_doubtful(record, "decision_date")]
    return bool(made) and all(one is not None and one > last for one in made)
