"""The error report as a web page. All people are invented."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from extractors.catalog import load_types
from intake.scoring.crops import crops_of
from intake.scoring.gathering import judge_folder, original_of
from intake.scoring.report import worst_first, write_report
from models.errors import RefusedError

TRUTH = {
    "file": "a.tif", "medium": "fax_std", "arrival_date": "2019-03-12", "blank_pages": [],
    "route": {"queue": "southern_district", "specifier": "Tartuntatautipäiväraha"},
    "documents": [{
        "type": "sv8_application", "pages": [1], "hand": True, "real_strokes": False,
        "fields": {
            "applicant_city": "Turku", "applicant_last_name": "<b>Mäkelä</b>", "iban": "FI2112345600000785", "abroad": False,
        },
    }],
}  # fmt: skip


def cell(value: Any, accepted: bool, confidence: float) -> dict[str, Any]:
    return {
        "value": value, "accepted": accepted, "confidence": confidence, "page": 1, "box": [0.5, 0.5, 0.6, 0.55],
        "reading": "ocr", "raw": "0ulu", "evidence": ["label"], "candidates": [{"text": "Ouln", "score": 0.4}],
    }  # fmt: skip


RECORD = {
    "schema": "intake-result/1", "source": {}, "pages": [{"number": 1, "blank": False, "rotation": 0}], "work_items": [],
    "documents": [{
        "id": "d1", "type": "sv8_application", "accepted": True, "pages": [1],
        "fields": {
            "applicant_city": cell("Oulu", True, 0.99), "applicant_last_name": cell("Makela", False, 0.4),
            "abroad": cell(False, True, 0.99),
        },
    }],
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.truth.json").write_text(json.dumps(TRUTH), encoding="utf-8")
    (tmp_path / "a.json").write_text(json.dumps(RECORD), encoding="utf-8")
    paper = np.full((1146, 1728), 255, np.uint8)
    paper[560:600, 880:1000] = 0
    Image.fromarray(paper).convert("1").save(tmp_path / "a.tif", compression="group4", dpi=(204, 98))
    return tmp_path


def written(folder: Path, most: int = 100) -> str:
    verdicts = judge_folder(folder, folder, load_types())
    write_report(folder / "r.html", verdicts, folder, folder, folder, most=most, missed=lambda *_: None)
    return (folder / "r.html").read_text(encoding="utf-8")


def test_what_was_surely_wrong_comes_first(folder: Path) -> None:
    verdicts = judge_folder(folder, folder, load_types())

    assert [each[2].path for each in worst_first(verdicts)] == ["applicant_city", "iban", "applicant_last_name"]


def test_a_card_shows_what_was_read_what_is_true_and_where(folder: Path) -> None:
    page = written(folder)

    first = page.split("<article")[1]
    for shown in ("Oulu", "0ulu", "Ouln · 0.4", "Turku", "0.990", "accepted, wrong", "data:image/webp;base64,", "fax_std"):
        assert shown in first


def test_the_page_asks_no_other_place_for_anything(folder: Path) -> None:
    assert re.findall(r"(?:src|href|url)\s*[=(]\s*[\"']?(?!data:)[^\s\"'>]+", written(folder)) == []
    assert "://" not in written(folder)


def test_words_from_papers_are_no_markup(folder: Path) -> None:
    page = written(folder)

    assert "<b>Mäkelä</b>" not in page
    assert "&lt;b&gt;Mäkelä&lt;/b&gt;" in page


def test_no_more_fields_are_shown_than_asked_for(folder: Path) -> None:
    assert written(folder, most=1).count("<article ") == 1


def test_a_crop_of_a_fax_has_square_pixels(folder: Path) -> None:
    place = (1, (0.5, 0.5, 0.6, 0.55))

    [address] = crops_of(folder / "a.tif", RECORD, [place]).values()

    shown = Image.open(_bytes(address))
    # 0.136 × 0.068 of a page of 1728 × 2385 square pixels.
    assert shown.width / shown.height == pytest.approx(0.136 * 1728 / (0.068 * 2385), rel=0.05)


def test_a_paper_that_cannot_be_opened_is_named_and_the_page_written(folder: Path) -> None:
    (folder / "a.tif").write_bytes(b"no paper")
    missed: list[str] = []

    verdicts = judge_folder(folder, folder, load_types())
    write_report(folder / "r.html", verdicts, folder, folder, folder, most=9, missed=lambda file, _: missed.append(file))

    assert missed == ["a"]
    assert "no place to show" in (folder / "r.html").read_text(encoding="utf-8")


def test_a_paper_is_found_by_the_name_its_truth_gives(folder: Path) -> None:
    assert original_of("a", folder, folder) == folder / "a.tif"
    assert original_of("a", folder, folder / "nowhere") is None


def test_a_folder_without_truth_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="no truth"):
        judge_folder(tmp_path, tmp_path, {})


def test_a_truth_of_another_form_is_named(folder: Path) -> None:
    (folder / "a.truth.json").write_text("{}", encoding="utf-8")

    with pytest.raises(RefusedError, match=r"a\.truth\.json"):
        judge_folder(folder, folder, load_types())


def _bytes(address: str) -> Any:
    import base64
    import io

    return io.BytesIO(base64.b64decode(address.partition(",")[2]))
