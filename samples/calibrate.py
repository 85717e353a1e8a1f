"""Fit the confidence weights on labelled files: `python -m samples.calibrate DIR… [--jobs N]`.

Reads every file of each folder as the product does, compares each value with the truth beside the file, and fits one
logistic regression of "this value is right" on what speaks for it. Writes `extractors/weights/confidence.json`.
Truth is read here only, never by the product.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from extractors.catalog import known_types
from extractors.confidence import FEATURES, STRICT_KINDS, WEIGHTS_FILE, features
from intake.pipeline.read import read_file
from models.document_type import Kind
from models.extraction import Extraction

Case = tuple[list[float], bool, bool]
"""Features, whether the value is right, whether its kind is a strict one."""

RIDGE = 1.0
FOR = frozenset({
    "text_layer", "score", "weakest", "quality", "two_readers", "near_agreement", "check_digit", "format", "plausible",
    "all_boxes", "clear_ink", "no_ink", "cross_field", "share", "known",
})  # fmt: skip
AGAINST = frozenset({"weighed", "poor_page", "repaired", "struck_out", "doubtful_mark"})

TARGETS = {True: 0.0005, False: 0.005}
"""Tolerated share of wrong values among accepted ones (contract), for strict kinds and for others."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--jobs", type=int, default=multiprocessing.cpu_count())
    parser.add_argument("--keep", type=Path, help="write the cases to this file, for looking into them")
    options = parser.parse_args()
    files = [path for folder in options.folders for path in sorted(folder.iterdir()) if not path.name.endswith(".json")]
    with multiprocessing.get_context("spawn").Pool(options.jobs) as pool:
        cases = [case for found in pool.imap_unordered(cases_of, files) for case in found]
    if options.keep:
        options.keep.write_text(json.dumps(cases))
    x = np.array([case[0] for case in cases])
    right = np.array([case[1] for case in cases], dtype=float)
    strict = np.array([case[2] for case in cases])
    weights = fit(x, right)
    chance = 1 / (1 + np.exp(-x @ weights))
    limits = {name: limit_for(chance[strict == is_strict], right[strict == is_strict], TARGETS[is_strict])
              for name, is_strict in (("strict", True), ("other", False))}  # fmt: skip
    report(chance, right, strict, limits)
    content = {
        "cases": len(cases),
        "weights": dict(zip(FEATURES, np.round(weights, 4).tolist(), strict=True)),
        "accept_from": limits,
    }
    WEIGHTS_FILE.write_text(json.dumps(content, indent=1) + "\n")


def cases_of(path: Path) -> list[Case]:
    """Read one file and compare its values with the truth beside it."""
    truth = json.loads(path.with_name(path.stem + ".truth.json").read_text())
    result = read_file(path)
    quality = {page.number: page.quality for page in result.pages}
    cases: list[Case] = []
    for record in result.documents:
        match = next(
            (d for d in truth["documents"] if d["type"] == record.document_type and set(d["pages"]) & set(record.pages)), None
        )
        if match is None:
            continue
        kinds = kinds_of(record.document_type)
        for name, found in flat(record.fields):
            if found.value is None:
                continue
            kind = kinds[re.sub(r"\[\d+\]", "", name)]
            place = quality.get(found.span.page, 0.5) if found.span else 0.5
            # A box read as empty where truth says nothing is right: "no" and "absent" are one.
            right = same(lookup(match["fields"], name), found.value, kind, name)
            cases.append((features(found, kind, place), right, kind in STRICT_KINDS))
    return cases


def kinds_of(document_type: str) -> dict[str, Kind]:
    kinds: dict[str, Kind] = {}
    for spec in known_types()[document_type].fields:
        kinds[spec.name] = spec.kind
        kinds |= {f"{spec.name}.{column.name}": column.kind for column in spec.columns}
    return kinds


