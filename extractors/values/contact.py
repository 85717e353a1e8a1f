"""Telephone numbers and postal codes."""

from __future__ import annotations

import re

from extractors.values.lookalikes import DIGITS, bare, digits, fit, plain_dashes
from extractors.values.parsed import Parsed, evidence_of, ranked

_FINLAND = re.compile(r"^(?:[+÷±†t4]|00|\+?0?0)?\s?358\s?(?:\(0\)|0(?=[4-9]))?")
_ABROAD = re.compile(r"^\+\s?")
_NATIONAL = re.compile(r"0[1-9]\d{4,11}")
_LETTERS_BEFORE = re.compile(r"(?i)^(?:puh(?:elin)?|tel(?:efon)?|gsm|matkap(?:uhelin)?|p|t|mobil(?:e)?|phone)\b[.:]?\s*")


def phone_candidates(raw: str) -> list[Parsed]:
    """Read a telephone number as digits in national form; of two numbers, the first.

    A number abroad keeps its country's code behind 00. Without a leading zero it is given without "format".
    """
    text = _LETTERS_BEFORE.sub("", plain_dashes(raw).strip(" |[]{}_.,:;'\"*"))
    text = re.split(r"\s*(?:/|;|,| tai | eller | or )\s*", text)[0]
    prefix = _FINLAND.match(text) if re.match(r"^(?:[+÷±†t]|4358|00\s?358|358)", text) else None
    if prefix:
        start, rest = "0", text[prefix.end() :]
    elif _ABROAD.match(text):
        start, rest = "00", text[1:]
    else:
        start, rest = "", text
    read = digits(re.sub(r"[\s().·_-]", "", rest))
    if read is None or read.repairs > len(read.text) // 2 or not 5 <= len(start + read.text) <= 17:
        return []
    number = start + read.text.removeprefix("0") if prefix else start + read.text
    marks = ("format",) if _NATIONAL.fullmatch(number) or start == "00" else ()
    return [Parsed(number, evidence_of(*marks, repairs=read.repairs), read.repairs)]


def postal_code_candidates(raw: str) -> list[Parsed]:
    """Read a postal code of five digits; a country's letters before it and a town behind it are dropped.

    "plausible" says that it ends as nearly all Finnish ones do.
    """
    text = re.sub(r"(?i)^(?:fin?|f1|sf)\s?-\s?", "", plain_dashes(raw).strip(" |[](){}_.,:;'\"*"))
    readings = [bare(text), *re.findall(r"^\S{5}(?=[\s,])", text), *re.findall(r"^\d{3} \d{2}(?=[\s,]|$)", text)]
    parsed = []
    for reading in readings:
        for code, repairs in fit(reading.replace(" ", ""), (DIGITS,) * 5):
            if repairs <= 2:
                marks = ("format", "plausible") if code[-1] in "015" else ("format",)
                parsed.append(Parsed(code, evidence_of(*marks, repairs=repairs), repairs))
    return ranked(parsed)
