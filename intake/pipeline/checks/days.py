"""Two calendars of the guide: days on which one can file, and weekdays for which the benefit is paid."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from itertools import accumulate

import holidays
from dateutil.relativedelta import relativedelta

MONTHS_TO_APPLY = 2
"""Source: guide 1.5.3."""

_EVES = ("Juhannusaatto", "Jouluaatto")
_SATURDAY, _SUNDAY = 5, 6


@cache
def _days_off(year: int) -> dict[date, str]:
    """Finland's holy days, May Day and Independence Day, Christmas Eve and Midsummer Eve, with their Finnish names."""
    return dict(holidays.country_holidays("FI", years=year, language="fi"))


def is_filing_day(day: date) -> bool:
    """Tell whether a deadline may end on `day`: no holy day, Saturday, 6.12., 1.5., Christmas or Midsummer Eve (guide 1.5.3)."""
    return day.weekday() < _SATURDAY and day not in _days_off(day.year)


def is_benefit_weekday(day: date) -> bool:
    """Tell whether the benefit is paid for `day`: Saturdays and the two eves are, Sundays and holy days are not.

    Source: guide 1.9 and 1.9.3.4.1, whose example fits only if Saturdays count; ambiguity A22.
    """
    return day.weekday() != _SUNDAY and _days_off(day.year).get(day, _EVES[0]) in _EVES


def last_filing_day(start: date) -> date:
    """The last day on which an application for days from `start` on is in time.

    The same day number two months on (the month's last where it has none), moved to the first filing day after it
    when it is none itself. Source: guide 1.5.3; act 150/1930.
    """
    day = start + relativedelta(months=MONTHS_TO_APPLY)
    while not is_filing_day(day):
        day += timedelta(days=1)
    return day


def first_day_in_time(pending: date) -> date:
    """The earliest day for which an application that arrived on `pending` is still in time; older days are late (A35)."""
    day = pending - relativedelta(months=MONTHS_TO_APPLY)
    while last_filing_day(day - timedelta(days=1)) >= pending:
        day -= timedelta(days=1)
    while last_filing_day(day) < pending:
        day += timedelta(days=1)
    return day


def benefit_weekdays(start: date, end: date) -> int:
    """Count the weekdays of a period, both ends included; 0 when it is empty."""
    return sum(is_benefit_weekday(start + timedelta(days=number)) for number in range((end - start).days + 1))


def instalment_ends(start: date, end: date) -> list[date]:
    """The last weekday of each instalment of a period: about the day it is paid (guide 1.9.3.4.1)."""
    paid = [one for number in range((end - start).days + 1) if is_benefit_weekday(one := start + timedelta(days=number))]
    return [paid[last - 1] for last in accumulate(instalments(len(paid)))]


FIRST_INSTALMENT, LATER_INSTALMENTS = 6, 25
"""Weekdays in an instalment. Source: guide 1.9."""


def instalments(weekdays: int) -> list[int]:
    """Cut so many weekdays into instalments: 6, then 25 each; the last may be shorter."""
    cut: list[int] = []
    while weekdays > 0:
        cut.append(min(weekdays, LATER_INSTALMENTS if cut else FIRST_INSTALMENT))
        weekdays -= cut[-1]
    return cut
