"""What a page prints about itself: form code and edition, page number, identity codes, language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from stdnum.fi import hetu

from extractors.rows import Segment
from models.page import Language, PageNumbering

HEAD_SHARE, FOOT_SHARE = 0.16, 0.88
"""Form codes and page numbers stand above the one or below the other share of the page's height."""

EDGE_SHARE = 0.035
"""A fax machine prints its header line above this share of the page's height."""


@dataclass(frozen=True)
class FormCode:
    """A printed form code: `code` as in the type files (`SV 8`), `suffix` r for Swedish and e for English.

    `exact` is False when it was read only by taking signs for others (`5V B`).
    """

    code: str
    suffix: str
    edition: str | None
    in_head: bool
    exact: bool


def in_head(segment: Segment, height_px: int) -> bool:
    return segment.box.center[1] < HEAD_SHARE * height_px


def in_foot(segment: Segment, height_px: int) -> bool:
    return segment.box.center[1] > FOOT_SHARE * height_px


def is_fax_header(row_text: str) -> bool:
    """Tell a fax machine's line by its clock, its telephone number or its `S. 01/03`."""
    return len(_FAX_SIGNS.findall(row_text)) >= 2


_FAX_SIGNS = re.compile(
    r"\b\d{1,2}[-./]\d{1,2}[-./]\d{2,4}\b|\b\d{2}[:.]\d{2}\b|\+\d{2,3} ?\d|\b[SP]\.? ?\d{1,3}/\d{1,3}\b|\bfax\b",
    re.IGNORECASE,
)

# How OCR may show the signs of a code.
_LOOKS = {"S": "[S5$]", "V": "[VvYU]", "Y": "[YV¥]", "E": "[EF€]", "O": "[O0]", "I": "[I1l]"}
_LOOKS |= {"0": "[0OoQ]", "1": "[1Il|!i]", "2": "[2Zz]", "5": "[5Ss]", "6": "[6Gb]", "7": "[7?]", "8": "[8B&]"}
_EDITION = r"[\s.,:]*(?:(?:B\s?[1I]\s*)?(?P<month>[0OoQ][1-9Il]|[1Il][0-2OoQ])\s?[.,]\s?(?P<year>[0-9OoIl]{2})(?!\d))?"
_SERIES = "SV|KU|WH|LL|EV|AT|LC|OT|TT|TA|MY|LH|TO|KE|Y|E|U"
_ANY_CODE = re.compile(rf"^({_SERIES})\s?(\d{{1,3}})\s?([re])?(?:\s*B\s?1)?(?:\s+\d\d\.\d\d\b.*)?$")


def code_pattern(code: str) -> re.Pattern[str]:
    """Build the pattern of one form code, with what OCR may make of it; it holds at a segment's beginning."""
    letters, number = code.split()
    looks = "".join(_LOOKS.get(sign, sign) for sign in letters) + r"\s?" + r"\s?".join(_LOOKS.get(s, s) for s in number)
    suffix = r"(?P<suffix>\s?[reRE](?![a-zåäöA-ZÅÄÖ]|\s?\d{1,3}(?![.,\d])))?"
    # `Y 12101.19` is Y 121 of 01.19; `Y 1219` is not Y 121.
    ends = r"(?:(?![\dA-Za-zåäö/-])|(?=[0Oo1Il]\d\s?[.,]\s?\d\d\b))"
    return re.compile(rf"^{looks}{suffix}{ends}{_EDITION}")


def find_codes(segments: Iterable[Segment], patterns: dict[str, re.Pattern[str]], height_px: int) -> list[FormCode]:
    """Find known codes that stand alone, or first, in the page's head or foot.

    A code that is mentioned in a sentence or an option (`Työnantajan ilmoitus (Y 17)`) does not count.
    """
    found = []
    for segment in segments:
        head, foot = in_head(segment, height_px), in_foot(segment, height_px)
        if (head or foot) and len(segment.text) < 90:
            found += [code for name, pattern in patterns.items() if (code := _code(name, pattern, segment.text, head))]
    return found


def _code(name: str, pattern: re.Pattern[str], text: str, head: bool) -> FormCode | None:
    text = text.lstrip("[]{}|.,:;'\"-_ ")
    match = pattern.match(text)
    if match is None or (head and len(text) - match.end() > 45):
        return None
    edition = None
    if match["month"]:
        digits = str.maketrans("OoQIl", "00011")
        edition = f"{match['month'].translate(digits)}.{match['year'].translate(digits)}"
    exact = text.replace(" ", "").upper().startswith(name.replace(" ", ""))
    return FormCode(name, (match["suffix"] or "").strip().lower(), edition, head, exact)


def foreign_code(segments: Iterable[Segment], known: Iterable[str], height_px: int) -> str | None:
    """Find, in head or foot, a code that looks like a form's but is none of `known`."""
    names = {name.replace(" ", "") for name in known}
    for segment in segments:
        match = _ANY_CODE.match(segment.text.strip())
        if match and (in_head(segment, height_px) or in_foot(segment, height_px)) and match[1] + match[2] not in names:
            return f"{match[1]} {match[2]}"
    return None


_PAGE_WORD = r"(?:s[il1]vu|s[il1]da|page|sid\.|blad)\s*[:.]?\s*"
_NAMED = re.compile(rf"\b{_PAGE_WORD}([\dIl|]{{1,2}})\s*(?:[(\[{{/]|av|of|\s)\s*([\dIl|]{{1,2}})\b", re.IGNORECASE)
_NAMED_ALONE = re.compile(rf"^{_PAGE_WORD}([\dIl|]{{1,2}})$", re.IGNORECASE)
_BARE = re.compile(r"^([1-9]\d?)\s?(?:\(\s?([1-9]\d?)\s?\)|/\s?([1-9]\d?))$")
_LONE = re.compile(r"^[-–—(]?\s?([1-9]\d?)\s?[-–—).]?$")


