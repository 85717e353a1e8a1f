"""The drawing of training lines: texts, strokes and what happens to ink. No torch, no fonts but those that lie here."""

from __future__ import annotations

from pathlib import Path
from random import Random

import numpy as np
import pytest

from extractors.ocr.line_image import HEIGHT_PX
from samples.handprint import degrade, drawing, hand, texts
from samples.handprint.characters import CHARACTERS
from samples.handprint.lines import Source, line, load, save
from samples.handprint.strokes import alphabet, curve, marked


def test_every_character_can_be_written_with_strokes() -> None:
    parts = {part for character in CHARACTERS if character != " " for part in marked(character) if part}

    assert parts <= set(alphabet())


def test_letters_and_digits_have_several_forms() -> None:
    assert all(len(alphabet()[character]) > 1 for character in "ABEGRYaegkrst0123456789")


def test_a_curve_runs_through_its_points() -> None:
    points = np.array([[0.0, 0.0], [3.0, 5.0], [7.0, 1.0]])

    drawn = curve(points)

    assert all(np.abs(drawn - point).sum(axis=1).min() < 1e-9 for point in points)


def test_texts_keep_to_the_characters_and_the_length() -> None:
    rng = Random(3)

    for text in (texts.text(rng) for _ in range(500)):
        assert 1 <= len(text) <= texts.LONGEST
        assert set(text) <= set(CHARACTERS)


def test_every_century_sign_comes_up() -> None:
    rng = Random(4)

    signs = {texts.identity(rng)[6] for _ in range(600)}

    assert signs == set("-+AYXWVUBCDEF")


def test_one_seed_draws_one_line() -> None:
    source = Source({}, {}, own_share=1.0)

    first, again, other = line(source, 8), line(source, 8), line(source, 9)

    assert first[1] == again[1] != other[1]
    assert np.array_equal(first[0], again[0])


def test_lines_have_the_readers_form() -> None:
    crop, text = line(Source({}, {}, own_share=1.0), 11)

    assert crop.shape[0] == HEIGHT_PX
    assert crop.shape[1] >= 4 * len(text)
    assert crop.dtype == np.uint8


def test_shards_come_back_as_they_were(tmp_path: Path) -> None:
    lines = [line(Source({}, {}, own_share=1.0), seed) for seed in (1, 2, 3)]
    save(tmp_path / "shard.npz", lines)

    again = load(tmp_path / "shard.npz")

    assert [text for _, text in again] == [text for _, text in lines]
    assert all(np.array_equal(a, b) for (a, _), (b, _) in zip(again, lines, strict=True))


@pytest.mark.parametrize("seed", range(12))
def test_every_medium_leaves_ink_on_white(seed: int) -> None:
    rng = np.random.default_rng(seed)
    own = hand.habits(rng)
    strokes = hand.line_of("Åsa 17", hand.Alphabet(rng, 0.1, 0.2), own, rng)
    picture, _ = drawing.drawn(strokes, 40.0, 1.0, 0.1, rng)

    crop = degrade.arrived(picture, rng)

    assert crop.min() < degrade.INK_BELOW
    assert np.median(crop) > 200


def test_a_comb_spaces_its_letters_evenly() -> None:
    rng = np.random.default_rng(5)
    own = hand.habits(rng)
    own.pitch, own.slant, own.tremor = 12.0, 0.0, 0.0

    strokes = hand.line_of("111", hand.Alphabet(rng, 0.0, 0.0), own, rng)

    assert max(stroke[:, 0].max() for stroke in strokes) - min(stroke[:, 0].min() for stroke in strokes) > 2 * 12.0 - 3
