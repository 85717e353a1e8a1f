"""The demo reads the papers of an inbox and nothing that lies beside them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from intake.demo import sample_papers, show_demo
from intake.readers import ReadJob
from tests.intake.stand_ins import read_by_first_word

JOB = ReadJob(read_by_first_word)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    for name in ("a.tif", "b.PDF", "a.truth.json", "README.md"):
        (folder / name).write_text("fine")
    return folder


def test_truth_files_are_no_papers(inbox: Path) -> None:
    assert [path.name for path in sample_papers(inbox)] == ["a.tif", "b.PDF"]


def test_the_demo_shows_tables_writes_records_and_says_what_next(
    inbox: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = show_demo(inbox, tmp_path / "demo-output", JOB)

    shown = capsys.readouterr().out
    assert code == 0
    for words in ("What came in", "sv8_application", "a person looks", "./saapuva read"):
        assert words in shown
    written = {path.name: json.loads(path.read_text()) for path in (tmp_path / "demo-output").iterdir()}
    assert {name: each["source"]["file"] for name, each in written.items()} == {"a.json": "a.tif", "b.json": "b.PDF"}


def test_where_writing_is_not_allowed_a_temporary_folder_serves(
    inbox: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    in_the_way = tmp_path / "demo-output"
    in_the_way.write_text("a file, not a folder")

    show_demo(inbox, in_the_way, JOB)

    assert "2 records are in " in capsys.readouterr().out
    assert in_the_way.read_text() == "a file, not a folder"


def test_without_samples_the_demo_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert show_demo(tmp_path, tmp_path / "out", JOB) == 1
    assert "samples are not installed" in capsys.readouterr().err
