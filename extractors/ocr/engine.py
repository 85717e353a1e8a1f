"""What a page reader and a line reader must do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.page import PageText

Gray = NDArray[np.uint8]


@dataclass(frozen=True)
class LineText:
    """One line as read. `engine_score` is the mean over its characters, `weakest` the least sure one, 0…1."""

    text: str
    engine_score: float
    weakest: float


@dataclass(frozen=True)
class Spelling:
    """What a reader thinks of every step along a line: `odds` has a row a step; its columns are blank, then `characters`."""

    odds: NDArray[np.float32]
    characters: tuple[str, ...]


class PageReader(Protocol):
    """Reads a whole cleaned page: many short lines, in any order of place."""

    name: str
    version: str

    def read_page(self, gray: Gray, number: int) -> PageText:
        """Read one upright page of 200 dpi; an empty page gives no words. Raises EngineError."""
        ...

    def read_line(self, gray: Gray) -> LineText:
        """Read one crop that holds one line. Raises EngineError."""
        ...


class LineReader(Protocol):
    """Reads one crop that holds one line, typed or by hand."""

    name: str
    version: str

    def read_line(self, gray: Gray) -> LineText:
        """Read one crop; an empty crop gives empty text. Raises EngineError."""
        ...

    def spell_line(self, gray: Gray) -> Spelling:
        """Say how likely each character is at each step along a crop; an empty crop is blank. Raises EngineError."""
        ...
