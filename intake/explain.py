"""A record's reasons as a tree: which papers make which matter, where it goes and by which rule, and what was noticed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from rich.text import Text
from rich.tree import Tree

from intake.pipeline.units import name_of
from intake.report import numbers
from intake.terminal import printable

Printed = dict[str, Any]

STYLE_BY_SEVERITY = {"alarm": "bold red", "stop": "red", "ask": "yellow", "note": "dim"}


def tree(record: Printed, *, swedish: bool = False) -> Tree:
    """Explain a printed record (intake-result/1). Identity codes stay out: a terminal's scroll-back is no place for them."""
    source = record["source"]
    root = Tree(Text(f"{printable(source['file'])} · {source['channel']} · {_arrival(source)}"))
    documents = {document["id"]: document for document in record["documents"]}
    for number, item in enumerate(record["work_items"], start=1):
        root.add(_matter(number, item, documents, day=_day(source), swedish=swedish))
    blank = [page["number"] for page in record["pages"] if page["blank"]]
    if blank:
        root.add(Text(f"blank pages: {numbers(blank)}", style="dim"))
    return root


def _arrival(source: Printed) -> str:
    arrival = source.get("arrival")
    return f"arrived {arrival['date']} by its {arrival['evidence']}" if arrival else f"received {source['received_at'][:10]}"


def _day(source: Printed) -> date:
    """The day whose names of units are shown: the paper's arrival."""
    arrival = source.get("arrival")
    return date.fromisoformat(arrival["date"] if arrival else source["received_at"][:10])


def _matter(number: int, item: Printed, documents: Mapping[str, Printed], *, day: date, swedish: bool) -> Tree:
    unit = name_of(item["queue"], day, "sv" if swedish else "fi")
    place = " · ".join(filter(None, (f"{item['queue']} ({unit})", item["specifier"])))
    branch = Tree(Text.assemble(f"matter {number} → ", (place, "bold")))
    papers = branch.add("papers")
    for id_ in item["documents"]:
        document = documents[id_]
        sure = "" if document["accepted"] else " (type doubtful)"
        papers.add(Text(f"{id_}: {document['type']}, page {numbers(document['pages'])}{sure}"))
    why = branch.add("goes there because")
    for reason in item["reasons"]:
        why.add(Text(f"rule {reason['rule']} (guide {reason['section']}): {_evidence(reason, documents)}"))
    if item["owner"] != item["queue"]:
        why.add(Text(f"owner stays {item['owner']} ({name_of(item['owner'], day, 'sv' if swedish else 'fi')})"))
    if item["comment"]:
        why.add(Text(f"comment: {item['comment']}"))
    if item["pending_date"] or item["last_filing_day"]:
        branch.add(
            Text(f"pending {item['pending_date'] or '–'}, last day to apply {item['last_filing_day'] or '–'} (guide 1.5.3)")
        )
    _add_findings(branch, item, documents, swedish=swedish)
    return branch


def _add_findings(branch: Tree, item: Printed, documents: Mapping[str, Printed], *, swedish: bool) -> None:
    order = list(STYLE_BY_SEVERITY)
    says, settled = ("says_sv", "settled_by_sv") if swedish else ("says", "settled_by")
    findings = sorted(item["findings"], key=lambda finding: order.index(finding["severity"]))
    if findings:
        noticed = branch.add("noticed")
        for finding in findings:
            letter = f", letter {finding['letter']}" if finding["letter"] else ""
            head = f"{finding['severity']} {finding['check']} (guide {finding['section']}{letter}): {finding[says]}"
            line = noticed.add(Text(head, style=STYLE_BY_SEVERITY[finding["severity"]]))
            for more in filter(None, (_evidence(finding, documents), finding[settled])):
                line.add(Text(more))
    for task in _listed(branch, "besides", item.get("side_tasks", [])):
        branch.children[-1].add(Text(f"{task['rule']} (guide {task['section']}) → {task['to']}: {task[says]}"))


def _listed(branch: Tree, title: str, things: Iterable[Printed]) -> list[Printed]:
    listed = list(things)
    if listed:
        branch.add(title)
    return listed


def _evidence(ground: Printed, documents: Mapping[str, Printed]) -> str:
    """Where on the papers it stands: document, field and page."""
    document = documents.get(ground.get("document") or "")
    if document is None:
        return ""
    found = document["fields"].get(ground.get("field") or "")
    page = found.get("page") if isinstance(found, dict) else None
    place = f"{ground['document']} {document['type']}"
    return f"{place}, field {ground['field']}" + (f", page {page}" if page else "") if ground.get("field") else place
