"""A second look: slanted stamps are found, set upright and cut into lines; squashed headers are read again."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from extractors.arrival import find_arrival
from extractors.cleanup import CleanPage, clean
from extractors.ocr.engine import Gray, LineText
from extractors.stamps import header_looks, stamp_looks
from models.geometry import Box
from models.page import PageText, Word

WIDTH, HEIGHT = 1654, 2339


class Recorder:
    """A line reader that keeps the crops it is given and plays back lines."""

    name, version = "recorder", "1"

    def __init__(self, *lines: str) -> None:
        self.lines = list(lines)
        self.crops: list[Gray] = []

    def read_line(self, gray: Gray) -> LineText:
        self.crops.append(gray)
        return LineText(self.lines.pop(0) if self.lines else "", 0.95, 0.9)


def paper(*words: Word) -> tuple[Gray, PageText]:
    gray = np.full((HEIGHT, WIDTH), 255, dtype=np.uint8)
    return gray, PageText(number=1, width_px=WIDTH, height_px=HEIGHT, reading="ocr", words=words)


def stamped(gray: Gray, slant_deg: float) -> Gray:
    """Put a framed stamp of two lines on a page, leaning."""
    stamp = np.full((HEIGHT, WIDTH), 255, dtype=np.uint8)
    cv2.rectangle(stamp, (1000, 200), (1290, 310), 0, 4)
    cv2.putText(stamp, "SAAPUNUT", (1020, 246), cv2.FONT_HERSHEY_SIMPLEX, 1.2, 0, 5)
    cv2.putText(stamp, "07.06.2019", (1020, 294), cv2.FONT_HERSHEY_SIMPLEX, 1.1, 0, 4)
    turn = cv2.getRotationMatrix2D((1145, 255), -slant_deg, 1.0)
    leaning = cv2.warpAffine(stamp, turn, (WIDTH, HEIGHT), borderValue=(255,))
    return np.minimum(gray, leaning).astype(np.uint8)


def cleaned(gray: Gray) -> CleanPage:
    return clean(1, gray, (200.0, 200.0), trusted_upright=True)


@pytest.mark.parametrize("slant_deg", [-14.0, -6.0, -2.5, 3.0, 7.0, 12.0])
def test_a_leaning_stamp_is_read_line_by_line(slant_deg: float) -> None:
    blank, text = paper()
    reader = Recorder("07.06.2019", "SAAPUNUT", *["07.06.2019"] * 9)

    sightings = stamp_looks(cleaned(stamped(blank, slant_deg)), text, reader, Recorder("07.06.2019"))

    arrival = find_arrival([text], sightings)
    assert arrival is not None
    assert (arrival.date, arrival.evidence) == ("2019-06-07", "stamp")
    assert arrival.confidence > 0.9
    assert all(crop.shape[0] < 80 < crop.shape[1] for crop in reader.crops[:2])


def test_one_engine_alone_is_not_sure_of_a_day() -> None:
    blank, text = paper()
    reader = Recorder("07.06.2019", "SAAPUNUT", *["07.06.2019"] * 9)

    arrival = find_arrival([text], stamp_looks(cleaned(stamped(blank, 6.0)), text, reader, Recorder("")))

    assert arrival is not None
    assert arrival.date == "2019-06-07"
    assert arrival.confidence < 0.9


def test_readings_that_differ_make_the_day_doubtful() -> None:
    blank, text = paper()
    reader = Recorder("07.06.2019", "SAAPUNUT", "07.08.2019", "07.06.2039", "07.06.2019", "01.06.2019", "07.06.2019")

    arrival = find_arrival([text], stamp_looks(cleaned(stamped(blank, 6.0)), text, reader, Recorder("07.06.2019")))

    assert arrival is not None
    assert arrival.date == "2019-06-07"
    assert arrival.confidence < 0.9


def test_a_leaning_box_without_word_or_day_is_no_stamp() -> None:
    blank, text = paper()

    assert stamp_looks(cleaned(stamped(blank, 6.0)), text, Recorder("Lisätietoja", "kääntöpuolella"), Recorder("")) == []


def test_straight_rulings_and_empty_paper_are_no_stamps() -> None:
    gray, text = paper()
    for y in range(300, 1300, 60):
        cv2.line(gray, (100, y), (1550, y), 0, 2)
    reader = Recorder()

    assert stamp_looks(cleaned(gray), text, reader, reader) == []
    assert reader.crops == []


def test_a_word_like_a_stamps_is_looked_at_again() -> None:
    gray, text = paper(Word(text="JOIKOMMIT", box=Box(1020, 212, 1200, 248), engine_score=0.3))
    cv2.putText(gray, "INKOMMIT", (1020, 246), cv2.FONT_HERSHEY_SIMPLEX, 1.2, 0, 5)
    cv2.putText(gray, "07.06.2019", (1020, 300), cv2.FONT_HERSHEY_SIMPLEX, 1.1, 0, 4)

    sightings = stamp_looks(cleaned(gray), text, Recorder("INKOMMIT", *["07.06.2019"] * 9), Recorder("07.06.2019"))

    assert {sighting.date for sighting in sightings} == {"2019-06-07"}


def test_a_squashed_fax_header_is_read_again_and_its_lost_gap_put_back() -> None:
    edge = [Word(text="x", box=Box(60 + 90 * at, 4, 130 + 90 * at, 20), engine_score=0.2) for at in range(5)]
    gray, text = paper(*edge)

    reader = Recorder("05-08-201910:29+358 9567979S.01/01", "05-08-2019 10:29 +358 9 567979 S. 01/01")
    looks = list(header_looks(gray, text, reader))

    arrival = find_arrival([text], header_looks=looks)
    assert arrival is not None
    assert (arrival.date, arrival.evidence) == ("2019-08-05", "fax_header")
    assert {look.number for look in looks} == {1}
