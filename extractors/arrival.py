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

from extractors.fax_header import ARRIVAL_YEARS, read_header, rows_of_words
from extractors.values.day import find_dates
from extractors.values.parsed import Found
from models.geometry import Box, bounding
from models.page import PageText, Word

STAMP_BAND = 0.6  # share of the height, from the top, in which received stamps are looked for

_STAMP_WORDS = (
    "SAAPUNUT", "SAAPUI", "INKOMMIT", "ANKOMMIT", "INKOM", "ANKOM", "VASTAANOTETTU", "MOTTAGET", "MOTTAGEN", "RECEIVED",
)  # fmt: skip
_SHORT_STAMP_WORDS = ("SAAP", "INK", "ANK", "MOTT", "ANL")  # only in capitals with a point, or alone beside a date
_OWNERS = ("KELA", "FPA", "KANSANELÄKELAITOS", "FOLKPENSIONSANSTALTEN")
_LIKE_STAMP = 74.0
_WORTH_A_LOOK = 60.0
_LETTERS_BEHIND = str.maketrans({"0": "O", "1": "I", "5": "S", "!": "I", "|": "I", "$": "S", "4": "A", "8": "B"})

_TWO_READERS, _MANY_LOOKS, _ONE_LOOK, _COMPOSED = 0.98, 0.85, 0.7, 0.5
"""Confidence in a day on which two readers agree; one reader in three looks; one look; in no look as a whole."""
_OFF_YEAR = 0.25
"""What a day counts whose year is neither that of a day on the paper nor the one after."""

_RUN_TOGETHER = re.compile(r"([A-Za-zÅÄÖåäö]{3,}[.:]?)(?=[0-3O]?\d[. -])")
_SPACED = re.compile(r"\s*([.,-])\s*")
_NO_POINTS = re.compile(r"(?<!\d)([0-3]\d)[.,]?([01]\d)[.,]?(20\d\d)(?!\d)")
_RUN_ON = re.compile(r"(?<!\d)(20\d\d)-([01]\d)-([0-3]\d)(?=\d)")


@dataclass(frozen=True)
class Arrival:
    """The day that counts in law, `date` as yyyy-mm-dd, and the page that shows it."""

    date: str
    evidence: Literal["stamp", "fax_header"]
    confidence: float
    page: int


class Sighting(NamedTuple):
    """One reading of one date beside one stamp or in one header; `by_line` tells the line reader's from the page reader's."""

    date: str
    page: int
    confidence: float
    is_ours: bool = False
    by_line: bool = False


def find_arrival(
    pages: Sequence[PageText], stamped: Sequence[Sighting] = (), header_looks: Sequence[PageText] = ()
) -> Arrival | None:  # fmt: skip
    """Find the day of arrival; None when no page shows one that can be read.

    `stamped` are sightings of a second look at stamps, `header_looks` pages whose header was read once more: both add
    to what the page reader saw.
    """
    headers = [sighting for page in pages if (sighting := _header_sighting(page, by_line=False))]
    headers += [sighting for page in header_looks if (sighting := _header_sighting(page, by_line=True))]
    stamps = [*(sighting for page in pages for sighting in _stamp_sightings(page)), *stamped]
    first_page = min((page.number for page in pages), default=1)
    years = _years_on(pages, {sighting.date for sighting in (*headers, *stamps)})
    if headers and (not stamps or any(header.page == first_page for header in headers)):
        # A machine's clock is printed clearly: what is written on the paper need not vouch for its year.
        return _by_vote(headers, "fax_header", frozenset())
    if not stamps:
        return None
    ours = [stamp for stamp in stamps if stamp.is_ours] or stamps
    first_stamped = min(stamp.page for stamp in ours)
    days = {stamp.date for stamp in ours}
    return _by_vote([stamp for stamp in stamps if stamp.page == first_stamped and stamp.date in days], "stamp", years)


def _by_vote(sightings: Sequence[Sighting], evidence: Literal["stamp", "fax_header"], years: frozenset[int]) -> Arrival | None:
    """Let all readings vote on day, month and year apart: there was one day, and misreadings scatter."""
    votes: tuple[Counter[str], ...] = (Counter(), Counter(), Counter())
    for sighting in sightings:
        weight = sighting.confidence * (1.0 if _fits(sighting.date, years) else _OFF_YEAR)
        for part, value in zip(votes, sighting.date.split("-"), strict=True):
            part[value] += round(weight * 100)
    best = [max((count, value) for value, count in part.items())[1] for part in votes]
    date = "-".join(best)
    if not _exists(date):
        date = max(sightings, key=lambda sighting: sighting.confidence).date
    share = min(part[value] / max(1, sum(part.values())) for part, value in zip(votes, date.split("-"), strict=True))
    agreeing = [sighting for sighting in sightings if sighting.date == date]
    confidence = _base(agreeing) * share
    if not _fits(date, years):
        confidence = min(confidence, _COMPOSED)
    return Arrival(date, evidence, round(confidence, 3), (agreeing or sightings)[0].page)


