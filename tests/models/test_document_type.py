"""What a document type may say, and what it may not."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from models.document_type import DocumentType, Labels


def fields(*specs: dict[str, Any]) -> DocumentType:
    return DocumentType.model_validate(
        {"name": "order", "family": "letter", "title": {"fi": ["Päätös"]}, "match": {}, "field": list(specs)}
    )


def test_a_field_is_found_by_its_name() -> None:
    doc_type = fields({"name": "start", "kind": "date"}, {"name": "end", "kind": "date"})

    assert doc_type.spec("end").kind == "date"


def test_asking_for_a_field_that_is_not_there_names_type_and_field() -> None:
    with pytest.raises(KeyError, match="order has no field 'wage'"):
        fields({"name": "start", "kind": "date"}).spec("wage")


def test_a_field_named_twice_is_refused() -> None:
    with pytest.raises(ValidationError, match="field named twice: start"):
        fields({"name": "start", "kind": "date"}, {"name": "start", "kind": "text"})


@pytest.mark.parametrize(
    ("spec", "fault"),
    [
        ({"name": "a", "kind": "date", "column": [{"name": "b", "kind": "text", "labels": {}}]}, "only a table has columns"),
        ({"name": "a", "kind": "date", "option": [{"value": "b"}]}, "only a choice has options"),
        ({"name": "a", "kind": "colour"}, "kind"),
        ({"name": "a", "kind": "date", "lable": {"fi": ["Alkaen"]}}, "lable"),
    ],
)
def test_what_does_not_fit_a_field_is_refused(spec: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        fields(spec)


def test_labels_of_all_languages_come_once_and_in_order() -> None:
    labels = Labels(fi=("BIC", "BIC-koodi"), sv=("BIC", "BIC-kod"), en=("BIC code",))

    assert labels.every() == ("BIC", "BIC-koodi", "BIC-kod", "BIC code")
