from __future__ import annotations

import pickle

import pytest

from models.errors import (
    DamagedFileError,
    DecodingLimitError,
    EmptyFileError,
    EncryptedFileError,
    EngineError,
    FileMissingError,
    FileTooLargeError,
    InputError,
    ManifestError,
    NotADocumentError,
    PageTooLargeError,
    SaapuvaError,
    TooManyPagesError,
    TypeFileError,
)

ERRORS = [
    FileMissingError("x.pdf"),
    EmptyFileError("x.pdf"),
    NotADocumentError("x.pdf"),
    EncryptedFileError("x.pdf"),
    DamagedFileError("x.pdf", "page 2 is cut"),
    TooManyPagesError("x.pdf", 5000, 500),
    PageTooLargeError("x.pdf", 3, 35_000, 35_000, 120_000_000),
    DecodingLimitError("x.pdf", "30 seconds"),
    FileTooLargeError("x.pdf", 900_000_000, 512_000_000),
    ManifestError("x.csv", "line 3", True),
    EngineError("tesseract", "it is missing.", "Install it."),
    TypeFileError("x.pdf", "a key is misspelt."),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.code)
def test_every_error_comes_back_whole_from_a_child_process(error: SaapuvaError) -> None:
    back = pickle.loads(pickle.dumps(error))  # noqa: S301 our own bytes

    assert type(back) is type(error)
    assert str(back) == str(error)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.code)
def test_every_error_says_what_happened_and_what_to_do(error: SaapuvaError) -> None:
    words = str(error)

    assert words.startswith(error.args[0])
    assert error.problem.endswith(".") and error.remedy.endswith(".")


def test_codes_and_exit_codes_tell_every_error_apart() -> None:
    kinds = [type(error) for error in ERRORS]

    assert len({kind.code for kind in kinds}) == len(kinds)
    assert len({kind.exit_code for kind in kinds}) == len(kinds)
    assert all(0 < kind.exit_code < 128 for kind in kinds)


def test_every_kind_of_bad_input_is_in_the_list_above() -> None:
    assert set(InputError.__subclasses__()) <= {type(error) for error in ERRORS}
