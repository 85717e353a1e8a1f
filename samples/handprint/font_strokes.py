"""Take the strokes out of handwriting fonts: `python -m samples.handprint.font_strokes OUT FONT…`.

Every glyph is drawn large, thinned to a line one pixel wide (Zhang and Suen 1984, in scikit-image) and followed from end to end.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from fontTools.ttLib import TTFont
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from skimage.morphology import skeletonize

from samples.handprint.characters import CHARACTERS
from samples.handprint.strokes import Glyphs, Strokes

CAPITAL_PX = 90
NEEDED = "ABHXabnxåäöÅÄÖ0123456789.,-/"
_NEIGHBOURS = ((0, 1), (1, 0), (0, -1), (-1, 0), (1, 1), (1, -1), (-1, 1), (-1, -1))


def glyphs_of(path: Path) -> Glyphs | None:
    """Take every character's strokes out of a font; None when it lacks what Finnish and Swedish need."""
    cmap = TTFont(path).getBestCmap()
    if any(ord(character) not in cmap for character in NEEDED):
        return None
    probe = ImageFont.truetype(str(path), 200).getbbox("H", anchor="ls")
    size = round(200 * CAPITAL_PX / max(1, -probe[1]))
    font = ImageFont.truetype(str(path), size)
    glyphs: Glyphs = {}
    for character in CHARACTERS:
        if character != " " and ord(character) in cmap:
            strokes = _strokes(font, character)
            if strokes:
                glyphs[character] = (strokes, font.getlength(character) * 10 / CAPITAL_PX)
    return glyphs


def _strokes(font: ImageFont.FreeTypeFont, character: str) -> Strokes:
    edge = 120
    wide = int(font.getlength(character)) + 2 * edge
    image = Image.new("L", (wide, CAPITAL_PX * 4), 0)
    ImageDraw.Draw(image).text((edge, CAPITAL_PX * 2.4), character, font=font, fill=255, anchor="ls")
    thin = skeletonize(np.asarray(image) > 127)
    scale = 10 / CAPITAL_PX
    lines = [line for line in followed(thin) if len(line) > 1]
    return [_smooth(line - [edge, CAPITAL_PX * 1.4]) * scale for line in lines]


def _smooth(line: NDArray[np.float64]) -> NDArray[np.float64]:
    """Take the pixels' steps off a line and keep every fourth point."""
    if len(line) < 9:
        return line[[0, -1]] if len(line) > 2 else line
    padded = np.pad(line, ((4, 4), (0, 0)), mode="edge")
    kernel = np.ones(9) / 9
    smooth = np.stack([np.convolve(padded[:, axis], kernel, mode="valid") for axis in (0, 1)], axis=1)
    smooth[0], smooth[-1] = line[0], line[-1]
    return np.vstack([smooth[:-1:4], smooth[-1:]])


def followed(thin: NDArray[np.bool_]) -> list[NDArray[np.float64]]:
    """Follow a thinned drawing into lines; each begins at an end or a fork, rings begin anywhere."""
    left = {(int(y), int(x)) for y, x in np.argwhere(thin)}
    degree = {p: sum((p[0] + dy, p[1] + dx) in left for dy, dx in _NEIGHBOURS) for p in left}
    lines = []
    while left:
        start = min(left, key=lambda p: (degree[p] != 1, degree[p] < 3, p))
        left.discard(start)
        line = [start]
        while True:
            y, x = line[-1]
            step = next(((y + dy, x + dx) for dy, dx in _NEIGHBOURS if (y + dy, x + dx) in left), None)
            if step is None:
                break
            left.discard(step)
            line.append(step)
        lines.append(np.array([(x, y) for y, x in line], dtype=np.float64))
    return _without_crumbs(lines)


def _without_crumbs(lines: list[NDArray[np.float64]]) -> list[NDArray[np.float64]]:
    """Drop the pixel or two that forks leave behind, unless they are all there is."""
    long = [line for line in lines if len(line) > 5]
    return long or [np.vstack([line, line + [[2.0, 2.0]] * len(line)]) for line in lines[:1]]


def main(out: Path, fonts: list[Path]) -> None:
    """Write the strokes of the fonts that have all that is needed: one array a character, strokes parted by a row of NaN."""
    arrays = {}
    for path in fonts:
        glyphs = glyphs_of(path)
        print(path.stem, "signs are missing" if glyphs is None else len(glyphs), flush=True)
        for character, (strokes, advance) in (glyphs or {}).items():
            gap = np.full((1, 2), np.nan)
            rows = np.vstack([part for stroke in strokes for part in (stroke, gap)])
            arrays[f"{path.stem}|{CHARACTERS.index(character)}|{advance:.3f}"] = rows
    np.savez_compressed(out, **arrays)


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
