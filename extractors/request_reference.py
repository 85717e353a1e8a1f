"""Find the reference of one of our requests in a text or barcode: `SVP-00004711-09`, with two check digits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_97_10

from models.page import Document, LabelledPage

PREFIX = "SVP"

_SHAPE = re.compile(rf"(?<![A-Z0-9]){PREFIX}\s?[-–—.]?\s?([0-9OQDIL|SB]{{8,12}})\s?[-–—.]?\s?([0-9OQDIL|SB]{{2}})(?![A-Z0-9])")
_LOOKALIKES = str.maketrans("OQDIL|SB", "00011158")
"""What page readers make of digits. The check digits say whether that was right."""


def reference_of(number: int) -> str:
    """The reference of request `number`. Its check digits are ISO 7064 MOD 97-10's: no single wrong or swapped digit passes."""
    digits = f"{number:08d}"
    return f"{PREFIX}-{digits}-{mod_97_10.calc_check_digits(digits)}"


def numbers_in(text: str) -> Iterator[int]:
    """The number of each request whose reference stands in a text or barcode and holds its check."""
    for digits, check in _SHAPE.findall(text.upper()):
        number = digits.translate(_LOOKALIKES)
        try:
            mod_97_10.validate(number + check.translate(_LOOKALIKES))
        except ValidationError:
            continue
        yield int(number)


def reference_in(texts: Iterable[str]) -> str | None:
    """The one reference that stands in these texts, as it is written; None for none, and for several: nobody can tell which."""
    numbers = {number for text in texts for number in numbers_in(text)}
    return reference_of(numbers.pop()) if len(numbers) == 1 else None


def carried(pages: Sequence[LabelledPage]) -> dict[int, str]:
    """By page number, the reference that reaches a page: from a cover page or letter on, up to the next one or a separator."""
    reaching: str | None = None
    by_number: dict[int, str] = {}
    for page in pages:
        reaching = page.reference if page.is_separator else page.reference or reaching
        if reaching is not None:
            by_number[page.number] = reaching
    return by_number


def reference_of_document(document: Document, own: Mapping[int, str], reaching: Mapping[int, str]) -> str | None:
    """The request that a document answers: the one that stands on it (`own`, by page), else the one that reaches it."""
    named = {own[number] for number in document.pages if number in own}
    if len(named) > 1:
        return None
    return named.pop() if named else reaching.get(document.pages[0])
