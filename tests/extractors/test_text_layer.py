from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from extractors.limits import Gray, RawWord
from extractors.pages import ArrivedPage
from extractors.text_layer import agrees_with_reader, check_layer, spot_check_words, trusted_words, uncovered_letters
from models.geometry import Box
from models.page import Word

DPI = 150.0
FONT = ImageFont.load_default(size=20)
LINES = [
    "Sukunimi Kuvitteellinen",
    "Etunimi Esimerkki",
    "Tartuntatautipäiväraha 1.2.2019",
    "Työnantaja Keksitty Oy",
    "Ansionmenetys 1234,50 euroa",
    "Poissaolo 14.1.2019 saakka",
    "Karanteenipäätös Helsinki",
]


def typed(lines: list[str] | None = None) -> tuple[Image.Image, list[RawWord]]:
    """A typed A4 page at 150 dpi, and the words where they are drawn."""
    image = Image.new("L", (1240, 1754), 255)
    draw = ImageDraw.Draw(image)
    words = []
    for row, line in enumerate(LINES if lines is None else lines):
        x = 80.0
        for text in line.split():
            box = draw.textbbox((x, 100 + 60 * row), text, font=FONT)
            draw.text((x, 100 + 60 * row), text, font=FONT, fill=0)
            words.append(RawWord(text, *(float(edge) for edge in box)))
            x = box[2] + 10
    return image, words


def pixels_of(image: Image.Image) -> Gray:
    return np.array(image)


def texts(words: tuple[Word, ...] | None) -> list[str]:
    assert words is not None
    return [word.text for word in words]


# --- the layer against the pixels


def test_words_that_stand_where_they_are_drawn_are_trusted_in_reading_order() -> None:
    image, words = typed()

    trusted = trusted_words(list(reversed(words)), pixels_of(image), DPI)

    assert texts(trusted) == " ".join(LINES).split()


def test_a_layer_that_is_shifted_is_not_trusted() -> None:
    image, words = typed()
    shifted = [RawWord(word.text, word.x0 + 500, word.y0 + 700, word.x1 + 500, word.y1 + 700) for word in words]

    assert trusted_words(shifted, pixels_of(image), DPI) is None


def test_one_hidden_word_of_many_is_dropped_and_the_others_are_trusted() -> None:
    image, words = typed(LINES * 2)
    hidden = RawWord("piilossa", 900, 1600, 1000, 1620)

    trusted = trusted_words([*words, hidden], pixels_of(image), DPI)

    assert "piilossa" not in texts(trusted) and len(texts(trusted)) == len(words)


def test_a_page_without_words_is_left_to_the_pixels() -> None:
    assert trusted_words([], pixels_of(typed()[0]), DPI) is None


def test_white_print_on_black_is_drawn_too() -> None:
    image, words = typed()
    pixels = pixels_of(image)
    banner = int(words[1].y1) + 10  # the first line becomes a dark heading
    pixels[:banner] = 255 - pixels[:banner]

    assert texts(trusted_words(words, pixels, DPI)) == " ".join(LINES).split()


def test_light_gray_print_is_drawn_too() -> None:
    image, words = typed()
    pale = (255 - (255 - pixels_of(image)) * 0.35).astype(np.uint8)

    assert texts(trusted_words(words, pale, DPI)) == " ".join(LINES).split()


def test_a_value_that_was_covered_and_typed_over_leaves_the_page_to_the_pixels() -> None:
    image, words = typed()
    at = next(word for word in words if word.text == "1234,50")

    assert trusted_words([*words, RawWord("9999,50", *at[1:])], pixels_of(image), DPI) is None


def test_a_word_printed_twice_for_boldness_counts_once() -> None:
    image, words = typed()
    twice = [RawWord(word.text, word.x0 + 1, word.y0, word.x1 + 1, word.y1) for word in words]

    assert texts(trusted_words(words + twice, pixels_of(image), DPI)) == " ".join(LINES).split()


def test_a_label_that_runs_into_the_next_one_does_not_condemn_the_layer() -> None:
    image, words = typed()
    long = next(word for word in words if word.text == "Karanteenipäätös")
    intruder = RawWord("Maa", long.x0 + 20, long.y0, long.x0 + 60, long.y1)

    assert trusted_words([*words, intruder], pixels_of(image), DPI) is not None


# --- ink that no word covers


def pasted(image: Image.Image, lines: int) -> Gray:
    """The page with handwriting-sized strokes pasted on, `lines` lines of eight letters."""
    draw = ImageDraw.Draw(image)
    for row in range(lines):
        for column in range(8):
            x, y = 100 + 40 * column, 900 + 50 * row
            draw.line([(x, y), (x + 12, y + 24), (x + 22, y + 2), (x + 20, y + 26)], fill=30, width=3)
    return pixels_of(image)


def test_two_lines_of_handwriting_on_a_typed_page_leave_it_to_the_pixels() -> None:
    image, words = typed()

    assert trusted_words(words, pasted(image, 2), DPI) is None


