"""The document types: every file is sound, and a bad one names itself."""

from __future__ import annotations

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.catalog import load_types, parse_type
from extractors.phrase_search import fold
from models.document_type import DocumentType, FieldSpec
from models.errors import TypeFileError

TYPES = load_types()
EVERY_TYPE = pytest.mark.parametrize("doc_type", TYPES.values(), ids=lambda doc_type: doc_type.name)

# These stand on the paper twice, or a range stands beside one label: only the place tells them apart.
SHARED_LABELS = [
    {"patient_phone", "physician_phone"},
    {"main_icd10", "other_icd10"},
    {"start", "end"},
    {"valid_from", "valid_to"},
    {"issued_date", "replaces_ban_dated"},
    # One cell or line of a letter that holds both: what each part is tells which is which.
    {"subject_name", "subject_hetu"},
    {"debtor_name", "debtor_hetu"},
    # "Päätöksen antaja" may be followed by an office or by a person, "Asia" by a number or by what is decided,
    # "Gäller" by a debtor or by a period.
    {"authority", "physician_name"},
    {"diary_number", "decision_kind"},
    {"case_number", "notice_kind"},
    {"debtor_name", "valid_from", "valid_to"},
]

GOOD = """
name = "note"
family = "letter"
[title]
fi = ["Ilmoitus"]
[match]
titles = ["Ilmoitus"]
[[field]]
name = "date"
kind = "date"
labels.fi = ["Päiväys"]
patterns = ['\\d+']
"""


def test_the_types_are_those_of_the_contract() -> None:
    assert len(TYPES) == 25
    assert {"sv8_application", "y17_wage_notice", "a_certificate", "e115", "absence_order", "payment_ban", "unknown"} <= set(
        TYPES
    )
    assert list(TYPES) == sorted(TYPES)


@EVERY_TYPE
def test_every_type_but_unknown_can_be_recognised_in_finnish_and_swedish(doc_type: DocumentType) -> None:
    assert doc_type.title.fi and doc_type.title.sv
    if doc_type.name != "unknown":
        assert doc_type.match.titles
        assert doc_type.match.wording


@EVERY_TYPE
def test_every_field_has_something_to_find_it_by(doc_type: DocumentType) -> None:
    for spec in doc_type.fields:
        named = [spec.labels, spec.heading, *(column.labels for column in spec.columns)]
        assert any(labels.every() for labels in named), spec.name


@EVERY_TYPE
def test_every_choice_has_options_with_words(doc_type: DocumentType) -> None:
    for spec in doc_type.fields:
        if spec.kind in ("choice", "choices"):
            assert len(spec.options) >= 2, spec.name
            assert all(option.labels.every() for option in spec.options), spec.name
        if spec.kind == "table":
            assert len(spec.columns) >= 2, spec.name


@EVERY_TYPE
def test_no_label_names_two_fields_unless_the_paper_does_so(doc_type: DocumentType) -> None:
    named = defaultdict(set)
    for spec in doc_type.fields:
        for label in spec.labels.every():
            named[fold(label)].add(spec.name)

    twice = [names for names in named.values() if len(names) > 1]
    assert all(names in SHARED_LABELS for names in twice)


@EVERY_TYPE
def test_no_words_name_two_options_of_a_choice(doc_type: DocumentType) -> None:
    for spec in doc_type.fields:
        words = [fold(text) for option in spec.options for text in set(map(fold, option.labels.every()))]
        assert len(words) == len(set(words)), spec.name


def test_no_form_code_and_no_title_belongs_to_two_types() -> None:
    owners = defaultdict(set)
    for doc_type in TYPES.values():
        for text in (*doc_type.match.codes, *doc_type.match.titles):
            owners[fold(text)].add(doc_type.name)

    assert {text: names for text, names in owners.items() if len(names) > 1} == {}


@EVERY_TYPE
def test_nothing_that_speaks_for_a_type_also_speaks_against_it(doc_type: DocumentType) -> None:
    match = doc_type.match
    against = [fold(text) for text in match.none_of]

    spoken_for = [fold(text) for text in (*match.titles, *match.wording)]
    assert [text for text in spoken_for if any(bad in text for bad in against)] == []


def test_free_text_is_marked_as_area() -> None:
    areas = {(name, spec.name) for name, doc_type in TYPES.items() for spec in doc_type.fields if spec.area}

    assert {
        ("sv8_application", "additional_info"),
        ("y17_wage_notice", "additional_info"),
        ("a_certificate", "statement"),
    } <= areas


def test_a_good_file_becomes_a_type() -> None:
    doc_type = parse_type("note.toml", GOOD)

    assert doc_type.spec("date") == FieldSpec.model_validate(
        {"name": "date", "kind": "date", "labels": {"fi": ["Päiväys"]}, "patterns": [r"\d+"]}
    )


@pytest.mark.parametrize(
    ("file_name", "text", "fault"),
    [
        ("other.toml", GOOD, "the file name and the name 'note' in it differ"),
        ("note.toml", GOOD + "[match", "not TOML"),
        ("note.toml", GOOD.replace("labels.fi", "lables.fi"), "lables"),
        ("note.toml", GOOD.replace("kind =", "sort ="), "kind"),
        ("note.toml", GOOD.replace(r"\d+", "(")[:-1], "bad pattern '\\('"),
        ("note.toml", GOOD.replace('family = "letter"', 'family = "form letter"'), "family"),
        ("note.toml", GOOD + '[[field]]\nname = "date"\nkind = "text"\n', "named twice"),
    ],
)
def test_a_bad_file_is_named_with_what_is_wrong(file_name: str, text: str, fault: str) -> None:
    with pytest.raises(TypeFileError, match=fault) as caught:
        parse_type(file_name, text)
    assert str(caught.value).startswith(file_name)


@given(st.text(max_size=200))
def test_nothing_but_a_type_file_error_escapes(text: str) -> None:
    with pytest.raises(TypeFileError):
        parse_type("note.toml", text)
