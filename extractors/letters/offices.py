"""The office that issued a letter: its letterhead, else the words below the signature."""

from __future__ import annotations

import re

from extractors.letters.letter import Letter
from extractors.letters.lines import Segment
from extractors.letters.passage import Passage, fold, join
from extractors.letters.phrases import ADDRESSEE_WORDS, UNIT_WORDS
from models.extraction import Extraction

_ENDS = re.compile(r"\s*[,;|•]\s+|\s+[–—-]\s+|\s*/\s*|\s{2,}|\s+(?=(PL|PB|p\.|puh|tel)\b)")
_TITLE = re.compile(r"\b(paatos|beslut|maarays|ilmoitus|meddelande|forordnande|maksukielto|betalningsforbud|pvm|datum|sivu|sida|dnro|dnr)\b")
_ADDRESS = re.compile(r"\b\d{5}\b|\b(pl|pb)\s?\d|(katu|tie|gatan|vagen)\s+\d")


def find_office(letter: Letter, name: str, words: re.Pattern[str]) -> Extraction | None:
    """Find the issuing office: in the head, highest first; by its label; elsewhere by its words; else the top line.

    A unit of the office ("Tartuntatautiyksikkö") and the addressee are not it.
    """
    for segments, evidence in ((letter.head, "position"), ([], "label"), (letter.segments, "lexicon")):
        passages = [join([s]) for s in _by_place(segments)] if segments else [p.passage for p in letter.pieces(name)]
        found = _best(letter, passages, words)
        if found is not None:
            return letter.extraction(found, _as_value(found), *dict.fromkeys((evidence, "lexicon")))
    return _top_line(letter)


def _by_place(segments: list[Segment]) -> list[Segment]:
    return sorted(segments, key=lambda s: (s.page, s.row, s.box.x0))


def _best(letter: Letter, passages: list[Passage], words: re.Pattern[str]) -> Passage | None:
    """The first that is named in full; a single word ("Ulosottolaitos") or a unit only where there is no other."""
    named: list[Passage] = []
    for passage in passages:
        folded = fold(passage.flat)
        if not words.search(folded) or ADDRESSEE_WORDS.search(folded) or letter.is_stamped(passage.box):
            continue
        part = _named_part(passage, words)
        if part is not None and len(part.flat.split()) <= 8:
            named.append(part)
    return min(named, key=lambda part: (bool(UNIT_WORDS.search(fold(part.flat))), " " not in part.flat), default=None)


def _named_part(passage: Passage, words: re.Pattern[str]) -> Passage | None:
    """Cut the office out of a line that also bears a unit, an address or a title."""
    start = 0
    for gap in [*_ENDS.finditer(passage.text), None]:
        end = gap.start() if gap else len(passage.text)
        part = passage.cut(start, end)
        folded = fold(part.flat)
        if part.placed and words.search(folded) and not _TITLE.search(folded) and part.flat[:1].isupper():
            return part
        start = gap.end() if gap else end
    return None


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
            return letter.extraction(passage, _as_value(passage), "position")
    return None
