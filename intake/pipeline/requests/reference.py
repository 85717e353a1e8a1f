"""The reference that a request bears and its answer brings back: a number with check digits, as a barcode and in words."""

from __future__ import annotations

from extractors.request_reference import PREFIX, numbers_in, reference_of

__all__ = ["PREFIX", "number_in", "reference_of"]


def number_in(text: str) -> int | None:
    """The number of the request whose reference stands in a text or barcode; None when none does, or its check fails."""
    return next(numbers_in(text), None)
