"""A stretch of text that remembers which words it is made of."""

from __future__ import annotations

import re
import statistics
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import pairwise
from typing import NamedTuple

from extractors.letters.lines import Segment
from models.extraction import Extraction, Reading, Span, Value
from models.geometry import Box, bounding
from models.page import Word

# What may speak for a value, as docs/glossary.md lists it; other marks of the value readers are left out.
EVIDENCE = frozenset({"label", "sentence", "format", "check_digit", "position", "lexicon", "cross_field", "repaired"})


# In heights of a line: more white than this, or than the paper has between its lines, parts two paragraphs.
PARAGRAPH_SPACE = 1.0


class Placed(NamedTuple):
    """One word at its place in a text: `start` and `end` count the text's characters."""

    start: int
    end: int
    page: int
    word: Word


@dataclass(frozen=True)
class Passage:
    """Text and its words. Columns are parted by a tab, rows by a line feed, paragraphs by two."""

    text: str
    placed: tuple[Placed, ...]

    @cached_property
    def flat(self) -> str:
        """The text with every white space made one blank, so that offsets stay what they are."""
        return re.sub(r"\s", " ", self.text)

    def cut(self, start: int, end: int) -> Passage:
        """Take the text from `start` to `end`, without the white space around it."""
        while start < end and self.text[start].isspace():
            start += 1
        while end > start and self.text[end - 1].isspace():
            end -= 1
        inside = [p for p in self.placed if p.start < end and p.end > start]
        moved = tuple(Placed(max(p.start, start) - start, min(p.end, end) - start, p.page, p.word) for p in inside)
        return Passage(self.text[start:end], moved)

    @property
    def page(self) -> int:
        return self.placed[0].page

    @property
    def box(self) -> Box:
        """The box around the words on the first page that the passage touches. Raises ValueError when empty."""
        return bounding(p.word.box for p in self.placed if p.page == self.page)

    def extraction(self, value: Value, reading: Reading, evidence: Iterable[str]) -> Extraction:
        return Extraction(
            value=value,
            raw=self.flat.strip(),
            span=Span(page=self.page, box=self.box),
            reading=reading,
            evidence=tuple(dict.fromkeys(mark for mark in evidence if mark in EVIDENCE)),
            engine_score=min(p.word.engine_score for p in self.placed),
        )


def paragraph_space(segments: Sequence[Segment]) -> float:
    """Tell from how many line heights of white on a new paragraph begins: papers have their lines closer or wider."""
    white = [
        (below.box.y0 - above.box.y1) / max(above.height, below.height)
        for above, below in pairwise(segments)
        if below.page == above.page and below.row == above.row + 1
    ]
    return max(PARAGRAPH_SPACE, statistics.median(white) + 0.4) if len(white) >= 4 else PARAGRAPH_SPACE


def join(segments: Sequence[Segment], paragraph: float = PARAGRAPH_SPACE) -> Passage:
    """Write segments, given in reading order, as one text; `paragraph` as `paragraph_space` tells it."""
    parts: list[str] = []
    placed: list[Placed] = []
    length = 0
    before: Segment | None = None
    for segment in segments:
        gap = _gap(before, segment, paragraph)
        parts.append(gap)
        length += len(gap)
        for index, word in enumerate(segment.words):
            if index:
                parts.append(" ")
                length += 1
            placed.append(Placed(length, length + len(word.text), segment.page, word))
            parts.append(word.text)
            length += len(word.text)
        before = segment
    return Passage("".join(parts), tuple(placed))


def join_passages(first: Passage, second: Passage) -> Passage:
    """Write two stretches one after the other, a blank between them."""
    shift = len(first.text) + 1
    moved = tuple(Placed(p.start + shift, p.end + shift, p.page, p.word) for p in second.placed)
    return Passage(f"{first.text} {second.text}", first.placed + moved)


def _gap(before: Segment | None, segment: Segment, paragraph: float) -> str:
    if before is None:
        return ""
    if before.page != segment.page:
        return "\n\n"
    if before.row == segment.row:
        return "\t"
    space = segment.box.y0 - before.box.y1
    return "\n\n" if space > paragraph * max(before.height, segment.height) else "\n"


def fold(text: str) -> str:
    """Lower case without dots and rings, one character for one: OCR loses them more often than anything else."""
    return "".join(map(_plain, text))


@cache
def _plain(char: str) -> str:
    base = unicodedata.normalize("NFD", char)[0].lower()
    return base if len(base) == 1 else char


@lru_cache(maxsize=20_000)
def letters_of(text: str) -> str:
    """Only the letters and digits of `text`, folded: what labels are compared by."""
    return "".join(filter(str.isalnum, fold(text)))
