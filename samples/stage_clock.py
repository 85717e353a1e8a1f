"""Tell how long each stage of a reading takes, by putting a clock around its function."""

from __future__ import annotations

import functools
import importlib
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from types import TracebackType
from typing import Any

STAGES = (
    "intake.pipeline.read:read_file",
    "extractors.text_layer:agrees_with_reader",
    "extractors.text_layer:trusted_words",
    "extractors.cleanup:clean",
    "extractors.blank:letters_on",
    "extractors.orient:upright",
    "extractors.orient:sample_lines",
    "extractors.ocr.tesseract:TesseractReader.read_page",
    "extractors.ocr.tesseract:TesseractReader.read_line",
    "extractors.ocr.ppocr:PaddleReader.spell_line",
    "extractors.ocr.handprint:HandprintReader.spell_line",
    "extractors.separators:find_separator",
    "extractors.classify:classify",
    "extractors.split:split",
    "extractors.arrival:find_arrival",
    "extractors.stamps:second_looks",
    "extractors.rulings:find_rulings",
    "extractors.inkmap:map_ink",
    "extractors.marks:read_boxes",
    "extractors.phrases:phrases_of",
    "extractors.wrapped:with_wrapped",
    "extractors.labels:find_labels",
    "extractors.missed:with_missed_words",
    "extractors.strikes:without_struck_words",
    "extractors.choices:read_choices",
    "extractors.tables:read_table",
    "extractors.readvalue:read_value",
    "extractors.forms:read_form",
    "extractors.letters.read:read_letter",
    "extractors.confidence:judge",
    "intake.pipeline.route:route",
)
"""Functions by module; those that a later version no longer has are named in `absent`."""


PACKAGES = ("extractors", "intake", "samples", "__main__")


class StageClock:
    """Counts CPU seconds of a stage without those of the stages it calls, while it is entered."""

    def __init__(self) -> None:
        self.own_s: dict[str, float] = defaultdict(float)
        self.calls: dict[str, int] = defaultdict(int)
        self.absent: list[str] = []
        self._open: list[str] = []
        self._since = 0.0
        self._replaced: list[tuple[Any, str, Any]] = []

    def table(self) -> list[dict[str, Any]]:
        """Stages by their own seconds, longest first."""
        total = sum(self.own_s.values()) or 1.0
        ranked = sorted(self.own_s.items(), key=lambda each: -each[1])
        return [{"stage": name, "calls": self.calls[name], "own_s": round(s, 3), "share": s / total} for name, s in ranked]

    def __enter__(self) -> StageClock:
        self.absent = []
        for stage in STAGES:
            module, _, name = stage.partition(":")
            try:
                holder: Any = importlib.import_module(module)
                *outer, last = name.split(".")
                for part in outer:
                    holder = getattr(holder, part)
                self._clock(holder, last, getattr(holder, last), f"{module.removeprefix('extractors.')}.{last}")
            except (ImportError, AttributeError):
                self.absent.append(stage)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, place: TracebackType | None) -> None:
        for holder, name, function in reversed(self._replaced):
            setattr(holder, name, function)
        self._replaced.clear()

    def _clock(self, holder: Any, name: str, function: Callable[..., Any], label: str) -> None:
        """Replace a function where it is defined and wherever a module has taken it by name."""
        clocked = self._around(function, label)
        ours = [
            module for key, module in sys.modules.items() if key.split(".")[0] in ("extractors", "intake", "samples", "__main__")
        ]
        for each in [holder, *ours]:
            if getattr(each, name, None) is function:
                self._replaced.append((each, name, function))
                setattr(each, name, clocked)

    def _around(self, function: Callable[..., Any], label: str) -> Callable[..., Any]:
        @functools.wraps(function)
        def clocked(*args: Any, **named: Any) -> Any:
            self._lap()
            self._open.append(label)
            self.calls[label] += 1
            try:
                return function(*args, **named)
            finally:
                self._lap()
                self._open.pop()

        return clocked

    def _lap(self) -> None:
        """Give the seconds since the last change to the stage that was running."""
        moment = time.process_time()
        if self._open:
            self.own_s[self._open[-1]] += moment - self._since
        self._since = moment
