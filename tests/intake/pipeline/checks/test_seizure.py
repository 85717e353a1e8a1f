from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.pipeline.checks.seizure import protected_share, seized, seized_fixed

GUIDE_DAY = date(2019, 1, 4)
S0, S1, S2, S3 = (Decimal(share) for share in ("672.30", "913.50", "1154.70", "1395.90"))
SUMS = st.decimals(0, 20_000, places=2)


@pytest.mark.parametrize(("dependants", "share"), [(0, S0), (1, S1), (2, S2), (3, S3), (4, Decimal("1637.10"))])
def test_c55_protected_share_of_the_guide(dependants: int, share: Decimal) -> None:
    assert protected_share(dependants, GUIDE_DAY) == share


def test_c55_a_later_year_takes_its_own_figure() -> None:
    assert protected_share(0, date(2023, 5, 1)) == Decimal("922.50")


# Every row of check C56.
ROWS = [
    (S0, "600.00", "0.00"), (S0, "672.30", "0.00"), (S0, "700.00", "18.47"), (S0, "1000.00", "218.47"), (S0, "1344.60", "448.20"),
    (S0, "2000.00", "666.67"), (S0, "2689.20", "896.40"), (S0, "3500.00", "1545.04"), (S0, "4183.20", "2091.60"),
    (S0, "5000.00", "2500.00"), (S1, "913.50", "0.00"), (S1, "1500.00", "391.00"), (S1, "1827.00", "609.00"),
    (S1, "2500.00", "833.33"), (S1, "3654.00", "1218.00"), (S1, "4200.00", "1654.80"), (S1, "7000.00", "3500.00"),
    (S2, "1500.00", "230.20"), (S2, "3000.00", "1000.00"), (S3, "6000.00", "2194.32"),
]  # fmt: skip


@pytest.mark.parametrize(("share", "net", "taken"), ROWS)
def test_c56_amount_taken(share: Decimal, net: str, taken: str) -> None:
    assert seized(Decimal(net), share) == Decimal(taken)


@pytest.mark.parametrize(("net", "fixed", "taken"), [("900", "300", "227.70"), ("900", "150", "150.00"), ("650", "150", "0.00")])
def test_c56_a_fixed_sum(net: str, fixed: str, taken: str) -> None:
    assert seized_fixed(Decimal(net), S0, Decimal(fixed)) == Decimal(taken)


@given(SUMS, st.integers(0, 6))
def test_c56_the_protected_share_and_half_of_the_income_are_always_left(net: Decimal, dependants: int) -> None:
    share = protected_share(dependants, GUIDE_DAY)

    left = net - seized(net, share)

    assert left >= min(net, share)
    assert left >= net / 2 - Decimal("0.01")
