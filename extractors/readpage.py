"""A page with all that is seen on it: its words, its ruling, its check boxes, its pieces of ink."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from extractors.cleanup import CleanPage
from extractors.inkmap import InkMap, map_ink
from extractors.marks import CheckBox, read_boxes, with_unseen_words
from extractors.ocr.engine import LineReader
from extractors.phrases import Phrase, phrases_of
from extractors.rulings import Rulings, find_rulings
from models.geometry import Box
from models.page import PageText

SURE_WORD, LEAST_LETTERS = 0.8, 3
THROUGH, HEART = 0.7, (0.2, 0.75)
"""What lies in the heart of well-read words for so much of its length is their own strokes in one row, and no line."""


def _runs_through(line: Box, words: Sequence[Box]) -> bool:
    level = line.center[1]
    within = [word for word in words if HEART[0] < (level - word.y0) / max(1.0, word.height) < HEART[1]]
    return sum(max(0.0, min(line.x1, word.x1) - max(line.x0, word.x0)) for word in within) > THROUGH * line.width


@dataclass(frozen=True)
class ReadPage:
    """Words and image of one page; what costs time is found when first asked for."""

    clean: CleanPage
    text: PageText
    line_reader: LineReader | None = None
    """Asked for the words beside a check box where the page reader saw none."""

    def with_text(self, text: PageText) -> ReadPage:
        """The same page with other words; ruling and ink, which do not hang on words, are not sought again."""
        other = replace(self, text=text)
        other.__dict__.update({name: self.__dict__[name] for name in ("rulings", "inks") if name in self.__dict__})
        return other

    def with_boxes(self, boxes: Sequence[CheckBox]) -> ReadPage:
        """The same page with other check boxes."""
        other = replace(self)
        other.__dict__.update({**self.__dict__, "check_boxes": list(boxes)})
        return other

    @property
    def number(self) -> int:
        return self.clean.number

    @cached_property
    def rulings(self) -> Rulings:
        found = find_rulings(self.clean.ink, None if self.clean.is_fax else self.clean.gray)
        sure = [word.box for word in self.text.words if word.engine_score >= SURE_WORD and len(word.text) >= LEAST_LETTERS]
        return replace(found, horizontal=tuple(line for line in found.horizontal if not _runs_through(line, sure)))

    @cached_property
    def inks(self) -> InkMap:
        return map_ink(self.clean, self.rulings)

    @cached_property
    def phrases(self) -> list[Phrase]:
        return phrases_of(self.text.words)

    @cached_property
    def check_boxes(self) -> list[CheckBox]:
        boxes = read_boxes(self.clean, self.inks, self.rulings.boxes, self.text.words)
        return boxes if self.line_reader is None else with_unseen_words(self.clean, boxes, self.line_reader)
