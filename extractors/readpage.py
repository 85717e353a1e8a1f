"""A page with all that is seen on it: its words, its ruling, its check boxes, its pieces of ink."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from extractors.cleanup import CleanPage
from extractors.inkmap import InkMap, map_ink
from extractors.marks import CheckBox, read_boxes
from extractors.phrases import Phrase, phrases_of
from extractors.rulings import Rulings, find_rulings
from models.page import PageText


@dataclass(frozen=True)
class ReadPage:
    """Words and image of one page; what costs time is found when first asked for."""

    clean: CleanPage
    text: PageText

    @property
    def number(self) -> int:
        return self.clean.number

    @cached_property
    def rulings(self) -> Rulings:
        return find_rulings(self.clean.ink, None if self.clean.is_fax else self.clean.gray)

    @cached_property
    def inks(self) -> InkMap:
        return map_ink(self.clean, self.rulings)

    @cached_property
    def phrases(self) -> list[Phrase]:
        return phrases_of(self.text.words)

    @cached_property
    def check_boxes(self) -> list[CheckBox]:
        return read_boxes(self.clean, self.inks, self.rulings.boxes, self.text.words)
