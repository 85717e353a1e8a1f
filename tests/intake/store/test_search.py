"""Papers are found however their names are written, by codes whole, by days; on a real database."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from intake.store import documents, search
from intake.store.database import Conn, Database
from intake.store.search import Sought
from tests.intake.kept_documents import HETU, NOW, Kept, application, field, keep


def of_person(last: str, first: str, code: str = HETU) -> dict[str, Any]:
    return application(applicant_hetu=field(code), applicant_last_name=field(last), applicant_first_names=field(first))


def found(conn: Conn, *words: str, similar: bool = False, **asked: Any) -> list[UUID | None]:
    sought = Sought(words=words, **asked)
    return [hit.document_id for hit in search.find(conn, sought, limit=50, similar=similar)]


@pytest.fixture
def makinen(database: Database) -> Kept:
    return keep(database, of_person("Mäkinen", "Aino Orvokki"))


def test_a_name_is_found_in_any_order_without_accents_by_its_beginning(database: Database, makinen: Kept) -> None:
    with database.transaction() as conn:
        assert found(conn, "makinen") == [makinen.document]
        assert found(conn, "aino", "makinen") == found(conn, "makinen", "aino") == found(conn, "mak", "ain") == [makinen.document]
        assert found(conn, "makinen", "veikko") == found(conn, "kinen") == []


def test_a_name_that_is_written_otherwise_is_found_as_similar(database: Database, makinen: Kept) -> None:
    with database.transaction() as conn:
        assert found(conn, "mekinen") == []
        assert found(conn, "mekinen", "aino", similar=True) == [makinen.document]
        assert found(conn, "virtanen", similar=True) == []


def test_codes_are_found_whole_and_days_as_birth_or_arrival(database: Database, makinen: Kept) -> None:
    other = keep(database, of_person("Virtanen", "Onni", "010203A950B"))
    with database.transaction() as conn:
        assert found(conn, keys=(f"h:{HETU}",)) == [makinen.document]
        assert found(conn, keys=("p:010203",)) == [other.document]
        assert found(conn, keys=("h:131052-308",)) == []
        assert found(conn, days=(date(1952, 10, 13),)) == [makinen.document]
        assert set(found(conn, days=(date(2019, 3, 12),))) == {makinen.document, other.document}
        assert found(conn, first_day=date(2019, 3, 13)) == [] and len(found(conn, last_day=date(2019, 3, 12))) == 2
        assert found(conn, ids=(makinen.file_id,)) == [makinen.document]


def test_a_corrected_name_takes_the_place_of_the_one_that_was_read(database: Database, makinen: Kept) -> None:
    with database.transaction() as conn:
        documents.add_record(conn, makinen.document, 2, of_person("Makkonen", "Aino"), "correction", "ann", NOW)

        assert found(conn, "makkonen") == [makinen.document]
        assert found(conn, "makinen") == []


def test_a_correction_that_is_rolled_back_leaves_no_trace(database: Database, makinen: Kept) -> None:
    with pytest.raises(ZeroDivisionError), database.transaction() as conn:
        documents.add_record(conn, makinen.document, 2, of_person("Makkonen", "Aino"), "correction", "ann", NOW)
        raise ZeroDivisionError

    with database.transaction() as conn:
        assert found(conn, "makkonen") == []


def test_a_file_without_documents_is_found_by_its_name_and_once_read_by_its_documents(database: Database, makinen: Kept) -> None:
    with database.transaction() as conn:
        conn.execute("UPDATE document SET matter_id = NULL WHERE id = %s", [makinen.document])
        search.keep_file(conn, makinen.file_id)
        hits = search.find(conn, Sought(words=("scan",)), limit=9)

    assert [(hit.file_id, hit.document_id) for hit in hits] == [(makinen.file_id, None)]


def test_without_triplets_names_are_found_as_written(database: Database, makinen: Kept) -> None:
    with database.transaction() as conn:
        assert search.has_similar(conn)
        conn.execute("DROP EXTENSION pg_trgm CASCADE")

        assert not search.has_similar(conn)
        assert found(conn, "makinen", "aino") == [makinen.document]


def test_names_and_codes_have_an_index_each(database: Database, makinen: Kept) -> None:
    with database.transaction() as conn:
        conn.execute("SET LOCAL enable_seqscan = off")
        name, similar, code = (
            "\n".join(row[0] for row in conn.execute(f"EXPLAIN SELECT 1 FROM search_entry WHERE {condition}".encode()))
            for condition in ("words LIKE '% makinen%'", "'mekinen' <% words", "keys @> ARRAY['h:7']")
        )

    assert "search_entry_words" in name and "search_entry_words" in similar and "search_entry_keys" in code


def test_what_was_kept_before_there_was_a_search_is_filled_in(database: Database, makinen: Kept) -> None:
    with database.transaction() as conn:
        conn.execute("DELETE FROM search_entry")

        assert search.fill(conn) == 2
        assert found(conn, "makinen") == [makinen.document]
