"""A second look at stamps and fax headers, where the page reader fails: slanted print, worn ink, squashed lines."""

from __future__ import annotations

import re
from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.arrival import Sighting, is_owner, is_stamp_line, stamp_dates
from extractors.cleanup import CleanPage
from extractors.fax_header import EDGE_BAND
from extractors.ocr.engine import Gray, LineReader, PageReader
from extractors.stamp_spots import INK_BELOW, Spot, spots, straightened
from models.geometry import Box, bounding
from models.page import PageText, Word

_ROW_PX = (13, 48)  # at 200 dpi: heights of a stamp's line of text, 4–17 points
_LETTER_PX = (4, 46)  # from a point to letters that touch
_COLUMN_GAP_PX, _ROW_GAP_PX = 22, 60
_WINDOW_PX = 36
_MOST_ROWS, _MOST_DATED, _LEAST_DIGITS = 6, 2, 4
_STROKE_PX = (3.5, 4.5)  # at 200 dpi: a stamp's strokes are heavier than those of the print it lies on
_READ_WELL, _SENTENCE = 0.9, 12  # so many letters read so well are what is printed in a form's box
_FRAME_ALONE = 0.8  # how much less a day counts in a leaning frame whose word cannot be read
_ENOUGH_ALIKE = 3
"""So many readings of one day, and none of another, and no more are asked for."""

_LOST_GAP = re.compile(r"((?:19|20)\d\d)[.,]?(?=\d{1,2}[:.;]\d\d)")


def header_looks(gray: Gray, first: PageText, reader: LineReader) -> Iterator[PageText]:
    """Read a page's fax header again; each look is a page of its own words, for `arrival.find_arrival`."""
    return (first.model_copy(update={"words": tuple(words)}) for words in _header_looks(gray, first, reader))


def _header_looks(gray: Gray, first: PageText, reader: LineReader) -> Iterator[list[Word]]:
    """Read the strip that no printer reaches, cut at two heights: one of them seldom clips the letters."""
    edge = [word.box for word in first.words if word.box.y1 <= first.height_px * 1.5 * EDGE_BAND]
    if len(edge) < 3:
        return
    row = bounding(edge)
    for margin in (8, 14):
        box = Box(max(0.0, row.x0 - 30), 0.0, min(float(first.width_px), row.x1 + 30), row.y1 + margin)
        line = reader.read_line(_crop(gray, box))
        if line.text.strip():
            text = _LOST_GAP.sub(r"\1 ", line.text)
            yield _spread(text, box, line.engine_score)


def _crop(gray: Gray, box: Box) -> Gray:
    x0, y0, x1, y1 = (round(v) for v in box)
    return gray[max(0, y0) : y1, max(0, x0) : x1]


def _spread(text: str, box: Box, score: float) -> list[Word]:
    """Lay a line's words out over its box, by their letters."""
    step = box.width / max(1, len(text))
    return [
        Word(
            text=match.group(),
            box=Box(box.x0 + match.start() * step, box.y0, box.x0 + match.end() * step, box.y1),
            engine_score=min(1.0, max(0.0, score)),
        )
        for match in re.finditer(r"\S+", text)
    ]


def stamp_looks(page: CleanPage, first: PageText, reader: LineReader, second: PageReader) -> list[Sighting]:
    """Read a page's stamps again, each line many ways; every reading of a day is a sighting of its own.

    `second`, an engine of another kind, is asked once about the line that bears the day.
    """
    sightings: list[Sighting] = []
    for spot in spots(page, first):
        upright = straightened(page, spot)
        sightings += _SpotReading(upright, page.fine_scale, first.number, (reader, second)).sightings(spot)
    return sightings


