"""Decide whether a PDF's text layer may be read instead of the pixels. Pure: words and pixels in, verdict out.

A layer lies in four ways: it is an OCR program's guess laid over a scan (`pdf_file` never hands that one over),
its words are not drawn where they are said to stand, much of what is drawn is not in it, or its letters are
encoded so that they mean others than they show. The first three the pixels tell (`trusted_words`), the last
only a reader (`agrees_with_reader`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from extractors.limits import Gray, RawWord
from models.geometry import Box
from models.page import Word

if TYPE_CHECKING:
    from extractors.pages import ArrivedPage

ReadLine = Callable[[Gray], str]

# Gray levels between a letter and what is around it; light gray print on white has 60 and more.
_MIN_CONTRAST = 40
# A few hidden words (a template's white keys) are dropped; more mean that the layer does not fit the page.
_MAX_UNDRAWN = 0.05
# Two words of which one lies on the other for more than this share stand at one place.
_MAX_OVERLAP = 0.6
# Shared share of the area of both together, from which even words without digits count as typed over.
_SAME_PLACE = 0.7
# Letter-like shapes that no word covers: a signature and a drawn logo have fewer, one handwritten line of a form more.
_MAX_UNCOVERED = 10
_WORK_DPI = 150.0
_INK = 160
# Millimetres: the height and width of a letter or of a few joined ones, in print or by hand.
_LETTER_HEIGHT = (1.0, 10.0)
_LETTER_WIDTH = (0.25, 30.0)
_SPOT_CHECKS = 8
# Below this similarity (0…100) two readings of one clear word are different words, not one misread letter.
_SAME_WORD = 50.0


def trusted_words(raw: Sequence[RawWord], pixels: Gray, dpi: float) -> tuple[Word, ...] | None:
    """Give the words that are drawn on the page, in reading order; None when the pixels must be read instead.

    `dpi` is the resolution of `pixels` in both directions.
    """
    words = _once(raw)
    drawn = [word for word in words if _is_drawn(word, pixels)]
    if not drawn or len(words) - len(drawn) > _MAX_UNDRAWN * len(words):
        return None
    if _is_overtyped(drawn) or uncovered_letters(drawn, pixels, dpi) > _MAX_UNCOVERED:
        return None
    height, width = pixels.shape
    return tuple(_clipped(word, width, height) for word in _in_reading_order(drawn))


def _clipped(word: RawWord, width: int, height: int) -> Word:
    box = Box(max(word.x0, 0.0), max(word.y0, 0.0), min(word.x1, float(width)), min(word.y1, float(height)))
    return Word(text=word.text, box=box, engine_score=1.0)


def _once(raw: Sequence[RawWord]) -> list[RawWord]:
    """Drop second copies of a word at one place: some programs print bold by printing twice."""
    copies = {second for first, second in _overlaps(raw) if raw[first].text == raw[second].text}
    return [word for index, word in enumerate(raw) if index not in copies]


def _is_drawn(word: RawWord, pixels: Gray) -> bool:
    """Tell whether something stands out within the word's box; beside the page nothing does."""
    if word.x1 <= 0 or word.y1 <= 0 or word.x0 >= pixels.shape[1] or word.y0 >= pixels.shape[0]:
        return False
    grow = 0.1 * max(word.y1 - word.y0, word.x1 - word.x0, 10.0) if len(word.text) == 1 else 2.0
    patch = _patch(word, pixels, grow)
    return patch.size > 0 and int(patch.max()) - int(patch.min()) >= _MIN_CONTRAST


def _patch(word: RawWord, pixels: Gray, grow: float) -> Gray:
    top, left = max(0, math.floor(word.y0 - grow)), max(0, math.floor(word.x0 - grow))
    return pixels[top : max(0, math.ceil(word.y1 + grow)), left : max(0, math.ceil(word.x1 + grow))]


def _is_overtyped(words: Sequence[RawWord]) -> bool:
    """Tell whether two different words stand on one another, as when a value was covered and typed anew.

    A long label that runs into the next one is let pass: it shares a part only, and has no digits.
    """
    return any(_hides(words[first], words[second]) for first, second in _overlaps(words))


def _hides(one: RawWord, other: RawWord) -> bool:
    if any(sum(letter.isalnum() for letter in word.text) < 2 for word in (one, other)):
        return False  # a tick lies on its box sign, a point in a leader: nothing is hidden
    has_digits = any(letter.isdigit() for letter in one.text + other.text)
    area = sum((word.x1 - word.x0) * (word.y1 - word.y0) for word in (one, other))
    shared = _shared_area(one, other)
    return has_digits or shared > _SAME_PLACE * (area - shared)


def _shared_area(one: RawWord, other: RawWord) -> float:
    width = min(one.x1, other.x1) - max(one.x0, other.x0)
    height = min(one.y1, other.y1) - max(one.y0, other.y0)
    return max(width, 0.0) * max(height, 0.0)


def _overlaps(words: Sequence[RawWord]) -> Iterator[tuple[int, int]]:
    """Give the pairs of words of which one lies for the greater part on the other, the earlier one first."""
    if not words:
        return
    boxes = np.array([word[1:] for word in words], dtype=np.float64)
    area = np.maximum((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]), 1e-6)
    for index in range(len(words) - 1):
        others = boxes[index + 1 :]
        width = np.minimum(boxes[index, 2], others[:, 2]) - np.maximum(boxes[index, 0], others[:, 0])
        height = np.minimum(boxes[index, 3], others[:, 3]) - np.maximum(boxes[index, 1], others[:, 1])
        shared = np.maximum(width, 0) * np.maximum(height, 0)
        for hit in np.nonzero(shared > _MAX_OVERLAP * np.minimum(area[index], area[index + 1 :]))[0]:
            yield index, index + 1 + int(hit)


