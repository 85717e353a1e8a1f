"""Codes that name a person or a firm, and payment references."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from stdnum import iso11649
from stdnum.fi import hetu, ytunnus

from extractors.values.account import bic_candidates as bic_candidates
from extractors.values.account import find_ibans as find_ibans
from extractors.values.account import iban_candidates as iban_candidates
from extractors.values.account import institution_candidates as institution_candidates
from extractors.values.lookalikes import DIGIT_LIKE, DIGITS, Fitted, bare, compact, fit, plain_dashes, swaps
from extractors.values.parsed import Found, Parsed, graded, ranked

_HETU_LENGTH = 11
_SIGN_AT = 6
_SIGNS = "-+ABCDEFUVWXY"
_CHECK_ALPHABET = "0123456789ABCDEFHJKLMNPRSTUVWXY"
_HETU_SLOTS = (DIGITS,) * 6 + (_SIGNS,) + (DIGITS,) * 3 + (_CHECK_ALPHABET,)
_CENTURY_BY_SIGN = {"+": 1800, **dict.fromkeys("-YXWVU", 1900), **dict.fromkeys("ABCDEF", 2000)}
"""Source: Digital and Population Data Services Agency, reform of 2023."""
_DASH_MISREADINGS = "~_=.,:;'`*·¬"
_SIGN_MISREADINGS = {"4": "A", "8": "B", "0": "D", "O": "D", "Q": "D", "T": "+", "G": "C", "Ä": "A", "Å": "A"}
_TORN_SIGNS = {"11": "U", "1'": "F", "1’": "F", "VV": "W", "vv": "W"}
"""Letters that readers take for two characters."""

_NOT_BORN_YET = 50
"""Two digits of a year that is not this century's yet: a sign that says so is one of the last century's."""

_FEWEST_TRUE_DIGITS = 6  # of the nine in an identity code: fewer, and any capital word could be made into one

_SIGN_LIKE = r"[-+~_=.,:;'*A-FU-Ya-fu-y480OQ]"
_HETU_IN_TEXT = re.compile(
    rf"(?<![0-9A-Za-z])(?:{DIGIT_LIKE} ?){{6}} ?{_SIGN_LIKE} ?"
    rf"(?:{DIGIT_LIKE} ?){{2}}{DIGIT_LIKE} ?[0-9A-Za-z$§](?![0-9A-Za-z])"
)

_TORN_HETU = re.compile(
    rf"(?<![0-9A-Za-z])(?P<day>\d{{6}})(?P<sign>{'|'.join(_TORN_SIGNS)})(?P<end>\d{{3}}[0-9A-Za-z])(?![0-9A-Za-z])"
)


def is_hetu(code: str) -> bool:
    """Tell whether format, birth date and check character hold; artificial codes (900–999) count too."""
    return hetu.is_valid(code, allow_temporary=True)


def born(code: str) -> date:
    """The day of birth in an identity code that holds its check. Raises ValueError for any other."""
    if not is_hetu(code):
        raise ValueError("not an identity code")
    century = _CENTURY_BY_SIGN[code[6]]
    return date(century + int(code[4:6]), int(code[2:4]), int(code[:2]))


def hetu_candidates(raw: str) -> list[Parsed]:
    """Read an identity code. The century sign stays as it was read, and a lost character is never invented."""
    torn = _TORN_HETU.fullmatch(bare(raw))
    if torn is not None:
        whole = _hetu_from(torn["day"] + _TORN_SIGNS[torn["sign"]] + torn["end"].upper())
        return [Parsed(one.value, ("format", "repaired"), one.repairs + 1) for one in whole if is_hetu(str(one.value))]
    parsed: list[Parsed] = []
    for window, dropped in _windows(raw, _HETU_LENGTH):
        parsed += [_with_dropped(one, dropped) for one in _hetu_from(window)]
    return ranked(parsed)


def _windows(raw: str, length: int) -> Iterator[tuple[str, int]]:
    """Cut a reading that is too long to `length`, with the number of letters and digits that fell off."""
    reading = re.sub(r"[-~_=.]{2,}", "-", bare(raw))
    if len(reading) > length:
        reading = re.sub(r"[|\[\]]", "", reading)
    for start in range(min(len(reading) - length, 3) + 1):
        rest = reading[:start] + reading[start + length :]
        if len(rest) <= 3:
            yield reading[start : start + length], sum(char.isalnum() for char in rest)


def _with_dropped(one: Parsed, dropped: int) -> Parsed:
    """Count characters cut off at the edges as repairs: which ones belong is a guess."""
    if not dropped:
        return one
    marks = tuple(mark for mark in one.evidence if mark != "repaired")
    return Parsed(one.value, (*marks, "repaired"), one.repairs + dropped)


def _hetu_from(reading: str) -> list[Parsed]:
    signed = _read_sign(reading)
    if signed is None or sum(char.isdigit() for char in reading[:_SIGN_AT] + reading[7:10]) < _FEWEST_TRUE_DIGITS:
        return []
    reading, sign_repairs, sign_is_certain = signed
    ways = [Fitted(text, repairs + sign_repairs) for text, repairs in fit(reading, _HETU_SLOTS)]
    parsed = graded(ways, is_hetu)
    if not any(is_hetu(str(one.value)) for one in parsed):
        parsed += _swapped_check(ways)
    if not sign_is_certain:
        parsed = [Parsed(one.value, ("format", "repaired"), one.repairs) for one in parsed]
    return [
        one if _has_birth_date(str(one.value)) else Parsed(one.value, ("repaired",) if one.repairs else (), one.repairs)
        for one in parsed
    ]


def _read_sign(reading: str) -> tuple[str, int, bool] | None:
    """Read the century sign: the reading with it, repairs, and whether the sign is beyond doubt.

    The check character does not cover the sign, so a repair that turns one sign's letter out of a digit
    stays unconfirmed; marks that can only be a dash do not.
    """
    sign = reading[_SIGN_AT].upper()
    if sign in _SIGNS:
        return reading, 0, True
    if sign in _DASH_MISREADINGS:
        return reading[:_SIGN_AT] + "-" + reading[_SIGN_AT + 1 :], 1, True
    if sign in _SIGN_MISREADINGS:
        meant = _SIGN_MISREADINGS[sign]
        unborn = meant == "D" and reading[4:6].isdigit() and int(reading[4:6]) >= _NOT_BORN_YET
        return reading[:_SIGN_AT] + ("U" if unborn else meant) + reading[_SIGN_AT + 1 :], 1, False
    return None


def _swapped_check(ways: list[Fitted]) -> list[Parsed]:
    """Offer the look-alike of a check character that fails (5 for S, 0 for D), as unconfirmed."""
    return [
        Parsed(swapped, ("format", "repaired"), repairs + 1)
        for text, repairs in ways
        for swapped in swaps(text, _HETU_SLOTS)
        if swapped[:-1] == text[:-1] and is_hetu(swapped)
    ]


def _has_birth_date(code: str) -> bool:
    """Tell whether the day exists, whatever the check character: some check character must pass."""
    return any(is_hetu(code[:-1] + check) for check in _CHECK_ALPHABET)


def find_hetus(text: str) -> list[Found]:
    """Find identity codes in running text; those whose check fails are found too, without "check_digit"."""
    found = []
    plain = plain_dashes(text)
    for match in sorted([*_HETU_IN_TEXT.finditer(plain), *_TORN_HETU.finditer(plain)], key=lambda m: m.start()):
        parsed = [one for one in hetu_candidates(match.group()) if "format" in one.evidence]
        if parsed:
            best = parsed[0]
            found.append(Found(str(best.value), match.start(), match.end(), best.evidence, best.repairs))
    return found


def business_id_candidates(raw: str) -> list[Parsed]:
    """Read a Y-tunnus: seven digits, dash, check digit. The dash may be lost, and a VAT prefix is dropped."""
    reading = re.sub(r"^(?:FI|F1|Fl)(?=.{8,9}$)", "", bare(raw))
    reading = re.sub(r"^(.{6,7})[-~_=.,:·](.)$", r"\1\2", reading)
    padded = len(reading) == 7 and re.search(r"[-~_=.,:·].$", bare(raw)) is not None
    if padded:  # numbers given before 1979 were printed with six digits
        reading = "0" + reading
    ways = [Fitted(f"{text[:7]}-{text[7:]}", repairs + padded) for text, repairs in fit(reading, (DIGITS,) * 8)]
    return graded(ways, ytunnus.is_valid)


def is_reference(code: str) -> bool:
    """Tell whether a Finnish reference (weights 7, 3, 1 from the right) or an RF reference holds."""
    if code.startswith("RF"):
        return bool(iso11649.is_valid(code))
    if not code.isdigit() or not 4 <= len(code) <= 20:
        return False
    total = sum(int(digit) * (7, 3, 1)[at % 3] for at, digit in enumerate(reversed(code[:-1])))
    return (10 - total % 10) % 10 == int(code[-1])


def reference_candidates(raw: str) -> list[Parsed]:
    """Read a payment reference, Finnish or RF; leading zeros stay as printed."""
    reading = compact(raw).strip("|[](){}_.,:;'\"")
    if re.match(r"(?i)[rp]f\d", reading) and 8 <= len(reading) <= 25:
        repairs = int(reading[0] in "Pp")
        ways = [Fitted("RF" + text, count + repairs) for text, count in fit(reading[2:], (DIGITS,) * (len(reading) - 2))]
        return graded(ways, is_reference)
    if not 4 <= len(reading) <= 20:
        return []
    return graded(fit(reading, (DIGITS,) * len(reading)), is_reference)
