"""The command line: records on stdout or in a folder, errors with remedies, honest exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from intake.cli import app
from intake.version import VERSION
from models.errors import DamagedFileError, EmptyFileError, FileMissingError, OutputError
from tests.intake.stand_ins import read_by_first_word

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def stand_in_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("intake.readers.read_record", read_by_first_word)


def saapuva(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words], catch_exceptions=False)


def paper(folder: Path, name: str, word: str = "fine") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(word)
    return path


def test_one_file_prints_one_object(tmp_path: Path) -> None:
    result = saapuva("read", paper(tmp_path, "fax.tif"))

    assert result.exit_code == 0
    assert json.loads(result.stdout)["source"]["file"] == "fax.tif"
    assert result.stderr == ""


def test_several_files_print_one_line_each_in_the_order_given(tmp_path: Path) -> None:
    files = [paper(tmp_path, "b.pdf", "slow"), paper(tmp_path, "a.pdf"), paper(tmp_path, "c.pdf")]

    result = saapuva("read", *files, "--jobs", 2)

    printed = [json.loads(line)["source"]["file"] for line in result.stdout.splitlines()]
    assert printed == ["b.pdf", "a.pdf", "c.pdf"]


def test_records_are_written_one_file_each_and_nothing_else_is_left(tmp_path: Path) -> None:
    files = [paper(tmp_path, "fax one.tif"), paper(tmp_path, "b.v2.pdf")]

    result = saapuva("read", *files, "--out", tmp_path / "deep" / "out")

    assert result.exit_code == 0
    assert result.stdout == ""
    assert sorted(path.name for path in (tmp_path / "deep" / "out").iterdir()) == ["b.v2.json", "fax one.json"]


def test_a_bad_file_is_named_with_a_remedy_and_the_others_go_on(tmp_path: Path) -> None:
    files = [paper(tmp_path, "a.pdf"), paper(tmp_path, "bad.pdf", "damaged"), paper(tmp_path, "c.pdf")]

    result = saapuva("read", *files, "--out", tmp_path / "out")

    assert result.exit_code == DamagedFileError.exit_code
    assert "bad.pdf: the file is damaged (page 2). [damaged_file]" in result.stderr
    assert DamagedFileError("", "").remedy in result.stderr
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.json", "c.json"]


def test_errors_of_one_kind_give_its_exit_code_and_of_several_kinds_1(tmp_path: Path) -> None:
    empty, damaged = paper(tmp_path, "e.pdf", ""), paper(tmp_path, "d.pdf", "damaged")

    assert saapuva("read", empty, paper(tmp_path, "e2.pdf", "")).exit_code == EmptyFileError.exit_code
    assert saapuva("read", empty, damaged).exit_code == 1


def test_a_missing_file_is_an_error_like_any_other(tmp_path: Path) -> None:
    assert saapuva("read", tmp_path / "none.pdf").exit_code == FileMissingError.exit_code


def test_two_files_that_would_share_a_record_stop_before_anything_is_read(tmp_path: Path) -> None:
    files = [paper(tmp_path, "x/scan.pdf"), paper(tmp_path, "y/scan.tif")]

    result = saapuva("read", *files, "--out", tmp_path / "out")

    assert result.exit_code == OutputError.exit_code
    assert "both become scan.json" in result.stderr.replace("\n", " ")
    assert not (tmp_path / "out").exists()


def test_replacing_an_earlier_record_is_said(tmp_path: Path) -> None:
    file, out = paper(tmp_path, "a.pdf"), tmp_path / "out"
    saapuva("read", file, "--out", out)

    result = saapuva("read", file, "--out", out)

    assert "1 replaced" in result.stderr


def test_an_earlier_record_stays_whole_when_the_new_reading_fails(tmp_path: Path) -> None:
    out = tmp_path / "out"
    saapuva("read", paper(tmp_path, "a.pdf", "first"), "--out", out)

    saapuva("read", paper(tmp_path, "a.pdf", "damaged"), "--out", out)

    assert json.loads((out / "a.json").read_text())["source"]["says"] == "first"


def test_a_folder_that_cannot_be_made_is_an_output_error(tmp_path: Path) -> None:
    in_the_way = paper(tmp_path, "out")

    result = saapuva("read", paper(tmp_path, "a.pdf"), "--out", in_the_way)

    assert result.exit_code == OutputError.exit_code


def test_a_file_name_cannot_steer_the_terminal(tmp_path: Path) -> None:
    result = saapuva("read", tmp_path / "\x1b[2J.pdf")

    assert "\x1b" not in result.stderr


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("2019-03-12T10:22", "2019-03-12T10:22:00+02:00"),
        ("2019-07-12T10:22", "2019-07-12T10:22:00+03:00"),
        ("2019-03-12T10:22:00+00:00", "2019-03-12T10:22:00+00:00"),
    ],
)
def test_a_time_without_a_zone_is_finnish(tmp_path: Path, given: str, kept: str) -> None:
    result = saapuva("read", paper(tmp_path, "a.pdf"), "--channel", "post", "--received-at", given)

    source = json.loads(result.stdout)["source"]
    assert (source["channel"], source["received_at"]) == ("post", kept)


@pytest.mark.parametrize("words", [("--received-at", "yesterday"), ("--channel", "pigeon"), ("--jobs", "0")])
def test_an_option_that_makes_no_sense_is_a_usage_error(tmp_path: Path, words: tuple[str, str]) -> None:
    result = saapuva("read", paper(tmp_path, "a.pdf"), *words)

    assert result.exit_code == 2
    assert words[0] in result.stderr


def test_version_says_the_version() -> None:
    assert saapuva("version").stdout == f"saapuva {VERSION}\n"


def test_help_imports_nothing_heavy() -> None:
    heavy = {"cv2", "numpy", "spacy", "onnxruntime", "tesserocr", "pydantic", "rich"}
    script = "import sys, intake.cli; sys.stdout.write(' '.join(sys.modules))"

    loaded = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)

    assert not heavy & set(loaded.stdout.split())


@pytest.mark.end_to_end
def test_ctrl_c_ends_with_130_without_traceback_or_half_a_record(tmp_path: Path) -> None:
    file = paper(tmp_path, "slow.pdf", "hang")
    script = (
        "import intake.readers as readers, intake.cli, tests.intake.stand_ins as stand_ins\n"
        "if __name__ == '__main__':\n"
        "    readers.read_record = stand_ins.read_by_first_word\n"
        f"    intake.cli.main(['read', {str(file)!r}, '--out', {str(tmp_path / 'out')!r}])\n"
    )
    (tmp_path / "run.py").write_text(script)
    command = subprocess.Popen(
        [sys.executable, tmp_path / "run.py"], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    while not (tmp_path / "slow.pid").exists():
        assert command.poll() is None
        time.sleep(0.05)

    command.send_signal(signal.SIGINT)
    printed, said = command.communicate(timeout=20)

    assert command.returncode == 130
    assert "Traceback" not in said
    assert printed == ""
    assert list((tmp_path / "out").iterdir()) == []
