"""The routing table as a benefit expert reads, changes and checks it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import get_args

import pytest
from rich.console import Console
from typer.testing import CliRunner

from intake.cli import app
from intake.pipeline.conditions import CONDITIONS
from intake.pipeline.routing_faults import checked_table, faults
from intake.pipeline.routing_table import ConditionName, routing_table, shipped
from intake.routing_report import routing_report
from intake.settings import Settings
from intake.wiring import wire
from models.errors import TypeFileError

SHIPPED = Path(str(shipped()))
DOCUMENT = Path(__file__).parents[3] / "docs" / "routing.md"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    copy = tmp_path / "own.toml"
    copy.write_text(SHIPPED.read_text(encoding="utf-8"), encoding="utf-8")
    return copy


@pytest.fixture
def fresh_table() -> Iterator[None]:
    routing_table.cache_clear()
    yield
    routing_table.cache_clear()


def change(copy: Path, old: str, new: str) -> int:
    """Edit the copy; gives the line of the change."""
    text = copy.read_text(encoding="utf-8")
    assert old in text
    copy.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_every_condition_has_its_words_in_three_languages_and_no_other() -> None:
    words = routing_table().conditions

    assert set(words) == set(CONDITIONS) == set(get_args(ConditionName))
    for one in words.values():
        assert len({one.fi, one.sv, one.en}) == 3


def test_side_tasks_and_markers_speak_three_languages() -> None:
    table = routing_table()

    for one in (*table.sides, *table.markers):
        assert one.says_sv and one.says_en and len({one.says, one.says_sv, one.says_en}) == 3


def test_an_own_table_without_english_can_still_be_used(own: Path) -> None:
    lines = own.read_text(encoding="utf-8").splitlines(keepends=True)
    own.write_text("".join(line for line in lines if not line.startswith("says_en")), encoding="utf-8")

    table = checked_table(own)

    assert {one.says_en for one in (*table.sides, *table.markers)} == {""}


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_printed_table_shows_every_rule_in_the_order_it_is_read(language: str) -> None:
    console = Console(width=200, record=True, file=open("/dev/null", "w"))  # noqa: SIM115, PTH123
    console.print(routing_report(routing_table(), date(2019, 1, 4), language))
    printed = console.export_text()
    console.file.close()

    first_column = [line.split("│")[1].strip() for line in printed.splitlines() if line.startswith("│")]
    ids = [cell for cell in first_column if cell.startswith("R")]
    table = routing_table()
    assert ids == [one.id for one in (*table.rules, *table.sides)]
    assert "has_security_ban" not in printed, "conditions are said in plain words"


def test_the_command_prints_the_table_and_checks_a_copy(own: Path) -> None:
    shown = CliRunner().invoke(app, ["routing", "--language", "en"])
    checked = CliRunner().invoke(app, ["routing", "check", str(own)])

    assert (shown.exit_code, checked.exit_code) == (0, 0)
    assert "R05" in shown.output
    assert "the table can be used" in checked.output


def test_the_shipped_table_has_no_faults() -> None:
    assert list(faults(routing_table(), SHIPPED.read_text(encoding="utf-8"))) == []


R19 = 'types = ["y121_account_change"]\nqueue = "basic_data"'


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (R19, R19.replace("basic_data", "accounts"), "rule R19, queue"),
        (R19, R19.replace("types", "typs"), "rule R19, typs"),
        (R19, R19 + '\nwhen = ["is_monday"]', "rule R19, when"),
        (R19, R19.replace("y121_account_change", "y12_account"), "rule R19: there is no document type 'y12_account'"),
        (R19, 'queue = "basic_data"', "never reached: R19 above it"),
        ('comment = "e_form"', "", "rule R05: a matter for international_centre needs a comment"),
        ('field = "foreign_employer"', 'field = "foreign_boss"', "markers M10: sv8_application has no field 'foreign_boss'"),
        ('account = ["y121_account_change"]', 'account = ["y121"]', r"\[matters\]: there is no document type 'y121'"),
        ('id = "R19"', 'id = R19"', "line"),
        ("[conditions.is_in_prison]", "[conditions.is_in_jail]", "is_in_jail"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_line_and_rule(own: Path, old: str, new: str, said: str) -> None:
    change(own, old, new)

    with pytest.raises(TypeFileError, match=said):
        checked_table(own)


def test_the_line_is_that_of_the_rules_block(own: Path) -> None:
    line = change(own, R19, R19.replace("basic_data", "accounts")) - 3  # [[rule]], id, section stand above

    result = CliRunner().invoke(app, ["routing", "check", str(own)])

    assert result.exit_code == 21
    assert f"line {line}, rule R19, queue" in " ".join(result.output.split())


def test_an_own_table_is_the_one_that_is_used(own: Path, monkeypatch: pytest.MonkeyPatch, fresh_table: None) -> None:
    change(own, R19, R19.replace("basic_data", "payments"))
    monkeypatch.setenv("SAAPUVA_ROUTING", str(own))

    rule = next(rule for rule in routing_table().rules if rule.id == "R19")

    assert rule.queue == "payments"


def test_a_faulty_own_table_stops_the_start(own: Path) -> None:
    change(own, R19, R19.replace("y121_account_change", "y12"))

    with pytest.raises(TypeFileError, match=r"own\.toml: line .* R19"):
        wire(Settings(routing=own))


def test_an_own_table_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(TypeFileError, match="cannot be read"):
        checked_table(tmp_path / "none.toml")


def test_the_page_for_experts_names_every_condition_and_comment() -> None:
    page = DOCUMENT.read_text(encoding="utf-8")

    for name in CONDITIONS:
        assert f"`{name}`" in page
    for name in ("e_form", "international", "suspicion", "recovery", "wage_card"):
        assert f"`{name}`" in page
