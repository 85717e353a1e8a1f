"""Days, periods and months as papers write them."""

from __future__ import annotations

import re
from typing import NamedTuple

from rapidfuzz import fuzz

from extractors.values.day import day_candidates as day_candidates
from extractors.values.day import find_dates as find_dates
from extractors.values.day import iso
from extractors.values.lookalikes import plain_dashes
from extractors.values.month_name import WORD, month_of
from extractors.values.parsed import Found, Parsed

_DASH = "-"
_STARTS = (
    "alkaen",
    "lukien",
    "alkaa",
    "alkoi",
    "alkanut",
    "from",
    "från",
    "fr",
    "fro",
    "begynner",
    "börjar",
    "räknat",
    "starting",
    "beginning",
    "lähtien",
    "aloitetaan",
    "inleds",
)
_ENDS = (
    "saakka", "asti", "mennessä", "päättyen", "päättyy", "loppuu", "till", "tom", "until", "through", "slutar",
    "enintään", "viimeistään", "välisenä", "to", "lopetetaan", "avslutas", "upphör",
)  # fmt: skip
_FILLERS = (
    "ja", "och", "and", "o", "m", "t", "f", "r", "med", "välinen", "aika", "aikana", "klo", "kl", "den", "päivästä",
    "päivään", "including", "up", "on", "voimassa", "se", "det", "the", "jatkuen", "ma", "ti", "ke", "pe", "la", "su",
    "mån", "tis", "ons", "tors", "tor", "fre", "lör", "sön", "maanantai", "tiistai", "keskiviikko", "torstai", "perjantai",
    "lauantai", "sunnuntai", "måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag",
)  # fmt: skip
# "helmikuun 13. päivästä 2023 maaliskuun 5. päivään 2023": the case endings alone say from and to.
_FROM_DAY, _TO_DAY = re.compile(r"(?i)(päiv[äa]st[äa]|p:st[äa])"), re.compile(r"(?i)(päiv[äa][äa]n|p:[äa][äa]n)")
_PERIOD_WORDS = (
    "ajalla",
    "ajalle",
    "ajaksi",
    "ajalta",
    "aikana",
    "aika",
    "ajan",
    "tiden",
    "period",
    "perioden",
    "tid",
    "välisenä",
)
_ABSENCE = (
    "työstä", "poissa", "karanteenissa", "eristyksissä", "eristettynä", "kotona", "arbetet", "arbete", "frånvarande", "borta",
    "karantän", "isolering", "isolerad", "hemma",
)  # fmt: skip
_OPEN = re.compile(r"(?i)tois?ta?ise[kh]?si|t[il1]{2}ls?\s*v[il1]dare|until\s+further|ei\s+päättymis|jatkuu\s+edelleen")
_LEAST_LIKENESS = 82.0
_AND = ("ja", "och", "and")
_BETWEEN_TWO = re.compile(r"(?i)\b(välillä|mellan|between)\b[^\d]{0,12}$")
_BEFORE_REACH = 25
_REACH = 48  # characters between the two ends of a period
_SENTENCE_REACH = 70  # characters in which "toistaiseksi" still belongs to a day

_PARTIAL = re.compile(
    rf"(?<![\d.,/])(?P<day>\d{{1,2}})(?:\s?[.,]\s?(?P<month>\d{{1,2}})\s?[.,]?|\s?\.?\s(?P<name>{WORD})|\s?[.,:]?)(?=\D|$)"
)
_DAY_ALONE = re.compile(r"\d{1,2}\.\s+")  # `7. 25.8.2021`: with its point, and apart from the day that follows
_PARTIAL_END = re.compile(r"^[\s.,]*[-~=][\s]*(?P<day>\d{1,2})\s?[.,]\s?(?P<month>\d{1,2})(?:\s?[.,])?(?![\d.,/]*\d)")


class FoundRange(NamedTuple):
    """A period in running text.

    `end_value` is None when the text gives no end; `open_ended` says that it expressly runs until further
    notice. `start` and `end` are the stretch of text it stands in. `guessed`: no dash was read between the two days.
    """

    start_value: str
    end_value: str | None
    open_ended: bool
    start: int
    end: int
    guessed: bool = False


