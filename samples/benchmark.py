"""Measure what a page costs: Saapuva's whole reading against Tesseract alone, on one core, in one run.

    python -m samples.benchmark FILE... [--json] [--stages]

Both read every file in turn, so that a machine that grows slower hurts both. Seconds are CPU seconds of this process.
The decoding child is no child that the kernel accounts to us: its decoders run once more in this process, timed, and
count as Saapuva's. Memory is this process's peak, in which the second Tesseract (the bare one) is contained.
"""

# ruff: noqa: E402 - how many threads there may be must be said before the libraries are loaded

from __future__ import annotations

import argparse
import functools
import json
import os
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

# Before OpenCV, onnxruntime and Tesseract are loaded: they read these once.
for _variable in ("OMP_THREAD_LIMIT", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[_variable] = "1"

import cv2
import numpy as np
from PIL import Image

from extractors import image_file, pdf_file
from extractors.catalog import known_types
from extractors.limits import Gray, Limits, RawPage
from extractors.ocr.tesseract import DPI, LANGUAGES, tessdata_folder
from extractors.pages import sniff
from intake.pipeline.read import read_file, readers
from models.errors import InputError
from samples.stage_clock import StageClock

MOST_RATIO = 3.0
MOST_MB = 900
A4_LONG_INCHES = 297 / 25.4

Result = TypeVar("Result")


@dataclass(frozen=True)
class FileCost:
    """CPU seconds for all pages of one file; `decoding_s` is contained in `saapuva_s`."""

    file: str
    pages: int
    text_layer_pages: int
    tesseract_s: float
    saapuva_s: float
    decoding_s: float

    @property
    def ratio(self) -> float:
        return self.saapuva_s / self.tesseract_s


def measure(path: Path, bare: BareTesseract) -> FileCost:
    """Read one file both ways. Raises InputError for one that cannot be opened."""
    decoding_s, tesseract_s = _without_us(path, bare)
    result, reading_s = _timed(lambda: read_file(path))
    typed = sum(page.quality == 1.0 for page in result.pages)
    return FileCost(path.name, len(result.pages), typed, tesseract_s, reading_s + decoding_s, decoding_s)


def _without_us(path: Path, bare: BareTesseract) -> tuple[float, float]:
    """Seconds of decoding, and of Tesseract alone; page by page, so that the peak of memory is not this function's."""
    decoding_s = tesseract_s = 0.0
    pages = decoded(path)
    while True:
        page, seconds = _timed(lambda: next(pages, None))
        decoding_s += seconds
        if page is None:
            return decoding_s, tesseract_s
        gray = at_200_dpi(page)
        tesseract_s += _timed(functools.partial(bare.recognise, gray))[1]


def decoded(path: Path) -> Iterator[RawPage]:
    """Decode a file in this process with the decoders, and the limits, of the child."""
    data = path.read_bytes()
    if sniff(data, path.name) == "application/pdf":
        return pdf_file.pdf_pages(data, path.name, Limits())
    return image_file.image_pages(data, path.name, Limits(), _no_chatter)


def at_200_dpi(page: RawPage) -> Gray:
    """Bring a page to 200 dpi both ways; one that does not say its resolution is taken for A4."""
    height, width = page.pixels.shape
    across, down = page.dpi or (max(height, width) / A4_LONG_INCHES,) * 2
    size = (max(1, round(width * DPI / across)), max(1, round(height * DPI / down)))
    return np.asarray(cv2.resize(page.pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


class BareTesseract:
    """Tesseract alone, as the bar is defined: fin+swe, psm 11, recognition of a gray page."""

    def __init__(self) -> None:
        import tesserocr

        self._api = tesserocr.PyTessBaseAPI(path=tessdata_folder(), lang=LANGUAGES, psm=tesserocr.PSM.SPARSE_TEXT)

    def recognise(self, gray: Gray) -> None:
        self._api.SetImage(Image.fromarray(gray))
        self._api.SetSourceResolution(DPI)
        self._api.Recognize()
        self._api.Clear()


def summary(costs: Sequence[FileCost], start_s: float) -> dict[str, Any]:
    """Add up what was measured. `ratio_total` is all seconds against all seconds, `ratio_median` the middle file's."""
    pages = sum(cost.pages for cost in costs)
    saapuva_s, tesseract_s = sum(cost.saapuva_s for cost in costs), sum(cost.tesseract_s for cost in costs)
    pictured = [cost for cost in costs if cost.text_layer_pages == 0]
    pictured_tesseract_s = sum(cost.tesseract_s for cost in pictured)
    ratio, peak = saapuva_s / tesseract_s, peak_mb()
    return {
        "files": len(costs),
        "pages": pages,
        "saapuva_s_per_page": round(saapuva_s / pages, 3),
        "decoding_s_per_page": round(sum(cost.decoding_s for cost in costs) / pages, 3),
        "tesseract_s_per_page": round(tesseract_s / pages, 3),
        "ratio_total": round(ratio, 3),
        "ratio_median": round(statistics.median(cost.ratio for cost in costs), 3),
        "ratio_without_text_layers": (
            round(sum(cost.saapuva_s for cost in pictured) / pictured_tesseract_s, 3) if pictured_tesseract_s else None
        ),
        "start_s": round(start_s, 2),
        "peak_mb": peak,
        "within_bar": ratio <= MOST_RATIO and (peak is None or peak <= MOST_MB),
    }


def peak_mb() -> int | None:
    """Most memory this process ever held, in MB; None where the kernel does not tell."""
    try:
        found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    except OSError:
        return None
    return int(found[1]) * 1024 // 1_000_000 if found else None


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the files named, print the figures, and give 0 when they are within the bar, else 1."""
    parser = argparse.ArgumentParser(prog="python -m samples.benchmark", description="What a page costs beside bare Tesseract.")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    parser.add_argument("--stages", action="store_true", help="also tell where Saapuva's seconds go")
    asked = parser.parse_args(arguments)
    _one_core()
    bare = BareTesseract()
    _, start_s = _timed(lambda: (readers(), known_types()))
    clock = StageClock() if asked.stages else None
    costs = _measured(asked.files, bare, clock)
    if not costs:
        print("benchmark: no file could be read", file=sys.stderr)
        return 1
    figures = summary(costs, start_s)
    _print_json(costs, figures, clock) if asked.json else _print_table(costs, figures, clock)
    return 0 if figures["within_bar"] else 1


def _measured(files: Sequence[Path], bare: BareTesseract, clock: StageClock | None) -> list[FileCost]:
    costs = []
    for path in files:
        try:
            if clock is None:
                costs.append(measure(path, bare))
            else:
                with clock:
                    costs.append(measure(path, bare))
        except (InputError, OSError) as error:
            print(f"benchmark: {path.name} left out: {error}", file=sys.stderr)
    return costs


def _one_core() -> None:
    cv2.setNumThreads(1)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def _timed(work: Callable[[], Result]) -> tuple[Result, float]:
    began = time.process_time()
    return work(), time.process_time() - began


def _no_chatter() -> str:
    return ""


def _print_json(costs: Sequence[FileCost], figures: dict[str, Any], clock: StageClock | None) -> None:
    stages = {} if clock is None else {"stages": clock.table(), "absent": clock.absent}
    print(json.dumps({**figures, "by_file": [asdict(cost) for cost in costs], **stages}, indent=1))


def _print_table(costs: Sequence[FileCost], figures: dict[str, Any], clock: StageClock | None) -> None:
    print(f"{'file':44} {'pages':>5} {'tesseract s/p':>14} {'saapuva s/p':>12} {'ratio':>6}")
    for cost in costs:
        per_page = (cost.tesseract_s / cost.pages, cost.saapuva_s / cost.pages)
        print(f"{cost.file[:44]:44} {cost.pages:5} {per_page[0]:14.2f} {per_page[1]:12.2f} {cost.ratio:6.2f}")
    for name, figure in figures.items():
        print(f"{name:28} {figure}")
    if clock is not None:
        print(f"\n{'stage (its own seconds)':40} {'calls':>6} {'s':>8} {'share':>6}")
        for stage in clock.table():
            print(f"{stage['stage']:40} {stage['calls']:6} {stage['own_s']:8.2f} {stage['share']:6.1%}")


if __name__ == "__main__":
    sys.exit(main())
