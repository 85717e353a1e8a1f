"""Typed values beside their labels: the first piece of text that holds one."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from extractors.letters.letter import Dated, Letter
from extractors.letters.passage import Passage, fold
from extractors.letters.phrases import OPEN_ENDED
from extractors.values.date import FoundRange, find_dates, find_ranges
from extractors.values.parsed import Found
from models.extraction import Extraction

Finder = Callable[[str], Sequence[Found]]
Fields = dict[str, Extraction]


def find_labelled(letter: Letter, name: str, find: Finder, but_not: str = "") -> Extraction | None:
    """Read the first value that `find` sees beside a label of `name` that does not name field `but_not` as well."""
    for piece in letter.pieces(name):
        if but_not in piece.label.names:
            continue
        found = find(piece.passage.flat)
        if found:
            best = found[0]
            passage = piece.passage.cut(best.start, best.end)
            if not letter.is_stamped(passage.box):
                return letter.extraction(passage, best.value, "label", *best.evidence)
    return None


def put(fields: Fields, name: str, extraction: Extraction | None) -> None:
    if extraction is not None:
        fields[name] = extraction


def read_period(letter: Letter, start_name: str, end_name: str) -> Fields:
    """Read a period from its labels, else from a sentence. An end "until further notice" is left out.

    An end that the paper neither gives nor leaves open comes out as doubted.
    """
    fields: Fields = {}
    is_open = _labelled_period(letter, start_name, end_name, fields)
    if start_name not in fields:
        is_open = _period_in_text(letter, start_name, end_name, fields) or is_open
    if start_name not in fields:
        put(fields, start_name, letter.doubted(start_name))
    elif end_name not in fields and not is_open:
        put(fields, end_name, _unlabelled_end(letter, fields[start_name]) or _doubted_end(letter, fields[start_name], end_name))
    return fields


def _labelled_period(letter: Letter, start_name: str, end_name: str, fields: Fields) -> bool:
    """Fill what labels give; tell whether the period is expressly open."""
    is_open = False
    for piece in letter.pieces(start_name):
        ranges = find_ranges(piece.passage.flat)
        dates = find_dates(piece.passage.flat)
        if ranges and start_name not in fields:
            both = end_name in piece.label.names or ranges[0].end_value is not None
            _put_range(letter, piece.passage, ranges[0], (start_name, end_name if both else ""), fields, "label")
            # "17.12.2018 alkaen 13.4.2020 / saakka": a cell of two days, whose last word is lost or in the next line.
            if end_name in piece.label.names and not ranges[0].open_ended and end_name not in fields:
                _put_other_end(letter, piece.passage, (start_name, end_name), fields)
        elif dates and start_name not in fields:
            _put_date(letter, piece.passage, dates[0], start_name, fields)
            if end_name in piece.label.names:
                _put_other_end(letter, piece.passage, (start_name, end_name), fields)
        elif end_name in piece.label.names and end_name not in fields:
            _put_other_end(letter, piece.passage, (start_name, end_name), fields)
        is_open = is_open or bool(OPEN_ENDED.search(fold(piece.passage.flat)))
    for piece in letter.pieces(end_name):
        if end_name in fields or start_name in piece.label.names:
            continue
        dates = find_dates(piece.passage.flat)
        if dates:
            _put_date(letter, piece.passage, dates[-1], end_name, fields)
        is_open = is_open or bool(OPEN_ENDED.search(fold(piece.passage.flat)))
    return is_open


def _put_other_end(letter: Letter, passage: Passage, names: tuple[str, str], fields: Fields) -> None:
    """Take the second of two days as the end of a period whose beginning is known: the dash between them is lost easily.

    With it the cell may have ended too soon; the next, wider piece of the same label then shows both.
    """
    start, end = names
    dates = find_dates(passage.flat)
    if len(dates) == 2 and dates[0].value == fields[start].value and dates[0].value <= dates[1].value:
        _put_date(letter, passage, dates[1], end, fields)


def _put_date(letter: Letter, passage: Passage, found: Found, name: str, fields: Fields) -> None:
    fields[name] = letter.extraction(passage.cut(found.start, found.end), found.value, "label", *found.evidence)


def _put_range(
    letter: Letter, passage: Passage, found: FoundRange, names: tuple[str, str], fields: Fields, evidence: str
) -> None:
    """Put both ends; each keeps its own date's place where the text shows one."""
    dates = find_dates(passage.flat)
    own = {date.value: passage.cut(date.start, date.end) for date in dates if found.start <= date.start < found.end}
    whole = passage.cut(found.start, found.end)
    for name, value in zip(names, (found.start_value, found.end_value), strict=True):
        if name and value:
            marks = ("format", "cross_field") if found.end_value else ("format",)
            guess = ("repaired",) if found.guessed else ()
            fields[name] = letter.extraction(own.get(value, whole), value, evidence, *marks, *guess)


def _period_in_text(letter: Letter, start_name: str, end_name: str, fields: Fields) -> bool:
    """Take the period of a sentence: one with an end, or one that stands with words of ordering, goes first."""
    ranges = [r for r in find_ranges(letter.body.flat) if not letter.is_stamped(letter.body.cut(r.start, r.end).box)]
    if not ranges:
        return False
    best = max(ranges, key=lambda r: (_speaks_of_order(letter, r), r.end_value is not None or r.open_ended, -r.start))
    _put_range(letter, letter.body, best, (start_name, end_name), fields, "sentence")
    near = letter.folded[max(0, best.start - 60) : best.end + 60]
    return best.open_ended or (best.end_value is None and bool(OPEN_ENDED.search(near)))


