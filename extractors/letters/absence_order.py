"""Orders under the act on infectious diseases: absence from work, quarantine, isolation, a child kept home."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from extractors.letters.letter import Letter
from extractors.letters.offices import find_office
from extractors.letters.passage import Passage, fold, join
from extractors.letters.people import Signer, find_name, find_signers, name_value
from extractors.letters.phrases import (
    AUTHORITY_WORDS,
    HAZARDOUS,
    KIND_CUES,
    NOT_HAZARDOUS_BEFORE,
    OTHER_DISEASE,
    SECTION,
    SECTION_KINDS,
    find_roles,
)
from extractors.letters.subject import find_subject
from extractors.letters.typed import Fields, find_diary_number, find_own_date, put, read_period
from extractors.letters.workplace import find_workplace
from extractors.values.diagnosis import find_codes
from models.extraction import Extraction

_PHYSICIANS = frozenset({"physician_responsible", "physician_unclear", "physician_other"})
_CODE_CONTEXT = re.compile(r"icd|diagno|tauti|tartun|sjukdom|smitt|peruste|kood|kod\b|grund")


def read_absence_order(letter: Letter) -> Fields:
    fields: Fields = {}
    put(fields, "authority", find_office(letter, "authority", AUTHORITY_WORDS))
    put(fields, "decision_kind", _decision_kind(letter))
    fields |= find_subject(letter, "subject_name", "subject_hetu", "guardian_hetu")
    fields |= read_period(letter, "start", "end")
    put(fields, "disease_code", _disease_code(letter))
    put(fields, "hazardous", _hazardous(letter))
    put(fields, "workplace", find_workplace(letter, "workplace"))
    taken = {str(fields[name].value) for name in ("start", "end") if name in fields}
    put(fields, "decision_date", find_own_date(letter, "decision_date", taken))
    fields |= _physician(letter)
    put(fields, "diary_number", find_diary_number(letter, "diary_number"))
    return fields


def _decision_kind(letter: Letter) -> Extraction | None:
    """Weigh the title's words before those of the text, and the section of the act last."""
    weights: Counter[str] = Counter()
    where: dict[str, Passage] = {}
    for passage, weight in _kind_passages(letter):
        folded = fold(passage.flat)
        for kind, cue in KIND_CUES.items():
            match = re.search(cue, folded)
            if match:
                weights[kind] += weight
                where.setdefault(kind, passage.cut(*match.span()))
        section = SECTION.search(folded)
        if section:
            kind = SECTION_KINDS[section.group(1)]
            weights[kind] += 1
            where.setdefault(kind, passage.cut(*section.span()))
    best = weights.most_common(2)
    if not best:
        return None
    kind, weight = best[0]
    tied = len(best) > 1 and best[1][1] == weight
    evidence = "position" if weight >= 4 else "sentence"
    return letter.extraction(where[kind], None if tied else kind, evidence, "lexicon")


def _kind_passages(letter: Letter) -> Iterator[tuple[Passage, int]]:
    head = letter.head
    for segment in letter.segments:
        folded = fold(segment.text)
        if re.search(r"lopett|paattami|upphor|muutoksenha|valit|besvar", folded):
            continue
        yield join([segment]), 4 if segment in head else 1
    for piece in letter.pieces("decision_kind"):
        if piece.label.colon:
            yield piece.passage, 4


def _disease_code(letter: Letter) -> Extraction | None:
    for piece in letter.pieces("disease_code"):
        for code in find_codes(piece.passage.flat):
            return letter.extraction(piece.passage.cut(code.start, code.end), code.value, "label", *code.evidence)
    for code in find_codes(letter.body.flat):
        if _CODE_CONTEXT.search(letter.folded[max(0, code.start - 60) : code.end + 40]):
            passage = letter.body.cut(code.start, code.end)
            return letter.extraction(passage, code.value, "sentence", *code.evidence)
    return None


def _hazardous(letter: Letter) -> Extraction | None:
    """Read the disease's class: what stands with the disease goes before the rest of the letter."""
    near = [piece.passage for name in ("hazardous", "disease_code") for piece in letter.pieces(name)]
    for passage in [*near, letter.body]:
        verdicts = dict(_classes(passage))
        if verdicts:
            value = next(iter(verdicts)) if len(verdicts) == 1 else None
            return letter.extraction(next(iter(verdicts.values())), value, "sentence", "lexicon")
    return None


def _classes(passage: Passage) -> Iterator[tuple[bool, Passage]]:
    folded = fold(passage.flat)
    for match in OTHER_DISEASE.finditer(folded):
        yield False, passage.cut(*match.span())
    for match in HAZARDOUS.finditer(folded):
        words = match.group(1) or "", match.group(2) or ""
        denied = bool(NOT_HAZARDOUS_BEFORE.search(" ".join(words)))
        yield not denied, passage.cut(match.start(3), match.end(3))


def _physician(letter: Letter) -> Fields:
    """Find who decided, and whether as the physician in charge of infectious diseases."""
    fields: Fields = {}
    signer = next(iter([*_labelled_physicians(letter), *find_signers(letter.segments, _PHYSICIANS)]), None)
    if signer is None:
        put(fields, "physician_name", letter.doubted("physician_name"))
        return fields
    evidence = ("label",) if signer.labelled else ("position", "lexicon")
    fields["physician_name"] = letter.extraction(signer.name, name_value(signer.name), *evidence)
    fields["physician_is_responsible"] = _responsibility(letter, signer)
    return fields


def _labelled_physicians(letter: Letter) -> Iterator[Signer]:
    for piece in letter.pieces("physician_name"):
        name = find_name(piece.passage)
        if name is None:
            continue
        label = join([letter.segments[piece.label.segment]])
        # The role stands beside the name, in a cell of its own, in the label itself, or in a line of the same signature.
        cells = [other.passage for other in letter.pieces("physician_is_responsible")]
        signatures = [s.role_text for s in find_signers(letter.segments, _PHYSICIANS) if name_value(s.name) == name_value(name)]
        for text in [piece.passage, *cells, *signatures, label]:
            roles = [role for role in find_roles(text.flat) if role.name in _PHYSICIANS]
            if roles and not (text is label and roles[0].name == "physician_other" and len(label.flat.split()) == 1):
                yield Signer(name, roles[0], text, labelled=True)
                break
        else:
            yield Signer(name, None, piece.passage, labelled=True)


def _responsibility(letter: Letter, signer: Signer) -> Extraction:
    """True, False where another role is stated, None where the paper is silent or somebody signs in another's stead."""
    roles = {role.name for role in find_roles(signer.role_text.flat)} & _PHYSICIANS
    value: bool | None = None
    if "physician_unclear" in roles:
        value = None
    elif "physician_responsible" in roles:
        value = True
    elif "physician_other" in roles and signer.role is not None:
        value = False
    return letter.extraction(signer.role_text, value, "lexicon")
