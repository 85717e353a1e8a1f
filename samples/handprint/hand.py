"""One writer's hand: which forms, how wide, slanted, shaky; it lays a text out as pen strokes in the alphabet's grid."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from samples.handprint.strokes import Form, Points, Strokes, alphabet, marked, written

Glyph = Callable[[str], Strokes]

BASE = 10.0
SMALL_TOP = 4.0


@dataclass
class Habits:
    """What stays the same while one person writes; lengths in the grid, where a capital is 10 high."""

    shake: float
    width: float
    small: float
    digit: float
    slant: float
    gap: float
    gap_varies: float
    space: float
    size_varies: float
    turn_deg: float
    bounce: float
    tremor: float
    round_off: int
    joins: float
    rise: float
    pitch: float = 0.0
    """Distance of a comb's cells; 0 outside combs."""


def habits(rng: np.random.Generator) -> Habits:
    """Draw a person's habits; one in three is a careful writer."""
    care = rng.choice([0.45, 1.0, 1.0, 1.35])
    comb = rng.random() < 0.14
    return Habits(
        shake=rng.uniform(0.05, 0.32) * care,
        width=rng.uniform(0.6, 1.2),
        small=rng.uniform(0.72, 1.22),
        digit=rng.choice([1.0, rng.uniform(0.7, 1.05)]),
        slant=rng.choice([0.0, rng.normal(0.12, 0.16)]),
        gap=rng.choice([rng.uniform(0.8, 2.6), rng.uniform(0.1, 1.3), rng.uniform(2, 4.5)]),
        gap_varies=rng.uniform(0.1, 0.7) * care,
        space=rng.uniform(3.2, 8.0),
        size_varies=rng.uniform(0.01, 0.09) * care,
        turn_deg=rng.uniform(0.3, 3.5) * care,
        bounce=rng.uniform(0.05, 0.5) * care,
        tremor=rng.choice([0.0, rng.uniform(0, 0.12), rng.uniform(0.05, 0.22)]),
        round_off=int(rng.choice([0, 0, 1, 2])),
        joins=rng.choice([0.0, 0.0, 0.0, rng.uniform(0.3, 1.0)]),
        rise=rng.normal(0, 0.012),
        pitch=rng.uniform(8.5, 17.0) if comb else 0.0,
    )


@dataclass
class Alphabet:
    """The stroke alphabet in one person's version: one or two forms of each character, lastingly bent."""

    rng: np.random.Generator
    shake: float
    bend: float
    kept: dict[str, list[tuple[Form, list[Points]]]] = field(default_factory=dict)

    def __call__(self, character: str) -> Strokes:
        letter, mark = marked(character)
        strokes = self._drawn(letter)
        if not mark or not strokes:
            return strokes
        body = np.vstack(strokes)
        middle, top = (body[:, 0].min() + body[:, 0].max()) / 2, body[:, 1].min()
        lift = top + self.rng.normal(0, 0.35)
        size = self.rng.uniform(0.8, 1.35)
        return strokes + [points * size + [middle + self.rng.normal(0, 0.4), lift] for points in self._drawn(mark)]

    def _drawn(self, name: str) -> Strokes:
        forms = self.kept.get(name) or self._chosen(name)
        if not forms:
            return []
        form, offsets = forms[0 if self.rng.random() < 0.8 else -1]
        return written(form, offsets, self.rng, self.shake)

    def _chosen(self, name: str) -> list[tuple[Form, list[Points]]]:
        forms = alphabet().get(name, [])
        for _ in range(min(len(forms), 2)):
            form = forms[int(self.rng.integers(len(forms)))]
            bent = [self.rng.normal(0, self.bend, part.shape) for stroke in form for part in stroke]
            self.kept.setdefault(name, []).append((form, bent))
        return self.kept.get(name, [])


def font_glyph(glyphs: Mapping[str, tuple[Strokes, float]], rng: np.random.Generator, shake: float) -> Glyph:
    """Write with a font's strokes, each a little bent anew."""

    def glyph(character: str) -> Strokes:
        strokes = glyphs[character][0] if character in glyphs else []
        return [line + slow_noise(rng, len(line), shake * 1.6) for line in strokes]

    return glyph


