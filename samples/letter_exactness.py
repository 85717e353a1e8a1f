"""Count how many fields of the written-out letters are read exactly.

    python -m samples.letter_exactness [worked|held_out] [--media born,scan,fax_fine] [--seed N] [--quiet]

Without media the letters are laid out as a faultless page reader would give them: what the rules for letters can do.
With media they are printed, scanned or faxed by the generator and read whole.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from extractors.catalog import load_types
from extractors.classify import classify
from extractors.letters.read import read_letter
from models.document_type import DocumentType
from samples.generator import machine, media
from samples.generator.raster import paint
from samples.generator.vector import write_pdf
from samples.typed_letters import TypedLetter, load_letters, page_text, typed_sheet

Values = dict[str, Any]
NAMES = frozenset({"subject_name", "debtor_name", "physician_name", "bailiff_name"})


def same(stated: Any, read: Any, field: str) -> bool:
    """Compare as the contract does: no case, no closing marks, a person's names in any order."""
    if isinstance(stated, str) and isinstance(read, str):
        one, other = (re.sub(r"\s+", " ", text).strip(" .,;:").casefold() for text in (stated, read))
        return one == other or (field in NAMES and sorted(one.split()) == sorted(other.split()))
    return bool(stated == read) and isinstance(stated, bool) == isinstance(read, bool)


def read_words(letter: TypedLetter, types: dict[str, DocumentType]) -> tuple[str, Values]:
    """Read a letter from its words alone: the type it is given, and the values under its true type."""
    text = page_text(letter)
    fields = read_letter([text], types[letter.document_type])
    return classify(text, types).document_type, {name: found.value for name, found in fields.items()}


def read_through(letter: TypedLetter, medium: str, rng: Random) -> tuple[str, Values]:
    """Print a letter, send it through a medium and read the file."""
    from intake.pipeline.read import read_file

    sheet = typed_sheet(letter, rng)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "letter"
        if medium == "born":
            path = path.with_suffix(".pdf")
            write_pdf([sheet], path)
        elif medium.startswith("fax"):
            path = path.with_suffix(".tif")
            media.write_fax([media.fax(np.array(paint(sheet)), rng, medium, "")], medium, path)
        else:
            settings = machine.scanner(rng, medium == "scan_harsh")
            path = path.with_suffix(settings.ending)
            machine.save(machine.scanned([sheet], rng, settings, medium == "scan_harsh"), [sheet], rng, settings, path)
        record = next(iter(read_file(path).documents), None)
    if record is None:
        return "", {}
    values = {name: found.value for name, found in record.fields.items() if not isinstance(found, list)}
    return record.document_type, values if record.document_type == letter.document_type else {}


def _readings(letters: list[TypedLetter], chosen: list[str], seed: str) -> Iterator[tuple[str, TypedLetter, str, Values]]:
    types = dict(load_types())
    for letter in letters:
        for medium in chosen or ["words"]:
            rng = Random(f"{seed}-{letter.name}-{medium}")
            found, values = read_words(letter, types) if medium == "words" else read_through(letter, medium, rng)
            yield medium, letter, found, values


def main() -> None:
    """Print what was misread, then the shares by document type, field and medium."""
    parser = argparse.ArgumentParser(prog="python -m samples.letter_exactness", description=__doc__)
    parser.add_argument("prefix", nargs="?", default="worked")
    parser.add_argument("--media", default="")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--quiet", action="store_true", help="only the counts: what a held-out set is for")
    asked = parser.parse_args()
    hits: Counter[tuple[str, ...]] = Counter()
    all_of: Counter[tuple[str, ...]] = Counter()

    def count(key: tuple[str, ...], hit: bool) -> None:
        hits[key] += hit
        all_of[key] += 1

    chosen = [medium for medium in asked.media.split(",") if medium]
    for medium, letter, found, values in _readings(load_letters(asked.prefix), chosen, asked.seed):
        count((medium, "type"), found == letter.document_type)
        if found != letter.document_type and not asked.quiet:
            print(f"{medium}: {letter.name}: type {found}, not {letter.document_type}")
        for field, stated in letter.fields.items():
            hit = same(stated, values.get(field), field)
            count((medium, "field"), hit)
            count((letter.document_type, field), hit)
            if not hit and not asked.quiet:
                print(f"{medium}: {letter.name}: {field} {values.get(field)!r}, not {stated!r}")
        for field in sorted(values.keys() - letter.fields.keys()):
            count((medium, "invented"), values[field] is not None)
            if values[field] is not None and not asked.quiet:
                print(f"{medium}: {letter.name}: {field} {values[field]!r}, not stated")
    for key in sorted(all_of):
        print(f"{hits[key]:5} of {all_of[key]:5}  {100 * hits[key] / all_of[key]:6.2f} %  {' · '.join(key)}")


if __name__ == "__main__":
    main()
