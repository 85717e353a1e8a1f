"""Tell a page from the same page upside down, by reading a few of its lines both ways."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.cleanup import CleanPage, turned
from extractors.ocr.engine import LineReader
from extractors.values.lexicon import is_known
from models.geometry import Box
from models.page import PageText

Gray = NDArray[np.uint8]

LINES_READ = 6
ENOUGH_MARGIN = 0.9
"""Summed difference of scores after which no more lines need to be read."""

_LONG_WORD = re.compile(r"(?<!\w)[^\W\d_]{6,}(?!\w)")
_WORDS_ENOUGH, _WORD_SURE = 4, 0.7
"""So many long known words, surely read, stand on no page that is read upside down; `euroa` and shorter ones do."""

_LINES_GLANCED = 3

LINE_PX = (11, 48)
"""Height of a printed line at 200 dpi: 6 to 17 points."""


def reads_as_it_lies(text: PageText) -> bool:
    """Tell by the words that were read whether a page lies the right way; False says nothing."""
    return sum(_says_a_word(word.text) for word in text.words if word.engine_score >= _WORD_SURE) >= _WORDS_ENOUGH


def turned_at_a_glance(page: CleanPage, reader: LineReader) -> CleanPage:
    """Turn a page whose first line that says a known word says it upside down. A guess: what the page says must confirm it."""
    for as_it_lies, upside_down in islice(_sample_crops(page), _LINES_GLANCED):
        if _says_a_word(reader.read_line(as_it_lies).text):
            return page
        if _says_a_word(reader.read_line(upside_down).text):
            return turned(page)
    return page


def _says_a_word(text: str) -> bool:
    return any(map(is_known, _LONG_WORD.findall(text)))


def upright(page: CleanPage, reader: LineReader) -> tuple[CleanPage, float]:
    """Turn a page that stands on its head; also say how well its lines read then, 0…1.

    A page without lines of print stays as it is, with 1.0: nothing speaks against it.
    """
    margin, senses = 0.0, []
    for as_it_lies, upside_down in _sample_crops(page):
        ways = _sense(as_it_lies, reader), _sense(upside_down, reader)
        margin += ways[0] - ways[1]
        senses.append(ways)
        if abs(margin) > ENOUGH_MARGIN:
            break
    if not senses:
        return page, 1.0
    stands_on_head = margin < -0.05
    sense = float(np.mean([ways[stands_on_head] for ways in senses]))
    return (turned(page) if stands_on_head else page), sense


def _sample_crops(page: CleanPage) -> Iterator[tuple[Gray, Gray]]:
    for box in sample_lines(page.ink):
        x0, y0, x1, y1 = (round(v) for v in box)
        crop = page.gray[y0:y1, x0:x1]
        yield crop, np.ascontiguousarray(crop[::-1, ::-1])


def _sense(crop: Gray, reader: LineReader) -> float:
    """How much a crop reads like writing, 0…1: what a reader is sure of, if it has letters at all."""
    line = reader.read_line(crop)
    letters = sum(character.isalnum() for character in line.text)
    if letters < 3:
        return 0.0
    return line.engine_score * float(min(1.0, letters / (0.55 * crop.shape[1] / crop.shape[0])))


def sample_lines(ink: Gray) -> list[Box]:
    """Pick lines of print spread over the page, none from its upper and lower edge, where faxes print their own."""
    height, width = ink.shape
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, 13), np.uint8))
    joined = cv2.morphologyEx(joined, cv2.MORPH_OPEN, np.ones((5, 9), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    lines = []
    for x, y, w, h, area in stats[1:count].tolist():
        inside = 0.045 * height < y < 0.955 * height
        if inside and LINE_PX[0] <= h <= LINE_PX[1] and w > 4 * h and area > 0.35 * w * h:
            lines.append(Box(max(0, x - 4), max(0, y - 4), min(width, x + min(w, 12 * h) + 4), y + h + 4))
    if not lines:
        return []
    lines.sort(key=lambda b: b.y0)
    step = max(1, len(lines) // LINES_READ)
    chosen = lines[step // 2 :: step][:LINES_READ]
    return sorted(chosen, key=lambda b: -b.width)
