"""The words of the screens in three languages, by gettext. English sentences are the keys.

Translations lie in `locale/<language>/<area>.po` and are read as they are: there is nothing to compile.
"""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

LANGUAGES = ("fi", "sv", "en")
LOCALE_OF = {"fi": "fi_FI", "sv": "sv_FI", "en": "en_FI"}
FOLDER = Path(__file__).parent / "locale"
ERRORS = "errors.po"
"""Sentences of errors, which are found by patterns (`error_words`), not by gettext."""


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it, which tools look for
    """Mark a sentence that a template translates later."""
    return message


def catalog(language: str) -> Catalog:
    """Read all areas' translations of one language. English needs none."""
    whole = Catalog(locale=LOCALE_OF[language])
    for path in sorted((FOLDER / language).glob("*.po")):
        if path.name == ERRORS:
            continue
        with path.open("rb") as file:
            for message in read_po(file, locale=LOCALE_OF[language]):
                if message.id:
                    whole.add(message.id, message.string, context=message.context)
    return whole


@cache
def translations(language: str) -> Translations:
    """Give one language's translations, read once a process."""
    written = BytesIO()
    write_mo(written, catalog(language))
    written.seek(0)
    return Translations(written)


def language_of(accepted: str) -> str:
    """Choose among ours the language a browser likes best; Finnish where it likes none."""
    liked = []
    for place, part in enumerate(accepted.split(",")[:20]):
        name, _, parameters = part.strip().partition(";")
        liked.append((-_quality(parameters), place, name.strip().lower()[:2]))
    return next((name for quality, _, name in sorted(liked) if quality < 0 and name in LANGUAGES), "fi")


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0
