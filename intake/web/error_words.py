"""What went wrong and what helps, in the person's language.

Errors speak English where they are raised, often with a value within the sentence. `locale/<language>/errors.po` holds
each sentence with its values as %(v1)s, %(v2)s …: a sentence is found by its own words, the values go into the translation.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from babel.messages.pofile import read_po

from intake.web.words import ERRORS, FOLDER, LOCALE_OF


class _Sentence(NamedTuple):
    pattern: re.Pattern[str]
    translated: str


def said(sentence: str, language: str) -> str:
    """Translate a problem or a remedy; one that nobody has translated stays English."""
    whole, with_values = _sentences(language)
    if sentence in whole:
        return whole[sentence]
    for pattern, translated in with_values:
        found = pattern.fullmatch(sentence)
        if found:
            return translated % {name: said(value, language) for name, value in found.groupdict().items()}
    return sentence


@cache
def _sentences(language: str) -> tuple[dict[str, str], list[_Sentence]]:
    """Read a language's sentences: those without values by their words, the others by patterns, longest first."""
    path = FOLDER / language / ERRORS
    if not path.exists():
        return {}, []
    with path.open("rb") as file:
        kept = [(str(each.id), str(each.string)) for each in read_po(file, locale=LOCALE_OF[language]) if each.id]
    whole = {words: translated for words, translated in kept if "%(" not in words}
    patterns = [_Sentence(_pattern(words), translated) for words, translated in kept if "%(" in words]
    return whole, sorted(patterns, key=lambda each: -len(each.pattern.pattern))


def _pattern(words: str) -> re.Pattern[str]:
    parts = re.split(r"%\((v\d+)\)s", words)
    return re.compile("".join(f"(?P<{part}>.*)" if place % 2 else re.escape(part) for place, part in enumerate(parts)), re.DOTALL)
