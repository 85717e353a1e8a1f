"""Read small print that the page reader left out or was unsure of: a label it missed hides a field."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

import cv2
import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from extractors.cleanup import INK_BELOW_GRAY
from extractors.ocr.engine import LineReader, LineText
from extractors.phrases import folded
from extractors.readpage import ReadPage
from extractors.rulings import BAND_PX
from models.geometry import Box
from models.page import Word

LEAST_PART, TORN_OFF = 3, 72
PRINT_PX = (9, 32)
"""Height of a line of labels at 200 dpi; what is taller is a title or somebody's writing."""

SURE_WORD = 0.9
SURE_LINE = 0.75
FAINT_BELOW_GRAY = 212
MOST_LINES = 40
MOST_BARE_BOXES, LIKE_OPTION = 16, 85
CLEAR_PX, MOST_BEFORE = 16, 0.02
BESIDE_PX, GAP_PX, OPTION_PX = 40, 30, 420
"""An option's words begin so near to its box, have no wider gap, and end before so far (5, 4 and 53 mm)."""
CLOSE_PX = 8
HEADING_SHARE = 0.05
SHADE = (120, 235)
MOST_BAND_PX, WIDE_BAND, BEFORE_PX = 80, 6, 480
"""A heading stands near a band's left end: the shade right of it, up to so high, tells where to look."""
WIDEST_PX = 640


def with_missed_words(page: ReadPage, reader: LineReader, explained: Sequence[Box], labels: Sequence[str] = ()) -> ReadPage:
    """The page with small print read again where no word was read, or none that it is sure of, or one torn off `labels`.

    `explained` are boxes of words already known for labels; they are left alone.
    """
    parts = {part for label in labels for part in folded(label).split() if len(part) >= LEAST_PART}
    words = page.text.words
    sure = [word.box for word in words if word.engine_score >= SURE_WORD and _is_whole(word.text, parts)]
    added: list[Word] = []
    lines = _print_lines(page)
    # A box that touches the question above it spoils the page reader's line, however sure it is of its pieces.
    close = [line for line in lines if any(_is_right_above(line, box) for box in page.rulings.boxes)]
    unread = _unread([line for line in lines if line not in close], [*sure, *explained]) + _unread(close, explained)
    for box in unread[:MOST_LINES]:
        line = _read_at(page, reader, box)
        if line.engine_score >= SURE_LINE and sum(c.isalpha() for c in line.text) >= 3:
            added += _words(line.text, box, line.engine_score)
    bands = [*page.rulings.bands, *_gray_bands(page.clean.gray)]
    for band in _unread(bands, [*sure, *explained], HEADING_SHARE):
        added += _heading(page, reader, band)
    return _with_words(page, added)


def with_words_beside_boxes(page: ReadPage, reader: LineReader, options: Sequence[str]) -> ReadPage:
    """The page with the words beside check boxes read again where they begin none of `options`: such a box would be lost."""
    firsts = {folded(option.split()[0]) for option in options if option.split()}
    boxes = page.rulings.boxes
    begun = [word.box for word in page.text.words if _is_like(word.text, firsts, LIKE_OPTION)]
    added: list[Word] = []
    bare = [box for box in boxes if not any(_begins_beside(box, word) for word in begun) and _stands_clear(page, box)]
    for box in bare[:MOST_BARE_BOXES]:
        ends = [other.x0 - 4 for other in boxes if other.x0 > box.x1 + 4 and _level(box, other)]
        place = _print_beside(page, box, min([box.x1 + OPTION_PX, *ends]))
        if place is None:
            continue
        line = _read_at(page, reader, place)
        if any(_is_like(first, firsts, LIKE_OPTION) for first in line.text.split()[:1]):
            added += _words(line.text, place, line.engine_score)
    return _with_words(page, added) if added else page


def _read_at(page: ReadPage, reader: LineReader, place: Box) -> LineText:
    x0, y0, x1, y1 = (max(0, round(v)) for v in place.grown(4, 4))
    return reader.read_line(page.clean.gray[y0:y1, x0:x1])


def _with_words(page: ReadPage, added: Sequence[Word]) -> ReadPage:
    """The page with words in the stead of those that stood there."""
    kept = [word for word in page.text.words if not any(word.box.covered_by(new.box.grown(6, 4)) > 0.4 for new in added)]
    return page.with_text(page.text.model_copy(update={"words": (*kept, *added)}))


def _is_like(text: str, words: AbstractSet[str], least: float) -> bool:
    """Whether a text is alike to one of `words`, which are folded."""
    return process.extractOne(folded(text), words, scorer=fuzz.ratio, score_cutoff=least) is not None


def _begins_beside(box: Box, word: Box) -> bool:
    """A word right of the box; one that the reader made of box and word together (`MYEL` of a crossed box and YEL) is none."""
    return _level(box, word) and box.center[0] <= word.x0 <= box.x1 + BESIDE_PX


def _stands_clear(page: ReadPage, box: Box) -> bool:
    """Nothing stands right before a check box; before a letter that looks like one another letter does."""
    x1, y0, y1 = round(box.x0) - 3, round(box.y0), round(box.y1)
    walls = [wall.x1 + 1 for wall in page.rulings.vertical if wall.x1 < box.x0 and wall.y0 < box.y0 and wall.y1 > box.y1]
    x0 = round(max([0.0, x1 - CLEAR_PX, *walls]))
    before = page.clean.ink[y0:y1, x0 : max(x0, x1)]
    return before.size == 0 or float(before.mean()) < MOST_BEFORE


