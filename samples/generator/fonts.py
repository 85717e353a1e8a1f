"""Find the fonts that lie beside the generator and measure words in them."""

from functools import cache, lru_cache
from pathlib import Path
from random import Random

from PIL import ImageFont

HERE = Path(__file__).parent / "fonts"
SANS = ("arimo", "noto-sans", "open-sans", "roboto", "public-sans", "ibm-plex-sans", "archivo-narrow", "arimo")
SERIF = ("tinos", "noto-serif", "crimson-text", "libre-baskerville")
TYPEWRITER = ("cousine", "courier-prime", "b612-mono", "special-elite")


def printed(family: str, bold: bool = False) -> Path:
    """Give a printed family's file; families without a bold give their regular."""
    path = HERE / "print" / f"{family}-{700 if bold else 400}.ttf"
    return path if path.exists() else HERE / "print" / f"{family}-400.ttf"


@cache
def hands() -> tuple[Path, ...]:
    """Give every handwriting font, in a fixed order."""
    return tuple(sorted((HERE / "hand").glob("*.ttf")))


@lru_cache(maxsize=512)
def loaded(path: Path, pixels: float) -> ImageFont.FreeTypeFont:
    """Open a font at a size, once."""
    return ImageFont.truetype(str(path), max(1.0, pixels))


@lru_cache(maxsize=65536)
def width(words: str, path: Path, size: float) -> float:
    """Measure a run of letters, in the unit of `size`."""
    return loaded(path, 100).getlength(words) * size / 100


@cache
def x_height(path: Path) -> float:
    """Give the height of capitals as a share of the size; handwriting families differ by half."""
    box = loaded(path, 100).getbbox("HEN8", anchor="ls")
    return -box[1] / 100


@cache
def small_height(path: Path) -> float:
    """Give the height of small letters as a share of the size."""
    return -loaded(path, 100).getbbox("xeno", anchor="ls")[1] / 100


def print_family(rng: Random) -> str:
    """Draw the family a form or letter is printed in."""
    return rng.choice(SANS if rng.random() < 0.65 else SERIF)


def wrap(words: str, path: Path, size: float, limit: float) -> list[str]:
    """Break a text into lines no wider than `limit`."""
    lines: list[str] = []
    for word in words.split():
        if lines and width(f"{lines[-1]} {word}", path, size) <= limit:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return lines or [""]
