from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.limits import believable_dpi


@pytest.mark.parametrize(
    ("dpi", "size"),
    [
        ((204.0, 98.0), (1728, 1146)),
        ((204.0, 196.0), (1728, 2292)),
        ((204.0, 391.0), (1728, 4584)),
        ((300.0, 300.0), (2480, 3508)),
    ],
)
def test_resolutions_of_faxes_and_scans_are_believed(dpi: tuple[float, float], size: tuple[int, int]) -> None:
    assert believable_dpi(dpi, *size) == dpi


@pytest.mark.parametrize(
    ("dpi", "size"),
    [
        ((72.0, 72.0), (3024, 4032)),  # a phone's photo: a metre and a half of paper
        ((1.0, 1.0), (2480, 3508)),
        ((9999.0, 9999.0), (2480, 3508)),
        ((0.0, 0.0), (2480, 3508)),
        ((float("nan"), 300.0), (2480, 3508)),
        ((600.0, 100.0), (2480, 3508)),
        (None, (2480, 3508)),
    ],
)
def test_resolutions_that_no_paper_has_are_dropped(dpi: tuple[float, float] | None, size: tuple[int, int]) -> None:
    assert believable_dpi(dpi, *size) is None


def test_fax_dots_per_centimetre_called_dots_per_inch_are_repaired() -> None:
    repaired = believable_dpi((80.31, 38.5), 1728, 1146)

    assert repaired == pytest.approx((204, 97.8), abs=0.2)


@given(st.floats(), st.floats(), st.integers(1, 20_000), st.integers(1, 20_000))
def test_what_is_believed_gives_a_paper_that_exists(across: float, down: float, width: int, height: int) -> None:
    dpi = believable_dpi((across, down), width, height)

    assert dpi is None or 2.4 < max(width / dpi[0], height / dpi[1]) < 25.1
