"""Each rule, marker and check is done and tested, or its absence has a reason."""

from __future__ import annotations

from samples.rules_page import PAGE, page, rows


def test_every_id_is_done_and_tested_or_says_why_not() -> None:
    lacking = [id_ for id_, where, test in rows() if "**" in where or "**" in test]

    assert lacking == []


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m samples.rules_page"
