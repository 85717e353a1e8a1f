"""Letters of which only the person and the letter's own day are read."""

from __future__ import annotations

import re

from extractors.letters.letter import Letter
from extractors.letters.subject import find_code_of
from extractors.letters.typed import Fields, find_own_date, put
from extractors.values.date import find_ranges


def read_simple(letter: Letter) -> Fields:
    """Read whose letter it is, and its own day: never an end of a period that it speaks of."""
    fields: Fields = {}
    put(fields, "person_hetu", find_code_of(letter, "person_hetu"))
    put(fields, "date", find_own_date(letter, "date", _days_of_periods(letter)))
    return fields


def _days_of_periods(letter: Letter) -> set[str]:
    days: set[str] = set()
    for period in find_ranges(letter.body.flat):
        days |= {period.start_value, period.end_value or period.start_value}
    for dated in letter.dates:
        # "syntynyt", "päivätty päätöksenne": days of other things that running text names.
        if len(re.findall(r"[^\W\d_]{2,}", dated.rest)) > 5:
            days.add(dated.found.value)
    return days