def find_numbering(segments: Sequence[Segment], height_px: int) -> PageNumbering | None:
    """Read `Sivu 1 (2)`, `Sida 1/2` anywhere in head or foot, and a bare `1 (2)` that stands alone there.

    What the fax machine counts (`S. 01/03`) is not the paper's own numbering.
    """
    for segment, row_text in _edges(segments, height_px):
        match = _NAMED.search(segment.text) or _BARE.match(segment.text.strip())
        if match is None or is_fax_header(row_text):
            continue
        if match.re is _BARE and segment.box.center[1] < EDGE_SHARE * height_px:
            continue
        page, of = (_number(digits) for digits in match.groups() if digits)
        if 1 <= page <= of:
            return PageNumbering(page=page, of=of)
    return None


def _number(digits: str) -> int:
    return int(re.sub(r"[iIlL|]", "1", digits))


def lone_page_number(segments: Sequence[Segment], height_px: int) -> int | None:
    """Read a page number without a total: a lone figure at the foot, or `- 2 -` and `Sivu 2` at the head too."""
    for segment, row_text in _edges(segments, height_px):
        if is_fax_header(row_text):
            continue
        text = segment.text.strip()
        named = _NAMED_ALONE.match(text)
        lone = _LONE.match(text) if text == row_text.strip() else None
        if named:
            return _number(named[1])
        if lone and (segment.box.center[1] > 0.92 * height_px or (text[0] in "-–—" and text[-1] in "-–—")):
            return int(lone[1])
    return None


def _edges(segments: Sequence[Segment], height_px: int) -> list[tuple[Segment, str]]:
    """Segments of head and foot, the foot first, each with its whole row's text."""
    rows: dict[int, str] = {}
    for segment in segments:
        rows[segment.row] = f"{rows.get(segment.row, '')} {segment.text}".strip()
    foot = [s for s in segments if in_foot(s, height_px)]
    head = [s for s in segments if in_head(s, height_px)]
    return [(segment, rows[segment.row]) for segment in foot + head]


_HETU = re.compile(r"(?<![0-9A-Z])([0-9OQDILSBZ]{6}) ?([-+–—−_~A-FU-Y]) ?([0-9OQDILSBZ]{3}) ?([0-9A-Z])(?![0-9A-Z])")
_DIGITS = str.maketrans("OQDILSBZ", "00011582")
_CHECKS = str.maketrans("OIQZG", "01026")


def find_hetus(segments: Iterable[Segment]) -> list[str]:
    """Find the identity codes whose check character fits, each once, in reading order. Artificial ones count."""
    found: dict[str, None] = {}
    for segment in segments:
        for date, sign, number, check in _HETU.findall(segment.text.upper()):
            sign = "-" if sign in "–—−_~" else sign
            code = date.translate(_DIGITS) + sign + number.translate(_DIGITS) + check.translate(_CHECKS)
            if hetu.is_valid(code, allow_temporary=True):
                found[code] = None
    return list(found)


_FINNISH = (
    "ja on ei en ole että tai jos joka olen koska mukaan ajalta ajalle alkaen asti saakka päivä päätös kela kunnan hakemus"
    " henkilötunnus nimi päiväys puhelin puh osoite allekirjoitus sivu kyllä maksaa maksettu"
)
_SWEDISH = (
    "och är för av till att som från med den det ett jag inte har om på enligt eller tiden beslut datum namn personbeteckning"
    " telefon adress underskrift sida ja nej fpa ansökan betalas"
)
_ENGLISH = (
    "the of and for in to or is by with from this that name address date signature number person page insured institution"
    " forename surname employer claim"
)
_STOP_WORDS: dict[Language, frozenset[str]] = {
    "fi": frozenset(_FINNISH.split()),
    "sv": frozenset(_SWEDISH.split()),
    "en": frozenset(_ENGLISH.split()),
}
_FI_ENDING = re.compile(r"(ssa|ssä|sta|stä|lla|llä|lle|lta|ltä|ksi|nen|een|aan|ään|tta|ttä|uus|yys|inen|jen|ksen|teen|misen)$")
_SV_ENDING = re.compile(r"(ning|ningen|ningar|anden|ande|erna|arna|else|elsen|skap|het|heten|dom|ades|ats|iga|ets|ans|tion|tet)$")
_SV_LETTERS = re.compile(r"å|sj[äöuo]|ck|för|tj|skatt|ägg|äg$|kort|procent")
_FI_LETTERS = re.compile(r"aa|ää|uu|yy|kk|pp|tt|ii|yö|ie|uo|äy|öy")


def guess_language(segments: Iterable[Segment]) -> Language | None:
    """Tell Finnish, Swedish and English apart by small words, endings and letters; None when little speaks."""
    points: dict[Language, float] = {"fi": 0.0, "sv": 0.0, "en": 0.0}
    for word in re.findall(r"[^\W\d_]{2,}", " ".join(segment.text for segment in segments).lower()):
        for language, stop_words in _STOP_WORDS.items():
            points[language] += 1.0 if word in stop_words else 0.0
        if len(word) >= 5:
            points["fi"] += 0.5 * bool(_FI_ENDING.search(word)) + 0.2 * bool(_FI_LETTERS.search(word))
            points["sv"] += 0.5 * bool(_SV_ENDING.search(word)) + 0.3 * bool(_SV_LETTERS.search(word))
    first, second = sorted(points, key=lambda language: -points[language])[:2]
    return first if points[first] >= 0.6 and points[first] > 1.15 * points[second] else None
