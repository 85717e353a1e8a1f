"""Money, contact, diagnosis, numbers, words."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.values.diagnosis import find_codes
from extractors.values.money import find_amounts
from extractors.values.parse import candidates, parse
from extractors.values.text import clean_name
from models.document_type import Kind

amounts = st.decimals(Decimal("0.00"), Decimal("99999.99"), places=2)
MONEY_FORMS = [
    "{0} {1},{2}",
    "{0}.{1},{2}",
    "{0}{1},{2}",
    "{0}{1}.{2}",
    "{0} {1},{2} €",
    "EUR {0} {1},{2}",
    "{0} {1},{2} euroa/kk",
    "|{0} {1},{2}",
]


@given(amounts, st.sampled_from(MONEY_FORMS))
def test_an_amount_comes_back_however_it_is_printed(amount: Decimal, form: str) -> None:
    euros, cents = f"{amount:.2f}".split(".")
    thousands, rest = (euros[:-3], euros[-3:]) if len(euros) > 3 else ("", euros)

    parsed = parse("money", form.format(thousands, rest, cents).replace(" .", " ").lstrip(". "))

    assert parsed is not None
    assert (parsed.value, parsed.evidence) == (f"{amount:.2f}", ("format",))


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("1 234 €", "1234.00"),
        ("1 500", "1500.00"),
        ("2 145,-", "2145.00"),
        ("2 145,–", "2145.00"),
        ("2143,O1", "2143.01"),
        ("2 1 43,01", "2143.01"),
        ("2 143 01", "2143.01"),
        ("2143;01", "2143.01"),
        ("123456", None),
        ("214,30 1571,54", None),
        ("1,234", None),
        ("1.2345", None),
        ("kuukaudessa", None),
        ("S", None),
    ],
)
def test_amounts_are_read_or_refused(raw: str, value: str | None) -> None:
    parsed = parse("money", raw)

    assert (parsed.value if parsed else None) == value


def test_both_readings_of_a_long_row_of_digits_are_offered() -> None:
    assert [one.value for one in candidates("money", "123456")] == ["123456.00", "1234.56"]


def test_amounts_are_found_in_a_sentence_and_dates_are_not() -> None:
    text = "Palkka 2 345,60 euroa, 12,00 € ja 1 500 euroa kuukaudessa 3.2.2019, veroprosentti 35 %."

    found = find_amounts(text)

    assert [one.value for one in found] == ["2345.60", "12.00", "1500.00"]
    assert [text[one.start : one.end] for one in found] == ["2 345,60", "12,00", "1 500"]


@given(
    st.integers(40, 50),
    st.integers(1_000_000, 9_999_999),
    st.sampled_from(["+358 {} {}", "00358{}{}", "0{} {}", "0{}-{}", "+358 (0){} {}", "puh. 0{} {}"]),
)
def test_a_finnish_number_comes_back_in_national_form(prefix: int, number: int, form: str) -> None:
    parsed = parse("phone", form.format(prefix, number))

    assert parsed is not None
    assert (parsed.value, parsed.evidence) == (f"0{prefix}{number}", ("format",))


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("+46 70 123 4567", "0046701234567"),
        ("0401234567 / 050 1234567", "0401234567"),
        ("O40 I23 4567", "0401234567"),
        ("12", None),
    ],
)
def test_other_telephone_numbers_are_understood(raw: str, value: str | None) -> None:
    parsed = parse("phone", raw)

    assert (parsed.value if parsed else None) == value


@given(st.integers(0, 99999), st.sampled_from(["{}", "FI-{}", "FIN-{}", "{} HELSINKI", "| {}"]))
def test_a_postal_code_keeps_its_zeros(code: int, form: str) -> None:
    parsed = parse("postal_code", form.format(f"{code:05d}"))

    assert parsed is not None
    assert parsed.value == f"{code:05d}"


def test_four_digits_are_no_postal_code() -> None:
    assert parse("postal_code", "6710") is None


@given(
    st.sampled_from("ABCFGIJLMNRSZ"),
    st.integers(0, 99),
    st.integers(0, 9),
    st.sampled_from(["{0}{1:02d}.{2}", "{0}{1:02d},{2}", "{0}{1:02d}{2}", "{0}{1:02d} .{2}"]),
)
def test_a_diagnosis_code_comes_back_with_its_point(letter: str, category: int, detail: int, form: str) -> None:
    parsed = parse("icd10", form.format(letter, category, detail))

    assert parsed is not None
    assert (parsed.value, parsed.evidence) == (f"{letter}{category:02d}.{detail}", ("format",))


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("AO2.0", "A02.0"),
        ("402.0", "A02.0"),
        ("A1S.0", "A15.0"),
        ("A02.0 Salmonelloosi", "A02.0"),
        ("salmonella", None),
        ("D95.1", None),
    ],
)
def test_misread_diagnosis_codes_are_repaired_or_refused(raw: str, value: str | None) -> None:
    parsed = parse("icd10", raw)

    assert (parsed.value if parsed else None) == value


def test_diagnosis_codes_are_found_in_a_sentence() -> None:
    text = "Diagnoosi A02.0 (salmonelloosi), lisäksi AO3.9 ja Z290; puh 0401234567, SV 8, § 15."

    assert [one.value for one in find_codes(text)] == ["A02.0", "A03.9", "Z29.0"]


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("kyllä", True),
        ("Kylla", True),
        ("ky11ä", True),
        ("Ja", True),
        ("ei", False),
        ("NEJ", False),
        ("en ole", False),
        ("x", None),
        ("", None),
    ],
)
def test_yes_and_no_are_understood(raw: str, value: bool | None) -> None:
    parsed = parse("yes_no", raw)

    assert (parsed.value if parsed else None) is value


@pytest.mark.parametrize(("raw", "value"), [("2", 2), ("O", 0), ("l", 1), ("3 lasta", 3), ("2 tai 3", None), ("lasta", None)])
def test_numbers_are_read(raw: str, value: int | None) -> None:
    parsed = parse("integer", raw)

    assert (parsed.value if parsed else None) == value


@given(st.text(alphabet=st.characters(categories=["L", "Nd", "Zs"]), min_size=1, max_size=40))
def test_text_is_kept_and_only_spaces_collapse(raw: str) -> None:
    parsed = parse("text", f" | {raw}  _")

    assert (parsed.value if parsed else "") == " ".join(raw.split())


def test_a_name_loses_its_comma_and_keeps_its_order() -> None:
    assert clean_name("Virtanen,  Olli Kalevi |") == "Virtanen Olli Kalevi"


@pytest.mark.parametrize("kind", ["choice", "choices", "signature", "table"])
def test_what_is_marked_and_not_written_has_no_readings(kind: Kind) -> None:
    assert parse(kind, "x") is None


@given(
    st.sampled_from(
        [
            "text",
            "hetu",
            "phone",
            "postal_code",
            "iban",
            "bic",
            "business_id",
            "icd10",
            "reference",
            "integer",
            "date",
            "months",
            "money",
            "yes_no",
        ]
    ),
    st.text(max_size=30),
)
def test_no_reading_whatever_breaks_the_reader(kind: Kind, raw: str) -> None:
    for parsed in candidates(kind, raw):
        assert parsed.repairs >= 0
        assert set(parsed.evidence) <= {"format", "check_digit", "repaired", "plausible"}
        assert ("repaired" in parsed.evidence) or parsed.repairs == 0
