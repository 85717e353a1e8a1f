"""Train the recogniser on one core while lines are still being drawn: `python -m samples.handprint.train DATA OUT …`.

Reads the shards that `lines` writes, newest first, and old ones again; every few minutes it reads the held-out lines, adds a
row to `OUT.log.jsonl` and keeps `OUT.pt`. The learning rate follows one cosine over the given minutes.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein
from torch import nn

from samples.handprint.characters import CHARACTERS, CLASS_BY_CHARACTER
from samples.handprint.lines import Line, load
from samples.handprint.network import SIZES, HandprintNet

BATCH = 32
PEAK_RATE = 2e-3
WARM_UP = 150
REPORT_S = 240


class Shards:
    """Lines without end: whatever was drawn and not yet seen first, then shards drawn before, in chance order."""

    def __init__(self, folder: Path, rng: Random) -> None:
        self._folder, self._rng, self._seen = folder, rng, set[Path]()

    def __iter__(self) -> Iterator[list[Line]]:
        while True:
            there = sorted(path for path in self._folder.glob("*.npz") if ".part" not in path.name)
            fresh = [path for path in there if path not in self._seen][:2]
            old = self._rng.sample(sorted(self._seen), min(len(self._seen), 3 - len(fresh)))
            if not fresh and not old:
                time.sleep(2)
                continue
            self._seen.update(fresh)
            yield [line for path in (*fresh, *old) for line in load(path)]

    @property
    def count(self) -> int:
        return len(self._seen)


def batches(lines: list[Line], rng: Random) -> Iterator[list[Line]]:
    """Cut lines into batches of like widths, in chance order."""
    ordered = sorted(lines, key=lambda line: line[0].shape[1] + rng.random() * 24)
    cut = [ordered[start : start + BATCH] for start in range(0, len(ordered), BATCH)]
    rng.shuffle(cut)
    yield from cut


def varied(crop: NDArray[np.uint8], rng: Random, letters: int) -> NDArray[np.uint8]:
    """See a line a little wider, narrower, higher or lower than before."""
    height, width = crop.shape
    wide = max(int(width * rng.uniform(0.86, 1.18)), 4 * letters * 5 // 4 + 8)
    high = round(height * rng.uniform(0.86, 1.0))
    resized = cv2.resize(crop, (wide, high), interpolation=cv2.INTER_LINEAR)
    out = np.full((height, wide), 255, np.uint8)
    top = rng.randint(0, height - high)
    out[top : top + high] = resized
    return out


def tensor_of(crops: list[NDArray[np.uint8]]) -> torch.Tensor:
    """Lay crops of like widths into one tensor, ink as 1."""
    wide = -(-max(crop.shape[1] for crop in crops) // 8) * 8
    lines = np.full((len(crops), 1, crops[0].shape[0], wide), 255, np.uint8)
    for number, crop in enumerate(crops):
        lines[number, 0, :, : crop.shape[1]] = crop
    return (255 - torch.from_numpy(lines).float()) / 255


def read(net: HandprintNet, lines: list[Line]) -> list[str]:
    """Read lines by the likeliest class of each step."""
    net.eval()
    said = []
    with torch.no_grad():
        for crop, _ in lines:
            classes = net(tensor_of([crop]))[0].argmax(-1).tolist()
            kept = [b for a, b in zip([0, *classes], classes, strict=False) if b not in (0, a)]
            said.append("".join(CHARACTERS[k - 1] for k in kept).strip())
    net.train()
    return said


def errors(net: HandprintNet, lines: list[Line]) -> dict[str, float]:
    """Share of wrong characters, and of lines that are not exactly right, in percent."""
    said = read(net, lines)
    wrong = sum(Levenshtein.distance(a, text) for a, (_, text) in zip(said, lines, strict=True))
    exact = sum(a == text for a, (_, text) in zip(said, lines, strict=True))
    return {
        "characters": round(100 * wrong / sum(len(text) for _, text in lines), 2),
        "lines": round(100 - 100 * exact / len(lines), 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path, help="weights and log begin with this name")
    parser.add_argument("--held-out", type=Path, nargs="+", required=True, help="shards nobody trains on")
    parser.add_argument("--size", choices=SIZES, default="middle")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--resume", type=Path)
    parser.add_argument(
        "--peak", type=float, default=PEAK_RATE, help="highest learning rate; half as high serves weights that go on"
    )
    options = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    torch.manual_seed(0)
    net = HandprintNet(SIZES[options.size])
    if options.resume:
        net.load_state_dict(torch.load(options.resume, weights_only=True))
    held_out = {path.stem: load(path) for path in options.held_out}
    train(net.to(memory_format=torch.channels_last), options, held_out)


def train(net: HandprintNet, options: argparse.Namespace, held_out: dict[str, list[Line]]) -> None:
    rng = Random(0)
    shards = Shards(options.data, rng)
    optimizer = torch.optim.AdamW(net.parameters(), PEAK_RATE, weight_decay=1e-3)
    loss_of = nn.CTCLoss(zero_infinity=True)
    began, reported, seen, losses = time.monotonic(), time.monotonic(), 0, list[float]()
    for lines in shards:
        for batch in batches(lines, rng):
            done = (time.monotonic() - began) / (options.minutes * 60)
            if done >= 1 or time.monotonic() - reported > REPORT_S:
                reported = time.monotonic()
                report(net, options.out, held_out, seen, shards.count, reported - began, losses)
                losses = []
            if done >= 1:
                return
            for group in optimizer.param_groups:
                group["lr"] = (
                    options.peak * min(1.0, (seen / BATCH + 1) / WARM_UP) * (0.5 + 0.5 * math.cos(math.pi * done) + 0.005)
                )
            losses.append(step(net, optimizer, loss_of, batch, rng))
            seen += len(batch)


def step(net: HandprintNet, optimizer: torch.optim.Optimizer, loss_of: nn.CTCLoss, batch: list[Line], rng: Random) -> float:
    crops = [varied(crop, rng, len(text)) if rng.random() < 0.7 else crop for crop, text in batch]
    said = net(tensor_of(crops).to(memory_format=torch.channels_last)).log_softmax(-1).transpose(0, 1)
    classes = torch.tensor([CLASS_BY_CHARACTER[c] for _, text in batch for c in text])
    lengths = torch.tensor([len(text) for _, text in batch])
    loss = loss_of(said, classes, torch.full((len(batch),), said.shape[0]), lengths)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_(net.parameters(), 5)
    optimizer.step()
    return float(loss)


def report(
    net: HandprintNet, out: Path, held_out: dict[str, list[Line]], seen: int, shards: int, seconds: float, losses: list[float]
) -> None:
    """Add a row to the log, and keep the weights."""
    row = {"seconds": round(seconds), "lines_seen": seen, "shards": shards, "loss": round(float(np.mean(losses or [0])), 4)}
    row |= {name: errors(net, lines) for name, lines in held_out.items()}
    with out.with_suffix(".log.jsonl").open("a") as log:
        log.write(json.dumps(row) + "\n")
    torch.save(net.state_dict(), out.with_suffix(".pt"))
    print(row, flush=True)


if __name__ == "__main__":
    main()