def _base(agreeing: Sequence[Sighting]) -> float:
    if not agreeing:
        return _COMPOSED
    if len({sighting.by_line for sighting in agreeing}) == 2 or len({sighting.page for sighting in agreeing}) >= 2:
        return _TWO_READERS
    return _MANY_LOOKS if len(agreeing) >= 3 else _ONE_LOOK


def _exists(date: str) -> bool:
    try:
        datetime.date.fromisoformat(date)
    except ValueError:
        return False
    return True


def _years_on(pages: Sequence[PageText], sighted: set[str]) -> frozenset[int]:
    """The years of the other days that stand on the paper."""
    days = {
        found.value
        for page in pages
        for row in rows_of_words(page, range(len(page.words)))
        for found in find_dates(" ".join(page.words[at].text for at in row))
        if not found.repairs
    }
    return frozenset(int(day[:4]) for day in days - sighted if int(day[:4]) in ARRIVAL_YEARS)


def _fits(date: str, years: frozenset[int]) -> bool:
    """A paper comes in the year of something written on it, or the next; where nothing is, any year will do."""
    return not years or any(int(date[:4]) - year in (0, 1) for year in years)


def _header_sighting(page: PageText, *, by_line: bool) -> Sighting | None:
    header = read_header(page)
    if header is None or header.day is None:
        return None
    return Sighting(header.day.value, page.number, max(0.5, 0.97 - 0.12 * header.day.repairs), by_line=by_line)


# --- stamps -----------------------------------------------------------------------------------------------


def _stamp_sightings(page: PageText) -> Iterator[Sighting]:
    """Find stamp words, and the date beside or below each; stamps may stand askew."""
    for at, word in enumerate(page.words):
        if word.box.center[1] > page.height_px * STAMP_BAND or not _is_stamp_word(page, at):
            continue
        near = [other for other, box in enumerate(w.box for w in page.words) if other != at and _is_near(word.box, box)]
        is_ours = any(is_owner(page.words[other].text) for other in near)
        dated = _nearest_date(page, word, near)
        if dated:
            found, score = dated
            yield Sighting(found.value, page.number, max(0.4, 0.96 - 0.1 * found.repairs) * max(0.3, score), is_ours)


def stamp_dates(text: str) -> list[tuple[str, float]]:
    """Read the days of a stamp's line, each with how little had to be mended, 0…1: `2019 -03- 12`, `SAAP.12.3.2019`."""
    spaced = _NO_POINTS.sub(r"\1.\2.\3", _SPACED.sub(r"\1", _RUN_TOGETHER.sub(r"\1 ", text)))
    spaced = _RUN_ON.sub(r"\1-\2-\3 ", spaced)
    return [
        (found.value, max(0.4, 1.0 - 0.12 * found.repairs)) for found in find_dates(spaced, loose=True)
        if int(found.value[:4]) in ARRIVAL_YEARS
    ]  # fmt: skip


def is_stamp_line(text: str) -> bool:
    """Tell whether a line of a stamp names what the stamp is for."""
    words = [_plain(word) for word in text.split()]
    joined = "".join(words)
    if any(len(word) >= 4 and fuzz.ratio(word, stamp) >= _LIKE_STAMP for word in words for stamp in _STAMP_WORDS):
        return True
    if any(word in _SHORT_STAMP_WORDS for word in words):
        return True
    return 8 <= len(joined) <= 24 and max(fuzz.partial_ratio(stamp, joined) for stamp in _STAMP_WORDS if len(stamp) > 6) >= 80.0


def is_owner(text: str) -> bool:
    """Tell whether a text names the office itself."""
    return any(_plain(word) in _OWNERS for word in text.split())


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
    if plain in _SHORT_STAMP_WORDS and _is_capital(text):
        return True
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
    for row in rows_of_words(page, near):
        for found in find_dates(" ".join(page.words[at].text for at in row), loose=True):
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
