"""Small pages drawn for tests: print, ruling, check boxes, pen strokes; and what scanners and cameras do to them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from extractors.cleanup import CLEAN_DPI, INK_BELOW_GRAY, CleanPage
from extractors.readpage import ReadPage
from models.geometry import Box, Transform
from models.page import PageText, Word

Gray = NDArray[np.uint8]
Mark = Literal["empty", "cross", "tick", "filled"]

FONTS = Path(__file__).parents[1] / "samples" / "generator" / "fonts" / "print"
A4 = (1654, 2339)
LABEL_PX, VALUE_PX = 22, 32


@cache
def font(size: int, name: str = "arimo-400") -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONTS / f"{name}.ttf"), size)


class Sheet:
    """A white page of 200 dpi to draw on. Every drawing method gives back the box of its ink."""

    def __init__(self, width: int = A4[0], height: int = A4[1]) -> None:
        self.image = Image.new("L", (width, height), 255)
        self._draw = ImageDraw.Draw(self.image)

    @property
    def gray(self) -> Gray:
        return np.array(self.image, dtype=np.uint8)

    @property
    def ink(self) -> Gray:
        return (self.gray < INK_BELOW_GRAY).astype(np.uint8)

    def text(self, x: float, y: float, text: str, size: int = LABEL_PX, name: str = "arimo-400") -> Box:
        """Write with the upper left corner of the ink at x, y."""
        # Measured on what is drawn: a font's own boxes include the space left of a letter.
        scratch = Image.new("L", (size * (len(text) + 2), 3 * size), 0)
        ImageDraw.Draw(scratch).text((size, size), text, fill=255, font=font(size, name))
        left, top, right, bottom = scratch.getbbox() or (size, size, size, size)
        self._draw.text((x + size - left, y + size - top), text, fill=0, font=font(size, name))
        return Box(x, y, x + right - left, y + bottom - top)

    def words(self, x: float, y: float, text: str, size: int = LABEL_PX, score: float = 0.95) -> list[Word]:
        """Write and tell the words with their boxes, as a page reader that makes no mistake would."""
        found = []
        for part in text.split():
            box = self.text(x, y, part, size)
            found.append(Word(text=part, box=box, engine_score=score))
            x = box.x1 + 0.3 * size
        return found

    def line(self, x0: float, y0: float, x1: float, y1: float, thick: int = 3) -> Box:
        half = thick // 2
        box = (x0, y0 - half, x1, y0 - half + thick - 1) if y0 == y1 else (x0 - half, y0, x0 - half + thick - 1, y1)
        self._draw.rectangle(box, fill=0)
        return Box(box[0], box[1], box[2] + 1, box[3] + 1)

    def dotted(self, x0: int, x1: int, y: int, step: int = 9, dot: int = 3) -> Box:
        for x in range(x0, x1, step):
            self._draw.rectangle((x, y, x + dot - 1, y + dot - 1), fill=0)
        return Box(x0, y, x1, y + dot)

    def broken(self, x0: int, x1: int, y: int, piece: int = 60, gap: int = 9) -> Box:
        """A ruling line as a fax leaves it: pieces, each a pixel higher or lower than the last."""
        for i, x in enumerate(range(x0, x1, piece + gap)):
            self.line(x, y + i % 2, min(x + piece, x1), y + i % 2, thick=2)
        return Box(x0, y, x1, y + 3)

    def frame(self, box: Box, thick: int = 3) -> Box:
        self._draw.rectangle((box.x0, box.y0, box.x1, box.y1), outline=0, width=thick)
        return box

    def square(self, x: int, y: int, side: int = 26, mark: Mark = "empty", thick: int = 3) -> Box:
        """A check box, its outer corner at x, y."""
        box = self.frame(Box(x, y, x + side, y + side), thick)
        if mark == "cross":
            self.stroke((x + 3, y + 3), (x + side - 3, y + side - 3))
            self.stroke((x + side - 3, y + 3), (x + 3, y + side - 3))
        elif mark == "tick":
            self.stroke((x + 4, y + side // 2), (x + side // 2, y + side - 5))
            self.stroke((x + side // 2, y + side - 5), (x + side + 7, y - 9))
        elif mark == "filled":
            self._draw.rectangle((x + 5, y + 5, x + side - 5, y + side - 5), fill=0)
        return box

    def comb(self, x: int, y: int, cells: int, cell: int = 40, high: int = 46) -> Box:
        box = Box(x, y, x + cells * cell, y + high)
        self.frame(box)
        for i in range(1, cells):
            self.line(x + i * cell, y, x + i * cell, y + high, thick=2)
        return box

    def stroke(self, a: tuple[float, float], b: tuple[float, float], thick: int = 3) -> Box:
        """One straight stroke of a pen."""
        self._draw.line((*a, *b), fill=0, width=thick)
        return Box(min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1])).grown(thick / 2, thick / 2)

    def scrawl(self, x: int, y: int, width: int = 220, high: int = 44) -> Box:
        """Something like a signature."""
        points = [(x + width * i / 24, y + high / 2 + high / 2 * np.sin(i * 2.1) * (1 - i / 40)) for i in range(25)]
        self._draw.line([coordinate for point in points for coordinate in point], fill=0, width=4, joint="curve")
        return Box(x, y, x + width, y + high)

    def blot(self, x: int, y: int, radius: int) -> Box:
        self._draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=0)
        return Box(x - radius, y - radius, x + radius, y + radius)

    def clean_page(self, number: int = 1) -> CleanPage:
        return clean_page(self.gray, number)

    def read_page(self, *words: Word, number: int = 1, layer: bool = False) -> ReadPage:
        """This page with words that a reader (or, as a `layer`, the file itself) found on it."""
        return ReadPage(self.clean_page(number), text_of(words, self.image.width, self.image.height, number=number, layer=layer))


def clean_page(gray: Gray, number: int = 1) -> CleanPage:
    """A page that needs no cleaning."""
    identity = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
    height, width = gray.shape
    return CleanPage(
        number=number, gray=gray, fine=gray, fine_scale=1.0, ink=(gray < INK_BELOW_GRAY).astype(np.uint8),
        transform=Transform(identity, width, height), rotation=0, skew_deg=0.0, is_photo=False, is_fax=False, contrast=1.0,
        sharpness=0.8,
    )  # fmt: skip


def text_of(
    words: tuple[Word, ...], width: int = A4[0], height: int = A4[1], *, number: int = 1, layer: bool = False
) -> PageText:
    return PageText(number=number, width_px=width, height_px=height, reading="text_layer" if layer else "ocr", words=words)


def word(text: str, x: float, y: float, *, high: float = 18, score: float = 0.95) -> Word:
    """A word as a reader gives it, without ink: letters are 0.6 of their height wide."""
    return Word(text=text, box=Box(x, y, x + 0.6 * high * len(text), y + high), engine_score=score)


def words_of(text: str, x: float, y: float, *, high: float = 18, score: float = 0.95) -> list[Word]:
    found: list[Word] = []
    for part in text.split():
        found.append(word(part, x, y, high=high, score=score))
        x = found[-1].box.x1 + 0.4 * high
    return found


# What happens to a page on its way: each gives the arrived pixels and the map from drawn to arrived points (3 × 3).

Matrix = NDArray[np.float64]


def quarter_turned(gray: Gray, degrees: int) -> tuple[Gray, Matrix]:
    """Turned clockwise by 0, 90, 180 or 270 degrees."""
    height, width = gray.shape
    matrix = {
        0: np.eye(3),
        90: np.array([[0, -1.0, height - 1], [1.0, 0, 0], [0, 0, 1.0]]),
        180: np.array([[-1.0, 0, width - 1], [0, -1.0, height - 1], [0, 0, 1.0]]),
        270: np.array([[0, 1.0, 0], [-1.0, 0, width - 1], [0, 0, 1.0]]),
    }[degrees]
    return np.ascontiguousarray(np.rot90(gray, -(degrees // 90))), matrix


def skewed(gray: Gray, degrees: float) -> tuple[Gray, Matrix]:
    """Turned clockwise by a few degrees about its middle."""
    height, width = gray.shape
    matrix = np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0), [0, 0, 1.0]])
    return np.asarray(cv2.warpPerspective(gray, matrix, (width, height), borderValue=255), dtype=np.uint8), matrix


def faxed(gray: Gray, lines_per_inch: int = 98) -> tuple[Gray, Matrix]:
    """Two-toned at 204 pixels across and so many lines down an inch."""
    height, width = gray.shape
    size = (round(width * 204 / CLEAN_DPI), round(height * lines_per_inch / CLEAN_DPI))
    small = cv2.resize(gray, size, interpolation=cv2.INTER_AREA)
    return np.where(small < 150, 0, 255).astype(np.uint8), np.diag([size[0] / width, size[1] / height, 1.0])


def photographed(gray: Gray, lean: float = 0.04) -> tuple[Gray, Matrix]:
    """Seen a little from the side, on a dark table, in uneven light."""
    height, width = gray.shape
    size = (round(1.25 * width), round(1.25 * height))
    x0, y0 = 0.12 * width, 0.12 * height
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    seen = corners + np.array([x0, y0])
    seen += np.array([[lean * width, 0.4 * lean * height], [-0.5 * lean * width, 0], [0, 0], [0.3 * lean * width, 0]])
    matrix = np.asarray(cv2.getPerspectiveTransform(corners, seen.astype(np.float32)), dtype=np.float64)
    picture = cv2.warpPerspective(gray, matrix, size, borderValue=(60,)).astype(np.float64)
    light = np.linspace(0.78, 1.0, size[0])[None, :] * np.linspace(1.0, 0.86, size[1])[:, None]
    return (picture * light).astype(np.uint8), matrix


def in_a_negative(gray: Gray) -> tuple[Gray, Matrix]:
    return np.asarray(255 - gray), np.eye(3)


def dark_edged(gray: Gray) -> tuple[Gray, Matrix]:
    """Scanned with the lid open: black strips, and two punch holes through which the black shows."""
    dark = gray.copy()
    dark[:, -24:] = 15
    dark[-18:, :] = 15
    for y in (gray.shape[0] // 2 - 315, gray.shape[0] // 2 + 315):
        cv2.circle(dark, (95, y), 24, 10, -1)
    return dark, np.eye(3)


def moved(matrix: Matrix, box: Box) -> Box:
    """The upright box around `box` after `matrix`."""
    corners = np.array([[[x, y] for x in (box.x0, box.x1) for y in (box.y0, box.y1)]], dtype=np.float64)
    found = cv2.perspectiveTransform(corners, matrix)[0]
    return Box(*found.min(axis=0).tolist(), *found.max(axis=0).tolist())
