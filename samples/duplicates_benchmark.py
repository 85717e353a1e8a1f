"""Measure how well the same sheet is known again: python -m samples.duplicates_benchmark --count 60 --seed 7 [--jobs 2].

Draws papers, sends each through two media, and holds the two views against each other as the service does. Pairs:
same       one sheet through two media; now and then the second was stamped as received on its way
digits     the second sheet has one value changed (a date, a sum, a number), everything else stroke for stroke the same
values     every value of a form is another, in the same printing, at the same places and by the same hand
person     the same form in the same printing, filled in by somebody else
Prints JSON last: how many of each were taken for surely the same, possibly the same, or another, and the likenesses'
spread, from which the limits were chosen.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from copy import deepcopy
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import partial
from random import Random
from typing import Any

import cv2
import numpy as np

from extractors.cleanup import CLEAN_DPI, clean
from extractors.fingerprint import SAME_SCORE, Likeness, PageFingerprint, compare, fingerprint
from models.geometry import Box
from models.page import PageText, Word
from samples.generator import bans, fonts, form_values, machine, media, orders, pen, people, plans, printing, stamps
from samples.generator.form_draw import draw_form
from samples.generator.pen import Writer
from samples.generator.raster import paint
from samples.generator.sheet import Ink, Sheet, Text
from samples.generator.story import Story, tell

DIGITS = "0123456789"
FEWEST_SIGNS = 25
"""A page with fewer written signs (a signature and its day) tells no two persons apart by them."""

KINDS = ("same", "digits", "values", "person")
FORMS = ("sv8_application", "y17_wage_notice", "a_certificate", "y121_account_change")
MEDIA = ("scan", "scan", "scan_harsh", "fax_fine", "fax_fine", "fax_std", "photo")
PENNED: Ink = (1, 0, 0)
"""Black, but for a computer: by this the values are told from the printing."""


@dataclass(frozen=True)
class Pair:
    """Two views of one sheet, or of two that should not be confused."""

    kind: str
    paper: str
    media: tuple[str, str]
    distance: int
    score: float
    worst_tile: float
    compare_ms: float
    kilobytes: float


def _values(rng: Random, kind: str, story: Story) -> dict[str, Any]:
    if kind == "sv8_application":
        return form_values.sv8(rng, story, "infectious_disease_allowance", ["absence_order"])
    if kind == "y17_wage_notice":
        return form_values.y17(rng, story, people.employer(rng, "fi", story.employers[0]))
    return form_values.a_certificate(rng, story, True) if kind == "a_certificate" else form_values.y121(rng, story)


def _form(kind: str, seed: int, person: int, hand: bool) -> list[Sheet]:
    """Draw a form: `seed` settles printing, `person` who fills it in and how."""
    look, who = printing.choose(Random(seed), hand), Random(person)
    writer: Writer = replace(pen.hand(who) if hand else pen.typist(who), ink=PENNED)
    return draw_form(plans.plan(kind, "fi"), look, _values(who, kind, tell(who, "fi")), writer, Random(seed + 1))


def _paper(rng: Random, kind: str, seed: int) -> tuple[str, list[Sheet]]:
    if kind in ("values", "person") or rng.random() < 0.6:
        paper = rng.choice(FORMS)
        return paper, _form(paper, seed, seed + 2, rng.random() < 0.5)
    story = tell(rng, "fi")
    if rng.random() < 0.5:
        return "absence_order", orders.write_order(rng, story)[1]
    return "payment_ban", bans.write_ban(rng, story)[1]


def _with_other_digits(rng: Random, sheet: Sheet) -> Sheet | None:
    """Change one value: two digits of a run, or of signs written one by one two neighbours. None: there is no number on it."""
    other = deepcopy(sheet)
    texts = [(i, op) for i, op in enumerate(other.ops) if isinstance(op, Text)]
    runs = [i for i, op in texts if sum(map(str.isdigit, op.words)) >= 4 and _is_value(op, sheet)]
    signs = [i for i, op in texts if op.words.isdigit() and len(op.words) == 1 and op.ink == PENNED]
    if runs and (len(signs) < 4 or rng.random() < 0.5):
        changed = [rng.choice(runs)]
    elif len(signs) >= 4:
        first = rng.randrange(len(signs) - 1)
        changed = signs[first : first + 2]
    else:
        return None
    for at in changed:
        op = other.ops[at]
        assert isinstance(op, Text)
        other.ops[at] = replace(op, words=_other_digits(rng, op.words))
    return other


def _is_value(op: Text, sheet: Sheet) -> bool:
    return op.ink == PENNED or not any(isinstance(o, Text) and o.ink == PENNED for o in sheet.ops)


def _other_digits(rng: Random, words: str) -> str:
    """Change two digits, as another day and month does."""
    places = [i for i, sign in enumerate(words) if sign.isdigit()]
    for place in rng.sample(places, min(2, len(places))):
        words = words[:place] + rng.choice([d for d in DIGITS if d != words[place]]) + words[place + 1 :]
    return words


def _with_other_values(rng: Random, sheet: Sheet) -> Sheet | None:
    """Another person's values, at the same places and by the same hand. None: there are hardly any on the page."""
    letters = "AEIKLMNOPRSTUV"
    table = {sign: _other(rng, sign, letters) for sign in letters} | {sign: _other(rng, sign, DIGITS) for sign in DIGITS}
    table |= {sign.lower(): other.lower() for sign, other in table.items()}
    values = [op.words for op in sheet.ops if isinstance(op, Text) and op.ink == PENNED]
    if sum(map(len, values)) < FEWEST_SIGNS:
        return None
    ops = [
        replace(op, words=op.words.translate(str.maketrans(table))) if isinstance(op, Text) and op.ink == PENNED else op
        for op in sheet.ops
    ]
    return replace(sheet, ops=ops)


