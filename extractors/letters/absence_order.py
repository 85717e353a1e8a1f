"""Orders under the act on infectious diseases: absence from work, quarantine, isolation, a child kept home."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from extractors.letters.letter import Letter
from extractors.letters.offices import find_office
from extractors.letters.passage import Passage, fold, join, join_passages, letters_of
from extractors.letters.people import Signer, find_name, find_signers, name_value
from extractors.letters.phrases import (
    AUTHORITY_WORDS,
    EMPTY_BOX,
    HAZARDOUS,
    KIND_CUES,
    NOT_HAZARDOUS_BEFORE,
    OTHER_DISEASE,
    SECTION,
    SECTION_KINDS,
    SPEAKS_AS_RESPONSIBLE,
    TICK,
    find_roles,
)
from extractors.letters.register_number import find_register_number
from extractors.letters.subject import find_subject
from extractors.letters.typed import Fields, find_own_date, put, read_period
from extractors.letters.workplace import find_workplace
from extractors.values.diagnosis import find_codes
from extractors.values.parsed import Found
from models.extraction import Extraction

LEAST_EMPTY = 2

_PHYSICIANS = frozenset({"physician_responsible", "physician_unclear", "physician_other"})
# "Yleisvaarallinen tartuntatauti: ei".
_ANSWER = re.compile(r"\W*(?:(?P<yes>kylla|on|ja|x)|ei|nej)\b\W*$")
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
    subject = sorted(str(fields["subject_name"].value).casefold().split()) if "subject_name" in fields else []
    fields |= _physician(letter, subject)
    put(fields, "diary_number", find_register_number(letter, "diary_number"))
    return fields


def _decision_kind(letter: Letter) -> Extraction | None:
    """Take the ticked kind; else weigh the title's words before those of the text; else the section of the act.

    A form that lists several kinds in its head says nothing by that.
    """
    ticked = _ticked_kind(letter)
    if ticked is not None:
        return ticked
    weights: Counter[str] = Counter()
    where: dict[str, Passage] = {}
    in_head = {kind for passage, weight in _kind_passages(letter) if weight > 1 for kind in _kinds(passage)}
    for passage, weight in _kind_passages(letter):
        if weight > 1 and len(in_head) > 2:
            continue
        for kind, found in _kinds(passage).items():
            weights[kind] += weight
            where.setdefault(kind, found)
    best = weights.most_common(2)
    if not best:
        return _kind_of_section(letter)
    kind, weight = best[0]
    tied = len(best) > 1 and best[1][1] == weight
    return letter.extraction(where[kind], None if tied else kind, "position" if weight >= 4 else "sentence", "lexicon")


def _kinds(passage: Passage) -> dict[str, Passage]:
    matches = {kind: re.search(cue, fold(passage.flat)) for kind, cue in KIND_CUES.items()}
    found = {kind: passage.cut(*match.span()) for kind, match in matches.items() if match}
    if found:
        return found
    # A word that the reader tore in two ("PI DÄTTÄMISESTÄ") is whole again without blanks.
    torn = letters_of(passage.flat)
    return {kind: passage for kind, cue in KIND_CUES.items() if re.search(cue.replace(" ", ""), torn)}


def _ticked_kind(letter: Letter) -> Extraction | None:
    """Find the one kind of a list whose row begins with a mark in a box."""
    marked: dict[str, Passage] = {}
    unread: dict[str, Passage] = {}
    empty = 0
    for segment in letter.segments:
        row = [s for s in letter.segments if (s.page, s.row) == (segment.page, segment.row)]
        passage = join(row)
        if segment is not row[0] or len(passage.flat.split()) > 9:
            continue
        if TICK.match(passage.flat):
            marked |= _kinds(passage)
        elif EMPTY_BOX.match(passage.flat):
            empty += bool(_kinds(passage))
        else:
            unread |= _kinds(passage)
    if len(marked) == 1:
        kind, found = next(iter(marked.items()))
        return letter.extraction(found, kind, "label", "lexicon")
    if not marked and len(unread) == 1 and empty >= LEAST_EMPTY:
        # The reader saw the empty boxes of a list and made nothing of the one with a mark in it.
        kind, found = next(iter(unread.items()))
        return letter.extraction(found, kind, "label", "repaired")
    return None


def _kind_of_section(letter: Letter) -> Extraction | None:
    """Section 57 orders adults from work and children from day care alike: a guardian on the paper tells them apart."""
    section = SECTION.search(letter.folded)
    if section is None:
        return None
    kind = SECTION_KINDS[section.group(1)]
    if kind == "work_absence" and any(True for _ in letter.pieces("guardian_hetu")):
        kind = "child_home"
    return letter.extraction(letter.body.cut(*section.span()), kind, "lexicon")


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
        for code in [*find_codes(piece.passage.flat), *_codes_without_point(piece.passage.flat)]:
            return letter.extraction(piece.passage.cut(code.start, code.end), code.value, "label", *code.evidence)
    for code in [*find_codes(letter.body.flat), *_codes_without_point(letter.body.flat, marked=True)]:
        near = letter.folded[max(0, code.start - 60) : code.end + 40]
        bracketed = letter.folded[code.start - 1 : code.start] == "(" and letter.folded[code.end : code.end + 1] == ")"
        if bracketed or _CODE_CONTEXT.search(near):
            passage = letter.body.cut(code.start, code.end)
            return letter.extraction(passage, code.value, "sentence", *code.evidence)
    return None


def _codes_without_point(text: str, *, marked: bool = False) -> list[Found]:
    """Find codes of three characters (`A38`); in running text only in brackets or behind `ICD-10`."""
    pattern = r"(?:(?<=\()|(?<=ICD-10 )|(?<=ICD-10: ))" if marked else r"(?<![\w.,/-])"
    return [Found(m.group(), *m.span(), ("format",)) for m in re.finditer(rf"{pattern}[A-Z]\d\d(?![\w/-]|[.,]\d)", text)]


def _hazardous(letter: Letter) -> Extraction | None:
    """Read the disease's class: what stands with the disease goes before the rest of the letter."""
    for piece in letter.pieces("hazardous"):
        answer = _ANSWER.match(fold(piece.passage.flat))
        if answer and re.search(r"yleisvaar|allmanfarl", fold(letter.pairs.text_of(piece.label))):
            return letter.extraction(piece.passage, answer.group("yes") is not None, "label", "lexicon")
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


