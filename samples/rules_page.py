"""Write docs/rules.md: every rule, marker and check of the guide with where it is, its test, or why there is none.

python -m samples.rules_page
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from intake.pipeline.checks.evaluation import registered
from intake.pipeline.routing_table import routing_table

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "rules.md"

RULES = [*(f"R{number:02d}" for number in range(1, 25)), "R24b", "R24c", *(f"R{number}" for number in range(25, 32))]
MARKERS = [f"M{number:02d}" for number in range(1, 23)]
CHECKS = [
    f"C{number:02d}"
    for first, last in ((1, 12), (20, 33), (40, 40), (42, 43), (45, 46), (50, 73), (80, 82), (85, 85), (90, 91))
    for number in range(first, last + 1)
]


def main() -> None:
    PAGE.write_text(page(), encoding="utf-8")


def page() -> str:
    """The page as it should be now."""
    lines = [
        "# Rules, markers and checks",
        "",
        "Made by `python -m samples.rules_page`; a test holds it against the code. Ids are the guide's decision table, list of",
        "international markers and its checks.",
        "",
        "| id | where | test |",
        "|---|---|---|",
    ]
    lines += [f"| {id_} | {where} | {test} |" for id_, where, test in rows()]
    return "\n".join(lines) + "\n"


def rows() -> Iterator[tuple[str, str, str]]:
    """Every id with where it is done and by which test files, or with the reason why it is not."""
    reasons = tomllib.loads((ROOT / "docs" / "not_from_papers.toml").read_text(encoding="utf-8"))
    places, tests = dict(_places()), dict(_tests())
    for id_ in (*RULES, *MARKERS, *CHECKS):
        if id_ in places:
            yield id_, places[id_], ", ".join(tests.get(id_, ["**none**"]))
        else:
            yield id_, f"not done: {reasons.get(id_, '**no reason given**')}", ", ".join(tests.get(id_, ["–"]))


def _places() -> Iterator[tuple[str, str]]:
    table = routing_table()
    for rule in (*table.rules, *table.sides):
        yield rule.id, "`routing.toml`"
    for marker in table.markers:
        yield marker.id, f"`routing.toml`, {marker.strength}"
    for id_, functions in registered().items():
        yield id_, ", ".join(f"`checks/{function.__module__.rpartition('.')[2]}.{function.__name__}`" for function in functions)
    yield "C01", "`checks/deadline.pending_date`"
    yield "C06", "`requests/letter.compose`"
    yield "C09", "`requests/receipt.of_batch`"
    yield "C66", "`checks/days.instalments`, `checks/amount_sheet`"
    yield "C81", "`checks/amounts.source_tax`"
    yield "M05", "`conditions.has_strong_international_marker`"


def _tests() -> dict[str, list[str]]:
    """Which test files name which id, in a test's name or in its body."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        if path.name == "test_rules_page.py":
            continue
        text = path.read_text(encoding="utf-8")
        for id_ in sorted(
            {match.upper() for match in re.findall(r"(?<![A-Za-z0-9])[RMCrmc]\d\d(?![0-9A-Za-z])", text.replace("_", " "))}
        ):
            found.setdefault(id_, []).append(f"`{path.stem}`")
    return found


if __name__ == "__main__":
    main()
