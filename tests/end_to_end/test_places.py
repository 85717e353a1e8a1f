"""Where records go, through the real command: whole or not at all, and nothing hangs when they cannot."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from models.errors import OutputError
from tests.end_to_end import bad_papers
from tests.end_to_end.command import end, saapuva, start

pytestmark = pytest.mark.end_to_end


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.pdf"
    path.write_bytes(bad_papers.pdf())
    return path


def test_a_folder_that_cannot_be_made_ends_before_anything_is_read(good: Path) -> None:
    ended = saapuva("read", good, "--out", good / "records")

    assert ended.code == OutputError.exit_code
    assert "records" in ended.said
    assert "Give --out a folder" in ended.said


def test_two_files_of_one_stem_end_before_anything_is_read(good: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    twin = tmp_path / "other" / "good.tif"
    twin.write_bytes(bad_papers.tiff())

    ended = saapuva("read", good, twin, "--out", tmp_path / "out")

    assert ended.code == OutputError.exit_code
    assert str(good) in ended.said and str(twin) in ended.said
    assert not (tmp_path / "out").exists()


def test_an_earlier_record_is_replaced_and_that_is_said(good: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "good.json").write_text("earlier")

    ended = saapuva("read", good, "--out", out)

    assert ended.code == 0
    assert "1 replaced" in ended.said
    assert json.loads((out / "good.json").read_bytes())["source"]["file"] == "good.pdf"


def test_a_record_that_cannot_be_written_costs_only_itself(good: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / "good.json").mkdir(parents=True)
    second = tmp_path / "second.pdf"
    second.write_bytes(bad_papers.pdf())

    ended = saapuva("read", good, second, "--out", out)

    assert ended.code == OutputError.exit_code
    assert "good.json" in ended.said
    assert sorted(path.name for path in out.iterdir()) == ["good.json", "second.json"]


def test_a_full_disk_under_stdout_is_said_and_ends_the_command(good: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        command = start("read", good, stdout=full)

    ended = end(command, 120)

    assert ended.code == OutputError.exit_code
    assert "standard output: No space left on device" in ended.said
    assert "Traceback" not in ended.said


def test_a_reader_of_stdout_that_has_had_enough_ends_the_command_in_silence(good: Path) -> None:
    command = start("read", good, good)
    assert command.stdout is not None
    command.stdout.close()
    command.stdout = None

    ended = end(command, 120)

    assert ended.code == 141
    assert ended.said == ""
