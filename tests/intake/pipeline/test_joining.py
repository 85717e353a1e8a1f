"""Papers of one person and one matter come together across files and days, in whatever order they come."""

from __future__ import annotations

import itertools
import threading
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from extractors.fingerprint import PageFingerprint, fingerprint
from intake.pipeline import audit_trail, duplicates, ledger
from intake.pipeline.registers import InMemoryRegisters
from intake.store import arrivals, matters, work_items
from intake.store.database import Database
from models.facts import Facts
from tests.drawing import clean_page
from tests.extractors.test_fingerprint import ANN, form, through
from tests.intake.kept_documents import field
from tests.intake.matter_papers import (
    AINO,
    BERTTA,
    CHILD,
    DOUBTFUL_AINO,
    Scan,
    application,
    ban,
    childs_order,
    come,
    doubtful,
    ends,
    item_of,
    order,
    papers_of,
    scan,
    wage_notice,
    work,
)  # fmt: skip
from tests.intake.received_files import Bench, bench, take

WIPE = """
    TRUNCATE batch, file, arrival, attempt, reading, document, record, page, work_item, work_item_document, delivery, matter,
             packet CASCADE
"""


@pytest.fixture
def place(database: Database, tmp_path: Path) -> Bench:
    return bench(database, tmp_path)


def wipe(place: Bench) -> None:
    """Begin anew in the same database."""
    with place.database.transaction() as conn:
        conn.execute("ALTER TABLE reading DISABLE TRIGGER USER; ALTER TABLE record DISABLE TRIGGER USER")
        conn.execute(WIPE.encode())


def assert_whole(place: Bench) -> None:
    with place.database.transaction() as conn:
        found = ledger.last_days(conn, place.at)
    assert found.faults == []
    audit_trail.verify(place.database)


WHOLE = (
    scan(application(), day="2026-03-20"),
    scan(order(), day="2026-03-12"),
    scan(wage_notice(), day="2026-03-16"),
    scan(ban(), day="2026-03-05"),
)
WITH_CHILD = (
    scan(application(ordered_person="child", child_hetu=CHILD, child_name="Lapsi Virtanen"), day="2026-03-20"),
    scan(childs_order(), day="2026-03-12"),
    scan(wage_notice(), day="2026-03-16"),
    scan(ban(), day="2026-03-05"),
)
WITH_DOUBTS = (
    scan(application(), day="2026-03-20"),
    scan(wage_notice(doubtful(DOUBTFUL_AINO)), day="2026-03-16"),
    scan(ban(doubtful("131052-3O8T"), debtor_name=doubtful("Virtanen Aina")), day="2026-03-05"),
    scan(childs_order(guardian_hetu=AINO), day="2026-03-12"),
)
TWO_WHO_FIT = (
    scan(application(), day="2026-03-20"),
    scan(application("131052-916D"), day="2026-03-18"),
    scan(wage_notice(doubtful("131052-91XT")), day="2026-03-16"),
    scan(order(), day="2026-03-12"),
)
SEVERAL_MATTERS = (
    scan(application(), ban(BERTTA), day="2026-03-20"),
    scan(application(BERTTA, ("Berg", "Bertta")), day="2026-03-19"),
    scan(order(BERTTA, "Bertta Berg"), order(), day="2026-03-12"),
)
TWO_PARENTS = (
    scan(application(ordered_person="child", child_hetu=CHILD), day="2026-03-20"),
    scan(application(BERTTA, ("Berg", "Bertta"), ordered_person="child", child_hetu=CHILD), day="2026-03-19"),
    scan(childs_order(), day="2026-03-12"),
)
TWICE_FOREIGN = (
    scan(application(abroad=field(True), abroad_country="Viro"), day="2026-03-20"),
    scan(application(abroad=field(True), abroad_country="Ruotsi"), day="2026-03-20"),
    scan(wage_notice(additional_info="Lähetetty työntekijä"), day="2026-03-20"),
)
FAMILIES = (WHOLE, WITH_CHILD, WITH_DOUBTS, TWO_WHO_FIT, SEVERAL_MATTERS, TWO_PARENTS, TWICE_FOREIGN)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(FAMILIES).flatmap(lambda files: st.tuples(st.just(files), st.permutations(files))))
@example((WITH_DOUBTS, list(reversed(WITH_DOUBTS))))
@example((TWO_WHO_FIT, [TWO_WHO_FIT[2], TWO_WHO_FIT[0], TWO_WHO_FIT[1], TWO_WHO_FIT[3]]))
@example((WITH_CHILD, list(reversed(WITH_CHILD))))
@example((TWO_PARENTS, list(reversed(TWO_PARENTS))))
@example((TWICE_FOREIGN, list(reversed(TWICE_FOREIGN))))
def test_whatever_order_the_files_come_in_the_matters_end_the_same(
    place: Bench, files: tuple[tuple[Scan, ...], list[Scan]]
) -> None:
    straight, mixed = files

    found = []
    for each in (straight, mixed):
        wipe(place)
        for scanned in each:
            come(place, scanned)
        found.append(ends(place.database))

    assert found[0] == found[1]


