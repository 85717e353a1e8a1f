"""How much one file may ask of us, and what the decoders hand over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Gray = NDArray[np.uint8]
Dpi = tuple[float, float]

# Longest side of an A3 page at 600 dpi is 9,922 pixels, of a two-metre roll fax 16,000.
MAX_SIDE_PX = 20_000


@dataclass(frozen=True)
class Limits:
    """What opening one file may cost; more than that ends in an error, never in a shorter file.

    Pixels are counted before a page is decoded. Seconds are wall clock spent on decoding, not the time the
    caller takes between pages. Memory is what the decoding child may add to its start size.
    """

    max_pages: int = 500
    max_page_px: int = 120_000_000
    max_page_seconds: float = 30.0
    max_seconds: float = 300.0
    max_memory_bytes: int = 850_000_000


class RawWord(NamedTuple):
    """A word of a PDF's text layer; box in pixels of the rendering."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float


class RawPage(NamedTuple):
    """One decoded page; `words` is an unchecked text layer, None when there is none worth checking."""

    pixels: Gray
    dpi: Dpi | None
    words: tuple[RawWord, ...] | None


# Smallest and largest paper we believe in, inches along the longer side: half a receipt, and A2.
_PAPER_INCHES = (2.5, 25.0)
# Fax pixels are 2.08 times wider than high (204×98), or 1.9 times higher than wide (204×391).
_PIXEL_RATIO = (0.45, 2.3)
# Source: ITU-T T.4 clause 2, in dots per centimetre; written by senders that mean centimetres and say inches.
_FAX_PER_CM = ((80.4, 160.8), (38.5, 77.0, 154.0))


def believable_dpi(dpi: Dpi | None, width: int, height: int) -> Dpi | None:
    """Drop a resolution that no paper has; repair a fax's dots per centimetre given as dots per inch."""
    if dpi is None or not all(1.0 <= value <= 10_000.0 for value in dpi):
        return None
    across, down = dpi
    if _is_near(across, _FAX_PER_CM[0]) and _is_near(down, _FAX_PER_CM[1]):
        across, down = across * 2.54, down * 2.54
    longer_inches = max(width / across, height / down)
    if not _PAPER_INCHES[0] <= longer_inches <= _PAPER_INCHES[1]:
        return None
    if not _PIXEL_RATIO[0] <= across / down <= _PIXEL_RATIO[1]:
        return None
    return round(across, 2), round(down, 2)


def _is_near(value: float, densities: tuple[float, ...]) -> bool:
    return any(abs(value - density) <= 0.02 * density for density in densities)
