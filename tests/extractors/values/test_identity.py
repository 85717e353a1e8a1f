"""Codes that carry a check: what is printed comes back, and what is wrong is never confirmed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban

from extractors.values.identity import find_hetus, find_ibans, is_hetu, is_reference
from extractors.values.parse import candidates, parse
from tests.extractors.values.invented import business_ids, finnish_ibans, hetus, references, with_one_digit_changed

PRINTED_HETU = ["{}", " {} ", "|{}|", "{}.", "[{}"]


@given(hetus(), st.sampled_from(PRINTED_HETU))
def test_a_printed_identity_code_comes_back_confirmed(code: str, form: str) -> None:
    parsed = parse("hetu", form.format(code))

    assert parsed is not None
    assert parsed.value == code
    assert parsed.evidence == ("format", "check_digit")
    assert parsed.repairs == 0


@given(hetus(), st.integers(1, 10))
def test_a_gap_inside_an_identity_code_is_closed(code: str, at: int) -> None:
    parsed = parse("hetu", f"{code[:at]} {code[at:].lower()}")

    assert parsed is not None
    assert parsed.value == code
    assert "check_digit" in parsed.evidence


@given(hetus(), st.integers(0, 8), st.integers(0, 8))
def test_a_misread_digit_of_an_identity_code_is_never_confirmed(code: str, at: int, step: int) -> None:
    wrong = with_one_digit_changed(code[:-1], at, step) + code[-1]

    assert not any("check_digit" in one.evidence for one in candidates("hetu", wrong))


@given(hetus(), st.sampled_from("0123456789ABCDEFHJKLMNPRSTUVWXY"))
def test_a_misread_check_character_is_never_confirmed(code: str, check: str) -> None:
    wrong = code[:-1] + check

    confirmed = [one for one in candidates("hetu", wrong) if "check_digit" in one.evidence]

    assert bool(confirmed) == (check == code[-1])


@given(hetus(), st.integers(0, 10))
def test_a_lost_character_of_an_identity_code_is_never_invented(code: str, at: int) -> None:
    assert parse("hetu", code[:at] + code[at + 1 :]) is None


def test_letters_read_for_digits_are_repaired_and_counted() -> None:
    parsed = parse("hetu", "13I052-3O8T")

    assert parsed is not None
    assert parsed.value == "131052-308T"
    assert parsed.evidence == ("format", "check_digit", "repaired")
    assert parsed.repairs == 2


@pytest.mark.parametrize("dash", "–—~_.=")
def test_a_dash_read_otherwise_is_a_dash(dash: str) -> None:
    parsed = parse("hetu", f"131052{dash}308T")

    assert parsed is not None
    assert parsed.value == "131052-308T"


def test_a_century_sign_made_out_of_a_digit_stays_unconfirmed() -> None:
    parsed = parse("hetu", "1310524308T")

    assert parsed is not None
    assert parsed.value == "131052A308T"
    assert "check_digit" not in parsed.evidence


def test_a_nought_for_a_sign_is_no_sign_of_a_century_yet_to_come() -> None:
    assert [one.value for one in find_hetus("1310520308T, 1310120308H")] == ["131052U308T", "131012D308H"]


@pytest.mark.parametrize(
    ("read", "code"), [("(13105211308T)", "131052U308T"), ("1310521'308T", "131052F308T"), ("131052VV308T", "131052W308T")]
)
def test_a_sign_torn_in_two_is_put_together_and_stays_unconfirmed(read: str, code: str) -> None:
    (found,) = find_hetus(f"henkilötunnus {read}, on poissa")

    assert (found.value, found.evidence) == (code, ("format", "repaired"))
    assert find_hetus("viite 13105211308U") == []


def test_a_code_whose_check_fails_is_shown_with_its_format_only() -> None:
    parsed = parse("hetu", "131052-308U")

    assert parsed is not None
    assert (parsed.value, parsed.evidence) == ("131052-308U", ("format",))


def test_a_code_with_an_impossible_birthday_has_not_even_a_format() -> None:
    parsed = parse("hetu", "311352-308T")

    assert parsed is not None
    assert parsed.evidence == ()


@given(hetus(), hetus())
def test_identity_codes_are_found_where_they_stand_in_a_sentence(first: str, second: str) -> None:
    text = f"Hakija Virtanen, henkilötunnus {first}, ja lapsi ({second}), puh. 040 1234567, SV 8."

    found = find_hetus(text)

    assert [one.value for one in found] == [first, second]
    assert [text[one.start : one.end] for one in found] == [first, second]


@pytest.mark.parametrize(
    "text", ["Asia 5717/7914/2019", "IBAN FI10 5055 7798 2377 59", "22.10.2018-17.11.2018", "0401234567-8", ""]
)
def test_other_numbers_are_no_identity_codes(text: str) -> None:
    assert [one for one in find_hetus(text) if "check_digit" in one.evidence] == []


@given(finnish_ibans())
def test_an_account_number_printed_in_groups_comes_back_confirmed(code: str) -> None:
    parsed = parse("iban", iban.format(code))

    assert parsed is not None
    assert (parsed.value, parsed.evidence) == (code, ("format", "check_digit"))


@given(finnish_ibans(), st.integers(0, 15), st.integers(0, 8))
def test_a_misread_digit_of_an_account_number_is_never_confirmed(code: str, at: int, step: int) -> None:
    wrong = with_one_digit_changed(code, at, step)

    assert not any("check_digit" in one.evidence for one in candidates("iban", wrong))


@pytest.mark.parametrize("prefix", ["F1", "Fl", "P1", "FI", "fi", "F|"])
def test_a_misread_country_of_a_finnish_account_is_repaired(prefix: str) -> None:
    parsed = parse("iban", f"{prefix}10 5055 7798 2377 59")

    assert parsed is not None
    assert parsed.value == "FI1050557798237759"
    assert "check_digit" in parsed.evidence


@pytest.mark.parametrize(
    "code",
    ["SE4550000000058398257466", "EE382200221020145685", "NL91ABNA0417164300", "DE89370400440532013000", "NO9386011117947"],
)
def test_accounts_abroad_are_read_too(code: str) -> None:
    parsed = parse("iban", iban.format(code))

    assert parsed is not None
    assert (parsed.value, parsed.evidence) == (code, ("format", "check_digit"))


def test_a_number_without_its_country_is_completed_but_not_confirmed() -> None:
    parsed = parse("iban", "10 5055 7798 2377 59")

    assert parsed is not None
    assert parsed.value == "FI1050557798237759"
    assert "check_digit" not in parsed.evidence


@given(finnish_ibans())
def test_account_numbers_are_found_in_a_sentence_with_digits_behind(code: str) -> None:
    text = f"Maksetaan tilille {iban.format(code)} 4246 viitteellä 42465."

    found = find_ibans(text)

    assert [one.value for one in found] == [code]
    assert text[found[0].start : found[0].end].replace(" ", "") == code


@given(business_ids(), st.sampled_from(["{0}-{1}", "{0}–{1}", "{0} - {1}", "{0}{1}", "FI{0}{1}", "{0}.{1}"]))
def test_a_business_id_comes_back_with_its_dash(code: str, form: str) -> None:
    parsed = parse("business_id", form.format(*code.split("-")))

    assert parsed is not None
    assert parsed.value == code
    assert "check_digit" in parsed.evidence


@given(business_ids(), st.integers(0, 7), st.integers(0, 8))
def test_a_misread_digit_of_a_business_id_is_never_confirmed_as_that_firm(code: str, at: int, step: int) -> None:
    wrong = with_one_digit_changed(code, at, step)

    assert not any(one.value == code for one in candidates("business_id", wrong))


@given(references())
def test_a_reference_comes_back_confirmed(code: str) -> None:
    grouped = " ".join(code[::-1][at : at + 5] for at in range(0, len(code), 5))[::-1]

    parsed = parse("reference", grouped)

    assert parsed is not None
    assert (parsed.value, parsed.evidence) == (code, ("format", "check_digit"))


@given(references(), st.integers(0, 19), st.integers(0, 8))
def test_a_misread_digit_of_a_reference_breaks_its_check(code: str, at: int, step: int) -> None:
    assert not is_reference(with_one_digit_changed(code, at, step))


def test_an_rf_reference_is_read() -> None:
    parsed = parse("reference", "RF18 5390 0754 7034")

    assert parsed is not None
    assert (parsed.value, parsed.evidence) == ("RF18539007547034", ("format", "check_digit"))


@pytest.mark.parametrize(
    ("raw", "code"), [("NDEAFIHH", "NDEAFIHH"), ("0KOYFlHH", "OKOYFIHH"), ("HABAEE2X", "HABAEE2X"), ("ndea fi hh", "NDEAFIHH")]
)
def test_a_bank_is_known_by_its_code(raw: str, code: str) -> None:
    parsed = parse("bic", raw)

    assert parsed is not None
    assert parsed.value == code
    assert "plausible" in parsed.evidence


@pytest.mark.parametrize("raw", ["NDEA", "NDEAXXHH", "12345678901", "Nordea Oyj"])
def test_what_is_no_bank_code_is_none(raw: str) -> None:
    assert parse("bic", raw) is None


@given(st.text(max_size=24))
def test_whatever_is_confirmed_holds_its_check(raw: str) -> None:
    confirmed = [one for one in candidates("hetu", raw) if "check_digit" in one.evidence]

    assert all(is_hetu(str(one.value)) for one in confirmed)


@pytest.mark.parametrize(
    ("raw", "code", "repaired"),
    [("NO1992", "NO1992", False), ("N01992", "NO1992", True), ("DE 3005", "DE3005", False), ("E57558", "ES7558", True)],
)
def test_an_institution_is_known_by_its_country_and_number(raw: str, code: str, repaired: bool) -> None:
    parsed = parse("institution", raw)

    assert parsed is not None
    assert (parsed.value, "repaired" in parsed.evidence) == (code, repaired)


@pytest.mark.parametrize("raw", ["1992", "XX1992", "Oslo kommune", "NO"])
def test_what_is_no_institutions_code_is_none(raw: str) -> None:
    assert parse("institution", raw) is None
