"""Pages as pictures that stand upright: where a box of the page as it arrived lies on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from intake.store.viewing import PageView

_LEAST_PAD_PX = 12.0
_NO_SIZE = (1000, 1414)  # a page that nobody could draw is shown as an empty sheet of A4's shape


@dataclass(frozen=True)
class Picture:
    """One page's picture. `width` and `height` are those of the upright page, `transform` turns the kept picture upright."""

    page: PageView

    @property
    def turn(self) -> int:
        """By how much the kept picture is turned, clockwise, to stand upright."""
        return (360 - self.page.rotation) % 360

    @property
    def address(self) -> str:
        return f"/work/pictures/{self.page.file_id}/{self.page.number}" if self.page.image_sha256 else ""

    @property
    def kept_size(self) -> tuple[int, int]:
        return (self.page.width_px or _NO_SIZE[0], self.page.height_px or _NO_SIZE[1])

    @property
    def width(self) -> int:
        return self.kept_size[1] if self.turn % 180 else self.kept_size[0]

    @property
    def height(self) -> int:
        return self.kept_size[0] if self.turn % 180 else self.kept_size[1]

    @property
    def transform(self) -> str:
        width, height = self.kept_size
        return {
            0: "", 90: f"translate({height} 0) rotate(90)", 180: f"rotate(180 {width / 2:g} {height / 2:g})",
            270: f"translate(0 {width}) rotate(-90)",
        }[self.turn]  # fmt: skip

    def place(self, box: Sequence[float]) -> tuple[float, float, float, float]:
        """Where a box (shares of the page as it arrived) lies on the upright page: x, y, width, height in its pixels."""
        width, height = self.kept_size
        x0, y0, x1, y1 = box[0] * width, box[1] * height, box[2] * width, box[3] * height
        left, top = {0: (x0, y0), 90: (height - y1, x0), 180: (width - x1, height - y1), 270: (y0, width - x1)}[self.turn]
        wide, high = (y1 - y0, x1 - x0) if self.turn % 180 else (x1 - x0, y1 - y0)
        return round(left, 1), round(top, 1), round(wide, 1), round(high, 1)

    def window(self, box: Sequence[float]) -> str:
        """The part of the upright page to cut out around a box, as an SVG viewBox: with a little of its surroundings."""
        x, y, width, height = self.place(box)
        pad = max(height * 0.4, _LEAST_PAD_PX)
        left, top = max(0.0, x - pad), max(0.0, y - pad)
        right, bottom = min(self.width, x + width + pad), min(self.height, y + height + pad)
        return f"{left:.1f} {top:.1f} {right - left:.1f} {bottom - top:.1f}"
