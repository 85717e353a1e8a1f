"""Words of a page into rows of segments, quickly: for telling what a page is, not for reading its values."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from models.geometry import Box, bounding
from models.page import PageText, Word

SAME_ROW = 0.55
"""Words whose middles lie closer than this share of a line height stand in one row."""

COLUMN_GAP = 1.3
"""A gap wider than this many line heights parts two segments."""

LARGEST_STEP = 4000
"""Words of one page that are looked at; a page of noise may have more."""


@dataclass(frozen=True)
class Segment:
    """Words that stand side by side without a wide gap. `height` is their median height in pixels."""

    text: str
    box: Box
    height: float
    row: int


def segments_of(page: PageText) -> list[Segment]:
    """Group the words into segments, rows from top to bottom, each row from left to right."""
    words = [word for word in page.words[:LARGEST_STEP] if any(map(str.isalnum, word.text)) and word.box.height > 0]
    if not words:
        return []
    height = statistics.median(word.box.height for word in words)
    rows = _rows(words, height)
    rows.sort(key=lambda row: statistics.fmean(word.box.center[1] for word in row))
    return [_segment(part, number) for number, row in enumerate(rows) for part in _parts(row, height)]


def _rows(words: Sequence[Word], height: float) -> list[list[Word]]:
    """Hang each word, from left to right, on the row whose last word is at its height; a row may drift a little."""
    shelves: dict[int, list[list[Word]]] = {}
    rows: list[list[Word]] = []
    step = max(height, 1.0)
    for word in sorted(words, key=lambda w: w.box.x0):
        middle = word.box.center[1]
        shelf = int(middle / step)
        near = [row for key in (shelf - 1, shelf, shelf + 1) for row in shelves.get(key, ())]
        row = min(near, key=lambda r: abs(r[-1].box.center[1] - middle), default=None)
        if row is None or abs(row[-1].box.center[1] - middle) > SAME_ROW * height:
            row = []
            rows.append(row)
        else:
            shelves[int(row[-1].box.center[1] / step)].remove(row)
        row.append(word)
        shelves.setdefault(shelf, []).append(row)
    return rows


def _parts(row: Sequence[Word], height: float) -> list[list[Word]]:
    parts = [[row[0]]]
    for word in row[1:]:
        if word.box.x0 - parts[-1][-1].box.x1 > COLUMN_GAP * max(height, word.box.height):
            parts.append([word])
        else:
            parts[-1].append(word)
    return parts


def _segment(words: Sequence[Word], row: int) -> Segment:
    text = " ".join(word.text for word in words)
    return Segment(text, bounding(word.box for word in words), statistics.median(w.box.height for w in words), row)
