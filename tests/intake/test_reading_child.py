"""The worker's child: whatever a file does to it, the worker goes on."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from intake.reading_child import Failure, ReadingChild, out_of_room
from tests.intake.stand_ins import read_by_first_word

pytestmark = pytest.mark.end_to_end  # each starts processes

NAME = "scan.tif"


def work(path: Path) -> Any:
    """What the child does in these tests."""
    try:
        return read_by_first_word(path, None, None)["source"]["pid"]
    except Exception as error:  # noqa: BLE001 - as the real one
        return Failure("internal", 1, type(error).__name__, "")


@pytest.fixture
def child() -> Iterator[ReadingChild]:
    kept = ReadingChild(limit_s=20)
    yield kept
    kept.close()


def paper(folder: Path, word: str) -> Path:
    path = folder / f"{word}.pdf"
    path.write_text(word)
    return path


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_there_is_no_process_before_the_first_file(child: ReadingChild) -> None:
    assert child.pid is None


def test_one_child_reads_many_files(child: ReadingChild, tmp_path: Path) -> None:
    pids = {child.ask(work, paper(tmp_path, "fine"), NAME) for _ in range(3)}

    assert pids == {child.pid}


def test_a_child_that_dies_costs_one_file(child: ReadingChild, tmp_path: Path) -> None:
    crashed = child.ask(work, paper(tmp_path, "crash"), NAME)
    after = child.ask(work, paper(tmp_path, "fine"), NAME)

    assert (crashed.code, crashed.retryable, crashed.is_away) == ("reader_died", True, False)
    assert isinstance(after, int)


def test_a_file_that_takes_too_long_is_given_up_with_its_whole_process(tmp_path: Path) -> None:
    child = ReadingChild(limit_s=4)

    hung = child.ask(work, paper(tmp_path, "hang"), NAME)

    assert (hung.code, hung.retryable) == ("reading_time", False)
    assert not is_running(int((tmp_path / "hang.pid").read_text()))
    child.close()


def test_a_child_is_replaced_after_its_share_of_files_and_when_it_has_grown(tmp_path: Path) -> None:
    by_count, by_size = ReadingChild(limit_s=20, files_per_child=2), ReadingChild(limit_s=20, memory_mb=1)

    counted = [by_count.ask(work, paper(tmp_path, "fine"), NAME) for _ in range(3)]
    grown = [by_size.ask(work, paper(tmp_path, "fine"), NAME) for _ in range(2)]

    assert counted[0] == counted[1] != counted[2]
    assert grown[0] != grown[1]
    by_count.close()
    by_size.close()


def test_an_idle_child_gives_its_memory_back(tmp_path: Path) -> None:
    child = ReadingChild(limit_s=20, idle_s=0.2)

    pid = child.ask(work, paper(tmp_path, "fine"), NAME)
    deadline = time.monotonic() + 10
    while child.pid is not None and time.monotonic() < deadline:
        time.sleep(0.05)

    assert (child.pid, is_running(pid)) == (None, False)
    assert isinstance(child.ask(work, paper(tmp_path, "fine"), NAME), int)
    child.close()


def test_closing_gives_back_the_file_that_is_being_read_without_blame(child: ReadingChild, tmp_path: Path) -> None:
    answers: list[Any] = []
    asker = threading.Thread(target=lambda: answers.append(child.ask(work, paper(tmp_path, "hang"), NAME)))
    asker.start()
    while not (tmp_path / "hang.pid").exists() or not (tmp_path / "hang.pid").read_text():
        time.sleep(0.05)

    child.close()
    asker.join(10)

    assert (answers[0].code, answers[0].is_away) == ("stopped", True)
    assert child.ask(work, paper(tmp_path, "fine"), NAME).is_away
    assert not is_running(int((tmp_path / "hang.pid").read_text()))


def test_the_child_lives_in_a_session_of_its_own(child: ReadingChild, tmp_path: Path) -> None:
    pid = child.ask(work, paper(tmp_path, "fine"), NAME)

    assert os.getsid(pid) == pid != os.getsid(0)


def test_a_child_killed_between_two_files_is_replaced(child: ReadingChild, tmp_path: Path) -> None:
    pid = child.ask(work, paper(tmp_path, "fine"), NAME)
    os.kill(pid, signal.SIGKILL)
    time.sleep(0.2)

    first, second = (child.ask(work, paper(tmp_path, "fine"), NAME) for _ in range(2))

    assert isinstance(first, int) or first.retryable
    assert isinstance(second, int)


def test_a_full_disk_is_no_fault_of_the_file(tmp_path: Path) -> None:
    failure = out_of_room(tmp_path)

    assert (failure.code, failure.is_away) == ("disk_full", True)
