"""Make a page readable: square, upright, straight, evenly lit; and keep the way back to the page as it arrived."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.fax import is_bilevel, mended
from extractors.paper import fill_dark_edges, find_sheet
from models.geometry import Matrix, Transform

Gray = NDArray[np.uint8]
Affine = NDArray[np.float64]

CLEAN_DPI = 200
"""Resolution of the cleaned page. Tesseract reads forms and faxes best at 200 (stack.md); boxes count in these pixels."""

A4_MM = (210.0, 297.0)
A4_PX = (round(A4_MM[0] / 25.4 * CLEAN_DPI), round(A4_MM[1] / 25.4 * CLEAN_DPI))
FINE_SCALE_MAX = 1.5
"""Crops of values are cut from an image up to this many times finer than the cleaned page (300 dpi)."""

INK_BELOW_GRAY = 170
"""On a cleaned page, a pixel darker than this is ink."""

FAINT_BY = 35
"""A pixel that is so much darker than the paper within some 0.8 mm may be of a faint stroke: a pencil, a pen that fails."""

FAINT_REACH_PX = 8
"""A faint stretch is ink where it goes on from ink, for at most so far: other gray is dirt, or the back of the sheet."""

EDGE_BY = 45
"""A pixel that is so much lighter than one within two pixels is the edge of a stroke, or the gap between two."""

FAINT_SIDES_PX, FAINT_SIDES_BY = 3, 20
"""So far off, on two sides across from each other, paper lies beside a faint stroke, so much lighter; beside the soft edge of a
dark stroke it lies on one side only."""

PREVIEW_PX = 1000
"""Long side, in pixels, of the small image on which sheet, turn and skew are found."""

INK_BELOW = 190
LEAST_INK = 0.0003
FAINTEST_INK = 130
"""On a page whose paper lies at 250: what is darker than INK_BELOW is ink; a page with less than the share LEAST_INK of
it is not stretched; FAINTEST_INK is the gray that may at most be taken for black (a faint copy)."""

LINE_PREVIEW_PX = 15
"""On the preview letters are 4 to 10 pixels high: straight runs longer than this are ruling, the teeth of combs included."""

SKEW_LIMIT_DEG = 11.0
CLEARLY = 1.8
"""Where text runs so much more down than across, or across than down, on a rough look, no finer look at the other way is worth
its time."""


@dataclass(frozen=True)
class CleanPage:
    """A cleaned page.

    `gray` is 0 = ink, 255 = paper at `CLEAN_DPI`; `fine` the same view `fine_scale` times larger, for crops.
    `ink` is 1 where `gray` holds ink. `rotation` (0, 90, 180, 270) and `skew_deg` say how far the arrived page
    was turned clockwise; `transform` leads from `gray` back to the arrived pixels.
    """

    number: int
    gray: Gray
    fine: Gray
    fine_scale: float
    ink: Gray
    transform: Transform
    rotation: int
    skew_deg: float
    is_photo: bool
    is_fax: bool
    contrast: float
    sharpness: float


def clean(
    number: int, pixels: Gray, dpi: tuple[float, float] | None, *,
    trusted_upright: bool = False, turn: Literal[0, 90] | None = None,
) -> CleanPage:  # fmt: skip
    """Clean one page. The upside-down case is left to `turned`, which needs a reader.

    `trusted_upright`: the page bears a text layer whose words already tell the direction, so no turn or skew
    is looked for. `turn` says which way text runs when that is known better than its look tells.
    """
    is_fax = is_bilevel(pixels)
    pixels = mended(pixels) if is_fax else pixels
    squared = _squaring(dpi)
    small, to_squared = _preview(pixels, squared)
    sheet = None if trusted_upright else find_sheet(small)
    if sheet is not None:
        page_to_arrived = squared @ to_squared @ _sheet_matrix(sheet)
        size = A4_PX if _is_portrait(sheet) else A4_PX[::-1]
    else:
        size, scale = _clean_size(pixels.shape, squared, dpi)
        page_to_arrived = squared @ np.diag([scale, scale, 1.0])
    rotation, skew = (0, 0.0) if trusted_upright else _turn_and_skew(pixels, page_to_arrived, size, turn)
    matrix, size = _straighten(page_to_arrived, size, rotation, skew)
    fine_scale = _fine_scale(matrix, size)
    return _render(number, pixels, matrix, size, fine_scale, rotation, skew, is_photo=sheet is not None, is_fax=is_fax)


def turned(page: CleanPage) -> CleanPage:
    """The same page turned by 180 degrees."""
    height, width = page.gray.shape
    flip = np.array([[-1.0, 0, width - 1], [0, -1.0, height - 1], [0, 0, 1.0]])
    matrix = np.array(page.transform.matrix) @ flip
    return replace(
        page,
        gray=_half_turn(page.gray),
        fine=_half_turn(page.fine),
        ink=_half_turn(page.ink),
        rotation=(page.rotation + 180) % 360,
        transform=page.transform._replace(matrix=_as_matrix(matrix)),
    )


def _half_turn(image: Gray) -> Gray:
    return np.ascontiguousarray(image[::-1, ::-1])


def _squaring(dpi: tuple[float, float] | None) -> Affine:
    """Map squared pixels to arrived pixels: a fax has fewer lines down the page than pixels across."""
    return np.diag([1.0, 1.0 / line_stretch(dpi), 1.0])


def line_stretch(dpi: tuple[float, float] | None) -> float:
    """Tell how many times higher a pixel is than wide: 1 for a scan, 2.08 for a fax of standard resolution."""
    if dpi is not None and (1.02 < dpi[0] / dpi[1] < 4.5 or 0.22 < dpi[0] / dpi[1] < 0.98):
        return dpi[0] / dpi[1]
    return 1.0


def _preview(pixels: Gray, squared: Affine) -> tuple[Gray, Affine]:
    """Shrink the squared page to about PREVIEW_PX; also give preview → squared pixels."""
    height, width = pixels.shape
    square_height = height / squared[1, 1]
    factor = max(width, square_height) / PREVIEW_PX
    size = (max(1, round(width / factor)), max(1, round(square_height / factor)))
    small = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    return small, np.diag([factor, factor, 1.0])


def _clean_size(shape: tuple[int, ...], squared: Affine, dpi: tuple[float, float] | None) -> tuple[tuple[int, int], float]:
    """Size in cleaned pixels, and squared pixels per cleaned pixel.

    A page without a believable resolution is taken for A4: nothing else tells how large its letters are.
    """
    width, height = shape[1], shape[0] / squared[1, 1]
    long_mm = max(width, height) / dpi[0] * 25.4 if dpi else 0.0
    scale = dpi[0] / CLEAN_DPI if dpi and 140 < long_mm < 500 else max(width, height) / A4_PX[1]
    return (max(1, round(width / scale)), max(1, round(height / scale))), scale


def _is_portrait(sheet: NDArray[np.float32]) -> bool:
    top, right, bottom, left = (float(np.linalg.norm(sheet[i] - sheet[(i + 1) % 4])) for i in range(4))
    return left + right >= top + bottom


def _sheet_matrix(sheet: NDArray[np.float32]) -> Affine:
    """Map cleaned A4 pixels to preview pixels; `sheet` holds corners from top left, clockwise."""
    width, height = A4_PX if _is_portrait(sheet) else A4_PX[::-1]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    return np.asarray(cv2.getPerspectiveTransform(corners, sheet.astype(np.float32)), dtype=np.float64)


def _turn_and_skew(
    pixels: Gray, page_to_arrived: Affine, size: tuple[int, int], turn: Literal[0, 90] | None
) -> tuple[int, float]:  # fmt: skip
    """Find whether lines of text run down the page (90) and by how many degrees they slope."""
    shrink = max(size) / PREVIEW_PX
    matrix = page_to_arrived @ np.diag([shrink, shrink, 1.0])
    small = _warp(pixels, matrix, (round(size[0] / shrink), round(size[1] / shrink)))
    ink = _text_ink(flatten(small))
    if ink.sum() < LEAST_INK * ink.size:
        return 0, 0.0
    ways = ink, np.ascontiguousarray(np.rot90(ink))
    across, down = (_rough_skew(way) for way in ways)
    if turn is None and max(across[1], down[1]) < CLEARLY * min(across[1], down[1]):
        across, down = (_fine_skew(way, rough[0]) for way, rough in zip(ways, (across, down), strict=True))
    # Ruled forms have columns too: text must run clearly more down than across before a page is turned.
    if turn == 90 or (turn is None and down[1] > 1.25 * across[1]):
        return 90, _fine_skew(ways[1], down[0])[0]
    return 0, _fine_skew(ways[0], across[0])[0]


def _text_ink(gray: Gray) -> Gray:
    """Ink of letters: what is dark, less ruling lines, streaks and anything large."""
    ink = np.asarray((gray < 165).astype(np.uint8))
    for kernel in ((LINE_PREVIEW_PX, 1), (1, LINE_PREVIEW_PX)):
        lines = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones(kernel[::-1], np.uint8))
        ink = np.where(cv2.dilate(lines, np.ones((3, 3), np.uint8)) > 0, 0, ink).astype(np.uint8)
    return ink


def _rough_skew(ink: Gray) -> tuple[float, float]:
    """The slope to half a degree or so at which rows of ink stand out sharpest, and how sharp, on an image half as large."""
    small = cv2.resize(ink * 255, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    return sharpest((small > 60).astype(np.uint8), np.arange(-SKEW_LIMIT_DEG, SKEW_LIMIT_DEG + 0.1, 1.0))


def _fine_skew(ink: Gray, rough: float) -> tuple[float, float]:
    """The slope to a tenth of a degree."""
    nearer, _ = sharpest(ink, np.arange(rough - 1.0, rough + 1.01, 0.25))
    return sharpest(ink, np.arange(nearer - 0.2, nearer + 0.21, 0.1))


def sharpest(ink: Gray, angles: NDArray[np.float64]) -> tuple[float, float]:
    """Of some slopes in degrees, the one at which rows of ink stand out sharpest, and how sharp."""
    height, width = ink.shape
    best = (0.0, -1.0)
    image = (ink * 255).astype(np.uint8)
    for angle in angles:
        # A shear moves rows as a small rotation does, and costs less.
        shear = np.array([[1.0, 0, 0], [-np.tan(np.radians(angle)), 1.0, np.tan(np.radians(angle)) * width / 2]])
        moved = cv2.warpAffine(image, shear, (width, height), flags=cv2.INTER_NEAREST)
        rows = cv2.reduce(moved, 1, cv2.REDUCE_SUM, dtype=cv2.CV_32S).ravel().astype(np.float64) / 255
        score = float(np.sum(np.diff(rows) ** 2))
        if score > best[1]:
            best = (float(angle), score)
    return best


def _straighten(matrix: Affine, size: tuple[int, int], rotation: int, skew: float) -> tuple[Affine, tuple[int, int]]:
    width, height = size
    if rotation == 90:
        # The clean page's x runs up the unturned page: np.rot90 turns counter-clockwise.
        turn = np.array([[0, -1.0, width - 1], [1.0, 0, 0], [0, 0, 1.0]])
        matrix, width, height = matrix @ turn, height, width
    radians = np.radians(skew)
    cos, sin = np.cos(radians), np.sin(radians)
    cx, cy = width / 2, height / 2
    rotate = np.array([[cos, -sin, cx - cos * cx + sin * cy], [sin, cos, cy - sin * cx - cos * cy], [0, 0, 1.0]])
    return matrix @ rotate, (width, height)


def _fine_scale(matrix: Affine, size: tuple[int, int]) -> float:
    """How much finer than CLEAN_DPI the arrived pixels are, at the page's middle, within 1…FINE_SCALE_MAX."""
    x, y = size[0] / 2, size[1] / 2
    points = np.array([[[x, y], [x + 10, y]]])
    a, b = cv2.perspectiveTransform(points, matrix)[0]
    return float(np.clip(np.linalg.norm(a - b) / 10, 1.0, FINE_SCALE_MAX))


