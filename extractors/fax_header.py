"""The line that a fax machine prints over each page: when it was sent, from where, and which page of how many it is."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractors.values.day import find_dates
from extractors.values.month_name import month_of
from extractors.values.parsed import Found
from models.geometry import bounding
from models.page import PageText

ARRIVAL_YEARS = range(2005, 2041)  # nothing of this benefit arrived before, and a misread year is mostly outside

HEADER_BAND = 0.045  # share of the page's height in which transmission headers stand
EDGE_BAND = 0.016  # printers leave this share blank: what stands there was added by a fax machine or is dirt
MOST_PAGES = 200

_TIME = re.compile(
    r"(?<![\d.:/-])(?:[01]?\d|2[0-3])\s?[:.=;]\s?[0-5]\d(?:\s?[:.]\s?[0-5]\d)?(?![\d./-])(?:\s?[AP]M\b)?", re.IGNORECASE
)
_MARK = r"(?:\b(?:SIVU|SIDA|SIDAN|PAGE|PAG|SID|SEITE|PG|P|S)|[5$](?=\s?[.,:]))\s?[.,:]{0,2}\s?"
_PAGE_OF = (
    re.compile(rf"{_MARK}(\d{{1,3}})\s?(?:/|\(|OF|AV|VON|\|)\s?(\d{{1,3}})\b", re.IGNORECASE),
    re.compile(r"(?<![\d./:-])(\d{1,3})\s?/\s?(\d{1,3})(?![\d./:-])"),
    re.compile(r"(?<![\d./:-])(\d{1,3})\s?\((\d{1,3})\)"),
)
_PAGE_ALONE = re.compile(rf"{_MARK}(\d{{1,3}})\b", re.IGNORECASE)
_SENDER = re.compile(
    r"\b(?:FROM|FR[ÅA]N|LÄHETTÄJÄ|TX|RX|FAX|TELEFAX|TEL|TO|ID)\b\s?[:.]?|\+\s?\d{2,3}\s?\d|\b0\d[\d ]{5,}", re.IGNORECASE
)
_NUMBER = re.compile(r"(?:\+\s?358|\b00\s?358|\b0)[\d ()-]{6,16}\d")
_SLASHED = re.compile(r"\b(\d{1,2})\s?[/-]\s?(\d{1,2})\s?[/-]\s?(\d{4}|\d{2})\b")
_COMPACT = re.compile(r"\b(20\d\d)[/.-]?(\d\d)[/.-]?(\d\d)\b")
_SHORT_YEAR = re.compile(
    r"\b(?:(\d{1,2})[ .-]{1,2}([A-Za-zäåö]{3,4})|([A-Za-zäåö]{3,4})[ .-]{1,2}(\d{1,2}))[ .,'-]{1,2}(\d{2})\b(?!:)"
)
_WEEKDAYS = {
    name: day
    for day, names in enumerate(
        ("MON MA MÅN", "TUE TI TIS", "WED KE ONS", "THU TO TOR", "FRI PE FRE", "SAT LA LÖR", "SUN SU SÖN")
    )
    for name in names.split()
}


@dataclass(frozen=True)
class FaxHeader:
    """One header. `words` are indices of the page's words; the rest is None where it cannot be read."""

    words: tuple[int, ...]
    day: Found | None
    sender: str | None
    page: int | None
    of: int | None


def read_header(page: PageText) -> FaxHeader | None:
    """Find the row that a fax machine printed: its date and time, its number, its page count."""
    band = page.height_px * HEADER_BAND
    near = [at for at, word in enumerate(page.words) if word.box.center[1] < band]
    for row in rows_of_words(page, near):
        text = " ".join(page.words[at].text for at in row)
        days = header_dates(text)
        number, of = _page_of(_without(text, days))
        is_at_edge = bounding(page.words[at].box for at in row).y1 < page.height_px * 1.5 * EDGE_BAND
        marks = [bool(days), bool(_TIME.search(text)), bool(_SENDER.search(text)), number is not None]
        if sum(marks) >= 3 or (sum(marks) >= 2 and (is_at_edge or marks[:2] == [True, True])):
            sender = _NUMBER.search(_without(text, days))
            told = re.sub(r"[^\d+]", "", sender.group()) if sender else None
            return FaxHeader(tuple(row), min(days, key=lambda found: found.repairs, default=None), told, number, of)
    return None


