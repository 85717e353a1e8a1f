"""Everything that is shown has a name in every language."""

from __future__ import annotations

from typing import get_args

import pytest

from extractors.catalog import known_types
from intake.pipeline.requests.waiting import KEPT_REASONS
from intake.pipeline.rerouting import SPECIFIERS
from intake.pipeline.routing_table import routing_table
from intake.store.documents import Origin
from intake.store.requests import State
from intake.web.names import field_name, filters, name_in, option_name, tables
from intake.web.words import LANGUAGES
from models.delivery import Origin as Reading
from models.result import Channel
from models.work import Addressee, Queue

WAITS = {"doubtful_fields", "doubtful_type", "queue", "possible_duplicate", "findings", "unread", *KEPT_REASONS}
NEEDED = {
    "queues": set(get_args(Queue)), "types": set(known_types()), "specifiers": set(SPECIFIERS.values()),
    "severities": {"note", "ask", "stop", "alarm"}, "waits": WAITS, "channels": set(get_args(Channel)),
    "paper_languages": set(LANGUAGES), "addressees": set(get_args(Addressee)), "request_states": set(get_args(State)),
    "readings": set(get_args(Reading)), "origins": set(get_args(Origin)), "kinds": {*routing_table().matters, "benefit"},
    "delivery_states": {"waiting", "delivered", "parked", "superseded"},
    "task_places": {side.to for side in routing_table().sides},
}  # fmt: skip


@pytest.mark.parametrize("group", sorted(NEEDED))
def test_every_word_of_a_group_has_a_name_and_no_name_is_left_over(group: str) -> None:
    assert set(tables()[group]) == NEEDED[group]


@pytest.mark.parametrize("group", sorted(tables()))
def test_every_name_stands_in_all_three_languages(group: str) -> None:
    assert [key for key, names in tables()[group].items() if len(names) != 3 or not all(name.strip() for name in names)] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("document_type", sorted(known_types()))
def test_every_field_column_and_option_has_a_name(document_type: str, language: str) -> None:
    doc_type = known_types()[document_type]
    paths = [
        (path, spec.name)
        for spec in doc_type.fields
        for path in (spec.name, *(f"{spec.name}[0].{column.name}" for column in spec.columns))
    ]
    names = {path: (field_name(language, document_type, path), name.replace("_", " ")) for path, name in paths}
    names |= {
        f"{spec.name}={option.value}": (option_name(language, document_type, spec.name, option.value), option.value)
        for spec in doc_type.fields
        for option in spec.options
    }

    assert [path for path, (name, bare) in names.items() if "_" in name or (name == bare and language != "en")] == []


def test_no_two_fields_of_a_type_share_a_name() -> None:
    shared = []
    for document_type, doc_type in known_types().items():
        for language in LANGUAGES:
            names = [field_name(language, document_type, spec.name) for spec in doc_type.fields]
            shared += [(document_type, language, name) for name in set(names) if names.count(name) > 1]

    assert shared == []


def test_own_names_are_of_fields_that_exist() -> None:
    known = {spec.name for doc_type in known_types().values() for spec in doc_type.fields} | {"document_type"}
    typed = {f"{name}.{spec.name}" for name, doc_type in known_types().items() for spec in doc_type.fields}

    assert set(tables()["fields"]) - known - typed == set()


def test_a_column_is_named_by_what_is_printed_above_it() -> None:
    assert field_name("sv", "y17_wage_notice", "wage_periods[2].gross") == "Lön euro"
    assert name_in("en", "queues", "tax") == "Tax"


@pytest.mark.parametrize("language", LANGUAGES)
def test_findings_speak_the_screens_language(language: str) -> None:
    kept = {
        "says": "fi says", "says_sv": "sv says", "says_en": "en says",
        "settled_by": "fi remedy", "settled_by_sv": "sv remedy", "settled_by_en": "en remedy",
    }  # fmt: skip
    words = filters(language)

    assert words["finding_text"](kept) == f"{language} says"
    assert words["settled_by_text"](kept) == f"{language} remedy"
    assert words["finding_language"](kept) == language


@pytest.mark.parametrize("unsaid", [{}, {"says_en": "", "settled_by_en": ""}])
def test_findings_kept_before_there_was_english_are_shown_in_finnish(unsaid: dict[str, str]) -> None:
    kept = {"says": "fi says", "says_sv": "sv says", "settled_by": "fi remedy", "settled_by_sv": "sv remedy"} | unsaid
    words = filters("en")

    assert words["finding_text"](kept) == "fi says"
    assert words["settled_by_text"](kept) == "fi remedy"
    assert words["finding_language"](kept) == "fi"
