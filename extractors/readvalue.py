"""Read one value out of its region: by the text layer, or by independent readers whose agreement is evidence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from extractors.inkmap import Crop, Indices
from extractors.ocr.ctc import plainly_read
from extractors.ocr.engine import LineReader, PageReader, Spelling
from extractors.phrases import folded, rows_of
from extractors.readings import CHECKED, Weighed, weigh, with_marks
from extractors.readpage import ReadPage
from extractors.strikes import without_struck_words
from extractors.values.lexicon import is_known
from extractors.values.parse import Parsed, candidates, parse
from extractors.values.text import clean_name
from models.document_type import Kind
from models.extraction import Candidate, Extraction, Span
from models.geometry import Box, bounding
from models.page import Word


@dataclass(frozen=True)
class Readers:
    """The engines: `page` reads labels and is a value's second reader, `line` its first, `hand` a third for hand-print."""

    page: PageReader
    line: LineReader
    hand: LineReader | None = None


def read_value(page: ReadPage, region: Box, kind: Kind, readers: Readers, exclude: Sequence[Box]) -> Extraction | None:
    """Read the value that stands in `region`; None when nothing is written there.

    `exclude` are labels and option words: their ink is not the value's.
    """
    words = _words_in(page, region, exclude)
    if page.text.reading == "text_layer" and words:
        return _from_text_layer(page, words, kind)
    pieces = page.inks.inside(region, exclude)
    if not _is_writing(page, pieces):
        return None
    crops = _unstruck(page, [page.inks.crop(row) for row in page.inks.rows(pieces)])
    return _from_ink(page, crops, kind, _joined(words), readers)


def _unstruck(page: ReadPage, whole: Sequence[Crop]) -> list[Crop]:
    """Crops without struck words. When nothing would remain the strike may be the cell's own line: all is kept, doubted."""
    crops = [crop for crop in (without_struck_words(page.inks, crop) for crop in whole) if len(crop.pieces)]
    return crops or [replace(crop, struck=True) for crop in whole]


def _words_in(page: ReadPage, region: Box, exclude: Sequence[Box]) -> list[Word]:
    return [
        word for word in page.text.words
        if region.holds(*word.box.center) and not any(word.box.covered_by(box) > 0.5 for box in exclude)
    ]  # fmt: skip


def _joined(words: Sequence[Word]) -> str:
    return " ".join(word.text for row in rows_of(words) for word in row)


def _from_text_layer(page: ReadPage, words: Sequence[Word], kind: Kind) -> Extraction:
    raw = _joined(words)
    parsed = parse(kind, raw)
    return Extraction(
        value=parsed.value if parsed else None,
        raw=raw,
        span=Span(page=page.number, box=bounding(word.box for word in words)),
        reading="text_layer",
        evidence=("label", *(parsed.evidence if parsed else ())),
        engine_score=1.0,
    )


LEAST_INK_PX = 30
LEAST_HEIGHT_PX = 9


def _is_writing(page: ReadPage, pieces: Indices) -> bool:
    """Specks and remains of a line are not writing: something must be as tall as a small letter."""
    if len(pieces) == 0 or page.inks.size[pieces].sum() < LEAST_INK_PX:
        return False
    heights = page.inks.y1[pieces] - page.inks.y0[pieces]
    return bool(heights.max() >= LEAST_HEIGHT_PX)


@dataclass(frozen=True)
class _Reading:
    raw: str
    parsed: Parsed | None
    evidence: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()


def _from_ink(page: ReadPage, crops: Sequence[Crop], kind: Kind, second: str, readers: Readers) -> Extraction:
    """Ask as many readers as it takes until two agree; where none do, weigh what each may have seen."""
    spellings = [_spelled(crop, readers.line) for crop in crops]
    lines = [plainly_read(spelling) for spelling in spellings]
    found = _decided(kind, crops, spellings, second, readers)
    evidence = ["label", *(found.parsed.evidence if found.parsed else ()), *found.evidence]
    if any(crop.struck for crop in crops):
        evidence.append("struck_out")
    return Extraction(
        value=found.parsed.value if found.parsed else None,
        raw=found.raw,
        span=Span(page=page.number, box=bounding(crop.box for crop in crops)),
        reading="ocr",
        evidence=tuple(dict.fromkeys(evidence)),
        engine_score=min((line.engine_score for line in lines if line.text), default=0.0),
        weakest=min((line.weakest for line in lines if line.text), default=0.0),
        candidates=_with_other_ways(kind, found, second),
    )


def _spelled(crop: Crop, reader: LineReader) -> Spelling:
    """What the reader makes of a crop; of letters that stand on a line, with or without it, whichever it is surer of."""
    bare = reader.spell_line(crop.gray)
    if crop.with_lines is None:
        return bare
    whole = reader.spell_line(crop.with_lines)
    return max(bare, whole, key=lambda spelling: plainly_read(spelling).engine_score)


MOST_CANDIDATES = 4


