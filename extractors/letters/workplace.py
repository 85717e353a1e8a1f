"""The employer or workplace that an order names."""

from __future__ import annotations

import re

from extractors.letters.letter import Letter
from extractors.letters.pairs import first_sentence
from extractors.letters.passage import Passage
from models.extraction import Extraction

_FORM = r"(?:Oyj|Oy|Ab|Abp|Ky|Tmi|T:mi|Kb|ry|r\.y\.|rf|r\.f\.|Ltd|osk|kaupunki|kunta|kuntayhtymä|stad|kommun|samkommun)"
_CAPITAL = r"[A-ZÅÄÖÉÜ0-9][\w&.'’/+-]*"
_FIRM = rf"(?P<firm>{_CAPITAL}(?:\s+(?:&|ja|och|{_CAPITAL}|{_FORM}))*)"
_SENTENCES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?i:työnantaja(?:na|nsa|nne)?(?:\s+(?:on|toimii|:))?)\s*:?\s+{_FIRM}",
        rf"(?i:työpaik(?:ka|kansa|kana|assa|kanne)(?:\s+(?:on|:))?)\s*:?\s+{_FIRM}",
        rf"(?i:työ(?:ssä|suhteessa|skentelee)|palvelukse(?:ssa|en))\s+"
        rf"(?:(?i:yrityksessä|työnantajalla|toimipisteessä|yhtiössä|nimeltä|on)\s+)+{_FIRM}",
        rf"(?i:arbetsgivare(?:n)?(?:\s+är)?)\s*:?\s+{_FIRM}",
        rf"(?i:arbetsplats(?:en)?(?:\s+är)?)\s*:?\s+{_FIRM}",
        rf"(?i:anställd|arbetar|tjänst|arbete(?:t)?|arbetstagare)(?:\s+(?i:som)(?:\s+[a-zåäö-]+){{1,3}})?"
        rf"\s+(?i:hos|vid|på|i|inom|av)\s+{_FIRM}",
    )
)
# "… Oy:ssä", "… Oy:n palveluksessa": the case ending hangs on the form of the firm, so the name stays as it is.
_CASE_ON_FORM = re.compile(
    rf"(?P<firm>{_CAPITAL}(?:\s+(?:&|{_CAPITAL}))*\s+{_FORM})(?=:(?:n|ssa|ssä|lla|llä|sta|stä|lta|ltä|lle|hin)\b)"
)
# "keittäjä, Tampereen Ateria": what begins small is the work, not the place.
_OCCUPATION_FIRST = re.compile(r"^[a-zåäö][^,]*,\s*(?P<firm>[A-ZÅÄÖ].*)$")
_OCCUPATION_LAST = re.compile(r"^(?P<firm>[A-ZÅÄÖ][^,]*?),\s*[a-zåäö][^,]*$")
_REST = re.compile(r",\s+(?=[^,]*\d)|\s+\(|,\s+(?=(?:Y-tunnus|FO-nummer|puh|tel|ammatti|yrke|tehtävä)\b)", re.IGNORECASE)


_NONE = re.compile(r"^\W*(?:ei\b|tuntematon|puuttuu|okän[dt]\b|ingen\b|inte\b|saknas|[-–—]+$)", re.IGNORECASE)


def find_workplace(letter: Letter, name: str) -> Extraction | None:
    """Read the employer's name as printed; address, business id and occupation behind it are cut off."""
    for piece in letter.pieces(name):
        passage = piece.passage if piece.where == "right" else first_sentence(piece.passage)
        named = _without_rest(passage)
        if _NONE.match(passage.flat):
            return None  # "Työnantaja: ei tiedossa"
        is_value = piece.label.colon or piece.where != "inline" or named.text[:1].isupper()
        if is_value and any(char.isalpha() for char in named.text):
            return letter.extraction(named, _as_value(named), "label")
    for pattern in (*_SENTENCES, _CASE_ON_FORM):
        match = pattern.search(letter.body.flat)
        if match:
            named = _without_rest(first_sentence(letter.body.cut(*match.span("firm"))))
            return letter.extraction(named, _as_value(named), "sentence")
    return letter.doubted(name) or _only_firm(letter)


_WITH_FORM = re.compile(rf"(?P<firm>{_CAPITAL}(?:\s+(?:&|{_CAPITAL}))*\s+(?:Oy|Ab|Oyj|Abp|Ky|Tmi|Kb))(?![\w:])")


def _only_firm(letter: Letter) -> Extraction | None:
    """Take the one firm that the text names, neither in the head nor in an address or contact line."""
    heads = {word for segment in letter.head for word in map(id, segment.words)}
    found: dict[str, Passage] = {}
    for sentence in letter.sentences:
        for match in _WITH_FORM.finditer(sentence.flat) if not _CONTACT_LINE.search(sentence.flat) else ():
            firm = sentence.cut(*match.span("firm"))
            if not any(id(placed.word) in heads for placed in firm.placed):
                found.setdefault(_as_value(firm), firm)
    if len(found) != 1:
        return None
    value, firm = next(iter(found.items()))
    return letter.extraction(firm, value, "position")


_CONTACT_LINE = re.compile(r"\b\d{5}\b|\b(puh|tel|tfn|www|pl|pb)\b", re.IGNORECASE)


def _without_rest(passage: Passage) -> Passage:
    rest = _REST.search(passage.flat)
    named = passage.cut(0, rest.start()) if rest and rest.start() else passage
    occupation = _OCCUPATION_FIRST.match(named.flat) or _OCCUPATION_LAST.search(named.flat)
    return named.cut(*occupation.span("firm")) if occupation else named


def _as_value(passage: Passage) -> str:
    return re.sub(r"\s+", " ", passage.flat).strip(" ,;:").removesuffix(".")
