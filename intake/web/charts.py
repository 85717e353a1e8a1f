"""Pictures of figures: works out where bars, lines and words stand. Templates draw them as SVG; colours are the stylesheet's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LEFT, RIGHT, TOP, BOTTOM = 34.0, 6.0, 8.0, 20.0
ROW_HEIGHT, BAR_HEIGHT, ROW_LABEL = 26.0, 16.0, 205.0


@dataclass(frozen=True)
class Series:
    """One row of figures: its name in words, its colour's class, and a value for each label."""

    name: str
    tone: str
    values: Sequence[int]

    @property
    def total(self) -> int:
        return sum(self.values)


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    tone: str
    says: str


@dataclass(frozen=True)
class Word:
    """Letters in a chart; `anchor` is start, middle or end."""

    x: float
    y: float
    text: str
    anchor: str = "middle"


@dataclass(frozen=True)
class Chart:
    """A picture `width` by `height`; `lines` are heights of the ruling across it."""

    width: float
    height: float
    bars: Sequence[Bar]
    words: Sequence[Word]
    lines: Sequence[float]
    labels: Sequence[str]
    series: Sequence[Series]
    is_empty: bool


def round_top(most: int) -> int:
    """The next of 4, 8, 10, 20, 40, 80, 100 … that is not below `most`: an axis of whole numbers."""
    step = 1
    while True:
        for times in (1, 2, 4, 8):
            if times * step >= max(most, 4):
                return times * step
        step *= 10


def columns(
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    stacked: bool = False,
    width: float = 620,
    height: float = 190,
    every: int = 1,
) -> Chart:
    """Bars that stand: for each label one beside the other, or stacked. Only every `every`th label is written."""
    sums = [sum(values) for values in zip(*(one.values for one in series), strict=True)]
    most = max(sums if stacked else [value for one in series for value in one.values], default=0)
    top = round_top(most)
    floor, room = height - BOTTOM, height - BOTTOM - TOP
    slot = (width - LEFT - RIGHT) / max(1, len(labels))
    thick = slot * 0.72 / (1 if stacked else len(series))
    bars: list[Bar] = []
    for at, label in enumerate(labels):
        left, foot = LEFT + at * slot + slot * 0.14, floor
        for place, one in enumerate(series):
            tall = room * one.values[at] / top
            x = left if stacked else left + place * thick
            if one.values[at]:
                bars.append(Bar(round(x, 1), round(foot - tall, 1), round(thick, 1), round(tall, 1), one.tone,
                                f"{label}: {one.name} {one.values[at]}"))  # fmt: skip
            foot = foot - tall if stacked else foot
    marks = [top * quarter // 4 for quarter in range(5)] if top % 4 == 0 else [0, top // 2, top] if top % 2 == 0 else [0, top]
    lines = [round(floor - room * mark / top, 1) for mark in marks]
    words = [Word(LEFT - 6, line + 4, str(mark), "end") for line, mark in zip(lines, marks, strict=True)]
    words += [Word(round(LEFT + (at + 0.5) * slot, 1), height - 5, label) for at, label in enumerate(labels) if at % every == 0]
    return Chart(width, height, bars, words, lines, labels, series, is_empty=most == 0)


def rows(labels: Sequence[str], series: Sequence[Series], *, width: float = 620) -> Chart:
    """Bars that lie: one row for each label, its values end to end, their sum behind."""
    sums = [sum(values) for values in zip(*(one.values for one in series), strict=True)]
    most = max(sums, default=0) or 1
    room = width - ROW_LABEL - 44
    bars: list[Bar] = []
    words: list[Word] = []
    for at, label in enumerate(labels):
        x, y = ROW_LABEL, at * ROW_HEIGHT + (ROW_HEIGHT - BAR_HEIGHT) / 2
        for one in series:
            long = room * one.values[at] / most
            if one.values[at]:
                bars.append(Bar(round(x, 1), y, round(long, 1), BAR_HEIGHT, one.tone, f"{label}, {one.name}: {one.values[at]}"))
            x += long
        words += [Word(ROW_LABEL - 8, y + 12, label, "end"), Word(round(x + 6, 1), y + 12, str(sums[at]), "start")]
    return Chart(width, max(ROW_HEIGHT, len(labels) * ROW_HEIGHT), bars, words, [], labels, series, is_empty=not labels)
