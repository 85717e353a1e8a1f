"""Requests: everything asked of one party in one letter, with a reference that comes back."""

from __future__ import annotations

import io
from datetime import date

import numpy as np
import pypdfium2
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from intake.pipeline.checks.evaluation import evaluate
from intake.pipeline.checks.register import asks, wordings
from intake.pipeline.requests.letter import RequestLetter, addressees, as_text, compose, due_day, letter_words, printed
from intake.pipeline.requests.printing import as_pdf
from intake.pipeline.requests.reference import number_in, reference_of
from tests.intake.pipeline.checks.papers import OLLI, application, case, order, wage_notice

WRITTEN = date(2019, 1, 16)
REFERENCE = reference_of(4711)


def letter(language: str = "fi") -> RequestLetter:
    findings = evaluate(case(application(iban=None, signature=False, employment_status=["student"])))
    return compose(
        findings,
        "insured",
        recipient=("Olli Malli", "Mallikatu 1", "00100 Helsinki"),
        language=language,
        reference=REFERENCE,
        written=WRITTEN,
    )  # type: ignore[arg-type]


def test_c06_everything_is_asked_at_once_of_each_party() -> None:
    findings = evaluate(case(application(), wage_notice(employer_iban=None, lost_monthly_earnings=None)))

    to_insured = compose(findings, "insured", recipient=(), language="fi", reference=REFERENCE, written=WRITTEN)
    to_employer = compose(findings, "employer", recipient=(), language="fi", reference=REFERENCE, written=WRITTEN)

    assert addressees(findings) == ["insured", "employer"]
    assert len(to_insured.asks) == 1
    assert len(to_employer.asks) == 2


def test_a_whole_matter_asks_nobody() -> None:
    findings = evaluate(case(application(), order(), wage_notice()))

    assert addressees(findings) == []
    with pytest.raises(ValueError, match="nothing is asked"):
        compose(findings, "insured", recipient=(), language="fi", reference=REFERENCE, written=WRITTEN)


@pytest.mark.parametrize(
    ("written", "due"),
    [(date(2019, 1, 16), date(2019, 1, 30)), (date(2019, 4, 5), date(2019, 4, 23)), (date(2018, 12, 10), date(2018, 12, 27))],
)
def test_c06_two_weeks_to_answer_moved_to_a_day_on_which_one_can_file(written: date, due: date) -> None:
    assert due_day(written) == due


def test_abroad_there_is_longer_to_answer() -> None:
    assert due_day(WRITTEN, abroad=True) > due_day(WRITTEN)


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_the_letter_says_what_until_when_and_how(language: str) -> None:
    text = as_text(letter(language))

    assert "30.1.2019" in text
    assert REFERENCE in text
    assert "1. " in text
    assert "{" not in text
    assert OLLI not in text


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_the_pdf_bears_the_letter_and_a_cover_whose_barcode_survives_a_standard_fax(language: str) -> None:
    pdf = pypdfium2.PdfDocument(as_pdf(printed(letter(language))))

    words = pdf[0].get_textpage().get_text_range()
    page = pdf[1].render(scale=204 / 72).to_pil().convert("L")
    faxed = page.resize((page.width, page.height * 98 // 204)).point(lambda gray: 255 * (gray > 128))
    seen = zxingcpp.read_barcodes(np.asarray(faxed.resize((page.width, page.height), Image.Resampling.NEAREST)))

    assert len(pdf) == 2
    assert letter_words(language).title in words  # type: ignore[arg-type]
    assert [number_in(one.text) for one in seen] == [4711]


def test_the_same_letter_is_the_same_pdf() -> None:
    assert as_pdf(printed(letter())) == as_pdf(printed(letter()))
    assert io.BytesIO(as_pdf(printed(letter()))).read(5) == b"%PDF-"


@given(st.integers(0, 99_999_999), st.text("ABC .,\n", max_size=20))
def test_a_reference_is_found_again_in_any_text(number: int, around: str) -> None:
    assert number_in(f"{around} {reference_of(number)} {around}") == number
    assert number_in(reference_of(number).replace("-", " ").lower()) == number


@given(st.integers(0, 99_999_999), st.integers(4, 14), st.sampled_from("0123456789"))
def test_a_reference_with_one_wrong_digit_is_nobodys(number: int, at: int, digit: str) -> None:
    reference = reference_of(number)
    wrong = reference[:at] + digit + reference[at + 1 :]

    assert wrong == reference or number_in(wrong) is None


def test_every_ask_belongs_to_a_finding_that_asks() -> None:
    for key, ask in asks().items():
        assert key in wordings()
        assert ask.fi
        assert ask.sv
