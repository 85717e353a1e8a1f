"""Show on the sample inbox what the product does: read it, tell what was found, and say what to try next."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from intake import reading, records, report, terminal
from intake.readers import ReadJob, read_record
from models.errors import OutputError

PAPERS = {".pdf", ".tif", ".tiff", ".jpg", ".jpeg", ".png", ".heic"}
Read = list[tuple[Path, dict[str, Any]]]


def show_demo(inbox: Path, wanted_output: Path, job: ReadJob | None = None) -> int:
    """Read every paper in `inbox`, print the tables, write the records, and give the exit code."""
    out, errors = terminal.stdout(), terminal.stderr()
    papers = sample_papers(inbox)
    if not papers:
        errors.print("saapuva: the samples are not installed: run ./saapuva demo in the project's folder.", highlight=False)
        return 1
    tally = reading.Tally()
    record_by_file: Read = []
    with contextlib.closing(reading.with_progress(papers, job or ReadJob(read_record), console=errors, jobs=None)) as outcomes:
        for outcome in reading.in_order(outcomes):
            if outcome.record is not None:
                record_by_file.append((outcome.path, outcome.record))
            elif outcome.failure is not None:
                tally.failures.append(outcome.failure)
                terminal.complain(errors, outcome.failure.code, outcome.failure.problem, outcome.failure.remedy)
    _show(out, record_by_file)
    folder = _write(record_by_file, wanted_output)
    _say_what_next(out, inbox, folder, len(record_by_file))
    return tally.exit_code


def sample_papers(inbox: Path) -> list[Path]:
    """The papers of a sample inbox by name; what lies beside them (their truth) is no paper."""
    return sorted(path for path in inbox.glob("*") if path.suffix.lower() in PAPERS)


def telling_documents(record_by_file: Read) -> list[tuple[Path, dict[str, Any]]]:
    """Two documents worth a closer look: one that needs nobody most, and one that leaves most to a person."""
    counted = []
    for path, record in record_by_file:
        for document in record["documents"]:
            lines = list(report.field_lines(document))
            ready = sum(line.accepted for line in lines)
            counted.append((ready, len(lines) - ready, path, document))
    if not counted:
        return []
    smooth = max(counted, key=lambda each: each[0] - 2 * each[1])
    rough = max(counted, key=lambda each: each[1])
    return [(each[2], each[3]) for each in ([smooth] if rough is smooth else [smooth, rough])]


def _show(out: Console, record_by_file: Read) -> None:
    out.print(report.summary_table(record_by_file))
    for path, document in telling_documents(record_by_file):
        out.print()
        out.print(report.detail_table(path, document))


def _write(record_by_file: Read, wanted: Path) -> Path:
    """Write the records to the wanted folder or, where that is not allowed, to a new temporary one."""
    files = [path for path, _ in record_by_file]
    try:
        return _write_to(wanted, files, record_by_file)
    except OutputError:
        return _write_to(Path(tempfile.mkdtemp(prefix="saapuva-demo-")), files, record_by_file)


def _write_to(folder: Path, files: Sequence[Path], record_by_file: Read) -> Path:
    places = records.record_paths(files, folder)
    for place, (_, record) in zip(places, record_by_file, strict=True):
        records.write_record(record, place)
    return folder


def _say_what_next(out: Console, inbox: Path, folder: Path, count: int) -> None:
    out.print(f"\n{count} records are in {folder}. Try next:", markup=False, highlight=False, soft_wrap=True)
    inbox = inbox.relative_to(Path.cwd()) if inbox.is_relative_to(Path.cwd()) else inbox
    kinds = " ".join(sorted({f"{inbox}/*{path.suffix}" for path in sample_papers(inbox)}))
    for command, purpose in (
        ("./saapuva read YOUR.pdf", "your own paper, printed as JSON"),
        (f"./saapuva read {kinds} --out records", "a whole folder, one record per file"),
        ("./saapuva types", "the kinds of paper it knows"),
        ("./saapuva test", "prove all of it"),
    ):
        out.print(f"  {command}  — {purpose}", markup=False, highlight=False, soft_wrap=True)
