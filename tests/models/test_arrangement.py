"""An arrangement gives every page one place, and says nothing twice."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from models.arrangement import Arrangement


def test_a_page_that_has_two_places_is_refused() -> None:
    with pytest.raises(ValidationError, match="two places"):
        Arrangement.model_validate({"documents": [{"pages": [1, 2]}], "blank": [2]})


def test_a_page_without_a_place_cannot_be_turned() -> None:
    with pytest.raises(ValidationError, match="has no place"):
        Arrangement.model_validate({"documents": [{"pages": [1]}], "turns": {"2": 90}})


@pytest.mark.parametrize("turn", [45, -90, 360])
def test_a_page_is_turned_by_quarters(turn: int) -> None:
    with pytest.raises(ValidationError):
        Arrangement.model_validate({"documents": [{"pages": [1]}], "turns": {"1": turn}})


def test_only_a_misdirected_paper_is_for_another_authority() -> None:
    with pytest.raises(ValidationError, match="another authority"):
        Arrangement.model_validate({"documents": [{"pages": [1], "type": "proxy", "elsewhere_because": "TE-toimisto"}]})


def test_what_is_said_of_a_page_is_its_place_and_its_turn() -> None:
    said = Arrangement.model_validate({"documents": [{"pages": [3, 1]}], "blank": [2], "separators": [4], "turns": {"3": 90}})

    assert [(said.said_of(n).place, said.said_of(n).turn) for n in (1, 2, 3, 4)] == [
        ("document", None), ("blank", None), ("document", 90), ("separator", None),
    ]  # fmt: skip
    assert said.pages == {1, 2, 3, 4}
