"""The person a letter is about, and the guardian of a child."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractors.letters.letter import Letter
from extractors.letters.passage import Passage, fold, join_passages
from extractors.letters.people import find_name, find_names, name_value
from extractors.letters.typed import Fields, put
from extractors.values.identity import find_hetus, hetu_candidates
from extractors.values.parsed import Found
from models.extraction import Extraction

_GUARDIAN = (
    r"huoltaj\w*( nimi)?( ja henkilotunnus)?|vardnadshav\w*( namn)?( och personbeteckning)?|vanhem(pi|man)|foralder"
    r"|\baiti\b|\bisa\b|\bmor\b|\bfar\b"
)
_SUBJECT = r"potila|lapsi|lapsen|\bbarn|patient|henkilon?\b|kohde|asiakas|maara|\bnimi\b|\bnamn\b|forordna|velalli|galdenar"
# Persons whose code stands on a letter without being the one it is about.
_OTHERS = r"edunvalvoj\w*|valtuutett\w*|asiamie\w*|puoliso\w*|intressebevak\w*|befullmaktig\w*|ombud\w*|\bmak[ea]\b"
_OWN = (
    r"paamie\w*|asiak\w*|jasen\w*|hakij\w*|valtuuttaj\w*|huvudman\w*|klient\w*|medlem\w*|sokand\w*|fullmaktsgiv\w*"
    r"|potila\w*|patient\w*|vakuutet\w*|forsakra\w*"
)
_BETWEEN = re.compile(
    r"^(?:[\s,.;:()–-]|\d{1,2}\.\d{1,2}\.\d{4}|\b(?:henkilotunnus|hetu|hlotunnus|tunnus|personbeteckning|pers|bet|persbet|sotu|synt|syntynyt|fodd|s|f|ja|och)\b)*$"
)
_CENTURIES = {"+": 1800} | dict.fromkeys("-YXWVU", 1900) | dict.fromkeys("ABCDEF", 2000)


def find_subject(letter: Letter, name: str, hetu: str, guardian: str | None = None) -> Fields:
    """Find name and identity code of the person a letter is about; with `guardian`, the guardian's code too."""
    fields: Fields = {}
    codes = _distinct(letter.hetus)
    others = _guardian_codes(letter, codes, guardian) if guardian else []
    if guardian:
        own = [code for code in codes if code.value in {other.value for other in others}]
        put(fields, guardian, _extraction(letter, own[0]) if own else letter.doubted(guardian))
    labelled = _labelled_code(letter, hetu, {code.value for code in others})
    free = [code for code in codes if code.value not in {other.value for other in others}]
    put(fields, hetu, labelled or (_extraction(letter, free[0]) if free else letter.doubted(hetu)))
    put(fields, name, _name(letter, name, free))
    return fields


def find_code_of(letter: Letter, hetu: str) -> Extraction | None:
    """Find the code of the person concerned, passing over guardians, trustees, agents and spouses."""
    codes = _distinct(letter.hetus)
    others = {code.value for code in codes if _stands_with(letter, code, _OTHERS + "|" + _GUARDIAN)} if len(codes) > 1 else set()
    labelled = _labelled_code(letter, hetu, others)
    free = [code for code in codes if code.value not in others] or codes
    return labelled or (_extraction(letter, free[0]) if free else letter.doubted(hetu))


def _stands_with(letter: Letter, code: Found, words: str) -> bool:
    """Tell whether the nearest person word before a code is one of `words`."""
    # Only the sentence of the code speaks of its person.
    before = re.split(r"\.\s|\n\n", fold(letter.body.text[max(0, code.start - 110) : code.start]))[-1]
    other = max((m.start() for m in re.finditer(words, before)), default=-1)
    own = max((m.start() for m in re.finditer(_OWN, before)), default=-1)
    return other > own


def _distinct(codes: Sequence[Found]) -> list[Found]:
    return list({code.value: code for code in reversed(codes)}.values())[::-1]


def _extraction(letter: Letter, code: Found, *evidence: str) -> Extraction:
    return letter.extraction(letter.body.cut(code.start, code.end), code.value, *(evidence or ("sentence",)), *code.evidence)


def _labelled_code(letter: Letter, name: str, others: set[str]) -> Extraction | None:
    """Read the code beside its label, also one so misread that running text does not show it as a code."""
    for piece in letter.pieces(name):
        found = find_hetus(piece.passage.flat)
        for code in found:
            if code.value not in others:
                return letter.extraction(piece.passage.cut(code.start, code.end), code.value, "label", *code.evidence)
        parsed = [] if found else hetu_candidates(piece.passage.flat)
        if parsed and str(parsed[0].value) not in others:
            return letter.extraction(piece.passage, parsed[0].value, "label", *parsed[0].evidence)
    return None


