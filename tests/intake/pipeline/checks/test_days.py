from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.pipeline.checks.days import (
    benefit_weekdays,
    first_day_in_time,
    instalments,
    is_benefit_weekday,
    is_filing_day,
    last_filing_day,
)

DAYS = st.dates(date(2015, 1, 1), date(2030, 12, 31))

# Every row of the guide's table (checks C10, C11).
LAST_DAYS = [
    (date(2019, 1, 4), date(2019, 3, 4)),
    (date(2018, 12, 31), date(2019, 2, 28)),
    (date(2018, 10, 6), date(2018, 12, 7)),
    (date(2018, 10, 24), date(2018, 12, 27)),
    (date(2018, 11, 1), date(2019, 1, 2)),
    (date(2018, 11, 6), date(2019, 1, 7)),
    (date(2019, 1, 16), date(2019, 3, 18)),
    (date(2019, 2, 19), date(2019, 4, 23)),
    (date(2019, 3, 1), date(2019, 5, 2)),
    (date(2019, 3, 30), date(2019, 5, 31)),
    (date(2019, 4, 21), date(2019, 6, 24)),
]


@pytest.mark.parametrize(("start", "last"), LAST_DAYS, ids=lambda day: str(day))
def test_c10_c11_last_filing_day(start: date, last: date) -> None:
    assert last_filing_day(start) == last


@given(DAYS)
def test_the_last_filing_day_is_a_day_on_which_one_can_file_and_never_comes_before_two_months(start: date) -> None:
    last = last_filing_day(start)

    assert is_filing_day(last)
    assert timedelta(days=59) <= last - start <= timedelta(days=62 + 6)


@given(DAYS)
def test_days_in_time_and_late_days_meet_without_a_gap(pending: date) -> None:
    first = first_day_in_time(pending)

    assert last_filing_day(first) >= pending
    assert last_filing_day(first - timedelta(days=1)) < pending


@pytest.mark.parametrize(
    ("day", "paid"),
    [
        (date(2019, 1, 5), True),  # Saturday
        (date(2019, 1, 6), False),  # Sunday and Epiphany
        (date(2018, 12, 24), True),  # Christmas Eve
        (date(2019, 6, 21), True),  # Midsummer Eve
        (date(2019, 6, 22), False),  # Midsummer Day, a Saturday
        (date(2019, 5, 1), False),
        (date(2018, 12, 6), False),
        (date(2019, 5, 30), False),  # Ascension
    ],
)
def test_c66_weekdays_for_which_the_benefit_is_paid(day: date, paid: bool) -> None:
    assert is_benefit_weekday(day) is paid


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        (date(2019, 1, 7), date(2019, 1, 20), 12),
        (date(2019, 1, 4), date(2019, 2, 15), 37),
        (date(2019, 1, 5), date(2019, 1, 4), 0),
    ],
)
def test_c66_weekdays_of_a_period(start: date, end: date, count: int) -> None:
    assert benefit_weekdays(start, end) == count


@pytest.mark.parametrize(
    ("weekdays", "cut"), [(0, []), (4, [4]), (6, [6]), (7, [6, 1]), (31, [6, 25]), (40, [6, 25, 9]), (75, [6, 25, 25, 19])]
)
def test_c66_instalments(weekdays: int, cut: list[int]) -> None:
    assert instalments(weekdays) == cut


def test_c66_the_guides_own_example_fits_when_saturdays_count() -> None:
    # Right from 17.9., instalment 23.12.–24.1. (guide 1.9.3.4.1): 6 + 3 × 25 weekdays lie before it.
    assert benefit_weekdays(date(2013, 9, 17), date(2013, 12, 22)) == 6 + 3 * 25
    assert benefit_weekdays(date(2013, 12, 23), date(2014, 1, 24)) == 25