def test_papers_of_one_day_are_looked_at_in_an_order_that_their_coming_does_not_change(place: Bench) -> None:
    """The first paper that shows a marker is the one a comment names."""
    files = [scan(application(abroad=True, abroad_country=country)) for country in ("Viro", "Ruotsi", "Norja", "Puola", "Latvia")]

    found = []
    for each in (files, list(reversed(files))):
        wipe(place)
        ids = [come(place, scanned) for scanned in each]
        item = item_of(place.database, ids[0])
        with place.database.transaction() as conn:
            papers = matters.papers(conn, item.matter_id)  # type: ignore[arg-type]
        found.append(([paper.body["fields"]["abroad_country"]["value"] for paper in papers], item.comment))

    assert found[0] == found[1]
    assert len(found[0][0]) == 5


@pytest.mark.parametrize("files", [WHOLE, WITH_CHILD], ids=["own order", "child's order"])
def test_four_papers_of_four_files_make_one_matter_with_one_work_item(place: Bench, files: tuple[Scan, ...]) -> None:
    for scanned in files:
        come(place, scanned)

    [matter] = ends(place.database)
    assert (matter["person"], matter["kind"], len(matter["papers"])) == (AINO, "benefit", 4)
    assert (matter["queue"], matter["specifier"]) == ("southern_district", "Tartuntatautipäiväraha")
    assert matter["pending_date"] == "2026-03-12"  # the order opens it; the ban that came first does not
    assert place.count("SELECT count(*) FROM work_item") == 1
    assert matter["state"] == "waiting"
    assert_whole(place)


def test_a_finding_goes_when_the_paper_it_asked_for_comes(place: Bench) -> None:
    first = come(place, scan(application()))
    before = item_of(place.database, first)

    come(place, scan(order()))

    after = item_of(place.database, first)
    assert "C20.missing" in {finding["key"] for finding in before.findings}
    assert "C20.missing" not in {finding["key"] for finding in after.findings}
    assert after.version > before.version and after.id == before.id


def test_reasons_and_findings_name_papers_of_any_file_by_their_ids(place: Bench) -> None:
    files = [come(place, scanned) for scanned in WHOLE]

    item = item_of(place.database, files[0])

    known = {str(row.id) for file_id in files for row in papers_of(place.database, file_id)}
    named = {found["document"] for found in (*item.reasons, *item.findings) if found["document"]}
    assert named and named <= known


