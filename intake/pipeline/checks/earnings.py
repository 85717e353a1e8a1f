"""Loss of earnings, who gets the money, self-employed people (checks C50–C53 and C60–C69)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from intake.pipeline.checks.amounts import from_month
from intake.pipeline.checks.benefits import overlap
from intake.pipeline.checks.case import Case, choices, flag, grounds, is_told, money, period, rows, text
from intake.pipeline.checks.days import benefit_weekdays
from intake.pipeline.checks.order import jobs_during
from intake.pipeline.checks.register import Noticed, check
from intake.pipeline.checks.words import as_euros
from intake.pipeline.conditions import has_word
from models.extraction import Record

NOTABLE_DIFFERENCE = Decimal("0.10")
"""Between the day by the month's wage and the day by the whole loss (ambiguity A19)."""
CURRENCIES = (
    " sek ", " nok ", " dkk ", " usd ", " gbp ", " chf ", " eek ", " kruunu", " kronor", " dollar", " punta", " puntaa", " pund ",
)  # fmt: skip
NOT_WAGE = (
    " optio", " option", " osakeanti", " osakeannin", " lahja", " gåva", " henkilöstörahasto", " personalfond",
    " henkilökuntaetu", " personalförmån", " voittopalkkio", " vinstpremie", " verovapaa", " skattefri", " starttiraha",
    " startpeng", " osinko", " osing", " dividend", " odotusajan palk", " erokorvau", " avgångsvederlag",
)  # fmt: skip


_INSURANCE_ENDED = re.compile(r"\b(yel|myel|föpl|lföpl)\b.*(päätty|lopet|upphör|avslut)")


@check("C50")
def payee(case: Case) -> Iterator[Noticed]:
    """The employer gets the part for which it pays wage: it must say for which days, and where to."""
    for record in case.papers("y17_wage_notice"):
        if flag(record, "claims_benefit"):
            rests_on = grounds([record], "claims_benefit")
            if not is_told(record, "wage_periods") and not is_told(record, "wage_continues_from"):
                yield Noticed("C50.no_paid_days", record, "wage_periods", rests_on=rests_on)
            if not is_told(record, "employer_iban"):
                yield Noticed("C50.no_account", record, "employer_iban", rests_on=rests_on)
        elif flag(record, "claims_benefit") is False and rows(record, "wage_periods"):
            yield Noticed("C50.paid_but_not_claimed", record, "claims_benefit")


@check("C51", "C64")
def several_employers(case: Case) -> Iterator[Noticed]:
    """Several employers share by the wages they paid; an employer of the application whose notice is missing is asked."""
    notices = case.papers("y17_wage_notice")
    if len({text(record, "employer_business_id") or text(record, "employer_name") for record in notices}) > 1:
        rests_on = grounds(notices, "employer_business_id", "employer_name")
        yield Noticed("C51.shared", notices[-1], "employer_name", rests_on=rests_on)
    for record in case.papers("sv8_application"):
        if notices and len(jobs_during(record)) > len(notices):
            yield Noticed("C51.notice_missing", record, "employers", lacks_paper=True)


@check("C52", "C61", "C65", "C69")
def self_employed(case: Case) -> Iterator[Noticed]:
    """An entrepreneur's day rests on the insured income: without insurance it is asked why."""
    for record in case.papers("sv8_application"):
        status, insurance = choices(record, "employment_status"), choices(record, "self_employed_insurance")
        if not status & {"self_employed", "farmer", "grant_recipient"}:
            continue
        rests_on = grounds([record], "employment_status", "self_employed_insurance")
        if "employee" in status:
            ended = _INSURANCE_ENDED.search(text(record, "additional_info").casefold())
            yield Noticed("C52.insurance_ended" if ended else "C52.also_employed", record, "employment_status")
        if "none" in insurance:
            yield Noticed("C69.not_insured", record, "self_employed_insurance", rests_on=rests_on)
        elif not is_told(record, "self_employed_insurance"):
            yield Noticed("C61.which_insurance", record, "self_employed_insurance", rests_on=rests_on)
        elif insurance and not is_told(record, "pension_institution"):
            yield Noticed("C61.which_institution", record, "pension_institution", rests_on=rests_on)