def _print_beside(page: ReadPage, box: Box, end: float) -> Box | None:
    """The print at a box's height, from close by to the first wide gap."""
    x0, y0, x1, y1 = round(box.x1) + 3, round(box.y0), round(end), round(box.y1)
    inked = np.flatnonzero(page.clean.ink[y0:y1, x0:x1].any(axis=0)) if x1 > x0 else np.array([], dtype=np.int64)
    if len(inked) == 0 or inked[0] > BESIDE_PX:
        return None
    gaps = np.flatnonzero(np.diff(inked) > GAP_PX)
    last = int(inked[gaps[0]]) if len(gaps) else int(inked[-1])
    return Box(x0 + int(inked[0]), y0, x0 + last + 1, y1)


def _is_whole(text: str, parts: AbstractSet[str]) -> bool:
    """Of a word that nearly is a label's (`ukunimi`, `Tilinumer`) the reader, however sure, has lost a part."""
    return len(text) > 1 and (folded(text) in parts or not _is_like(text, parts, TORN_OFF))


def _print_lines(page: ReadPage) -> list[Box]:
    # Labels are often printed gray: what is too faint to count as ink may still be read.
    faint = (page.clean.gray < FAINT_BELOW_GRAY).astype(np.uint8)
    for line in (*page.rulings.horizontal, *page.rulings.vertical, *page.rulings.boxes):
        x0, y0, x1, y1 = (max(0, round(v)) for v in line.grown(1, 1))
        faint[y0:y1, x0:x1] = 0
    _, labels, shapes, _ = cv2.connectedComponentsWithStats(faint, connectivity=8)
    small = (shapes[:, 3] <= PRINT_PX[1]) & (shapes[:, 4] >= 4)
    small[0] = False
    mask = small[labels].astype(np.uint8)
    joined = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((3, 15), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    lines = [
        Box(x, y, x + w, y + h) for x, y, w, h, area in stats[1:count].tolist()
        if PRINT_PX[0] <= h <= PRINT_PX[1] and 24 <= w <= WIDEST_PX and area > 0.3 * w * h
    ]  # fmt: skip
    return sorted(lines, key=lambda b: (b.y0, b.x0))


def _is_right_above(line: Box, box: Box) -> bool:
    return abs(line.y1 - box.y0) < CLOSE_PX and line.x0 < box.x1 and line.x1 > box.x0


def _heading(page: ReadPage, reader: LineReader, band: Box) -> list[Word]:
    """The words of a heading, dark on a gray band, or light on a dark one and turned, as dark on white."""
    x0, y0, x1, y1 = (max(0, round(v)) for v in band.grown(-3, -3))
    strip = page.clean.gray[y0:y1, x0:x1]
    ground = float(np.median(strip))
    if ground < INK_BELOW_GRAY:
        strip, ground = 255 - strip, 255 - ground
    strip = np.clip(strip * (250 / max(1.0, ground)), 0, 255).astype(np.uint8)
    inked = np.flatnonzero((strip < INK_BELOW_GRAY).any(axis=0))
    if len(inked) == 0:
        return []
    left, right = max(0, int(inked[0]) - 4), int(inked[-1]) + 5
    line = reader.read_line(strip[:, left:right])
    place = Box(x0 + left, y0, x0 + right, y1)
    return _words(line.text, place, line.engine_score) if line.text and line.engine_score >= SURE_LINE else []


def _gray_bands(gray: NDArray[np.uint8]) -> list[Box]:
    """Bands that are shaded behind a heading, too pale for ink."""
    shade = ((gray > SHADE[0]) & (gray < SHADE[1])).astype(np.uint8)
    solid = cv2.morphologyEx(shade, cv2.MORPH_OPEN, np.ones(BAND_PX, np.uint8))
    joined = cv2.morphologyEx(solid, cv2.MORPH_CLOSE, np.ones((3, 4 * BAND_PX[1]), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    bands = [Box(x, y, x + w, y + h) for x, y, w, h, _ in stats[1:count].tolist() if h <= MOST_BAND_PX and w > WIDE_BAND * h]
    return [Box(max(0.0, band.x0 - BEFORE_PX), band.y0, band.x1, band.y1) for band in bands]


def _unread(lines: Sequence[Box], sure: Sequence[Box], least: float = 0.5) -> list[Box]:
    """Lines less than half of whose length, or the share `least`, lies under boxes of words that were read well."""
    left = []
    for line in lines:
        covered = sum(max(0.0, box.intersection(line).width) for box in sure if _level(box, line))
        if covered < least * line.width:
            left.append(line)
    return left


def _level(a: Box, b: Box) -> bool:
    return min(a.y1, b.y1) - max(a.y0, b.y0) > 0.4 * min(a.height, b.height)


def _words(text: str, box: Box, score: float) -> list[Word]:
    """Spread the words of a line over its box by their letters."""
    step = box.width / max(1, len(text))
    words = []
    position = 0
    for part in text.split(" "):
        if part:
            place = Box(box.x0 + position * step, box.y0, box.x0 + (position + len(part)) * step, box.y1)
            words.append(Word(text=part, box=place, engine_score=min(1.0, score)))
        position += len(part) + 1
    return words
