"""Find worn check boxes by registration: where an option's words stand, its box stands as far from them as the page's others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from extractors.boxes import sides_of
from extractors.labels import LabelHit, match_label
from extractors.marks import LEAST_LIKENESS, CheckBox, likeness, read_boxes, with_words_on_the_left
from extractors.readpage import ReadPage
from models.geometry import Box

LEAST_KNOWN = 2
"""So many boxes of a page must have been found whole: they tell size and distance."""

REACH_PX = 40
SEARCH_PX = (7, 5)
SIDE_DRAWN, LEAST_SIDES, LEAST_DRAWN = 0.6, 2, 1.9
"""Of a worn box two sides are there for so much of their length, and all four sides together for so many sides' length."""

LEAST_ALIKE = 0.86


@dataclass(frozen=True)
class _Usual:
    """How the page's boxes stand: side, gap to their words, and how much lower their words' middle is. In pixels."""

    side: float
    gap: float
    down: float


def with_registered_boxes(page: ReadPage, options: Sequence[str]) -> ReadPage:
    """The page with the boxes that only pieces are left of, found by the words of `options` right of them."""
    if with_words_on_the_left(page.check_boxes, options) != page.check_boxes:
        return page  # what stands right of a box is the next one's word
    hits = _hits(page, options)
    usual = _usual(page.check_boxes, hits, options)
    if usual is None:
        return page
    places = []
    for hit in hits:
        if not any(_is_its_box(box.box, hit, usual) for box in page.check_boxes):
            place = _registered(page.clean.ink, hit, usual)
            if place is not None:
                places.append((place, hit))
    return page.with_boxes(_read(page, places)) if places else page


def _hits(page: ReadPage, options: Sequence[str]) -> list[LabelHit]:
    """Where the words of options stand; of several that fit one place, the likeliest and longest."""
    found = [hit for phrase in page.phrases for word in options if (hit := match_label(word, phrase, page.number)) is not None]
    kept: list[LabelHit] = []
    for hit in sorted(found, key=lambda hit: (-hit.score, -len(hit.label))):
        if hit.score >= LEAST_ALIKE and not any(hit.box.covered_by(other.box) > 0.3 for other in kept):
            kept.append(hit)
    return kept


def _usual(boxes: Sequence[CheckBox], hits: Sequence[LabelHit], options: Sequence[str]) -> _Usual | None:
    known = [box.box for box in boxes if likeness(box.text, options) >= LEAST_LIKENESS]
    pairs = [(box, hit.box) for box in known for hit in hits if _stands_beside(box, hit.box)]
    if len(pairs) < LEAST_KNOWN:
        return None
    side = float(np.median([(box.width + box.height) / 2 for box, _ in pairs]))
    gap = float(np.median([words.x0 - box.x1 for box, words in pairs]))
    return _Usual(side, gap, float(np.median([words.center[1] - box.center[1] for box, words in pairs])))


def _stands_beside(box: Box, words: Box) -> bool:
    return -2 <= words.x0 - box.x1 <= REACH_PX and abs(words.center[1] - box.center[1]) < 0.7 * box.height


def _is_its_box(box: Box, hit: LabelHit, usual: _Usual) -> bool:
    x, y = box.center
    near = hit.box.x0 - usual.gap - 2 * usual.side < x < hit.box.x0 + usual.side
    return near and abs(y - hit.box.center[1]) < usual.side


def _registered(ink: NDArray[np.uint8], hit: LabelHit, usual: _Usual) -> Box | None:
    """The square near its expected place of which most is drawn; None where too little is."""
    side = round(usual.side)
    x, y = round(hit.box.x0 - usual.gap - side), round(hit.box.center[1] - usual.down - side / 2)
    moves = [(x + dx, y + dy) for dx in range(-SEARCH_PX[0], SEARCH_PX[0] + 1) for dy in range(-SEARCH_PX[1], SEARCH_PX[1] + 1)]
    best: tuple[float, int, Box] | None = None
    for x0, y0 in moves:
        if x0 < 0 or y0 < 0 or x0 + side > ink.shape[1] or y0 + side > ink.shape[0]:
            continue
        place = Box(x0, y0, x0 + side, y0 + side)
        drawn = [float(strip.max(axis=0).mean()) for strip in sides_of(ink, place)]
        whole = (sum(drawn), sum(share >= SIDE_DRAWN for share in drawn), place)
        best = max(best, whole) if best is not None else whole
    if best is None or best[0] < LEAST_DRAWN or best[1] < LEAST_SIDES:
        return None
    return best[2]


def _read(page: ReadPage, places: Sequence[tuple[Box, LabelHit]]) -> list[CheckBox]:
    """All boxes of the page, the registered ones with their options' words."""
    measured = read_boxes(page.clean, page.inks, [place for place, _ in places], page.text.words)
    by_place = {box.box: box for box in measured}
    new = [
        replace(by_place[place], text=hit.label, text_box=hit.box, registered=True) for place, hit in places if place in by_place
    ]
    return [*page.check_boxes, *new]
