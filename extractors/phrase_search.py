"""Find known phrases in a page's text as OCR gives it: misread letters, lost spaces, broken words."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from extractors.rows import Segment

WHOLE_WORDS = 6
"""Phrases of up to this many letters must stand as whole words."""

FAULTLESS = 8
"""Phrases of up to this many letters must be read without a fault: one wrong letter makes another word."""

ENOUGH_SHINGLES = 0.4
"""Share of a phrase's shingles (four letters in a row) that must occur on the page; a misread letter spoils four."""

ENOUGH_VOTES = 0.3
"""Share of the shingles that must stand where the phrase would."""

WORTH_A_LOOK = 4
ALIKE_WORD = 72.0
"""Each word of a phrase from so many letters on must be so much (0…100) like what stands there."""

# Signs that OCR takes for one another everywhere; digits of paragraphs and dates keep apart.
_ALIKE = str.maketrans({"1": "i", "l": "i", "|": "i", "!": "i", "0": "o"})


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Reduce a text to bare letters and digits: no case, accents, spaces or marks; what OCR confuses is one."""
    bare = unicodedata.normalize("NFKD", text).lower().translate(_ALIKE)
    return "".join(char for char in bare if char.isalnum())


@dataclass(frozen=True)
class Phrase:
    """A phrase ready to be searched.

    `key` is its folded form; `cutoff` how alike (0…100) a stretch of text must be: short phrases have more
    lookalikes. `last_sign` is a last word of one or two letters, which tells forms apart;
    `breaks` counts the spaces.
    """

    key: str
    in_order: tuple[str, ...]
    shingles: frozenset[str]
    cutoff: float
    words: tuple[str, ...]
    last_sign: str
    breaks: int

    @classmethod
    def of(cls, text: str) -> Phrase:
        key = fold(text)
        shingles = _shingles(key)
        cutoff = 88.0 if len(key) < 11 else 86.0 if len(key) < 20 else 82.0
        words = [fold(word) for word in text.split()]
        return cls(
            key=key,
            in_order=tuple(shingles),
            shingles=frozenset(shingles),
            cutoff=cutoff,
            words=tuple(word for word in words if len(word) >= WORTH_A_LOOK),
            last_sign=words[-1] if len(words[-1]) <= 2 else "",
            breaks=len(words) - 1,
        )

    def words_stand_in(self, stretch: str) -> bool:
        """Tell whether each longer word is there: in a long phrase one other word changes few letters, but all."""
        return all(fuzz.partial_ratio(word, stretch) >= ALIKE_WORD for word in self.words)


@dataclass(frozen=True)
class Found:
    """Where a phrase stands in a page's folded text, and in which segment it begins."""

    start: int
    end: int
    segment: int
    at_start: bool
    likeness: float

    def meets(self, other: Found) -> bool:
        return self.start < other.end and other.start < self.end


class SearchText:
    """The folded text of a page, with its words' and segments' places, made to be searched many times."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        pieces: list[str] = []
        self._word_at: dict[int, int] = {}
        self._segment_at: set[int] = set()
        length = 0
        for number, segment in enumerate(segments):
            self._segment_at.add(length)
            for word in segment.text.split():
                folded = fold(word)
                if folded:
                    self._word_at[length] = number
                    pieces.append(folded)
                    length += len(folded)
        self.flat = "".join(pieces)
        self._places: dict[str, list[int]] = {}
        for place, shingle in enumerate(_shingles(self.flat)):
            self._places.setdefault(shingle, []).append(place)
        self._known = frozenset(self._places)

    def find(self, phrase: Phrase) -> Found | None:
        """Find where the phrase begins a word: its first exact place, else the likeliest misread one."""
        exact = self._exact(phrase)
        if exact is not None or len(phrase.key) <= FAULTLESS:
            return exact
        if len(phrase.shingles & self._known) < ENOUGH_SHINGLES * len(phrase.shingles):
            return None
        return self._misread(phrase)

    def holds(self, phrase: Phrase) -> bool:
        """Tell whether the phrase stands there without a fault, at the beginning of a word."""
        return self._exact(phrase) is not None

    def _exact(self, phrase: Phrase) -> Found | None:
        key = phrase.key
        place = self.flat.find(key) if key else -1
        while place >= 0:
            if place in self._word_at and (len(key) > FAULTLESS or self._fits_words(phrase, place)):
                return self._found(place, place + len(key), 100.0)
            place = self.flat.find(key, place + 1)
        return None

    def _fits_words(self, phrase: Phrase, place: int) -> bool:
        """Keep short phrases from being found in shreds: not broken elsewhere, the shortest as whole words."""
        end = place + len(phrase.key)
        if sum(inside in self._word_at for inside in range(place + 1, end)) > phrase.breaks:
            return False
        return len(phrase.key) > WHOLE_WORDS or end in self._word_at or end == len(self.flat)

    def _misread(self, phrase: Phrase) -> Found | None:
        """Let the phrase's shingles vote for where it stands, then look closely there."""
        votes: dict[int, int] = {}
        for offset, shingle in enumerate(phrase.in_order):
            for place in self._places.get(shingle, ()):
                bucket = (place - offset) >> 2
                votes[bucket] = votes.get(bucket, 0) + 1
        for _ in range(2):
            bucket = max(votes, key=votes.__getitem__)
            count = votes.pop(bucket) + max(votes.get(bucket - 1, 0), votes.get(bucket + 1, 0))
            if count < ENOUGH_VOTES * len(phrase.in_order):
                return None
            found = self._near(phrase, bucket * 4)
            if found is not None or not votes:
                return found
        return None

    def _near(self, phrase: Phrase, place: int) -> Found | None:
        left = max(0, place - 6)
        window = self.flat[left : place + len(phrase.key) + 10]
        hit = fuzz.partial_ratio_alignment(phrase.key, window, score_cutoff=phrase.cutoff)
        if hit is None or hit.src_end - hit.src_start < 0.8 * len(phrase.key):
            return None
        stretch = self.flat[left + hit.dest_start : left + hit.dest_end]
        if not phrase.words_stand_in(window) or not stretch.endswith(phrase.last_sign):
            return None
        begin = left + hit.dest_start
        word = next((begin + d for d in (0, -1, 1, -2, 2) if begin + d in self._word_at), None)
        return None if word is None else self._found(word, left + hit.dest_end, hit.score)

    def _found(self, start: int, end: int, likeness: float) -> Found:
        return Found(start, end, self._word_at[start], start in self._segment_at, likeness)


def _shingles(key: str) -> list[str]:
    return [key[i : i + 4] for i in range(len(key) - 3)]
