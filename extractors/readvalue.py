"""Read one value out of its region: by the text layer, or by two readers whose agreement is evidence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from extractors.inkmap import Crop, Indices
from extractors.ocr.engine import LineReader, LineText, PageReader
from extractors.phrases import folded, rows_of
from extractors.readpage import ReadPage
from extractors.strikes import without_struck_words
from extractors.values.parse import Parsed, candidates, parse
from extractors.values.text import clean_name
from models.document_type import Kind
from models.extraction import Extraction, Span, Value
from models.geometry import Box, bounding
from models.page import Word


@dataclass(frozen=True)
class Readers:
    """The engines: `page` reads labels and gives the second opinion, `line` reads values."""

    page: PageReader
    line: LineReader


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
    lines = [readers.line.read_line(crop.gray) for crop in crops]
    return _weigh(page, crops, lines, kind, _joined(words), readers)


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


def _weigh(
    page: ReadPage, crops: Sequence[Crop], lines: Sequence[LineText], kind: Kind, second: str, readers: Readers
) -> Extraction:
    """Choose between the line reader and the page reader's words for the same place."""
    span = Span(page=page.number, box=bounding(crop.box for crop in crops))
    raw = " ".join(line.text for line in lines if line.text)
    first = parse(kind, raw)
    if kind != "text" and len(crops) == 1 and not _same(first, parse(kind, second)):
        # The page reader saw the cell with its lines and neighbours; give it the bare crop too.
        again = readers.page.read_line(crops[0].gray).text
        second = again if parse(kind, again) is not None else second
    other = parse(kind, second)
    chosen, chosen_raw = (other, second) if _better(other, first) else (first, raw)
    evidence = ["label", *(chosen.evidence if chosen else ())]
    if _same(first, other) and (kind != "text" or _spelt_alike(raw, second)):
        evidence.append("two_readers")
    elif kind == "text" and raw and fuzz.ratio(folded(raw), folded(second)) > 84:
        evidence.append("near_agreement")
    if any(crop.struck for crop in crops):
        evidence.append("struck_out")
    return Extraction(
        value=chosen.value if chosen else None,
        raw=chosen_raw,
        span=span,
        reading="ocr",
        evidence=tuple(dict.fromkeys(evidence)),
        engine_score=min((line.engine_score for line in lines if line.text), default=0.0),
        weakest=min((line.weakest for line in lines if line.text), default=0.0),
        others=other_readings(kind, chosen.value if chosen else None, chosen_raw, raw, second),
    )


MOST_OTHERS = 3


def other_readings(kind: Kind, chosen: Value, *readings: str) -> tuple[str | list[str], ...]:
    """What else readings may mean than `chosen`, best first: for the person who looks, never for a machine."""
    found: list[str | list[str]] = []
    for one in (one for reading in readings for one in candidates(kind, reading)):
        if isinstance(one.value, str | list) and one.value != chosen and one.value not in found:
            found.append(one.value)
    return tuple(found[:MOST_OTHERS])


def _same(first: Parsed | None, other: Parsed | None) -> bool:
    if first is None or other is None:
        return False
    if isinstance(first.value, str) and isinstance(other.value, str):
        return re.sub(r"[\s.,]", "", first.value).casefold() == re.sub(r"[\s.,]", "", other.value).casefold()
    return first.value == other.value


def _spelt_alike(first: str, second: str) -> bool:
    """Text must agree in its spaces too; capitals and the marks around it may differ."""
    return clean_name(first).casefold() == clean_name(second).casefold()


def _better(other: Parsed | None, first: Parsed | None) -> bool:
    """The line reader is right far more often; only a check digit or a format it misses speaks against it."""
    if other is None:
        return False
    if first is None:
        return True
    return "check_digit" in other.evidence and "check_digit" not in first.evidence
