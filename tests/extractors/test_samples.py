"""Every file of the sample inbox, read by the real engines and held against its truth."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from extractors.catalog import load_types
from intake.pipeline.read import read_file
from intake.scoring.tally import Tally, tallies
from intake.scoring.verdicts import judge_file

INBOX = Path(__file__).parents[2] / "samples" / "inbox"
TRUTHS = sorted(INBOX.glob("*.truth.json"))

pytestmark = pytest.mark.ocr

LEAST_EXACT_TYPED = 0.86
"""The floor under what is measured (88 % of typed values): these papers are harder than most, a third of them standard faxes."""
MOST_SILENT = 0.03
"""Floors below which a change is a step back; what the product reaches is measured on far more papers."""


def truth_of(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def records() -> Mapping[str, dict[str, Any]]:
    """All samples, read once."""
    return {path.name: read_file(INBOX / truth_of(path)["file"]).to_json() for path in TRUTHS}


@pytest.fixture(scope="module")
def scores(records: Mapping[str, dict[str, Any]]) -> dict[str, Tally]:
    types = load_types()
    files = [judge_file(path.name.removesuffix(".truth.json"), truth_of(path), records[path.name], types) for path in TRUTHS]
    return tallies(files)


def test_there_are_samples_to_read() -> None:
    assert TRUTHS, "samples/inbox is empty: run `python -m samples.generator.inbox`"
    assert all((INBOX / truth_of(path)["file"]).is_file() for path in TRUTHS)


def test_every_document_is_told_for_what_it_is(scores: dict[str, Tally]) -> None:
    everything = scores["all"]

    assert everything.types_right == everything.documents
    assert everything.extra_documents == 0


def test_every_page_goes_to_its_document(scores: dict[str, Tally]) -> None:
    everything = scores["all"]

    assert everything.pages_right == everything.documents


@pytest.mark.parametrize("truth", TRUTHS, ids=lambda path: path.stem.removesuffix(".truth"))
def test_blank_pages_are_told_from_written_ones(truth: Path, records: Mapping[str, dict[str, Any]]) -> None:
    blank = [page["number"] for page in records[truth.name]["pages"] if page["blank"]]

    assert blank == truth_of(truth)["blank_pages"]


def test_typed_fields_are_read_exactly(scores: dict[str, Tally]) -> None:
    typed = scores["typed"].fields

    assert typed.exact >= LEAST_EXACT_TYPED * typed.fields


def test_what_is_wrong_says_so(scores: dict[str, Tally]) -> None:
    everything = scores["all"].fields

    assert everything.silent <= MOST_SILENT * everything.fields


@pytest.mark.parametrize("truth", TRUTHS, ids=lambda path: path.stem.removesuffix(".truth"))
def test_every_value_says_where_it_stands(truth: Path, records: Mapping[str, dict[str, Any]]) -> None:
    pages = {page["number"] for page in records[truth.name]["pages"]}

    for document in records[truth.name]["documents"]:
        flat = [cell for value in document["fields"].values() for cell in _flat(value)]
        assert all(cell["page"] in pages for cell in flat if cell["value"] is not None)


def _flat(value: Any) -> list[dict[str, Any]]:
    return [cell for row in value for cell in row.values()] if isinstance(value, list) else [value]
