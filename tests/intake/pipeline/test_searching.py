"""What a person types is told apart: names, codes, references, days, ids."""

from __future__ import annotations

from datetime import date
from functools import partial
from uuid import UUID

import pytest

from extractors.request_reference import reference_of
from intake.pipeline.searching import understood
from intake.store.search import Sought
from intake.web.typed_days import typed_day

TODAY = date(2026, 11, 25)
sought = partial(understood, day_of=partial(typed_day, today=TODAY))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Mäkinen, Aino-Orvokki", Sought(words=("makinen", "aino", "orvokki"))),
        ("131052-308t", Sought(keys=("h:131052-308T",))),
        ("131052 Mäkinen", Sought(words=("makinen",), keys=("p:131052",))),
        ("0594503-8", Sought(keys=("y:0594503-8",))),
        ("FI21 1234 5600 0007 85 Mäkinen", Sought(words=("makinen",), keys=("i:FI2112345600000785",))),
        ("mäkinen 13.10.1952", Sought(words=("makinen",), days=(date(1952, 10, 13),))),
        (f" {reference_of(4711)} ", Sought(keys=(f"r:{reference_of(4711)}",))),
        ("svp 00004711 09".replace("09", reference_of(4711)[-2:]), Sought(keys=(f"r:{reference_of(4711)}",))),
        ("scan_0012.tif", Sought(words=("scan", "0012", "tif"))),
        ("3f0c6b1e-0000-4000-8000-000000000001", Sought(ids=(UUID("3f0c6b1e-0000-4000-8000-000000000001"),))),
        ("  ", Sought()),
        ("%' OR 1=1", Sought(words=("or", "1", "1"))),
    ],
)
def test_what_is_typed_is_told_apart(typed: str, meant: Sought) -> None:
    assert sought(typed) == meant


def test_nothing_typed_seeks_nothing() -> None:
    assert sought("").is_empty and not sought("a").is_empty