def _warp(pixels: Gray, matrix: Affine, size: tuple[int, int]) -> Gray:
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    source, offset = _shrunk_for(pixels, matrix, size)
    return np.asarray(
        cv2.warpPerspective(source, offset @ matrix, size, flags=flags, borderMode=cv2.BORDER_CONSTANT, borderValue=255)
    )


def _shrunk_for(pixels: Gray, matrix: Affine, size: tuple[int, int]) -> tuple[Gray, Affine]:
    """Average neighbouring pixels first when the warp would skip some: a thin stroke must not fall between two."""
    points = np.array([[[size[0] / 2, size[1] / 2], [size[0] / 2 + 10, size[1] / 2], [size[0] / 2, size[1] / 2 + 10]]])
    middle, right, below = cv2.perspectiveTransform(points, matrix)[0]
    step = min(float(np.linalg.norm(right - middle)), float(np.linalg.norm(below - middle))) / 10
    if step < 1.6:
        return pixels, np.eye(3)
    height, width = pixels.shape
    shrunk = cv2.resize(pixels, (round(width / step), round(height / step)), interpolation=cv2.INTER_AREA)
    return np.asarray(shrunk, dtype=np.uint8), np.diag([shrunk.shape[1] / width, shrunk.shape[0] / height, 1.0])


