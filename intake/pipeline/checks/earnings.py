"""Loss of earnings, who gets the money, self-employed people (checks C50–C53 and C60–C69)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from intake.pipeline.checks.amounts import from_month
from intake.pipeline.checks.case import Case, choices, flag, money, period, rows, text
from intake.pipeline.checks.days import benefit_weekdays
from intake.pipeline.checks.register import Noticed, check
from intake.pipeline.checks.words import as_euros
from intake.pipeline.conditions import has_word
from models.extraction import Record

NOTABLE_DIFFERENCE = Decimal("0.10")
"""Between the day by the month's wage and the day by the whole loss (ambiguity A19)."""
CURRENCIES = ("sek", "nok", "dkk", "usd", "gbp", "chf", "eek", "kruunu", "kronor", "dollar", "punta", "pund")
NOT_WAGE = (
    "optio", "option", "osakeanti", "lahja", "gåva", "henkilöstörahasto", "personalfond", "voittopalkkio", "vinstpremie",
    "päiväraha ulkomaa",    "verovapaa", "skattefri", "starttiraha", "startpeng", "osinko", "dividend", "odotusajan palkka",
)  # fmt: skip


@check("C50")
def payee(case: Case) -> Iterator[Noticed]:
    """The employer gets the part for which it pays wage: it must say for which days, and where to."""
    for record in case.papers("y17_wage_notice"):
        if flag(record, "claims_benefit"):
            if not rows(record, "wage_periods") and not text(record, "wage_continues_from"):
                yield Noticed("C50.no_paid_days", record, "wage_periods")
            if not text(record, "employer_iban"):
                yield Noticed("C50.no_account", record, "employer_iban")
        elif flag(record, "claims_benefit") is False and rows(record, "wage_periods"):
            yield Noticed("C50.paid_but_not_claimed", record, "claims_benefit")


@check("C51", "C64")
def several_employers(case: Case) -> Iterator[Noticed]:
    """Several employers share by the wages they paid; an employer of the application whose notice is missing is asked."""
    notices = case.papers("y17_wage_notice")
    if len({text(record, "employer_business_id") or text(record, "employer_name") for record in notices}) > 1:
        yield Noticed("C51.shared", notices[-1], "employer_name")
    for record in case.papers("sv8_application"):
        if notices and len(rows(record, "employers")) > len(notices):
            yield Noticed("C51.notice_missing", record, "employers")


@check("C52", "C61", "C65", "C69")
def self_employed(case: Case) -> Iterator[Noticed]:
    """An entrepreneur's day rests on the insured income: without insurance it is asked why."""
    for record in case.papers("sv8_application"):
        status, insurance = choices(record, "employment_status"), choices(record, "self_employed_insurance")
        if not status & {"self_employed", "farmer", "grant_recipient"}:
            continue
        if "employee" in status:
            yield Noticed("C52.also_employed", record, "employment_status")
        if "none" in insurance:
            yield Noticed("C69.not_insured", record, "self_employed_insurance")
        elif not insurance:
            yield Noticed("C61.which_insurance", record, "self_employed_insurance")
        elif not text(record, "pension_institution"):
            yield Noticed("C61.which_institution", record, "pension_institution")


@check("C53")
def others(case: Case) -> Iterator[Noticed]:
    """A pay-security decision or a guardianship changes who is paid."""
    for record in case.papers("pay_security_decision"):
        yield Noticed("C53.pay_security", record)
    for record in case.papers("guardianship_order"):
        yield Noticed("C53.guardian", record)


@check("C60", "C63")
def loss_of_earnings(case: Case) -> Iterator[Noticed]:
    """Amount, unit and period of the loss; month and whole are held against each other."""
    for record in case.papers("y17_wage_notice"):
        month, whole = money(record, "lost_monthly_earnings"), money(record, "lost_earnings_total")
        days = period(record, "absence_start", "absence_end")
        if month is None and whole is None:
            yield Noticed("C60.no_loss_given", record, "lost_monthly_earnings")
        elif month is not None and whole is not None and days and days.end:
            weekdays = benefit_weekdays(days.start, days.end)
            if weekdays and _differ(from_month(month), whole / weekdays):
                words = {"month": as_euros(from_month(month)), "whole": as_euros(whole / weekdays), "weekdays": str(weekdays)}
                yield Noticed("C60.month_and_whole_differ", record, "lost_earnings_total", words)
        elif month is None and (days is None or days.end is None):
            yield Noticed("C60.no_period", record, "absence_end")


def _differ(one: Decimal, other: Decimal) -> bool:
    return abs(one - other) > NOTABLE_DIFFERENCE * max(one, other)


@check("C62")
def substitute_work(case: Case) -> Iterator[Noticed]:
    """Other work arranged during the order: the loss is the difference; without its pay nothing can be said."""
    for record in case.papers("y17_wage_notice"):
        if flag(record, "other_work_arranged"):
            month, other = money(record, "lost_monthly_earnings"), money(record, "other_work_pay")
            if other is None:
                yield Noticed("C62.pay_missing", record, "other_work_pay")
            elif month is not None and other >= month:
                yield Noticed("C62.no_loss", record, "other_work_pay")
    for record in case.papers("sv8_application"):
        if flag(record, "other_work"):
            yield Noticed("C62.other_work", record, "other_work_description")


@check("C67", "C68")
def kinds_of_pay(case: Case) -> Iterator[Noticed]:
    """Pay that is no wage in the law's sense, and pay in another currency."""
    for record in case.papers("y17_wage_notice", "wage_certificate"):
        said = _said(record)
        if has_word(said, NOT_WAGE):
            yield Noticed("C67.not_wage", record, "additional_info")
        if any(f" {word}" in f" {said}" for word in CURRENCIES):
            yield Noticed("C68.currency", record, "additional_info")


def _said(record: Record) -> str:
    return text(record, "additional_info").casefold()
