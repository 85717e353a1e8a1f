"""Choose how a form is printed: rules, boxes, fonts, bands, sizes and edition."""

from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Literal

from . import fonts
from .sheet import BLACK, Ink

Style = Literal["boxed", "lined", "dotted", "left", "outlined", "shaded", "gray"]
CombLook = Literal["boxes", "ticks", "dividers"]
Band = Literal["none", "grey", "blue", "dark", "rule"]
STYLES: tuple[Style, ...] = ("boxed", "lined", "dotted", "left", "outlined", "shaded")
BANDS: tuple[Band, ...] = ("none", "grey", "blue", "dark", "rule")
BAND_FILLS: dict[Band, Ink] = {"grey": (226, 226, 226), "blue": (205, 222, 240), "dark": (60, 64, 72)}


@dataclass(frozen=True)
class Printing:
    """How one printing of a form looks; a type and its language are printed the same way on all its pages."""

    style: Style
    regular: Path
    bold: Path
    label: float
    option: float
    heading: float
    band: Band
    capitals: bool
    numbering: str
    head: int
    edition: str
    left: float
    width: float
    value: float
    gap: float
    comb: frozenset[str]
    comb_cell: float
    check: float
    check_after: bool
    upright: bool
    rule: float
    rows: int
    boxed_answers: bool
    regroup: bool
    shuffle: bool
    synonyms: bool
    tone: Ink = BLACK
    comb_look: CombLook = "boxes"
    comb_group: int = 0


def choose(rng: Random, hand: bool) -> Printing:
    """Draw a printing; one that will be filled by hand leaves more room."""
    family = fonts.print_family(rng)
    style = rng.choices(STYLES, [36, 18, 10, 12, 12, 12])[0]
    comb = rng.choices(
        [
            frozenset(),
            frozenset({"hetu"}),
            frozenset({"hetu", "postal_code", "iban"}),
            frozenset({"hetu", "date"}),
            frozenset({"hetu", "iban", "date", "postal_code"}),
        ],
        [52, 24, 8, 8, 8],
    )[0]
    left = rng.uniform(28, 56)
    band = rng.choices(BANDS, [34, 34, 12, 8, 12])[0]
    return Printing(
        style=style,
        regular=fonts.printed(family),
        bold=fonts.printed(family, True),
        label=rng.uniform(6.0, 8.2),
        option=rng.uniform(7.6, 9.4),
        heading=rng.uniform(8.6, 11),
        band=band,
        capitals=rng.random() < 0.25,
        numbering=rng.choice(["{}. ", "{}. ", "{}  ", "{} ", ""]),
        head=rng.randrange(4),
        edition=f"{rng.randint(1, 12):02d}.{rng.choice([12, 13, 14, 15, 16, 17, 18, 19, 19, 20, 21, 22]):02d}",
        left=left,
        width=595 - 2 * left - rng.uniform(0, 14),
        value=rng.uniform(14, 19) if hand else rng.uniform(12, 16.5),
        gap=rng.choice([0.0, 0.0, 4.0, 8.0]),
        comb=comb,
        comb_cell=rng.uniform(10.5, 14.5),
        check=rng.uniform(6.6, 10.5),
        check_after=rng.random() < 0.08,
        upright=rng.random() < 0.15,
        rule=rng.choice([0.4, 0.6, 0.6, 0.9, 1.2]),
        rows=rng.randint(2, 5),
        boxed_answers=rng.random() < 0.5,
        regroup=rng.random() < 0.45,
        shuffle=rng.random() < 0.2,
        synonyms=rng.random() < 0.15,
        tone=rng.choice([BLACK, BLACK, BLACK, (40, 40, 40), (20, 40, 90)]),
    )
