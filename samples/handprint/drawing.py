"""Draw strokes, or a font's own outlines, as dark ink on white, as fine as the finest crops."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from samples.handprint.hand import BASE, Habits
from samples.handprint.strokes import Strokes

Gray = NDArray[np.uint8]

EDGE_PX = 30
_SHIFT = 4
_CHUNK = 5
"""Points drawn with one pressure of the pen."""


def drawn(strokes: Strokes, capital_px: float, pen: float, pressure: float, rng: np.random.Generator) -> tuple[Gray, float]:
    """Draw strokes with a pen `pen` grid units thick; give the picture and where its base line lies."""
    scale = capital_px / BASE
    every = np.vstack(strokes)
    low = every.min(axis=0)
    size = (every.max(axis=0) - low) * scale + 2 * EDGE_PX
    canvas = np.full((int(size[1]) + 1, int(size[0]) + 1), 255, np.uint8)
    for line in strokes:
        points = np.round(((line - low) * scale + EDGE_PX) * (1 << _SHIFT)).astype(np.int32)
        weight = pen * rng.uniform(1 - pressure * 0.4, 1 + pressure * 0.4)
        for start in range(0, max(1, len(points) - 1), _CHUNK):
            thick = max(1, round(scale * weight * rng.uniform(1 - pressure, 1 + pressure)))
            piece = points[start : start + _CHUNK + 1]
            cv2.polylines(canvas, [piece[:, None]], False, 0, thick, cv2.LINE_AA, _SHIFT)
    return canvas, float((BASE - low[1]) * scale + EDGE_PX)


@lru_cache(maxsize=6000)
def _glyph(path: Path, size: int, character: str) -> tuple[Gray, int, int, float]:
    font = ImageFont.truetype(str(path), size)
    left, top, right, bottom = font.getbbox(character, anchor="ls")
    image = Image.new("L", (max(1, int(right - left) + 4), max(1, int(bottom - top) + 4)), 255)
    ImageDraw.Draw(image).text((2 - left, 2 - top), character, font=font, fill=0, anchor="ls")
    return np.asarray(image), int(left) - 2, int(top) - 2, font.getlength(character)


@lru_cache(maxsize=512)
def _size_for(path: Path, capital_px: int) -> int:
    box = ImageFont.truetype(str(path), 200).getbbox("H", anchor="ls")
    return round(200 * capital_px / max(1, -box[1]))


def typed(text: str, path: Path, capital_px: float, own: Habits, rng: np.random.Generator) -> tuple[Gray, float]:
    """Write with a font's own outlines, each letter set, turned and sized a little differently."""
    step = 8  # few sizes, so that glyphs are drawn once and bent often
    size = _size_for(path, max(step, round(capital_px / step) * step))
    wide = sum(_glyph(path, size, c)[3] for c in text) * max(1.0, own.width) + capital_px * own.pitch / BASE * len(text)
    canvas = np.full((int(capital_px * 3.2), int(wide * 1.3 + len(text) * 14 + 2 * EDGE_PX)), 255, np.uint8)
    x, base = float(EDGE_PX), capital_px * 1.8
    for place, character in enumerate(text):
        image, left, top, advance = _glyph(path, size, character)
        at = EDGE_PX + (place + 0.5) * own.pitch * capital_px / BASE - advance / 2 if own.pitch else x
        lift = rng.normal(0, own.bounce) * capital_px / BASE - own.rise * at
        _paste(canvas, image, at + left * own.width, base + top + lift, own, rng)
        x = at + advance * own.width + rng.normal(own.gap - 1.2, abs(own.gap) * own.gap_varies * 0.5) * capital_px / BASE * 0.3
    return canvas, base


def _paste(canvas: Gray, image: Gray, x: float, y: float, own: Habits, rng: np.random.Generator) -> None:
    height, width = image.shape
    size, angle = 1 + rng.normal(0, own.size_varies), np.deg2rad(rng.normal(0, own.turn_deg))
    wide, shear = own.width * size, -own.slant * 0.6 + np.sin(angle)
    room = int(abs(shear) * height) + 3
    out = (int(width * wide) + 2 * room, int(height * size) + 6)
    matrix = np.array([[wide, shear, room + max(0.0, -shear) * height],
                       [np.sin(angle) * 0.5, size, 2.0]])  # fmt: skip
    bent = cv2.warpAffine(image, matrix, out, flags=cv2.INTER_LINEAR, borderValue=255)
    x0, y0 = round(x - room), round(y - 2)
    x1, y1 = min(canvas.shape[1], x0 + out[0]), min(canvas.shape[0], y0 + out[1])
    ax, ay = max(0, x0), max(0, y0)
    if x1 > ax and y1 > ay:
        view = canvas[ay:y1, ax:x1]
        np.minimum(view, bent[ay - y0 : y1 - y0, ax - x0 : x1 - x0], out=view)


def bent(picture: Gray, rng: np.random.Generator, strength: float) -> Gray:
    """Bend a picture as a whole, smoothly (Simard et al. 2003), and make its strokes thinner or thicker now and then."""
    height, width = picture.shape
    cells = (max(2, height // 24), max(2, width // 24))
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    for target in (x, y):
        target += cv2.resize(rng.normal(0, strength, cells).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(cv2.remap(picture, x, y, cv2.INTER_LINEAR, borderValue=255), np.uint8)