def _with_other_ways(kind: Kind, found: _Reading, second: str) -> tuple[Candidate, ...]:
    """Add what the readings may mean besides: for the person who looks, never for a machine."""
    kept = list(found.candidates)
    ways = [(raw, way) for raw in (found.raw, second) for way in candidates(kind, raw)]
    for raw, way in ways:
        if isinstance(way.value, str | list) and way.value not in [one.value for one in kept]:
            kept.append(Candidate(value=way.value, raw=raw, share=0.0))
    return tuple(kept[:MOST_CANDIDATES])


def _decided(kind: Kind, crops: Sequence[Crop], spellings: Sequence[Spelling], second: str, readers: Readers) -> _Reading:
    raw = _plain(spellings)
    plain = _Reading(raw, parse(kind, raw), ("two_readers",))
    beyond_doubt = _is_confirmed(kind, plain)
    if beyond_doubt and _agree(kind, raw, second):
        return plain
    if kind == "text" and not raw and second:
        return _Reading(second, parse(kind, second))  # too pale or too dense a crop: only the whole page showed the words
    hands = [readers.hand.spell_line(crop.gray) for crop in crops] if readers.hand else []
    if beyond_doubt and hands and _agree(kind, raw, _plain(hands)):
        return plain
    by_line = [[spelling, *hand] for spelling, hand in zip(spellings, [[h] for h in hands] or [[]] * len(crops), strict=True)]
    if len(crops) > 1:
        return _line_by_line(kind, by_line, second)
    if hands and kind == "text" and 2 * len(raw) < min(len(_plain(hands)), len(second)):
        by_line = [hands]  # too long a line for the first reader, who lost most of it
    hints = [second]
    if kind != "text":
        # The page reader saw the cell with its lines and neighbours; give it the bare crop too.
        hints.append(readers.page.read_line(crops[0].gray).text)
    ways = weigh(kind, by_line[0], hints)
    if not ways:
        return _Reading("", None)
    best = ways[0]
    if ways[0].parsed is None:
        # Nothing that fits the kind comes near to what was seen; what the page reader found is worth a doubt.
        told = next((hint for hint in hints if parse(kind, hint) is not None), None)
        return _Reading(raw, None) if told is None else _Reading(told, parse(kind, told))
    if kind == "text":
        marked = with_marks(best.raw, hints)
        best = replace(best, raw=marked, parsed=parse(kind, marked))
    told = next((hint for hint in hints if _agree(kind, best.raw, hint)), second)  # one reader, who looked twice
    return _Reading(best.raw, best.parsed, _agreement(kind, best.raw, [raw, _plain(hands), told]), _candidates(ways))


def _is_confirmed(kind: Kind, reading: _Reading) -> bool:
    """Two readers' plain agreement suffices unless a check digit or our lists of words say that both may be wrong."""
    if reading.parsed is None:
        return False
    if kind == "text":
        return all(is_known(word) for word in re.findall(r"[^\W\d_]{2,}", reading.raw))
    return kind not in CHECKED or "check_digit" in reading.parsed.evidence


def _line_by_line(kind: Kind, by_line: Sequence[Sequence[Spelling]], second: str) -> _Reading:
    """Weigh each line of a value by itself: its format holds for the whole only."""
    # Where the first reader sees nothing, dots of the form are more likely than writing that only another can read.
    weighed = [weigh("text", spellings, []) for spellings in by_line if plainly_read(spellings[0]).text]
    raw = with_marks(" ".join(ways[0].raw for ways in weighed if ways), [second])
    if parse(kind, raw) is None and parse(kind, second) is not None:
        return _Reading(second, parse(kind, second))
    readings = [second, *(_plain(of_reader) for of_reader in zip(*by_line, strict=True))]
    return _Reading(raw, parse(kind, raw), _agreement(kind, raw, readings))


def _candidates(ways: Sequence[Weighed]) -> tuple[Candidate, ...]:
    return tuple(Candidate(value=way.parsed.value, raw=way.raw, share=way.share) for way in ways if way.parsed is not None)


def _plain(spellings: Sequence[Spelling]) -> str:
    return " ".join(text for text in (plainly_read(spelling).text for spelling in spellings) if text)


def _agreement(kind: Kind, chosen: str, readings: Sequence[str]) -> tuple[str, ...]:
    """Evidence when two readers, each alone and unhelped by format or lists, have read what was chosen, or one nearly so."""
    if sum(_agree(kind, chosen, reading) for reading in readings) > 1:
        return ("two_readers",)
    near = [reading for reading in readings if reading != chosen and fuzz.ratio(folded(chosen), folded(reading)) > 84]
    return ("near_agreement",) if kind == "text" and chosen and near else ()


def _agree(kind: Kind, one: str, other: str) -> bool:
    """Both mean the same value; text must agree in its spaces too, capitals and the marks around it may differ."""
    if not one or not other:
        return False
    if kind == "text":
        return clean_name(one).casefold() == clean_name(other).casefold() != ""
    first, second = parse(kind, one), parse(kind, other)
    if first is None or second is None:
        return False
    if isinstance(first.value, str) and isinstance(second.value, str):
        return re.sub(r"[\s.,]", "", first.value).casefold() == re.sub(r"[\s.,]", "", second.value).casefold()
    return first.value == second.value