def flatten(gray: Gray) -> Gray:
    """Take shade, yellowed paper, dark edges and punch holes out: every place is measured against the paper around it.

    A page without ink stays as it is: only pixels clearly darker than paper are taken for ink and stretched.
    """
    height, width = gray.shape
    factor = max(1, round(max(height, width) / 290))
    small = cv2.resize(gray, (max(1, width // factor), max(1, height // factor)), interpolation=cv2.INTER_AREA)
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((9, 9), np.uint8)), 9)
    paper = cv2.resize(cv2.GaussianBlur(paper, (0, 0), 3), (width, height), interpolation=cv2.INTER_LINEAR)
    level = np.asarray(cv2.divide(gray, np.maximum(paper, 30), scale=250), dtype=np.uint8)
    return _stretched(fill_dark_edges(level))


def _stretched(level: Gray) -> Gray:
    """Stretch so that the darker quarter of the ink becomes black."""
    histogram = np.bincount(level[::2, ::2].ravel(), minlength=256)
    dark = histogram[:INK_BELOW]
    if dark.sum() < LEAST_INK * histogram.sum():
        return level
    black = int(np.searchsorted(np.cumsum(dark), 0.25 * dark.sum()))
    black = min(black, FAINTEST_INK)
    table = np.clip((np.arange(256) - black) * 250.0 / (245 - black), 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(level, table))


def _render(
    number: int, pixels: Gray, matrix: Affine, size: tuple[int, int], fine_scale: float, rotation: int, skew: float,
    *, is_photo: bool, is_fax: bool,
) -> CleanPage:  # fmt: skip
    fine_size = (round(size[0] * fine_scale), round(size[1] * fine_scale))
    fine = _warp(pixels, matrix @ np.diag([1 / fine_scale, 1 / fine_scale, 1.0]), fine_size)
    if np.median(fine[::5, ::5]) < 110:
        fine = np.asarray(255 - fine)  # white letters on black: a negative
    contrast = float(np.percentile(fine[::3, ::3], 60) - np.percentile(fine[::3, ::3], 0.5)) / 255
    fine = fill_dark_edges(fine) if is_fax else flatten(fine)
    gray = fine if fine_scale == 1.0 else np.asarray(cv2.resize(fine, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    return CleanPage(
        number=number,
        gray=gray,
        fine=fine,
        fine_scale=fine_scale,
        ink=ink_of(gray, is_fax=is_fax),
        transform=Transform(_as_matrix(matrix), pixels.shape[1], pixels.shape[0]),
        rotation=rotation,
        skew_deg=round(skew, 2),
        is_photo=is_photo,
        is_fax=is_fax,
        contrast=contrast,
        sharpness=_sharpness(gray),
    )


def ink_of(gray: Gray, *, is_fax: bool) -> Gray:
    """The ink of a cleaned page, as 1: what is dark, and faint stretches that go on from it."""
    dark = np.asarray((gray < INK_BELOW_GRAY).astype(np.uint8))
    if is_fax:
        return dark
    hat = cv2.morphologyEx(gray, cv2.MORPH_BLACKHAT, np.ones((13, 13), np.uint8))
    middle = cv2.subtract(gray, cv2.erode(gray, np.ones((5, 5), np.uint8))) < EDGE_BY
    faint = ((hat > FAINT_BY) & middle & _is_ridge(gray)).astype(np.uint8) | dark
    ink = dark
    for _ in range(FAINT_REACH_PX):
        ink = np.asarray(cv2.dilate(ink, np.ones((3, 3), np.uint8)), dtype=np.uint8) & faint
    return ink


def _is_ridge(gray: Gray) -> NDArray[np.bool_]:
    """Where it is lighter on both sides, in one of four directions: in the middle of a stroke, however pale."""
    reach = FAINT_SIDES_PX
    height, width = gray.shape
    wide = cv2.copyMakeBorder(gray, reach, reach, reach, reach, cv2.BORDER_REPLICATE)
    limit = cv2.add(gray, np.full_like(gray, FAINT_SIDES_BY))
    ridge = np.zeros(gray.shape, dtype=bool)
    for dx, dy in ((reach, 0), (0, reach), (reach, reach), (reach, -reach)):
        one = wide[reach + dy : reach + dy + height, reach + dx : reach + dx + width]
        other = wide[reach - dy : reach - dy + height, reach - dx : reach - dx + width]
        ridge |= np.minimum(one, other) > limit
    return ridge


def _sharpness(gray: Gray) -> float:
    """Steepness of the edges of ink, 0…1: how fast gray falls from paper to ink."""
    edges = np.abs(cv2.Sobel(gray, cv2.CV_32F, 1, 0, ksize=3)[::2, ::2])
    strong = edges[edges > 120]
    return float(np.clip(strong.mean() / 800, 0, 1)) if strong.size > 200 else 0.0


def _as_matrix(matrix: Affine) -> Matrix:
    rows = [tuple(float(v) for v in row) for row in matrix]
    return (rows[0], rows[1], rows[2])  # type: ignore[return-value]
