"""Hold the word lists and the contract's labels that papers are filled with."""

import json
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

HERE = Path(__file__).parent


@cache
def _read(name: str) -> Any:
    return json.loads((HERE / name).read_text(encoding="utf-8"))


@cache
def names(key: str) -> tuple[str, ...]:
    """Give the words kept under `key`."""
    value = _read("words.json")[key]
    return tuple(value.split()) if isinstance(value, str) else tuple(value)


def rows(key: str) -> list[list[Any]]:
    """Give the rows kept under `key`."""
    return list(_read("words.json")[key])


def fields_of(document_type: str) -> dict[str, Any]:
    """Give the contract's fields of a document type."""
    return dict(_read("contract.json")[document_type]["fields"])


def document_types() -> list[str]:
    """Name every document type of the contract."""
    return list(_read("contract.json"))


def label(spec: dict[str, Any], lang: str) -> str:
    """Give a field's printed label; empty where the section's heading speaks for it."""
    labels = spec.get("labels", {})
    found = labels.get(lang) or labels.get("fi") or [""]
    return str(found[0])


def value_labels(spec: dict[str, Any], lang: str) -> dict[str, str]:
    """Give what stands beside each check box of a choice."""
    return {value: str(texts.get(lang) or texts.get("fi")) for value, texts in spec["values"].items()}


def pick(rng: Random, key: str) -> str:
    """Draw one word from a list."""
    return rng.choice(names(key))
