"""Fill papers in: a typewriter or a hand writes words, crosses boxes and signs."""

from dataclasses import dataclass
from math import cos, pi, sin
from pathlib import Path
from random import Random
from typing import Literal

from . import fonts
from .sheet import BLACK, Area, Ink, Sheet, Stroke, Text

Mark = Literal["cross", "tick", "filled", "circle", "slash", "letter"]
# Families whose capitals are flourishes: nobody writes whole words in them.
SCRIPTS = (
    "bad-script-400",
    "beth-ellen-400",
    "cedarville-cursive-400",
    "la-belle-aurore-400",
    "over-the-rainbow-400",
    "zeyada-400",
)
PENS: tuple[Ink, ...] = ((15, 15, 20), (25, 35, 110), (20, 40, 140), (40, 40, 45), (10, 20, 80), (70, 70, 75))


@dataclass(frozen=True)
class Habits:
    """What few people do: how far (points) off the line they write, how low they sign, and how often they do the rest.

    `corrects`: marks a wrong box first and blots it out; `beside`: marks left of the box; `rings`: rings the option's words;
    `above`: strikes a value out and writes it again over it; `spills`: writes on past the cell's end.
    """

    off: float = 0.0
    low: float = 0.0
    corrects: float = 0.0
    beside: float = 0.0
    rings: float = 0.0
    above: float = 0.0
    spills: float = 0.0


