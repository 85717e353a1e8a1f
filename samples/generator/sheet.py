"""Describe a page as printing and pen strokes, in points from the top left corner, before it becomes pixels or PDF."""

from dataclasses import dataclass, field
from pathlib import Path

from .stamping import Press

Ink = tuple[int, int, int]
BLACK: Ink = (0, 0, 0)
WHITE: Ink = (255, 255, 255)
A4 = (595.28, 841.89)


@dataclass(frozen=True, slots=True)
class Text:
    """One run of letters on a baseline; `swell` thickens it, `pen` says a hand wrote it, `stretch` widens it."""

    x: float
    y: float
    words: str
    font: Path
    size: float
    ink: Ink = BLACK
    angle: float = 0.0
    swell: float = 0.0
    pen: bool = False
    stretch: float = 1.0


@dataclass(frozen=True, slots=True)
class Rule:
    """A printed line, whole or dotted."""

    x0: float
    y0: float
    x1: float
    y1: float
    width: float = 0.6
    ink: Ink = BLACK
    dotted: bool = False


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle, filled or outlined."""

    x0: float
    y0: float
    x1: float
    y1: float
    fill: Ink | None = None
    edge: Ink | None = BLACK
    width: float = 0.6


@dataclass(frozen=True, slots=True)
class Stroke:
    """A pen drawn through points."""

    points: tuple[tuple[float, float], ...]
    width: float = 1.0
    ink: Ink = BLACK


Op = Text | Rule | Area | Stroke | Press


@dataclass
class Sheet:
    """One side of a paper; `turn` is how far it lies turned clockwise, `ghost` what shines through from its other side.

    `shiver` bends what the pen wrote: a number to start chance from, and how far in points. No letter then looks like its font.
    """

    ops: list[Op] = field(default_factory=list)
    width: float = A4[0]
    height: float = A4[1]
    turn: int = 0
    ghost: "Sheet | None" = None
    shiver: tuple[int, float] | None = None

    def add(self, *ops: Op) -> None:
        """Put more onto the page."""
        self.ops.extend(ops)
