"""Words that papers of this benefit are full of: names, municipalities, trades, Swedish words, categories of ICD-10.

Finnish words are known as their grammar has them.

The lists lie in `extractors/lexicons`; each file's first line names its source. A word that is not in them is not wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from extractors.values.finnish import finnish_near, is_finnish

FOLDER = Path(__file__).parents[1] / "lexicons"
LEAST_BENT = 5
"""Shorter words lie near too many others."""

LEAST_PART = 4
"""Letters of each part of a Swedish compound."""

LONG = 9
"""A word this long may be bent in two letters, and looked for among all Swedish words."""

_WORD_LISTS = ("given_names", "surnames", "municipalities", "places", "common")
_STREETS = re.compile(r"\w{3,}(?:katu|tie|polku|kuja|kaari|raitti|rinne|vägen|gatan|stigen|gränden|kadun|tien)")
_STREET = re.compile(r"(?P<before>\w{3,})s?(?:vägen|gatan|stigen|gränden|katu|tie|kuja|polku|kaari|raitti|rinne)")
_QVIST = re.compile(r"(?i)(?<=\w\w\w)[go9]vist$")  # Lindqvist, Granqvist: of the q readers make a g or an O
_L_FOR_I = re.compile(r"l[^\W\d_A-ZÅÄÖ]{2,}")
_CASES = re.compile(r"(?:n|in|en|s)$")  # `Espoon`, `Ahosen`, `Lindströms`


_BARE = str.maketrans("åäöéü", "aaoeu")


@cache
def _list(name: str) -> frozenset[str]:
    lines = (FOLDER / f"{name}.txt").read_text().splitlines()
    return frozenset(line.casefold() for line in lines if line and not line.startswith("#"))


@cache
def _words() -> frozenset[str]:
    return frozenset().union(*(_list(name) for name in _WORD_LISTS))


def is_known(word: str) -> bool:
    """Tell whether a word stands in a list, in the genitive too, or is a street's name by its end."""
    plain = word.casefold().strip(".,:;()")
    if plain in _words() or plain in _list("swedish") or _STREETS.fullmatch(plain):
        return True
    return (len(plain) > 4 and _CASES.sub("", plain) in _words()) or is_finnish(plain)


def known_words(text: str) -> list[str]:
    """The words of a text that are known, and those that are but for lost dots and rings."""
    return [word for word in re.findall(r"[^\W\d_]{2,}", text) if is_known(word) or with_its_marks(word) != word]


@cache
def near_words(word: str) -> tuple[str, ...]:
    """Known words that differ from an unknown one in a letter, a long one in two, written as it is.

    A short or a known word has none.
    """
    plain = word.casefold().strip(".,:;()")
    if len(plain) < LEAST_BENT or not plain.isalpha() or is_known(word):
        return ()
    bent = 2 if len(plain) >= LONG else 1
    bare = bare_letters(plain)
    listed = process.extract(plain, _sorted_words(), scorer=Levenshtein.distance, score_cutoff=1, limit=3)
    found = [one for one, _, _ in listed]
    found += [one for one in finnish_near(plain) if Levenshtein.distance(bare_letters(one), bare) <= bent]
    if len(plain) >= LONG:
        swedish = process.extract(plain, _sorted_swedish(), scorer=Levenshtein.distance, score_cutoff=1, limit=2)
        found += [one for one, _, _ in swedish]
    head, _, tail = word.casefold().partition(plain)
    written = (head + one + tail for one in dict.fromkeys(found))
    return tuple(one.upper() if word.isupper() else one.capitalize() if word[0].isupper() else one for one in written)


def bare_letters(word: str) -> str:
    """A word in small letters without dots, rings and accents."""
    return word.casefold().translate(_BARE)


@cache
def _marked_words() -> Mapping[str, frozenset[str]]:
    """Listed words with dots or rings, by their letters without them."""
    every = [*_sorted_words(), *(word for word in _sorted_swedish() if len(word) >= LEAST_BENT)]
    found: dict[str, set[str]] = {}
    for word, bare in zip(every, bare_letters("\n".join(every)).split("\n"), strict=True):  # all at once, as they are many
        if bare != word:
            found.setdefault(bare, set()).add(word)
    return {bare: frozenset(words) for bare, words in found.items()}


def with_its_marks(word: str) -> str:
    """The one known word of which an unknown one is the same but for dots and rings; else the word itself.

    A capital I and the q of `-qvist` are put back too. A street's name is looked at by what stands before `vägen` or `gatan`.
    """
    word = _QVIST.sub(lambda end: ("Q" if end[0][1].isupper() else "q") + end[0][1:], with_capital_i(word))
    plain = word.casefold()
    street = _STREET.fullmatch(plain)
    if street and not is_known(street["before"]):
        before = with_its_marks(word[: street.end("before")])
        return before + word[street.end("before") :]
    if len(word) < 3 or is_known(word):
        return word
    meant = _meant(plain)
    if len(meant) != 1:
        return word
    known = next(iter(meant))
    bent = all(a == b or b != bare_letters(b) for a, b in zip(plain, known, strict=True))
    return "".join(b.upper() if a.isupper() else b for a, b in zip(word, known, strict=True)) if bent else word


def with_capital_i(word: str, *, among_names: bool = False) -> str:
    """A name that begins with I, of which readers make an l: `lisalmi` is Iisalmi; else the word itself.

    `among_names`: it stands where a given name may, so that it counts for one even if with an l it is a word (Swedish `lida`).
    """
    name, end = word.rstrip(".,:;()"), len(word.rstrip(".,:;()"))
    if not _L_FOR_I.fullmatch(name):
        return word
    meant = f"i{name[1:]}"
    if (among_names and meant in _list("given_names")) or (meant in _words() and not is_known(name)):
        return f"I{name[1:]}{word[end:]}"
    return word


def _meant(plain: str) -> frozenset[str]:
    """The known words of which an unknown one is the same but for its marks: listed, Finnish, or two Swedish ones in one."""
    bare = bare_letters(plain)
    meant = _marked_words().get(bare, frozenset())
    if not meant and len(plain) >= LEAST_BENT:
        meant = frozenset(one for one in finnish_near(plain) if bare_letters(one) == bare)
    return meant or frozenset(_swedish_compounds(plain))


def _swedish_compounds(plain: str) -> Iterator[str]:
    """Cut a word in two that are Swedish, one of them perhaps but for its marks: `sjukvärdsdistrikt` is `sjukvårdsdistrikt`."""
    for cut in range(LEAST_PART, len(plain) - LEAST_PART + 1):
        head, tail = plain[:cut], plain[cut:]
        heads = _swedish_forms(head) | ({f"{one}s" for one in _swedish_forms(head[:-1])} if head.endswith("s") else set())
        yield from (one + other for one in heads for other in _swedish_forms(tail))


def _swedish_forms(plain: str) -> set[str]:
    if len(plain) < LEAST_PART:
        return set()
    return {plain} if plain in _list("swedish") else set(_marked_words().get(bare_letters(plain), ()))


@cache
def _sorted_words() -> tuple[str, ...]:
    return tuple(sorted(_words()))


@cache
def _sorted_swedish() -> tuple[str, ...]:
    return tuple(sorted(_list("swedish")))


def is_icd10_category(code: str) -> bool:
    """Tell whether a code begins with a category of ICD-10."""
    return code[:3].casefold() in _list("icd10_categories")
