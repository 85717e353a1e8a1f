"""Invented codes: persons with artificial identity codes (individual numbers 900–999), accounts, firms, references."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st
from stdnum import iban
from stdnum.fi import ytunnus

from extractors.values.identity import is_reference

CHECK = "0123456789ABCDEFHJKLMNPRSTUVWXY"
SIGNS_OF_THE_19_HUNDREDS = "-YXWVU"
SIGNS_OF_THE_20_HUNDREDS = "ABCDEF"


def hetu_of(born: date, sign: str, individual: int) -> str:
    digits = f"{born:%d%m%y}{individual:03d}"
    return f"{born:%d%m%y}{sign}{individual:03d}{CHECK[int(digits) % 31]}"


@st.composite
def hetus(draw: st.DrawFn) -> str:
    born = draw(st.dates(date(1900, 1, 1), date(2024, 12, 31)))
    sign = draw(st.sampled_from(SIGNS_OF_THE_19_HUNDREDS if born.year < 2000 else SIGNS_OF_THE_20_HUNDREDS))
    return hetu_of(born, sign, draw(st.integers(900, 999)))


@st.composite
def finnish_ibans(draw: st.DrawFn) -> str:
    bban = draw(st.text("0123456789", min_size=14, max_size=14))
    return "FI" + iban.calc_check_digits(f"FI00{bban}") + bban


def business_ids() -> st.SearchStrategy[str]:
    stems = st.integers(0, 9_999_999).map(lambda number: f"{number:07d}")
    codes = stems.flatmap(lambda stem: st.sampled_from([f"{stem}-{check}" for check in range(10)]))
    return codes.filter(ytunnus.is_valid)


def references() -> st.SearchStrategy[str]:
    stems = st.text("0123456789", min_size=3, max_size=19)
    return stems.map(lambda stem: next(f"{stem}{check}" for check in range(10) if is_reference(f"{stem}{check}")))


def with_one_digit_changed(code: str, at: int, step: int) -> str:
    """Change the digit that stands `at`-th among the code's digits, before a check character that is no digit."""
    places = [place for place, char in enumerate(code) if char.isdigit()]
    place = places[at % len(places)]
    return code[:place] + str((int(code[place]) + 1 + step % 9) % 10) + code[place + 1 :]
