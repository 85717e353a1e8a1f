"""Build one labelled file from a seed: papers, their order, the medium, and the truth beside them."""

import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from . import cases, extras, machine, media, stamps
from .cases import CASES, Envelope
from .raster import paint
from .sheet import Sheet
from .vector import write_pdf

MEDIA = {"born": 12, "scan": 26, "scan_harsh": 17, "fax_fine": 24, "fax_std": 9, "photo": 12}
SIGNED = ("signature_date", "date", "decision_date", "issued_date")
ONE_PAGE = ("cert_ok", "cert_gp", "y17", "order", "ban", "y121", "e115", "letter")


@dataclass(frozen=True)
class Wish:
    """What is asked for: which media, hands and cases may come up."""

    media: tuple[str, ...] = tuple(MEDIA)
    hands: tuple[bool, ...] = (False, True)
    cases: tuple[str, ...] = tuple(CASES)
    langs: tuple[str, ...] = ("fi", "sv")
    turned: bool = True
    separators: bool = True
    harder: bool = False
    unusual: bool = False


@dataclass
class Pile:
    """The pages in the order they go through the machine, with the page numbers of each paper and of the blanks."""

    sheets: list[Sheet] = field(default_factory=list)
    papers: list[list[int]] = field(default_factory=list)
    blanks: list[int] = field(default_factory=list)


def build(seed: str, name: str, folder: Path, wish: Wish) -> dict[str, Any]:
    """Write NAME's file and NAME.truth.json; give the truth."""
    rng = Random(f"saapuva-sample-{seed}-{name}")
    medium = rng.choices(wish.media, [MEDIA[m] for m in wish.media])[0]
    allowed = [c for c in wish.cases if medium != "photo" or c in ONE_PAGE] or ["order"]
    case = rng.choices(allowed, [CASES[c][0] for c in allowed])[0]
    hand = rng.choice(wish.hands) and medium != "born" if len(wish.hands) > 1 else wish.hands[0]
    lang = rng.choices(wish.langs, [3, 1][: len(wish.langs)])[0]
    envelope = _envelope(rng, (case, lang, hand, wish.unusual), medium)
    arrival = _arrival(rng, envelope, medium, always=wish.harder and medium.startswith("scan"))
    pile = _pile(rng, envelope, medium, wish)
    if arrival and not medium.startswith("fax"):
        (stamps.pressed if wish.harder else stamps.received)(pile.sheets[0], rng, lang, arrival)
    path = _write(rng, pile, medium, folder / name, arrival, harder=wish.harder)
    truth = {
        "file": path.name,
        "case": case,
        "medium": medium,
        "hand": any(paper.hand for paper in envelope.papers),
        "channel": "fax" if medium.startswith("fax") else "post",
        "arrival_date": arrival.isoformat() if arrival else None,
        "documents": [cases.truth_of(paper, pages) for paper, pages in zip(envelope.papers, pile.papers, strict=True)],
        "blank_pages": pile.blanks,
        "route": envelope.route,
    }
    (folder / f"{name}.truth.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1), encoding="utf-8")
    return truth


def _envelope(rng: Random, asked: tuple[str, str, bool, bool], medium: str) -> Envelope:
    # A photo is one picture of one page: papers that ran over are written anew in another printing.
    while True:
        envelope = cases.open_envelope(rng, *asked)
        if medium != "photo" or sum(len(p.sheets) for p in envelope.papers) == 1:
            return envelope


def _arrival(rng: Random, envelope: Envelope, medium: str, *, always: bool) -> date | None:
    written = [date.fromisoformat(paper.fields[name]) for paper in envelope.papers for name in SIGNED if name in paper.fields]
    day = max([envelope.story.signed, *written]) + timedelta(days=rng.randint(0, 20))
    shares = {"scan": 0.5, "scan_harsh": 0.4, "photo": 0.05, "born": 0.0}
    shows = (medium.startswith("fax") and rng.random() < 0.95) or rng.random() < shares.get(medium, 0)
    return day if shows or always else None


def _pile(rng: Random, envelope: Envelope, medium: str, wish: Wish) -> Pile:
    pile, paper_medium = Pile(), medium not in ("born", "photo")
    sheets = sum(len(p.sheets) for p in envelope.papers)
    split = wish.separators and paper_medium and len(envelope.papers) > 1 and rng.random() < 0.12
    backs = paper_medium and not split and rng.random() < (0.35 if sheets > 1 else 0.15)
    every = backs and rng.random() < 0.2
    keep = rng.randrange(sheets) if backs and not every else -1
    if len(envelope.papers) > 1 and rng.random() < 0.12:
        rng.shuffle(envelope.papers)
    count = 0
    for paper in envelope.papers:
        if split and pile.sheets:
            pile.sheets.append(extras.separator(rng))
        pages = []
        for sheet in paper.sheets:
            pile.sheets.append(sheet)
            pages.append(len(pile.sheets))
            if paper_medium and wish.turned and rng.random() < 0.04:
                # A page cannot go sideways through a fax.
                sheet.turn = 180 if medium.startswith("fax") else rng.choice([90, 180, 180, 270])
            if count == keep or (every and sheet is paper.sheets[-1]):
                pile.sheets.append(extras.blank_back(rng, sheet))
                pile.blanks.append(len(pile.sheets))
            count += 1
        pile.papers.append(pages)
    return pile


def _write(rng: Random, pile: Pile, medium: str, stem: Path, arrival: date | None, *, harder: bool) -> Path:
    if medium == "born":
        path = stem.with_suffix(".pdf")
        write_pdf(pile.sheets, path)
    elif medium == "photo":
        path = stem.with_suffix(".jpg")
        media.write_photo(media.photo(np.asarray(paint(pile.sheets[0], colour=True)), rng, harder), rng, path)
    elif medium.startswith("fax"):
        path = stem.with_suffix(".tif")
        header = (stamps.other_fax_line if harder else stamps.fax_line)(rng, arrival) if arrival else ""
        fitted = [np.array(paint(sheet)) for sheet in pile.sheets]
        total = len(fitted)
        media.write_fax(
            [media.fax(page, rng, medium, header.format(n=n, all=total), harder) for n, page in enumerate(fitted, 1)],
            medium,
            path,
            rng.choice([None, None, (200.0, 200.0), (204.0, 196.0), (96.0, 96.0)]) if harder else None,
        )
    else:
        harsh = medium == "scan_harsh"
        settings = machine.scanner(rng, harsh)
        path = stem.with_suffix(settings.ending)
        machine.save(machine.scanned(pile.sheets, rng, settings, harsh), pile.sheets, rng, settings, path)
    return path
