"""The same sheet is known again through scanner and fax; another person's, or other values, are not taken for it."""

from __future__ import annotations

import cv2
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.cleanup import CleanPage
from extractors.fingerprint import compare, fingerprint
from tests.drawing import Gray, Sheet, clean_page, text_of

LABELS = ("Sukunimi ja etunimet", "Henkilötunnus", "Tilinumero (IBAN)", "Työnantajan nimi", "Poissaolo alkoi", "Päiväys")
ANN = ("Virtanen Anna Maria", "131052-308T", "FI21 1234 5600 0007 85", "Leipomo Kaura Oy", "12.03.2019", "14.03.2019")
BEN = ("Koskinen Pekka", "010170-960F", "FI49 5000 9420 0287 30", "Rautakauppa Helin", "27.08.2020", "30.09.2020")


def form(values: tuple[str, ...] = ANN) -> Sheet:
    sheet = Sheet()
    sheet.text(120, 140, "Hakemus päivärahasta", size=44)
    for at, (label, value) in enumerate(zip(LABELS, values, strict=True)):
        y = 300 + 190 * at
        sheet.text(140, y, label, size=24)
        sheet.text(160, y + 56, value, size=40)
        sheet.line(120, y + 130, 1500, y + 130)
    sheet.text(140, 1500, "Vakuutan antamani tiedot oikeiksi ja ilmoitan muutoksista viipymättä.", size=26)
    return sheet


def seen(gray: Gray) -> CleanPage:
    return clean_page(gray)


def through(sheet: Sheet, *, dx: float = 0, dy: float = 0, wide: float = 1.0, turn: float = 0, noise: int = 0) -> Gray:
    """Moved, stretched and turned by little, with specks, and in two tones as a fax."""
    gray = sheet.gray
    height, width = gray.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), turn, 1.0) + np.array([[wide - 1, 0, dx], [0, 0, dy]])
    moved = cv2.warpAffine(gray, matrix, (width, height), borderMode=cv2.BORDER_CONSTANT, borderValue=255)
    specks = np.random.default_rng(noise).random((height, width)) < noise * 1e-5
    return np.asarray(np.where((moved < 150) | specks, 0, 255), dtype=np.uint8)


def known(gray: Gray) -> bytes:
    taken = fingerprint(seen(gray))
    assert taken is not None
    return taken.ink


def test_a_page_is_itself() -> None:
    likeness = compare(known(form().gray), known(form().gray))

    assert likeness.is_same
    assert likeness.score > 0.99


@settings(max_examples=12, deadline=None)
@given(
    dx=st.floats(-40, 40),
    dy=st.floats(-40, 40),
    wide=st.floats(0.985, 1.025),
    turn=st.floats(-0.4, 0.4),
    noise=st.integers(0, 20),
)
def test_the_same_sheet_is_known_moved_stretched_turned_and_speckled(
    dx: float, dy: float, wide: float, turn: float, noise: int
) -> None:
    likeness = compare(known(form().gray), known(through(form(), dx=dx, dy=dy, wide=wide, turn=turn, noise=noise)))

    assert likeness.is_same, likeness


def test_the_same_form_of_another_person_is_another_page() -> None:
    likeness = compare(known(form(ANN).gray), known(form(BEN).gray))

    assert not likeness.is_alike


def test_one_other_name_is_not_surely_the_same() -> None:
    changed = ("Koskinen Pekka Juhani", *ANN[1:])

    assert not compare(known(form(ANN).gray), known(form(changed).gray)).is_same


def test_pages_with_nothing_in_common_are_not_alike() -> None:
    letter = Sheet()
    for line in range(18):
        letter.text(200, 400 + 80 * line, "Hyvää syntymäpäivää toivottaa koko suku kotoa", size=36)

    likeness = compare(known(form().gray), known(letter.gray))

    assert not likeness.is_alike


def test_a_streak_a_punch_hole_and_a_fax_header_change_nothing() -> None:
    gray = form().gray
    gray[:, 900:903] = 0
    cv2.circle(gray, (90, 1100), 24, 0, -1)
    cv2.putText(gray, "12-MAR-2019 14:26 +358 9 443801 P.01", (120, 40), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 0, 2)

    assert compare(known(form().gray), known(gray)).is_same


def test_a_received_stamp_is_left_out_where_its_word_was_read() -> None:
    stamped = form()
    words = stamped.words(1150, 170, "SAAPUNUT", size=40)
    stamped.text(1150, 225, "14.03.2019", size=40)
    with_words = fingerprint(seen(stamped.gray), text_of(tuple(words), 1654, 2339))
    assert with_words is not None

    assert compare(known(form().gray), with_words.ink).is_same
    assert not compare(known(form().gray), known(stamped.gray)).is_same


def test_a_page_without_ink_has_no_fingerprint() -> None:
    assert fingerprint(seen(Sheet().gray)) is None


def test_pages_with_hardly_any_writing_are_never_alike() -> None:
    sheet = Sheet()
    sheet.text(800, 1100, "12", size=60)

    assert compare(known(sheet.gray), known(sheet.gray)) == (0.0, 0.0)


def test_hashes_of_one_sheet_are_near_and_fit_a_bigint() -> None:
    plain, faxed = fingerprint(seen(form().gray)), fingerprint(seen(through(form(), dx=12, dy=-9, wide=1.02, noise=8)))
    assert plain is not None
    assert faxed is not None

    assert -(2**63) <= plain.phash < 2**63
    assert ((plain.phash ^ faxed.phash) & (2**64 - 1)).bit_count() <= 12


def test_the_kept_picture_is_small() -> None:
    assert len(known(through(form(), noise=10))) < 15_000
