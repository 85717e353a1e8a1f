"""Readers that play back what they are told: no engine, no weights."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from extractors.ocr.engine import Gray, LineText, Spelling
from extractors.ocr.ppocr import ALPHABET
from extractors.readvalue import Readers
from models.page import PageText


class PlayedLines:
    """A line reader that answers from a list, the last answer for ever, and counts the crops it was given."""

    name, version = "played", "1"

    def __init__(self, lines: Iterable[LineText | str] = ("",)) -> None:
        self._lines = [line if isinstance(line, LineText) else LineText(line, 0.97, 0.9) for line in lines]
        self.crops: list[Gray] = []

    def read_line(self, gray: Gray) -> LineText:
        self.crops.append(gray)
        return self._lines[min(len(self.crops), len(self._lines)) - 1]

    def spell_line(self, gray: Gray) -> Spelling:
        return spelt(self.read_line(gray))


class PlayedPages(PlayedLines):
    """A page reader that finds no words on any page."""

    def read_page(self, gray: Gray, number: int) -> PageText:
        return PageText(number=number, width_px=gray.shape[1], height_px=gray.shape[0], reading="ocr", words=())


def spelt(line: LineText) -> Spelling:
    """Say a line a character a step, blanks between; the first character is the least sure one, all share the score."""
    characters = tuple(sorted(ALPHABET))
    odds = np.zeros((2 * len(line.text) + 1, len(characters) + 1), dtype=np.float32)
    odds[::2, 0] = 1.0
    others = (line.engine_score * len(line.text) - line.weakest) / max(1, len(line.text) - 1)
    for place, character in enumerate(line.text):
        sure = line.weakest if place == 0 else others
        odds[2 * place + 1] = (1 - sure) / len(characters)
        odds[2 * place + 1, characters.index(character) + 1] = sure
    return Spelling(odds, characters)


def played(line: str | LineText = "", second: str = "", hand: str | LineText | None = None) -> Readers:
    """Readers of whom the line reader says `line` to every crop, the page reader `second`, and the third `hand`."""
    by_hand = PlayedLines([hand]) if hand is not None else None
    return Readers(page=PlayedPages([second]), line=PlayedLines([line]), hand=by_hand)
