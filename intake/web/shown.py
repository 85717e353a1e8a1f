"""Days, moments, sums and ages as people here write them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_currency, format_decimal

from intake.pipeline.receive import HELSINKI
from intake.web.words import LOCALE_OF

_DAY = {"fi": "d.M.y", "sv": "d.M.y", "en": "d MMM y"}
_MOMENT = {"fi": "d.M.y 'klo' H.mm", "sv": "d.M.y 'kl.' H.mm", "en": "d MMM y, H:mm"}
_CLOCK = {"fi": "H.mm", "sv": "H.mm", "en": "H:mm"}


class Shown:
    """Writes values in one language; None is written as a dash."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._locale = LOCALE_OF[language]

    def filters(self) -> dict[str, Any]:
        """Name what templates call as filters."""
        return {
            "day": self.day, "moment": self.moment, "clock": self.clock, "sum": self.money, "age": self.age,
            "number": self.number,
        }  # fmt: skip

    def day(self, value: date | datetime | str | None) -> str:
        """12.3.2019; a moment's day is the Finnish one."""
        if value is None or value == "":
            return "–"
        if isinstance(value, str):
            value = date.fromisoformat(value[:10])
        day = value.astimezone(HELSINKI).date() if isinstance(value, datetime) else value
        return format_date(day, _DAY[self._language], locale=self._locale)

    def moment(self, value: datetime | str | None) -> str:
        """12.3.2019 klo 14.05, Finnish time."""
        return self._at(value, _MOMENT)

    def clock(self, value: datetime | str | None) -> str:
        return self._at(value, _CLOCK)

    def _at(self, value: datetime | str | None, patterns: dict[str, str]) -> str:
        if value is None or value == "":
            return "–"
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        return format_datetime(moment.astimezone(HELSINKI), patterns[self._language], locale=self._locale)

    def money(self, value: Decimal | str | None) -> str:
        """2 345,60 €."""
        return "–" if value is None or value == "" else format_currency(Decimal(value), "EUR", "#,##0.00 ¤", locale=self._locale)

    def number(self, value: float | Decimal | None) -> str:
        return "–" if value is None else format_decimal(value, locale=self._locale)

    def age(self, value: timedelta | float | None) -> str:
        """3 tuntia; given as a timedelta or in seconds."""
        if value is None:
            return "–"
        span = value if isinstance(value, timedelta) else timedelta(seconds=value)
        return format_timedelta(span, granularity="minute" if span >= timedelta(minutes=1) else "second", threshold=1.6,
                                locale=self._locale)  # fmt: skip
