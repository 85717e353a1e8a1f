"""Readers that play back what they are told: no engine, no weights."""

from __future__ import annotations

from collections.abc import Iterable

from extractors.ocr.engine import Gray, LineText
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


class PlayedPages(PlayedLines):
    """A page reader that finds no words on any page."""

    def read_page(self, gray: Gray, number: int) -> PageText:
        return PageText(number=number, width_px=gray.shape[1], height_px=gray.shape[0], reading="ocr", words=())


def played(line: str | LineText = "", second: str = "") -> Readers:
    """Readers of whom the line reader says `line` to every crop, the page reader `second`."""
    return Readers(page=PlayedPages([second]), line=PlayedLines([line]))