class _SpotReading:
    """One stamp, set upright: its lines are read plain, then those with its day mended in ways that suit worn ink."""

    def __init__(self, upright: Gray, scale: float, page: int, readers: tuple[LineReader, PageReader]) -> None:
        self._upright, self._scale, self._page, self._readers = upright, scale, page, readers
        self._is_stamp = self._is_ours = self._is_print = False
        self._found: list[Sighting] = []

    def sightings(self, spot: Spot) -> list[Sighting]:
        """Read it; nothing is given where neither a word nor a leaning frame tells that it is a stamp."""
        middle = self._upright.shape[0] / 2
        blocks = sorted(_blocks(_letters(self._upright, self._scale), self._scale), key=lambda b: abs(b.center[1] - middle))
        dated = self._dated(self._upright, blocks[:_MOST_ROWS])
        if not (self._is_stamp or spot.is_frame or spot.is_named):
            return []
        if not dated and (self._is_stamp or spot.is_named or not self._is_print):
            dated = self._dated(_closed(self._upright, round(2 * self._scale)), self._windows())
        # What a stamp was pressed over clings to its letters and takes them along: a wider cut has them.
        wider = [block.grown(block.height, 0) for block in dated]
        for mended in _mended(self._upright, self._scale):
            if self._is_sure():
                break
            for block in wider:
                self._read(mended, block)
        if self._found:
            for block in wider:
                self._read(_closed(self._upright, round(2 * self._scale)), block, by_line=False)
        sure = 1.0 if self._is_stamp else _FRAME_ALONE
        return [each._replace(confidence=each.confidence * sure, is_ours=self._is_ours) for each in self._found]

    def _dated(self, image: Gray, blocks: list[Box]) -> list[Box]:
        """Read lines; give those that show a day or, where none does, may hold it, fullest of digits first."""
        digits, with_day = dict[Box, int](), list[Box]()
        for block in blocks:
            before = len(self._found)
            digits[block] = self._read(image, block)
            if len(self._found) > before:
                with_day.append(block)
        likely = with_day or [block for block in blocks if digits[block] >= _LEAST_DIGITS]
        return sorted(likely, key=lambda b: -digits[b])[:_MOST_DATED]

    def _read(self, image: Gray, block: Box, *, by_line: bool = True) -> int:
        """Read one line and count its digits. What it says about the stamp, and the days in it, are kept."""
        line = self._readers[0 if by_line else 1].read_line(_crop(image, block))
        self._is_stamp |= is_stamp_line(line.text)
        self._is_ours |= is_owner(line.text)
        self._is_print |= line.engine_score > _READ_WELL and sum(map(str.isalpha, line.text)) >= _SENTENCE
        self._found += [
            Sighting(day, self._page, score * max(0.3, line.engine_score), by_line=by_line)
            for day, score in stamp_dates(line.text)
        ]
        return sum(character.isdigit() for character in line.text)

    def _is_sure(self) -> bool:
        return len(self._found) >= _ENOUGH_ALIKE and len({each.date for each in self._found}) == 1

    def _windows(self) -> list[Box]:
        """Bands over a stamp whose rows cannot be told apart, each a line and a half high."""
        tall, wide = self._upright.shape
        high = round(_WINDOW_PX * self._scale)
        step = max(high // 2, (tall - high) // (_MOST_ROWS - 1))
        return [Box(0, top, wide, top + high) for top in range(0, max(1, tall - high // 2), step)][:_MOST_ROWS]


def _closed(upright: Gray, reach: int) -> Gray:
    """Close white gaps up to `reach` wide in dark strokes."""
    return np.asarray(cv2.morphologyEx(upright, cv2.MORPH_OPEN, np.ones((reach, reach), np.uint8)), dtype=np.uint8)


def _mended(upright: Gray, scale: float) -> Iterator[Gray]:
    """Close the gaps of worn ink, a little and more; then keep heavy strokes only: what a stamp was pressed over goes."""
    yield _closed(upright, round(2 * scale))
    yield _closed(upright, round(3 * scale))
    yield np.asarray(cv2.GaussianBlur(upright, (0, 0), 1.1 * scale))
    large = np.asarray(cv2.resize(_closed(upright, 2), None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)
    for stroke in _STROKE_PX:
        heavy = _heavy_strokes(large, round(2 * stroke * scale / 1.5))
        yield np.asarray(cv2.resize(heavy, upright.shape[::-1], interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _heavy_strokes(large: Gray, stroke_px: int) -> Gray:
    """Keep ink that is at least `stroke_px` thick, with its rims."""
    ink = np.where(large < INK_BELOW, 255, 0).astype(np.uint8)
    brush = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (stroke_px, stroke_px))
    core = cv2.dilate(cv2.morphologyEx(ink, cv2.MORPH_OPEN, brush), np.ones((3, 3), np.uint8))
    return np.where((core > 0) & (ink > 0), large, 255).astype(np.uint8)


def _letters(upright: Gray, scale: float) -> NDArray[np.bool_]:
    """Keep the ink that may be a stamp's letters: no frame, no specks, no print that runs together with it."""
    ink = np.where(upright < INK_BELOW, 255, 0).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    height, width = stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_WIDTH]
    kept = (height >= _LETTER_PX[0] * scale) & (height <= _LETTER_PX[1] * scale) & (width >= 2) & (width <= 6 * height)
    kept[0] = False
    return np.asarray(kept[labels])


def _blocks(ink: NDArray[np.bool_], scale: float, depth: int = 3, left: int = 0, top: int = 0) -> Iterator[Box]:
    """Cut a stamp into lines of text: by empty rows, and where that leaves blocks too tall, by empty columns first."""
    for start, end in _runs(np.asarray(ink.sum(axis=1) >= 4), 2):
        band, height = ink[start:end], end - start
        is_row = height <= _ROW_PX[1] * scale
        for first, last in _runs(np.asarray(band.any(axis=0)), (_ROW_GAP_PX if is_row else _COLUMN_GAP_PX) * scale):
            if is_row and height >= _ROW_PX[0] * scale and last - first >= 2 * height:
                dx, dy = 0.7 * height, 4 * scale
                yield Box(max(0, left + first - dx), max(0, top + start - dy), left + last + dx, top + end + dy)
            elif depth and not is_row:
                yield from _blocks(band[:, first:last], scale, depth - 1, left + first, top + start)


def _runs(filled: NDArray[np.bool_], gap: float) -> list[tuple[int, int]]:
    """Find stretches of True, joined over gaps shorter than `gap`."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], filled.astype(np.int8), [0])))).reshape(-1, 2)
    runs: list[tuple[int, int]] = []
    for start, end in edges:
        if runs and start - runs[-1][1] < gap:
            runs[-1] = (runs[-1][0], int(end))
        else:
            runs.append((int(start), int(end)))
    return runs
