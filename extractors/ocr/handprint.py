"""Our own reader of hand-print: a small network trained by `samples.handprint`, independent of PP-OCR.

Its weights lie in the repository; what is loaded is what `weights/manifest.toml` names, to the byte.
"""

from __future__ import annotations

import hashlib
import os
import tomllib
from pathlib import Path

import numpy as np

from extractors.ocr.ctc import nothing_spelt, plainly_read
from extractors.ocr.engine import Gray, LineText, Spelling
from extractors.ocr.line_image import normal_line
from models.errors import EngineError

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # see ppocr.py
import onnxruntime

WEIGHTS = Path(__file__).parents[1] / "weights"
MANIFEST = WEIGHTS / "manifest.toml"


def trusted_weights(manifest: Path = MANIFEST) -> bytes:
    """Read the weights. Raises EngineError when they are not those that the manifest names."""
    entry = tomllib.loads(manifest.read_text())["handprint"]
    path = manifest.parent / entry["file"]
    content = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(content).hexdigest() != entry["sha256"]:
        raise EngineError("hand-print", f"the weights {path.name} are not those of the manifest.", "Check the files out again.")
    return content


class HandprintReader:
    """Reads one line by CTC; knows capitals, small letters, digits and what Finnish and Swedish forms hold beside them."""

    name = "handprint"
    version = "1"

    def __init__(self, weights: bytes | None = None) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        options.enable_cpu_mem_arena = False  # see ppocr.py
        content = trusted_weights() if weights is None else weights
        self._session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        self._characters = tuple(self._session.get_modelmeta().custom_metadata_map["characters"])

    def read_line(self, gray: Gray) -> LineText:
        return plainly_read(self.spell_line(gray))

    def spell_line(self, gray: Gray) -> Spelling:
        if gray.size == 0 or min(gray.shape) < 4:
            return nothing_spelt(self._characters)
        line = (255 - normal_line(gray).astype(np.float32)) / 255
        odds = self._session.run(None, {"line": line[None, None]})[0][0]
        return Spelling(np.asarray(odds, dtype=np.float32), self._characters)
