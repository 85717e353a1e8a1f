"""Days, sums and ages as people here write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from intake.web.shown import Shown

MOMENT = datetime(2019, 3, 12, 22, 5, tzinfo=UTC)


@pytest.mark.parametrize(("language", "text"), [("fi", "12.3.2019"), ("sv", "12.3.2019"), ("en", "12 Mar 2019")])
def test_a_day_is_written_as_people_write_it(language: str, text: str) -> None:
    shown = Shown(language)

    assert shown.day(date(2019, 3, 12)) == shown.day("2019-03-12") == text


def test_a_moments_day_is_the_finnish_one() -> None:
    assert Shown("fi").day(MOMENT) == "13.3.2019"
    assert Shown("fi").moment(MOMENT) == "13.3.2019 klo 0.05"
    assert Shown("sv").moment(MOMENT) == "13.3.2019 kl. 0.05"
    assert Shown("en").clock(MOMENT.isoformat()) == "0:05"


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_sum_has_a_comma_and_its_sign_behind(language: str) -> None:
    assert Shown(language).money(Decimal("2345.6")).replace("\xa0", " ") in {"2 345,60 €", "2,345.60 €"}


def test_ages_come_in_words() -> None:
    assert Shown("fi").age(timedelta(hours=3)) == "3 tuntia"
    assert Shown("sv").age(40.0) == "40 sekunder"
    assert Shown("en").age(timedelta(days=5)) == "5 days"


def test_nothing_is_a_dash() -> None:
    shown = Shown("fi")

    assert {shown.day(None), shown.money(None), shown.age(None), shown.number(None), shown.moment("")} == {"–"}