def _physician(letter: Letter, subject: Sequence[str]) -> Fields:
    """Find who decided, and whether as the physician in charge of infectious diseases."""
    found = [*_labelled_physicians(letter), *find_signers(letter.segments, _PHYSICIANS)]
    signer = next((one for one in found if sorted(name_value(one.name).casefold().split()) != subject), None) or _last_name(
        letter
    )
    if signer is None:
        held = letter.doubted("physician_name") or Extraction(value=None)
        return {"physician_name": held, "physician_is_responsible": Extraction(value=None)}
    evidence = ("label",) if signer.labelled else ("position", "lexicon")
    return {
        "physician_name": letter.extraction(signer.name, name_value(signer.name), *evidence),
        "physician_is_responsible": _responsibility(letter, signer),
    }


def _labelled_physicians(letter: Letter) -> Iterator[Signer]:
    for piece in letter.pieces("physician_name"):
        name = find_name(piece.passage)
        if name is None:
            continue
        label = join([letter.segments[piece.label.segment]])
        # The role stands beside the name, in a cell of its own, in the label itself, or in a line of the same signature.
        cells = [other.passage for other in letter.pieces("physician_is_responsible")]
        signatures = [s.role_text for s in find_signers(letter.segments, _PHYSICIANS) if name_value(s.name) == name_value(name)]
        under = _right_under(letter, name)
        # "johtava lääkäri / (tartuntataudeista vastaava)": the role goes on under the name.
        whole = [join_passages(piece.passage, line) for line in under if re.match(r"[(a-zåäö]", line.text)]
        for text in [*whole, piece.passage, *under, *cells, *signatures, label]:
            roles = [role for role in find_roles(text.flat) if role.name in _PHYSICIANS]
            if roles and not (text is label and roles[0].name == "physician_other" and len(label.flat.split()) == 1):
                yield Signer(name, roles[0], text, labelled=True)
                break
        else:
            yield Signer(name, None, piece.passage, labelled=True)


def _right_under(letter: Letter, name: Passage) -> list[Passage]:
    """The line under a name, in its column: where a role goes on, or stands."""
    box = name.box
    return [
        join([segment])
        for segment in letter.segments
        if segment.page == name.page
        and 0 < segment.box.y0 - box.y0 < 2.8 * box.height
        and abs(segment.box.x0 - box.x0) < 1.5 * box.height
    ]


def _responsibility(letter: Letter, signer: Signer) -> Extraction:
    """True, False where another role is stated, None where the paper is silent or somebody signs in another's stead."""
    found = {role.name: role for role in find_roles(signer.role_text.flat) if role.name in _PHYSICIANS}
    match = SPEAKS_AS_RESPONSIBLE.search(letter.folded)
    spoken = letter.extraction(letter.body.cut(*match.span()), True, "sentence", "lexicon") if match else None
    if spoken is not None and not found.keys() & {"physician_unclear", "physician_responsible"}:
        return spoken
    for name, value in (("physician_unclear", None), ("physician_responsible", True), ("physician_other", False)):
        if name in found and (value is not False or signer.role is not None):
            role = found[name]
            return letter.extraction(signer.role_text.cut(role.start, role.end), value, "lexicon")
    return spoken or letter.extraction(signer.role_text, None, "position")


def _last_name(letter: Letter) -> Signer | None:
    """Take a name that stands alone at the letter's end for the signer's, where the text says as what it is signed."""
    if not SPEAKS_AS_RESPONSIBLE.search(letter.folded):
        return None
    for segment in reversed(letter.segments):
        passage = join([segment])
        name = find_name(passage)
        if name is not None and name.text == passage.text.strip(" ,."):
            return Signer(name, None, passage)
    return None
