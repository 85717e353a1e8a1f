"""Write trained weights as ONNX and enter them in the manifest: `python -m samples.handprint.export WEIGHTS.pt --size middle`."""

from __future__ import annotations

import argparse
import hashlib
import re
from pathlib import Path

import onnx
import torch
from torch import nn

from extractors.ocr.line_image import HEIGHT_PX
from samples.handprint.characters import CHARACTERS
from samples.handprint.network import SIZES, HandprintNet

WEIGHTS = Path(__file__).parents[2] / "extractors" / "weights"


class _Odds(nn.Module):
    """The network with chances instead of log odds at its end."""

    def __init__(self, net: HandprintNet) -> None:
        super().__init__()
        self.net = net

    def forward(self, line: torch.Tensor) -> torch.Tensor:
        return torch.softmax(self.net(line), -1)


def exported(state: Path, size: str, out: Path) -> None:
    """Write one ONNX file that takes a line of any width."""
    net = HandprintNet(SIZES[size])
    net.load_state_dict(torch.load(state, weights_only=True))
    torch.onnx.export(
        _Odds(net).eval(), (torch.zeros(1, 1, HEIGHT_PX, 256),), str(out), input_names=["line"], output_names=["odds"],
        dynamic_axes={"line": {3: "width"}, "odds": {1: "steps"}}, opset_version=17, dynamo=False,
    )  # fmt: skip
    model = onnx.load(str(out))
    note = model.metadata_props.add()
    note.key, note.value = "characters", CHARACTERS
    onnx.save(model, str(out))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("state", type=Path)
    parser.add_argument("--size", choices=SIZES, default="middle")
    options = parser.parse_args()
    out = WEIGHTS / "handprint.onnx"
    exported(options.state, options.size, out)
    content = out.read_bytes()
    manifest = WEIGHTS / "manifest.toml"
    text = manifest.read_text()
    head, mark, tail = text.partition("[handprint]")
    tail = re.sub(r'(?m)^sha256(\s*)= "\w*"', rf'sha256\1= "{hashlib.sha256(content).hexdigest()}"', tail, count=1)
    tail = re.sub(r"(?m)^bytes(\s*)= \d+", rf"bytes\1= {len(content)}", tail, count=1)
    manifest.write_text(head + mark + tail)
    print(out.name, len(content), "bytes")


if __name__ == "__main__":
    main()
