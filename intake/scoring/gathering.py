"""Read truth and records from their folders."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from intake.scoring.verdicts import FileVerdict, judge_file
from models.document_type import DocumentType
from models.errors import RefusedError

TRUTH_ENDING = ".truth.json"


def judge_folder(truths: Path, records: Path, types: Mapping[str, DocumentType]) -> list[FileVerdict]:
    """Hold each NAME.json of `records` against NAME.truth.json of `truths`, in the order of their names.

    A truth without a record counts with nothing found. Raises RefusedError for a folder without truth
    and for a file that is none.
    """
    paths = sorted(truths.glob(f"*{TRUTH_ENDING}"))
    if not paths:
        raise RefusedError(f"{truths}: there is no truth (NAME{TRUTH_ENDING}) in it.", "Name the folder that holds it.")
    verdicts = []
    for path in paths:
        name = path.name.removesuffix(TRUTH_ENDING)
        record = records / f"{name}.json"
        try:
            verdicts.append(judge_file(name, _read(path), _read(record) if record.exists() else None, types))
        except (KeyError, TypeError, AttributeError) as fault:
            raise RefusedError(f"{path.name} or its record is not in the form expected: {fault!r}.", "Write both anew.") from None
    return verdicts


def original_of(file: str, truths: Path, originals: Path) -> Path | None:
    """Find the paper that a truth speaks of: the file it names, or one of its own name."""
    named = originals / str(_read(truths / f"{file}{TRUTH_ENDING}").get("file", ""))
    if named.is_file():
        return named
    alike = sorted(path for path in originals.glob(f"{file}.*") if path.suffix != ".json")
    return alike[0] if alike else None


def _read(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        raise RefusedError(f"{path.name}: this is not JSON, or cannot be read.", "Write it anew.") from None
