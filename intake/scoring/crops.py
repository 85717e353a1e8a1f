"""Cut the places that values were read from out of the papers as they arrived, small enough for a web page."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from extractors.cleanup import line_stretch
from extractors.limits import Gray
from extractors.pages import ArrivedPage, open_pages

Place = tuple[int, Sequence[float]]
"""Page number and box, in shares of the page as it arrived."""

AROUND = (0.018, 0.009)
"""How much of the page, across and down, is shown around a value."""

MOST_PX = (760, 260)
QUALITY = 55


def crops_of(paper: Path, record: Mapping[str, Any], places: Sequence[Place]) -> dict[Place, str]:
    """Give a `data:` address for each place of one paper. Raises what opening it raises."""
    turns = {page["number"]: int(page.get("rotation", 0)) for page in record.get("pages", [])}
    wanted = {place[0] for place in places}
    crops: dict[Place, str] = {}
    for page in open_pages(paper.read_bytes(), paper.name):
        if page.number in wanted:
            crops |= {place: _address(_crop(page, place[1], turns)) for place in places if place[0] == page.number}
        if page.number >= max(wanted, default=0):
            break
    return crops


def _crop(page: ArrivedPage, box: Sequence[float], turns: Mapping[int, int]) -> Gray:
    """Cut a box out with some paper around it: square pixels, upright, no larger than MOST_PX."""
    height, width = page.pixels.shape
    turn = turns.get(page.number, 0)
    dx, dy = AROUND if turn % 180 == 0 else AROUND[::-1]
    x0, x1 = (round(min(max(share, 0), 1) * width) for share in (box[0] - dx, box[2] + dx))
    y0, y1 = (round(min(max(share, 0), 1) * height) for share in (box[1] - dy, box[3] + dy))
    cut = page.pixels[y0 : max(y1, y0 + 1), x0 : max(x1, x0 + 1)]
    squared = cv2.resize(cut, None, fx=1, fy=line_stretch(page.dpi), interpolation=cv2.INTER_AREA)
    upright = np.ascontiguousarray(np.rot90(squared, turn // 90))
    shrink = min(1.0, MOST_PX[0] / upright.shape[1], MOST_PX[1] / upright.shape[0])
    return np.asarray(cv2.resize(upright, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _address(crop: Gray) -> str:
    _, packed = cv2.imencode(".webp", crop, [cv2.IMWRITE_WEBP_QUALITY, QUALITY])
    return "data:image/webp;base64," + base64.b64encode(packed.tobytes()).decode("ascii")
