"""Labels on a letter and the pieces of text that may be their values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from rapidfuzz import fuzz, process

from extractors.letters.lines import Segment
from extractors.letters.passage import Passage, join, join_passages, letters_of, paragraph_space
from models.geometry import Box, bounding
from models.page import Word

Where = Literal["inline", "right", "below"]
# A label of up to this many letters must be read without a fault: `Tid`, `Nimi`.
EXACT_LETTERS = 4
LIKE_ENOUGH = 84.0
# Amid a line, where any word may stand, a label must be read better.
LIKE_ENOUGH_WITHIN = 92.0
# Each word of a label on its own: "Muutettu maksukielto" is not "Peruutettu maksukielto" with a slip.
WORD_LIKE_ENOUGH = 79.0
_ENUMERATOR = re.compile(r"^(?:\(?(\d{1,2}|[a-h])[.)]|[-–—•·*o>])$")
_OPENS = re.compile(r"[.,;)–-]$")
_AMID = re.compile(r"[(a-zåäö]")
_CLOSES = re.compile(r"[:!;]$")
_SENTENCE_END = re.compile(r"(?<=[^\W\d_]{2})[.;](?=\s+[A-ZÅÄÖ]|\s*$)|(?<=[\d)])[.;](?=\s+[A-ZÅÄÖ]|\s*$)|\n\n|\t")


@dataclass(frozen=True)
class Label:
    """A known label: words `first` to `last` (exclusive) of segment number `segment`, and the fields it may name."""

    segment: int
    first: int
    last: int
    names: frozenset[str]
    likeness: float
    colon: bool


@dataclass(frozen=True)
class Piece:
    """What may be a label's value, and where it stands from the label."""

    passage: Passage
    where: Where
    label: Label


class LabelBook:
    """All labels of a document type. A label may name several fields: `Ajalle` bears a start and an end."""

    def __init__(self, labels: Mapping[str, Sequence[str]]) -> None:
        self._names: dict[str, set[str]] = {}
        self._words: dict[str, list[str]] = {}
        self._longest = 1
        for name, texts in labels.items():
            for text in texts:
                self._names.setdefault(letters_of(text), set()).add(name)
                self._words[letters_of(text)] = _words(text)
                self._longest = max(self._longest, len(text.split()))
        self._long = [key for key in self._names if len(key) > EXACT_LETTERS]

    def at(self, segment: Segment, number: int, first: int, *, after_label: bool = False) -> Label | None:
        """The longest, best label that starts at word `first`; `after_label` says that another ends right there."""
        best: Label | None = None
        for last in range(min(len(segment.words), first + self._longest + 1), first, -1):
            words = segment.words[first:last]
            if not letters_of(words[-1].text) or any(_CLOSES.search(word.text) for word in words[:-1]):
                continue
            if first and not (after_label or _may_stand_within(segment, first, last)):
                continue
            # A line that goes on in small letters ("vastaava / lääkäri") is no label.
            if not first and words[0].text[:1].islower() and not _CLOSES.search(words[-1].text):
                continue
            found = self._match(" ".join(word.text for word in words))
            if found and first and found[1] < (LIKE_ENOUGH_WITHIN if _is_marked(segment, first, last) else 100):
                continue
            if found and (best is None or found[1] > best.likeness):
                colon = bool(_CLOSES.search(words[-1].text))
                best = Label(number, first, last, frozenset(found[0]), found[1], colon)
        return best

    def _match(self, text: str) -> tuple[set[str], float] | None:
        read, words = letters_of(text), _words(text)
        if read in self._names:
            return self._names[read], 100.0
        if len(read) <= EXACT_LETTERS:
            return None
        found = process.extract(read, self._long, scorer=fuzz.ratio, score_cutoff=LIKE_ENOUGH, limit=None)
        likely = [(likeness, key) for key, likeness, _ in found if abs(len(key) - len(read)) <= 2]
        agreeing = [each for each in likely if self._agree(words, self._words[each[1]])]
        if not agreeing:
            return None
        likeness, key = max(agreeing)
        return self._names[key], likeness

    def whole(self, upper: Segment, lower: Segment, number: int) -> Label | None:
        """A label that is wrapped: two segments, one under the other, that make up one label and nothing else."""
        found = self._match(f"{upper.text} {lower.text}")
        closes = bool(_CLOSES.search(lower.words[-1].text))
        return Label(number, 0, len(upper.words), frozenset(found[0]), found[1], closes) if found else None

    def _agree(self, read: list[str], label: list[str]) -> bool:
        """Tell whether words agree one by one; where the reader has split or joined some, that cannot be asked."""
        numbers = sum(word.isdigit() for word in read) - sum(word.isdigit() for word in label)
        if len(read) != len(label):
            return numbers <= 0
        return all(fuzz.ratio(one, other) >= WORD_LIKE_ENOUGH for one, other in zip(read, label, strict=True))


def _words(text: str) -> list[str]:
    return [letters_of(word) for word in text.split() if letters_of(word)]


