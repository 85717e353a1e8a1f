"""The real command in a process of its own, and a look at the processes it starts."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[2]
LIMIT_S = 240


@dataclass(frozen=True)
class Ended:
    code: int
    printed: bytes
    said: str


def start(*words: object, folder: Path | None = None, stdout: int | IO[bytes] = subprocess.PIPE) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "intake.cli", *map(str, words)],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_THREAD_LIMIT": "1"},
        stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.PIPE,
    )  # fmt: skip


def end(command: subprocess.Popen[bytes], limit_s: float = LIMIT_S) -> Ended:
    """Wait for the end; a command that hangs is killed and fails the test."""
    try:
        printed, said = command.communicate(timeout=limit_s)
    except subprocess.TimeoutExpired:
        command.kill()
        command.communicate()
        raise
    return Ended(command.returncode, printed, said.decode())


def saapuva(*words: object, folder: Path | None = None) -> Ended:
    return end(start(*words, folder=folder))


def reading_process(command: subprocess.Popen[bytes]) -> int | None:
    """The id of the process that reads for a command; None while there is none."""
    for pid in children(command.pid):
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            continue
        if b"spawn_main" in words:
            return pid
    return None


def children(pid: int) -> Iterator[int]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and _parent(folder) == pid:
            yield int(folder.name)


def is_alive(pid: int) -> bool:
    try:
        return "(zombie)" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def peak_mb(pid: int) -> float:
    """Most memory a process held so far; 0 when it has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return max((int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("VmHWM:")), default=0.0)


def cpu_s(pid: int) -> float:
    """CPU seconds of a process so far; 0 when it has ended."""
    try:
        rest = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(rest[11]) + int(rest[12])) / os.sysconf("SC_CLK_TCK")


def _parent(folder: Path) -> int:
    try:
        return int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0
