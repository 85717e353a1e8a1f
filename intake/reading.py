"""Read files for the command line: each record to its place, each error to the terminal, one exit code."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console

from intake import readers, records, terminal
from intake.readers import Outcome, ReadJob
from intake.reading_child import Failure, failure_of
from models.errors import OutputError, SaapuvaError

SEVERAL_KINDS = 1
# What a shell shows for a command that SIGPIPE (13) ended: 128 + 13.
PIPE_CLOSED = 141


@dataclass
class Tally:
    """What became of the files, for the closing line and the exit code."""

    read: int = 0
    replaced: int = 0
    failures: list[Failure] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """0 when every file was read, the error's own code when all errors are of one kind, else 1."""
        codes = {failure.exit_code for failure in self.failures}
        if not codes:
            return 0
        return codes.pop() if len(codes) == 1 else SEVERAL_KINDS


def read_and_deliver(files: Sequence[Path], job: ReadJob, *, out: Path | None, jobs: int | None) -> int:
    """Read `files`, print or write their records, and give the exit code."""
    console = terminal.stderr()
    try:
        places = None if out is None else records.record_paths(files, out)
    except SaapuvaError as error:
        terminal.complain(console, error.code, error.problem, error.remedy)
        return error.exit_code
    tally = Tally()
    # Closed whatever happens: a reader left behind would keep this process from ending.
    with contextlib.closing(with_progress(files, job, console=console, jobs=jobs)) as outcomes:
        try:
            for outcome in outcomes if places else in_order(outcomes):
                _deliver(outcome, tally, console, places, alone=len(files) == 1)
        except StdoutGoneError as gone:
            return _stopped(gone, console)
    if out is not None:
        console.print(_closing_line(tally, out), highlight=False, soft_wrap=True, markup=False)
    return tally.exit_code


def with_progress(files: Sequence[Path], job: ReadJob, *, console: Console, jobs: int | None) -> Generator[Outcome, None, None]:
    """Read `files` under a progress bar; outcomes come as they are ready. Closing it ends the readers."""
    every = readers.read_all(files, job, jobs=min(jobs or cores(), len(files)))
    with terminal.progress(console) as bar, contextlib.closing(every):
        task = bar.add_task("reading", total=len(files))
        for outcome in every:
            bar.advance(task)
            yield outcome


def in_order(outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
    """Give outcomes in the order the files were named, holding back only those that came too early."""
    early: dict[int, Outcome] = {}
    due = 0
    for outcome in outcomes:
        early[outcome.position] = outcome
        while due in early:
            yield early.pop(due)
            due += 1


def cores() -> int:
    """How many cores this process may use, which in a container can be fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _deliver(outcome: Outcome, tally: Tally, console: Console, places: list[Path] | None, *, alone: bool) -> None:
    failure = outcome.failure
    if outcome.record is not None:
        try:
            if places is None:
                _print(records.pretty(outcome.record) if alone else records.line(outcome.record))
            else:
                tally.replaced += records.write_record(outcome.record, places[outcome.position])
            tally.read += 1
        except SaapuvaError as error:
            failure = failure_of(error, outcome.path.name)
    if failure is not None:
        tally.failures.append(failure)
        terminal.complain(console, failure.code, failure.problem, failure.remedy)


class StdoutGoneError(Exception):
    """Nothing more can be printed, so nothing more need be read. `reason` is None when whoever read us has had enough."""

    def __init__(self, reason: str | None) -> None:
        super().__init__(reason)
        self.reason = reason


def _print(record: bytes) -> None:
    try:
        sys.stdout.buffer.write(record)
        sys.stdout.buffer.flush()
    except OSError as error:
        raise StdoutGoneError(None if isinstance(error, BrokenPipeError) else error.strerror) from None


def _stopped(gone: StdoutGoneError, console: Console) -> int:
    """End as `head` expects it of us: silently; on a full disk, with words."""
    # What is still in the buffer would raise once more when Python ends.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if gone.reason is None:
        return PIPE_CLOSED
    error = OutputError(f"standard output: {gone.reason}.", "Make room, or write the records with --out DIR.")
    terminal.complain(console, error.code, error.problem, error.remedy)
    return error.exit_code


def _closing_line(tally: Tally, out: Path) -> str:
    replaced = f" ({tally.replaced} replaced)" if tally.replaced else ""
    failed = f"; not read: {len(tally.failures)}" if tally.failures else ""
    return f"saapuva: records written to {terminal.printable(str(out))}: {tally.read}{replaced}{failed}"