def test_a_signature_on_a_typed_page_leaves_the_layer_trusted() -> None:
    image, words = typed()
    ImageDraw.Draw(image).line([(300, 1500), (340, 1460), (360, 1510), (400, 1470), (440, 1500), (600, 1490)], fill=0, width=3)

    assert trusted_words(words, pixels_of(image), DPI) is not None


def test_rules_frames_combs_boxes_and_pictures_are_no_letters() -> None:
    image, words = typed()
    draw = ImageDraw.Draw(image)
    for index in range(30):
        x = 100 + 36 * index
        draw.rectangle((x, 700, x + 22, 722), outline=0, width=2)  # check boxes
        draw.line((x, 760, x, 785), fill=0, width=2)  # comb ticks
    for index in range(0, 30, 2):
        x = 100 + 36 * index
        draw.line([(x + 4, 704), (x + 18, 718)], fill=0, width=2)
        draw.line([(x, 700), (x + 22, 722)], fill=0, width=2)  # a cross from corner to corner
    draw.rectangle((80, 640, 1180, 1300), outline=0, width=3)
    draw.rectangle((700, 1400, 1000, 1600), fill=60)
    for y in range(820, 1300, 40):
        draw.line((80, y, 1180, y), fill=0, width=2)

    assert uncovered_letters(words, pixels_of(image), DPI) == 0


def test_letters_count_the_same_at_every_resolution() -> None:
    image, _ = typed()
    double = image.resize((2480, 3508), Image.Resampling.LANCZOS)

    single, twice = uncovered_letters([], pixels_of(image), DPI), uncovered_letters([], pixels_of(double), 2 * DPI)

    assert single > 100 and twice == pytest.approx(single, rel=0.1)


BOXES = st.tuples(*[st.floats(-50, 1400, allow_nan=False)] * 2, *[st.floats(0, 300)] * 2)


@example([("Maa", (0.0, -0.5, 0.0, 0.0))])
@example([("Maa", (990.0, 1190.0, 50.0, 50.0))])
@given(st.lists(st.tuples(st.sampled_from(["Maa", "1", "12.3.2019"]), BOXES), max_size=12))
def test_whatever_a_layer_claims_trusted_words_lie_on_the_page_and_were_claimed(
    claims: list[tuple[str, tuple[float, ...]]],
) -> None:
    raw = [RawWord(text, x, y, x + width, y + height) for text, (x, y, width, height) in claims]
    page = np.full((1200, 1000), 255, np.uint8)
    page[::7] = 0

    trusted = trusted_words(raw, page, DPI) or ()

    claimed = [word.text for word in raw]
    for word in trusted:
        claimed.remove(word.text)
        assert 0 <= word.box.x0 <= word.box.x1 <= 1000 and 0 <= word.box.y0 <= word.box.y1 <= 1200


# --- the layer against a reader


def placed() -> tuple[list[Word], Gray, dict[bytes, str]]:
    image, raw = typed()
    words = [Word(text=word.text, box=Box(*word[1:]), engine_score=1.0) for word in raw]
    return words, pixels_of(image), {}


def reader(words: list[Word], wrong: set[str]) -> tuple[list[Gray], object]:
    """A reader that knows the spot-checked words in order, and reads nonsense for those in `wrong`."""
    answers = iter(word.text for word in spot_check_words(words))
    seen: list[Gray] = []

    def read_line(crop: Gray) -> str:
        seen.append(crop)
        text = next(answers)
        return "qzx%" * 3 if text in wrong else text.upper() + "."

    return seen, read_line


def test_a_reader_that_sees_the_same_words_confirms_the_layer_from_their_pixels() -> None:
    words, pixels, _ = placed()
    seen, read_line = reader(words, set())

    assert check_layer(words, pixels, read_line)  # type: ignore[arg-type]
    assert all(crop.min() < 100 and crop.shape[0] < 60 for crop in seen) and len(seen) == 8


def test_a_font_with_garbled_encoding_condemns_the_layer() -> None:
    words, pixels, _ = placed()
    _, read_line = reader(words, {"1234,50", "14.1.2019", "1.2.2019"})

    assert not check_layer(words, pixels, read_line)  # type: ignore[arg-type]


def test_one_misread_word_does_not() -> None:
    words, pixels, _ = placed()
    _, read_line = reader(words, {"Karanteenipäätös"})

    assert check_layer(words, pixels, read_line)  # type: ignore[arg-type]


def test_words_with_digits_are_among_those_compared() -> None:
    words, _, _ = placed()

    chosen = {word.text for word in spot_check_words(words)}

    assert {"1234,50", "14.1.2019", "1.2.2019"} <= chosen and "Tartuntatautipäiväraha" in chosen


def test_a_page_without_words_agrees_with_nobody() -> None:
    page = ArrivedPage(1, np.full((10, 10), 255, np.uint8), None, None)

    assert not agrees_with_reader(page, lambda _: "")
