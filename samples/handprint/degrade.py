"""What happens to ink between the pen and the reader's crop: ruling and its removal, scanners, faxes, cameras, lifting out.

Pictures come in at 300 dpi; what goes out looks like the crops of `extractors.inkmap`, at 200 to 300 dpi.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from samples.handprint.drawing import Gray

DRAWN_DPI = 300
INK_BELOW = 170
"""As in the product: a gray below it is ink (docs/decisions.md)."""

Real = NDArray[np.float32]


def ruled(picture: Gray, base: float, capital_px: float, pitch_px: float, rng: np.random.Generator) -> Gray:
    """Print what a form has around the writing: a line under it, walls of a comb; as pieces that its removal left over."""
    out = picture.copy()
    if rng.random() < 0.22:
        y = round(base + rng.uniform(-0.25, 0.45) * capital_px)
        _line(out, y, rng)
    if pitch_px and rng.random() < 0.5:
        _walls(out, base, capital_px, pitch_px, rng)
    return out


def _line(out: Gray, y: int, rng: np.random.Generator) -> None:
    """A ruling line through the writing: whole strokes are cut where it was, or bits of it stay."""
    height, width = out.shape
    thick = int(rng.integers(2, 6))
    if not 0 <= y < height - thick:
        return
    if rng.random() < 0.55:
        band = out[y : y + thick]
        keep = rng.random() < 0.6  # the product keeps what crosses the line, as far as it sees it
        for x in range(0, width, 24):
            if not keep or rng.random() < 0.3:
                band[:, x : x + 24] = 255
        return
    for _ in range(int(rng.integers(1, 5))):
        x = int(rng.integers(0, max(1, width - 20)))
        out[y : y + thick, x : x + int(rng.integers(6, 140))] = int(rng.integers(0, 120))


def _walls(out: Gray, base: float, capital_px: float, pitch_px: float, rng: np.random.Generator) -> None:
    top, bottom = round(base - capital_px * rng.uniform(0.9, 1.4)), round(base + capital_px * rng.uniform(0.05, 0.4))
    short = rng.random() < 0.5  # ticks at the foot only
    for x in np.arange(30.0, out.shape[1], pitch_px):
        if rng.random() < 0.35:
            start = round(bottom - capital_px * 0.35) if short else top + int(rng.integers(0, max(1, (bottom - top) // 2)))
            end = bottom if short else start + int(rng.integers(4, max(5, (bottom - top) // 2)))
            at = round(x + rng.normal(0, 3))
            out[max(0, start) : max(0, end), max(0, at) : max(0, at + int(rng.integers(2, 5)))] = int(rng.integers(0, 110))


def arrived(picture: Gray, rng: np.random.Generator) -> Gray:
    """Send a picture through one medium, and give the crop that the reader would get."""
    medium = rng.choice(["clean", "scan", "two_tone", "fax_fine", "fax_std", "photo"], p=[0.07, 0.37, 0.1, 0.18, 0.16, 0.12])
    faint = 255 - (255 - picture.astype(np.float32)) * np.float32(rng.choice([1.0, rng.uniform(0.55, 1.0)]))
    page = _MEDIA[medium](faint, rng)
    return lifted(np.asarray(np.clip(page, 0, 255), np.uint8), rng)


def _resized(picture: Real, dpi_x: float, dpi_y: float, method: int = cv2.INTER_AREA, at: float = DRAWN_DPI) -> Real:
    size = (max(8, round(picture.shape[1] * dpi_x / at)), max(8, round(picture.shape[0] * dpi_y / at)))
    return np.asarray(cv2.resize(picture, size, interpolation=method), np.float32)


def _noise(shape: tuple[int, ...], rng: np.random.Generator) -> Real:
    return rng.standard_normal(shape, np.float32)


def _blur(picture: Real, sigma: float) -> Real:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), np.float32) if sigma > 0.2 else picture


def _clean(picture: Real, rng: np.random.Generator) -> Real:
    dpi = rng.uniform(200, 300)
    return _resized(picture, dpi, dpi)


def _scan(picture: Real, rng: np.random.Generator) -> Real:
    dpi = rng.choice([200, 200, 240, 300])
    page = _blur(_resized(picture, dpi, dpi), rng.uniform(0.2, 1.3))
    low, high = rng.uniform(0, 110), rng.uniform(225, 255)
    page = low + page * np.float32((high - low) / 255) + _noise(page.shape, rng) * np.float32(rng.uniform(1, 12))
    if rng.random() < 0.4:
        page = _jpeg(page, int(rng.integers(35, 85)))
    return page * np.float32(250 / high)  # the page's own paper is made white


def _jpeg(page: Real, quality: int) -> Real:
    _, packed = cv2.imencode(".jpg", np.asarray(np.clip(page, 0, 255), np.uint8), [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), np.float32)


def _two_tone(picture: Real, rng: np.random.Generator) -> Real:
    page = _blur(_resized(picture, 300, 300), rng.uniform(0.3, 1.2))
    page = page + _noise(page.shape, rng) * np.float32(rng.uniform(4, 22))
    black = np.where(page > rng.uniform(105, 205), np.float32(255), np.float32(0)).astype(np.float32)
    return _specks(black, rng)


def _specks(page: Real, rng: np.random.Generator) -> Real:
    share = rng.choice([0.0, 0.0003, 0.001])
    chance = rng.random(page.shape, np.float32)
    page[chance < share] = 0
    page[chance > 1 - share * 2] = 255
    return page


def _fax(picture: Real, rng: np.random.Generator, lines_dpi: float) -> Real:
    page = _resized(picture, 204, lines_dpi)
    page = page + _noise(page.shape, rng) * np.float32(rng.uniform(3, 20))
    page = _specks(np.where(page > rng.uniform(110, 200), np.float32(255), np.float32(0)).astype(np.float32), rng)
    for _ in range(int(rng.choice([0, 0, 0, 1, 1, 2]))):
        row = int(rng.integers(1, page.shape[0] - 1))
        page[row] = page[row - 1] if rng.random() < 0.7 else 255
    method = int(rng.choice([cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_NEAREST]))
    size = (round(page.shape[1] * 200 / 204), round(page.shape[0] * 200 / lines_dpi))
    return np.asarray(cv2.resize(page, size, interpolation=method), np.float32)


def _fax_fine(picture: Real, rng: np.random.Generator) -> Real:
    return _fax(picture, rng, 196)


def _fax_std(picture: Real, rng: np.random.Generator) -> Real:
    return _fax(picture, rng, 98)


def _photo(picture: Real, rng: np.random.Generator) -> Real:
    dpi = rng.uniform(190, 290)
    page = _blur(_resized(picture, dpi, dpi), rng.uniform(0.6, 1.8))
    light = cv2.resize(rng.uniform(0.7, 1.0, (2, 4)).astype(np.float32), page.shape[::-1], interpolation=cv2.INTER_LINEAR)
    page = (rng.uniform(10, 90) + page * np.float32(0.7)) * light + _noise(page.shape, rng) * np.float32(rng.uniform(1, 7))
    if rng.random() < 0.5:
        page = page / light * np.float32(rng.uniform(1.0, 1.25))  # flattened, as the product does, more or less well
    page = _jpeg(page, int(rng.integers(40, 90)))
    return page * np.float32(245 / max(80.0, float(np.percentile(page, 80))))


_MEDIA = {"clean": _clean, "scan": _scan, "two_tone": _two_tone, "fax_fine": _fax_fine, "fax_std": _fax_std, "photo": _photo}


def lifted(page: Gray, rng: np.random.Generator) -> Gray:
    """Lift the ink out as the product does: specks dropped, all but the pieces and their near surroundings painted white."""
    if rng.random() < 0.1:
        return page
    ink = (page < INK_BELOW).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    kept = stats[:, cv2.CC_STAT_AREA] >= 6
    kept[0] = False
    mask = kept[labels].astype(np.uint8)
    if not mask.any():
        return page
    near = cv2.dilate(mask, np.ones((5, 5), np.uint8))
    return np.where(near > 0, page, 255).astype(np.uint8)
