"""Cut unpacked @fontsource packages down to the fonts kept here: python -m samples.generator.prepare_fonts PACKAGES."""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

HERE = Path(__file__).parent / "fonts"
KEPT = "".join(map(chr, range(32, 127))) + "äöåÄÖÅéÉüÜõÕ§–—€²½’”´`·•"
NEEDED = "äöåÄÖÅ0123456789.,-/+:()ABZabz"


def prepare(package: Path, weight: int, target: Path) -> bool:
    """Cut one weight of a family down to what Finnish and Swedish papers need; say whether the family has it all."""
    source = package / "files" / f"{package.name}-latin-{weight}-normal.woff"
    if not source.exists():
        return False
    font = TTFont(source)
    if any(ord(sign) not in font.getBestCmap() for sign in NEEDED):
        return False
    options = subset.Options(hinting=False, layout_features=["kern"], name_IDs=[0, 1, 2, 4, 6, 13, 14], notdef_outline=True)
    font.flavor = None
    cutter = subset.Subsetter(options)
    cutter.populate(text=KEPT)
    cutter.subset(font)
    font.save(target)
    return True


def main(packages: Path) -> None:
    """Renew every font that lies in `hand` and `print`; put an empty file there to add one."""
    for target in sorted(HERE.glob("*/*.ttf")):
        family, _, weight = target.stem.rpartition("-")
        print(target.name, "done" if prepare(packages / family, int(weight), target) else "not found, or signs are missing")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