def _other(rng: Random, sign: str, signs: str) -> str:
    return rng.choice([other for other in signs if other != sign])


def _second(rng: Random, kind: str, paper: str, seed: int, sheets: list[Sheet], at: int) -> Sheet | None:
    if kind == "digits":
        return _with_other_digits(rng, sheets[at])
    if kind == "values":
        return _with_other_values(rng, sheets[at])
    if kind == "same":
        return deepcopy(sheets[at])
    if sum(len(op.words) for op in sheets[at].ops if isinstance(op, Text) and op.ink == PENNED) < FEWEST_SIGNS:
        return None
    others = _form(paper, seed, seed + 3, any(isinstance(op, Text) and op.pen for op in sheets[at].ops))
    return others[min(at, len(others) - 1)]


def _view(rng: Random, sheet: Sheet, medium: str, words: list[Word]) -> PageFingerprint | None:
    """Send a sheet through a medium and take what is kept of it."""
    dpi: tuple[float, float] | None = None
    if medium.startswith("fax"):
        header = stamps.fax_line(rng, date(2019, 3, 12)).format(n=1, all=2)
        pixels = np.array(media.fax(np.array(paint(sheet)), rng, medium, header).convert("L"))
        dpi = media.FAX_DPI[medium]
    elif medium == "photo":
        pixels = np.array(media.photo(np.asarray(paint(sheet, colour=True)), rng).convert("L"))
    else:
        settings = machine.scanner(rng, medium == "scan_harsh")
        page = np.array(paint(sheet, dpi=settings.dpi))
        pixels = media.scan_harsh(page, rng, False) if medium == "scan_harsh" else media.scan(page, rng)
        if settings.two_toned:
            pixels = np.where(pixels > 150, 255, 0).astype(np.uint8)
        dpi = (settings.dpi, settings.dpi)
    cleaned = clean(1, np.asarray(pixels, dtype=np.uint8), dpi, turn=0)
    height, wide = cleaned.gray.shape
    return fingerprint(cleaned, PageText(number=1, width_px=wide, height_px=height, reading="ocr", words=tuple(words)))


def _stamped(rng: Random, sheet: Sheet) -> list[Word]:
    """Stamp the sheet; give the word as a page reader would tell it."""
    before = len(sheet.ops)
    stamps.received(sheet, rng, "fi", date(2019, 3, 14))
    op = next(op for op in sheet.ops[before:] if isinstance(op, Text))
    scale = CLEAN_DPI / 72
    wide = fonts.width(op.words, op.font, op.size)
    box = Box(op.x * scale, (op.y - 0.72 * op.size) * scale, (op.x + wide) * scale, op.y * scale)
    return [Word(text="SAAPUNUT", box=box, engine_score=0.9)]


