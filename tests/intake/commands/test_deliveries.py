"""`saapuva deliveries` and `saapuva contract`, as they are typed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from intake.cli import app
from intake.pipeline import deliver
from intake.store.database import Database
from models.delivery import contract
from models.errors import CoreRefusedError
from tests.intake.core_stand_in import STORED, ScriptedCore
from tests.intake.kept_documents import HETU, NOW, application, keep, later


@pytest.fixture
def run(database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    monkeypatch.setenv("SAAPUVA_DATABASE_URL", database_url)
    monkeypatch.setenv("SAAPUVA_DATA", str(tmp_path))
    return lambda *words: CliRunner().invoke(app, list(words))


@pytest.fixture
def parked(database: Database) -> str:
    ids = []
    for answer in (STORED, CoreRefusedError(422, "why")):
        kept = keep(database, application())
        with database.transaction() as conn:
            ids.append(deliver.offer(conn, kept.document, NOW))
        assert ids[-1] is not None
        deliver.deliver(database, ScriptedCore([answer]), ids[-1], later(1))
    return str(ids[-1])


def test_deliveries_are_listed_without_personal_data(run: Any, parked: str) -> None:
    listed, only = run("deliveries"), run("deliveries", "--state", "parked")

    assert (listed.exit_code, only.exit_code) == (0, 0)
    assert len(listed.output.splitlines()) == 3 and HETU not in listed.output
    assert [line[:36] for line in only.output.splitlines()[:-1]] == [parked]
    assert only.output.splitlines()[-1] == "0 waiting, 1 delivered, 1 parked, 0 superseded"


def test_one_is_shown_with_the_answer_and_its_body_only_when_asked(run: Any, parked: str) -> None:
    shown, whole = run("deliveries", "show", parked), run("deliveries", "show", parked, "--body")

    assert json.loads(shown.output)["answer"]["body"] == "why"
    assert HETU not in shown.output and HETU in whole.output


def test_one_or_all_parked_ones_go_out_again(run: Any, parked: str) -> None:
    one, all_parked = run("deliveries", "replay", parked), run("deliveries", "replay", "--parked")

    assert (one.exit_code, all_parked.exit_code) == (0, 0)
    assert "waiting" in one.output and all_parked.output == "0 deliveries go out again.\n"


@pytest.mark.parametrize(("words", "code"), [(["replay"], 2), (["show", "0f8fad5b-d9cb-469f-a165-70867728950e"], 31)])
def test_a_wrong_request_ends_with_its_code(run: Any, words: list[str], code: int) -> None:
    assert run("deliveries", *words).exit_code == code


def test_the_contract_is_printed_and_written(run: Any, tmp_path: Path) -> None:
    printed, written = run("contract"), run("contract", "--out", str(tmp_path / "c.json"))

    assert json.loads(printed.output) == contract()
    assert written.exit_code == 0 and (tmp_path / "c.json").read_text() == printed.output
    assert run("contract", "--out", str(tmp_path / "missing" / "c.json")).exit_code == 24


@pytest.mark.parametrize("words", [["--secret", "short"], ["--secret", "whsec_c2hvcnQ="]])
def test_the_receiver_does_not_start_with_a_bad_key(run: Any, tmp_path: Path, words: list[str]) -> None:
    result = run("core-echo", "--folder", str(tmp_path / "echo"), "--port", "0", *words)

    assert result.exit_code == 25 and words[1] not in result.output
