"""The day that a paper arrived, as the paper itself tells: received stamps and fax transmission headers.

Where a paper shows both, the header decides if it is this file's own transmission (it stands on the first
page): a fax is received when it comes in, and the office may stamp it days later. A header that only a later
page bears was sent between others before it reached Kela, so there the stamp decides.
"""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from rapidfuzz import fuzz

from extractors.values.day import find_dates
from extractors.values.month_name import month_of
from extractors.values.parsed import Found
from models.geometry import Box, bounding
from models.page import PageText, Word

ARRIVAL_YEARS = range(2005, 2041)  # nothing of this benefit arrived before, and a misread year is mostly outside

HEADER_BAND = 0.045  # share of the page's height in which transmission headers stand
EDGE_BAND = 0.016  # printers leave this share blank: what stands there was added by a fax machine or is dirt
DOUBTFUL_SCORE = 0.5  # a reader's score from which down a date is believed less
STAMP_BAND = 0.6  # share of the height, from the top, in which received stamps are looked for

_STAMP_WORDS = (
    "SAAPUNUT",
    "SAAPUI",
    "INKOMMIT",
    "ANKOMMIT",
    "INKOM",
    "ANKOM",
    "VASTAANOTETTU",
    "MOTTAGET",
    "MOTTAGEN",
    "RECEIVED",
)
_SHORT_STAMP_WORDS = ("SAAP", "INK", "ANK", "MOTT", "ANL")  # only in capitals with a point, or alone beside a date
_OWNERS = ("KELA", "FPA", "KANSANELÄKELAITOS", "FOLKPENSIONSANSTALTEN")
_LIKE_STAMP = 74.0
_WORTH_A_LOOK = 60.0
_LETTERS_BEHIND = str.maketrans({"0": "O", "1": "I", "5": "S", "!": "I", "|": "I", "$": "S", "4": "A", "8": "B"})

_TIME = re.compile(
    r"(?<![\d.:/-])(?:[01]?\d|2[0-3])\s?[:.=;]\s?[0-5]\d(?:\s?[:.]\s?[0-5]\d)?(?![\d./-])(?:\s?[AP]M\b)?", re.IGNORECASE
)
_PAGE_MARK = re.compile(
    r"(?:\b[PS5$]\s?[.,:]|\bSIVU|\bSIDA|\bPAGE|\bPG|\bSID)\s?\d{1,3}|\b\d{1,3}\s?/\s?\d{1,3}\b", re.IGNORECASE
)
_SENDER = re.compile(
    r"\b(?:FROM|FR[ÅA]N|LÄHETTÄJÄ|TX|RX|FAX|TELEFAX|TEL|TO|ID)\b\s?[:.]?|\+\s?\d{2,3}\s?\d|\b0\d[\d ]{5,}", re.IGNORECASE
)
_SLASHED = re.compile(r"\b(\d{1,2})\s?[/-]\s?(\d{1,2})\s?[/-]\s?(\d{4}|\d{2})\b")
_COMPACT = re.compile(r"\b(20\d\d)[/.]?(\d\d)[/.]?(\d\d)\b")
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
class Arrival:
    """The day that counts in law, `date` as yyyy-mm-dd, and the page that shows it."""

    date: str
    evidence: Literal["stamp", "fax_header"]
    confidence: float
    page: int


class _Sighting(NamedTuple):
    """One date beside one stamp or in one header."""

    date: str
    page: int
    confidence: float
    is_ours: bool = False


def find_arrival(pages: Sequence[PageText]) -> Arrival | None:
    """Find the day of arrival; None when no page shows one that can be read.

    A page may be given more than once: a second look at its stamps and header, under the same number, adds
    to what the first saw.
    """
    headers = [sighting for page in pages if (sighting := _header_sighting(page))]
    stamps = [sighting for page in pages for sighting in _stamp_sightings(page)]
    first_page = min((page.number for page in pages), default=1)
    if headers and (not stamps or any(header.page == first_page for header in headers)):
        return _by_vote(headers, "fax_header")
    if not stamps:
        return None
    ours = [stamp for stamp in stamps if stamp.is_ours] or stamps
    first_stamped = min(stamp.page for stamp in ours)
    return _by_vote([stamp for stamp in ours if stamp.page == first_stamped], "stamp")


def fax_header_words(page: PageText) -> set[int]:
    """Name the words (by index) that a fax machine put on the page, so that no field or page number takes them.

    What stands so close to the edge that no printer reaches it counts too, whether it can be read or not.
    """
    edge = page.height_px * EDGE_BAND
    found = {at for at, word in enumerate(page.words) if word.box.y1 <= edge}
    row = _header_row(page)
    return found | set(row) if row else found


def _by_vote(sightings: Sequence[_Sighting], evidence: Literal["stamp", "fax_header"]) -> Arrival:
    """Let all readings vote: there was one day, and misreadings scatter."""
    votes: Counter[str] = Counter()
    for sighting in sightings:
        votes[sighting.date] += round(sighting.confidence * 100)
    date = max(votes, key=lambda value: (votes[value], value))
    agreeing = [sighting for sighting in sightings if sighting.date == date]
    best = max(sighting.confidence for sighting in agreeing)
    confidence = min(0.99, best + 0.02 * (len(agreeing) - 1)) * len(agreeing) / len(sightings)
    return Arrival(date, evidence, round(confidence, 3), agreeing[0].page)


