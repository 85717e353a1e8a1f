"""Words of a page into rows, and rows into segments."""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from extractors.values.lexicon import with_capital_i
from models.geometry import Box, bounding
from models.page import PageText, Word

# A gap wider than this many line heights parts two columns; word spaces stay well below one height, even justified,
# but not in letters of one width, where a column is known by being wider than the page's own word spaces.
COLUMN_GAP_HEIGHTS = (1.15, 1.7)
COLUMN_GAP_SPACES = 1.5
# Words of a row overlap vertically by at least this share of the lower of the two.
ROW_OVERLAP = 0.5
_SOLID = re.compile(r"[^\W_]|[§%€]")
_TORN = re.compile(r"\w-[A-ZÅÄÖ]$")
_KEPT_SIGNS = re.compile(r"^[-–—−]{1,2}$|^[/&+]$|^\[\]$")


@dataclass(frozen=True)
class Segment:
    """A run of words without a column gap. `row` counts the page's rows from the top, from 0."""

    page: int
    row: int
    words: tuple[Word, ...]
    box: Box

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def height(self) -> float:
        return statistics.median(word.box.height for word in self.words)


@dataclass(frozen=True)
class Row:
    """All segments at one height, from left to right."""

    page: int
    number: int
    segments: tuple[Segment, ...]

    @property
    def box(self) -> Box:
        return bounding(segment.box for segment in self.segments)


def read_rows(page: PageText) -> list[Row]:
    """Group the words of a page into rows from top to bottom; specks and shreds of rulings are dropped."""
    words = _without_noise(page.words)
    if not words:
        return []
    height = statistics.median(word.box.height for word in words if _SOLID.search(word.text))
    slope = _slope(words, height)
    chains = _chains(words, slope, height)
    chains.sort(key=lambda chain: statistics.fmean(_level(word, slope) for word in chain))
    rows = []
    gap = _column_gap(chains, height)
    for number, chain in enumerate(chains):
        parts = _split_at_gaps(_with_capitals(_whole(chain)), height, gap)
        segments = tuple(Segment(page.number, number, part, bounding(w.box for w in part)) for part in parts)
        rows.append(Row(page.number, number, segments))
    return rows


def _without_noise(words: Sequence[Word]) -> list[Word]:
    solid = [word for word in words if _SOLID.search(word.text) and word.box.height > 0]
    if not solid:
        return []
    height = statistics.median(word.box.height for word in solid)
    kept = [word for word in solid if 0.35 * height <= word.box.height <= 3.5 * height]
    return kept + [word for word in words if _KEPT_SIGNS.match(word.text) and word.box.height <= 1.5 * height]


def _level(word: Word, slope: float) -> float:
    x, y = word.box.center
    return y - slope * x


def _slope(words: Sequence[Word], height: float) -> float:
    """Median rise per pixel between neighbours on a line; 0 where the page says nothing."""
    rises: list[float] = []
    for word in words:
        right = [
            other
            for other in words
            if 0 <= other.box.x0 - word.box.x1 <= 2 * height and abs(other.box.y1 - word.box.y1) < 0.6 * height
        ]
        if right:
            nearest = min(right, key=lambda other: other.box.x0)
            rises.append((nearest.box.center[1] - word.box.center[1]) / (nearest.box.center[0] - word.box.center[0]))
    return statistics.median(rises) if len(rises) >= 8 else 0.0


def _chains(words: Sequence[Word], slope: float, height: float) -> list[tuple[Word, ...]]:
    """Hang each word, from left to right, on the row whose last word it overlaps best."""
    chains: list[list[Word]] = []
    for word in sorted(words, key=lambda w: (w.box.x0, w.box.y0)):
        best, best_share = None, ROW_OVERLAP
        for chain in chains:
            share = _shared_height(_anchor(chain, height), word, slope)
            if share >= best_share and word.box.x0 > chain[-1].box.x0:
                best, best_share = chain, share
        if best is None:
            chains.append([word])
        else:
            best.append(word)
    return [tuple(chain) for chain in chains]


def _anchor(chain: Sequence[Word], height: float) -> Word:
    """The last word of ordinary height: a dash or a stamp's letter says little about where its row runs."""
    for word in reversed(chain):
        if 0.5 * height <= word.box.height <= 1.9 * height:
            return word
    return chain[-1]


def _shared_height(anchor: Word, word: Word, slope: float) -> float:
    shift = slope * (word.box.center[0] - anchor.box.center[0])
    top = max(anchor.box.y0 + shift, word.box.y0)
    bottom = min(anchor.box.y1 + shift, word.box.y1)
    return (bottom - top) / max(1.0, min(anchor.box.height, word.box.height))


def _column_gap(chains: Sequence[Sequence[Word]], height: float) -> float:
    """How many line heights part two columns on this page."""
    gaps = [right.box.x0 - left.box.x1 for chain in chains for left, right in pairwise(chain)]
    spaces = [gap for gap in gaps if 0 < gap < 2 * height]
    own = COLUMN_GAP_SPACES * statistics.median(spaces) / height if len(spaces) >= 8 else 0.0
    return min(COLUMN_GAP_HEIGHTS[1], max(COLUMN_GAP_HEIGHTS[0], own))


def _whole(chain: Sequence[Word]) -> list[Word]:
    """Join a name that the reader tore behind the capital of its second part: `Kärkkäinen-L ehto`."""
    whole: list[Word] = []
    for word in chain:
        before = whole[-1] if whole else None
        near = before is not None and word.box.x0 - before.box.x1 < 0.6 * word.box.height
        if before is not None and near and _TORN.search(before.text) and word.text[0].islower():
            both = {"text": before.text + word.text, "box": bounding([before.box, word.box])}
            whole[-1] = before.model_copy(update=both | {"engine_score": min(before.engine_score, word.engine_score)})
        else:
            whole.append(word)
    return whole


def _with_capitals(words: Sequence[Word]) -> list[Word]:
    texts = [
        with_capital_i(word.text, among_names=before is not None and before.text[0].isupper() and before.text[-1] not in ".:")
        for before, word in zip([None, *words[:-1]], words, strict=True)
    ]
    return [
        word if text == word.text else word.model_copy(update={"text": text}) for word, text in zip(words, texts, strict=True)
    ]


def _split_at_gaps(chain: Sequence[Word], height: float, gap: float) -> list[tuple[Word, ...]]:
    parts: list[list[Word]] = [[chain[0]]]
    for word in chain[1:]:
        local = max(height, min(word.box.height, parts[-1][-1].box.height))
        if word.box.x0 - parts[-1][-1].box.x1 > gap * local:
            parts.append([word])
        else:
            parts[-1].append(word)
    return [tuple(part) for part in parts]
