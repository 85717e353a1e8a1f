"""Figures that change by the year, from `rates.toml`."""

from __future__ import annotations

import tomllib
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field

RATES = Path(__file__).with_name("rates.toml")


class _Rate(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    since: date = Field(alias="from")
    source: str


Rate = TypeVar("Rate", bound=_Rate)


class ProtectedShare(_Rate):
    """Euros a day that enforcement must leave: the debtor's own share, and one for each dependant."""

    own: Decimal
    dependant: Decimal


class InsuranceLimit(_Rate):
    """Euros a year: income from which YEL or MYEL is a duty, the most that counts, and what must be exceeded to be asked."""

    yel: Decimal
    myel: Decimal
    most: Decimal
    asked_above: Decimal


class SourceTax(_Rate):
    percent: Decimal
    free_per_day: Decimal
    free_per_month: Decimal


class Rates(BaseModel):
    """Every figure with the day from which it holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    protected_share: tuple[ProtectedShare, ...]
    insurance_limit: tuple[InsuranceLimit, ...]
    source_tax: tuple[SourceTax, ...]


@cache
def rates(path: Path = RATES) -> Rates:
    """Load the table once. A misspelt key stops the start and names itself."""
    return Rates.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))


def in_force(table: tuple[Rate, ...], day: date) -> Rate:
    """The newest figure that holds on `day`; before the first, the first."""
    begun = [rate for rate in table if rate.since <= day]
    return max(begun, key=lambda rate: rate.since) if begun else min(table, key=lambda rate: rate.since)
