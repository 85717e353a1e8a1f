"""The daily amount that the papers imply (guide 1.6, 1.7, 1.3.2.1–1.3.2.2): a preview. The rules core decides.

Sums are euros as Decimal, rounded half up to the cent where they are shown (ambiguity A21).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from intake.pipeline.checks.rates import in_force, rates
from intake.pipeline.checks.seizure import cents

WEEKDAYS_IN_MONTH = 25
WEEKDAYS_IN_YEAR = 300
"""Source: guide 1.6."""


def from_month(wage: Decimal) -> Decimal:
    """An employee's day: the month's wage that would have been earned, by 25."""
    return cents(wage / WEEKDAYS_IN_MONTH)


def from_year(income: Decimal) -> Decimal:
    """An entrepreneur's day: the YEL or MYEL income in force, by 300."""
    return cents(income / WEEKDAYS_IN_YEAR)


def substitute_work(own_wage: Decimal, substitute_wage: Decimal) -> Decimal:
    """The day of one who was given other work meanwhile: what is lost, by 25; nothing lost, nothing (guide 1.3.3.2.2)."""
    return from_month(max(Decimal(0), own_wage - substitute_wage))


@dataclass(frozen=True)
class DayShares:
    """Euros a day: to each employer in the order given, and to the insured person."""

    employers: tuple[Decimal, ...]
    insured: Decimal


def split(daily: Decimal, monthly_wages_paid: Sequence[Decimal]) -> DayShares:
    """Share a day between the employers that paid wage during the absence and the insured person (guide 1.3.2.1).

    Each employer gets the wage it paid, by 25; where these exceed the day, they share it by the ratio of wages. The
    rest is the insured person's. The conversion by 25 is our reading (A20).
    """
    wages = [wage / WEEKDAYS_IN_MONTH for wage in monthly_wages_paid]
    total = sum(wages, Decimal(0))
    part = min(Decimal(1), daily / total) if total else Decimal(0)
    to_employers = [cents(wage * part) for wage in wages]
    if to_employers:  # the last one bears the rounding, so that the shares make the day
        to_employers[-1] = cents(min(total, daily)) - sum(to_employers[:-1], Decimal(0))
    return DayShares(tuple(to_employers), daily - sum(to_employers, Decimal(0)))


def with_own_business(yel_income: Decimal, monthly_wage: Decimal) -> tuple[Decimal, Decimal]:
    """An entrepreneur who is also employed: the day's two parts, insured person's first, employer's second (guide 1.3.2.2)."""
    return from_year(yel_income), from_month(monthly_wage)


def source_tax(benefit: Decimal, day: date, *, calendar_days: int | None = None) -> Decimal:
    """Tax at source on a benefit of so many calendar days; without them, of a full month (guide 1.9.3.2)."""
    rate = in_force(rates().source_tax, day)
    free = rate.free_per_month if calendar_days is None else rate.free_per_day * calendar_days
    return cents(max(Decimal(0), benefit - free) * rate.percent / 100)
