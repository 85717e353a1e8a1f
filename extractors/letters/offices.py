"""The office that issued a letter: its letterhead, else the words below the signature."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors.letters.letter import Letter
from extractors.letters.lines import Segment
from extractors.letters.passage import Passage, fold, join
from extractors.letters.phrases import ADDRESSEE_WORDS, UNIT_WORDS
from models.extraction import Extraction

_ENDS = re.compile(
    r"\s*[,;:|•]\s+|\s+[–—-]\s+|\s*/\s*|\t|\s+(?=(PL|PB|p\.|puh|tel)\b)"
    r"|\s+(?=\d{1,2}\.\s?\d{1,2}\.)|\s+(?=(?:(?:Viranhaltija)?päätös|Beslut|Tjänsteinnehavarbeslut|Maksukielto|Betalningsförbud)\b)",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"\b(paatos|beslut|maarays|ilmoitus|meddelande|forordnande|maksukielto|betalningsforbud|pvm|datum|sivu|sida|dnro|dnr)\b"
)
_DATE_BEHIND = re.compile(r"\s+\d{1,2}\.\s?\d{1,2}\.\s?\d{4}$")
_NATIONWIDE = re.compile(r"^(ulosottolaitos|utsokningsverket|aluehallintovirasto|regionforvaltningsverket)$")
# Heads in both languages name an office twice: the one in the letter's own language counts.
_SWEDISH = re.compile(r"\bstad\b|kommun\b|sjukvard|valfard|halso|utsokning|\boch\b|samkommun|regionforvalt|sjukhus|stads\b")
_ADDRESS = re.compile(r"\b\d{5}\b|\b(pl|pb)\s?\d|(katu|tie|gatan|vagen)\s+\d")


def find_office(letter: Letter, name: str, words: re.Pattern[str]) -> Extraction | None:
    """Find the issuing office: in the head, highest first; by its label; elsewhere by its words; else the top line.

    A unit of the office ("Tartuntatautiyksikkö") and the addressee are not it.
    """
    lines = [join(_with_wrapped(letter, segment)) for segment in _by_place(letter.head)]
    labelled = [piece.passage for piece in letter.pieces(name)]
    for passages, evidence in ((lines, "position"), (labelled, "label")):
        found = _best(letter, passages, words)
        if found is not None:
            return letter.extraction(found, _as_value(found), evidence, "lexicon")
    return _top_line(letter) or _elsewhere(letter, words)


def _elsewhere(letter: Letter, words: re.Pattern[str]) -> Extraction | None:
    """Find an office by its words on a line of its own, such as below the signature; lines with labels are values."""
    labelled = {label.segment for label in letter.pairs.labels}
    rows = {(letter.segments[number].page, letter.segments[number].row) for number in labelled}
    free = [join([s]) for s in _by_place(letter.segments) if (s.page, s.row) not in rows and len(s.words) <= 9]
    found = _best(letter, free, words)
    return letter.extraction(found, _as_value(found), "lexicon") if found is not None else None


def _by_place(segments: list[Segment]) -> list[Segment]:
    return sorted(segments, key=lambda s: (s.page, s.row, s.box.x0))


def _with_wrapped(letter: Letter, segment: Segment) -> list[Segment]:
    """A line, and the next one where a long name goes on in small letters ("… sairaanhoitopiirin / kuntayhtymä")."""
    for other in letter.segments:
        below = other.page == segment.page and 0 < other.box.y0 - segment.box.y0 < 2.2 * segment.height
        aligned = abs(other.box.x0 - segment.box.x0) < segment.height
        if below and aligned and other.text[:1].islower() and segment.text.endswith(("n", "-", "s")):
            return [segment, other]
    return [segment]


def _best(letter: Letter, passages: list[Passage], words: re.Pattern[str]) -> Passage | None:
    """The first that is named in full; a single word ("Ulosottolaitos") or a unit only where there is no other."""
    named: list[Passage] = []
    for passage in passages:
        folded = fold(passage.flat)
        if not words.search(folded) or ADDRESSEE_WORDS.search(folded) or letter.is_stamped(passage.box):
            continue
        parts = [part for part in _parts(passage, words) if len(part.flat.split()) <= 8]
        # "Ulosottolaitos, Etelä-Suomen toimipaikka": one word for a whole country names no office without the rest.
        dated = _DATE_BEHIND.search(passage.text)
        line = passage.cut(0, dated.start()) if dated else passage
        bare = len(parts) == 1 and _NATIONWIDE.match(fold(parts[0].flat)) and re.match(r"^\S+, [^,\d]+$", line.flat)
        named += [line] if bare else parts
    return min(
        named,
        key=lambda part: (
            bool(UNIT_WORDS.search(fold(part.flat))),
            " " not in part.flat,
            bool(_SWEDISH.search(fold(part.flat))) != (letter.language == "sv"),
        ),
        default=None,
    )


def _parts(passage: Passage, words: re.Pattern[str]) -> Iterator[Passage]:
    """Cut offices out of a line that also bears a unit, an address or a title."""
    start = 0
    for gap in [*_ENDS.finditer(passage.text), None]:
        end = gap.start() if gap else len(passage.text)
        part = passage.cut(start, end)
        folded = fold(part.flat)
        if part.placed and words.search(folded) and not _TITLE.search(folded) and part.flat[:1].isupper():
            yield part
        start = gap.end() if gap else end


def _as_value(passage: Passage) -> str:
    return re.sub(r"\s+", " ", passage.flat).strip(" .,;:|-–—")


def _top_line(letter: Letter) -> Extraction | None:
    """Take the highest line of the head that is no title, date, address or addressee: an office of unknown kind."""
    for segment in _by_place(letter.head)[:6]:
        folded = fold(segment.text)
        words = re.findall(r"[^\W\d_]{3,}", segment.text)
        odd = _TITLE.search(folded) or _ADDRESS.search(folded) or ADDRESSEE_WORDS.search(folded) or re.search(r"\d", folded)
        if words and not odd and segment.text[:1].isupper() and not letter.is_stamped(segment.box):
            passage = join([segment])
            first = _ENDS.search(passage.text)
            passage = passage.cut(0, first.start()) if first and first.start() else passage
            return letter.extraction(passage, _as_value(passage), "position")
    return None
