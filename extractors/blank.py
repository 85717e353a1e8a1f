"""Tell blank pages: the backs of sheets, with dirt, a fax line at the top or a page number at most."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

import cv2

from extractors.cleanup import CleanPage
from models.page import PageText

LETTER_PX = (8, 70)
FEW_LETTERS = 40
"""A page with no more pieces of ink the size of letters than this may be blank; more is writing for sure."""

LEAST_WORDS_SCORE = 0.45


def letters_on(page: CleanPage) -> int:
    """Count pieces of ink that have the size of letters."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(page.ink, connectivity=8)
    body = stats[1:count]
    width, height, area = body[:, 2], body[:, 3], body[:, 4]
    fits = (height >= LETTER_PX[0]) & (height <= LETTER_PX[1]) & (width >= 2) & (width <= 120) & (area > 15)
    return int(fits.sum())


def is_blank(letters: int, text: PageText, header_words: AbstractSet[int], ink_share: float) -> bool:
    """True when nothing but dirt, a fax header and a page number stands on the page.

    `letters` as counted by `letters_on`; `header_words` are indices of words that a fax machine printed;
    `ink_share` the share of dark pixels: a page full of ink is a picture, not blank.
    """
    if ink_share > 0.02 or letters > FEW_LETTERS + sum(len(text.words[i].text) for i in header_words):
        return False
    words = [
        word for i, word in enumerate(text.words)
        if i not in header_words and word.engine_score > LEAST_WORDS_SCORE and sum(c.isalnum() for c in word.text) >= 2
    ]  # fmt: skip
    return not words
