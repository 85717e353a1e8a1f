"""Letters written out by people, each in a layout and wording of its own, with what they say: `samples/letters/*.toml`.

`¦` parts columns, `^` centres a line and `>` sets it at the right edge; `#` never stands in them. They can be laid out as
words with boxes, the way a page reader would give them, or set as sheets for the generator's scanners and faxes.
`worked_*` were looked at while the rules for letters were written; `held_out_*` were written before and only counted.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from models.geometry import Box
from models.page import PageText, Word
from samples.generator import fonts
from samples.generator.sheet import A4, Sheet, Text

FOLDER = Path(__file__).parent / "letters"
WIDTH, HEIGHT = 1654, 2339
CHAR_PX, LINE_PX, SPACE_PX, PITCH_PX = 12, 26, 9, 42
LEFT_PX, RIGHT_PX, TOP_PX = 150, 1500, 170
STOPS = {1: (150,), 2: (150, 760), 3: (150, 620, 1100), 4: (150, 520, 900, 1230)}
COLUMN_SPACE_PX = 50


@dataclass(frozen=True)
class TypedLetter:
    """One letter: its lines, its document type and the fields as the paper states them."""

    name: str
    document_type: str
    lines: tuple[str, ...]
    fields: dict[str, Any]


def load_letters(prefix: str, folder: Path = FOLDER) -> list[TypedLetter]:
    """Load the letters of all files whose names begin with `prefix`."""
    return [
        TypedLetter(found["name"], found["type"], tuple(found["text"].strip("\n").split("\n")), found.get("fields", {}))
        for path in sorted(found for one in prefix.split(",") for found in folder.glob(f"{one}*.toml"))
        for found in tomllib.loads(path.read_text(encoding="utf-8"))["letter"]
    ]


def page_text(letter: TypedLetter) -> PageText:
    """Lay a letter out as the words that a faultless reader would give."""
    words: list[Word] = []
    y = float(TOP_PX)
    for line in letter.lines:
        words += [word for x, text in _cells(line) for word in _words(text, x, y)]
        y += PITCH_PX if line.strip() else 0.8 * PITCH_PX
    return PageText(number=1, width_px=WIDTH, height_px=max(HEIGHT, round(y) + 100), reading="text_layer", words=tuple(words))


def _cells(line: str) -> Iterator[tuple[float, str]]:
    if line[:1] in "^>" and line:
        text = line[1:].strip()
        free = RIGHT_PX - LEFT_PX - _width(text)
        yield LEFT_PX + max(0.0, free / 2 if line[0] == "^" else free), text
        return
    parts = line.split("¦")
    end = 0.0
    for stop, part in zip(STOPS[len(parts)], parts, strict=True):
        x = max(float(stop), end + COLUMN_SPACE_PX)
        if part.strip():
            indent = len(part) - len(part.lstrip()) if len(parts) == 1 else 0
            yield x + indent * SPACE_PX, part.strip()
            end = x + _width(part.strip())


def _width(text: str) -> float:
    return sum(CHAR_PX * len(word) + SPACE_PX for word in text.split()) - SPACE_PX


def _words(text: str, x: float, y: float) -> Iterator[Word]:
    for run in text.replace("  ", "\t").split("\t"):
        for part in run.split():
            width = CHAR_PX * len(part)
            # A dash is low; everything else has the line's height.
            top, bottom = (y + 11, y + 15) if part in "-–—" else (y, y + LINE_PX)
            yield Word(text=part, box=Box(x, top, x + width, bottom), engine_score=1.0)
            x += width + SPACE_PX
        x += CHAR_PX


def typed_sheet(letter: TypedLetter, rng: Random) -> Sheet:
    """Set a letter in a printed family, so that its longest line fits the page."""
    font = fonts.printed(fonts.print_family(rng))
    scale = A4[0] / WIDTH
    left, right = rng.uniform(44, 70), A4[0] - rng.uniform(36, 54)
    size = rng.uniform(9.4, 11.4)
    for line in letter.lines:
        if "¦" not in line and line.strip():
            size = min(size, (right - left) / max(1.0, fonts.width(line.strip("^> "), font, 1.0)))
    sheet, y = Sheet(), rng.uniform(56, 84)
    for line in letter.lines:
        for x, text in _set_cells(line, font, size, left, right, scale):
            sheet.add(Text(x, y, text, font, size))
        y += size * (1.42 if line.strip() else 1.0)
    return sheet


def _set_cells(line: str, font: Path, size: float, left: float, right: float, scale: float) -> Iterator[tuple[float, str]]:
    if line[:1] in "^>" and line:
        text = line[1:].strip()
        free = right - left - fonts.width(text, font, size)
        yield left + max(0.0, free / 2 if line[0] == "^" else free), text
        return
    parts = line.split("¦")
    end = 0.0
    for stop, part in zip(STOPS[len(parts)], parts, strict=True):
        x = max(left + (stop - LEFT_PX) * scale, end + 2 * size)
        if part.strip():
            yield x, part.strip()
            end = x + fonts.width(part.strip(), font, size)
