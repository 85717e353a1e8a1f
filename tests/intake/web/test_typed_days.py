from __future__ import annotations

from datetime import date

import pytest

from intake.web.typed_days import typed_day

TODAY = date(2026, 1, 10)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("12.3.2019", date(2019, 3, 12)),
        ("12.3.19", date(2019, 3, 12)),
        (" 2.1. ", date(2026, 1, 2)),
        ("24.12.", date(2025, 12, 24)),
        ("2412", date(2025, 12, 24)),
        ("120319", date(2019, 3, 12)),
        ("12032019", date(2019, 3, 12)),
        ("12/3/2019", date(2019, 3, 12)),
        ("2019-03-12", date(2019, 3, 12)),
        ("Eilen", date(2026, 1, 9)),
        ("i dag", TODAY),
    ],
)
def test_a_day_is_read_as_people_type_it(typed: str, day: date) -> None:
    assert typed_day(typed, TODAY) == day


@pytest.mark.parametrize("typed", ["", "31.2.2026", "12", "huomenna", "12.13.2026", "1.2.3.4"])
def test_what_is_no_day_is_said(typed: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        typed_day(typed, TODAY)
