from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from intake.pipeline import manifests, receive
from intake.pipeline.manifests import ListedFile, Reconciling, key_of_folder
from intake.pipeline.receive import IncomingFile, NewBatch
from intake.store import alarms, arrivals
from intake.store import manifests as stored
from intake.store.blobs import Blob
from intake.store.database import Database
from intake.store.manifests import ManifestItemRow
from models.errors import ConflictError, DamagedFileError

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
FOLDER = Path("/in/post")
WAIT_S = 900.0


def sha(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()


class Office:
    """A watched folder without a file system: lists and files come at the minute we say."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.rules = Reconciling((FOLDER,), WAIT_S, is_required=False)
        self.count = 0

    def list_comes(self, *listed: ListedFile, minute: float = 0.0, folder: Path = FOLDER) -> UUID:
        self.count += 1
        blob = Blob(sha(f"list {self.count}"), 100)
        kept = manifests.keep(self.database, folder, "manifest.csv", blob, listed, at(minute))
        assert kept is not None
        return kept

    def file_comes(
        self, name: str, minute: float = 0.0, *, pages: int = 1, words: str = "", folder: Path = FOLDER, is_broken: bool = False
    ) -> UUID:
        self.count += 1
        batch = NewBatch(
            "watch", "post", None, None, at(minute), "clock", idempotency_key=f"{key_of_folder(folder)}{self.count}"
        )  # fmt: skip
        file = IncomingFile(name, sha(words or f"file {self.count}"), 100, "application/pdf", pages)
        if is_broken:
            return receive.quarantine(self.database, batch, file, DamagedFileError(name, "cut"), at(minute))
        return receive.take(self.database, batch, [file], at(minute)).file_ids[0]

    def reconcile(self, minute: float) -> None:
        assert manifests.reconcile(self.database, self.rules, at(minute))

    def items(self, manifest: UUID) -> list[ManifestItemRow]:
        with self.database.transaction() as conn:
            return stored.items_of(conn, manifest)

    def differences(self, manifest: UUID) -> list[str | None]:
        return [item.difference for item in self.items(manifest)]

    def is_settled(self, manifest: UUID) -> bool:
        with self.database.transaction() as conn:
            return stored.get(conn, manifest).settled_at is not None

    def alarms(self) -> dict[str, str]:
        with self.database.transaction() as conn:
            return {f"{alarm.kind} {alarm.subject}": alarm.problem for alarm in alarms.open_alarms(conn)}


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)


Comes = Callable[[Office], tuple[UUID, UUID]]


def list_first(office: Office) -> tuple[UUID, UUID]:
    return office.list_comes(ListedFile("a.pdf", 2)), office.file_comes("a.pdf", 1, pages=2)


def file_first(office: Office) -> tuple[UUID, UUID]:
    file = office.file_comes("A.PDF", -100, pages=2)
    return office.list_comes(ListedFile("a.pdf", 2)), file


@pytest.mark.parametrize("comes", [list_first, file_first])
def test_a_list_that_agrees_is_settled_whichever_came_first(office: Office, comes: Comes) -> None:
    manifest, file = comes(office)

    office.reconcile(2)

    assert [(item.file_id, item.difference) for item in office.items(manifest)] == [(file, None)]
    assert office.is_settled(manifest) and office.alarms() == {}


def test_a_file_under_another_name_is_known_by_its_bytes(office: Office) -> None:
    manifest = office.list_comes(ListedFile("a.pdf", 1, sha("paper")))
    office.file_comes("scan0001.pdf", 1, words="paper")

    office.reconcile(2)

    assert office.is_settled(manifest)


def test_what_is_missing_after_the_wait_is_an_alarm_until_it_comes(office: Office) -> None:
    # given
    manifest = office.list_comes(ListedFile("a.pdf"), ListedFile("010180-998V.pdf"))
    office.file_comes("a.pdf", 1)

    # when, then
    office.reconcile(14)
    assert office.alarms() == {} and not office.is_settled(manifest)
    office.reconcile(16)
    assert office.differences(manifest) == [None, "missing"]
    ((subject, words),) = office.alarms().items()
    assert subject == f"manifest_differs manifest:{manifest}" and "item 2: missing" in words and "010180" not in words

    # when it comes late
    office.file_comes("010180-998V.pdf", 100)
    office.reconcile(101)

    # then
    assert office.alarms() == {} and office.is_settled(manifest)


def test_each_difference_is_named_by_the_items_number(office: Office) -> None:
    # given
    manifest = office.list_comes(
        ListedFile("pages.pdf", 3), ListedFile("hash.pdf", 1, sha("that")), ListedFile("both.pdf", 2, sha("that")),
        ListedFile("gone.pdf"), ListedFile("twice.pdf"), ListedFile("TWICE.pdf"), ListedFile("broken.pdf", 5),
        ListedFile("good.pdf", 1),
    )  # fmt: skip
    for name in ("pages.pdf", "hash.pdf", "both.pdf", "twice.pdf", "good.pdf"):
        office.file_comes(name, 1)
    office.file_comes("broken.pdf", 1, is_broken=True)
    extra = office.file_comes("extra.pdf", 1)

    # when
    office.reconcile(17)

    # then
    assert office.differences(manifest) == [
        "pages: 3 listed, 1 came", "sha256 differs", "pages: 2 listed, 1 came; sha256 differs",
        "missing", None, "listed_twice", "quarantined", None, "not_listed",
    ]  # fmt: skip
    assert office.items(manifest)[8].file_id == extra
    (words,) = office.alarms().values()
    assert all(f"item {number}: " in words for number in (1, 2, 3, 4, 6, 7, 9))
    assert "item 5:" not in words and "item 8:" not in words and ".pdf" not in words


def test_a_file_sent_again_rightly_takes_the_place_of_the_wrong_one(office: Office) -> None:
    # given
    manifest = office.list_comes(ListedFile("a.pdf", 2))
    wrong = office.file_comes("a.pdf", 1, pages=1)
    office.reconcile(2)
    assert office.differences(manifest) == ["pages: 2 listed, 1 came"] and office.alarms()

    # when
    right = office.file_comes("a.pdf", 5, pages=2)
    office.reconcile(6)

    # then the wrong one is then the file that nobody listed
    assert office.items(manifest)[0].file_id == right and office.is_settled(manifest) and office.alarms() == {}
    office.reconcile(30)
    assert [(item.file_id, item.difference) for item in office.items(manifest)][1:] == [(wrong, "not_listed")]
    assert not office.is_settled(manifest) and office.alarms()


def test_yesterdays_file_of_the_same_name_is_not_todays(office: Office) -> None:
    # given names that begin anew each day
    office.file_comes("scan0001.pdf", -20 * 60, pages=7)
    manifest = office.list_comes(ListedFile("scan0001.pdf", 2))
    office.reconcile(1)
    assert office.items(manifest)[0].file_id is None

    # when
    today = office.file_comes("scan0001.pdf", 2, pages=2)
    office.reconcile(3)

    # then
    assert office.items(manifest)[0].file_id == today and office.is_settled(manifest)


def test_lists_and_files_of_other_folders_do_not_mix(office: Office) -> None:
    manifest = office.list_comes(ListedFile("a.pdf"))
    office.file_comes("a.pdf", 1, folder=Path("/in/fax"))

    office.reconcile(16)

    assert office.differences(manifest) == ["missing"]


def test_a_file_two_lists_name_belongs_to_one_of_them(office: Office) -> None:
    first = office.list_comes(ListedFile("a.pdf"), minute=0)
    second = office.list_comes(ListedFile("a.pdf"), minute=1)
    office.file_comes("a.pdf", 2)

    office.reconcile(3)

    assert [office.is_settled(first), office.is_settled(second)] == [True, False]


def test_an_unlisted_file_that_a_later_list_names_is_that_lists(office: Office) -> None:
    # given
    first = office.list_comes(ListedFile("a.pdf"))
    office.file_comes("a.pdf", 1)
    office.file_comes("b.pdf", 1)
    office.reconcile(17)
    assert office.differences(first) == [None, "not_listed"]

    # when
    second = office.list_comes(ListedFile("b.pdf"), minute=18)
    office.reconcile(19)

    # then
    assert office.differences(first) == [None] and office.is_settled(first) and office.is_settled(second)
    assert office.alarms() == {}


def test_a_required_list_that_does_not_come_is_an_alarm_until_it_does(office: Office) -> None:
    # given
    office.rules = replace(office.rules, is_required=True)
    office.file_comes("a.pdf", 0)
    office.reconcile(14)
    assert office.alarms() == {}

    # when
    office.reconcile(16)

    # then
    assert list(office.alarms()) == ["manifest_missing folder:/in/post"]
    assert ".pdf" not in office.alarms()["manifest_missing folder:/in/post"]

    # when it comes late
    office.list_comes(ListedFile("a.pdf"), minute=40)
    office.reconcile(41)
    assert office.alarms() == {}


def test_a_list_that_is_only_expected_may_stay_away(office: Office) -> None:
    office.file_comes("a.pdf", 0)

    office.reconcile(60)

    assert office.alarms() == {}


def test_what_a_late_list_says_of_the_arrival_is_added_to_the_evidence(office: Office) -> None:
    # given
    file = office.file_comes("a.pdf", 0)
    office.list_comes(ListedFile("a.pdf", received_at=datetime(2026, 11, 19, 7, tzinfo=UTC)), minute=5)

    # when
    office.reconcile(6)

    # then
    with office.database.transaction() as conn:
        assert {row.evidence: row.day for row in arrivals.of_file(conn, file)}["manifest"] == date(2026, 11, 19)
        assert arrivals.legal_day(conn, file) == (date(2026, 11, 19), "manifest")


def test_an_arrival_still_to_come_is_not_believed(office: Office) -> None:
    file = office.file_comes("a.pdf", 0)
    office.list_comes(ListedFile("a.pdf", received_at=at(60)))

    office.reconcile(1)

    with office.database.transaction() as conn:
        assert [row.evidence for row in arrivals.of_file(conn, file)] == ["clock"]


def test_the_very_list_again_changes_nothing(office: Office) -> None:
    listed = (ListedFile("a.pdf"),)
    blob = Blob(sha("list"), 10)

    assert manifests.keep(office.database, FOLDER, "manifest.csv", blob, listed, START) is not None
    assert manifests.keep(office.database, FOLDER, "manifest.csv", blob, listed, at(1)) is None


def test_a_person_may_settle_a_list_as_it_is_once(office: Office) -> None:
    # given
    manifest = office.list_comes(ListedFile("a.pdf"))
    office.reconcile(16)

    # when
    manifests.close(office.database, manifest, "ann", at(17))

    # then
    office.reconcile(18)
    assert office.is_settled(manifest) and office.alarms() == {}
    with pytest.raises(ConflictError):
        manifests.close(office.database, manifest, "ann", at(19))


def test_reconciling_twice_changes_nothing_more(office: Office) -> None:
    office.list_comes(ListedFile("a.pdf", 3), ListedFile("b.pdf"))
    office.file_comes("a.pdf", 1)
    office.reconcile(20)
    with office.database.transaction() as conn:
        before = conn.execute("SELECT count(*) FROM audit_event").fetchone()

    office.reconcile(21)

    with office.database.transaction() as conn:
        assert conn.execute("SELECT count(*) FROM audit_event").fetchone() == before


def test_while_one_watcher_reconciles_another_goes_on(office: Office) -> None:
    with office.database.transaction() as conn:
        assert stored.try_alone(conn)

        assert not manifests.reconcile(office.database, office.rules, START)
