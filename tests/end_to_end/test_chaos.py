"""A short storm in every run of the tests; `tests/chaos.py --files 300` is the long one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.end_to_end, pytest.mark.chaos]

ROOT = Path(__file__).parents[2]
FILES = 60
MINUTES = 12
KINDS = ("web", "worker", "reader", "maintain", "watch", "backend", "postmaster", "freeze", "up", "core")


def test_no_page_is_lost_or_doubled_whatever_is_killed() -> None:
    ended = subprocess.run(
        [sys.executable, "tests/chaos.py", "--files", str(FILES), "--seed", "1", "--minutes", str(MINUTES)],
        cwd=ROOT, env={**os.environ, "OMP_THREAD_LIMIT": "1"}, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=60 * (MINUTES + 4), check=False,
    )  # fmt: skip

    assert ended.stdout, ended.stderr
    figures = json.loads(ended.stdout.splitlines()[-1])
    assert ended.returncode == 0, f"{ended.stderr}\n{figures}"
    assert figures["files"] == FILES
    assert (figures["lost"], figures["doubled"], figures["ledger_difference"], figures["audit_ok"]) == (0, 0, 0, True)
    assert figures["delivered"] >= FILES / 4
    assert len(set(figures["kills"]) & set(KINDS)) >= 6, "hardly anything was killed: this proves nothing"
