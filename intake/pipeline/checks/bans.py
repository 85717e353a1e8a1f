"""Enforcement and competing claims on the benefit (checks C54–C59)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from intake.pipeline.checks.case import Case, claimed, day, is_doubtful, money, orders, text
from intake.pipeline.checks.register import Noticed, check
from intake.pipeline.checks.seizure import protected_share
from intake.pipeline.checks.words import as_day, as_euros
from models.extraction import Extraction, Record

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
    holding: dict[str, Record] = {}
    for record in sorted(
        case.papers("payment_ban"), key=lambda one: (case.arrived[one.id].day, text(one, "issued_date"), one.id)
    ):
        office = text(record, "enforcement_office").casefold() or text(record, "case_number")
        if text(record, "notice_kind") == "termination":
            holding.pop(office, None)
        elif text(record, "notice_kind") in ("ban", "amendment", ""):
            holding[office] = record
    return list(holding.values())


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
            continue
        ours = protected_share(dependants, issued)
        if abs(printed - ours) >= Decimal("0.01"):
            words = {"printed": as_euros(printed), "ours": as_euros(ours), "dependants": str(dependants)}
            yield Noticed("C55.differs", record, "protected_portion_month", words)
    for record in case.papers("payment_ban"):
        if text(record, "withholding_method") == "fixed" and money(record, "fixed_amount") is None:
            yield Noticed("C56.fixed_without_sum", record, "fixed_amount")


@check("C57", "C58", "C59")
def other_claims(case: Case) -> Iterator[Noticed]:
    """Who comes before whom, and what each claim needs."""
    municipality, fund = case.papers("municipality_claim"), case.papers("unemployment_fund_claim")
    bans = [record for record in bans_in_force(case) if not _expired(record, case.today)]
    for record in municipality:
        latest = case.arrived[record.id].day + timedelta(days=MUNICIPALITY_NOTICE_DAYS)
        yield Noticed("C58.pay_days", record, None, {"from": as_day(latest)})
    for record in fund:
        yield Noticed("C59.ask_fund", record)
    if len(municipality) + len(fund) + len(bans) > 1:
        yield Noticed("C57.priority", (municipality + fund + bans)[-1])
