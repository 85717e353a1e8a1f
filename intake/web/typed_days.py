"""Days as people here type them."""

from __future__ import annotations

import re
from datetime import date, timedelta

_TYPED = re.compile(r"(\d{1,2})[.\s/-]+(\d{1,2})(?:[.\s/-]+(\d{2}|\d{4})?)?")
_DIGITS = re.compile(r"(\d{2})(\d{2})(\d{2}|\d{4})?")
_WORDS = {
    "tänään": 0, "idag": 0, "i dag": 0, "today": 0,
    "eilen": -1, "igår": -1, "i går": -1, "yesterday": -1,
}  # fmt: skip


def typed_day(text: str, today: date) -> date:
    """Read `12.3.2019`, `12.3.19`, `12.3.`, `1203`, `120319`, `2019-03-12` or `eilen`. Raises ValueError.

    A day without a year is the last one that has been.
    """
    said = text.strip().casefold()
    if said in _WORDS:
        return today + timedelta(days=_WORDS[said])
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", said):
        return date.fromisoformat(said)
    found = _TYPED.fullmatch(said) or _DIGITS.fullmatch(said)
    if found is None:
        raise ValueError("no day")
    day, month, year = found.groups()
    if year is not None:
        return date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
    this_year = date(today.year, int(month), int(day))
    return this_year if this_year <= today + timedelta(days=31) else this_year.replace(year=today.year - 1)
