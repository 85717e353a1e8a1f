"""Processes that die, through the real command: one costs one file, and none outlives the command."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from models.errors import ReaderDiedError
from tests.end_to_end import bad_papers
from tests.end_to_end.command import children, end, is_alive, reading_process, start

pytestmark = pytest.mark.end_to_end
PATIENCE_S = 60
Found = TypeVar("Found")


@pytest.fixture
def long(tmp_path: Path) -> Path:
    path = tmp_path / "long.tif"
    path.write_bytes(bad_papers.tiff(30))
    return path


def until(command: subprocess.Popen[bytes], look: Callable[[], Found | None]) -> Found:
    """Look again until there is something, the command has ended, or patience has."""
    give_up = time.monotonic() + PATIENCE_S
    while (found := look()) is None:
        assert command.poll() is None, "the command ended before anything could be seen"
        assert time.monotonic() < give_up
        time.sleep(0.05)
    return found


def while_reading(command: subprocess.Popen[bytes]) -> tuple[int, int]:
    """Wait until the reading process decodes, and give its id and its decoder's."""
    reader = until(command, lambda: reading_process(command))
    return reader, until(command, lambda: next(children(reader), None))


def test_a_reader_killed_in_the_middle_costs_one_file(long: Path, tmp_path: Path) -> None:
    good = tmp_path / "good.pdf"
    good.write_bytes(bad_papers.pdf())
    command = start("read", long, good, "--jobs", 1, "--out", tmp_path / "out")
    reader, _ = while_reading(command)

    os.kill(reader, signal.SIGKILL)
    ended = end(command)

    assert ended.code == ReaderDiedError.exit_code
    assert "long.tif: the process that read it ended without an answer. [reader_died]" in ended.said
    assert "Traceback" not in ended.said
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["good.json"]
    assert json.loads((tmp_path / "out" / "good.json").read_bytes())["source"]["pages"] == 1


@pytest.mark.parametrize("ended_by", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_goes_on_reading_for_a_command_that_was_killed(ended_by: signal.Signals, long: Path) -> None:
    command = start("read", long)
    reader, decoder = while_reading(command)

    os.kill(command.pid, ended_by)
    command.communicate(timeout=PATIENCE_S)

    give_up = time.monotonic() + 20
    while is_alive(reader) or is_alive(decoder):
        assert time.monotonic() < give_up, "a reader outlived its command"
        time.sleep(0.1)
