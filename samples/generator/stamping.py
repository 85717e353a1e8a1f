"""Press a stamp on paper: its shape, its rows of words, and ink that is worn, smeared or missing on one side."""

from dataclasses import dataclass
from pathlib import Path
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from . import fonts

Mask = NDArray[np.uint8]
SHAPES = ("box", "box", "banded", "round", "bare", "lines")


@dataclass(frozen=True, slots=True)
class Press:
    """One stamp pressed on a page; `x`, `y` is its middle in points, `loud` the row that stands largest (its date)."""

    x: float
    y: float
    shape: str
    rows: tuple[str, ...]
    loud: int
    font: Path
    size: float
    ink: tuple[int, int, int]
    angle: float
    seed: int


def mask(op: Press, scale: float) -> Image.Image:
    """Draw a stamp's ink, 255 where it is full, turned by its angle."""
    rng = Random(op.seed)
    rows = [
        (words, op.size * (1.25 if at == op.loud and op.shape in ("banded", "round") else 1.0))
        for at, words in enumerate(op.rows)
    ]
    wide = max(fonts.width(words, op.font, size) for words, size in rows) + op.size * rng.uniform(1.2, 2.2)
    if op.shape == "box":
        wide *= rng.choice([1.0, 1.0, 1.3, 1.9])
    tall = sum(size * 1.35 for _, size in rows) + op.size * 0.5
    if op.shape == "round":
        wide = tall = max(wide, tall) * 1.12
    pad = op.size * 0.8
    image = Image.new("L", (round((wide + 2 * pad) * scale), round((tall + 2 * pad) * scale)), 0)
    draw = ImageDraw.Draw(image)
    _outline(draw, op.shape, wide, tall, pad, scale, rng)
    _rows(draw, op, rows, (wide, tall, pad), scale, rng.choice([0.0, 0.0, 0.25, 0.5]) * scale)
    worn = _worn(np.asarray(image), rng, scale)
    return Image.fromarray(worn).rotate(op.angle, Image.Resampling.BILINEAR, expand=True)


def _outline(draw: ImageDraw.ImageDraw, shape: str, wide: float, tall: float, pad: float, scale: float, rng: Random) -> None:
    width = max(1, round(rng.uniform(0.8, 1.6) * scale))
    box = tuple(v * scale for v in (pad, pad, pad + wide, pad + tall))
    if shape in ("box", "banded"):
        draw.rectangle(box, outline=255, width=width)
    elif shape == "round":
        draw.ellipse(box, outline=255, width=width)
    elif shape == "lines":
        for y in (box[1], box[3]):
            draw.line((box[0], y, box[2], y), fill=255, width=width)
    if shape in ("banded", "round"):
        for share in (0.34, 0.68):
            y = (pad + tall * share) * scale
            inset = 0.02 if shape == "banded" else 0.06
            draw.line(
                ((pad + wide * inset) * scale, y, (pad + wide * (1 - inset)) * scale, y), fill=255, width=max(1, width // 2)
            )


def _rows(
    draw: ImageDraw.ImageDraw,
    op: Press,
    rows: list[tuple[str, float]],
    size_pt: tuple[float, float, float],
    scale: float,
    swell: float,
) -> None:
    wide, tall, pad = size_pt
    if op.shape in ("banded", "round") and len(rows) == 3:
        for (words, size), share in zip(rows, (0.2, 0.51, 0.84), strict=True):
            smaller = size if op.shape == "banded" else size * (0.72 if share != 0.51 else 0.95)
            font = fonts.loaded(op.font, round(smaller * scale, 1))
            draw.text(((pad + wide / 2) * scale, (pad + tall * share) * scale), words, font=font, fill=255, anchor="mm")
        return
    y = pad + op.size * 0.25
    for words, size in rows:
        font = fonts.loaded(op.font, round(size * scale, 1))
        draw.text(
            ((pad + op.size * 0.6) * scale, (y + size) * scale), words, font=font, fill=255, anchor="ls", stroke_width=swell
        )
        y += size * 1.35


def _worn(ink: Mask, rng: Random, scale: float) -> Mask:
    """Take ink away: specks where the rubber is worn, a side that was pressed less, at times a part that missed the paper."""
    source = np.random.default_rng(rng.getrandbits(63))
    tall, wide = ink.shape
    soft = cv2.GaussianBlur(ink, (0, 0), rng.uniform(0.15, 0.45) * scale / 2)
    full = np.asarray(soft > rng.uniform(90, 150), np.float32)
    strength = np.ones(ink.shape, np.float32)
    for cell, depth in ((rng.uniform(0.5, 1.1) * scale, rng.uniform(0.2, 0.85)), (12 * scale, rng.uniform(0.0, 0.35))):
        rough = source.random((max(2, round(tall / cell)), max(2, round(wide / cell))), np.float32)
        strength -= depth * cv2.resize(rough, (wide, tall), interpolation=cv2.INTER_CUBIC)
    lean = rng.uniform(0.0, 0.3) * (np.linspace(-1, 1, wide)[None, :] * rng.choice([-1, 1]) + np.linspace(-1, 1, tall)[:, None])
    strength -= np.asarray(lean, np.float32)
    if rng.random() < 0.25:
        lost = round(rng.uniform(0.04, 0.14) * tall)
        strength[: lost + 1] = 0
    kept = np.where(strength > rng.uniform(0.3, 0.45), np.clip(0.75 + strength * 0.4, 0, 1), 0.0)
    return np.asarray(cv2.GaussianBlur(full * kept * 255, (0, 0), 0.12 * scale), np.uint8)
