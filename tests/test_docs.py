"""What a user can meet is documented: every command, error and document type."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main

from extractors.catalog import load_types
from intake.cli import app
from intake.web.access import RIGHTS_OF_ROLE, Right, Role
from models.errors import SaapuvaError

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text()
DECISIONS = (ROOT / "docs" / "decisions.md").read_text()


def every_error(base: type[SaapuvaError] = SaapuvaError) -> Iterator[type[SaapuvaError]]:
    yield base
    for error in base.__subclasses__():
        yield from every_error(error)


def first_cells(text: str, heading: str) -> set[str]:
    """The code words of the first column of the table under a heading."""
    section = re.split(r"^## ", text, flags=re.MULTILINE)
    [table] = [part for part in section if part.startswith(heading)]
    return set(re.findall(r"^\| `([^`]+)`", table, re.MULTILINE))


@pytest.mark.parametrize("error", list(every_error()), ids=lambda error: error.__name__)
def test_every_error_is_in_the_readme_with_its_exit_code(error: type[SaapuvaError]) -> None:
    assert f"| {error.exit_code} | `{error.code}` |" in README


def test_no_two_errors_share_a_code_or_an_exit_code() -> None:
    errors = list(every_error())

    assert len({error.code for error in errors}) == len(errors)
    assert len({error.exit_code for error in errors}) == len(errors)


def test_every_command_is_in_the_readme() -> None:
    commands = typer.main.get_group(app).commands

    assert [name for name in commands if f"./saapuva {name}" not in README] == []


def test_every_option_of_read_is_in_the_readme() -> None:
    options = [name for parameter in typer.main.get_group(app).commands["read"].params for name in parameter.opts if "--" in name]

    assert [name for name in options if name not in README] == []


def test_the_glossary_names_exactly_the_types_there_are() -> None:
    assert first_cells(GLOSSARY, "Document types") == set(load_types())


def words_of_evidence(source: str) -> Iterator[str]:
    """Find the words a module gives as evidence: `evidence=…`, `evidence.append(…)`, `evidence_of(…)`."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.keyword(arg="evidence", value=given) | ast.Assign(targets=[ast.Name(id="evidence")], value=given):
                yield from strings(given)
            case ast.Call(func=ast.Attribute(value=ast.Name(id="evidence"))) | ast.Call(func=ast.Name(id="evidence_of")):
                yield from strings(*node.args)


def strings(*nodes: ast.expr) -> Iterator[str]:
    for node in nodes:
        yield from (each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str))


def test_every_word_of_evidence_is_in_the_closed_list() -> None:
    used = {word for path in (ROOT / "extractors").rglob("*.py") for word in words_of_evidence(path.read_text())}

    assert used
    assert used - first_cells(GLOSSARY, "Evidence") == set()


def test_every_dependency_has_its_reason() -> None:
    pyproject = (ROOT / "pyproject.toml").read_text()
    names = re.findall(r'^    "([a-z0-9-]+)[><=]', pyproject, re.MULTILINE)

    assert names
    assert [name for name in names if name not in DECISIONS.lower()] == []


def test_every_file_the_documents_name_exists() -> None:
    for document in ("README.md", "CONTRIBUTING.md"):
        text = (ROOT / document).read_text()
        named = re.findall(r"`((?:intake|extractors|models|docs|samples|tests)/[\w./]*)`", text)
        assert [name for name in named if not (ROOT / name).exists()] == [], document


PLACEHOLDER = re.compile(
    r"127\.0\.0\.1(:\d+)?|[A-Z_]+(:[A-Z]+)?|…|bucket|papers|\w+@db"
    r"|\w+:\w+@[A-Z]+|[a-z.-]*example[a-z.]*(:\d+)?|json-schema\.org|\*+"
)


def test_the_documents_name_no_host() -> None:
    for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]:
        hosts = re.findall(r"://([^\s/`'\"),;]*)", path.read_text())
        assert [host for host in hosts if not PLACEHOLDER.fullmatch(host)] == [], path.name


def test_launcher_and_ci_may_be_run() -> None:
    for script in (ROOT / "saapuva", ROOT / ".ci" / "run"):
        assert script.stat().st_mode & 0o111
        assert subprocess.run(["sh" if script.name == "saapuva" else "bash", "-n", script], check=False).returncode == 0


def rights_table() -> str:
    lines = ["| right | " + " | ".join(Role) + " |", "|---" * (len(Role) + 1) + "|"]
    for right in Right:
        lines.append(f"| `{right}` | " + " | ".join("×" if right in RIGHTS_OF_ROLE[role] else "" for role in Role) + " |")
    return "\n".join(lines)


def test_the_manual_shows_the_rights_there_are() -> None:
    manual = (ROOT / "docs" / "access.md").read_text()

    assert manual.split("<!-- rights -->\n")[1].split("\n<!-- /rights -->")[0] == rights_table()
