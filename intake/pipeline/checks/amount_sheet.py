"""What the papers imply for the daily amount, with formula and sources: a preview for the caseworker (guide 1.6, 1.7, 1.9.2.9).

The rules core decides. Values are taken as the papers have them, doubtful ones marked; nothing is filled in that no paper says.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from intake.pipeline.checks.amounts import WEEKDAYS_IN_MONTH, DayShares, from_month, split, substitute_work
from intake.pipeline.checks.bans import bans_in_force
from intake.pipeline.checks.benefits import weekdays_without_leave
from intake.pipeline.checks.case import Case, day, is_doubtful, money, period, rows, text
from intake.pipeline.checks.days import benefit_weekdays, instalments
from intake.pipeline.checks.seizure import cents, protected_share, seized, seized_fixed
from intake.pipeline.checks.words import as_day, as_euros, as_period
from models.extraction import Extraction, Record


@dataclass(frozen=True)
class Source:
    """A field the line rests on; `is_doubtful` when a person must still look at it."""

    document: str
    field: str
    is_doubtful: bool


@dataclass(frozen=True)
class AmountLine:
    """One line: what it is in Finnish and Swedish, how it was worked out, euros, section of the guide, and where from."""

    key: str
    fi: str
    sv: str
    formula: str
    euros: Decimal
    section: str
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class AmountSheet:
    """The lines in reading order. `is_preview` is always true: it says so wherever the sheet is shown."""

    lines: tuple[AmountLine, ...]
    is_preview: bool = True


def amount_sheet(case: Case) -> AmountSheet:
    """Work out what the papers allow; no wage notice with a loss, no lines."""
    lines: list[AmountLine] = []
    for notice in case.papers("y17_wage_notice"):
        daily = _daily(case, notice)
        if daily:
            lines.append(daily)
            lines += _shares(notice, daily.euros)
            lines += _period(case, notice, daily.euros)
    total = sum((line.euros for line in lines if line.key == "daily"), Decimal(0))
    if total:
        lines += _bans(case, total)
    return AmountSheet(tuple(lines))


def _source(record: Record, name: str) -> Source:
    return Source(record.id, name, is_doubtful(record, name))


def _daily(case: Case, notice: Record) -> AmountLine | None:
    month, other, whole = (money(notice, name) for name in ("lost_monthly_earnings", "other_work_pay", "lost_earnings_total"))
    if month is not None and other is not None:
        euros = substitute_work(month, other)
        formula = f"({as_euros(month)} − {as_euros(other)}) / {WEEKDAYS_IN_MONTH}"
        sources = ("lost_monthly_earnings", "other_work_pay")
        return _daily_line(notice, formula, euros, "1.3.3.2.2", sources)
    if month is not None:
        formula = f"{as_euros(month)} / {WEEKDAYS_IN_MONTH}"
        return _daily_line(notice, formula, from_month(month), "1.6", ("lost_monthly_earnings",))
    days = period(notice, "absence_start", "absence_end")
    if whole is None or days is None or days.end is None or not (weekdays := weekdays_without_leave(case, days)):
        return None
    formula = f"{as_euros(whole)} / {weekdays} ({as_period(days)})"
    return _daily_line(notice, formula, cents(whole / weekdays), "1.6", ("lost_earnings_total", "absence_start", "absence_end"))


def _daily_line(notice: Record, formula: str, euros: Decimal, section: str, sources: tuple[str, ...]) -> AmountLine:
    named = tuple(_source(notice, name) for name in sources)
    return AmountLine("daily", "Päiväraha arkipäivältä", "Dagpenning per vardag", formula, euros, section, named)


def _shares(notice: Record, daily: Decimal) -> list[AmountLine]:
    """The employer's part by the wage it paid on weekdays of the absence, and the insured person's rest."""
    paid, weekdays = Decimal(0), 0
    for row in rows(notice, "wage_periods"):
        days, gross = period(row, "start", "end"), money(row, "gross")
        if days and days.end and gross is not None:
            paid += gross + (money(row, "fringe") or 0)
            weekdays += benefit_weekdays(days.start, days.end)
    if not weekdays:
        return []
    shares: DayShares = split(daily, [paid / weekdays * WEEKDAYS_IN_MONTH])
    sources = (Source(notice.id, "wage_periods", False),)
    formula = f"{as_euros(paid)} / {weekdays}, enintään {as_euros(daily)}"
    rest = f"{as_euros(daily)} − {as_euros(shares.employers[0])}"
    return [
        AmountLine("employer", "Työnantajan osuus", "Arbetsgivarens del", formula, shares.employers[0], "1.3.2.1", sources),
        AmountLine("insured", "Vakuutetun osuus", "Den försäkrades del", rest, shares.insured, "1.3.2.1", sources),
    ]


def _period(case: Case, notice: Record, daily: Decimal) -> list[AmountLine]:
    """The whole period without days of annual leave."""
    days = period(notice, "absence_start", "absence_end")
    if days is None or days.end is None:
        return []
    weekdays = weekdays_without_leave(case, days)
    parts = " + ".join(map(str, instalments(weekdays)))
    formula = f"{as_period(days)}: {weekdays} arkipäivää ({parts}) × {as_euros(daily)}"
    sources = (_source(notice, "absence_start"), _source(notice, "absence_end"))
    return [AmountLine("period", "Koko ajalta", "För hela tiden", formula, daily * weekdays, "1.9", sources)]


def _bans(case: Case, daily: Decimal) -> list[AmountLine]:
    """What each ban in force would take of a month's benefit before withholding; the ban's printed share prevails."""
    lines = []
    for ban in bans_in_force(case):
        found = ban.fields.get("dependants")
        dependants = found.value if isinstance(found, Extraction) and isinstance(found.value, int) else 0
        printed = money(ban, "protected_portion_month")
        share = (
            printed if printed is not None else protected_share(dependants, day(ban, "issued_date") or case.arrived[ban.id].day)
        )
        net = daily * WEEKDAYS_IN_MONTH + (money(ban, "other_income_month") or Decimal(0))
        method, fixed = text(ban, "withholding_method"), money(ban, "fixed_amount")
        if method == "fixed" and fixed is None:
            continue
        taken = seized_fixed(net, share, fixed) if method == "fixed" and fixed is not None else seized(net, share)
        formula = f"tulo {as_euros(net)} kuukaudessa ennen ennakonpidätystä, suojaosuus {as_euros(share)}"
        sources = tuple(_source(ban, name) for name in ("protected_portion_month", "withholding_method", "other_income_month"))
        until = day(ban, "valid_to")
        when = f" {as_day(until)} asti" if until else ""
        lines.append(
            AmountLine("ban", f"Ulosmittaus kuukaudessa{when}", "Utmätning per månad", formula, taken, "1.9.2.9", sources)
        )
    return lines