_ORDER = re.compile(
    r"maara(an|taan|tty|ys)|velvoite|ajal(le|la|ta)|ajaksi|karanteen|eriste|poissa|voimassa|forordna|alagg|for tiden|under tiden"
    r"|karantan|isoler|franvar|borta|i kraft|galler|giltig|pidate|ulosmit|utmat|innehall"
)


def _speaks_of_order(letter: Letter, found: FoundRange) -> int:
    near = letter.folded[max(0, found.start - 120) : found.end + 80]
    return len(set(_ORDER.findall(near))) > 0


def _unlabelled_end(letter: Letter, start: Extraction) -> Extraction | None:
    """Take a lone date right under the start, in its column: the end whose label the reader lost."""
    if start.span is None or not isinstance(start.value, str):
        return None
    labelled = {label.segment for label in letter.pairs.labels}
    for dated in letter.dates:
        box, segment = start.span.box, dated.segment
        below = 0 < segment.box.y0 - box.y0 < 3 * box.height and abs(segment.box.x0 - box.x0) < box.height
        in_label_row = any(
            number in labelled and other.page == segment.page and other.row == segment.row
            for number, other in enumerate(letter.segments)
        )
        if segment.page == start.span.page and below and not dated.rest and not in_label_row and dated.found.value >= start.value:
            return letter.extraction(dated.passage, dated.found.value, "position", *dated.found.evidence)
    return None


def _doubted_end(letter: Letter, start: Extraction, end_name: str) -> Extraction:
    held = letter.doubted(end_name)
    return held or start.model_copy(update={"value": None, "evidence": ("position",)})


def find_own_date(letter: Letter, name: str, taken: set[str], but_not: str = "") -> Extraction | None:
    """Find the day the letter itself bears.

    By its label; else alone in the head, or alone or after a place's name at the end; else any date that is
    not `taken` by another field. Dates of received stamps never count.
    """
    labelled = find_labelled(letter, name, find_dates, but_not)
    if labelled is not None:
        return labelled
    values = _words_of_other_labels(letter, name) | letter.words_of_periods
    free = [d for d in letter.dates if not (d.stamped or _is_birth(d.rest) or id(d.passage.placed[0].word) in values)]
    alone = [
        d for d in free if len(re.findall(r"[^\W\d_]{2,}", d.rest)) <= 3 and not re.search(r"\d", _DIARY_REST.sub("", d.rest))
    ]
    left = [d for d in free if d.found.value not in taken]
    left = [d for d in left if d.in_head][:1] or left[-1:]
    chosen = min(alone, key=lambda d: _strangeness(d, taken, alone.index(d))) if alone else next(iter(left), None)
    if chosen is None:
        return letter.doubted(name)
    return letter.extraction(chosen.passage, chosen.found.value, "position", *chosen.found.evidence)


# "27.12.2018 Asianumero 296/2018" is a date alone as well.
_DIARY_REST = re.compile(r"\S*\d+/\S+")
_DATED_BY = re.compile(r"\W*(päivätty|annettu|tehty|tulostettu|pvm|daterad|given|datum|utfärdad|den|i|\w+ss[aä]|\w+ll[aä])\b")
_DATING = re.compile(
    r"^\W*(\w{2,}\W*(den)?|(paivatty|annettu|tehty|tulostettu|pvm|daterad|given|datum|utfardad)\W*(\w+(ssa|lla))?)?\W*$"
)


def _strangeness(dated: Dated, taken: set[str], order: int) -> tuple[bool, bool, bool, int]:
    """Least for a date alone or after a place's name; then one not taken; in the head the first, else the last."""
    is_taken = dated.found.value in taken
    # A place is written with a capital: "Vuokra-aika / päättyy 7.9.2018" bears no date of its own.
    begins_small = re.match(r"\W*[a-zåäö]", dated.rest) and not _DATED_BY.match(dated.rest)
    is_odd = not _DATING.match(fold(dated.rest)) or bool(begins_small)
    return is_odd, is_taken and not dated.in_head, not dated.in_head, order if dated.in_head else -order


# "Päätös 22.3.2022", "Allekirjoitus 3.5.2019": beside these a date is the letter's own.
_BEAR_OWN_DATE = frozenset({
    "decision_kind", "notice_kind", "diary_number", "case_number", "authority", "enforcement_office", "physician_name",
    "bailiff_name",
})  # fmt: skip


def _words_of_other_labels(letter: Letter, name: str) -> set[int]:
    """The words (by identity) that are values of other labels: a date among them is not the letter's own."""
    taken: set[int] = set()
    for label in letter.pairs.labels:
        if label.names & _BEAR_OWN_DATE:
            continue
        is_dated = bool(label.names & {"start", "end", "valid_from", "valid_to", "replaces_ban_dated"})
        for piece in letter.pairs.pieces_of(label) if name not in label.names else ():
            if piece.where == "inline":
                taken |= {id(word) for word in letter.segments[label.segment].words[label.last :]}
            if piece.where == "right" or is_dated:
                taken |= {id(placed.word) for placed in piece.passage.placed}
    return taken


def _is_birth(rest: str) -> bool:
    return bool(re.search(r"\b(s\.|synt|syntyn|f\.|fodd|fodel)", fold(rest)))