def find_ranges(text: str) -> list[FoundRange]:
    """Find periods; an end without its year or month lends it from the other one."""
    flat = plain_dashes(text)
    days = find_dates(flat)
    ranges: list[FoundRange] = []
    at = 0
    while at < len(days):
        following = days[at + 1] if at + 1 < len(days) else None
        previous_end = days[at - 1].end if at else 0
        joined = following is not None and _joined(flat, days[at], following)
        if following and (joined or _lost_dash(flat, days[at], following)):
            ranges.append(_period(days[at].value, following.value, days[at].start, following.end, guessed=not joined))
            at += 2
            continue
        one = _from_partial(flat, days[at], previous_end) or _to_partial(flat, days[at]) or _only_start(flat, days[at])
        if one:
            ranges.append(one)
        at += 1
    return ranges


def _period(start_value: str, end_value: str, start: int, end: int, *, guessed: bool = False) -> FoundRange:
    return FoundRange(start_value, end_value, False, start, end, guessed)


def _joined(text: str, first: Found, second: Found) -> bool:
    """Tell whether two days are the ends of one period."""
    between = text[first.end : second.start]
    if len(between) > _REACH or second.value < first.value:
        return False
    after = text[second.end : second.end + 20]
    if not between.strip(" .,"):
        ends = text[first.start : first.end], text[second.start : second.end]
        if _FROM_DAY.search(ends[0]) and _TO_DAY.search(ends[1]):
            return True
        before = _words(text[max(0, first.start - 25) : first.start])[-2:]
        return any(_is_one_of(word, _PERIOD_WORDS) for word in before) or any(
            _is_one_of(word, _ENDS) for word in _words(after)[:1]
        )
    return _connects(text[max(0, first.start - _BEFORE_REACH) : first.start], between, after)


def _lost_dash(text: str, first: Found, second: Found) -> bool:
    """Two days with nothing between them, where an absence is ordered or a value begins: readers lose a dash in a wide gap."""
    apart = text[first.end : second.start]
    return apart != "" and not apart.strip(" .,") and second.value > first.value and _speaks_of_absence(text[: first.start])


def _speaks_of_absence(before: str) -> bool:
    return not before.strip() or any(_is_one_of(word, _ABSENCE) for word in _words(before[-_BEFORE_REACH:])[-2:])


def _connects(before: str, between: str, after: str) -> bool:
    """Tell whether the words before, between and just after two days say "from … to …"."""
    words = _words(between)
    if words and words[0] in _AND and all(_is_one_of(word, _FILLERS) for word in words) and _BETWEEN_TWO.search(before):
        return True
    if not all(word == _DASH or _is_one_of(word, _STARTS + _ENDS + _FILLERS) for word in words):
        return False
    ends = [*words, *_words(after)[:1]]
    return any(word == _DASH or _is_one_of(word, _ENDS) for word in ends) or "tom" in words


def _words(text: str) -> list[str]:
    plain = re.sub(r"(?i)t\s?\.\s?[o0]\s?\.\s?m\b", " tom ", text)
    plain = re.sub(r"(?i)fr?\s?\.\s?[o0]\s?\.\s?m\b", " fro ", plain)
    return [word.casefold() for word in re.findall(r"[^\W\d_]+|[-~=]", plain.replace("~", _DASH).replace("=", _DASH))]


def _is_one_of(word: str, words: tuple[str, ...]) -> bool:
    if word in words:
        return True
    return len(word) >= 5 and any(len(known) >= 5 and fuzz.ratio(word, known) >= _LEAST_LIKENESS for known in words)


def _from_partial(text: str, day: Found, floor: int) -> FoundRange | None:
    """Read `28.–30.1.2019` and `28.1.–3.2.2019`: a day without its year, joined to a whole one."""
    low = max(floor, day.start - _REACH)
    for match in reversed(list(_PARTIAL.finditer(text, low, day.start))):
        year, month = int(day.value[:4]), int(day.value[5:7])
        named = month_of(match["name"]) if match["name"] else None
        # "från den 3 till den 17 maj": what follows the day is a word, but no month.
        end = match.start("name") if match["name"] and named is None else match.end()
        before = text[max(0, match.start() - _BEFORE_REACH) : match.start()]
        between = text[end : day.start]
        alone = not between.strip(" .,") and (match["month"] is not None or _DAY_ALONE.fullmatch(text[match.start() : day.start]))
        guessed = bool(alone) and _speaks_of_absence(text[: match.start()])
        if not guessed and not _connects(before, between, text[day.end : day.end + 20]):
            continue
        first_month = int(match["month"]) if match["month"] else named or month
        starts_before = (first_month, int(match["day"])) <= (month, int(day.value[8:]))
        value = iso(year if starts_before else year - 1, first_month, int(match["day"]))
        if value and (starts_before or match["month"] or named):
            return _period(value, day.value, match.start(), day.end, guessed=guessed)
    return None


