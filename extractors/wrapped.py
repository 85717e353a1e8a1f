"""Put together phrases that a narrow cell broke over two or three lines, so that a wrapped label can be found."""

from __future__ import annotations

from collections.abc import Sequence

from extractors.phrases import Phrase

SMALL_PX = 26
"""Labels are set small: letters with a box up to 26 px (3.3 mm) high."""


def with_wrapped(phrases: Sequence[Phrase]) -> list[Phrase]:
    """All phrases, and each small one joined with a small one right below it; a question may take three lines."""
    joined = list(phrases)
    for upper in phrases:
        lower = _below(upper, phrases)
        if lower is None:
            continue
        joined.append(Phrase(upper.words + lower.words, upper.row))
        last = _below(lower, phrases)
        if last is not None and last.words[-1].text.endswith("?"):
            joined.append(Phrase(upper.words + lower.words + last.words, upper.row))
    return joined


def _below(upper: Phrase, phrases: Sequence[Phrase]) -> Phrase | None:
    if upper.box.height > SMALL_PX:
        return None
    return next((lower for lower in phrases if upper.row < lower.row <= upper.row + 6 and _continues(upper, lower)), None)


def _continues(upper: Phrase, lower: Phrase) -> bool:
    a, b = upper.box, lower.box
    return b.height <= SMALL_PX and abs(a.x0 - b.x0) < 10 and 0 < b.center[1] - a.center[1] < 1.9 * max(a.height, b.height)
