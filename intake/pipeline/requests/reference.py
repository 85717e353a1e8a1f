"""The reference that a request bears and its answer brings back: a number with check digits, as a barcode and in words."""

from __future__ import annotations

import re

from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_97_10

PREFIX = "SVP"
_SHAPE = re.compile(rf"{PREFIX}[ -]?(\d{{6,12}})[ -]?(\d\d)")


def reference_of(number: int) -> str:
    """The reference of request `number`: `SVP-00004711-09`. Its two check digits are ISO 7064 MOD 97-10's."""
    digits = f"{number:08d}"
    return f"{PREFIX}-{digits}-{mod_97_10.calc_check_digits(digits)}"


def number_in(text: str) -> int | None:
    """The number of the request whose reference stands in a text or barcode; None when none does, or its check fails."""
    for digits, check in _SHAPE.findall(text.upper()):
        try:
            mod_97_10.validate(digits + check)
        except ValidationError:
            continue
        return int(digits)
    return None
