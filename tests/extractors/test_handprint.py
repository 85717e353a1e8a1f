"""Our own reader of hand-print: its weights, and how well it reads lines that were drawn for nobody's training."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path
from random import Random

import numpy as np
import pytest
from rapidfuzz.distance import Levenshtein

from extractors.ocr.engine import Gray
from extractors.ocr.handprint import MANIFEST, WEIGHTS, HandprintReader, trusted_weights
from extractors.ocr.line_image import normal_line
from models.errors import EngineError
from samples.generator import fonts
from samples.handprint import degrade, drawing, hand, texts
from samples.handprint.lines import Source, line

HELD_OUT = ("caveat", "indie-flower", "kalam", "patrick-hand")
LINES = 40
MOST_WRONG_WRITERS = 0.12
MOST_WRONG_FONTS = 0.08
"""Shares of wrong characters; when they were set it was 0.10 and 0.056."""


@pytest.fixture(scope="module")
def reader() -> HandprintReader:
    return HandprintReader()


def test_the_weights_are_those_of_the_manifest_and_small() -> None:
    entry = tomllib.loads(MANIFEST.read_text())["handprint"]
    content = (WEIGHTS / entry["file"]).read_bytes()

    assert hashlib.sha256(content).hexdigest() == entry["sha256"]
    assert len(content) == entry["bytes"] <= 10_000_000
    assert {"licence", "script", "data"} <= set(entry)


def test_other_weights_are_refused(tmp_path: Path) -> None:
    (tmp_path / "manifest.toml").write_text(MANIFEST.read_text())
    (tmp_path / "handprint.onnx").write_bytes(b"something else")

    with pytest.raises(EngineError, match=r"handprint\.onnx"):
        trusted_weights(tmp_path / "manifest.toml")


def test_missing_weights_are_an_engine_error(tmp_path: Path) -> None:
    (tmp_path / "manifest.toml").write_text(MANIFEST.read_text())

    with pytest.raises(EngineError):
        trusted_weights(tmp_path / "manifest.toml")


def test_an_empty_crop_has_no_text(reader: HandprintReader) -> None:
    assert reader.read_line(np.zeros((0, 0), np.uint8)).text == ""
    assert reader.read_line(np.full((40, 200), 255, np.uint8)).text == ""


def test_the_chances_of_a_step_add_up_to_one(reader: HandprintReader) -> None:
    said = reader.spell_line(np.random.default_rng(1).integers(0, 255, (40, 300), dtype=np.uint8))

    assert said.odds.shape[1] == len(said.characters) + 1
    assert said.odds.sum(axis=1) == pytest.approx(1, abs=1e-3)


def wrong_share(reader: HandprintReader, lines: list[tuple[Gray, str]]) -> float:
    wrong = sum(Levenshtein.distance(reader.read_line(crop).text, text) for crop, text in lines)
    return wrong / sum(len(text) for _, text in lines)


def test_writers_nobody_trained_on_are_read(reader: HandprintReader) -> None:
    source = Source({}, {}, own_share=1.0)
    lines = [line(source, 950_000_000 + number) for number in range(LINES)]

    assert wrong_share(reader, lines) < MOST_WRONG_WRITERS


def test_fonts_nobody_trained_on_are_read(reader: HandprintReader) -> None:
    lines = []
    for number in range(LINES):
        rng, words = np.random.default_rng(number), Random(number)
        path = fonts.HERE / "hand" / f"{HELD_OUT[number % len(HELD_OUT)]}-400.ttf"
        text = texts.text(words)
        picture, _ = drawing.typed(text, path, float(rng.uniform(30, 60)), hand.habits(rng), rng)
        lines.append((normal_line(degrade.arrived(picture, rng)), text))

    assert wrong_share(reader, lines) < MOST_WRONG_FONTS
