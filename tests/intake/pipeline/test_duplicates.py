"""The same paper again is linked to the first, whichever comes first; the earliest arrival counts and nothing is lost."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from extractors.fingerprint import PageFingerprint, fingerprint
from intake.pipeline import audit_trail, duplicate_decision, duplicates, ledger, settle
from intake.pipeline.file_reading import FileRead, Question
from intake.pipeline.page_keeping import KeptPage
from intake.store import arrivals, deliveries, documents, pages, work_items
from intake.store.database import Database
from intake.store.documents import DocumentRow
from models.errors import ConflictError
from tests.drawing import clean_page
from tests.extractors.test_fingerprint import ANN, BEN, form, through
from tests.intake.kept_documents import field
from tests.intake.received_files import NOW, VERSIONS, Bench, FakeReader, bench, document, result, take

HETU, OTHER_HETU = "131052-308T", "010170-960F"
STAMPED_EARLIER = {"date": "2026-03-02", "evidence": "stamp", "confidence": 0.97}


@cache
def look(who: tuple[str, ...] = ANN, faxed: int = 0) -> PageFingerprint:
    """A page as it is known; `faxed` moves and speckles it, each number in another way."""
    sheet = form(who)
    gray = through(sheet, dx=4.0 * faxed, dy=-3.0 * faxed, wide=1 + 0.004 * faxed, noise=faxed) if faxed else sheet.gray
    taken = fingerprint(clean_page(gray))
    assert taken is not None
    return taken


@dataclass
class Scanner(FakeReader):
    """Reads what it is told and sees pages as they look."""

    looks: tuple[PageFingerprint | None, ...] = ()

    def read(self, question: Question) -> FileRead:
        read = super().read(question)
        assert isinstance(read, FileRead)
        kept: list[KeptPage] = [replace(page, fingerprint=look) for page, look in zip(read.pages, self.looks, strict=True)]
        return FileRead(read.result, VERSIONS, 1.0, tuple(kept))


@pytest.fixture
def place(database: Database, tmp_path: Path) -> Bench:
    return bench(database, tmp_path)


def paper(
    *numbers: int, start: str = "2019-03-12", hetu: str | None = HETU, accepted: bool = True, **changed: Any
) -> dict[str, Any]:
    fields = {
        "applicant_hetu": field(hetu),
        "absence_start": field(start, accepted=accepted),
        "signature_date": field("2019-03-14"),
    }
    return document("d1", *numbers, **fields, **changed)


def scan(
    place: Bench, body: Mapping[str, Any], *looks: PageFingerprint | None, shade: int, arrival: Mapping[str, Any] | None = None,
    hetu: str | None = HETU,
) -> UUID:  # fmt: skip
    """Let one paper come in and be read to its end. Gives its file."""
    (file_id,) = place.take((b"paper %d" % shade, len(looks)))
    read(place, file_id, body, *looks, arrival=arrival, hetu=hetu)
    return file_id


def read(
    place: Bench, file_id: UUID, body: Mapping[str, Any], *looks: PageFingerprint | None,
    arrival: Mapping[str, Any] | None = None, hetu: str | None = HETU,
) -> None:  # fmt: skip
    printed = result(len(looks), [body], arrival=arrival)
    printed["work_items"][0] |= {"person_hetu": hetu, "pending_date": arrival["date"] if arrival else "2026-03-12"}
    assert place.run(Scanner([printed], looks=looks), file_id) == "read"


def of(place: Bench, file_id: UUID) -> DocumentRow:
    with place.database.transaction() as conn:
        (row,) = documents.of_file(conn, file_id)
    return row


def states(place: Bench, file_id: UUID) -> list[str]:
    with place.database.transaction() as conn:
        return [page.state for page in pages.of_file(conn, file_id)]


def waits(place: Bench, file_id: UUID) -> list[str]:
    with place.database.transaction() as conn:
        return [reason for item in work_items.of_file(conn, file_id) for reason in item.waits_because]


def versions_out(place: Bench, document_id: UUID) -> list[tuple[int, str]]:
    with place.database.transaction() as conn:
        return sorted((row.version, row.state) for row in deliveries.of_document(conn, document_id))


def assert_whole(place: Bench) -> None:
    with place.database.transaction() as conn:
        found = ledger.last_days(conn, place.at)
    assert (found.faults, [day.difference for day in found.days]) == ([], [0] * len(found.days))
    audit_trail.verify(place.database)


def test_a_sheet_faxed_again_is_shown_and_not_delivered(place: Bench) -> None:
    first = scan(place, paper(1), look(), shade=1)

    again = scan(place, paper(1), look(faxed=2), shade=2)

    assert (of(place, again).duplicate_of, of(place, first).duplicate_of) == (of(place, first).id, None)
    assert (states(place, first), states(place, again)) == (["in_document"], ["duplicate"])
    assert versions_out(place, of(place, first).id) == [(1, "waiting")]
    assert versions_out(place, of(place, again).id) == []
    assert waits(place, again) == waits(place, first) == ["findings"]
    assert_whole(place)


def test_a_third_time_is_the_first_again_and_not_the_second(place: Bench) -> None:
    first = scan(place, paper(1), look(), shade=1)
    scan(place, paper(1), look(faxed=2), shade=2)

    third = scan(place, paper(1), look(faxed=3), shade=3)

    assert of(place, third).duplicate_of == of(place, first).id


def test_another_date_is_for_a_person_to_decide_however_alike_it_looks(place: Bench) -> None:
    first = scan(place, paper(1), look(), shade=1)

    again = scan(place, paper(1, start="2019-03-13"), look(faxed=2), shade=2)

    assert of(place, again).duplicate_of is None
    assert of(place, again).possible_duplicate_of == of(place, first).id
    assert waits(place, again) == ["possible_duplicate", "findings"]
    assert versions_out(place, of(place, again).id) == []
    assert states(place, again) == ["in_document"]
    assert_whole(place)


def test_a_date_that_could_not_be_read_makes_it_only_possible(place: Bench) -> None:
    scan(place, paper(1), look(), shade=1)

    again = scan(
        place, paper(1) | {"fields": {**paper(1)["fields"], "absence_start": field(None, accepted=False)}}, look(faxed=2), shade=2
    )

    assert of(place, again).duplicate_of is None
    assert of(place, again).possible_duplicate_of is not None


def test_two_persons_papers_are_two_however_alike_they_look(place: Bench) -> None:
    scan(place, paper(1), look(), shade=1)

    other = scan(place, paper(1, hetu=OTHER_HETU), look(faxed=2), shade=2, hetu=OTHER_HETU)

    assert (of(place, other).duplicate_of, of(place, other).possible_duplicate_of) == (None, None)


def test_the_same_persons_other_paper_is_no_duplicate(place: Bench) -> None:
    scan(place, paper(1), look(ANN), shade=1)

    other = scan(place, paper(1, start="2020-08-27"), look(BEN), shade=2)

    assert (of(place, other).duplicate_of, of(place, other).possible_duplicate_of) == (None, None)


def test_a_paper_of_nobody_known_is_found_by_its_look(place: Bench) -> None:
    first = scan(place, paper(1), look(), shade=1)

    unread = paper(1) | {"fields": {**paper(1)["fields"], "applicant_hetu": field(None, accepted=False)}}
    again = scan(place, unread, look(faxed=2), shade=2, hetu=None)

    assert of(place, again).possible_duplicate_of == of(place, first).id


def test_a_page_more_is_for_a_person_to_decide(place: Bench) -> None:
    first = scan(place, paper(1), look(), shade=1)

    again = scan(place, paper(1, 2), look(faxed=2), look(BEN), shade=2)

    assert (of(place, again).duplicate_of, of(place, again).possible_duplicate_of) == (None, of(place, first).id)


def test_pages_without_ink_are_no_duplicates(place: Bench) -> None:
    scan(place, paper(1), None, shade=1)

    again = scan(place, paper(1), None, shade=2)

    assert (of(place, again).duplicate_of, of(place, again).possible_duplicate_of) == (None, None)


def test_the_earlier_arrival_of_the_second_copy_counts_for_the_first(place: Bench) -> None:
    first = scan(place, paper(1), look(), shade=1)

    scan(place, paper(1), look(faxed=2), shade=2, arrival=STAMPED_EARLIER)

    lowered = of(place, first)
    assert (lowered.arrival_day, lowered.arrival_evidence) == (date(2026, 3, 2), "stamp")
    assert lowered.version == 2
    with place.database.transaction() as conn:
        assert [item.pending_date for item in work_items.of_file(conn, first)] == [date(2026, 3, 2)]
    assert versions_out(place, lowered.id) == [(1, "superseded"), (2, "waiting")]
    assert_whole(place)


def test_what_the_core_was_told_is_followed_by_a_version_with_the_earlier_day(place: Bench) -> None:
    first = scan(place, paper(1), look(), shade=1)
    with place.database.transaction() as conn:
        conn.execute("UPDATE delivery SET state = 'delivered', delivered_at = created_at")

    scan(place, paper(1), look(faxed=2), shade=2, arrival=STAMPED_EARLIER)

    with place.database.transaction() as conn:
        rows = {row.version: row for row in deliveries.of_document(conn, of(place, first).id)}
        told = json.loads(deliveries.body_of(conn, rows[2].id) or "")
        record = documents.newest_record(conn, of(place, first).id)
    assert {version: row.state for version, row in rows.items()} == {1: "delivered", 2: "waiting"}
    assert told["data"]["source"]["arrival"] == {"day": "2026-03-02", "evidence": "stamp"}
    assert (record.origin, record.version) == ("arrival", 2)


def test_a_later_arrival_changes_nothing(place: Bench) -> None:
    first = scan(place, paper(1), look(), shade=1, arrival=STAMPED_EARLIER)

    scan(place, paper(1), look(faxed=2), shade=2)

    assert (of(place, first).arrival_day, of(place, first).version) == (date(2026, 3, 2), 1)


def test_a_document_not_yet_offered_gets_the_day_without_a_new_version(place: Bench) -> None:
    doubtful = paper(1, additional_info=field("?", accepted=False))
    first = scan(place, doubtful, look(), shade=1)

    again = scan(place, doubtful, look(faxed=2), shade=2, arrival=STAMPED_EARLIER)

    assert of(place, again).duplicate_of == of(place, first).id
    assert (of(place, first).arrival_day, of(place, first).version) == (date(2026, 3, 2), 1)


def test_of_two_copies_settled_at_once_exactly_one_is_the_original(place: Bench) -> None:
    for turn in range(3):
        ids = place.take((b"a%d" % turn, 1), (b"b%d" % turn, 1))
        start = f"2019-03-{12 + turn}"  # each turn another paper of its own
        together = threading.Barrier(2)
        threads = [
            threading.Thread(target=_read_together, args=(place, file_id, paper(1, start=start), look(faxed=at), together))
            for at, file_id in enumerate(ids)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)

        one, other = (of(place, file_id) for file_id in ids)
        assert {one.duplicate_of, other.duplicate_of} in ({None, one.id}, {None, other.id})
    assert_whole(place)


def _read_together(place: Bench, file_id: UUID, body: dict[str, Any], seen: PageFingerprint, together: threading.Barrier) -> None:
    scanner = Scanner([result(1, [body])], looks=(seen,), meanwhile=lambda: (together.wait(30), None)[1])
    assert place.run(scanner, file_id, worker=str(file_id)) == "read"


def test_a_person_confirms_that_it_is_the_same(place: Bench) -> None:
    first = scan(place, paper(1), look(), shade=1)
    again = scan(place, paper(1, start="2019-03-13"), look(faxed=2), shade=2, arrival=STAMPED_EARLIER)
    assert of(place, first).arrival_day == date(2026, 3, 12)

    row = duplicate_decision.decide(place.database, of(place, again).id, True, "ann", place.clock())

    assert (row.duplicate_of, row.possible_duplicate_of) == (of(place, first).id, None)
    assert (states(place, again), waits(place, again)) == (["duplicate"], ["findings"])
    assert of(place, first).arrival_day == date(2026, 3, 2)
    assert versions_out(place, of(place, first).id) == [(1, "superseded"), (2, "waiting")]
    assert versions_out(place, row.id) == []
    assert_whole(place)


def test_a_person_says_that_it_is_another_and_it_goes_out(place: Bench) -> None:
    scan(place, paper(1), look(), shade=1)
    again = scan(place, paper(1, start="2019-03-13"), look(faxed=2), shade=2)

    row = duplicate_decision.decide(place.database, of(place, again).id, False, "ann", place.clock())

    assert (row.duplicate_of, row.possible_duplicate_of) == (None, None)
    assert waits(place, again) == ["findings"]
    assert versions_out(place, row.id) == [(1, "waiting")]
    with pytest.raises(ConflictError):
        duplicate_decision.decide(place.database, row.id, False, "ann", place.clock())
    assert_whole(place)


def test_a_person_may_undo_what_the_machine_was_sure_of(place: Bench) -> None:
    scan(place, paper(1), look(), shade=1)
    again = scan(place, paper(1), look(faxed=2), shade=2)

    row = duplicate_decision.decide(place.database, of(place, again).id, False, "ann", place.clock())

    assert (states(place, again), versions_out(place, row.id)) == (["in_document"], [(1, "waiting")])
    assert_whole(place)


def test_the_same_bytes_that_came_earlier_count_for_the_first(place: Bench) -> None:
    first = scan(place, paper(1), look(), shade=1)

    take(place.database, place.blobs, (b"paper 1", 1), at=NOW - timedelta(days=11))

    assert of(place, first).arrival_day == date(2026, 3, 1)
    assert versions_out(place, of(place, first).id) == [(1, "superseded"), (2, "waiting")]
    assert_whole(place)


def test_new_evidence_of_a_files_own_arrival_counts_too(place: Bench) -> None:
    first = scan(place, paper(1), look(), shade=1)

    with place.database.transaction() as conn:
        arrivals.add(conn, first, "manifest", date(2026, 3, 4), None, 1.0, NOW)
        duplicates.note_earlier_arrival(conn, [first], NOW)

    assert (of(place, first).arrival_day, of(place, first).arrival_evidence) == (date(2026, 3, 4), "manifest")


def test_one_sheet_twice_in_one_file_is_one_paper(place: Bench) -> None:
    (file_id,) = place.take((b"twice", 2))
    both = [paper(1), paper(2) | {"id": "d2"}]
    assert place.run(Scanner([result(2, both)], looks=(look(), look(faxed=2))), file_id) == "read"

    assert states(place, file_id) == ["in_document", "duplicate"]
    assert_whole(place)


def test_settling_names_a_possible_duplicate_as_its_reason() -> None:
    assert settle.waits_because("southern_district", [paper(1)], True) == ["possible_duplicate"]
