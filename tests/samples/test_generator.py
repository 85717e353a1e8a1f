"""The sample generator: same seed same files, truth that names only the contract's fields, media that are what they say."""

import json
import re
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from stdnum import iban, luhn
from stdnum.fi import hetu, ytunnus

from samples.generator import form_values, orders, people, words, written
from samples.generator.build import MEDIA, Wish, build
from samples.generator.cases import CASES, open_envelope
from samples.generator.story import tell

SEEDS = st.integers(0, 10**9)
ROUTES = {
    "southern_district",
    "international_centre",
    "home_district",
    "basic_data",
    "tax",
    "recovery_centre",
    "other_authority",
    "indexing",
}


def one(folder: Path, seed: str, **wish: Any) -> tuple[dict[str, Any], Path]:
    """Build one file as wished."""
    folder.mkdir(parents=True, exist_ok=True)
    truth = build(seed, "paper", folder, Wish(**wish))
    return truth, folder / truth["file"]


@pytest.mark.parametrize("medium", MEDIA)
def test_the_same_seed_gives_the_same_bytes(medium: str, tmp_path: Path) -> None:
    # given: a wish for one short paper in one medium
    wish: dict[str, Any] = {"media": (medium,), "cases": ("y121",), "langs": ("fi",)}

    # when: it is built twice
    first, first_path = one(tmp_path / "a", "7", **wish)
    again, again_path = one(tmp_path / "b", "7", **wish)

    # then: the two are the same to the byte
    assert first == again
    assert first_path.read_bytes() == again_path.read_bytes()


@pytest.mark.parametrize("medium", ["scan_harsh", "fax_std", "photo"])
def test_harder_papers_too_are_the_same_again(medium: str, tmp_path: Path) -> None:
    # given: a wish for one short paper that is worse than most
    wish: dict[str, Any] = {"media": (medium,), "cases": ("order",), "langs": ("fi",), "harder": True}

    # when: it is built twice, and once as most are
    _, path = one(tmp_path / "a", "7", **wish)
    _, again = one(tmp_path / "b", "7", **wish)
    _, usual = one(tmp_path / "c", "7", **(wish | {"harder": False}))

    # then: the two are the same to the byte, and differ from the third
    assert path.read_bytes() == again.read_bytes() != usual.read_bytes()


def test_another_seed_gives_another_person(tmp_path: Path) -> None:
    # given, when: two papers of one kind from two seeds
    papers = [one(tmp_path / seed, seed, media=("born",), cases=("y121",))[0]["documents"][0]["fields"] for seed in ("7", "8")]

    # then: they are about two people
    assert papers[0]["person_hetu"] != papers[1]["person_hetu"]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("lang", ["fi", "sv"])
def test_truth_names_only_fields_and_values_of_the_contract(case: str, lang: str) -> None:
    # given, when: several envelopes of one case
    for seed in range(6):
        envelope = open_envelope(Random(f"{case}-{seed}"), case, lang, hand=seed % 2 == 0)

        # then: every field and choice is one that the contract knows, and nothing is said to be empty
        assert envelope.route["queue"] in ROUTES
        for paper in envelope.papers:
            known = words.fields_of(paper.type)
            assert set(paper.fields) <= set(known)
            assert None not in paper.fields.values()
            for name, value in paper.fields.items():
                spec = known[name]
                if spec["kind"] in ("choice", "choices"):
                    assert set([value] if isinstance(value, str) else value) <= set(spec["values"])
                if spec["kind"] == "table":
                    assert all(set(row) <= set(spec["columns"]) for row in value)


FAXES = [("fax_fine", (1728, 2292), (204.0, 196.0)), ("fax_std", (1728, 1146), (204.0, 98.0))]


@pytest.mark.parametrize(("medium", "size", "resolution"), FAXES)
def test_a_fax_is_a_group_4_tiff_with_oblong_pixels(
    medium: str, size: tuple[int, int], resolution: tuple[float, float], tmp_path: Path
) -> None:
    # given, when: an application with an order, faxed
    truth, path = one(tmp_path, "3", media=(medium,), cases=("apply",), separators=False)

    # then: every page is bilevel CCITT G4 of the fax's width, and there are as many as the truth says
    with Image.open(path) as image:
        pages = sum(len(document["pages"]) for document in truth["documents"]) + len(truth["blank_pages"])
        assert image.n_frames == pages
        for number in range(pages):
            image.seek(number)
            assert (image.mode, image.size) == ("1", size)
            assert image.info["compression"] == "group4"
            assert tuple(map(float, image.info["dpi"])) == resolution


def test_a_photo_holds_its_whole_paper(tmp_path: Path) -> None:
    # given, when: a photo of a form that may run over a page
    truth, path = one(tmp_path, "4", media=("photo",), cases=("y17",))

    # then: there is one JPEG page and one document on it, its last field included
    assert path.suffix == ".jpg"
    assert [document["pages"] for document in truth["documents"]] == [[1]]
    assert "signatory_name" in truth["documents"][0]["fields"]