def flat(fields: dict[str, Extraction | list[dict[str, Extraction]]]) -> Iterator[tuple[str, Extraction]]:
    for name, found in fields.items():
        if isinstance(found, list):
            for i, row in enumerate(found):
                yield from ((f"{name}[{i}].{column}", cell) for column, cell in row.items())
        else:
            yield name, found


def lookup(fields: dict[str, object], name: str) -> object:
    match = re.fullmatch(r"(\w+)\[(\d+)\]\.(\w+)", name)
    if match is None:
        return fields.get(name)
    rows = fields.get(match[1]) or []
    assert isinstance(rows, list)
    return rows[int(match[2])].get(match[3]) if int(match[2]) < len(rows) else None


def same(truth: object, value: object, kind: Kind, name: str) -> bool:
    """Equal but for capitals, spaces and, for names of persons, order."""
    if truth is None:
        return value is False
    if isinstance(truth, bool | list):
        return truth == value
    plain = [re.sub(r"\s+", " ", str(v)).strip(" .,;:").casefold() for v in (truth, value)]
    if kind in ("phone", "reference") or name.endswith(("reference", "sv_number")):
        plain = [v.replace(" ", "") for v in plain]
    if plain[0] == plain[1]:
        return True
    return name.endswith(("name", "person")) and sorted(re.findall(r"[^\s,]+", plain[0])) == sorted(
        re.findall(r"[^\s,]+", plain[1])
    )


def fit(x: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    """Logistic regression in which nothing that speaks for a value may count against it, nor the other way round.

    A feature whose weight comes out with the wrong sign is taken out, and the rest fitted again, until none is left.
    """
    free = np.ones(x.shape[1], dtype=bool)
    while True:
        weights = np.zeros(x.shape[1])
        weights[free] = newton(x[:, free], right)
        wrong = [i for i, name in enumerate(FEATURES) if (name in FOR and weights[i] < 0) or (name in AGAINST and weights[i] > 0)]
        if not wrong:
            return weights
        free[wrong] = False


def newton(x: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ridge logistic regression by Newton's method (Hastie et al., The Elements of Statistical Learning, 4.4.1)."""
    weights = np.zeros(x.shape[1])
    for _ in range(40):
        p = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        gradient = x.T @ (right - p) - RIDGE * weights
        hessian = (x * (p * (1 - p))[:, None]).T @ x + RIDGE * np.eye(x.shape[1])
        step = np.linalg.solve(hessian, gradient)
        weights += step
        if np.abs(step).max() < 1e-6:
            break
    return weights


def limit_for(chance: NDArray[np.float64], right: NDArray[np.float64], target: float) -> float:
    """The lowest limit above which the share of wrong values, with one wrong added for thin evidence, meets the target.

    With few cases the target cannot be shown; then the limit is the 0.995 that the contract's words ask for.
    """
    order = np.argsort(-chance)
    wrong = np.cumsum(1 - right[order])
    share = (wrong + 1) / np.arange(1, len(order) + 1)
    # The strict target needs thousands of cases to be shown: no less than one wrong in half the sample can be asked of it.
    meets = np.flatnonzero(share <= max(target, 2 / max(1, len(order))))
    return round(float(chance[order][meets[-1]]), 4) if len(meets) else 0.995


def report(chance: NDArray[np.float64], right: NDArray[np.float64], strict: NDArray[np.bool_], limits: dict[str, float]) -> None:
    print(f"{len(right)} values, {100 * right.mean():.2f} % right; limits {limits}")
    for low in np.arange(0, 1, 0.1):
        inside = (chance >= low) & (chance < low + 0.1001)
        if inside.any():
            said, held = chance[inside].mean(), right[inside].mean()
            print(f"  {low:.1f}–{low + 0.1:.1f}: {inside.sum():6d} values, said {said:.3f}, right {held:.3f}")
    limit = np.where(strict, limits["strict"], limits["other"])
    taken = chance >= limit
    print(f"accepted {100 * taken.mean():.1f} %, wrong among them {100 * (1 - right[taken].mean()):.2f} %")


if __name__ == "__main__":
    main()
