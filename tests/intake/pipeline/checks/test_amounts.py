from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.pipeline.checks.amounts import from_month, from_year, source_tax, split, substitute_work, with_own_business

DAY = date(2019, 1, 20)


def euros(*amounts: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(amount) for amount in amounts)


@pytest.mark.parametrize(
    ("month", "daily"),
    [("1937.50", "77.50"), ("2500.00", "100.00"), ("2850.40", "114.02"), ("3137.50", "125.50"), ("3333.33", "133.33")],
)
def test_c60_an_employees_day(month: str, daily: str) -> None:
    assert from_month(Decimal(month)) == Decimal(daily)


@pytest.mark.parametrize(
    ("year", "daily"),
    [
        ("23250", "77.50"), ("30000", "100.00"), ("12345.67", "41.15"), ("7645.25", "25.48"), ("3822.63", "12.74"),
        ("173625", "578.75"),
    ],
)  # fmt: skip
def test_c61_an_entrepreneurs_day(year: str, daily: str) -> None:
    assert from_year(Decimal(year)) == Decimal(daily)


@pytest.mark.parametrize(
    ("own", "substitute", "daily"),
    [
        ("2500", "1900", "24.00"),
        ("2500", "2500", "0.00"),
        ("2500", "2499", "0.04"),
        ("3250", "2000", "50.00"),
        ("2000", "2100", "0.00"),
    ],
)
def test_c62_substitute_work(own: str, substitute: str, daily: str) -> None:
    assert substitute_work(Decimal(own), Decimal(substitute)) == Decimal(daily)


@pytest.mark.parametrize(
    ("daily", "wages", "employers", "insured"),
    [
        ("100.00", ["2000"], ["80.00"], "20.00"),
        ("100.00", ["2500"], ["100.00"], "0.00"),
        ("100.00", [], [], "100.00"),
        ("100.00", ["240"], ["9.60"], "90.40"),
    ],
)
def test_c63_split_between_employer_and_insured(daily: str, wages: list[str], employers: list[str], insured: str) -> None:
    shares = split(Decimal(daily), euros(*wages))

    assert (shares.employers, shares.insured) == (euros(*employers), Decimal(insured))


@pytest.mark.parametrize(
    ("daily", "wages", "employers", "insured"),
    [
        ("50.00", ["1500", "500"], ["37.50", "12.50"], "0.00"),
        ("100.00", ["1200", "400"], ["48.00", "16.00"], "36.00"),
        ("50.00", ["2000", "2000"], ["25.00", "25.00"], "0.00"),
    ],
)
def test_c64_two_employers(daily: str, wages: list[str], employers: list[str], insured: str) -> None:
    shares = split(Decimal(daily), euros(*wages))

    assert (shares.employers, shares.insured) == (euros(*employers), Decimal(insured))


def test_c65_entrepreneur_with_an_employer() -> None:
    assert with_own_business(Decimal(15_000), Decimal(2_500)) == euros("50.00", "100.00")


@pytest.mark.parametrize(
    ("benefit", "days", "tax"), [("1937.50", None, "499.63"), ("620.00", 10, "157.50"), ("150.00", 10, "0.00")]
)
def test_c81_tax_at_source(benefit: str, days: int | None, tax: str) -> None:
    assert source_tax(Decimal(benefit), DAY, calendar_days=days) == Decimal(tax)


@given(st.decimals(0, 500, places=2), st.lists(st.decimals("0.01", 9_000, places=2), max_size=4))
def test_c64_the_shares_always_make_the_day(daily: Decimal, wages: list[Decimal]) -> None:
    shares = split(daily, wages)

    assert sum(shares.employers, Decimal(0)) + shares.insured == daily
    assert shares.insured >= 0
