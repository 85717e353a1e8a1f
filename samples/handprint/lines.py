"""Draw training lines without end: `python -m samples.handprint.lines OUT --glyphs G --fonts F --seed N --count N`.

Each shard is one file of crops in the reader's normal form and their texts. The same seed gives the same lines.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from random import Random

import cv2
import numpy as np

from extractors.ocr.line_image import normal_line
from samples.handprint import degrade, drawing, hand, texts
from samples.handprint.characters import CHARACTERS
from samples.handprint.strokes import Glyphs

SHARD = 1000
WIDEST_PX = 900

Line = tuple[drawing.Gray, str]


@dataclass(frozen=True)
class Source:
    """What hands are made of: strokes taken from fonts, the fonts themselves, and the share of each way to write."""

    glyphs: Mapping[str, Glyphs]
    fonts: Mapping[str, Path]
    own_share: float = 0.5
    """Share of lines written with the stroke alphabet; half of the others with fonts' strokes, half with their outlines."""


def line(source: Source, seed: int) -> Line:
    """Draw one line; the seed settles writer, text and medium."""
    rng, words = np.random.default_rng(seed), Random(seed)
    while True:
        text = texts.text(words)
        picture = _written(source, text, rng)
        if picture is None:
            continue
        crop = normal_line(degrade.arrived(picture, rng))
        if crop.shape[1] <= WIDEST_PX and crop.shape[1] >= 4 * (len(text) + _doubles(text)) + 4:
            return crop, text


def _doubles(text: str) -> int:
    """CTC needs a blank between equal letters."""
    return sum(a == b for a, b in pairwise(text))


def _written(source: Source, text: str, rng: np.random.Generator) -> drawing.Gray | None:
    own = hand.habits(rng)
    capital_px = float(rng.uniform(28, 68))
    family = str(rng.choice(sorted(source.glyphs))) if source.glyphs else ""
    glyphs = source.glyphs.get(family, {})
    way = rng.random()
    if way >= source.own_share and any(c != " " and c not in glyphs for c in text):
        return None
    if way >= source.own_share + (1 - source.own_share) / 2:
        picture, base = drawing.typed(text, source.fonts[family], capital_px, own, rng)
    else:
        bend = float(rng.uniform(0.1, 0.55))
        glyph = hand.Alphabet(rng, own.shake, bend) if way < source.own_share else hand.font_glyph(glyphs, rng, own.shake)
        strokes = hand.line_of(text, glyph, own, rng)
        if not strokes:
            return None
        pen, pressure = float(min(1.7, rng.lognormal(-0.05, 0.32))), float(rng.choice([0.0, rng.uniform(0, 0.35)]))
        picture, base = drawing.drawn(strokes, capital_px, pen, pressure, rng)
    if rng.random() < 0.5:
        picture = drawing.bent(picture, rng, float(rng.uniform(0.5, 2.2)) * capital_px / 45)
    return degrade.ruled(picture, base, capital_px, own.pitch * capital_px / hand.BASE, rng)


def source_of(glyphs: Path, fonts: Path, own_share: float = 0.5) -> Source:
    """Open the strokes taken from fonts, and the fonts beside them."""
    return Source(load_glyphs(glyphs), {path.stem: path for path in sorted(fonts.glob("*.ttf"))}, own_share)


def save(path: Path, lines: list[Line]) -> None:
    """Write a shard: all crops side by side, their widths, and the texts."""
    crops = np.concatenate([crop for crop, _ in lines], axis=1)
    widths = np.array([crop.shape[1] for crop, _ in lines], dtype=np.int32)
    unready = path.with_suffix(".part.npz")
    np.savez(unready, crops=crops, widths=widths, texts=np.array([text for _, text in lines]))
    unready.rename(path)


def load(path: Path) -> list[Line]:
    """Read a shard."""
    with np.load(path) as shard:
        ends = np.cumsum(shard["widths"])
        crops, said = shard["crops"], [str(text) for text in shard["texts"]]
    return [(crops[:, end - width : end], text) for end, width, text in zip(ends, np.diff(ends, prepend=0), said, strict=True)]


def load_glyphs(path: Path) -> dict[str, Glyphs]:
    """Read the strokes that `font_strokes` has taken out of fonts."""
    found: dict[str, Glyphs] = {}
    with np.load(path) as kept:
        for key in kept.files:
            family, number, advance = key.split("|")
            flat = kept[key]
            ends = np.flatnonzero(np.isnan(flat[:, 0]))
            strokes = [flat[a:b] for a, b in zip([0, *(ends[:-1] + 1)], ends, strict=True)]
            found.setdefault(family, {})[CHARACTERS[int(number)]] = (strokes, float(advance))
    return found


def shards(source: Source, seed: int, count: int) -> Iterator[list[Line]]:
    """Draw `count` shards from consecutive seeds."""
    for number in range(count):
        start = (seed * 100_000 + number) * SHARD
        yield [line(source, start + i) for i in range(SHARD)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--glyphs", type=Path, required=True)
    parser.add_argument("--fonts", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--own-share", type=float, default=0.5)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    options.out.mkdir(parents=True, exist_ok=True)
    source = source_of(options.glyphs, options.fonts, options.own_share)
    began = time.monotonic()
    for number, lines in enumerate(shards(source, options.seed, options.count)):
        save(options.out / f"{options.seed:03d}-{number:05d}.npz", lines)
        print(f"{(number + 1) * SHARD} lines, {(number + 1) * SHARD / (time.monotonic() - began):.0f}/s", flush=True)


if __name__ == "__main__":
    main()
