"""Cheap papers, each with bytes and words of its own, for tests that send many through the whole service."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Literal

import pikepdf
from PIL import Image

from samples.generator.bans import write_ban
from samples.generator.letters import write_letter
from samples.generator.orders import write_order
from samples.generator.sheet import Sheet
from samples.generator.story import tell
from samples.generator.vector import write_pdf

INBOX = Path(__file__).parents[2] / "samples" / "inbox"
LETTERS = (
    "appeal",
    "application_withdrawal",
    "clarification",
    "late_explanation",
    "municipality_claim",
    "pay_security_decision",
    "proxy",
)
"""Small letters that are read whole, without a doubt, from their text layer: their records go out at once."""
SMALL_SAMPLES = ("14", "15", "18", "21", "23", "24", "25")

Sort = Literal["letter", "order", "pile", "blank", "sample", "copy", "again", "broken"]
SHARES: dict[Sort, int] = {"letter": 60, "order": 8, "pile": 7, "blank": 5, "sample": 4, "copy": 7, "again": 4, "broken": 5}


@dataclass(frozen=True)
class Paper:
    """One file to send. `pages` is None when nobody can count them; `like` names the file whose bytes or pages these are."""

    name: str
    content: bytes
    sort: Sort
    pages: int | None
    like: str | None = None

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def media_type(self) -> str:
        return {".pdf": "application/pdf", ".tif": "image/tiff", ".jpg": "image/jpeg"}[Path(self.name).suffix]


def make_papers(count: int, seed: int, folder: Path) -> list[Paper]:
    """Make `count` papers, the same for the same seed, in the order in which they should be sent; `folder` is for drawing."""
    rng = Random(f"papers-{seed}")
    sorts = rng.choices(list(SHARES), list(SHARES.values()), k=count)
    samples = sorted(path for number in SMALL_SAMPLES for path in INBOX.glob(f"{number}-*") if path.suffix != ".json")
    rng.shuffle(samples)
    papers: list[Paper] = []
    for number, sort in enumerate(sorts, 1):
        one = Random(f"paper-{seed}-{number}")
        originals = [paper for paper in papers if paper.sort in ("letter", "order", "pile")]
        papers.append(_made(sort, number, one, folder, originals, samples))
    return papers


def letter(number: int, seed: int, folder: Path) -> Paper:
    """One letter that is complete without a person: what a happy day needs most."""
    return _letter(Random(f"paper-{seed}-{number}"), number, folder)


def _made(sort: Sort, number: int, rng: Random, folder: Path, originals: list[Paper], samples: list[Path]) -> Paper:
    if sort == "sample" and samples:
        path = samples.pop()
        return Paper(f"{number:04d}-{path.name}", path.read_bytes(), "sample", pages_of(path.read_bytes()))
    if sort in ("copy", "again") and originals:
        original = rng.choice(originals)
        return _copy(number, original) if sort == "copy" else _again(number, original)
    drawn: dict[Sort, Callable[[Random, int, Path], Paper]] = {"order": _order, "pile": _pile, "blank": _blank, "broken": _broken}
    return drawn.get(sort, _letter)(rng, number, folder)


def _letter(rng: Random, number: int, folder: Path) -> Paper:
    return _printed(f"{number:04d} kirje å.pdf", "letter", _letter_sheets(rng), folder)


def _letter_sheets(rng: Random) -> list[Sheet]:
    lang = rng.choice(("fi", "fi", "sv"))
    return write_letter(rng, tell(rng, lang), rng.choice(LETTERS))[1]


def _order(rng: Random, number: int, folder: Path) -> Paper:
    story = tell(rng, rng.choice(("fi", "sv")))
    write = rng.choice((write_order, write_ban))
    return _printed(f"{number:04d}-päätös.pdf", "order", write(rng, story)[1], folder)


def _pile(rng: Random, number: int, folder: Path) -> Paper:
    """Letters of two or three people in one file, at times with an empty back."""
    sheets = [sheet for _ in range(rng.randint(2, 3)) for sheet in _letter_sheets(rng)]
    if rng.random() < 0.5:
        sheets.insert(rng.randrange(1, len(sheets) + 1), Sheet())
    return _printed(f"{number:04d}_pino.pdf", "pile", sheets, folder)


def _printed(name: str, sort: Sort, sheets: list[Sheet], folder: Path) -> Paper:
    path = folder / name
    write_pdf(sheets, path)
    content = path.read_bytes()
    path.unlink()
    return Paper(name, content, sort, len(sheets))


def _blank(rng: Random, number: int, folder: Path) -> Paper:
    """Empty faxed pages; their number of lines makes the bytes their own."""
    pages = [Image.new("1", (1728, 2000 + number), 1) for _ in range(rng.randint(1, 2))]
    buffer = io.BytesIO()
    pages[0].save(buffer, "TIFF", save_all=True, append_images=pages[1:], compression="group4", dpi=(204, 196))
    return Paper(f"{number:04d}-tyhjä.tif", buffer.getvalue(), "blank", len(pages))


def _broken(rng: Random, number: int, folder: Path) -> Paper:
    """A file that is no paper: words named .pdf, a fax cut off in its middle, a locked PDF."""
    whole = _letter(rng, number, folder)
    how = number % 3
    if how == 0:
        return Paper(f"{number:04d}-rikki.pdf", f"Ei tämä ole PDF, {number}.".encode() * 40, "broken", None)
    if how == 1:
        fax = _blank(rng, number, folder).content
        return Paper(f"{number:04d}-katkennut.tif", fax[: len(fax) * 2 // 3], "broken", None)
    return Paper(f"{number:04d}-lukittu.pdf", _locked(whole.content), "broken", None)


def _locked(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        pdf.save(buffer, encryption=pikepdf.Encryption(owner="omistaja", user="avain"))
    return buffer.getvalue()


def _copy(number: int, original: Paper) -> Paper:
    return replace(original, name=f"{number:04d}-kopio{Path(original.name).suffix}", sort="copy", like=original.name)


def _again(number: int, original: Paper) -> Paper:
    """The same pages saved anew: other bytes, same paper."""
    content = original.content + f"\n% saved again as number {number}\n".encode()
    return replace(original, name=f"{number:04d}-uudestaan.pdf", content=content, sort="again", like=original.name)


def pages_of(content: bytes) -> int:
    """Count pages with other libraries than the product's door uses."""
    if content.startswith(b"%PDF"):
        with pikepdf.open(io.BytesIO(content)) as pdf:
            return len(pdf.pages)
    with Image.open(io.BytesIO(content)) as image:
        return getattr(image, "n_frames", 1)
