"""The contract with the rules core: what is published is what is meant, and the example in its manual keeps it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest
from pydantic import ValidationError

from models.delivery import SCHEMA_ID, Envelope, Origin, contract, contract_text
from models.document_type import DocumentType
from models.extraction import Reading
from models.review import TYPE_PATH, Correction

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture
def example() -> dict[str, Any]:
    found = re.search(r"```json\n(.*?)```", (DOCS / "rules-core.md").read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    parsed: dict[str, Any] = json.loads(found[1])
    return parsed


def validator(schema: dict[str, Any]) -> Any:
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())


def whole(event: dict[str, Any]) -> list[str]:
    """What the published schema says against an event, envelope and all."""
    schema = contract()
    schema["$ref"] = "#/$defs/Envelope"
    for key in ("properties", "required", "additionalProperties", "type"):
        schema["$defs"].setdefault("Delivery", {})[key] = schema.pop(key)
    schema["$defs"]["Envelope"]["properties"]["data"] = {"$ref": "#/$defs/Delivery"}
    return [error.message for error in validator(schema).iter_errors(event)]


def test_the_published_schema_is_the_current_one() -> None:
    """Write it anew with `./saapuva contract --out docs/contract/saapuva-delivery-1.schema.json`."""
    published = (DOCS / "contract" / "saapuva-delivery-1.schema.json").read_text(encoding="utf-8")

    assert published == contract_text()


def test_the_published_schema_is_json_schema_2020_12() -> None:
    jsonschema.Draft202012Validator.check_schema(contract())

    assert contract()["$id"] == SCHEMA_ID


def test_the_example_in_the_manual_keeps_the_contract(example: dict[str, Any]) -> None:
    assert list(validator(contract()).iter_errors(example["data"])) == []
    assert whole(example) == []
    assert Envelope.model_validate_json(json.dumps(example)).data.version == 2


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data.pop("supersedes"),
        lambda data: data.update(confidence=0.9),
        lambda data: data.update(version=0),
        lambda data: data["fields"]["benefit"].update(confidence=0.9),
        lambda data: data["fields"]["benefit"].update(origin="guess"),
        lambda data: data["fields"]["benefit"].update(box=[0, 0, 1, 7]),
        lambda data: data["source"].update(sha256="x"),
        lambda data: data["matter"].update(queue="elsewhere"),
    ],
)
def test_what_breaks_the_contract_is_seen_by_schema_and_code_alike(example: dict[str, Any], spoil: Any) -> None:
    spoil(example["data"])

    assert whole(example) != []
    with pytest.raises(ValidationError):
        Envelope.model_validate_json(json.dumps(example))


def test_a_value_that_is_missing_says_why(example: dict[str, Any]) -> None:
    example["data"]["fields"]["benefit"]["value"] = None

    with pytest.raises(ValidationError):
        Envelope.model_validate_json(json.dumps(example))


def test_every_way_of_reading_is_an_origin() -> None:
    assert set(get_args(Origin)) == {*get_args(Reading), "person"}


def test_no_field_is_named_as_the_type_is_in_corrections() -> None:
    from extractors.catalog import load_types

    types: list[DocumentType] = list(load_types().values())

    assert not [doc_type.name for doc_type in types for spec in doc_type.fields if spec.name == TYPE_PATH]


@pytest.mark.parametrize(
    "said",
    [
        {"field": "absence_end"},
        {"field": "absence_end", "says": "empty", "value": "x"},
        {"field": "employers[].name", "value": "x"},
        {"field": "Employers", "value": "x"},
        {"field": "employers[0].name[1]", "value": "x"},
        {"field": "absence_end", "value": 1.5},
    ],
)
def test_a_correction_says_one_thing_about_one_place(said: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Correction.model_validate(said)
