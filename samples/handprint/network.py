"""The recogniser's network: five convolutions, one two-way LSTM, one character's odds a step (CRNN, Shi et al. 2015)."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn

from extractors.ocr.line_image import HEIGHT_PX
from samples.handprint.characters import CLASSES

STRIDE_PX = 4


@dataclass(frozen=True)
class Size:
    """How wide the layers are."""

    channels: tuple[int, int, int, int, int]
    memory: int


SIZES = {
    "small": Size((16, 32, 64, 96, 128), 96),
    "middle": Size((24, 48, 96, 144, 224), 192),
}


def _layer(inward: int, outward: int, kernel: tuple[int, int], stride: tuple[int, int], padding: tuple[int, int]) -> nn.Module:
    convolution = nn.Conv2d(inward, outward, kernel, stride, padding, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(outward), nn.ReLU(inplace=True))


class HandprintNet(nn.Module):
    """Reads (n, 1, 32, w) with ink as 1 and paper as 0; gives (n, w / 4, classes) of unscaled log odds."""

    def __init__(self, size: Size) -> None:
        super().__init__()
        a, b, c, d, e = size.channels
        rows = HEIGHT_PX // 8
        self.eye = nn.Sequential(
            _layer(1, a, (5, 5), (2, 2), (2, 2)),
            _layer(a, b, (3, 3), (2, 2), (1, 1)),
            _layer(b, c, (3, 3), (1, 1), (1, 1)),
            _layer(c, d, (3, 3), (2, 1), (1, 1)),
            _layer(d, e, (rows, 3), (1, 1), (0, 1)),
        )
        self.memory = nn.LSTM(e, size.memory, bidirectional=True, batch_first=True)
        self.drop = nn.Dropout(0.1)
        self.say = nn.Linear(2 * size.memory, CLASSES)

    def forward(self, lines: torch.Tensor) -> torch.Tensor:
        seen = self.eye(lines).squeeze(2).transpose(1, 2)
        remembered, _ = self.memory(seen)
        said: torch.Tensor = self.say(self.drop(remembered))
        return said
