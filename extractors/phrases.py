"""Group a page's words into phrases: words of one line that stand close together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from models.geometry import Box, bounding
from models.page import Word


@dataclass(frozen=True)
class Phrase:
    """Words of one line without a wide gap. `row` counts lines of the page from the top, from 0."""

    words: tuple[Word, ...]
    row: int

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def box(self) -> Box:
        return bounding(word.box for word in self.words)

    def part(self, start: int, end: int) -> Box:
        """The box of the words that the characters start…end of `text` touch.

        A word that is touched only in part counts with that part of its width.
        """
        boxes = []
        position = 0
        for word in self.words:
            first, last = max(start, position), min(end, position + len(word.text))
            if first < last:
                boxes.append(_slice(word, first - position, last - position))
            position += len(word.text) + 1
        return bounding(boxes) if boxes else self.box


def _slice(word: Word, start: int, end: int) -> Box:
    step = word.box.width / len(word.text)
    return Box(word.box.x0 + start * step, word.box.y0, word.box.x0 + end * step, word.box.y1)


GAP_SHARE = 1.1
GAP_PX = 16
"""A gap wider than this share of the letters' height, and than so many pixels, parts two phrases."""


def rows_of(words: Iterable[Word]) -> list[list[Word]]:
    """Words by line of the page, top to bottom; within a line left to right."""
    rows: list[list[Word]] = []
    # Marks after letters, so that a comma never begins a line.
    for word in sorted((w for w in words if w.box.height > 4 or _is_mark(w)), key=lambda w: (_is_mark(w), w.box.center[1])):
        home = next((row for row in reversed(rows[-4:]) if _same_line(row, word)), None)
        if home is not None:
            home.append(word)
        elif word.box.height > 4:
            rows.append([word])
    return [sorted(row, key=lambda w: w.box.x0) for row in sorted(rows, key=_middle)]


def _middle(row: Sequence[Word]) -> float:
    return sum(word.box.center[1] for word in row) / len(row)


def _same_line(row: Sequence[Word], word: Word) -> bool:
    nearest = min(row, key=lambda w: abs(w.box.center[0] - word.box.center[0]))
    apart = abs(nearest.box.center[1] - word.box.center[1])
    height = nearest.box.height if _is_mark(word) else min(nearest.box.height, word.box.height)
    return apart < 0.5 * height + 1


def _is_mark(word: Word) -> bool:
    """A dash, a full stop or a comma on its own, as in a cell of a comb."""
    return word.text in ("-", "–", ".", ",")


def phrases_of(words: Iterable[Word]) -> list[Phrase]:
    """Cut the lines of a page into phrases, in reading order."""
    found: list[Phrase] = []
    for number, row in enumerate(rows_of(words)):
        run: list[Word] = []
        for word in row:
            if run and _parted(run[-1], word):
                found.append(Phrase(tuple(run), number))
                run = []
            run.append(word)
        found.append(Phrase(tuple(run), number))
    return found


def _parted(left: Word, right: Word) -> bool:
    gap = right.box.x0 - left.box.x1
    return gap > max(GAP_PX, GAP_SHARE * min(left.box.height, right.box.height))


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """Lower case, letters, digits and single spaces only: what two printings of a label share."""
    return re.sub(r"\s+", " ", re.sub(r"[^0-9a-zåäöéü]+", " ", text.casefold())).strip()
