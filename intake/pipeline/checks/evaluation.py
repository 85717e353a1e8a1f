"""Run every check on a case, and make findings of what they notice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

# The modules that hold checks register themselves when they are imported.
from intake.pipeline.checks import asked, bans, benefits, deadline, earnings, order, parties
from intake.pipeline.checks.case import Case, has_unread_paper, is_doubtful
from intake.pipeline.checks.register import Noticed, asks, registered, wordings
from intake.pipeline.checks.words import READ_FIRST_EN, READ_FIRST_FI, READ_FIRST_SV, UNSURE_EN, UNSURE_FI, UNSURE_SV
from models.work import Finding

__all__ = ["evaluate", "registered"]

CHECKING = (asked, deadline, order, benefits, bans, earnings, parties)
"""Named here so that none is forgotten: a module that is not imported checks nothing."""


def evaluate(case: Case) -> list[Finding]:
    """Run every check once on a case; findings in the order of their ids, each said once."""
    functions = dict.fromkeys(function for functions in registered().values() for function in functions)
    found = {finding: None for function in functions for finding in _findings(function(case), case)}
    return sorted(found, key=lambda finding: (finding.check, finding.document or "", finding.field or "", finding.key))


def _rests_on_doubt(one: Noticed, case: Case) -> bool:
    own = ((one.record, one.field),) if one.record and one.field else ()
    doubtful = any(is_doubtful(record, name) for record, name in (*own, *one.rests_on))
    return doubtful or (one.lacks_paper and has_unread_paper(case))


def _unsure(finding: Finding) -> Finding:
    """The same finding as a note that asks nobody: a person reads the field, then it is judged again."""
    return finding.model_copy(
        update={
            "severity": "note", "letter": None, "asked_of": None, "asks": "", "asks_sv": "",
            "says": f"{UNSURE_FI} {finding.says}", "says_sv": f"{UNSURE_SV} {finding.says_sv}",
            "says_en": f"{UNSURE_EN} {finding.says_en}",
            "settled_by": READ_FIRST_FI, "settled_by_sv": READ_FIRST_SV, "settled_by_en": READ_FIRST_EN,
        }
    )  # fmt: skip


def _findings(noticed: Iterable[Noticed], case: Case) -> Iterator[Finding]:
    for one in noticed:
        finding = _finding(one)
        is_unsure = finding.severity != "alarm" and _rests_on_doubt(one, case)
        yield _unsure(finding) if is_unsure else finding


def _finding(one: Noticed) -> Finding:
    words, ask = wordings()[one.key], asks().get(one.key)
    return Finding(
        check=one.key.partition(".")[0],
        key=one.key,
        section=words.section,
        severity=words.severity,
        letter=words.letter,
        says=words.fi.format(**one.words),
        says_sv=words.sv.format(**one.words),
        says_en=words.en.format(**one.words),
        settled_by=words.settled_fi.format(**one.words),
        settled_by_sv=words.settled_sv.format(**one.words),
        settled_by_en=words.settled_en.format(**one.words),
        asked_of=ask.of if ask else None,
        asks=ask.fi.format(**one.words) if ask else "",
        asks_sv=ask.sv.format(**one.words) if ask else "",
        document=one.record.id if one.record else None,
        field=one.field,
    )
