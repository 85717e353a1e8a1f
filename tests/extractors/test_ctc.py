"""The arithmetic of CTC, held against summing up every path by hand."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict

import numpy as np
import pytest

from extractors.ocr.ctc import likeliest, log_chances, narrowed, nothing_spelt, plainly_read
from extractors.ocr.engine import LineText, Spelling
from tests.extractors.played import spelt


def spelling(steps: int, seed: int = 0) -> Spelling:
    odds = np.random.default_rng(seed).dirichlet([0.7] * 4, steps)
    return Spelling(odds.astype(np.float32), ("a", "b", "c"))


def by_every_path(said: Spelling) -> dict[str, float]:
    chances: dict[str, float] = defaultdict(float)
    for path in itertools.product(range(4), repeat=len(said.odds)):
        text = "".join(said.characters[k - 1] for before, k in zip((0, *path), path, strict=False) if k not in (0, before))
        chances[text] += math.prod(float(said.odds[step, k]) for step, k in enumerate(path))
    return chances


@pytest.mark.parametrize("seed", range(4))
def test_the_chance_of_a_text_is_that_of_all_its_paths(seed: int) -> None:
    said = spelling(5, seed)
    chances = by_every_path(said)
    texts = sorted(chances, key=lambda text: -chances[text])[:12]

    found = log_chances(said, texts)

    assert np.exp(found) == pytest.approx([chances[text] for text in texts], rel=1e-2)


@pytest.mark.parametrize("seed", range(4))
def test_the_likeliest_text_is_found(seed: int) -> None:
    said = spelling(6, seed)
    chances = by_every_path(said)
    best = max((text for text in chances if text), key=lambda text: chances[text])

    assert likeliest(said, width=40)[0] == best


def test_a_narrowed_reader_says_what_may_stand_there() -> None:
    said = narrowed(spelling(6), {"a": "a", "c": "b"})

    assert said.characters == ("a", "b")
    assert set("".join(likeliest(said))) <= set("ab")


def test_what_it_thought_of_a_lookalike_counts_for_what_that_stands_for() -> None:
    said = spelt(LineText("O1", 0.9, 0.9))

    assert likeliest(narrowed(said, {"0": "0", "O": "0", "1": "1", " ": ""}))[0] == "01"


def test_double_letters_need_a_blank_between() -> None:
    said = spelt(LineText("anna", 0.9, 0.9))

    assert likeliest(said)[0] == "anna"
    assert log_chances(said, ["anna"])[0] > log_chances(said, ["ana"])[0]


def test_a_character_the_reader_does_not_know_is_least_likely() -> None:
    said = spelt(LineText("1 2", 0.9, 0.9))

    known, unknown = log_chances(said, ["1 2", "1Ж2"])

    assert known > unknown > -200


def test_nothing_is_read_from_nothing() -> None:
    said = nothing_spelt(("a", "b"))

    assert plainly_read(said) == LineText("", 0.0, 0.0)
    assert likeliest(said) == []
    assert len(log_chances(said, [])) == 0
