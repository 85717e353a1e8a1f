"""Fetch the training fonts: `python -m samples.handprint.fetch_fonts FOLDER`; npm brings them, nothing of them is committed.

The families stand in `fonts.toml`. Their woff files are unpacked to ttf.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from fontTools.ttLib import TTFont

LIST = Path(__file__).parent / "fonts.toml"
OURS = Path(__file__).parents[1] / "generator" / "fonts" / "hand"


def main(folder: Path) -> None:
    """Fetch, unpack and lay down one ttf a family; those of the sample generator are copied."""
    families = tomllib.loads(LIST.read_text())
    packages = folder / "packages"
    packages.mkdir(parents=True, exist_ok=True)
    (packages / "package.json").write_text('{"name": "training-fonts", "version": "1.0.0", "private": true}')
    names = [f"@fontsource/{name}" for name in families["train"]["fontsource"] + families["held_out"]["fontsource"]]
    subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", *names], cwd=packages, check=True)
    for part in ("train", "held_out"):
        target = folder / part
        target.mkdir(exist_ok=True)
        for name in families[part]["fontsource"]:
            unpacked(packages / "node_modules" / "@fontsource" / name, target / f"{name}.ttf")
    held_out = set(families["held_out"]["generator"])
    for path in sorted(OURS.glob("*.ttf")):
        name = path.stem.removesuffix("-400")
        shutil.copy(path, folder / ("held_out" if name in held_out else "train") / f"{name}.ttf")


def unpacked(package: Path, target: Path) -> None:
    """Write a family's regular weight as ttf; say when it has none. The latin part holds å, ä and ö."""
    source = package / "files" / f"{package.name}-latin-400-normal.woff2"
    if not source.exists():
        print(package.name, "has no latin regular")
        return
    font = TTFont(source)
    font.flavor = None
    font.save(target)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
