"""Matters held back by a silent register are judged again once it answers."""

from __future__ import annotations

from datetime import datetime

from intake.pipeline.checks.benefits import REGISTER_AWAY
from intake.pipeline.judging import Answers, judge_item
from intake.pipeline.registers import Registers
from intake.store import away_registers
from intake.store.database import Database
from models.errors import RequestError

MOST_AT_ONCE = 50


def registers_recheck(database: Database, registers: Registers, now: datetime) -> int:
    """Judge again every matter held only because a register was away. Gives how many; 0 while it is still away.

    One person is asked for first, outside a transaction: a silent register then costs one question, not fifty. Each matter
    is its own transaction; one that somebody else is just moving is left for the next time.
    """
    with database.transaction() as conn:
        held = away_registers.held(conn, REGISTER_AWAY, MOST_AT_ONCE)
    judged = 0
    for item in held:
        answers = Answers(registers, [item.person_hetu])
        if answers.facts(item.person_hetu, {}).is_away:
            break
        try:
            with database.transaction() as conn:
                judge_item(conn, item.id, answers, now)
        except RequestError:
            continue
        judged += 1
    return judged