@dataclass(frozen=True)
class Writer:
    """One person at one typewriter or with one pen."""

    rng: Random
    hand: bool
    font: Path
    size: float
    ink: Ink
    upper: bool
    mark: Mark
    swell: float = 0.0
    slant: float = 0.0
    wobble: float = 0.0
    strikes: float = 0.0
    stretch: float = 1.0
    shiver: float = 0.0
    habits: Habits = Habits()

    def write(self, sheet: Sheet, words: str, x: float, base: float, room: float) -> None:
        """Write one line on a baseline, smaller where the room is short; a hand sometimes strikes out a false start first."""
        words = words.upper() if self.upper else words
        base += self.habits.off
        if self._does(self.habits.spills):
            room *= 1.25
        size = self._fitting(words, room)
        if len(words) > 4 and self._does(self.habits.above):
            self._false_start(sheet, words[::-1].swapcase()[: self.rng.randint(3, len(words))], x, base, size * 0.8)
            base -= size * 0.75
            size *= 0.75
        elif self.hand and len(words) > 4 and self.rng.random() < self.strikes:
            false = words[: self.rng.randint(2, min(len(words) - 1, 11))]
            taken = self._length(false, size) + size * 0.4
            if taken + self._length(words, size * 0.8) < room:
                self._false_start(sheet, false, x, base, size)
                x, room = x + taken, room - taken
                size = self._fitting(words, room)
        self._line(sheet, words, x, base, size)

    def write_lines(self, sheet: Sheet, words: str, x: float, base: float, room: float, step: float) -> int:
        """Write a text over several lines; give their number."""
        words = words.upper() if self.upper else words
        lines = fonts.wrap(words, self.font, self.size * 1.06 * max(1.0, self.stretch), room)
        for number, line in enumerate(lines):
            self._line(sheet, line, x, base + number * step, min(self.size, step * 0.9))
        return len(lines)

    def comb(self, sheet: Sheet, words: str, x: float, base: float, cell: float, height: float) -> None:
        """Write one sign to a cell."""
        size = min(self.size, height * 0.95, cell * 1.35)
        for place, sign in enumerate(words.upper() if self.upper or self.hand else words):
            middle = x + (place + 0.5) * cell - fonts.width(sign, self.font, size) * (self.stretch if self.hand else 1) / 2
            self._sign_at(sheet, sign, middle, base, size)

    def _does(self, how_often: float) -> bool:
        return how_often > 0 and self.rng.random() < how_often

    def changes_mind(self) -> bool:
        """Tell whether this person now marks a wrong box first."""
        return self._does(self.habits.corrects)

    def mark_option(self, sheet: Sheet, box: tuple[float, float, float], words: tuple[float, float]) -> None:
        """Mark an option: its box (left, top, side), or what this writer marks instead; `words` begin and end so far right."""
        x, y, side = box
        if self._does(self.habits.rings):
            left, right = min(x, words[0]) - 3, max(x + side, words[1]) + 3
            middle, half, high = (left + right) / 2, (right - left) / 2, side * 0.95
            ring = tuple((middle + half * cos(a * pi / 12), y + side / 2 + high * sin(a * pi / 12)) for a in range(26))
            sheet.add(Stroke(self._shaken(ring), self._nib(), self.ink))
            return
        shift = self.rng.uniform(0.95, 1.25) * side if self._does(self.habits.beside) else 0.0
        self.tick(sheet, x - shift, y, side)

    def blot(self, sheet: Sheet, x: float, y: float, side: float) -> None:
        """Take a mark back: scribble the whole box over, beyond its edges."""
        self.tick(sheet, x, y, side)
        reach = side * 0.25
        points = tuple((x - reach + (side + 2 * reach) * (i % 2), y - reach + (side + 2 * reach) * i / 13) for i in range(14))
        sheet.add(Stroke(self._shaken(points), 1.6, self.ink))

    def tick(self, sheet: Sheet, x: float, y: float, side: float) -> None:
        """Mark a check box whose top left corner and side are given."""
        rng = self.rng
        if not self.hand and self.mark != "filled":
            self._machine_mark(sheet, x, y, side)
        elif self.mark == "filled":
            inset = side * (0.18 if not self.hand else 0.1)
            if not self.hand:
                sheet.add(Area(x + inset, y + inset, x + side - inset, y + side - inset, fill=self.ink, edge=None))
            else:
                self._scribble(sheet, x, y, side)
        elif self.mark == "tick":
            lean = rng.uniform(0, 0.25)
            points = (
                (x + 0.1 * side, y + 0.5 * side),
                (x + 0.4 * side, y + (0.9 + rng.uniform(-0.1, 0.15)) * side),
                (x + (1.15 + lean) * side, y - 0.2 * side),
            )
            sheet.add(Stroke(self._shaken(points), self._nib(), self.ink))
        elif self.mark == "circle":
            ring = [
                (x + side / 2 + side * 0.85 * cos(a * pi / 8), y + side / 2 + side * 0.75 * sin(a * pi / 8)) for a in range(18)
            ]
            sheet.add(Stroke(self._shaken(tuple(ring)), self._nib(), self.ink))
        else:
            self._hand_cross(sheet, x, y, side)

    def sign(self, sheet: Sheet, x: float, base: float, room: float) -> None:
        """Draw a signature: a running squiggle with loops, always by pen."""
        rng = self.rng
        base += self.habits.low
        length, tall = min(room * rng.uniform(0.45, 0.8), rng.uniform(55, 140)), rng.uniform(4, 9)
        ink = self.ink if self.hand else rng.choice(PENS)
        width, start = rng.uniform(0.7, 1.4), x
        for _ in range(rng.choice([1, 1, 2, 2, 3])):
            part = length * rng.uniform(0.25, 0.6)
            sheet.add(Stroke(self._scrawl(start, base, part, tall), width, ink))
            start += part * rng.uniform(0.75, 1.1)
            if start - x > length:
                break
        if rng.random() < 0.4:
            sheet.add(Stroke(((x + length * 0.1, base + rng.uniform(-1, 2)), (start, base - rng.uniform(0, 5))), 0.8, ink))

    def _scrawl(self, x: float, base: float, length: float, tall: float) -> tuple[tuple[float, float], ...]:
        # Three waves of unlike length look like a running hand: a tall first letter, then smaller and smaller ones.
        rng = self.rng
        waves = [(rng.uniform(0.2, 1.0), rng.uniform(2, 14), rng.uniform(0, 2 * pi)) for _ in range(3)]
        drift, fade, loop = rng.uniform(-0.06, 0.1), rng.uniform(0.2, 0.9), rng.uniform(1.5, 5)
        points = []
        for step in range(70):
            t = step / 70
            high = sum(a * sin(f * 2 * pi * t / 2 + p) for a, f, p in waves) / 1.6
            side = sum(a * cos(f * 2 * pi * t / 2 + p) for a, f, p in waves[:2])
            points.append(
                (x + length * t + loop * side, base - 4 - drift * length * t - tall * (1.2 if t < 0.2 else 1 - fade * t) * high)
            )
        return tuple(points)

    def _length(self, words: str, size: float) -> float:
        return fonts.width(words, self.font, size) * (1.03 * self.stretch if self.hand else 1)

    def _fitting(self, words: str, room: float) -> float:
        need = self._length(words, self.size)
        return self.size if need <= room else max(self.size * room / need, self.size * 0.45)

    def _line(self, sheet: Sheet, words: str, x: float, base: float, size: float) -> None:
        if not self.hand:
            sheet.add(Text(x, base, words, self.font, size, self.ink))
            return
        rng = self.rng
        self._unsteady(sheet)
        rise = rng.gauss(0, 0.006)
        for place, sign in enumerate(words):
            at = x + fonts.width(words[:place], self.font, size) * 1.03 * self.stretch
            if sign != " ":
                self._sign_at(sheet, sign, at, base - rise * (at - x), size)

    def _unsteady(self, sheet: Sheet) -> None:
        if self.shiver and not sheet.shiver:
            sheet.shiver = (self.rng.getrandbits(32), self.shiver)

    def _sign_at(self, sheet: Sheet, sign: str, x: float, base: float, size: float) -> None:
        if not self.hand:
            sheet.add(Text(x, base, sign, self.font, size, self.ink))
            return
        rng, shake = self.rng, self.wobble
        sheet.add(
            Text(
                x + rng.gauss(0, 0.18 * shake),
                base + rng.gauss(0, 0.35 * shake),
                sign,
                self.font,
                size * rng.uniform(1 - 0.05 * shake, 1 + 0.05 * shake),
                self.ink,
                self.slant + rng.gauss(0, 1.6 * shake),
                self.swell,
                True,
                self.stretch,
            )
        )

    def _false_start(self, sheet: Sheet, words: str, x: float, base: float, size: float) -> None:
        self._line(sheet, words, x, base, size)
        end = x + self._length(words, size)
        for _ in range(self.rng.choice([1, 1, 2, 3])):
            height = base - size * self.rng.uniform(0.18, 0.36)
            sheet.add(
                Stroke(
                    self._shaken(((x - 1, height), ((x + end) / 2, height + self.rng.uniform(-1, 1)), (end + 1, height))),
                    self._nib(),
                    self.ink,
                )
            )

    def _nib(self) -> float:
        return self.rng.uniform(0.7, 1.5)

    def _shaken(self, points: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
        return tuple((x + self.rng.gauss(0, 0.35), y + self.rng.gauss(0, 0.35)) for x, y in points)

    def _hand_cross(self, sheet: Sheet, x: float, y: float, side: float) -> None:
        reach = side * self.rng.uniform(-0.1, 0.18)
        low, high = y + side - reach, y + reach
        lines = [((x + reach, low), (x + side - reach, high))]
        if self.mark != "slash":
            lines.append(((x + reach, high), (x + side - reach, low)))
        for line in lines:
            sheet.add(Stroke(self._shaken(line), self._nib(), self.ink))

    def _scribble(self, sheet: Sheet, x: float, y: float, side: float) -> None:
        points = tuple((x + side * (0.1 + 0.8 * (i % 2)), y + side * (0.1 + 0.8 * i / 9)) for i in range(10))
        sheet.add(Stroke(self._shaken(points), 1.2, self.ink))

    def _machine_mark(self, sheet: Sheet, x: float, y: float, side: float) -> None:
        if self.mark == "letter":
            size = side * 1.15
            sheet.add(Text(x + side / 2 - fonts.width("X", self.font, size) / 2, y + side * 0.9, "X", self.font, size, self.ink))
            return
        inset = side * 0.15
        x0, y0, x1, y1 = x + inset, y + inset, x + side - inset, y + side - inset
        if self.mark == "tick":
            sheet.add(Stroke(((x0, y + side * 0.55), (x + side * 0.42, y1), (x1, y0)), 1.1, self.ink))
        else:
            sheet.add(Stroke(((x0, y0), (x1, y1)), 0.9, self.ink), Stroke(((x0, y1), (x1, y0)), 0.9, self.ink))


def typist(rng: Random) -> Writer:
    """Draw a program or typewriter that fills forms in."""
    family = rng.choice(
        ["arimo", "arimo", "roboto", "noto-sans", "cousine", "courier-prime", "special-elite", "tinos", "b612-mono"]
    )
    mark: Mark = rng.choice(["cross", "cross", "cross", "letter", "letter", "tick", "filled"])
    return Writer(rng, False, fonts.printed(family), rng.uniform(8.6, 10.6), BLACK, rng.random() < 0.06, mark)


def hand(rng: Random) -> Writer:
    """Draw a person's hand: letters, pen, size, slant and how they tick boxes."""
    font = rng.choice(fonts.hands())
    size = min(max(rng.uniform(7.2, 9.6) / fonts.x_height(font), rng.uniform(4.2, 5.2) / fonts.small_height(font)), 22.0)
    mark: Mark = rng.choice(["cross", "cross", "cross", "tick", "tick", "tick", "filled", "circle", "slash"])
    return Writer(
        rng,
        True,
        font,
        size,
        rng.choice(PENS),
        rng.random() < 0.35 and font.stem not in SCRIPTS,
        mark,
        swell=rng.choice([0.0, 0.0, 0.12, 0.22, 0.35]),
        slant=rng.gauss(0, 2.5),
        wobble=rng.uniform(0.4, 1.3),
        strikes=rng.choice([0.0, 0.02, 0.05]),
        stretch=rng.uniform(0.86, 1.12),
        shiver=rng.choice([0.0, 0.25, 0.4, 0.55]),
    )