def _guardian_codes(letter: Letter, codes: Sequence[Found], name: str) -> list[Found]:
    """Find the guardian's code: by its label, or by the person word that stands nearest before it.

    Of two codes on a child's order the elder person is the guardian, which overrules a doubtful word.
    """
    beside = {str(code.value) for piece in letter.pieces(name) for code in find_hetus(piece.passage.flat)}
    near = {code.value for code in codes if _nearest_word(letter, code) == "guardian"}
    if not (beside or near) or len(codes) < 2:
        # A paper's only code behind the guardian's label is the guardian's: the child's could not be read.
        return [code for code in codes if code.value in beside or _is_behind(letter, name, code)]
    eldest = min(codes[:2], key=lambda code: _birth(code.value))
    chosen = beside or near
    if all(code.value in chosen for code in codes):
        chosen = {eldest.value}
    return [code for code in codes if code.value in chosen]


def _is_behind(letter: Letter, name: str, code: Found) -> bool:
    """Tell whether a code stands in the line of the label of `name` and its colon, behind it."""
    labels = [label for label in letter.pairs.labels if name in label.names and label.colon]
    words = {id(word) for label in labels for word in letter.segments[label.segment].words[label.last :]}
    return any(id(placed.word) in words for placed in letter.body.cut(code.start, code.end).placed)


def _nearest_word(letter: Letter, code: Found) -> str:
    before = letter.folded[max(0, code.start - 140) : code.start]
    guardian = max((m.end() for m in re.finditer(_GUARDIAN, before)), default=-1)
    subject = max((m.end() for m in re.finditer(_SUBJECT, before)), default=-1)
    return "guardian" if guardian > -1 and guardian >= subject else "subject"


def _birth(code: str) -> str:
    century = _CENTURIES.get(code[6:7], 1900)
    return f"{century + int(code[4:6])}{code[2:4]}{code[:2]}"


def _name(letter: Letter, name: str, codes: Sequence[Found]) -> Extraction | None:
    for piece in letter.pieces(name):
        found = find_name(piece.passage)
        if found is not None and not re.search(_OTHERS, fold(piece.passage.flat[: piece.passage.text.find(found.text)])):
            return letter.extraction(found, name_value(found), "label")
    parts = [find_words(letter, part) for part in ("last_name", "first_names")]
    if parts[0] is not None and parts[1] is not None:
        both = join_passages(parts[0], parts[1])
        return letter.extraction(both, name_value(both), "label")
    for code in codes:
        beside = name_beside(letter, code)
        if beside is not None:
            return letter.extraction(beside, _in_basic_form(letter, beside), "sentence")
    return letter.doubted(name)


def find_words(letter: Letter, name: str) -> Passage | None:
    """The first piece beside a label that holds words and no digits: one part of a name in a cell of its own."""
    for piece in letter.pieces(name):
        if re.fullmatch(r"[^\W\d_][^\d:]*", piece.passage.flat):
            return piece.passage
    return None


def name_beside(letter: Letter, code: Found) -> Passage | None:
    """Find the name that stands right before an identity code, or right after it."""
    start = max(0, code.start - 120)
    before = letter.body.cut(start, code.start)
    for found in reversed(list(find_names(before))):
        gap = fold(before.flat[before.text.rfind(found.text) + len(found.text) :])
        if _BETWEEN.match(gap):
            return found
        break
    after = letter.body.cut(code.end, min(len(letter.body.text), code.end + 80))
    found_after = find_name(after)
    if found_after is not None and _BETWEEN.match(fold(after.flat[: after.text.find(found_after.text)])):
        return found_after
    return None


# What makes the name behind it its object, or agrees with it: "määrätä", "olen määrännyt henkilön", "työntekijän".
_ORDERS_OBJECT = re.compile(
    r"\b((maara|velvoit|aseta|asett|erist|pidat|kehot)\w*|(henkilon|potilaan|asiakkaan|tyontekijan|lapsen|oppilaan|velallisen))\s*$"
)
# Surnames that end in n as they are: most are Swedish.
_ENDS_IN_N = re.compile(r"(son|man|mann|gren|grén|sten|stén|lin|tin|din|én|hn)$")
_STEMS = {
    "sen": "nen", "mäen": "mäki", "joen": "joki", "lahden": "lahti", "kosken": "koski", "niemen": "niemi", "järven": "järvi",
    "lammen": "lampi", "salmen": "salmi", "saaren": "saari", "nummen": "nummi", "een": "e", "uksen": "us", "ksen": "s",
}  # fmt: skip


def _in_basic_form(letter: Letter, name: Passage) -> str:
    """Undo the genitive of a name that is the object of an order: "Määrään Aino Virtasen" means Aino Virtanen."""
    value = name_value(name)
    at = letter.body.text.find(name.text)
    return nominative(value) if at > 0 and _ORDERS_OBJECT.search(letter.folded[:at]) else value


def nominative(name: str) -> str:
    """Give the basic form of a Finnish name whose last part is in the genitive."""
    *first, last = name.split(" ")
    if last.endswith("nen") or not last.endswith("n") or _ENDS_IN_N.search(last):
        return name
    for ending, basic in sorted(_STEMS.items(), key=lambda item: -len(item[0])):
        if last.lower().endswith(ending) and len(last) > len(ending):
            return " ".join([*first, last[: -len(ending)] + basic])
    stem = last[:-1]
    return " ".join([*first, stem[:-1] if re.search(r"(ss|s|r|l|n|d|t|k|g|m)oni$|[^aeiouyäöå]{2}i$|oni$", stem) else stem])