def _rows(page: PageText, indices: Sequence[int]) -> list[list[int]]:
    """Group words into rows, top row first, each from left to right."""
    rows: list[list[int]] = []
    for at in sorted(indices, key=lambda index: page.words[index].box.center[1]):
        box = page.words[at].box
        if rows and abs(page.words[rows[-1][-1]].box.center[1] - box.center[1]) < max(8.0, 0.6 * box.height):
            rows[-1].append(at)
        else:
            rows.append([at])
    return [sorted(row, key=lambda index: page.words[index].box.x0) for row in rows]


def _text(page: PageText, row: Sequence[int]) -> str:
    return " ".join(page.words[at].text for at in row)


def _header_row(page: PageText) -> list[int] | None:
    """Find the row that a fax machine printed: its date and time, its number, its page count."""
    band = page.height_px * HEADER_BAND
    near = [at for at, word in enumerate(page.words) if word.box.center[1] < band]
    for row in _rows(page, near):
        text = _text(page, row)
        is_at_edge = bounding(page.words[at].box for at in row).y1 < page.height_px * 1.5 * EDGE_BAND
        marks = [bool(_header_dates(text)), bool(_TIME.search(text)), bool(_SENDER.search(text)), bool(_PAGE_MARK.search(text))]
        if sum(marks) >= 3 or (sum(marks) >= 2 and (is_at_edge or marks[:2] == [True, True])):
            return row
    return None


def _header_sighting(page: PageText) -> _Sighting | None:
    row = _header_row(page)
    if row is None:
        return None
    dates = _header_dates(_text(page, row))
    if not dates:
        return None
    best = min(dates, key=lambda found: found.repairs)
    return _Sighting(best.value, page.number, max(0.5, 0.97 - 0.12 * best.repairs))


def _header_dates(text: str) -> list[Found]:
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


def _stamp_sightings(page: PageText) -> Iterator[_Sighting]:
    """Find stamp words, and the date beside or below each; stamps may stand askew."""
    for at, word in enumerate(page.words):
        if word.box.center[1] > page.height_px * STAMP_BAND or not _is_stamp_word(page, at):
            continue
        near = [other for other, box in enumerate(w.box for w in page.words) if other != at and _is_near(word.box, box)]
        is_ours = any(_plain(page.words[other].text) in _OWNERS for other in near)
        dated = _nearest_date(page, word, near)
        if dated:
            found, score = dated
            sure = max(0.5, 0.96 - 0.1 * found.repairs) * (0.75 if score <= DOUBTFUL_SCORE else 1.0)
            yield _Sighting(found.value, page.number, sure, is_ours)


def _is_near(stamp: Box, other: Box) -> bool:
    """Tell whether a word may belong to the same stamp: on its line, just above, or some lines below."""
    x, y = other.center
    reach = max(stamp.width, 8 * stamp.height)
    return stamp.x0 - reach <= x <= stamp.x1 + reach and stamp.y0 - 2.5 * stamp.height <= y <= stamp.y1 + 4 * stamp.height


def _plain(text: str) -> str:
    return "".join(char for char in text.upper().translate(_LETTERS_BEHIND) if char.isalpha())


def _is_stamp_word(page: PageText, at: int) -> bool:
    """Tell a stamp's word from the same word in a sentence: capitals, or nothing but its date on the line."""
    text = page.words[at].text
    plain = _plain(text)
    if len(plain) >= 5:
        likeness = max(fuzz.ratio(plain, word) for word in _STAMP_WORDS)
        return likeness >= _LIKE_STAMP and (_is_capital(text) or _stands_alone(page, at))
    return plain in _SHORT_STAMP_WORDS and _is_capital(text) and (text.endswith((".", ":")) or _stands_alone(page, at))


def is_like_stamp(text: str) -> bool:
    """Tell whether a word resembles a received stamp's enough for a second look."""
    plain = _plain(text)
    return len(plain) >= 4 and _is_capital(text) and max(fuzz.ratio(plain, word) for word in _STAMP_WORDS) >= _WORTH_A_LOOK


def _is_capital(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    return sum(char.isupper() for char in letters) >= 0.8 * max(1, len(letters))


def _stands_alone(page: PageText, at: int) -> bool:
    box = page.words[at].box
    beside = [
        word.text for other, word in enumerate(page.words)
        if other != at and abs(word.box.center[1] - box.center[1]) < 0.6 * box.height
        and max(word.box.x0 - box.x1, box.x0 - word.box.x1) < 4 * box.height
    ]  # fmt: skip
    return not any(len(_plain(text)) > 2 and _plain(text) not in _OWNERS and not re.search(r"\d", text) for text in beside)


def _nearest_date(page: PageText, stamp: Word, near: Sequence[int]) -> tuple[Found, float] | None:
    """Take the date closest to the stamp's word, each row read by itself; with the lowest score of its words."""
    dated: list[tuple[float, Found, float]] = []
    for row in _rows(page, near):
        for found in find_dates(_text(page, row), loose=True):
            if int(found.value[:4]) in ARRIVAL_YEARS:
                words = _words_of(page, row, found)
                x, y = bounding(word.box for word in words).center
                distance = abs(y - stamp.box.center[1]) + 0.3 * abs(x - stamp.box.center[0])
                dated.append((distance + 10 * found.repairs, found, min(word.engine_score for word in words)))
    if not dated:
        return None
    _, found, score = min(dated, key=lambda one: one[0])
    return found, score


def _words_of(page: PageText, row: Sequence[int], found: Found) -> list[Word]:
    """The words of a row that a find covers."""
    words, position = [], 0
    for at in row:
        end = position + len(page.words[at].text)
        if position < found.end and found.start < end:
            words.append(page.words[at])
        position = end + 1
    return words
