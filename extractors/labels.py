"""Find a form's labels on its pages, whatever the printing: by their words, and by the order of the form."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from rapidfuzz import fuzz

from extractors.phrases import Phrase, folded
from models.document_type import DocumentType, Labels
from models.geometry import Box

HEADING = re.compile(r"[1-9][0-9]?[.,]? ?[A-ZÅÄÖ][A-Za-zÅÄÖåäö]{3,}")
"""`4. Työtilanne`, `2 SAIRAUDET`: a section's heading, not the label of a field."""

SHORT_LABEL = 4
LEAST_SCORE = {True: 99.0, False: 80.0}
"""Similarity (0…100) a label needs: a label of up to SHORT_LABEL letters must stand there to the letter."""


@dataclass(frozen=True)
class LabelHit:
    """Where a label stands: page, box, and how alike (0…1) it is to the printed words."""

    page: int
    row: int
    box: Box
    score: float
    label: str


@dataclass(frozen=True)
class Wanted:
    """A label to look for. `name` is a field, `field.column` for a table's column, `#field` for a heading."""

    name: str
    labels: tuple[str, ...]


def wanted_labels(doc_type: DocumentType, language: str | None) -> list[Wanted]:
    """All labels of a type in the form's reading order, in the page's language when that is known."""
    wanted = []
    for spec in doc_type.fields:
        if heading := _in_language(spec.heading, language):
            wanted.append(Wanted(f"#{spec.name}", heading))
        if labels := _in_language(spec.labels, language):
            wanted.append(Wanted(spec.name, labels))
        wanted += [Wanted(f"{spec.name}.{column.name}", _in_language(column.labels, language)) for column in spec.columns]
    return wanted


def _in_language(labels: Labels, language: str | None) -> tuple[str, ...]:
    chosen: tuple[str, ...] = getattr(labels, language, ()) if language else ()
    return chosen or labels.every()


def find_labels(wanted: Sequence[Wanted], phrases_by_page: Sequence[tuple[int, Sequence[Phrase]]]) -> dict[str, LabelHit]:
    """Find the best place for each label, none used twice.

    Many labels occur more than once (`Päättyen`, `Puhelinnumero`): the order of the form decides which is which.
    Labels left over after that take what is left, since printings move sections about.
    """
    hits = [_hits(want, phrases_by_page) for want in wanted]
    chosen = _in_order(hits)
    taken = list(chosen.values())
    for index, options in enumerate(hits):
        if index not in chosen:
            free = [hit for hit in options if not any(_same_place(hit, other) for other in taken)]
            alone = len(free) == 1 and len(free[0].label) >= TELLING_LETTERS
            free = [hit for hit in free if hit.score > (LEAST_ALONE if alone else LEAST_FREE)]
            if free:
                chosen[index] = max(free, key=lambda hit: hit.score)
                taken.append(chosen[index])
    for index, want in enumerate(wanted):
        if index not in chosen and not want.name.startswith("#") and (hit := _by_shape(want, index, chosen, phrases_by_page)):
            chosen[index] = hit
    return {wanted[index].name: hit for index, hit in chosen.items()}


LEAST_FREE, LEAST_ALONE = 0.9, 0.8
TELLING_LETTERS = 15
"""Out of the form's order a label must stand there nearly to the letter; a long one may be misread where it stands once only."""

HINT = re.compile(r"[(\[]?[pkvwdmåaäyxh.\s-]{6,16}[)\]]?", re.IGNORECASE)
HINT_GAP_PX = 30
"""`(pp.kk.vvvv)`, however misread: how to write a day or a code, printed behind a label or below it."""

SHAPES = str.maketrans("ltjfíì1!|" + "murvwh" + "eacsöäåé0" + "qy9", "i" * 9 + "n" * 6 + "o" * 9 + "g" * 3)
"""Small print of a worn fax keeps the shapes of its letters: uprights, arches, rounds."""

SHAPE_LETTERS = 7
LEAST_SHAPE, LEAST_PLAIN, SHAPE_LEAD = 84.0, 60.0, 6.0


def with_hints(labels: Mapping[str, LabelHit], phrases_by_page: Sequence[tuple[int, Sequence[Phrase]]]) -> dict[str, LabelHit]:
    """Labels with the hints that stand right behind or below them: print, and no part of a value."""
    hints = [(page, phrase.box) for page, phrases in phrases_by_page for phrase in phrases if is_hint(phrase.text)]
    whole = dict(labels)
    for name, hit in labels.items():
        for page, box in hints:
            below = abs(box.x0 - hit.box.x0) < 12 and 0 <= box.y0 - hit.box.y1 + 4 < HINT_GAP_PX
            behind = 0 <= box.x0 - hit.box.x1 + 6 < HINT_GAP_PX and abs(box.center[1] - hit.box.center[1]) < 0.6 * box.height
            if page == hit.page and (below or behind):
                whole[name] = replace(hit, box=hit.box.union(box))
    return whole


def is_hint(text: str) -> bool:
    """Tell whether print in brackets says how to write a day or a code."""
    return HINT.fullmatch(text) is not None and (text[0] in "([" or text[-1] in ")]")


