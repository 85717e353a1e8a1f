"""Say what stands on each form: heads, sections, and the order of the fields in them."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Section:
    """A heading and the fields under it, row by row; `fixed` sections keep their place."""

    key: str
    title: str
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    fixed: bool = False


@dataclass(frozen=True)
class Plan:
    """One form in one language."""

    document_type: str
    lang: str
    brand: str
    code: str
    title: str
    subtitle: str
    note: str
    sections: tuple[Section, ...]


@cache
def _plans() -> dict[str, Any]:
    return dict(json.loads((Path(__file__).parent / "plans.json").read_text(encoding="utf-8")))


def synonym(label: str) -> str:
    """Give another wording that older printings carry for a label, or the label itself."""
    return str(_plans()["synonyms"].get(label, label))


def plan(document_type: str, lang: str) -> Plan:
    """Give a form's plan."""
    form = _plans()[document_type]
    texts = form[lang]
    sections = tuple(
        Section(
            s["key"],
            texts["sections"][s["key"]],
            tuple(tuple(r) for r in s["rows"]),
            texts.get("notes", {}).get(s["key"], ""),
            s.get("fixed", False),
        )
        for s in form["layout"]
    )
    return Plan(document_type, lang, texts["brand"], texts["code"], texts["title"], texts["subtitle"], texts["note"], sections)
