"""docs/operations.md tells of every alarm and every metric there is, and of no other; its examples can be read."""

from __future__ import annotations

import ast
import configparser
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from intake.store.figures import Figures, StageSeconds
from intake.web.figures_shown import ServiceCollector
from models.errors import AwayError

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "operations.md").read_text()


def first_cells(heading: str) -> set[str]:
    [section] = [part for part in re.split(r"^## ", TEXT, flags=re.MULTILINE) if part.startswith(heading + "\n")]
    return set(re.findall(r"^\| `([a-z_/]+)`", section, re.MULTILINE))


def kinds(source: str) -> Iterator[str]:
    """Find the kinds of alarm a module raises: words, constants, or what its own functions are given to pass on."""
    tree = ast.parse(source)
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    yield from _given(tree, "raise_alarm", 1, constants)


def _given(tree: ast.Module, function: str, position: int, constants: dict[str, object]) -> Iterator[str]:
    for within in ast.walk(tree):
        if not isinstance(within, ast.FunctionDef):
            continue
        for call in ast.walk(within):
            if not isinstance(call, ast.Call) or getattr(call.func, "attr", getattr(call.func, "id", "")) != function:
                continue
            match call.args[position]:
                case ast.Constant(value=str(kind)):
                    yield kind
                case ast.Name(id=name) if name in constants:
                    yield str(constants[name])
                case ast.Name(id=name):
                    names = [each.arg for each in within.args.args]
                    is_method = names[0] == "self"
                    yield from _given(tree, within.name, names.index(name) - is_method, constants)
                case ast.Attribute(attr="code"):
                    yield from (error.code for error in AwayError.__subclasses__())
                case other:
                    raise AssertionError(f"cannot tell the kind of alarm: {ast.unparse(other)}")


def raised() -> set[str]:
    paths = [path for path in (ROOT / "intake").rglob("*.py") if path.name != "alarms.py"]
    return {kind for path in paths if "raise_alarm" in path.read_text() for kind in kinds(path.read_text())}


def shown() -> set[str]:
    """The names of all metrics, as a scraper sees them."""
    counted = Figures({}, {}, {}, 0.0, [StageSeconds("read", 1, 1.0, {0.5: 1.0})], {}, {}, {}, 0, {}, 0)
    families = ServiceCollector(lambda: counted, lambda: 1).collect()
    suffix = {"counter": "_total", "info": "_info"}
    return {family.name + suffix.get(family.type, "") for family in families}


def test_every_kind_of_alarm_is_told_and_no_other() -> None:
    found = raised()

    assert len(found) > 10
    assert first_cells("Alarms") == found


def test_every_metric_is_told_and_no_other() -> None:
    assert first_cells("Metrics") == shown()


def test_a_rule_asks_for_metrics_there_are() -> None:
    rules = re.findall(r"expr: .*", TEXT)

    assert rules
    assert {name for rule in rules for name in re.findall(r"saapuva_\w+", rule)} <= shown()


@pytest.mark.parametrize("block", re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL))
def test_an_example_for_prometheus_is_valid_yaml(block: str) -> None:
    yaml = pytest.importorskip("yaml")

    assert isinstance(yaml.safe_load(block), dict)


def test_the_unit_for_systemd_can_be_read() -> None:
    [unit] = re.findall(r"```ini\n(.*?)```", TEXT, re.DOTALL)
    parser = configparser.ConfigParser(interpolation=None)

    parser.read_string(unit)

    assert parser["Service"]["ExecStart"].endswith("saapuva up")


def test_an_alarm_passed_on_through_functions_is_found() -> None:
    source = """
KIND = "third"
def a(conn): raise_alarm(conn, "first", 1)
def b(conn): c(conn, "second")
def c(conn, kind): alarms.raise_alarm(conn, kind, 1)
def d(conn): alarms.raise_alarm(conn, KIND, 1)
"""

    assert set(kinds(source)) == {"first", "second", "third"}
