"""Files are read side by side, and whatever happens to one costs only that one."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from intake import readers
from intake.readers import Outcome, ReadJob, read_all
from intake.reading_child import Failure, failure_of
from models.errors import EncryptedFileError
from tests.intake.stand_ins import read_by_first_word

JOB = ReadJob(read_by_first_word, channel="fax")


def papers(folder: Path, *words: str) -> list[Path]:
    made = [folder / f"{number}.pdf" for number, _ in enumerate(words)]
    for path, word in zip(made, words, strict=True):
        path.write_text(word)
    return made


def by_position(outcomes: list[Outcome]) -> list[Outcome]:
    return sorted(outcomes, key=lambda outcome: outcome.position)


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_every_file_has_one_outcome_whatever_happens_to_its_neighbours(tmp_path: Path) -> None:
    files = papers(tmp_path, "fine", "crash", "", "fine", "damaged", "bug")

    outcomes = by_position(list(read_all(files, JOB, jobs=2)))

    assert [outcome.path for outcome in outcomes] == files
    assert [outcome.failure and outcome.failure.code for outcome in outcomes] == [
        None, "reader_died", "empty_file", None, "damaged_file", "internal",
    ]  # fmt: skip
    assert [bool(outcome.record) for outcome in outcomes] == [True, False, False, True, False, False]


def test_what_the_sender_said_reaches_the_reading(tmp_path: Path) -> None:
    [outcome] = read_all(papers(tmp_path, "fine"), JOB, jobs=1)

    assert outcome.record is not None
    assert outcome.record["source"]["channel"] == "fax"


def test_a_file_that_hangs_is_given_up_and_its_process_is_gone(tmp_path: Path) -> None:
    files = papers(tmp_path, "hang", "fine")

    outcomes = by_position(list(read_all(files, JOB, jobs=1, limit_s=3)))

    assert outcomes[0].failure is not None
    assert outcomes[0].failure.code == "reading_time"
    assert outcomes[1].record is not None
    assert not is_running(int((tmp_path / "0.pid").read_text()))


def test_closing_early_kills_what_is_still_being_read(tmp_path: Path) -> None:
    files = papers(tmp_path, "fine", "hang")
    outcomes = read_all(files, JOB, jobs=2)
    next(outcomes)
    while not (tmp_path / "1.pid").exists() or not (tmp_path / "1.pid").read_text():
        time.sleep(0.05)

    outcomes.close()  # type: ignore[attr-defined]

    assert not is_running(int((tmp_path / "1.pid").read_text()))


def test_a_child_is_replaced_after_its_share_of_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "FILES_PER_CHILD", 2)
    files = papers(tmp_path, *["fine"] * 4)

    outcomes = by_position(list(read_all(files, JOB, jobs=1)))

    pids = [outcome.record and outcome.record["source"]["pid"] for outcome in outcomes]
    assert pids[0] == pids[1] != pids[2] == pids[3]


def test_no_files_need_no_child() -> None:
    assert list(read_all([], JOB, jobs=4)) == []


def test_our_own_errors_keep_their_words() -> None:
    error = EncryptedFileError("a.pdf")

    assert failure_of(error, "a.pdf") == Failure("encrypted_file", 14, error.problem, error.remedy)


def test_an_unforeseen_error_is_told_by_kind_and_place_never_by_its_text(tmp_path: Path) -> None:
    [outcome] = read_all(papers(tmp_path, "bug"), JOB, jobs=1)

    assert outcome.failure is not None
    assert outcome.failure.problem.startswith("0.pdf: KeyError at stand_ins.py:")
    assert "131052" not in outcome.failure.problem + outcome.failure.remedy
