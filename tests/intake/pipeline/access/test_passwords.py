"""Which passwords are good enough, and how they are compared."""

from __future__ import annotations

import time
import unicodedata

import pytest

from intake.pipeline.access import passwords
from models.errors import RefusedError
from tests.intake.persons import PASSWORD, QUICK, WRONG


@pytest.mark.parametrize(
    "password",
    [
        "", "kurz", "elevenchars", "anna.aaltonen", "ANNA.AALTONEN", "anna.aaltonen1",
        "salasana12345", "Salasana!2026", "123456789012",
        "aaaaaaaaaaaaaaaa", "ababababababab", "qwertyuiop12", "x" * 6 + "yzyzyzyzyz" * 40,
    ],
)  # fmt: skip
def test_a_password_that_is_soon_guessed_is_refused(password: str) -> None:
    with pytest.raises(RefusedError):
        passwords.check(password, "anna.aaltonen")


@pytest.mark.parametrize(
    "password", [PASSWORD, "correct horse stapler battery", "Ä" * 2 + "bcdefghijk", "hunter2-hunter3-x", "pass word pass phrase"]
)
def test_words_that_do_not_belong_together_are_taken(password: str) -> None:
    assert passwords.check(password, "anna.aaltonen")


def test_one_spelling_of_an_ä_is_as_good_as_the_other(quick_hashes: None) -> None:
    kept = passwords.hashed(passwords.check(unicodedata.normalize("NFD", PASSWORD), "anna"))

    assert passwords.is_right(kept, unicodedata.normalize("NFC", PASSWORD))
    assert not passwords.is_right(kept, WRONG)


def test_nobodys_password_is_wrong_and_takes_as_long() -> None:
    kept = passwords.hashed(PASSWORD)  # with the real parameters: what is held against each other is time

    def seconds(hashed: str | None) -> float:
        began = time.process_time()
        assert not passwords.is_right(hashed, WRONG)
        return time.process_time() - began

    seconds(None)  # the hash that stands for nobody is made once
    somebody, nobody = (min(seconds(hashed) for _ in range(3)) for hashed in (kept, None))

    assert 0.4 < somebody / nobody < 2.5


def test_the_hash_that_stands_for_nobody_lets_nobody_in(quick_hashes: None) -> None:
    assert not passwords.is_right(None, "a password that nobody has")


def test_what_is_kept_is_argon2id_and_known_to_be_outdated_when_parameters_change(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = QUICK.hash(PASSWORD)

    assert quick.startswith("$argon2id$") and passwords.is_outdated(quick)
    monkeypatch.setattr(passwords, "HASHER", QUICK)
    assert not passwords.is_outdated(quick)


def test_a_damaged_hash_lets_nobody_in(quick_hashes: None) -> None:
    assert not passwords.is_right("$argon2id$nonsense", PASSWORD)
