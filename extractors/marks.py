"""Check boxes: which are marked, and what words stand beside each."""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from rapidfuzz import fuzz

from extractors.boxes import frames_overhang
from extractors.cleanup import INK_BELOW_GRAY, CleanPage
from extractors.inkmap import InkMap
from extractors.mark_shapes import Shape, shape_at
from extractors.ocr.engine import LineReader
from extractors.phrases import folded
from extractors.values.lexicon import is_known
from models.geometry import Box, bounding
from models.page import Word

Mark = Literal["marked", "empty", "doubtful"]

MARKED_FROM = 0.11
EMPTY_BELOW = 0.045
"""Share of dark pixels in the inner part of a box. Between the two a person looks."""

REACH_PX = 900
NEARER = 0.7
LEAST_LIKENESS = 0.66
SHORT_OPTION = 2

WELL_READ, LEAST_LETTERS, SHORT_WORD = 0.7, 2, 4
WIDE_PITCH, TALL_WORD, BEFORE = 0.9, 1.7, 1.2
"""A word's letters are narrower than so many sides of a box, a word no higher; a box stands at most so far before it."""

NOWHERE = Box(0, 0, 0, 0)


@dataclass(frozen=True)
class CheckBox:
    """A box on the page, the words beside it, and how it is marked; `ink` is the share of its inside that is dark.

    Most forms print an option's words right of its box; `left_text` is what stands left of it. `shape` names what is
    drawn around or beside it: a ring marks it, a mark beside it may, and a mark that was scribbled over is taken back.
    `registered`: only pieces of it are left, and its place follows from its words.
    """

    page: int
    box: Box
    text: str
    text_box: Box
    mark: Mark
    ink: float
    left_text: str = ""
    left_box: Box = NOWHERE
    shape: Shape | None = None
    registered: bool = False


def read_boxes(page: CleanPage, inks: InkMap, boxes: Sequence[Box], words: Sequence[Word]) -> list[CheckBox]:
    """Measure every box of a page and find the words beside it."""
    found = []
    inner = {box: _inner_ink(page, box) for box in boxes}
    boxes = [box for box in boxes if inner[box] < EMPTY_BELOW or not any(_is_within(box, word, boxes) for word in words)]
    overhang = frames_overhang(page.ink, boxes)
    for box in boxes:
        share = inner[box]
        text, text_box = _words_beside(box, boxes, words)
        shape = shape_at(inks, box.grown(overhang, overhang), text_box if text else box, words, share)
        mark = _mark(share, shape)
        before = _words_before(box, boxes, words)
        found.append(CheckBox(page.number, box, text, text_box, mark, round(share, 3), *before, shape))
    return found


def _is_within(box: Box, word: Word, boxes: Sequence[Box]) -> bool:
    """A square that two letters of a well-read word make is no box; a word that is too wide for its letters may hold one.

    What a word begins with may be a marked box, unless the word is known or its box stands before it.
    """
    pitch = word.box.width / max(1, len(word.text))
    if word.engine_score < WELL_READ or len(word.text) < LEAST_LETTERS or pitch > WIDE_PITCH * box.width:
        return False
    level = word.box.y0 - 4 < box.center[1] < word.box.y1 + 4 and word.box.height < TALL_WORD * box.height
    if not level or box.x0 < word.box.x0 - 2 or box.x1 > word.box.x1 + 2:
        return False
    if any(_is_right_before(other, box) for other in boxes):
        return True
    letters = re.findall(r"[^\W\d_]+", word.text)
    known = word.text[0].isalpha() and all(is_known(part) for part in letters)
    return len(word.text) >= SHORT_WORD and (box.x0 > word.box.x0 + pitch or known)


def _is_right_before(one: Box, other: Box) -> bool:
    return 0 <= other.x0 - one.x1 < BEFORE * one.width and abs(one.center[1] - other.center[1]) < 0.5 * one.height


MOST_UNSEEN = 8
CLEAR_PX = (3, 7)
WORD_GAP_PX = 40
STRIP_PX = (16, 700)


def with_unseen_words(page: CleanPage, boxes: Sequence[CheckBox], reader: LineReader) -> list[CheckBox]:
    """Read the words right of marked boxes beside which the page reader saw none: a ring or a blot spoils its line.

    A page of headings in capitals has many an O that looks like a marked box: only a few are asked for.
    """
    unseen = [box for box in boxes if not box.text and box.mark != "empty"]
    unseen = sorted(unseen, key=lambda box: box.shape != "ring" and not _is_clear(page, box.box))[:MOST_UNSEEN]
    found = {id(box): _read_beside(page, box, boxes, reader) for box in unseen}
    return [found.get(id(box), box) for box in boxes]


def _is_clear(page: CleanPage, box: Box) -> bool:
    """Paper lies on one side at least, as it seldom does beside two letters of a word."""
    x0, y0, x1, y1 = (round(v) for v in box)
    beside = (page.ink[y0:y1, max(0, x0 - CLEAR_PX[1]) : x0 - CLEAR_PX[0]], page.ink[y0:y1, x1 + CLEAR_PX[0] : x1 + CLEAR_PX[1]])
    return any(side.size > 0 and not side.any() for side in beside)


