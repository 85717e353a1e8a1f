"""What a person has dealt with in a matter, kept by its words: other words are another question. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.errors import RefusedError

QUEUE_KEY = "queue"
MOST_REASON_CHARS = 1000


@dataclass(frozen=True)
class Settled:
    """A finding (its key, paper and Finnish words) or a queue that needs nobody any more, and why."""

    key: str
    says: str
    document: str | None = None
    reason: str = ""


def is_settled(finding: Mapping[str, Any], settled: Iterable[Mapping[str, Any]]) -> bool:
    """Tell whether a person has dealt with just this finding."""
    return any(_same(finding, one) for one in settled)


def is_queue_settled(queue: str, settled: Iterable[Mapping[str, Any]]) -> bool:
    """Tell whether the people of a queue have done what is theirs."""
    return any(one["key"] == QUEUE_KEY and one["says"] == queue for one in settled)


def with_settled(
    before: Sequence[Mapping[str, Any]], said: Sequence[Settled], findings: Sequence[Mapping[str, Any]], queue: str,
    by: str, at: datetime,
) -> list[dict[str, Any]]:  # fmt: skip
    """Add what a person says now; what no longer stands is dropped.

    Raises RefusedError for a finding that is not there, or one that is settled without a reason.
    """
    marks = {"by": by, "at": at.isoformat()}
    kept = [dict(one) for one in before if _stands(one, findings, queue) and not any(_same(one, vars(new)) for new in said)]
    for new in said:
        if not _stands(vars(new), findings, queue):
            raise RefusedError("What was to be settled is no longer there.", "Look at the matter again.")
        reason = " ".join(new.reason.split())
        if new.key != QUEUE_KEY and not reason:
            raise RefusedError("A finding is settled with a reason.", "Say why nothing more is needed.")
        kept.append({"key": new.key, "document": new.document, "says": new.says, "reason": reason[:MOST_REASON_CHARS]} | marks)
    return kept


def _stands(one: Mapping[str, Any], findings: Sequence[Mapping[str, Any]], queue: str) -> bool:
    if one["key"] == QUEUE_KEY:
        return bool(one["says"] == queue)
    return any(_same(finding, one) for finding in findings)


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return all(one.get(name) == other.get(name) for name in ("key", "document", "says"))
