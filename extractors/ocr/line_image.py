"""Bring the crop of one written line to the form the hand-print recogniser was trained on."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Gray = NDArray[np.uint8]

HEIGHT_PX = 32
STRETCH = 1.25
"""Lines are widened: narrow letters that touch still get a step of the network each."""

WIDTH_PX = (24, 1200)
LEAST_INK_HEIGHT_PX = 16
"""A dash alone is not blown up to the height of a letter."""

LEAST_CONTRAST = 24
"""Grays nearer than this are paper, not ink that must be spread."""

_EDGE_PX = 4
_SPECK_SHARE = 0.004  # of the crop's height squared: at 40 px, six pixels


def normal_line(gray: Gray) -> Gray:
    """Tighten a crop to its ink, bring it to HEIGHT_PX and spread its grays to 0…255, ink dark on white."""
    box = _ink_box(gray)
    if box is not None:
        x0, y0, x1, y1 = box
        gray = gray[y0:y1, x0:x1]
    height, width = gray.shape
    wide = int(np.clip(round(width * HEIGHT_PX / height * STRETCH), *WIDTH_PX))
    method = cv2.INTER_AREA if height > HEIGHT_PX else cv2.INTER_CUBIC
    line = cv2.resize(gray, (wide, HEIGHT_PX), interpolation=method).astype(np.float32)
    dark, light = np.percentile(line, (2, 90))
    dark = min(dark, light - LEAST_CONTRAST)
    return np.asarray(np.clip((line - dark) / (light - dark) * 255, 0, 255), dtype=np.uint8)


def _ink_box(gray: Gray) -> tuple[int, int, int, int] | None:
    """Left, top, right and bottom of what is larger than a speck, with a narrow edge; None for an empty crop."""
    limit, _ = cv2.threshold(cv2.GaussianBlur(gray, (0, 0), 0.8), 0, 255, cv2.THRESH_OTSU)
    _, _, stats, _ = cv2.connectedComponentsWithStats((gray <= limit).astype(np.uint8), connectivity=8)
    body = stats[1:]
    body = body[body[:, cv2.CC_STAT_AREA] >= max(4.0, _SPECK_SHARE * gray.shape[0] ** 2)]
    if len(body) == 0:
        return None
    height, width = gray.shape
    x0, y0 = int(body[:, 0].min()), int(body[:, 1].min())
    x1, y1 = int((body[:, 0] + body[:, 2]).max()), int((body[:, 1] + body[:, 3]).max())
    lacking = max(0, LEAST_INK_HEIGHT_PX - (y1 - y0))
    y0, y1 = y0 - lacking // 2, y1 + (lacking + 1) // 2
    return max(0, x0 - _EDGE_PX), max(0, y0 - _EDGE_PX // 2), min(width, x1 + _EDGE_PX), min(height, y1 + _EDGE_PX // 2)