class Pairs:
    """The labels found on a letter's segments, and their values."""

    def __init__(self, segments: Sequence[Segment], book: LabelBook) -> None:
        self._segments = segments
        self._paragraph = paragraph_space(segments)
        self._right_edge = max((s.box.x1 for s in segments), default=0.0)
        self._wrapped_labels: set[int] = set()
        self.labels = [label for number in range(len(segments)) for label in self._labels_of(number, book)]
        self._starts = {label.segment for label in self.labels if label.first == 0} | self._wrapped_labels

    def _labels_of(self, number: int, book: LabelBook) -> Iterator[Label]:
        segment, first = self._segments[number], 0
        wrapped = self._wrapped_label(number, book)
        if wrapped:
            yield wrapped
            return
        if len(segment.words) > 1 and _ENUMERATOR.match(segment.words[0].text):
            first = 1
        ended = -1
        while first < len(segment.words):
            label = book.at(segment, number, first, after_label=first == ended)
            if label and not _reads_on(segment, label):
                yield replace(label, first=0) if _ENUMERATOR.match(segment.words[0].text) and first == 1 else label
            first = label.last if label else first + 1
            # "Asema: lääkäri", "Elatuksen varassa: puoliso": behind a colon stands a value, though it be a label elsewhere.
            ended = label.last if label and not label.colon else -1

    def _wrapped_label(self, number: int, book: LabelBook) -> Label | None:
        segment = self._segments[number]
        if number in self._wrapped_labels or len(segment.words) > 5 or _CLOSES.search(segment.words[-1].text):
            return None
        for below, other in enumerate(self._segments):
            under = other.page == segment.page and 0 < other.box.y0 - segment.box.y0 < 2.0 * segment.height
            if under and abs(other.box.x0 - segment.box.x0) < segment.height and len(other.words) <= 3:
                label = book.whole(segment, other, number)
                alone = book.at(segment, number, 0)
                if label and not (alone and alone.last == len(segment.words) and alone.likeness >= label.likeness):
                    self._wrapped_labels.add(below)
                    return label
        return None

    def pieces(self, name: str) -> Iterator[Piece]:
        """Give what may be the value of field `name`, the likeliest place of each label first."""
        for label in self.labels:
            if name in label.names:
                yield from self.pieces_of(label)

    def pieces_of(self, label: Label) -> Iterator[Piece]:
        inline = self._inline(label)
        if inline:
            yield Piece(inline, "inline", label)
            beyond = self._right_of_segment(label)
            if beyond and not any(other.segment == label.segment and other.first >= label.last for other in self.labels):
                # A dotted line, or a wide gap, stands amid the value.
                yield Piece(join_passages(inline, join(beyond)), "inline", label)
            return
        right = self._right_of(label)
        if right:
            yield Piece(join(self._with_wrapped(right[0], alone=True), self._paragraph), "right", label)
            if len(right) > 1:
                yield Piece(join(right), "right", label)
        below = self._below(label)
        if below is not None:
            yield Piece(join(self._with_wrapped(below)), "below", label)

    def text_of(self, label: Label) -> str:
        return " ".join(word.text for word in self._segments[label.segment].words[label.first : label.last])

    def _inline(self, label: Label) -> Passage | None:
        """The rest of the label's own segment, up to the next label or the end of the sentence."""
        segment = self._segments[label.segment]
        after = [other.first for other in self.labels if other.segment == label.segment and other.first >= label.last]
        words = segment.words[label.last : min(after, default=len(segment.words))]
        covered = sum(other.last - other.first for other in self.labels if other.segment == label.segment)
        runs_on = not after and covered < len(segment.words) and segment.box.x1 > 0.8 * self._right_edge
        following = self._next_row(segment) if runs_on and (words or label.first) else None
        if not words and (following is None or after):
            return None
        own = [Segment(segment.page, segment.row, tuple(words), segment.box)] if words else []
        passage = join([*own, *([following] if following else [])], self._paragraph)
        return first_sentence(passage) if label.first or following else passage

    def _next_row(self, segment: Segment) -> Segment | None:
        """The line on which a full line of running text goes on."""
        for number, other in enumerate(self._segments):
            same = other.page == segment.page and other.row == segment.row + 1
            if same and other.box.x0 < segment.box.x0 + 2 * segment.height and number not in self._starts:
                return other if other.box.y0 - segment.box.y1 < max(1.2, self._paragraph) * segment.height else None
        return None

    def _right_of(self, label: Label) -> list[Segment]:
        return [] if label.last < len(self._segments[label.segment].words) else self._right_of_segment(label)

    def _right_of_segment(self, label: Label) -> list[Segment]:
        segment = self._segments[label.segment]
        found: list[Segment] = []
        for number, other in enumerate(self._segments):
            if other.page == segment.page and other.row == segment.row and other.box.x0 > segment.box.x1:
                if number in self._starts:
                    break
                found.append(other)
        return found

    def _below(self, label: Label) -> Segment | None:
        """The nearest segment under the label, in the label's own column."""
        segment = self._segments[label.segment]
        own = bounding(word.box for word in segment.words[label.first : label.last])
        under = [
            (other.box.y0, number)
            for number, other in enumerate(self._segments)
            if other.page == segment.page
            and other.row > segment.row
            and other.box.y0 - segment.box.y1 < 2.2 * segment.height
            and _in_column(own, segment.height, other)
        ]
        if not under:
            return None
        number = min(under)[1]
        return None if number in self._starts else self._cell(label, own, self._segments[number])

    def _cell(self, label: Label, own: Box, found: Segment) -> Segment:
        """Cut a segment to its label's column where two cells stand so close that they were taken for one."""
        row = [s for s in self._segments if (s.page, s.row) == (found.page, self._segments[label.segment].row)]
        within = [other for other in self.labels if self._segments[other.segment] in row]
        starts = {s.box.x0 for s in row} | {self._segments[o.segment].words[o.first].box.x0 for o in within}
        cells: list[list[Word]] = [[]]
        for word in found.words:
            if cells[0] and any(abs(word.box.x0 - x) < 0.5 * found.height for x in starts):
                cells.append([])
            cells[-1].append(word)
        best = max(cells, key=lambda cell: min(cell[-1].box.x1, own.x1) - max(cell[0].box.x0, own.x0))
        return replace(found, words=tuple(best), box=bounding(word.box for word in best))

    def _with_wrapped(self, segment: Segment, *, alone: bool = False) -> list[Segment]:
        """A value and the lines it is wrapped on: aligned with it and close below; `alone`: nothing left of them."""
        found = [segment]
        for number, other in enumerate(self._segments):
            last = found[-1]
            if other.page != last.page or other.row != last.row + 1 or number in self._starts:
                continue
            aligned = abs(other.box.x0 - segment.box.x0) < 1.5 * segment.height
            close = other.box.y0 - last.box.y1 < min(self._paragraph, 1.2) * segment.height
            crowded = alone and any(
                (s.page, s.row) == (other.page, other.row) and s.box.x1 < other.box.x0 for s in self._segments
            )
            wrapped = close and self._is_full(segment, last, other)
            if aligned and len(found) < 4 and not crowded and (wrapped or (alone and self._goes_on(last, other))):
                found.append(other)
        return found

    def _goes_on(self, last: Segment, other: Segment) -> bool:
        """Tell whether a line with nothing left of it goes on amid a phrase, however wide the lines stand."""
        near = other.box.y0 - last.box.y1 < max(0.75, self._paragraph) * last.height
        return near and bool(_AMID.match(other.text) or last.text.endswith((",", "-", "–", "&")))

    def _is_full(self, first: Segment, last: Segment, following: Segment) -> bool:
        """Tell whether a line is so full that the first word of the next had no room on it: only then was it wrapped."""
        beside = [s.box.x0 for s in self._segments if s.page == first.page and s.row == first.row and s.box.x0 > first.box.x1]
        limit = min(beside, default=self._right_edge + 0.5 * first.height)
        needed = last.box.x1 + following.words[0].box.width + 3.5 * first.height
        return following.box.x1 <= limit and needed >= limit


