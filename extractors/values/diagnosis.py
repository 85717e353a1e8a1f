"""Codes of the diagnosis classification ICD-10."""

from __future__ import annotations

import re

from extractors.values.lookalikes import DIGITS, LETTERS, bare, fit, plain_dashes
from extractors.values.parsed import Found, Parsed, evidence_of, ranked

# The last category of each letter that does not run to 99 (ICD-10, WHO 2016 edition with Finnish use).
_LAST_CATEGORY = {"D": 89, "E": 90, "H": 95, "K": 93, "P": 96, "T": 98, "Y": 98}
_T = r"[0-9OoQDIl|iZzSsB]"
_IN_TEXT = re.compile(
    rf"(?<![0-9A-Za-zÅÄÖåäö.,/-])[A-Za-z48]{_T}{{2}}(?:\s?[.,·]\s?{_T}{{1,2}}|{_T}{{1,2}})?(?![0-9A-Za-zÅÄÖåäö])(?![-/.,]\d)"
)


def icd10_candidates(raw: str) -> list[Parsed]:
    """Read a code, with its point set: `A020`, `A02,0` and `AO2.0` are A02.0.

    Of a cell that also names the disease, the code is taken if it holds only one.
    """
    reading = re.sub(r"[.,·:;_\s-]", "", re.sub(r"(?i)^icd-?1[0o]:?", "", bare(raw)))
    parsed = _fitted(reading)
    if parsed or not raw.strip():
        return parsed
    found = find_codes(raw)
    return [Parsed(found[0].value, found[0].evidence, found[0].repairs)] if len({one.value for one in found}) == 1 else []


def _fitted(reading: str) -> list[Parsed]:
    if not 3 <= len(reading) <= 5:
        return []
    parsed = []
    for text, repairs in fit(reading, (LETTERS,) + (DIGITS,) * (len(reading) - 1)):
        if int(text[1:3]) > _LAST_CATEGORY.get(text[0], 99) or repairs > 2:
            continue
        code = f"{text[:3]}.{text[3:]}" if len(text) > 3 else text
        parsed.append(Parsed(code, evidence_of("format", repairs=repairs), repairs))
    return ranked(parsed)


def find_codes(text: str) -> list[Found]:
    """Find diagnosis codes in running text; without a point, all of them must be capitals and digits."""
    found = []
    for match in _IN_TEXT.finditer(plain_dashes(text)):
        stretch = match.group()
        digit_count = sum(char.isdigit() for char in stretch)
        has_point = re.search(r"[.,·]", stretch) is not None
        if digit_count < 2 or (not has_point and (digit_count < 3 or not re.match(r"[A-Z]\d{3,4}$", stretch))):
            continue
        parsed = _fitted(re.sub(r"[.,·\s]", "", stretch))
        if parsed:
            best = parsed[0]
            found.append(Found(str(best.value), match.start(), match.end(), best.evidence, best.repairs))
    return found
