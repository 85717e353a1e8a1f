"""Send pages through a scanner, a fax or a phone's camera."""

from pathlib import Path
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from . import fonts

Pixels = NDArray[np.uint8]
FAX_WIDTH = 1728
FAX_LINES = {"fax_fine": 2292, "fax_std": 1146}
FAX_DPI = {"fax_fine": (204.0, 196.0), "fax_std": (204.0, 98.0)}


def numbers(rng: Random) -> np.random.Generator:
    """Give a number source for arrays that follows the same seed."""
    return np.random.default_rng(rng.getrandbits(63))


def skewed(page: Pixels, degrees: float, paper: int = 255) -> Pixels:
    """Turn a page a little about its middle."""
    tall, wide = page.shape[:2]
    turn = cv2.getRotationMatrix2D((wide / 2, tall / 2), degrees, 1)
    return np.asarray(
        cv2.warpAffine(
            page, turn, (wide, tall), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(paper, paper, paper)
        ),
        np.uint8,
    )


def _clouds(source: np.random.Generator, shape: tuple[int, int], cells: int, depth: float) -> NDArray[np.float32]:
    rough = source.random((cells, cells), np.float32) - 0.5
    return np.asarray(cv2.resize(rough, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC), np.float32) * depth


def scan(page: Pixels, rng: Random) -> Pixels:
    """Scan a page well: slight skew, light shade, faint grain."""
    source = numbers(rng)
    page = skewed(page, max(-1.2, min(1.2, rng.gauss(0, 0.4))))
    if rng.random() < 0.5:
        page = np.asarray(cv2.GaussianBlur(page, (0, 0), rng.uniform(0.4, 0.9)), np.uint8)
    black, white = rng.uniform(10, 60), rng.uniform(240, 254)
    grey = _toned(page, black, white) + _spread(_clouds(source, page.shape[:2], rng.randint(4, 12), rng.uniform(2, 16)), page)
    if rng.random() < 0.2:
        _fold(grey, rng)
    grey += _spread(source.standard_normal(page.shape[:2], np.float32), page) * rng.uniform(0.5, 3)
    return np.asarray(np.clip(grey, 0, 255), np.uint8)


def scan_harsh(page: Pixels, rng: Random, flip: bool) -> Pixels:
    """Scan a page badly: skew to four degrees, low contrast, grain, dark edges, punch holes, at times upside down."""
    source = numbers(rng)
    if rng.random() < 0.6:
        _punch(page, rng)
    page = skewed(page, rng.uniform(-4, 4))
    if rng.random() < 0.3:
        page = np.asarray(
            cv2.erode(page, np.ones((2, 2), np.uint8)) if rng.random() < 0.4 else cv2.dilate(page, np.ones((2, 2), np.uint8)),
            np.uint8,
        )
    page = np.asarray(cv2.GaussianBlur(page, (0, 0), rng.uniform(0.5, 1.5) * page.shape[1] / 2481), np.uint8)
    black, white = rng.uniform(60, 125), rng.uniform(222, 250)
    grey = _toned(page, black, white) + _spread(_clouds(source, page.shape[:2], rng.randint(4, 12), rng.uniform(8, 34)), page)
    grey += _spread(source.standard_normal(page.shape[:2], np.float32), page) * rng.uniform(2, 8)
    _dark_edges(grey, rng)
    out = np.asarray(np.clip(grey, 0, 255), np.uint8)
    return np.ascontiguousarray(out[::-1, ::-1]) if flip else out


def _fold(grey: NDArray[np.float32], rng: Random) -> None:
    # A letter folded in two or three shows a soft shadow across the page.
    tall = grey.shape[0]
    for share in rng.choice([(0.5,), (0.333, 0.667)]):
        row, deep = int(tall * (share + rng.uniform(-0.01, 0.01))), rng.uniform(8, 40)
        for step in range(-6, 7):
            grey[row + step] -= deep * (1 - abs(step) / 7)


def _toned(page: Pixels, black: float, white: float) -> NDArray[np.float32]:
    return black + page.astype(np.float32) * np.float32((white - black) / 255)


def _spread(layer: NDArray[np.float32], page: Pixels) -> NDArray[np.float32]:
    return layer if page.ndim == 2 else layer[:, :, None]


