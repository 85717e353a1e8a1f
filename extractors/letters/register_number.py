"""The number under which an authority keeps a matter: `1003/08.05/2019`, `TRE:2331/2020`, `HUS/7781/2019`."""

from __future__ import annotations

import re

from extractors.letters.letter import Letter
from extractors.letters.passage import Passage, join
from extractors.values.identity import find_hetus
from models.extraction import Extraction

_T = r"[\dOoIl]"
_CLOSE = r"[A-ZÅÄÖ][A-ZÅÄÖa-zåäö]{0,9}\s?[-:/]\s?"
_PREFIX = rf"(?:{_CLOSE}|[A-ZÅÄÖ]{{2,4}}\s)"  # "HEL 2019-004512"
# `12/02.03/2019`, `TMP/998/2018`, `900/2771/2018`: a number, a class or a number, a year.
_DIARY = re.compile(
    rf"(?<![\d/])(?:{_CLOSE}|[A-ZÅÄÖ]{{1,8}})?{_T}{{1,7}}\s?/\s?{_T}{{1,6}}(?:\.{_T}{{1,3}})*"
    rf"(?:\s?/\s?{_T}{{2,4}}|\.{_T}{{1,3}})(?:\s?/\s?\d{{4}})?(?![\d/])"
)
_NUMBER_AND_YEAR = re.compile(
    rf"(?:{_PREFIX}|[A-ZÅÄÖ]{{1,8}})?[\d.]+(?:\s?[/-]\s?[\dA-ZÅÄÖ.]+)+|(?:{_PREFIX}|[A-ZÅÄÖ]{{1,8}}-?)?\d[\d.-]{{3,}}"
)
# Alone on its line in the head: `239/2019`, `THL/279/19`, `ROIDno-2018-3321`; never `1/1`.
_YEAR = r"(?:19|20)\d\d"
_ALONE = re.compile(
    rf"(?:{_PREFIX}|[A-ZÅÄÖ]{{2,8}})\d+(?:[/.-]\d+)+|(?:{_PREFIX})?\d+(?:/[\d.]+)*[/-]{_YEAR}|(?:{_PREFIX})?{_YEAR}[/-]\d+"
)
# "Päätös nro 2/2019", "KARANTÄNSBESLUT Nr 41/2020", "§ 14/2019": behind a title or a sign for a number.
_BEHIND_TITLE = re.compile(
    rf"(?:\b(?i:nr|nro|n:o|numero|nummer)\b\.?|§|(?i:\w*(?:päätös|beslut|määräys|kielto|förbud)\w*)(?:\s[^\W\d_]+){{0,3}})\s*(?P<number>(?:{_PREFIX})?"
    rf"(?:\d+(?:/[\d.]+)*[/-]{_YEAR}|{_YEAR}[/-]\d+))$"
)
_LAWS = re.compile(r"(laki|lain|lagen?|ttl|l|§|asetus|asetuksen|forordning\w*)\W*$")
_STATUTE = re.compile(r"^(1227/2016|1412/1997|705/2007|734/1992|434/2003|583/1986|146/2017)$")
_DAY = re.compile(r"(?<!\d)\d{4}-\d\d-\d\d$|(?<!\d)\d{1,2}\.\d{1,2}\.\d{2,4}$")


def find_register_number(letter: Letter, name: str) -> Extraction | None:
    """Find the number beside its label, else alone or behind a title in the head, else by its form of three parts."""
    for piece in letter.pieces(name):
        flat = piece.passage.flat
        for pattern in (_DIARY, _NUMBER_AND_YEAR):
            match = pattern.search(flat)
            if match and _may_be(match.group()) and not find_hetus(flat):
                return _extraction(letter, piece.passage.cut(*match.span()), "label")
    for segment in letter.head:
        alone = _ALONE.fullmatch(segment.text)
        behind = _BEHIND_TITLE.search(segment.text)
        if (alone and _may_be(segment.text)) or (behind and _may_be(behind["number"])):
            passage = join([segment])
            span = behind.span("number") if behind and not alone else (0, len(passage.text))
            if not letter.is_stamped(segment.box):
                return _extraction(letter, passage.cut(*span), "position")
    for match in _DIARY.finditer(letter.body.flat):
        before = letter.folded[max(0, match.start() - 12) : match.start()]
        if match.group().count("/") >= 2 and _may_be(match.group()) and not _LAWS.search(before):
            return _extraction(letter, letter.body.cut(*match.span()), "position")
    # "Asia: työstä poissaolo" is another field's.
    return letter.doubted(name, only=True)


def _may_be(text: str) -> bool:
    return not _STATUTE.match(text) and not _DAY.search(text)


def _extraction(letter: Letter, passage: Passage, evidence: str) -> Extraction:
    value = re.sub(r"\s*([/-])\s*", r"\1", passage.flat).strip(" .,")
    lead = re.match(r"[^\W\d_][^\d]*(?=\d)", value)
    head = lead.group() if lead else ""
    digits = value[len(head) :].translate(str.maketrans("OoIl", "0011"))
    return letter.extraction(passage, head + digits, evidence, "format")