@check("C53")
def others(case: Case) -> Iterator[Noticed]:
    """A bankruptcy estate, a pay-security decision or a guardianship changes who is paid."""
    for record in case.papers("y17_wage_notice"):
        if has_word(text(record, "employer_name"), ("konkurssipes", "konkursbo")):
            yield Noticed("C53.bankrupt", record, "employer_name")
    for record in case.papers("pay_security_decision"):
        yield Noticed("C53.pay_security", record)
    for record in case.papers("guardianship_order"):
        yield Noticed("C53.guardian", record)


@check("C60", "C63")
def loss_of_earnings(case: Case) -> Iterator[Noticed]:
    """Amount, unit and period of the loss; month and whole are held against each other."""
    for record in case.papers("y17_wage_notice"):
        if not is_told(record, "lost_monthly_earnings") and not is_told(record, "lost_earnings_total"):
            fallback = case.papers("wage_certificate")
            yield Noticed("C60.earlier_pay" if fallback else "C60.no_loss_given", record, "lost_monthly_earnings")
        elif not is_told(record, "lost_monthly_earnings") and not _is_period_told(record):
            yield Noticed("C60.no_period", record, "absence_end")
        else:
            yield from _compared(record)


def _is_period_told(notice: Record) -> bool:
    return is_told(notice, "absence_start") and is_told(notice, "absence_end")


def _compared(notice: Record) -> Iterator[Noticed]:
    """Hold the day by the month's wage against the day by the whole loss; days of leave are no days of loss (guide 1.3.2.4)."""
    month, whole = _lost_in_a_month(notice), money(notice, "lost_earnings_total")
    days, leave = period(notice, "absence_start", "absence_end"), period(notice, "annual_leave_start", "annual_leave_end")
    if month is None or whole is None or days is None or days.end is None:
        return
    weekdays = benefit_weekdays(days.start, days.end)
    if leave and leave.end and (away := overlap(days, leave)) and away.end:
        weekdays -= benefit_weekdays(away.start, away.end)
    if weekdays and _differ(from_month(month), whole / weekdays):
        words = {"month": as_euros(from_month(month)), "whole": as_euros(whole / weekdays), "weekdays": str(weekdays)}
        names = (
            "lost_monthly_earnings",
            "other_work_pay",
            "absence_start",
            "absence_end",
            "annual_leave_start",
            "annual_leave_end",
        )
        yield Noticed("C60.month_and_whole_differ", notice, "lost_earnings_total", words, grounds([notice], *names))


def _lost_in_a_month(notice: Record) -> Decimal | None:
    """The month's wage less what other work paid instead; None when other work was arranged and its pay cannot be read."""
    month, other = money(notice, "lost_monthly_earnings"), money(notice, "other_work_pay")
    if month is None or (flag(notice, "other_work_arranged") and other is None):
        return None
    return month - other if other is not None else month


def _differ(one: Decimal, other: Decimal) -> bool:
    return abs(one - other) > NOTABLE_DIFFERENCE * max(one, other)


@check("C62")
def substitute_work(case: Case) -> Iterator[Noticed]:
    """Other work arranged during the order: the loss is the difference; without its pay nothing can be said."""
    for record in case.papers("y17_wage_notice"):
        if flag(record, "other_work_arranged"):
            month, other = money(record, "lost_monthly_earnings"), money(record, "other_work_pay")
            rests_on = grounds([record], "other_work_arranged", "lost_monthly_earnings")
            if not is_told(record, "other_work_pay"):
                yield Noticed("C62.pay_missing", record, "other_work_pay", rests_on=rests_on[:1])
            elif other is not None and month is not None and other >= month:
                yield Noticed("C62.no_loss", record, "other_work_pay", rests_on=rests_on)
    for record in case.papers("sv8_application"):
        if flag(record, "other_work"):
            yield Noticed("C62.other_work", record, "other_work")


@check("C67", "C68")
def kinds_of_pay(case: Case) -> Iterator[Noticed]:
    """Pay that is no wage in the law's sense, and pay in another currency."""
    for record in case.papers("y17_wage_notice", "wage_certificate"):
        said = _said(record)
        if has_word(said, NOT_WAGE):
            yield Noticed("C67.not_wage", record, "additional_info")
        if has_word(said, CURRENCIES):
            yield Noticed("C68.currency", record, "additional_info")


def _said(record: Record) -> str:
    return text(record, "additional_info").casefold()
