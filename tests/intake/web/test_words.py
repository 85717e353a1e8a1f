"""Every sentence of the screens stands in all languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir

from intake.web import words
from intake.web.pages import environment
from intake.web.words import catalog, language_of, translations

WEB = Path(words.__file__).parent
METHODS = [("templates/**.html", "jinja2"), ("**.py", "python")]
OPTIONS = {"templates/**.html": {"trimmed": "false", "trim_blocks": "true", "lstrip_blocks": "true", "silent": "false",
                                 "extensions": "jinja2.ext.do"}}  # fmt: skip


def said() -> Iterator[str | tuple[str, ...]]:
    found = extract_from_dir(
        WEB, METHODS, OPTIONS, keywords={"_": None, "N_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
    )
    for *_, message, _comments, _context in found:
        yield message


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_every_sentence_is_translated(language: str) -> None:
    known = catalog(language)

    missing = []
    for message in said():
        first = message if isinstance(message, str) else message[0]
        kept = known.get(first)
        given = kept.string if kept is not None else ""
        if not given or (isinstance(given, tuple) and not all(given)):
            missing.append(first)

    assert missing == []


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_a_translation_fills_in_the_same_values(language: str) -> None:
    def filled(text: str) -> set[str]:
        return set(re.findall(r"%\((\w+)\)", text))

    wrong = []
    for message in catalog(language):
        if not message.id:
            continue
        given = message.string if isinstance(message.string, tuple) else (message.string,)
        allowed = filled(" ".join(message.id) if isinstance(message.id, tuple) else message.id)
        if any(filled(text) - allowed for text in given):
            wrong.append(message.id)

    assert wrong == []


def test_no_translation_is_left_over() -> None:
    used = {message if isinstance(message, str) else message[0] for message in said()}

    kept = {message.id if isinstance(message.id, str) else message.id[0] for message in catalog("fi") if message.id}

    assert kept - used == set()


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_template_can_be_read(language: str) -> None:
    built = environment(language)

    for name in built.list_templates():
        built.get_template(name)


def test_finnish_and_swedish_say_something_of_their_own() -> None:
    assert translations("fi").gettext("Sign out") == "Kirjaudu ulos"
    assert translations("sv").gettext("Sign out") == "Logga ut"
    assert translations("en").gettext("Sign out") == "Sign out"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "fi"),
        ("en-GB,en;q=0.9,fi;q=0.8", "en"),
        ("de,sv;q=0.5,en;q=0.4", "sv"),
        ("sv;q=0,en;q=0.1", "en"),
        ("fr", "fi"),
        (";;q=x,,", "fi"),
    ],
)
def test_a_page_speaks_the_browsers_language(accepted: str, language: str) -> None:
    assert language_of(accepted) == language
