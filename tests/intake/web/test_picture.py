"""Where a box lies on a page that stands upright."""

from __future__ import annotations

from uuid import UUID

import pytest

from intake.store.viewing import PageView
from intake.web.picture import Picture


def picture(rotation: int, sha256: str | None = "a" * 64) -> Picture:
    return Picture(
        PageView(
            file_id=UUID(int=1), number=2, state="in_document", document_id=None, image_sha256=sha256, width_px=1000,
            height_px=2000, words=None, rotation=rotation,
        )
    )  # fmt: skip


@pytest.mark.parametrize(
    ("rotation", "size", "place"),
    [
        (0, (1000, 2000), (100, 200, 300, 100)),
        (180, (1000, 2000), (600, 1700, 300, 100)),
        (90, (2000, 1000), (200, 600, 100, 300)),
        (270, (2000, 1000), (1700, 100, 100, 300)),
    ],
)
def test_a_box_turns_with_its_page(rotation: int, size: tuple[int, int], place: tuple[float, ...]) -> None:
    one = picture(rotation)

    assert (one.width, one.height) == size
    assert one.place((0.1, 0.1, 0.4, 0.15)) == place


def test_the_window_around_a_box_stays_on_the_page() -> None:
    left, top, width, height = map(float, picture(0).window((0.0, 0.0, 0.999, 0.01)).split())

    assert (left, top) == (0, 0)
    assert width <= 1000 and height > 20


def test_a_page_that_nobody_could_draw_has_no_address() -> None:
    assert picture(0, None).address == ""
    assert picture(0).address == f"/work/pictures/{UUID(int=1)}/2"
