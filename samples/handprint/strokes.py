"""Letters as pen strokes: rows of points in a grid where capitals stand from y = 0 to the line at y = 10."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
Strokes = list[Points]
"""One polyline a stroke, points as rows of x and y."""

Glyphs = dict[str, tuple[Strokes, float]]
"""A font's strokes of each character in the alphabet's grid, and how far the pen moves on."""

ALPHABET = Path(__file__).parent / "alphabet.txt"
STEPS = 7
"""Points drawn between two points that were given."""

_MARKS = {"Å": "RING", "Ä": "DOTS", "Ö": "DOTS", "å": "RING", "ä": "DOTS", "ö": "DOTS",
          "É": "ACUTE", "é": "ACUTE", "Ü": "DOTS", "ü": "DOTS"}  # fmt: skip
_BARE = dict(zip("ÅÄÖåäöÉéÜü", "AAOaaoEeUu", strict=True))


Form = list[list[Points]]
"""One way to write a character: per stroke its smooth parts, as the points that were given."""


@cache
def alphabet() -> Mapping[str, Sequence[Form]]:
    """Every character's forms; a form is a list of strokes, a stroke a list of smooth parts."""
    forms: dict[str, list[Form]] = {}
    for line in ALPHABET.read_text().splitlines():
        if line and not line.startswith("# "):
            name, _, rest = line.partition(" ")
            forms.setdefault(name, []).append([_parts(stroke) for stroke in rest.split("/")])
    return forms


def _parts(stroke: str) -> list[Points]:
    parts: list[list[tuple[float, float]]] = [[]]
    for word in stroke.split():
        x, y = word.rstrip("*").split(",")
        parts[-1].append((float(x), float(y)))
        if word.endswith("*"):
            parts.append([(float(x), float(y))])
    return [np.array(part) for part in parts if len(part) > 1]


def curve(points: Points) -> Points:
    """Join points by a Catmull-Rom spline (Catmull and Rom 1974); two points make a straight line."""
    return np.asarray(_spline(len(points)) @ points)


@cache
def _spline(count: int) -> Points:
    """The matrix that makes a curve of `count` points: a spline is linear in the points it joins."""
    unit = np.eye(count)
    if count == 2:
        t = np.linspace(0, 1, STEPS)[:, None]
        return np.asarray(unit[0] * (1 - t) + unit[1] * t)
    p = np.vstack([2 * unit[0] - unit[1], unit, 2 * unit[-1] - unit[-2]])
    t = np.linspace(0, 1, STEPS, endpoint=False)[:, None]
    pieces = []
    for a, b, c, d in zip(p[:-3], p[1:-2], p[2:-1], p[3:], strict=True):
        pieces.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3))
    return np.vstack([*pieces, unit[-1:]])


def written(form: Form, offsets: Sequence[Points], rng: np.random.Generator, shake: float) -> Strokes:
    """Draw a form: the writer's own lasting `offsets` on its points, and a `shake` that differs each time."""
    strokes, at = [], 0
    for stroke in form:
        pieces = []
        for part in stroke:
            pieces.append(curve(part + offsets[at] + rng.normal(0, shake, part.shape)))
            at += 1
        strokes.append(np.vstack(pieces))
    return strokes


def marked(character: str) -> tuple[str, str]:
    """Part a letter from the mark over it; the second is empty when it has none."""
    return _BARE.get(character, character), _MARKS.get(character, "")