def _to_partial(text: str, day: Found) -> FoundRange | None:
    """Read `3.1.2019–5.2.`: the end lends its year from the start."""
    match = _PARTIAL_END.match(text[day.end : day.end + 20])
    if not match:
        return None
    year, last = int(day.value[:4]), (int(match["month"]), int(match["day"]))
    later = last < (int(day.value[5:7]), int(day.value[8:]))
    value = iso(year + later, *last)
    return _period(day.value, value, day.start, day.end + match.end()) if value else None


def _only_start(text: str, day: Found) -> FoundRange | None:
    """Read `alkaen 3.1.2019`, `3.1.2019 lukien`, with or without "until further notice"."""
    before, after = text[max(0, day.start - 25) : day.start], text[day.end : day.end + 16]
    near = text[max(0, day.start - _SENTENCE_REACH) : day.end + _SENTENCE_REACH]
    open_ended = _OPEN.search(near) is not None
    is_start = any(_is_one_of(word, _STARTS) for word in [*_words(before)[-3:], *_words(after)[:1]])
    is_end = any(_is_one_of(word, _ENDS) for word in [*_words(before)[-1:], *_words(after)[:1]])
    has_dash = bool(re.match(r"\s?[-~=]", text[day.end : day.end + 3]))
    if is_end or not (is_start or (open_ended and has_dash) or (open_ended and _OPEN.search(text[day.end : day.end + 30]))):
        return None
    return FoundRange(day.value, None, open_ended, day.start, day.end)


_ISO_MONTH = re.compile(r"(?<![\w./])(\d{4})-(\d{2})(?![\w./])")
_MONTH_ITEM = re.compile(
    rf"(?P<number>\d{{1,2}})\s?[./]\s?(?P<year>\d{{4}})|(?P<name>{WORD})(?:\s+(?P<named_year>\d{{4}}))?|(?P<bare>\d{{1,2}})|(?P<dash>-)"
)


def month_candidates(raw: str) -> list[Parsed]:
    """Read a list of months: names or numbers, singly or as a range; years lend to those on their left."""
    items: list[tuple[int, int | None] | None] = []  # None stands for a range's dash
    for match in _MONTH_ITEM.finditer(_ISO_MONTH.sub(r"\2/\1", plain_dashes(raw))):
        month = month_of(match["name"]) if match["name"] else int(match["number"] or match["bare"] or 0)
        year = match["year"] or match["named_year"]
        if match["dash"]:
            items.append(None)
        elif month and 1 <= month <= 12:
            items.append((month, int(year) if year else None))
        elif not match["name"]:
            return []
    months = _expanded(_with_years(items))
    return [Parsed(months, ("format",), 0)] if months else []


def _with_years(items: list[tuple[int, int | None] | None]) -> list[tuple[int, int] | None]:
    """Give months without a year that of the next one on their right, else the last on their left."""
    years = [item[1] for item in items if item]
    found: list[tuple[int, int] | None] = []
    seen = 0
    for item in items:
        if item is None:
            found.append(None)
            continue
        year = next((y for y in years[seen:] if y), None) or next((y for y in reversed(years[:seen]) if y), None)
        seen += 1
        if year is None or iso(year, item[0], 1) is None:
            return []
        found.append((item[0], year))
    return found


def _expanded(items: list[tuple[int, int] | None]) -> list[str]:
    months: set[int] = set()
    for at, item in enumerate(items):
        if item:
            months.add(item[1] * 12 + item[0] - 1)
        elif 0 < at < len(items) - 1 and (left := items[at - 1]) and (right := items[at + 1]):
            first, last = left[1] * 12 + left[0] - 1, right[1] * 12 + right[0] - 1
            months.update(range(first, min(last, first + 36) + 1))
    return [f"{number // 12}-{number % 12 + 1:02d}" for number in sorted(months)]
