"""What the odds of a CTC reader say: the chance of a given text, and the likeliest texts.

Source: Graves et al. 2006, Connectionist Temporal Classification (chance of a labelling); Hannun et al. 2014, prefix beam search.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from extractors.ocr.engine import LineText, Spelling

LEAST = 1e-3
"""No reader is surer than this that a character is not there: nets are sure of many a wrong thing."""

LOOKALIKE = 0.3
"""What of a character's chance goes to the one it is taken for, where it cannot stand itself."""

_NEVER = -1e9
_WORTH = 0.004  # a character less likely than this at a step is not followed there


def nothing_spelt(characters: tuple[str, ...]) -> Spelling:
    """What a reader says of an empty crop: one step, surely blank."""
    odds = np.zeros((1, len(characters) + 1), dtype=np.float32)
    odds[0, 0] = 1.0
    return Spelling(odds, characters)


def plainly_read(spelling: Spelling) -> LineText:
    """Read by the likeliest class of each step; per character the highest chance of its run is its score."""
    best = spelling.odds.argmax(axis=1)
    peak = spelling.odds[np.arange(len(best)), best]
    text: list[str] = []
    scores: list[float] = []
    previous = 0
    for index, score in zip(best.tolist(), peak.tolist(), strict=True):
        if index != 0 and index != previous:
            text.append(spelling.characters[index - 1])
            scores.append(score)
        elif index != 0:
            scores[-1] = max(scores[-1], score)
        previous = index
    if not scores:
        return LineText("", 0.0, 0.0)
    return LineText("".join(text).strip(), float(np.mean(scores)), float(min(scores)))


def log_chances(spelling: Spelling, texts: Sequence[str]) -> NDArray[np.float64]:
    """The log of each text's chance; a character that the reader does not know counts as least likely everywhere."""
    if not texts:
        return np.zeros(0)
    logs = np.pad(_logs(spelling), ((0, 0), (0, 1)), constant_values=math.log(LEAST))
    column = {character: number for number, character in enumerate(spelling.characters, start=1)}
    unknown = logs.shape[1] - 1
    longest = max(len(text) for text in texts)
    labels = np.zeros((len(texts), 2 * longest + 1), dtype=np.int64)
    for row, text in enumerate(texts):
        labels[row, 1 : 2 * len(text) : 2] = [column.get(character, unknown) for character in text]
    # A step may leap over a blank, but not between two equal characters.
    leaps = np.zeros(labels.shape, dtype=bool)
    leaps[:, 3::2] = labels[:, 3::2] != labels[:, 1:-2:2]
    # Two columns of nothing stand before the labels, so that stepping on and leaping need no edge cases.
    forward = np.full((len(texts), labels.shape[1] + 2), _NEVER)
    forward[:, 2:4] = logs[0][labels[:, :2]]
    for step in logs[1:]:
        over = np.where(leaps, forward[:, :-2], _NEVER)
        forward[:, 2:] = np.logaddexp(np.logaddexp(forward[:, 2:], forward[:, 1:-1]), over) + step[labels]
    rows, ends = np.arange(len(texts)), np.array([2 * len(text) for text in texts]) + 2
    return np.asarray(np.logaddexp(forward[rows, ends], forward[rows, ends - 1]))


def narrowed(spelling: Spelling, stands_for: Mapping[str, str]) -> Spelling:
    """Leave a reader only the characters that `stands_for` maps to; what it thought of the mapped ones goes to them.

    A character mapped to "" counts as nothing there; what is not mapped is lost.
    """
    kept = tuple(dict.fromkeys(target for target in stands_for.values() if target))
    column = {character: number for number, character in enumerate(kept, start=1)} | {"": 0}
    odds = np.zeros((len(spelling.odds), len(kept) + 1), dtype=np.float32)
    odds[:, 0] = spelling.odds[:, 0]
    for number, character in enumerate(spelling.characters, start=1):
        target = stands_for.get(character)
        if target is not None:
            odds[:, column[target]] += spelling.odds[:, number] * (1.0 if character == target else LOOKALIKE)
    return Spelling(odds, kept)


def likeliest(spelling: Spelling, count: int = 6, width: int = 10) -> list[str]:
    """The likeliest texts, best first, by prefix beam search."""
    beams: dict[str, tuple[float, float]] = {"": (0.0, _NEVER)}
    names = ["", *spelling.characters]
    column = {name: number for number, name in enumerate(names) if name}
    for step in _logs(spelling):
        worth = [(names[i], float(step[i])) for i in np.flatnonzero(step > math.log(_WORTH)).tolist() if i]
        grown = _grown(beams, step, worth, column)
        beams = dict(sorted(grown.items(), key=lambda item: -_plus(*item[1]))[:width])
    texts = dict.fromkeys(" ".join(text.split()) for text in beams)
    return [text for text in texts if text][:count]


def _grown(
    beams: dict[str, tuple[float, float]], step: NDArray[np.float64], worth: list[tuple[str, float]], column: dict[str, int]
) -> dict[str, tuple[float, float]]:
    """Let every text stay as it is (a blank, or its last character again) or grow by a character that is worth it."""
    grown: dict[str, list[float]] = {}
    blank = float(step[0])
    for text, (with_blank, with_character) in beams.items():
        either = _plus(with_blank, with_character)
        own = grown.setdefault(text, [_NEVER, _NEVER])
        own[0] = _plus(own[0], either + blank)
        if text:
            own[1] = _plus(own[1], with_character + float(step[column[text[-1]]]))
        for character, log in worth:
            before = with_blank if text.endswith(character) else either
            longer = grown.setdefault(text + character, [_NEVER, _NEVER])
            longer[1] = _plus(longer[1], before + log)
    return {text: (a, b) for text, (a, b) in grown.items()}


def _logs(spelling: Spelling) -> NDArray[np.float64]:
    return np.asarray(np.log(np.maximum(spelling.odds, LEAST)), dtype=np.float64)


def _plus(a: float, b: float) -> float:
    """The log of the sum of two chances."""
    high, low = (a, b) if a > b else (b, a)
    return high if low < high - 30 else high + math.log1p(math.exp(low - high))
