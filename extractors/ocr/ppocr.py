"""PP-OCRv6 recognition straight in onnxruntime: the line reader for values, typed and by hand.

The weights (small, 21 MB, Apache-2.0) are taken out of the installed `rapidocr` wheel; its code is not run.
"""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import cv2
import numpy as np

from extractors.ocr.ctc import nothing_spelt, plainly_read
from extractors.ocr.engine import Gray, LineText, Spelling
from models.errors import EngineError

# It would keep a device's id and what was done in the home folder and send it to its maker; told later, it has begun.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
import onnxruntime

HEIGHT_PX = 48
WIDTH_PX = (48, 1600)
ALPHABET = frozenset(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789ÅÄÖåäöÉéÜüÕõŠšŽžÆæØøÑñßáíóúèçëï .,:;-–/()+&'\"!?%§@€*=_#"
)
"""What is written on Finnish, Swedish, Estonian and other European papers."""
WEIGHTS = "PP-OCRv6_rec_small.onnx"


def weights_file() -> Path:
    """Find the weights. Raises EngineError when the wheel that brings them is not installed."""
    spec = importlib.util.find_spec("rapidocr")
    if spec is not None and spec.origin is not None:
        path = Path(spec.origin).parent / "models" / WEIGHTS
        if path.is_file():
            return path
    raise EngineError("PP-OCR", f"the weights {WEIGHTS} are missing.", "Install the pinned requirements again.")


class PaddleReader:
    """Reads one line by CTC; per character the highest probability of its run is its score."""

    name = "pp-ocr-v6-small"
    version = "6"

    def __init__(self) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # The arena keeps the largest crop's memory for every later one; lines differ in width.
        options.enable_cpu_mem_arena = False
        self._session = onnxruntime.InferenceSession(str(weights_file()), options, providers=["CPUExecutionProvider"])
        self._input = self._session.get_inputs()[0].name
        characters = self._session.get_modelmeta().custom_metadata_map["character"].splitlines()
        everything = ["", *characters, " "]
        # The weights know 18,000 characters, most of them Chinese; a box is read as 口 unless only ours compete.
        self._columns = np.array([i for i, c in enumerate(everything) if i == 0 or c in ALPHABET])
        self._characters = tuple(everything[i] for i in self._columns[1:])

    def read_line(self, gray: Gray) -> LineText:
        return plainly_read(self.spell_line(gray))

    def spell_line(self, gray: Gray) -> Spelling:
        if gray.size == 0 or min(gray.shape) < 4:
            return nothing_spelt(self._characters)
        height, width = gray.shape
        wide = int(np.clip(round(width * HEIGHT_PX / height), *WIDTH_PX))
        method = cv2.INTER_AREA if height > HEIGHT_PX else cv2.INTER_CUBIC
        line = cv2.resize(gray, (wide, HEIGHT_PX), interpolation=method)
        tensor = np.repeat((line.astype(np.float32) / 127.5 - 1.0)[None, None], 3, axis=1)
        odds = self._session.run(None, {self._input: tensor})[0][0][:, self._columns]
        return Spelling(np.asarray(odds, dtype=np.float32), self._characters)