@pytest.mark.parametrize("case", ["apply", "ban", "order", "e115"])
def test_what_the_truth_says_stands_on_the_paper(case: str, tmp_path: Path) -> None:
    # given: a born PDF, whose text layer can be read back
    for seed in range(4):
        truth, path = one(tmp_path, str(seed), media=("born",), cases=(case,))

        # when: the text is taken out of it, page by page
        with pypdfium2.PdfDocument(path) as document:
            texts = [re.sub(r"\s", "", page.get_textpage().get_text_range()).casefold() for page in document]

        # then: identity codes, account numbers and names stand on the pages of their document
        for paper in truth["documents"]:
            text = "".join(texts[number - 1] for number in paper["pages"])
            for name, value in paper["fields"].items():
                if name.endswith(("hetu", "iban", "insured_id", "case_number", "diary_number")):
                    assert re.sub(r"\s", "", value).casefold() in text, (name, value)


def test_a_bundle_gives_every_page_to_one_document_or_to_the_blanks(tmp_path: Path) -> None:
    for seed in range(3):
        # given, when: a bundle of three papers, sent as a fax
        truth, path = one(tmp_path, str(seed), media=("fax_std",), cases=("apply_y17",))

        # then: no page belongs to two, and what is left over can only be separator sheets
        used = [page for document in truth["documents"] for page in document["pages"]] + truth["blank_pages"]
        with Image.open(path) as image:
            assert len(used) == len(set(used))
            assert set(used) <= set(range(1, image.n_frames + 1))
            assert image.n_frames - len(used) in (0, len(truth["documents"]) - 1)


@given(SEEDS)
@settings(max_examples=60, deadline=None)
def test_every_invented_person_has_an_artificial_identity_code_and_right_numbers(seed: int) -> None:
    # given, when: a person and an employer
    rng = Random(seed)
    person, employer = people.person(rng), people.employer(rng)

    # then: the individual number is one that nobody has, and all check digits are right
    assert hetu.is_valid(person.hetu, allow_temporary=True)
    assert 900 <= int(person.hetu[7:10]) <= 999
    assert iban.is_valid(person.iban)
    assert ytunnus.is_valid(employer.business_id)
    assert luhn.is_valid(employer.iban[4:])


@given(SEEDS)
@settings(max_examples=60, deadline=None)
def test_a_reference_number_has_its_check_digit(seed: int) -> None:
    # given, when: a payment reference
    digits = people.reference(Random(seed))

    # then: weighing it by 7, 3, 1 from the right gives a whole ten
    total = sum(int(digit) * (7, 3, 1)[place % 3] for place, digit in enumerate(reversed(digits[:-1])))
    assert (total + int(digits[-1])) % 10 == 0


@given(SEEDS, st.dates(date(2017, 1, 1), date(2024, 12, 31)))
@settings(max_examples=80, deadline=None)
def test_a_day_is_written_so_that_it_can_be_read_back(seed: int, day: date) -> None:
    # given, when: a day as somebody writes it
    text = written.day(Random(seed), day)

    # then: its numbers are the day's, the year at times in two digits
    numbers = [int(part) for part in re.findall(r"\d+", text)]
    assert numbers in ([day.day, day.month, day.year], [day.day, day.month, day.year % 100])


def test_a_story_of_a_child_orders_a_child_under_sixteen() -> None:
    for seed in range(30):
        # given: a matter about a child
        story = tell(Random(seed), "fi", child=True)

        # when: its papers are written
        fields, _ = orders.write_order(Random(seed), story)
        application = form_values.sv8(Random(seed), story, "infectious_disease_allowance", ["absence_order"])

        # then: the order names the child and the guardian, the application the same two
        assert story.child is not None
        assert (story.start - story.child.born).days < 16 * 365.25
        assert fields["subject_hetu"] == application["child_hetu"] == story.child.hetu
        assert fields["guardian_hetu"] == application["applicant_hetu"] == story.person.hetu


INBOX = Path(__file__).parents[2] / "samples" / "inbox"


def test_the_committed_inbox_is_small_and_whole() -> None:
    # given: the committed samples
    truths = {path.name.removesuffix(".truth.json"): json.loads(path.read_text("utf-8")) for path in INBOX.glob("*.truth.json")}

    # then: each truth has its file, every medium and form and both languages are there, and the whole stays small
    assert {truth["file"] for truth in truths.values()} == {path.name for path in INBOX.iterdir() if path.suffix != ".json"}
    assert {truth["medium"] for truth in truths.values()} == set(MEDIA)
    shown = {document["type"] for truth in truths.values() for document in truth["documents"]}
    assert shown >= {
        "sv8_application",
        "y17_wage_notice",
        "a_certificate",
        "y121_account_change",
        "e115",
        "absence_order",
        "payment_ban",
    }
    assert {document["lang"] for truth in truths.values() for document in truth["documents"]} == {"fi", "sv", "en"}
    assert sum(path.stat().st_size for path in INBOX.iterdir()) < 10 * 1024 * 1024


@pytest.mark.parametrize("seed", ["1", "2", "3"])
def test_unusual_papers_differ_in_their_looks_alone(seed: str, tmp_path: Path) -> None:
    # given: one wish for usual and one for unusual papers
    wish: dict[str, Any] = {"media": ("scan",), "cases": ("y121",), "langs": ("fi",), "hands": (True,)}

    # when: both are built
    usual, usual_path = one(tmp_path / "a", seed, **wish)
    unusual, unusual_path = one(tmp_path / "b", seed, unusual=True, **wish)

    # then: the truth names the same fields, and the pictures are not the same
    assert unusual["documents"][0]["type"] == usual["documents"][0]["type"]
    assert set(unusual["documents"][0]["fields"]) <= set(words.fields_of("y121_account_change"))
    assert unusual_path.read_bytes() != usual_path.read_bytes()