def _punch(page: Pixels, rng: Random) -> None:
    tall, wide = page.shape[:2]
    inch = wide / 8.27
    x, dark = int(rng.uniform(0.2, 0.38) * inch), rng.randint(0, 70)
    for share in (-1.57, 1.57) if rng.random() < 0.7 else (-3.15, -1.05, 1.05, 3.15):
        cv2.circle(page, (x, int(tall / 2 + share * inch)), int(rng.uniform(0.105, 0.135) * inch), (dark, dark, dark), -1)


def _dark_edges(grey: NDArray[np.float32], rng: Random) -> None:
    tall, wide = grey.shape[:2]
    for side in range(4):
        if rng.random() < 0.3:
            deep, dark = rng.randint(8, 70), rng.uniform(10, 90)
            edge = [np.s_[:, :deep], np.s_[:, wide - deep :], np.s_[:deep, :], np.s_[tall - deep :, :]][side]
            grey[edge] = dark


def fax(page: Pixels, rng: Random, medium: str, header: str, harder: bool = False) -> Image.Image:
    """Fax a page: its transmission line on top, two tones, specks, lost lines and streaks, in the fax's own oblong pixels."""
    source = numbers(rng)
    lines = FAX_LINES[medium]
    page = skewed(page, max(-2.0, min(2.0, rng.gauss(0, 0.6))))
    grey = np.asarray(cv2.resize(page, (FAX_WIDTH, lines), interpolation=cv2.INTER_AREA), np.float32)
    grey += source.standard_normal(grey.shape, np.float32) * rng.uniform(4, 14)
    bits = (grey > rng.uniform(118, 190)).astype(np.uint8) * 255
    specks = source.random(bits.shape) < rng.choice([0.0, 0.00002, 0.0001, 0.0003])
    bits[specks] = 0
    if rng.random() < 0.35:
        for _ in range(rng.randint(1, 4)):
            row = rng.randrange(40, lines - 3)
            bits[row : row + rng.randint(1, 3)] = bits[row - 1]
    if rng.random() < 0.25:
        column = rng.randrange(30, FAX_WIDTH - 30)
        bits[rng.randrange(0, lines // 3) :, column : column + rng.randint(1, 2)] = 0
    if harder:
        _bad_line(bits, rng)
    image = Image.fromarray(bits)
    return _transmission_line(image, medium, header) if header else image.convert("1", dither=Image.Dither.NONE)


def _bad_line(bits: Pixels, rng: Random) -> None:
    """Lose lines white or black, and run streaks down the whole page, as a dirty glass and a bad telephone line do."""
    lines, wide = bits.shape
    for _ in range(rng.randint(2, 14)):
        row, deep = rng.randrange(40, lines - 6), rng.randint(1, 2)
        bits[row : row + deep] = 255 if rng.random() < 0.8 else 0
    for _ in range(rng.randint(0, 4)):
        column, broad = rng.randrange(20, wide - 20), rng.randint(1, 4)
        bits[0 if rng.random() < 0.6 else rng.randrange(0, lines // 2) :, column : column + broad] = 0


def _transmission_line(image: Image.Image, medium: str, header: str) -> Image.Image:
    # The page number stands last: what comes before it settles one machine's type for all pages.
    rng = Random(header[:14])
    family = fonts.printed(rng.choice(["cousine", "arimo", "b612-mono", "archivo-narrow"]), rng.random() < 0.6)
    font = fonts.loaded(family, rng.choice([26, 28, 30, 32]))
    strip = Image.new("L", (FAX_WIDTH, 44), 255)
    ImageDraw.Draw(strip).text((rng.randint(30, 90), 36), header, font=font, fill=0, anchor="ls")
    if medium == "fax_std":
        strip = strip.resize((FAX_WIDTH, 22), Image.Resampling.BOX)
    image.paste(strip, (0, 0))
    return image.point(lambda v: 255 if v > 128 else 0).convert("1", dither=Image.Dither.NONE)


def photo(page: Pixels, rng: Random, harder: bool = False) -> Image.Image:
    """Photograph a page on a table: perspective, shade, background, blur and the camera's grain."""
    source = numbers(rng)
    wide, tall = rng.choice([(2700, 3625), (2448, 3264), (3024, 4032)])
    table = _table_top(source, rng, wide, tall)
    quad = np.asarray(
        [
            [x * wide + rng.uniform(-0.05, 0.05) * wide, y * tall + rng.uniform(-0.035, 0.035) * tall]
            for x, y in ((0.09, 0.07), (0.92, 0.07), (0.93, 0.94), (0.08, 0.94))
        ],
        np.float32,
    )
    height, width = page.shape[:2]
    warp = cv2.getPerspectiveTransform(np.asarray([[0, 0], [width, 0], [width, height], [0, height]], np.float32), quad)
    laid = cv2.warpPerspective(page, warp, (wide, tall), flags=cv2.INTER_AREA)
    mask = np.asarray(cv2.warpPerspective(np.full(page.shape[:2], 255, np.uint8), warp, (wide, tall)), np.uint8)
    if harder:
        laid, mask = _turned_in_hand(laid, mask, rng)
        _things_on_table(table, source, rng)
    _shadow(table, mask, rng)
    share = (mask.astype(np.float32) / 255)[:, :, None]
    tint = np.asarray([rng.uniform(0.9, 1), rng.uniform(0.92, 1), rng.uniform(0.84, 1)], np.float32)
    light = _light(source, rng, (tall, wide))[:, :, None]
    paper = np.asarray(laid.astype(np.float32) * tint * np.float32(rng.uniform(0.8, 0.97)), np.float32)
    mixed = np.asarray((paper * share + table * (1 - share)) * light, np.float32)
    if rng.random() < 0.7:
        mixed = np.asarray(cv2.GaussianBlur(mixed, (0, 0), rng.uniform(0.5, 1.5)), np.float32)
    if harder:
        mixed = _hard_light(mixed, rng)
    mixed += source.standard_normal((tall, wide, 1), np.float32) * np.float32(rng.uniform(1, 6))
    return Image.fromarray(np.asarray(np.clip(mixed, 0, 255), np.uint8))


def _turned_in_hand(laid: Pixels, mask: Pixels, rng: Random) -> tuple[Pixels, Pixels]:
    """Hold the camera askew, and let the paper curl: straight lines become bent ones."""
    tall, wide = laid.shape[:2]
    turn = cv2.getRotationMatrix2D((wide / 2, tall / 2), rng.uniform(-10, 10), rng.uniform(0.82, 0.98))
    laid, mask = (np.asarray(cv2.warpAffine(one, turn, (wide, tall)), np.uint8) for one in (laid, mask))
    xs, ys = np.meshgrid(np.arange(wide, dtype=np.float32), np.arange(tall, dtype=np.float32))
    bend = rng.choice([0.0, 0.0, rng.uniform(-0.012, 0.012)]) * tall
    ys += np.float32(bend) * np.sin(np.pi * xs / wide).astype(np.float32)
    return (
        np.asarray(cv2.remap(laid, xs, ys, cv2.INTER_LINEAR), np.uint8),
        np.asarray(cv2.remap(mask, xs, ys, cv2.INTER_LINEAR), np.uint8),
    )


def _things_on_table(table: NDArray[np.float32], source: np.random.Generator, rng: Random) -> None:
    """Lay other papers, dark things and a striped cloth around."""
    tall, wide = table.shape[:2]
    if rng.random() < 0.3:
        stripes = (np.sin(np.arange(wide, dtype=np.float32) / rng.uniform(15, 70)) * rng.uniform(8, 40))[None, :, None]
        table += stripes.astype(np.float32)
    for _ in range(rng.randint(0, 3)):
        x, y = rng.uniform(-0.1, 1.0) * wide, rng.choice([rng.uniform(-0.12, 0.04), rng.uniform(0.93, 1.0)]) * tall
        size = (rng.uniform(0.1, 0.4) * wide, rng.uniform(0.05, 0.2) * tall)
        corners = cv2.boxPoints(((x, y), size, rng.uniform(-30, 30))).astype(np.int32)
        tone = rng.choice([25.0, 60.0, 225.0, 240.0])
        cv2.fillPoly(table, [corners], (tone, tone * rng.uniform(0.9, 1), tone * rng.uniform(0.85, 1)))
    table += source.standard_normal((tall, wide, 1), np.float32) * np.float32(rng.uniform(0, 5))


def _hard_light(mixed: NDArray[np.float32], rng: Random) -> NDArray[np.float32]:
    """Throw a hand's or the telephone's shadow over the page, put a thumb on its edge, or shake the camera."""
    tall, wide = mixed.shape[:2]
    if rng.random() < 0.5:
        shadow = np.zeros((tall // 8, wide // 8), np.uint8)
        middle = (rng.uniform(0.1, 0.9) * wide / 8, rng.uniform(0.5, 1.1) * tall / 8)
        cv2.ellipse(
            shadow, (middle, (rng.uniform(0.3, 0.8) * wide / 8, rng.uniform(0.4, 0.9) * tall / 8), rng.uniform(0, 180)), 255, -1
        )
        soft = cv2.resize(cv2.GaussianBlur(shadow, (0, 0), rng.uniform(4, 14)), (wide, tall)).astype(np.float32) / 255
        mixed = np.asarray(mixed * (1 - rng.uniform(0.2, 0.5) * soft)[:, :, None], np.float32)
    if rng.random() < 0.3:
        side = rng.choice([0.07, 0.93])
        thumb = ((side * wide, rng.uniform(0.3, 0.9) * tall), (0.16 * wide, 0.07 * tall), rng.uniform(-25, 25))
        cv2.ellipse(mixed, thumb, (190.0, 140.0, 115.0), -1)
    if rng.random() < 0.3:
        length = rng.randint(3, 9)
        shake = np.zeros((length, length), np.float32)
        cv2.line(shake, (0, rng.randrange(length)), (length - 1, rng.randrange(length)), 1.0)
        mixed = np.asarray(cv2.filter2D(mixed, -1, shake / shake.sum()), np.float32)
    return mixed


def _table_top(source: np.random.Generator, rng: Random, wide: int, tall: int) -> NDArray[np.float32]:
    tone = np.asarray(
        rng.choice([(85, 85, 88), (140, 98, 62), (60, 55, 52), (178, 168, 150), (40, 60, 80), (200, 196, 190), (110, 30, 30)]),
        np.float32,
    )
    cells = rng.choice([(6, 6), (400, 9), (9, 400), (120, 120)])
    grain = cv2.resize(source.random(cells, np.float32), (wide, tall), interpolation=cv2.INTER_CUBIC)
    return np.asarray(tone * (0.92 + rng.uniform(0.02, 0.18) * grain[:, :, None]), np.float32)


def _shadow(table: NDArray[np.float32], mask: Pixels, rng: Random) -> None:
    small = cv2.resize(mask, None, fx=0.125, fy=0.125)
    soft = cv2.GaussianBlur(small, (0, 0), 9)
    shade = cv2.resize(soft, (mask.shape[1], mask.shape[0])).astype(np.float32) / 255
    table *= (1 - rng.uniform(0.2, 0.6) * shade)[:, :, None]


def _light(source: np.random.Generator, rng: Random, shape: tuple[int, int]) -> NDArray[np.float32]:
    tall, wide = shape
    low, high = rng.uniform(0.6, 0.9), rng.uniform(0.98, 1.08)
    corners = np.asarray([[rng.uniform(low, high) for _ in range(2)] for _ in range(2)], np.float32)
    return np.asarray(cv2.resize(corners, (wide, tall), interpolation=cv2.INTER_LINEAR), np.float32) + _clouds(
        source, shape, 5, 0.08
    )


def write_fax(pages: list[Image.Image], medium: str, path: Path, said: tuple[float, float] | None = None) -> None:
    """Write pages as a fax server does: one multi-page TIFF, CCITT Group 4, 204 by 196 or 98 to the inch.

    `said` is another resolution that the file claims to have.
    """
    pages[0].save(path, "TIFF", compression="group4", dpi=said or FAX_DPI[medium], save_all=True, append_images=pages[1:])


def write_photo(image: Image.Image, rng: Random, path: Path) -> None:
    """Write a photo, at times turned with an EXIF note, at times turned with none."""
    exif = Image.Exif()
    how = rng.random()
    if how < 0.25:
        image = image.transpose(Image.Transpose.ROTATE_90)
        exif[0x0112] = 6
    elif how < 0.35:
        image = image.transpose(rng.choice([Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_270]))
    image.save(path, "JPEG", quality=rng.randint(72, 92), exif=exif)