@pytest.mark.parametrize("days", list(itertools.permutations(["2026-03-12", "2026-03-09", "2026-03-20"])))
def test_a_matter_is_pending_from_the_earliest_arrival_that_counts_duplicates_included(
    place: Bench, days: tuple[str, ...]
) -> None:
    for number, day in enumerate(days):
        come(place, scan(application(), day=day, fingerprint=look(number)))
    come(place, scan(ban(), day="2026-03-01"))

    [matter] = ends(place.database)
    assert matter["pending_date"] == "2026-03-09"
    assert place.count("SELECT count(*) FROM document WHERE duplicate_of IS NOT NULL") == 2
    assert_whole(place)


def test_the_same_bytes_that_had_come_earlier_make_the_matter_pending_earlier(place: Bench) -> None:
    """The lateness that the checks saw goes with the earlier day."""
    first = come(place, scan(application(), day="2026-06-01"))
    before = item_of(place.database, first)

    with place.database.transaction() as conn:
        arrivals.add(conn, first, "fax_header", date(2026, 3, 12), None, 1, place.clock())
        duplicates.note_earlier_arrival(conn, [first], place.clock())

    after = item_of(place.database, first)
    assert (str(before.pending_date), str(after.pending_date)) == ("2026-06-01", "2026-03-12")
    late = [{finding["check"] for finding in item.findings} & {"C10", "C11", "C12"} for item in (before, after)]
    assert (bool(late[0]), bool(late[1])) == (True, False)


@cache
def look(faxed: int) -> PageFingerprint:
    """One sheet, sent again and again."""
    sheet = form(ANN)
    gray = through(sheet, dx=4.0 * faxed, dy=-3.0 * faxed, wide=1 + 0.004 * faxed, noise=faxed) if faxed else sheet.gray
    taken = fingerprint(clean_page(gray))
    assert taken is not None
    return taken


def test_an_order_a_year_and_a_half_later_is_another_matter(place: Bench) -> None:
    come(place, scan(application(), day="2025-01-10"))
    come(place, scan(order(), day="2026-07-01"))

    assert [len(matter["papers"]) for matter in ends(place.database)] == [1, 1]


def test_papers_between_bring_two_matters_together(place: Bench) -> None:
    come(place, scan(application(), day="2025-01-10"))
    come(place, scan(order(), day="2026-07-01"))

    come(place, scan(wage_notice(), day="2025-11-01"))

    [matter] = ends(place.database)
    assert len(matter["papers"]) == 3
    assert place.count("SELECT count(*) FROM work_item WHERE state = 'waiting'") == 1


def test_a_code_that_is_doubtful_attaches_nothing_and_names_candidates(place: Bench) -> None:
    first = come(place, scan(application()))

    second = come(place, scan(ban(doubtful("131052-3087"), debtor_name=doubtful("Virtanen Aino Marja"))))

    item = item_of(place.database, second)
    matter = item_of(place.database, first).matter_id
    assert (item.queue, item.person_hetu, item.waits_because[-1]) == ("indexing", None, "findings")
    assert [(one["matter_id"], set(one["why"])) for one in item.candidates] == [(str(matter), {"code", "birth_date", "name"})]
    assert item_of(place.database, first).documents == [papers_of(place.database, first)[0].id]


@pytest.mark.parametrize(
    ("paper", "joins"),
    [
        (ban(doubtful("131052-3O8T")), True),  # the name is sure, and the day of birth agrees
        (ban(doubtful("131052-3O8T"), debtor_name="Virtanen Bertta"), False),  # another first name
        (ban(doubtful("131052-3O8T"), debtor_name=doubtful("Virtanen Aino")), False),  # the name is not sure
        (ban(doubtful("131053-3082")), False),  # another year of birth
        (ban(doubtful("131052-916D")), False),  # born the same day, quite another code
        (ban(field(None, accepted=False) | {"raw": ""}), False),  # the name alone is nobody's
    ],
)
def test_name_and_day_of_birth_are_the_second_way(place: Bench, paper: dict[str, Any], joins: bool) -> None:
    first = come(place, scan(application()))

    second = come(place, scan(paper))

    assert (item_of(place.database, first).id == item_of(place.database, second).id) is joins