def _read_beside(page: CleanPage, box: CheckBox, boxes: Sequence[CheckBox], reader: LineReader) -> CheckBox:
    """The box with the words that `reader` sees right of it, up to a wide gap or the next box."""
    place = box.box
    stops = [b.box.x0 - 8 for b in boxes if b.box.x0 > place.x1 and abs(b.box.center[1] - place.center[1]) < place.height]
    left, right = round(place.x1) + 2, round(min([*stops, place.x1 + STRIP_PX[1], page.gray.shape[1]]))
    top, bottom = max(0, round(place.y0) - 5), round(place.y1) + 6
    inked = np.flatnonzero(page.ink[top:bottom, left:right].any(axis=0))
    if len(inked) == 0:
        return box
    gaps = np.flatnonzero(np.diff(inked) > WORD_GAP_PX)
    end = left + int(inked[gaps[0]] if len(gaps) else inked[-1]) + 4
    if end - left < STRIP_PX[0]:
        return box
    text = reader.read_line(page.gray[top:bottom, left:end]).text
    return replace(box, text=text, text_box=Box(left, top, end, bottom)) if text else box


def _mark(share: float, shape: Shape | None) -> Mark:
    if share >= MARKED_FROM:
        return "marked"
    if shape == "ring":
        return "marked" if share <= EMPTY_BELOW else "doubtful"
    return "doubtful" if shape == "beside" or share > EMPTY_BELOW else "empty"


def with_words_on_the_left(boxes: Sequence[CheckBox], options: Sequence[str]) -> list[CheckBox]:
    """Give boxes the words left of them, on a page where those are options' words more often than those to the right.

    Where it is by one or two only, they must stand nearer to their boxes as well.
    """
    right = sum(likeness(box.text, options) > LEAST_LIKENESS for box in boxes)
    left = [box for box in boxes if likeness(box.left_text, options) > LEAST_LIKENESS]
    on_the_left = len(left) > right + 2 or (len(left) > right and _stand_nearer(left, boxes))
    return [replace(box, text=box.left_text, text_box=box.left_box) for box in boxes] if on_the_left else list(boxes)


def _stand_nearer(left: Sequence[CheckBox], boxes: Sequence[CheckBox]) -> bool:
    """Tell whether words between two boxes stand nearer to the box behind them than to the one before."""
    own, others = list[float](), list[float]()
    for box in left:
        row = [other.box for other in boxes if abs(other.box.center[1] - box.box.center[1]) < box.box.height]
        before = [box.left_box.x0 - other.x1 for other in row if other.x1 < box.left_box.x0]
        if before:
            own.append(box.box.x0 - box.left_box.x1)
            others.append(min(before))
    return bool(own) and statistics.median(own) < NEARER * statistics.median(others)


def _words_before(box: Box, boxes: Sequence[Box], words: Sequence[Word]) -> tuple[str, Box]:
    middle = box.center[1]
    stop = max([b.x1 for b in boxes if b.x1 < box.x0 and abs(b.center[1] - middle) < box.height], default=0.0)
    run: list[Word] = []
    start = box.x0
    for word in sorted((w for w in words if w.box.x0 > stop - 4 and w.box.center[0] < box.x0), key=lambda w: -w.box.x0):
        if abs(word.box.center[1] - middle) < 0.6 * box.height:
            if start - word.box.x1 > 40:
                break
            run.insert(0, word)
            start = word.box.x0
    return " ".join(word.text for word in run), bounding(word.box for word in run) if run else box


def _inner_ink(page: CleanPage, box: Box) -> float:
    inset = max(4.0, 0.22 * box.width)
    x0, y0, x1, y1 = (round(v) for v in box.grown(-inset, -inset))
    inside = page.gray[max(0, y0) : y1, max(0, x0) : x1]
    return float((inside < INK_BELOW_GRAY).mean()) if inside.size else 0.0


def _words_beside(box: Box, boxes: Sequence[Box], words: Sequence[Word]) -> tuple[str, Box]:
    middle = box.center[1]
    stops = [b.x0 for b in boxes if b.x0 > box.x1 and abs(b.center[1] - middle) < box.height]
    limit = min([*stops, box.x1 + REACH_PX])
    beside = [
        word for word in words
        if box.x0 - 6 < word.box.x0 and word.box.x1 > box.x1 + 4 and word.box.center[0] < limit
        and abs(word.box.center[1] - middle) < 0.6 * box.height
    ]  # fmt: skip
    beside.sort(key=lambda word: word.box.x0)
    run: list[Word] = []
    end = box.x1
    for word in beside:
        if word.box.x0 - end > 40:
            break
        run.append(word)
        end = word.box.x1
    if not run:
        return "", Box(box.x1, box.y0, min(limit, box.x1 + 160), box.y1)
    text_box = Box(box.x1 + 1, min(w.box.y0 for w in run), run[-1].box.x1, max(w.box.y1 for w in run))
    return " ".join(word.text for word in run), text_box


def likeness(text: str, labels: Sequence[str]) -> float:
    """How alike (0…1) the words beside a box are to an option's labels, in any printing.

    Words read together with the box's frame (`[Ei`, `OKyllä`) lose their first letter; longer text behind the
    option (a hint in brackets) counts little.
    """
    source = folded(text)
    best = 0.0
    for label in labels:
        target = folded(label)
        if not target or len(source) < min(2, len(target)):
            continue  # beside what may itself be a letter of a name: one letter is no option of more
        if len(target) <= SHORT_OPTION and len(source) > len(target) + 1 and not source.endswith(target):
            continue  # nor is `EMIN` an `Ei`, but `BdEi` is, with its box
        plain = max(fuzz.ratio(target, source), fuzz.ratio(target, source[1:]) - 4)
        head = fuzz.ratio(target, source[: len(target)]) - 6 if len(target) > 5 else 0.0
        best = max(best, plain, head)
    return best / 100
