"""What is wrong with an edited routing table, beyond its form: said with line and rule, for the person who edited it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from extractors.catalog import known_types
from intake.pipeline.routing_table import REMEDY, RoutingTable, Rule, Side, block_of, load_table
from models.errors import TypeFileError


def checked_table(path: Path) -> RoutingTable:
    """Load an own table and hold it against the document types. Raises TypeFileError that names every fault."""
    table = load_table(path)
    found = list(faults(table, path.read_text(encoding="utf-8")))
    if found:
        raise TypeFileError(path.name, "; ".join(found), REMEDY)
    return table


def faults(table: RoutingTable, text: str) -> Iterator[str]:
    """Name what the form allows and sense does not."""
    for number, rule in enumerate(table.rules):
        yield from (_at(text, "rule", number, rule.id, fault) for fault in _of_rule(rule, number, table.rules))
    for number, side in enumerate(table.sides):
        yield from (_at(text, "side", number, side.id, fault) for fault in _unknown_types(side.types))
    for number, marker in enumerate(table.markers):
        yield from (_at(text, "markers", number, marker.id, fault) for fault in _of_marker(marker.types, marker.field))
    yield from (f"[matters]: {fault}" for types in table.matters.values() for fault in _unknown_types(types))


def _at(text: str, section: str, number: int, id_: str, fault: str) -> str:
    return f"line {block_of(text, section, number)[0]}, {section} {id_}: {fault}"


def _of_rule(rule: Rule, number: int, rules: Sequence[Rule]) -> Iterator[str]:
    yield from _unknown_types(rule.types)
    if rule.queue == "international_centre" and not rule.comment:
        yield "a matter for international_centre needs a comment (guide 1.8.1.3)"
    for earlier in rules[:number]:
        if _takes_all_of(earlier, rule):
            yield f"it is never reached: {earlier.id} above it holds whenever it would"
            return


def _takes_all_of(earlier: Rule | Side, later: Rule) -> bool:
    """Tell whether `earlier` holds wherever `later` does."""
    types = not earlier.types or (bool(later.types) and set(later.types) <= set(earlier.types))
    return types and set(earlier.when) <= set(later.when)


def _unknown_types(types: Sequence[str]) -> Iterator[str]:
    known = known_types()
    for name in types:
        if name not in known:
            yield f"there is no document type {name!r}; `saapuva types` lists them"


def _of_marker(types: Sequence[str], field: str) -> Iterator[str]:
    yield from _unknown_types(types)
    known = known_types()
    for name in types:
        if name in known and field not in {spec.name for spec in known[name].fields}:
            yield f"{name} has no field {field!r}"
