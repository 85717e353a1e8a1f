"""What a person is shown of files: how far they are, what they became, and nothing of protected clients."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from intake.pipeline import day_ledger, file_whole, papers_shown, searching, thumbnails
from intake.pipeline.papers_shown import ShownFile, name_on
from intake.pipeline.reading_progress import told_progress
from intake.pipeline.thumbnails import Width
from intake.store import papers
from intake.store.database import Database
from intake.store.search import Sought
from models.errors import NotFoundError, RefusedError
from tests.intake.kept_documents import HETU, application, field
from tests.intake.received_files import BROKEN, NOW, Bench, FakeReader, bench, document, result

PROTECTED = "UPDATE matter SET facts = jsonb_build_object(%s::text, '{\"has_security_ban\": true}'::jsonb)"


@dataclass(frozen=True)
class Looking:
    """Somebody who looks."""

    login: str
    sees_protected: bool


ANYBODY = Looking("paula", False)
CHOSEN = Looking("tuula", True)


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Bench:
    return bench(database, tmp_path)


def seen(desk: Bench, file_id: UUID, *, sees_protected: bool = False) -> ShownFile:
    return papers_shown.one_file(desk.database, file_id, sees_protected=sees_protected)


def read(desk: Bench, name: str = "Aino") -> UUID:
    [file_id] = desk.take((b"scan", 4))
    fields = {"applicant_last_name": field("Mäkinen"), "applicant_first_names": field(name)}
    desk.run(FakeReader([result(4, [document("d1", 1, 2, **fields)], blank=[3], separator=[4])]), file_id)
    return file_id


def protect(desk: Bench) -> None:
    with desk.database.transaction() as conn:
        conn.execute(PROTECTED, [HETU])


def test_a_file_goes_from_waiting_to_reading_to_read_and_tells_each_change(desk: Bench) -> None:
    [file_id] = desk.take((b"scan", 2))
    before = seen(desk, file_id)
    meanwhile: list[ShownFile] = []
    reader = FakeReader([result(2, [document("d1", 1, 2)])], meanwhile=lambda: meanwhile.append(seen(desk, file_id)))

    desk.run(reader, file_id)
    after = seen(desk, file_id)

    assert [one.progress for one in (before, *meanwhile, after)] == ["waiting", "reading", "read"]
    assert len({before.mark, meanwhile[0].mark, after.mark}) == 3
    assert (before.is_settled, after.is_settled) == (False, True)


def test_pages_read_so_far_are_told_while_a_file_is_read(desk: Bench, tmp_path: Path) -> None:
    [file_id] = desk.take((b"scan", 3))
    told: list[int] = []

    def meanwhile() -> None:
        (tmp_path / "1.png").touch()
        (tmp_path / "2.jpg").touch()
        (tmp_path / "words.json").touch()
        with desk.database.transaction() as conn:
            attempt = conn.execute("SELECT max(id) FROM attempt").fetchone()
        assert attempt is not None
        with told_progress(desk.database, attempt[0], tmp_path):
            for _ in range(100):
                with desk.database.transaction() as conn:
                    [file] = papers.files_by_ids(conn, [file_id])
                if file.pages_read:
                    told.append(file.pages_read)
                    return

    desk.run(FakeReader([result(3, [document("d1", 1, 2, 3)])], meanwhile=meanwhile), file_id)

    assert told == [2]


def test_a_read_file_shows_its_documents_whose_they_are_and_what_is_blank(desk: Bench) -> None:
    file = seen(desk, read(desk))

    [paper] = file.papers
    assert (paper.person.name, paper.person.hetu, paper.queue, paper.pages) == ("Aino Mäkinen", HETU, "southern_district", (1, 2))
    assert (file.pages["blank"], file.pages["separator"]) == (1, 1)


def test_a_file_that_could_not_be_read_says_why_and_what_to_do(desk: Bench) -> None:
    [file_id] = desk.take((b"scan", 1))
    for _ in range(3):
        desk.run(FakeReader([BROKEN]), file_id)

    file = seen(desk, file_id)

    assert file.progress == "parked" and file.problem is not None and file.problem["remedy"]


def test_the_same_bytes_again_show_what_the_first_became(desk: Bench) -> None:
    first = read(desk)
    [again] = desk.take((b"scan", 4))

    file = seen(desk, again)

    assert (file.progress, file.shown_as, len(file.papers)) == ("duplicate", first, 1)


def test_of_a_protected_client_only_the_frame_is_shown(desk: Bench) -> None:
    file_id = read(desk)
    protect(desk)

    masked, whole = seen(desk, file_id).papers[0].person, seen(desk, file_id, sees_protected=True).papers[0].person

    assert (masked.name, masked.hetu, masked.is_withheld) == (None, None, True)
    assert (whole.name, whole.is_protected, whole.is_withheld) == ("Aino Mäkinen", True, False)
    for number in (1, 3):
        with pytest.raises(RefusedError):
            thumbnails.thumbnail(desk.database, desk.blobs, ANYBODY, file_id, number, Width.LISTED)
    assert file_whole.of(desk.database, ANYBODY, file_id, NOW).shown.is_withheld
    found = searching.find(desk.database, Sought(words=("makinen",)), sees_protected=False).found
    assert [one.paper.person.name for one in found if one.paper] == [None]


def test_a_file_whole_groups_its_pages_and_tells_its_history(desk: Bench) -> None:
    whole = file_whole.of(desk.database, ANYBODY, read(desk), NOW)

    assert [(group.state, [page.number for page in group.pages]) for group in whole.groups] == [
        ("in_document", [1, 2]), ("blank", [3]), ("separator", [4]),
    ]  # fmt: skip
    assert [event.name for event in whole.events][:2] == ["batch.taken", "file.read"]
    with pytest.raises(NotFoundError):
        file_whole.of(desk.database, ANYBODY, UUID(int=1), NOW)


def test_a_look_at_a_protected_clients_file_is_noted(desk: Bench) -> None:
    file_id = read(desk)
    protect(desk)

    file_whole.of(desk.database, CHOSEN, file_id, NOW)
    file_whole.of(desk.database, ANYBODY, file_id, NOW)

    looks = "SELECT count(*) FROM audit_event WHERE event = 'file.looked_at'"
    assert desk.count(looks) == 1


def test_the_ledger_of_a_day_sums_up_and_says_where_each_page_is(desk: Bench) -> None:
    read(desk)
    desk.take((b"another", 3))
    desk.take((b"scan", 4))

    day = day_ledger.of_day(desk.database, date(2026, 3, 12))

    assert day.balances and day.pages_in == sum(day.pages.values()) == 11
    assert {fate: count for fate, count in day.pages.items() if count} == {
        "received": 3, "on_its_way": 2, "blank": 1, "separator": 1, "duplicate": 4,
    }  # fmt: skip
    assert day.read == 2 and day.faulty == set()
    assert day_ledger.of_day(desk.database, date(2026, 3, 11)).batches == []


def test_a_page_that_is_missing_is_an_alarm_in_the_ledger(desk: Bench) -> None:
    [file_id] = desk.take((b"scan", 2))
    with desk.database.transaction() as conn:
        conn.execute("DELETE FROM page WHERE file_id = %s AND number = 2", [file_id])

    day = day_ledger.of_day(desk.database, date(2026, 3, 12))

    assert not day.balances and day.pages_in - day.pages_found == 1
    assert day.faulty == {day.batches[0].batch_id}


def test_the_insured_persons_name_stands_before_others() -> None:
    body = application(child_name=field("Lapsi Mäkinen"), patient_name=field("Matti Mäkinen"), employer_name=field("Kaura Oy"))

    assert name_on(body) == "Matti Mäkinen"
    assert name_on({"fields": {"employer_name": field("Kaura Oy"), "applicant_last_name": field(None)}}) is None
