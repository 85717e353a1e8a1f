"""Count verdicts: over everything, and by kind, field, medium, hand and reader."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from intake.scoring.verdicts import DocumentVerdict, FileVerdict, Verdict

BINS = 10


@dataclass
class FieldTally:
    """Counts over fields. What the record has too many is accepted wrong when nobody would look at it."""

    fields: int = 0
    exact: int = 0
    accepted: int = 0
    accepted_wrong: int = 0
    silent: int = 0
    extra: int = 0

    def add(self, verdict: Verdict) -> None:
        self.accepted += verdict.is_accepted
        self.accepted_wrong += verdict.is_accepted and not verdict.is_right
        if verdict.is_extra:
            self.extra += 1
            return
        self.fields += 1
        self.exact += verdict.is_right
        self.silent += verdict.is_silent

    @property
    def wrong(self) -> int:
        return self.fields - self.exact


@dataclass
class Tally:
    """Counts over files, documents and fields of one group."""

    files: int = 0
    files_missing: int = 0
    documents: int = 0
    types_right: int = 0
    pages_right: int = 0
    extra_documents: int = 0
    queues_right: int = 0
    specifiers_right: int = 0
    blanks_right: int = 0
    arrivals: int = 0
    arrivals_right: int = 0
    arrivals_wrong: int = 0
    fields: FieldTally = field(default_factory=FieldTally)

    def add_file(self, file: FileVerdict) -> None:
        self.files += 1
        self.files_missing += not file.has_record
        self.extra_documents += file.extra_documents
        self.queues_right += file.queue_is_right
        self.specifiers_right += file.specifier_is_right
        self.blanks_right += file.blanks_are_right
        self.arrivals += file.arrival is not None
        self.arrivals_right += file.arrival is not None and file.arrival == file.found_arrival
        self.arrivals_wrong += file.found_arrival is not None and file.arrival != file.found_arrival

    def add_document(self, document: DocumentVerdict) -> None:
        self.documents += 1
        self.types_right += document.type_is_right
        self.pages_right += document.pages_are_right
        for verdict in document.fields:
            self.fields.add(verdict)


def tallies(files: Sequence[FileVerdict]) -> dict[str, Tally]:
    """Count by group: `all`, then `typed` and `hand` (documents alone), `pen` (real strokes), then every medium."""
    found: dict[str, Tally] = {"all": Tally()}
    media = {file.medium: Tally() for file in sorted(files, key=lambda each: each.medium)}
    ways: dict[str, Tally] = defaultdict(Tally)
    for file in files:
        for tally in (found["all"], media[file.medium]):
            tally.add_file(file)
        for document in file.documents:
            groups = [found["all"], media[file.medium], ways["hand" if document.by_hand else "typed"]]
            for tally in [*groups, ways["pen"]] if document.by_pen else groups:
                tally.add_document(document)
    return found | {name: ways[name] for name in ("typed", "hand", "pen") if name in ways} | media


Groups = Callable[[FileVerdict, DocumentVerdict, Verdict], Iterable[str]]

BREAKDOWNS: dict[str, Groups] = {
    "kind": lambda _file, _document, verdict: [verdict.kind or "unknown"],
    "medium and hand": lambda file, document, _verdict: [f"{file.medium} {_way(document)}"],
    "reader": lambda _file, _document, verdict: [verdict.reading],
    "evidence": lambda _file, _document, verdict: verdict.evidence or ["none"],
    "field": lambda _file, _document, verdict: [f"{verdict.document_type}.{verdict.name}"],
}
"""How fields are grouped. A value with several words of evidence counts under each."""


def breakdown(files: Sequence[FileVerdict], groups: Groups) -> list[tuple[str, FieldTally]]:
    """Count fields by group, the group with most wrong fields first."""
    found: dict[str, FieldTally] = defaultdict(FieldTally)
    for file, document, verdict in every_field(files):
        for group in groups(file, document, verdict):
            found[group].add(verdict)
    return sorted(found.items(), key=lambda item: (-item[1].wrong - item[1].extra, item[0]))


def every_field(files: Sequence[FileVerdict]) -> Iterator[tuple[FileVerdict, DocumentVerdict, Verdict]]:
    for file in files:
        for document in file.documents:
            yield from ((file, document, verdict) for verdict in document.fields)


def calibration_error(files: Sequence[FileVerdict]) -> float:
    """Mean distance between what confidence says and what holds, over ten bins, weighted by their size."""
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    total = 0
    for _, _, verdict in every_field(files):
        if verdict.is_read and not verdict.is_extra:
            bins[min(BINS - 1, int(verdict.confidence * BINS))].append((verdict.confidence, verdict.is_right))
            total += 1
    gaps = (abs(sum(said for said, _ in each) - sum(right for _, right in each)) for each in bins.values())
    return sum(gaps) / total if total else 0.0


def _way(document: DocumentVerdict) -> str:
    return "pen" if document.by_pen else "hand" if document.by_hand else "typed"
