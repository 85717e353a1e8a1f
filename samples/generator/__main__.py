"""Make labelled incoming files: python -m samples.generator --seed 7 --count 200 --out DIR."""

import argparse
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from .build import MEDIA, Wish, build
from .cases import CASES


def _words(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(",") if part)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m samples.generator", description="Makes labelled incoming papers; the same seed gives the same files."
    )
    parser.add_argument("--seed", default="1")
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--first", type=int, default=0, help="number of the first file, to go on from an earlier run")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--prefix", default="gen")
    parser.add_argument("--media", type=_words, default=tuple(MEDIA), help="of " + ",".join(MEDIA))
    parser.add_argument("--hand", choices=["both", "typed", "hand"], default="both")
    parser.add_argument("--cases", type=_words, default=tuple(CASES), help="of " + ",".join(CASES))
    parser.add_argument("--lang", type=_words, default=("fi", "sv"))
    parser.add_argument(
        "--harder", action="store_true", help="worse than most: worn stamps of other shapes, streaks, other machines"
    )
    parser.add_argument("--unusual", action="store_true", help="forms printed and filled in as few are: unusual.py")
    parser.add_argument("--jobs", type=int, default=1)
    return parser.parse_args()


def main() -> None:
    """Build the files that were asked for."""
    asked = _asked()
    hands = {"both": (False, True), "typed": (False,), "hand": (True,)}[asked.hand]
    wish = Wish(media=asked.media, hands=hands, cases=asked.cases, langs=asked.lang, harder=asked.harder, unusual=asked.unusual)
    asked.out.mkdir(parents=True, exist_ok=True)
    names = [f"{asked.prefix}-{number:05d}" for number in range(asked.first, asked.first + asked.count)]
    work = partial(_one, asked.seed, asked.out, wish)
    if asked.jobs < 2:
        for name in names:
            print(work(name))
        return
    with ProcessPoolExecutor(asked.jobs) as pool:
        for line in pool.map(work, names, chunksize=2):
            print(line)


def _one(seed: str, folder: Path, wish: Wish, name: str) -> str:
    truth = build(seed, name, folder, wish)
    return f"{truth['file']}  {truth['case']}  {truth['medium']}{'  hand' if truth['hand'] else ''}"


if __name__ == "__main__":
    main()
