"""The rules of the house that a machine can hold."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def run(*words: str) -> tuple[int, str]:
    done = subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_imports_point_down_only() -> None:
    lint_imports = "from importlinter.cli import lint_imports_command as run; run(['--no-cache'])"

    code, said = run("-c", lint_imports)

    assert code == 0, said