def _may_stand_within(segment: Segment, first: int, last: int) -> bool:
    """Tell whether a label may stand amid a line: with a colon, behind a comma, or before a number ("Päätös Dnro 12/2019")."""
    following = segment.words[last].text if last < len(segment.words) else ""
    before_number = segment.words[first].text[:1].isupper() and any(char.isdigit() for char in following)
    return _is_marked(segment, first, last) or before_number


def _is_marked(segment: Segment, first: int, last: int) -> bool:
    return bool(_CLOSES.search(segment.words[last - 1].text) or _OPENS.search(segment.words[first - 1].text))


def _reads_on(segment: Segment, label: Label) -> bool:
    """Tell whether a title or a sentence begins with a label's word: "Barn hålls hemma", "LAPSEN KOTONA PITÄMINEN"."""
    rest = segment.words[label.last :]
    if label.colon or label.first or not rest:
        return False
    text = " ".join(word.text for word in rest)
    shouted = segment.text.isupper() and len(segment.words) >= 4 and not any(char.isdigit() for char in text)
    only_names = all(name.endswith(("_name", "_names")) for name in label.names)
    return shouted or (only_names and text[0].islower())


def _in_column(label: Box, height: float, other: Segment) -> bool:
    aligned = abs(other.box.x0 - label.x0) < 1.5 * height
    shared = min(label.x1, other.box.x1) - max(label.x0, other.box.x0)
    return aligned or shared > 0.5 * min(label.width, other.box.width)


def first_sentence(passage: Passage) -> Passage:
    """Cut at the first full stop that ends a sentence; an initial or a number's point does not."""
    end = _SENTENCE_END.search(passage.text)
    return passage.cut(0, end.start()) if end and end.start() else passage
