"""The day's bar: every page of it, from the state it came in to where it went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from intake.store.fates import Fate

WIDTH = 1000
_LEAST = 6.0
"""Even one page of ten thousand is to be seen."""

TONES: Mapping[Fate, str] = {
    "received": "in-line", "waiting": "waiting", "on_its_way": "on-its-way", "refused": "refused", "delivered": "delivered",
    "done": "done", "parked": "parked", "blank": "blank", "separator": "separator", "duplicate": "duplicate",
}  # fmt: skip


@dataclass(frozen=True)
class Segment:
    """A piece of the bar; `x` and `width` are in its own units."""

    fate: Fate
    pages: int
    x: float
    width: float
    tone: str


def picture(pages: Mapping[Fate, int]) -> list[Segment]:
    """Lay the day's pages side by side, each sort as wide as its share."""
    counts = {fate: count for fate, count in pages.items() if count}
    total = sum(counts.values())
    if not total:
        return []
    widths = {fate: max(_LEAST, WIDTH * count / total) for fate, count in counts.items()}
    scale = WIDTH / sum(widths.values())
    segments, x = [], 0.0
    for fate, count in counts.items():
        width = widths[fate] * scale
        segments.append(Segment(fate, count, round(x, 1), round(width, 1), TONES[fate]))
        x += width
    return segments
