"""`saapuva score` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from intake.cli import app

INBOX = Path(__file__).parents[3] / "samples" / "inbox"


def test_the_sample_inbox_can_be_scored(tmp_path: Path) -> None:
    truth = json.loads((INBOX / "18-paatos-faksi.truth.json").read_text(encoding="utf-8"))
    arrival = {"date": truth["arrival_date"], "evidence": "fax_header", "confidence": 0.9}
    record = {"source": {"arrival": arrival}, "pages": [], "documents": [], "work_items": []}
    (tmp_path / "18-paatos-faksi.json").write_text(json.dumps(record), encoding="utf-8")

    said = CliRunner().invoke(app, ["score", str(INBOX), str(tmp_path), "--html", str(tmp_path / "r.html")])

    assert said.exit_code == 0
    assert "fax_fine" in said.output
    assert (tmp_path / "r.html").stat().st_size > 10_000


def test_a_folder_without_truth_ends_with_the_number_of_its_error(tmp_path: Path) -> None:
    said = CliRunner().invoke(app, ["score", str(tmp_path), str(tmp_path)])

    assert said.exit_code == 33
    assert "no truth" in said.stderr


def test_a_page_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    said = CliRunner().invoke(app, ["score", str(INBOX), str(tmp_path), "--html", str(tmp_path / "nowhere" / "r.html")])

    assert said.exit_code == 24
    assert "Give --html another place" in said.stderr
