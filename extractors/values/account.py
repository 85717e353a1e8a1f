"""Bank accounts and banks: IBAN and BIC."""

from __future__ import annotations

import functools
import re

import pycountry
from schwifty import BIC, IBAN
from schwifty.exceptions import SchwiftyException
from stdnum import bic as bic_number
from stdnum import numdb

from extractors.values.lookalikes import DIGITS, LETTERS, Fitted, bare, fit, options, plain_dashes, swaps
from extractors.values.parsed import Found, Parsed, evidence_of, graded, ranked

_ALPHABETS = {"n": DIGITS, "a": LETTERS, "c": DIGITS + LETTERS}
_BIC_LENGTHS = (8, 11)
_LONGEST_IBAN = 34
_LONGEST_INSTITUTION = 12  # longer than any code seen
_FEWEST_TRUE_DIGITS = 10  # in running text, where capital words could be made into an account number

# Country prefixes that Finnish papers show misread more than any other.
_FINLAND_MISREAD = {"F1", "FL", "F|", "F!", "P1", "PI", "PL", "E1", "EI", "FJ", "F]", "F[", "F/", "T1", "FT"}

_IBAN_IN_TEXT = re.compile(
    r"(?<![0-9A-Za-z])[A-Za-z][A-Za-z1|!\]\[/] ?[0-9OoQDIlSsBZ]{2}(?:[ .-]{0,2}[0-9A-Za-z|!]){11,30}(?![0-9A-Za-z])"
)


def is_iban(code: str) -> bool:
    """Tell whether country, length, structure and the two check digits hold; national checks are left out."""
    try:
        return bool(IBAN(code, allow_invalid=True).validate())
    except SchwiftyException:
        return False


@functools.cache
def _slots(country: str) -> tuple[str, ...]:
    """One alphabet per character of a country's IBAN; empty when the country has none."""
    properties = numdb.get("iban").info(country)[0][1]
    parts = re.findall(r"(\d+)!([nac])", properties.get("bban", "")) if properties else []
    bban = "".join(kind * int(count) for count, kind in parts)
    return (LETTERS, LETTERS, DIGITS, DIGITS, *(_ALPHABETS[kind] for kind in bban)) if bban else ()


def iban_candidates(raw: str) -> list[Parsed]:
    """Read an account number of any country, printed in groups or not.

    A prefix that names no country is repaired to Finland's where it looks like it; a bare Finnish number of
    sixteen digits gets its prefix back, counted as repairs, since some forms print `FI` outside the field.
    """
    reading = re.sub(r"[-.,·_'|]", "", bare(raw)) if len(bare(raw)) > 18 else bare(raw)
    reading = re.sub(r"(?i)^iban:?", "", reading)
    if not 14 <= len(reading) <= _LONGEST_IBAN:
        return []
    parsed: list[Parsed] = []
    for country, repairs in _countries(reading[:2]):
        parsed += _iban_in(country, reading[2:], repairs)
    if not parsed and len(reading) == 16:
        parsed = [
            Parsed(one.value, tuple(m for m in one.evidence if m != "check_digit"), 2) for one in _iban_in("FI", reading, 2)
        ]
    return ranked(parsed)


def _countries(prefix: str) -> list[tuple[str, int]]:
    """The countries that two characters may mean, with the characters changed for each."""
    upper = prefix.upper()
    if _slots(upper):
        return [(upper, 0)]
    if upper in _FINLAND_MISREAD:
        return [("FI", sum(a != b for a, b in zip(upper, "FI", strict=True)))]
    pairs = [a + b for a in options(prefix[0], LETTERS) for b in options(prefix[1], LETTERS)]
    return [(pair, sum(a != b for a, b in zip(upper, pair, strict=True))) for pair in pairs if _slots(pair)]


def _iban_in(country: str, rest: str, repairs: int) -> list[Parsed]:
    slots = _slots(country)
    ways = [Fitted(text, count + repairs) for text, count in fit(country + rest, slots)]
    parsed = graded(ways, is_iban)
    if not any(is_iban(str(one.value)) for one in parsed):
        parsed += [
            Parsed(swapped, ("format", "repaired"), count + 1)
            for text, count in ways
            for swapped in swaps(text, slots)
            if is_iban(swapped)
        ]
    return parsed


def find_ibans(text: str) -> list[Found]:
    """Find account numbers in running text; an IBAN may be followed by more digits, so the end is searched."""
    found = []
    for match in _IBAN_IN_TEXT.finditer(plain_dashes(text)):
        best = _longest_iban(match.group())
        if best is not None:
            parsed, length = best
            end = match.start() + length
            found.append(Found(str(parsed.value), match.start(), end, parsed.evidence, parsed.repairs))
    return found


def _longest_iban(stretch: str) -> tuple[Parsed, int] | None:
    """Cut words off the end until what is left is an account number that its check digits confirm."""
    ends = [len(stretch), *(space.start() for space in reversed(list(re.finditer(r" ", stretch))))]
    fallback = None
    for end in ends:
        parsed = iban_candidates(stretch[:end])
        if parsed and "check_digit" in parsed[0].evidence:
            return parsed[0], end
        if parsed and fallback is None and sum(char.isdigit() for char in stretch[:end]) >= _FEWEST_TRUE_DIGITS:
            fallback = parsed[0], end
    return fallback


@functools.cache
def _is_country(code: str) -> bool:
    return code == "XK" or pycountry.countries.get(alpha_2=code) is not None


@functools.cache
def _is_known_bank(code: str) -> bool:
    try:
        return bool(BIC(code).bank_names)
    except SchwiftyException:
        return False


def bic_candidates(raw: str) -> list[Parsed]:
    """Read a BIC of 8 or 11 characters; "plausible" says that the register knows the bank."""
    reading = re.sub(r"(?i)^(?:bic|swift)(?:-koodi|-kod)?:?", "", bare(raw))
    if len(reading) not in _BIC_LENGTHS:
        return []
    slots = (LETTERS,) * 6 + (DIGITS + LETTERS,) * (len(reading) - 6)
    parsed = []
    for text, repairs in fit(reading, slots):
        for code, count in [(text, repairs), *((swapped, repairs + 1) for swapped in swaps(text[:8], slots[:8]))]:
            code += text[len(code) :]
            known = _is_known_bank(code) or _is_known_bank(code[:8])
            if bic_number.is_valid(code) and _is_country(code[4:6]) and (known or count == repairs):
                marks = ("format", "plausible") if known else ("format",)
                parsed.append(Parsed(code, evidence_of(*marks, repairs=count), count))
    return sorted(ranked(parsed), key=lambda one: ("plausible" not in one.evidence, one.repairs))


def institution_candidates(raw: str) -> list[Parsed]:
    """Read the code of a social security institution: its country's two letters, then its number there.

    Source: E 115, box 5.2.
    """
    reading = bare(raw)
    if not 4 <= len(reading) <= _LONGEST_INSTITUTION:
        return []
    slots = (LETTERS, LETTERS, *(DIGITS,) * (len(reading) - 2))
    found = [
        Parsed(text, evidence_of("format", repairs=count), count) for text, count in fit(reading, slots) if _is_country(text[:2])
    ]
    return ranked(found)
