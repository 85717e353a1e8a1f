"""Names of what the screens show, in their languages: document types, fields, options, queues, and words of few values."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from extractors.catalog import known_types
from intake.web.words import LANGUAGES
from models.document_type import FieldSpec, Labels

WORDS = Path(__file__).with_name("names.toml")
GROUPS = {
    "queue_name": "queues", "type_name": "types", "specifier_name": "specifiers", "severity_name": "severities",
    "wait_name": "waits", "channel_name": "channels", "paper_language": "paper_languages", "addressee_name": "addressees",
    "request_state": "request_states", "reading_name": "readings", "origin_name": "origins", "matter_kind": "kinds",
    "event_name": "events", "delivery_state": "delivery_states", "task_place": "task_places",
}  # fmt: skip
"""What templates call as filters, and the table of `names.toml` each looks into."""


@cache
def tables(path: Path = WORDS) -> Mapping[str, Mapping[str, list[str]]]:
    """Load the names, each as a list in the order of LANGUAGES."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def name_in(language: str, group: str, key: str) -> str:
    """Give a name of one table; the key itself where there is none."""
    found = tables()[group].get(key)
    return found[LANGUAGES.index(language)] if found else key


def field_name(language: str, document_type: str, path: str) -> str:
    """Name a field, or a table's column (`employers[0].name`), by its own table or by what is printed beside it."""
    field, _, column = path.partition("[")[0], *path.partition("].")[1:]
    own = tables()["fields"]
    found = own.get(f"{document_type}.{field}") or own.get(field)
    if found and not column:
        return found[LANGUAGES.index(language)]
    spec = spec_of(document_type, field)
    if spec is None:
        return field.replace("_", " ")
    labels = next((one.labels for one in spec.columns if one.name == column), None) if column else None
    return printed(labels or spec.labels, language) or printed(spec.heading, language) or field.replace("_", " ")


def option_name(language: str, document_type: str, field: str, value: str) -> str:
    """Name one value of a choice by the words beside its box."""
    spec = spec_of(document_type, field)
    labels = next((one.labels for one in spec.options if one.value == value), None) if spec else None
    return (printed(labels, language) if labels else "") or value


def spec_of(document_type: str, field: str) -> FieldSpec | None:
    """Give what a type file says of a field; None when it says nothing."""
    doc_type = known_types().get(document_type)
    return next((spec for spec in doc_type.fields if spec.name == field), None) if doc_type else None


def printed(labels: Labels, language: str) -> str:
    """Give the first printed words in a language; in another where this one has none."""
    own = {"fi": labels.fi, "sv": labels.sv, "en": labels.en}[language]
    return (*own, *labels.en, *labels.fi, "")[0]


def filters(language: str) -> dict[str, Callable[..., str]]:
    """Name what templates call as filters."""

    def of_group(group: str) -> Callable[[str], str]:
        return lambda key: name_in(language, group, key or "")

    def field(path: str, document_type: str = "") -> str:
        return field_name(language, document_type, path)

    def finding_text(finding: Mapping[str, str]) -> str:
        return finding.get(f"says_{finding_language(finding)}") or finding["says"]

    def settled_by_text(finding: Mapping[str, str]) -> str:
        return finding.get(f"settled_by_{finding_language(finding)}") or finding.get("settled_by", "")

    def finding_language(finding: Mapping[str, str]) -> str:
        """What was kept before there was English has none: it is shown in Finnish, and the page says so."""
        return language if finding.get(f"says_{language}") else "fi"

    own: dict[str, Callable[..., str]] = {
        "field_name": field, "finding_text": finding_text, "settled_by_text": settled_by_text,
        "finding_language": finding_language,
    }  # fmt: skip
    return {name: of_group(group) for name, group in GROUPS.items()} | own
