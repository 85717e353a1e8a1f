"""Lay out a letter: heads, titles, paragraphs, label pairs, tables and a signer."""

from dataclasses import dataclass, field, replace
from random import Random

from . import fonts
from .pen import Writer
from .sheet import Area, Rule, Sheet, Text

Pairs = list[tuple[str, str]]


@dataclass
class Letter:
    """A letter being set, top to bottom."""

    rng: Random
    family: str
    size: float
    left: float
    right: float
    y: float
    writer: Writer | None = None
    sheets: list[Sheet] = field(default_factory=lambda: [Sheet()])

    @property
    def sheet(self) -> Sheet:
        """Give the page being set."""
        return self.sheets[-1]

    @property
    def step(self) -> float:
        """Give the line distance."""
        return self.size * 1.32

    def put(self, words: str, x: float, bold: bool = False, size: float = 0.0) -> None:
        """Set words on the current line; a hand writes them when the letter has a writer."""
        if self.writer:
            replace(self.writer, upper=False).write(self.sheet, words, x, self.y, self.right - x)
        else:
            self.sheet.add(Text(x, self.y, words, fonts.printed(self.family, bold), size or self.size))

    def gap(self, lines: float = 1.0) -> None:
        """Leave room; begin a new page at the foot."""
        self.y += self.step * lines
        if self.y > 790:
            self.sheets.append(Sheet())
            self.y = 70

    def para(self, words: str, bold: bool = False, size: float = 0.0, indent: float = 0.0) -> None:
        """Set a paragraph."""
        font, at = fonts.printed(self.family, bold), size or self.size
        if self.writer:
            font, at = self.writer.font, self.writer.size * 1.06
        for line in fonts.wrap(words, font, at, self.right - self.left - indent):
            self.put(line, self.left + indent, bold, size)
            self.gap(1.15 if not self.writer else 1.35)
        self.gap(0.45)

    def title(self, words: str) -> None:
        """Set the letter's title."""
        way = self.rng.randrange(4)
        size = self.size * self.rng.uniform(1.1, 1.45)
        text = words.upper() if way == 1 else words
        if way == 2 and not self.writer:
            width = fonts.width(text, fonts.printed(self.family, True), size)
            self.sheet.add(Rule(self.left, self.y + 3, self.left + width, self.y + 3, 0.9))
        for line in fonts.wrap(text, fonts.printed(self.family, True), size, self.right - self.left):
            self.put(line, self.left, way != 3, size)
            self.gap(size / self.size)
        self.gap(0.6)

    def columns(self, left: list[str], right: list[str], split: float = 0.56) -> None:
        """Set two address-like blocks beside each other."""
        for number in range(max(len(left), len(right))):
            if number < len(left):
                self.put(left[number], self.left)
            if number < len(right):
                self.put(right[number], self.left + (self.right - self.left) * split)
            self.gap(1.1)
        self.gap(1)

    def pairs(self, pairs: Pairs, colon: bool, bold: bool, tab: float) -> None:
        """Set label and value beside each other, values wrapped in their own column."""
        longest = max(fonts.width(f"{label}:", fonts.printed(self.family, bold), self.size) for label, _ in pairs)
        if self.writer:
            longest = max(fonts.width(f"{label}:", self.writer.font, self.writer.size) for label, _ in pairs)
        at = self.left + max(tab, longest + 8)
        for label, value in pairs:
            self.put(label + (":" if colon else ""), self.left, bold)
            font = self.writer.font if self.writer else fonts.printed(self.family)
            size = self.writer.size if self.writer else self.size
            for line in fonts.wrap(value, font, size * 1.03, self.right - at):
                self.put(line, at)
                self.gap(1.25)
        self.gap(0.5)

    def stacked(self, pairs: Pairs, per_row: int) -> None:
        """Set labels small above their values, in columns."""
        width = (self.right - self.left) / per_row
        for start in range(0, len(pairs), per_row):
            deepest = 1
            for place, (label, value) in enumerate(pairs[start : start + per_row]):
                x = self.left + place * width
                self.sheet.add(Text(x, self.y, label, fonts.printed(self.family), self.size * 0.72))
                lines = fonts.wrap(value, fonts.printed(self.family), self.size, width - 10)
                deepest = max(deepest, len(lines))
                for number, line in enumerate(lines):
                    self.sheet.add(Text(x, self.y + self.step * (number + 0.95), line, fonts.printed(self.family), self.size))
            self.gap(1.1 + deepest)

    def table(self, pairs: Pairs, tab: float, shaded: bool) -> None:
        """Set label and value in a ruled table of two columns."""
        at = self.left + tab
        for label, value in pairs:
            lines = fonts.wrap(value, fonts.printed(self.family), self.size, self.right - at - 8)
            names = fonts.wrap(label, fonts.printed(self.family, True), self.size, tab - 8)
            tall = self.step * max(len(lines), len(names)) + 5
            top = self.y - self.size
            if shaded:
                self.sheet.add(Area(self.left, top - 2, at, top - 2 + tall, fill=(232, 232, 232), edge=None))
            self.sheet.add(Area(self.left, top - 2, at, top - 2 + tall), Area(at, top - 2, self.right, top - 2 + tall))
            for column, texts in ((self.left + 4, names), (at + 4, lines)):
                for number, line in enumerate(texts):
                    self.sheet.add(
                        Text(
                            column,
                            top + self.size + number * self.step,
                            line,
                            fonts.printed(self.family, column < at and self.size > 9.6),
                            self.size,
                        )
                    )
            self.y += tall
        self.gap(1)

    def boxes(self, options: list[tuple[str, bool]]) -> None:
        """Set check boxes, each on its line, the chosen ones crossed."""
        side = self.size * 0.9
        for words, chosen in options:
            self.sheet.add(Area(self.left, self.y - side + 1, self.left + side, self.y + 1))
            if chosen:
                self.sheet.add(Text(self.left + side * 0.16, self.y, "X", fonts.printed("arimo", True), side))
            self.put(words, self.left + side + 6)
            self.gap(1.3)
        self.gap(0.4)

    def signer(self, lines: list[str], pen: Writer | None) -> None:
        """Set the signer's lines, at times under a pen's squiggle."""
        self.gap(1.6)
        if pen and self.rng.random() < 0.6:
            pen.sign(self.sheet, self.left + 4, self.y, 170)
            self.gap(1)
        for line in lines:
            self.put(line, self.left)
            self.gap(1.12)


def letter(rng: Random, writer: Writer | None = None) -> Letter:
    """Begin a letter in a house style of its own."""
    family = fonts.print_family(rng) if rng.random() < 0.9 else rng.choice(["cousine", "courier-prime", "special-elite"])
    left = rng.uniform(46, 84)
    # Lines must stand as far apart as the hand is tall.
    size = max(rng.uniform(9, 11.6), writer.size * 0.72 if writer else 0.0)
    return Letter(rng, family, size, left, 595 - rng.uniform(46, 74), rng.uniform(52, 80), writer)
