"""One day: printed with digits or a month's name, read well or badly."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from typing import NamedTuple

from extractors.values.lookalikes import digits, plain_dashes
from extractors.values.month_name import WORD, month_of
from extractors.values.parsed import Found, Parsed, evidence_of, ranked

FIRST_YEAR, LAST_YEAR = 1900, 2100
PLAUSIBLE_YEARS = range(2000, 2031)
_PIVOT = 50  # two-digit years below it are of this century

_T = r"[0-9OoQDCcIl|!iZzSsB]"
_POINT = r"\s?[.,:;·'*/=-]\s?"
_GAP = r"\s{1,2}"
_BEFORE = r"(?<![0-9A-Za-zÅÄÖåäö])(?<!\d/)"
_AFTER = r"(?![0-9A-Za-zÅÄÖåäö])(?!\s?[/.,]\d)"
_SHAPES = (
    rf"{_T}{{1,2}}{_POINT}{_T}{{1,2}}(?:{_POINT}|{_GAP})?{_T}{{4}}",
    rf"{_T}{{1,2}}(?:{_POINT}|{_GAP})?{_T}{{1,2}}{_POINT}{_T}{{4}}",
    rf"{_T}{{1,2}}{_POINT}{_T}{{1,2}}{_POINT}{_T}{{2}}",
    r"[12]\d{3}[-.]\d{2}[-.]\d{2}",
)
_NUMERIC = re.compile(rf"{_BEFORE}(?:{'|'.join(_SHAPES)}){_AFTER}")
_LOOSE = re.compile(rf"{_BEFORE}(?:{'|'.join(_SHAPES)}|{_T}{{1,2}}{_GAP}{_T}{{1,2}}{_GAP}{_T}{{4}}){_AFTER}")
_BEHIND_PLACE = re.compile(r"^[^\W\d_][^\W\d_ -]{2,}[\s,.]+(?P<day>\d[\d\s.,]{5,11})$")
"""`Kotka 15102019`: a town, and a day whose points were lost."""

_DAY = r"(?P<day>[0-9OIl]{1,2})"
_YEAR = r"(?P<year>[0-9OIlSZB]{4})"
_OF_DAY = r"(?:\s?(?:päiv[äa]n[äa]|päiv[äa]|päiv[äa]st[äa]|päiv[äa][äa]n|p:?n[äa]|p:st[äa]|pv|th|st|nd|rd|:e)\b\.?)?"
_NAMED = (
    re.compile(rf"{_BEFORE}{_DAY}\.?{_OF_DAY}[\s.,-]{{0,3}}(?P<month>{WORD})[\s.,-]{{0,3}}{_YEAR}{_AFTER}"),
    re.compile(rf"{_BEFORE}(?P<month>{WORD})[\s.,-]{{1,3}}{_DAY}\.?{_OF_DAY}[\s,-]{{0,3}}{_YEAR}{_AFTER}"),
)


class _Reading(NamedTuple):
    """One way to cut a row of digits into day, month and year, and what had to be assumed."""

    value: str
    assumed: int


def iso(year: int, month: int, day: int) -> str | None:
    """Write a day as the contract wants it; None when there is no such day, or it lies out of the window."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return None


def is_plausible(value: str) -> bool:
    """Tell whether a day lies where the papers of this benefit have most of theirs."""
    return int(value[:4]) in PLAUSIBLE_YEARS


def parsed_day(value: str, repairs: int, *, may_be_cut_off: bool = False) -> Parsed:
    """Give a well-formed day its evidence; one whose year may have lost its end has no "format"."""
    if may_be_cut_off:
        return Parsed(value, ("plausible", "repaired"), repairs + 1)
    marks = ("format", "plausible") if is_plausible(value) else ("format",)
    return Parsed(value, evidence_of(*marks, repairs=repairs), repairs)


def day_candidates(raw: str) -> list[Parsed]:
    """Read one day out of a cell.

    Where lost points leave two ways to read the digits, both are given without "format". A cell with other
    words in it yields its day if it holds only one.
    """
    text = plain_dashes(raw).strip(" |[](){}_.,:;'\"=~<>*")
    named = [parsed_day(found.value, found.repairs) for found in _named(text)]
    if named:
        return _single(named)
    cut = _cut(text)
    if cut:
        return cut
    found = _single([parsed_day(found.value, found.repairs) for found in find_dates(text)])
    behind = _BEHIND_PLACE.search(text)
    return found or (_cut(behind["day"]) if behind else [])