def measured(seed: int, kind: str, number: int) -> Pair | None:
    """Make one pair and hold it together; None where the paper drawn makes no such pair."""
    rng = Random(f"duplicates-{seed}-{kind}-{number}")
    paper_seed = rng.randrange(10**9)
    paper, sheets = _paper(rng, kind, paper_seed)
    at = rng.randrange(len(sheets))
    first, second = sheets[at], _second(rng, kind, paper, paper_seed, sheets, at)
    if second is None:
        return None
    words = _stamped(rng, second) if kind == "same" and rng.random() < 0.4 else []
    through = (rng.choice(MEDIA), rng.choice(MEDIA))
    a, b = _view(rng, first, through[0], []), _view(rng, second, through[1], words)
    if a is None or b is None:
        return None
    began = time.perf_counter()
    likeness = compare(a.ink, b.ink)
    took = (time.perf_counter() - began) * 1000
    distance = ((a.phash ^ b.phash) & (2**64 - 1)).bit_count()
    name = f"{paper}{'+stamp' if words else ''}"
    return Pair(kind, name, through, distance, likeness.score, likeness.worst_tile, took, (len(a.ink) + len(b.ink)) / 2048)


def _verdict(pair: Pair) -> str:
    likeness = Likeness(pair.score, pair.worst_tile)
    return "same" if likeness.is_same else "alike" if likeness.is_alike else "other"


def _spread(values: list[float]) -> list[float]:
    return [round(float(value), 3) for value in np.percentile(values, [0, 5, 25, 50, 75, 95, 100])] if values else []


def _told(pairs: list[Pair]) -> dict[str, Any]:
    verdicts = Counter(map(_verdict, pairs))
    return {
        "pairs": len(pairs),
        "verdicts": {name: verdicts[name] for name in ("same", "alike", "other")},
        "bits_apart": _spread([pair.distance for pair in pairs]),
        "score": _spread([pair.score for pair in pairs]),
        "worst_tile": _spread([pair.worst_tile for pair in pairs]),
    }


def _roc(pairs: list[Pair]) -> list[dict[str, Any]]:
    """Share of each kind that would be taken for the same from a likeness of the worst place on."""
    rows = []
    for least in (0.3, 0.45, 0.6, 0.7, 0.74, 0.78, 0.82, 0.86):
        row: dict[str, Any] = {"worst_tile": least}
        for kind in KINDS:
            own = [pair for pair in pairs if pair.kind == kind]
            taken = sum(pair.worst_tile >= least and pair.score >= SAME_SCORE for pair in own)
            row[kind] = round(taken / max(1, len(own)), 4)
        rows.append(row)
    return rows


def main() -> None:
    """Make the pairs that were asked for and print what came of them."""
    parser = argparse.ArgumentParser(prog="python -m samples.duplicates_benchmark", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=30, help="pairs of each kind")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--jobs", type=int, default=1)
    asked = parser.parse_args()
    jobs = [(kind, number) for kind in KINDS for number in range(asked.count)]
    cv2.setNumThreads(1)
    with ProcessPoolExecutor(asked.jobs, initializer=cv2.setNumThreads, initargs=(1,)) as pool:
        made = pool.map(partial(measured, asked.seed), *zip(*jobs, strict=True), chunksize=2)
        pairs = [pair for pair in made if pair is not None]
    kinds = {kind: _told([pair for pair in pairs if pair.kind == kind]) for kind in KINDS}
    costs = {"compare_ms": _spread([p.compare_ms for p in pairs]), "kilobytes": _spread([p.kilobytes for p in pairs])}
    wrong = [asdict(pair) for pair in pairs if pair.kind in ("values", "person") and _verdict(pair) == "same"]
    print(json.dumps({"seed": asked.seed, "kinds": kinds, "roc": _roc(pairs), **costs, "false_same": wrong}, indent=1))


if __name__ == "__main__":
    main()