def rows_of_words(page: PageText, indices: Sequence[int]) -> list[list[int]]:
    """Group words into rows, top row first, each from left to right."""
    rows: list[list[int]] = []
    for at in sorted(indices, key=lambda index: page.words[index].box.center[1]):
        box = page.words[at].box
        if rows and abs(page.words[rows[-1][-1]].box.center[1] - box.center[1]) < max(8.0, 0.6 * box.height):
            rows[-1].append(at)
        else:
            rows.append([at])
    return [sorted(row, key=lambda index: page.words[index].box.x0) for row in rows]


def fax_header_words(page: PageText) -> set[int]:
    """Name the words (by index) that a fax machine put on the page, so that no field or page number takes them.

    What stands so close to the edge that no printer reaches it counts too, whether it can be read or not.
    """
    edge = page.height_px * EDGE_BAND
    found = {at for at, word in enumerate(page.words) if word.box.y1 <= edge}
    header = read_header(page)
    return found | set(header.words) if header else found


def _without(text: str, days: Sequence[Found]) -> str:
    """The text with its days blanked out, and what is left of a time: 10:25 is no page."""
    for day in days:
        text = text[: day.start] + " " * (day.end - day.start) + text[day.end :]
    return _TIME.sub(lambda match: " " * len(match.group()), text)


def _page_of(text: str) -> tuple[int | None, int | None]:
    """Read `P.01/03`, `Sid 1(3)`, `SIVU 1/3`, `PAGE 01 OF 03`, `001/003`, or a page without its count."""
    for pattern in _PAGE_OF:
        for match in reversed(list(pattern.finditer(text))):
            number, of = int(match[1]), int(match[2])
            if 1 <= number <= of <= MOST_PAGES:
                return number, of
    alone = _PAGE_ALONE.search(text)
    return (int(alone[1]), None) if alone and 1 <= int(alone[1]) <= MOST_PAGES else (None, None)


def header_dates(text: str) -> list[Found]:
    """Find a machine's date in any of the ways machines write it, day before month where both would do."""
    found = [one for one in (*_machine_dates(text), *find_dates(text, loose=True)) if int(one.value[:4]) in ARRIVAL_YEARS]
    return [
        one for at, one in enumerate(found) if not any(one.start < other.end and other.start < one.end for other in found[:at])
    ]


def _machine_dates(text: str) -> Iterator[Found]:
    for match in _SLASHED.finditer(text):
        date = _by_weekday(int(match[1]), int(match[2]), _year(match[3]), text)
        if date:
            yield Found(date.isoformat(), match.start(), match.end())
    for match in _COMPACT.finditer(text):
        date = _day(int(match[1]), int(match[2]), int(match[3]))
        if date:
            yield Found(date.isoformat(), match.start(), match.end())
    for match in _SHORT_YEAR.finditer(text):
        month = month_of(match[2] or match[3])
        date = _day(_year(match[5]), month, int(match[1] or match[4])) if month else None
        if date:
            yield Found(date.isoformat(), match.start(), match.end())


def _year(text: str) -> int:
    return int(text) + (2000 if len(text) == 2 else 0)


def _day(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def _by_weekday(first: int, second: int, year: int, text: str) -> datetime.date | None:
    """Read day/month, unless only month/day is a date, or only that falls on the weekday printed beside it."""
    day_first, month_first = _day(year, second, first), _day(year, first, second)
    names = [_WEEKDAYS[word] for word in re.findall(r"[A-ZÅÄÖ]{2,3}", text.upper()) if word in _WEEKDAYS]
    fitting = [date for date in (day_first, month_first) if date and date.weekday() in names]
    return fitting[0] if fitting else day_first or month_first
