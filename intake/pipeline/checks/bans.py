"""Enforcement and competing claims on the benefit (checks C54–C59)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from rapidfuzz import fuzz

from intake.pipeline.checks.case import Case, choices, claimed, day, grounds, is_doubtful, is_told, money, orders, text
from intake.pipeline.checks.days import instalment_ends
from intake.pipeline.checks.register import Noticed, check
from intake.pipeline.checks.seizure import protected_share
from intake.pipeline.checks.words import as_day, as_euros
from intake.pipeline.conditions import said_on
from models.extraction import Extraction, Record

WAY_OF_LIFE = re.compile(r"elämäntavat|elämäntapo|elintavat|elintapo|levnadssätt|levnadsvan")
"""The municipality asks to be paid because of the person's way of life. Source: guide 1.9.2.5."""
SAME_OFFICE = 88.0
"""How alike two readings of an office's name must be, of 100, to be one office."""
MUNICIPALITY_NOTICE_DAYS = 14
"""A municipality's claim must be here so many days before the pay day. Source: guide 1.9.2.5."""


def latest_arrival_for(pay_day: date) -> date:
    """The last day on which a municipality's claim still reaches this pay day (check C58)."""
    return pay_day - timedelta(days=MUNICIPALITY_NOTICE_DAYS)


def bans_in_force(case: Case) -> list[Record]:
    """The bans that hold when the papers are read in the order of their arrival.

    A newer ban replaces an older one of the same office and debtor, a termination ends it; a suspension leaves it in
    force with free months. Source: guide 1.9.2.9.
    """
    holding: list[Record] = []
    for record in sorted(
        case.papers("payment_ban"), key=lambda one: (case.arrived[one.id].day, text(one, "issued_date"), one.id)
    ):
        before = next((held for held in holding if _continues(held, record)), None)
        if text(record, "notice_kind") == "termination":
            holding = [held for held in holding if held is not before]
        elif text(record, "notice_kind") in ("ban", "amendment", ""):
            holding = [*(held for held in holding if held is not before), record]
    return holding


def _continues(held: Record, later: Record) -> bool:
    """Tell whether a later notice is about a ban that holds: it names its day, or comes from the same office.

    Names of offices are compared with misread letters borne with; without an office the case number tells.
    """
    named, issued = day(later, "replaces_ban_dated"), day(held, "issued_date")
    if named and named == issued:
        return True
    offices = text(held, "enforcement_office").casefold(), text(later, "enforcement_office").casefold()
    if all(offices):
        return bool(fuzz.ratio(*offices) >= SAME_OFFICE)
    return bool(text(held, "case_number")) and text(held, "case_number") == text(later, "case_number")


@check("C54")
def life_cycle(case: Case) -> Iterator[Noticed]:
    """In force from its arrival; ended, replaced, expired; returned where nothing is paid."""
    bans = case.papers("payment_ban")
    if not bans:
        return
    holding = bans_in_force(case)
    for record in bans:
        words = {"arrived": as_day(case.arrived[record.id].day)}
        kind = text(record, "notice_kind")
        if kind in ("termination", "suspension"):
            yield Noticed(f"C54.{kind}", record, "notice_kind", words)
        elif record not in holding:
            yield Noticed("C54.replaced", record, "replaces_ban_dated", words)
        elif _expired(record, case.today):
            yield Noticed("C54.expired", record, "valid_to", words)
        else:
            yield Noticed("C54.in_force", record, "valid_from", words)
            months = choices(record, "free_months")
            if months:
                named = {"months": ", ".join(sorted(months))}
                yield Noticed("C54.free_months", record, "free_months", named)
    if not list(claimed(case)) and not list(orders(case)) and case.facts.has_open_case is False:
        yield Noticed("C54.nothing_to_seize", bans[-1])
    if len(holding) > 1:
        yield Noticed("C54.several", holding[-1], "enforcement_office")


def _expired(record: Record, today: date) -> bool:
    end = day(record, "valid_to")
    return end is not None and end < today


@check("C55", "C56")
def protected_part(case: Case) -> Iterator[Noticed]:
    """The share printed on the ban prevails; ours is only held against it."""
    for record in case.papers("payment_ban"):
        printed, found = money(record, "protected_portion_month"), record.fields.get("dependants")
        issued = day(record, "issued_date") or case.arrived[record.id].day
        dependants = found.value if isinstance(found, Extraction) and isinstance(found.value, int) else None
        if printed is None or dependants is None or is_doubtful(record, "protected_portion_month"):
            continue  # the field is read first
        if is_doubtful(record, "dependants"):
            continue
        ours = protected_share(dependants, issued)
        if abs(printed - ours) >= Decimal("0.01"):
            words = {"printed": as_euros(printed), "ours": as_euros(ours), "dependants": str(dependants)}
            yield Noticed("C55.differs", record, "protected_portion_month", words)
    for record in case.papers("payment_ban"):
        if text(record, "withholding_method") == "fixed" and not is_told(record, "fixed_amount"):
            yield Noticed("C56.fixed_without_sum", record, "fixed_amount", rests_on=grounds([record], "withholding_method"))


@check("C57", "C58", "C59")
def other_claims(case: Case) -> Iterator[Noticed]:
    """Who comes before whom, and what each claim needs."""
    municipality, fund = case.papers("municipality_claim"), case.papers("unemployment_fund_claim")
    bans = [record for record in bans_in_force(case) if not _expired(record, case.today)]
    for record in municipality:
        if WAY_OF_LIFE.search(said_on(case.matter, record).casefold()):
            yield Noticed("C58.way_of_life", record)
            continue  # the fourteen days are said of the other two grounds only
        latest = case.arrived[record.id].day + timedelta(days=MUNICIPALITY_NOTICE_DAYS)
        ends = sorted({end for _, days in claimed(case) if days.end for end in instalment_ends(days.start, days.end)})
        reached = ", ".join(as_day(end) for end in ends if end >= latest)
        missed = ", ".join(as_day(end) for end in ends if end < latest)
        words = {"from": as_day(latest), "reached": reached or "–", "missed": missed or "–"}
        claims = grounds([one for one, _ in claimed(case)], "absence_start", "absence_end") if ends else ()
        yield Noticed("C58.instalments" if ends else "C58.pay_days", record, None, words, claims)
    for record in fund:
        yield Noticed("C59.ask_fund", record)
    if len(municipality) + len(fund) + len(bans) > 1:
        yield Noticed("C57.priority", (municipality + fund + bans)[-1])