# --- what no word covers ----------------------------------------------------------------------------------


def uncovered_letters(words: Sequence[RawWord], pixels: Gray, dpi: float) -> int:
    """Count shapes of ink that look like letters and lie under no word: pasted scans, handwriting, stamps.

    Rules, frames, combs, check boxes (marked or not), bars and pictures are not letters.
    """
    scale = min(1.0, _WORK_DPI / dpi)
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else pixels
    ink: NDArray[np.uint8] = (np.asarray(small) < _INK).astype(np.uint8)
    for word in words:
        grow = 0.25 * (word.y1 - word.y0) + 2
        left, top, right, bottom = (
            round(edge * scale) for edge in (word.x0 - grow, word.y0 - grow, word.x1 + grow, word.y1 + grow)
        )
        ink[max(0, top) : max(0, bottom), max(0, left) : max(0, right)] = 0
    _, components, statistics, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    labels, shapes = np.asarray(components, np.int32), np.asarray(statistics, np.int32)
    px_per_mm = dpi * scale / 25.4
    found = [index for index in range(1, len(shapes)) if _is_letter_sized(shapes[index], px_per_mm)]
    return sum(not _is_box(labels, shapes[index], index) for index in found)


def _is_letter_sized(shape: NDArray[np.int32], px_per_mm: float) -> bool:
    width, height, ink = (float(shape[column]) for column in (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT, cv2.CC_STAT_AREA))
    if not _LETTER_HEIGHT[0] <= height / px_per_mm <= _LETTER_HEIGHT[1]:
        return False
    if not _LETTER_WIDTH[0] <= width / px_per_mm <= _LETTER_WIDTH[1]:
        return False
    is_bar = height > 7 * width or ink > 0.85 * width * height
    return not is_bar and ink < 0.6 * (3 * px_per_mm) ** 2 * max(1.0, width / height)


def _is_box(labels: NDArray[np.int32], shape: NDArray[np.int32], index: int) -> bool:
    """Tell whether a shape is a frame: ink in all four corners and along all four edges of its box."""
    left, top, width, height = (
        int(shape[column]) for column in (cv2.CC_STAT_LEFT, cv2.CC_STAT_TOP, cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT)
    )
    own = labels[top : top + height, left : left + width] == index
    band = max(2, round(0.12 * min(width, height)))
    edges = (own[:band].any(axis=0), own[-band:].any(axis=0), own[:, :band].any(axis=1), own[:, -band:].any(axis=1))
    return all(float(edge.mean()) > 0.9 for edge in edges)


# --- reading order ----------------------------------------------------------------------------------------


def _in_reading_order(words: Sequence[RawWord]) -> list[RawWord]:
    """Sort into lines from top to bottom, each from left to right; a line is what overlaps it by half a height."""
    lines: list[list[RawWord]] = []
    for word in sorted(words, key=lambda word: word.y0 + word.y1):
        line = next((line for line in reversed(lines[-4:]) if _is_level(line[-1], word)), None)
        if line is None:
            lines.append([word])
        else:
            line.append(word)
    return [word for line in lines for word in sorted(line, key=lambda word: word.x0)]


def _is_level(one: RawWord, other: RawWord) -> bool:
    shared = min(one.y1, other.y1) - max(one.y0, other.y0)
    return shared > 0.5 * max(1.0, min(one.y1 - one.y0, other.y1 - other.y0))


# --- does a reader see the same? --------------------------------------------------------------------------


def agrees_with_reader(page: ArrivedPage, read_line: ReadLine) -> bool:
    """Tell whether an OCR reader sees what the text layer says. False for a page without words."""
    return page.words is not None and check_layer(page.words, page.pixels, read_line)


def check_layer(words: Sequence[Word], pixels: Gray, read_line: ReadLine) -> bool:
    """Compare a few long words with what `read_line` makes of their pixels.

    Garbled font encodings show here alone: the page looks right and the layer says something else. Such a
    font has all its words wrong, so two words that differ altogether condemn the layer, or one of three and
    less. True when there is nothing long enough to compare.
    """
    chosen = spot_check_words(words)
    different = 0
    for word in chosen:
        box = word.box
        seen = read_line(_patch(RawWord(word.text, *box), pixels, 0.25 * box.height + 4))
        different += fuzz.ratio(_plain(word.text), _plain(seen)) < _SAME_WORD
    return different < (2 if len(chosen) > 3 else 1)


def spot_check_words(words: Sequence[Word]) -> list[Word]:
    """Choose what to compare: the longest words, half of them with digits, since values may have their own font."""
    upright = [word for word in words if len(_plain(word.text)) >= 4 and word.box.width > word.box.height]
    by_length = sorted(upright, key=lambda word: (-len(_plain(word.text)), word.box.y0, word.box.x0))
    digits = [word for word in by_length if any(letter.isdigit() for letter in word.text)]
    letters = [word for word in by_length if not any(letter.isdigit() for letter in word.text)]
    half = _SPOT_CHECKS // 2
    return letters[: _SPOT_CHECKS - min(half, len(digits))] + digits[:half]


def _plain(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