def _single(parsed: list[Parsed]) -> list[Parsed]:
    """Keep a day only if no other stands beside it."""
    return ranked(parsed) if len({one.value for one in parsed}) == 1 else []


def _cut(text: str) -> list[Parsed]:
    """Read a text that holds nothing but a day in digits."""
    groups = [group for group in re.split(r"([\s.,:;·'*/=\\_-]+)", text) if group]
    rows = [digits(group) for group in groups[::2]]
    if not groups or not 1 <= len(rows) <= 8 or any(row is None for row in rows):
        return []
    read = [row for row in rows if row is not None]
    changed = sum(row.repairs for row in read)
    if changed > sum(len(row.text) for row in read) // 2:
        return []
    marks = ["" if not mark.strip() else "." for mark in groups[1::2]]
    ways = sorted(_ways([row.text for row in read], marks), key=lambda way: way.assumed)
    if not ways:
        return []
    best = [way for way in ways if way.assumed == ways[0].assumed]
    if len({way.value for way in best}) > 1:
        return [Parsed(way.value, ("repaired",), way.assumed + changed) for way in best]
    # `3.2.20` is the year 2020, or 2019 with its end under a stamp or off the paper.
    may_be_cut_off = read[-1].text == "20" and best[0].value.startswith("2020")
    return [parsed_day(best[0].value, best[0].assumed + changed, may_be_cut_off=may_be_cut_off)]


def _ways(groups: list[str], marks: list[str]) -> Iterator[_Reading]:
    """Cut the digits at every place a date allows; printed points must be kept, gaps may be bridged."""
    row = "".join(groups)
    ends = [sum(map(len, groups[: at + 1])) for at in range(len(groups) - 1)]
    points = {end for end, mark in zip(ends, marks, strict=False) if mark}
    gaps = set(ends) - points
    is_comb = len(groups) == len(row)
    shapes = [(day, month, len(row) - day - month) for day in (1, 2) for month in (1, 2)]
    for day_len, month_len, year_len in shapes:
        cuts = {day_len, day_len + month_len}
        if year_len not in (2, 4) or points - cuts:
            continue
        bridged = min(1, len(gaps - cuts)) if is_comb else len(gaps - cuts)
        assumed = len(cuts - points - gaps) + bridged + (len(cuts & gaps) if points else 0)
        value = _assemble(row[:day_len], row[day_len : day_len + month_len], row[day_len + month_len :])
        if value:
            yield _Reading(value, assumed)
    yield from _year_first(row, points | gaps)


def _year_first(row: str, cuts: set[int]) -> Iterator[_Reading]:
    if len(row) == 8 and cuts <= {4, 6}:
        value = iso(int(row[:4]), int(row[4:6]), int(row[6:]))
        if value:
            yield _Reading(value, 2 - len(cuts))


def _assemble(day: str, month: str, year: str) -> str | None:
    number = int(year)
    if len(year) == 2:
        number += 2000 if number < _PIVOT else 1900
    return iso(number, int(month), int(day))


def find_dates(text: str, *, loose: bool = False) -> list[Found]:
    """Find days in running text, in their order.

    Days without a year are not found (see `date.find_ranges`). `loose` also takes digits with nothing but
    gaps between them, as stamps have them.
    """
    flat = plain_dashes(text)
    found = _named(flat)
    for match in (_LOOSE if loose else _NUMERIC).finditer(flat):
        parsed = _cut(match.group())
        if parsed and "format" in parsed[0].evidence:
            best = parsed[0]
            found.append(Found(str(best.value), match.start(), match.end(), best.evidence, best.repairs))
    return sorted(found, key=lambda one: one.start)


def _named(text: str) -> list[Found]:
    """Find days whose month is written out."""
    found: list[Found] = []
    for pattern in _NAMED:
        for match in pattern.finditer(text):
            month, day, year = month_of(match["month"]), digits(match["day"]), digits(match["year"])
            if month is None or day is None or year is None:
                continue
            value = iso(int(year.text), month, int(day.text))
            overlaps = any(one.start < match.end() and match.start() < one.end for one in found)
            if value and not overlaps:
                parsed = parsed_day(value, day.repairs + year.repairs)
                found.append(Found(value, match.start(), match.end(), parsed.evidence, parsed.repairs))
    return found