def slow_noise(rng: np.random.Generator, count: int, strength: float) -> Points:
    """Noise that changes slowly along a stroke: a knot every eight points."""
    between = _knots(count)
    return np.asarray(between @ (rng.standard_normal((between.shape[1], 2)) * strength))


@cache
def _knots(count: int) -> Points:
    """The matrix that draws straight lines between knots."""
    knots = max(2, count // 8 + 1)
    at, places = np.linspace(0, knots - 1, count), np.arange(knots)
    return np.stack([np.interp(at, places, row) for row in np.eye(knots)], axis=1)


def line_of(text: str, glyph: Glyph, own: Habits, rng: np.random.Generator) -> Strokes:
    """Write a text in a line; characters that the alphabet lacks leave nothing."""
    strokes: Strokes = []
    x, before = 0.0, ""
    for place, character in enumerate(text):
        if character == " ":
            x = place * own.pitch if own.pitch else x + own.space * rng.uniform(0.75, 1.3)
            before = ""
            continue
        drawn = [_shaped(line, character, own) for line in glyph(character)]
        if not drawn:
            continue
        drawn = _placed(drawn, own, rng)
        left, right = _extent(drawn)
        at = place * own.pitch - (left + right) / 2 + rng.normal(0, 0.5) if own.pitch else x - left
        drawn = [line + np.array((at, 0.0)) for line in drawn]
        if _joined(before, character, own, rng) and strokes:
            strokes.append(np.vstack([strokes[-1][-1], drawn[0][0]]))
        strokes += drawn
        x = at + right + own.gap * (1 + rng.normal(0, own.gap_varies)) + rng.normal(0, 0.15)
        before = character
    return [_finished(line, own, rng) for line in strokes]


def _extent(strokes: Strokes) -> tuple[float, float]:
    return float(min(line[:, 0].min() for line in strokes)), float(max(line[:, 0].max() for line in strokes))


def _shaped(line: Points, character: str, own: Habits) -> Points:
    """Give small letters and digits the height this person gives them."""
    line = line * [own.width, 1]
    if character.isdigit():
        return np.stack([line[:, 0], BASE + (line[:, 1] - BASE) * own.digit], axis=1)
    if not character.islower():
        return line
    top = BASE - (BASE - SMALL_TOP) * own.small
    y = line[:, 1]
    above = np.clip(SMALL_TOP - y, 0, None) * (top / SMALL_TOP)
    return np.stack([line[:, 0], BASE - (BASE - np.maximum(y, SMALL_TOP)) * own.small - above], axis=1)


def _placed(strokes: Strokes, own: Habits, rng: np.random.Generator) -> Strokes:
    size = 1 + rng.normal(0, own.size_varies)
    wide = size * (1 + rng.normal(0, own.size_varies))
    angle = np.deg2rad(rng.normal(0, own.turn_deg))
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    lift = rng.normal(0, own.bounce)
    return [((line - [0, BASE]) * [wide, size]) @ turn + [0, BASE + lift] for line in strokes]


def _joined(before: str, character: str, own: Habits, rng: np.random.Generator) -> bool:
    return bool(own.joins and not own.pitch and before.isalpha() and character.islower() and rng.random() < own.joins)


def _finished(line: Points, own: Habits, rng: np.random.Generator) -> Points:
    """Round corners off, let the pen tremble, slant the whole and let the line rise."""
    for _ in range(own.round_off):
        if len(line) > 4:
            line = np.vstack([line[:1], (line[:-2] + 2 * line[1:-1] + line[2:]) / 4, line[-1:]])
    if own.tremor:
        line = line + slow_noise(rng, len(line), own.tremor)
    x, y = line[:, 0] + own.slant * (BASE - line[:, 1]), line[:, 1] - own.rise * line[:, 0]
    return np.stack([x, y], axis=1)
