"""From a file's records to work items: which matter goes to which queue, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from intake.pipeline.checks.case import Arrived, Case
from intake.pipeline.checks.deadline import last_day_to_file, pending_date
from intake.pipeline.checks.evaluation import evaluate
from intake.pipeline.comments import comment_for
from intake.pipeline.conditions import CONDITIONS, Ground
from intake.pipeline.matters import Matter, codes_in, group
from intake.pipeline.routing_table import RoutingTable, Rule, Side, routing_table
from models.extraction import Record
from models.facts import Facts
from models.page import PageText
from models.work import Reason, SideTask, WorkItem

CHECKED_QUEUES = ("southern_district", "international_centre", "protected_clients", "prison_cases", "tax")
"""Where matters of this benefit lie, and tax cards, which must be usable for it: only they are checked."""


def route(
    records: Sequence[Record], texts: Mapping[int, PageText] | None = None, arrived: Arrived | None = None, *,
    facts: Callable[[str], Facts] | None = None, table: RoutingTable | None = None,
) -> list[WorkItem]:  # fmt: skip
    """Send every matter of one file to its queue, with what the checks found.

    Values count whether accepted or not: routing is no decision, and a person sees the doubtful ones. `texts`
    (by page number) lets papers without fields of their own be told apart. Without `arrived`, when the file reached
    us, no day of law can be told and nothing is checked. `facts` answers for an identity code what registers know;
    `table` stands in for the one that is shipped. No records, no work items.
    """
    table = table or routing_table()
    matters = group(records, texts or {}, table)
    if facts:
        matters = [replace(matter, facts=known_of(matter, facts)) for matter in matters]
    return [_work_item(matter, table, arrived) for matter in matters]


def known_of(matter: Matter, facts: Callable[[str], Facts]) -> Facts:
    """What registers know of the insured person; a security ban of the child or the guardian in the matter counts too."""
    if matter.person_hetu is None:
        return Facts()
    known = facts(matter.person_hetu)
    for code in codes_in(matter):
        if known.is_treated_as_protected:
            break  # nothing that could still be learnt would change where it goes
        if code != matter.person_hetu and (other := facts(code)).is_treated_as_protected:
            known = known.model_copy(update={"is_away": other.is_away, "has_security_ban": other.has_security_ban})
    return known


def _work_item(matter: Matter, table: RoutingTable, arrived: Arrived | None) -> WorkItem:
    if arrived is None:
        return judged(matter, None, table)
    return judged(matter, Case(matter, {record.id: arrived for record in matter.records}, arrived.day), table)


def judged(matter: Matter, case: Case | None, table: RoutingTable) -> WorkItem:
    """Say where one matter goes, and what the checks find on its `case`; without one nothing is checked."""
    rule, grounds = _first_that_holds(matter, table)
    checked = _checked(case, table) if case and rule.queue in CHECKED_QUEUES else {}
    reasons = [
        Reason(rule=rule.id, section=rule.section, document=ground.record.id, field=ground.field) for ground in _once(grounds)
    ]
    return WorkItem(
        person_hetu=matter.person_hetu,
        documents=tuple(record.id for record in matter.records),
        queue=rule.queue,
        owner=rule.owner or rule.queue,
        specifier=rule.specifier,
        comment=comment_for(rule.comment, matter, grounds, table),
        reasons=tuple(reasons),
        **checked,
    )


def _checked(case: Case, table: RoutingTable) -> dict[str, Any]:
    """The matter's days of law and findings, as seen on the day its papers came."""
    pending, last = pending_date(case), last_day_to_file(case)
    return {
        "pending_date": pending.isoformat() if pending else None,
        "last_filing_day": last.isoformat() if last else None,
        "findings": tuple(evaluate(case)),
        "side_tasks": tuple(_side_tasks(case.matter, table)),
    }


def _side_tasks(matter: Matter, table: RoutingTable) -> Iterator[SideTask]:
    for side in table.sides:
        for ground in _grounds(side, matter, table)[:1]:
            yield SideTask(
                rule=side.id, section=side.section, to=side.to, says=side.says, says_sv=side.says_sv,
                says_en=side.says_en, document=ground.record.id, field=ground.field,
            )  # fmt: skip


def _once(grounds: Sequence[Ground]) -> list[Ground]:
    """Say each ground once."""
    by_place = {(ground.record.id, ground.field): ground for ground in grounds}
    return list(by_place.values())


def _first_that_holds(matter: Matter, table: RoutingTable) -> tuple[Rule, list[Ground]]:
    """Read the table top down; its last rule asks for nothing and always holds."""
    judged = ((rule, _grounds(rule, matter, table)) for rule in table.rules)
    return next((rule, grounds) for rule, grounds in judged if grounds)


def _grounds(rule: Rule | Side, matter: Matter, table: RoutingTable) -> list[Ground]:
    """What makes a rule hold; empty when it does not."""
    grounds: list[Ground] = []
    if rule.types or not rule.when:
        typed = [record for record in matter.records if not rule.types or record.document_type in rule.types]
        if not typed:
            return []
        grounds.append(Ground(typed[0], None))
    for name in rule.when:
        ground = CONDITIONS[name](matter, table)
        if ground is None:
            return []
        grounds.append(ground)
    return grounds