def _by_shape(
    want: Wanted, index: int, chosen: Mapping[int, LabelHit], phrases_by_page: Sequence[tuple[int, Sequence[Phrase]]]
) -> LabelHit | None:
    """The one free phrase between the label's neighbours in the form's order that has the label's shape; None without one."""
    before = [_reading_order(hit) for at, hit in chosen.items() if at < index]
    after = [_reading_order(hit) for at, hit in chosen.items() if at > index]
    first, last = max(before, default=(0, -1, -1.0)), min(after, default=(10**6, 0, 0.0))
    found: list[tuple[float, LabelHit]] = []
    for page, phrases in phrases_by_page:
        for phrase in phrases:
            if not first < (page, phrase.row, phrase.box.x0) < last:
                continue
            hit = max(((_shape_likeness(label, phrase), label) for label in want.labels), default=(0.0, ""))
            if hit[0] >= LEAST_SHAPE - SHAPE_LEAD:
                found.append((hit[0], LabelHit(page, phrase.row, phrase.box, 0.8 * hit[0] / 100, hit[1])))
    free = [(score, hit) for score, hit in found if not any(_same_place(hit, other) for other in chosen.values())]
    free.sort(key=lambda one: -one[0])
    alone = len(free) == 1 or (len(free) > 1 and free[0][0] - free[1][0] >= SHAPE_LEAD)
    return free[0][1] if alone and free[0][0] >= LEAST_SHAPE else None


def _shape_likeness(label: str, phrase: Phrase) -> float:
    """How alike (0…100) a label and a whole phrase are in the shapes of their letters; 0 when their letters hardly are."""
    target, source = folded(label).replace(" ", ""), folded(phrase.text).replace(" ", "")
    if len(target) < SHAPE_LETTERS or fuzz.ratio(target, source) < LEAST_PLAIN:
        return 0.0
    return float(fuzz.ratio(target.translate(SHAPES), source.replace("rn", "m").translate(SHAPES)))


def _hits(want: Wanted, phrases_by_page: Sequence[tuple[int, Sequence[Phrase]]]) -> list[LabelHit]:
    found: list[LabelHit] = []
    for page, phrases in phrases_by_page:
        for phrase in phrases:
            numbered = not want.name.startswith("#") and HEADING.match(phrase.text) is not None
            best = max(
                (match_label(label, phrase, page, 0.8 if numbered else 1.0) for label in want.labels),
                key=lambda h: h.score if h else 0,
                default=None,
            )
            if best is not None:
                found.append(best)
    return sorted(found, key=_reading_order)


def match_label(label: str, phrase: Phrase, page: int, weight: float = 1.0) -> LabelHit | None:
    """Look for `label` within a phrase, from the start of a word to the end of one. `weight` scales the score."""
    target = folded(label)
    source, positions = _folded_with_positions(phrase.text)
    if len(source) < len(target) - 2 or not target:
        return None
    found = fuzz.partial_ratio_alignment(target, source, score_cutoff=LEAST_SCORE[len(target) <= SHORT_LABEL] * 0.97)
    if found is None or found.score < LEAST_SCORE[len(target) <= SHORT_LABEL]:
        return None
    start, end = _whole_words(source, found.dest_start, found.dest_end)
    similarity = fuzz.ratio(target, source[start:end]) / 100
    if similarity * 100 < LEAST_SCORE[len(target) <= SHORT_LABEL] - 4:
        return None
    box = phrase.part(positions[start], positions[end - 1] + 1)
    # A label is a phrase of its own; the same words inside a sentence count less.
    number = re.match(r"[0-9]{1,2} ", source)
    alone = (end - start) / (len(source) - (number.end() if number else 0))
    alone = min(1.0, alone)
    return LabelHit(page, phrase.row, box, weight * similarity * (0.75 + 0.25 * alone), label)


def _whole_words(source: str, start: int, end: int) -> tuple[int, int]:
    while start > 0 and source[start - 1] != " " and source[start] != " ":
        start -= 1
    while end < len(source) and source[end] != " " and source[end - 1] != " ":
        end += 1
    trimmed = source[start:end]
    return start + len(trimmed) - len(trimmed.lstrip()), end - (len(trimmed) - len(trimmed.rstrip()))


@lru_cache(maxsize=4096)
def _folded_with_positions(text: str) -> tuple[str, list[int]]:
    """`folded(text)`, and for each of its characters the place in `text` it comes from."""
    letters: list[str] = []
    positions: list[int] = []
    for position, character in enumerate(text):
        low = character.casefold()
        if len(low) == 1 and re.match(r"[0-9a-zåäöéü]", low):
            letters.append(low)
            positions.append(position)
        elif letters and letters[-1] != " ":
            letters.append(" ")
            positions.append(position)
    while letters and letters[-1] == " ":
        letters.pop()
        positions.pop()
    return "".join(letters), positions


def _reading_order(hit: LabelHit) -> tuple[int, int, float]:
    return hit.page, hit.row, hit.box.x0


def _same_place(a: LabelHit, b: LabelHit) -> bool:
    return a.page == b.page and a.box.covered_by(b.box) > 0.3


def _in_order(hits: Sequence[list[LabelHit]]) -> dict[int, LabelHit]:
    """Choose at most one hit a label so that hits follow the form's order and their scores sum highest.

    Source: weighted longest increasing subsequence, by dynamic programming over (label, place).
    """
    best: list[tuple[float, LabelHit, int, int]] = []  # total, hit, label index, link to the entry before
    for index, options in enumerate(hits):
        fresh = []
        for hit in options:
            before = [
                (entry[0], link) for link, entry in enumerate(best)
                if _reading_order(entry[1]) < _reading_order(hit) and not _same_place(entry[1], hit)
            ]  # fmt: skip
            total, link = max(before, default=(0.0, -1))
            fresh.append((total + _weight(hit), hit, index, link))
        best += fresh
    chosen: dict[int, LabelHit] = {}
    link = max(range(len(best)), key=lambda i: best[i][0], default=-1)
    while link >= 0:
        _, hit, index, link = best[link]
        chosen[index] = hit
    return chosen


def _weight(hit: LabelHit) -> float:
    """A long label found to the letter tells more of the order than a short or a doubtful one."""
    likeness = max(0.0, hit.score - 0.74) / 0.26
    return float(likeness**1.5) * (1 + min(len(hit.label), 30) / 30)