def test_a_childs_order_finds_the_guardian_by_the_code_on_the_order(place: Bench) -> None:
    first = come(place, scan(childs_order(guardian_hetu=AINO)))

    second = come(place, scan(application()))

    assert item_of(place.database, first).id == item_of(place.database, second).id


def test_a_childs_order_alone_is_nobodys_until_a_guardian_applies(place: Bench) -> None:
    first = come(place, scan(childs_order()))
    before = item_of(place.database, first)

    come(place, scan(application(ordered_person="child", child_hetu=CHILD)))

    after = item_of(place.database, first)
    assert (before.person_hetu, after.person_hetu) == (None, AINO)
    with place.database.transaction() as conn:
        left = work_items.get(conn, before.id)
    assert (left.state, left.documents) == ("done", [])
    assert_whole(place)


def test_a_childs_order_that_two_parents_apply_by_is_for_a_person(place: Bench) -> None:
    files = [come(place, scanned) for scanned in TWO_PARENTS]

    item = item_of(place.database, files[2])

    assert item.queue == "indexing" and len(item.candidates) == 2
    assert {one["why"][0] for one in item.candidates} == {"child"}


def test_another_kind_of_business_is_another_matter(place: Bench) -> None:
    come(place, scan(application()))

    come(place, scan({**ban(), "type": "y121_account_change", "fields": {"person_hetu": field(AINO)}}))

    assert [(one["kind"], one["queue"]) for one in ends(place.database)] == [
        ("account", "basic_data"),
        ("benefit", "southern_district"),
    ]


def test_the_words_of_a_paper_count_whenever_its_matter_is_judged(place: Bench) -> None:
    stray = {**ban(), "type": "misdirected_other", "fields": {"person_hetu": field(AINO)}}
    first = come(place, scan(stray, d1="Hakemus asumistuki vuokra"))
    before = item_of(place.database, first)

    come(place, scan(stray, stray, d1="Hakemus lapsilisä", d2="Hakemus lapsilisä"))

    after = item_of(place.database, first)
    assert before.queue == after.queue == "home_district"
    assert len(after.documents) == 3


def test_registers_are_asked_and_what_they_said_is_kept(place: Bench) -> None:
    protected = InMemoryRegisters({AINO: Facts(has_security_ban=True)})
    first = come(place, scan(application()), registers=protected)

    come(place, scan(order()))  # nobody to ask: what was said counts

    assert item_of(place.database, first).queue == "protected_clients"


def test_two_workers_at_two_files_of_one_person_make_one_matter(place: Bench) -> None:
    scans = [scan(application()), scan(order()), scan(wage_notice()), scan(ban())]
    contents = [(repr(each).encode(), 1) for each in scans]
    files = take(place.database, place.blobs, *contents)
    failures: list[Exception] = []

    def one(number: int) -> None:
        try:
            work(place, files[number], scans[number], worker=f"host:{number}:aa")
        except Exception as error:  # noqa: BLE001 - told to the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert failures == []
    [matter] = ends(place.database)
    assert len(matter["papers"]) == 4
    assert place.count("SELECT count(*) FROM attempt WHERE outcome = 'done'") == 4  # none had to begin again
    assert_whole(place)


def test_a_matter_has_never_two_waiting_work_items(place: Bench) -> None:
    first = come(place, scan(application()))
    item = item_of(place.database, first)

    with pytest.raises(Exception, match="work_item_one_waiting"), place.database.transaction() as conn:
        conn.execute(
            "INSERT INTO work_item (id, file_id, queue, owner, specifier, reasons, findings, state, opened_at, matter_id) "
            "SELECT gen_random_uuid(), file_id, queue, owner, '', '[]', '[]', 'waiting', now(), matter_id FROM work_item"
        )

    with place.database.transaction() as conn:
        assert matters.get(conn, item.matter_id).person_hetu == AINO  # type: ignore[arg-type]
    assert item.pending_date == date(2026, 3, 12)
