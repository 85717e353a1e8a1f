"""Persons under a security ban: which papers are theirs, who sees them, what the others see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg.types.json import Jsonb

from intake.pipeline import protection
from intake.store import audit, work_items
from intake.store.database import Database
from models.errors import RefusedError
from models.facts import Facts
from tests.intake.kept_documents import HETU, NOW, Kept, application, field, keep

CHILD = "010101A9012"


@dataclass(frozen=True)
class Viewer:
    login: str = "anna.a"
    sees_protected: bool = False


ANNA = Viewer()
BERTTA = Viewer("bertta", True)


def tell_facts(database: Database, kept: Kept, facts: dict[str, dict[str, Any]]) -> None:
    with database.transaction() as conn:
        conn.execute(
            "UPDATE matter SET facts = %s WHERE id = (SELECT matter_id FROM document WHERE id = %s)",
            (Jsonb(facts), kept.document),
        )


def hidden(database: Database, kept: Kept, viewer: Viewer = ANNA) -> set[str]:
    with database.transaction() as conn:
        [(matter,)] = conn.execute("SELECT matter_id FROM document WHERE id = %s", (kept.document,)).fetchall()
        subjects: dict[Any, UUID] = {
            "file": kept.file_id, "document": kept.document, "matter": matter, "work_item": kept.work_item,
        }  # fmt: skip
        return {kind for kind, one in subjects.items() if protection.is_hidden(conn, viewer, kind, one)}


ALL = {"file", "document", "matter", "work_item"}


@pytest.mark.parametrize(
    ("facts", "is_protected"),
    [
        ({}, False),
        ({HETU: {"has_security_ban": True}}, True),
        ({HETU: {"has_security_ban": False}}, False),
        ({HETU: {"is_away": True}}, True),
        ({HETU: {"is_away": True, "has_security_ban": False}}, False),
        ({HETU: {"is_away": True, "has_security_ban": None}}, True),
        ({HETU: {"is_in_prison": True}}, False),
        ({HETU: {}, CHILD: {"has_security_ban": True}}, True),
    ],
    ids=str,
)
def test_the_database_says_of_facts_what_the_facts_say_of_themselves(
    database: Database, facts: dict[str, dict[str, Any]], is_protected: bool
) -> None:
    kept = keep(database, application())
    tell_facts(database, kept, facts)

    assert any(Facts(**known).is_treated_as_protected for known in facts.values()) == is_protected
    assert hidden(database, kept) == (ALL if is_protected else set())
    assert hidden(database, kept, BERTTA) == set()


def test_what_lies_in_their_queue_is_theirs(database: Database) -> None:
    assert hidden(database, keep(database, application(), queue="protected_clients")) == ALL


def test_a_persons_other_matters_are_protected_too(database: Database) -> None:
    """The register was asked about one matter; the account number that came before lies in another."""
    first = keep(database, application())
    assert hidden(database, first) == set()

    keep(database, application(), queue="protected_clients")

    assert hidden(database, first) >= {"matter", "document", "work_item", "file"}


def test_the_same_bytes_again_are_the_same_paper(database: Database) -> None:
    kept = keep(database, application(), queue="protected_clients")
    again = uuid4()
    with database.transaction() as conn:
        conn.execute(
            "INSERT INTO file (id, batch_id, number, name, sha256, bytes, media_type, pages_in, stage, duplicate_of) "
            "SELECT %s, batch_id, 2, name, sha256, bytes, media_type, pages_in, 'duplicate', id FROM file WHERE id = %s",
            (again, kept.file_id),
        )
        assert protection.is_hidden(conn, ANNA, "file", again)


def test_codes_of_protected_persons_are_told_apart(database: Database) -> None:
    kept = keep(database, application())
    tell_facts(database, kept, {HETU: {}, CHILD: {"has_security_ban": True}})

    with database.transaction() as conn:
        assert protection.hidden_persons(conn, ANNA, [HETU, CHILD, "010180-998V"]) == {HETU, CHILD}
        assert protection.hidden_persons(conn, BERTTA, [CHILD]) == frozenset()
        assert protection.hidden_persons(conn, ANNA, []) == frozenset()


def test_a_look_is_refused_or_noted(database: Database) -> None:
    kept, plain = (
        keep(database, application(), queue="protected_clients"),
        keep(database, application(applicant_hetu=field(None))),
    )
    with database.transaction() as conn:
        conn.execute(
            "UPDATE matter SET person_hetu = NULL WHERE id = (SELECT matter_id FROM document WHERE id = %s)", (plain.document,)
        )
        conn.execute("UPDATE work_item SET person_hetu = NULL WHERE id = %s", (plain.work_item,))

    with pytest.raises(RefusedError) as refusal:
        protection.look_at(database, ANNA, "document", kept.document, NOW)
    protection.look_at(database, BERTTA, "document", kept.document, NOW)
    protection.look_at(database, ANNA, "document", plain.document, NOW)

    assert refusal.value.status == 403 and HETU not in refusal.value.problem
    with database.transaction() as conn:
        looks = conn.execute("SELECT subject, entry::jsonb ->> 'actor' FROM audit_event WHERE event LIKE '%looked_at'").fetchall()
    assert looks == [(f"document:{kept.document}", "bertta")]


@pytest.mark.parametrize("kind", ["file", "document", "work_item"])
def test_what_the_audit_trail_says_of_them_is_hidden_too(database: Database, kind: str) -> None:
    kept = keep(database, application(), queue="protected_clients")
    one = {"file": kept.file_id, "document": kept.document, "work_item": kept.work_item}[kind]

    with database.transaction() as conn:
        with pytest.raises(RefusedError):
            protection.look_at_subject(conn, ANNA, f"{kind}:{one}", NOW)
        protection.look_at_subject(conn, ANNA, f"alarm:{one}", NOW)
        protection.look_at_subject(conn, ANNA, "matter:no-uuid", NOW)


def test_a_page_is_judged_by_its_document(database: Database) -> None:
    kept = keep(database, application(), queue="protected_clients")
    plain = keep(database, application())
    with database.transaction() as conn:
        for number, document in ((1, kept.document), (2, plain.document), (3, None)):
            conn.execute(
                "INSERT INTO page (file_id, number, state, document_id) VALUES (%s, %s, %s, %s)",
                (kept.file_id, number, "in_document" if document else "blank", document),
            )
        conn.execute("DELETE FROM work_item_document WHERE document_id = %s", (plain.document,))
        conn.execute("UPDATE document SET matter_id = NULL WHERE id = %s", (plain.document,))

    protection.look_at_page(database, ANNA, kept.file_id, 2, NOW)
    for number in (1, 3):
        with pytest.raises(RefusedError):
            protection.look_at_page(database, ANNA, kept.file_id, number, NOW)


def test_a_masked_work_item_keeps_where_it_lies_and_no_word_of_its_papers(database: Database) -> None:
    kept = keep(database, application(), queue="protected_clients", comment="Asuu osoitteessa Salatie 3")

    with database.transaction() as conn:
        item = work_items.get(conn, kept.work_item)
    masked = protection.masked_item(item)

    assert (masked.id, masked.queue, masked.opened_at, masked.version) == (item.id, item.queue, item.opened_at, item.version)
    assert HETU not in str(masked) and "Salatie" not in str(masked)


def test_a_masked_record_keeps_its_frame_only() -> None:
    masked = protection.masked_record(application())

    assert (masked["type"], masked["pages"]) == ("sv8_application", [1, 2])
    assert set(masked["fields"]) == set(application()["fields"])
    assert HETU not in str(masked) and "Kaura" not in str(masked) and "box" not in str(masked)


def test_the_views_are_no_list_of_everything(database: Database) -> None:
    """10,000 waiting items must not be walked to judge one: the question goes by ids and partial indexes."""
    with database.transaction() as conn:
        conn.execute(
            "INSERT INTO matter (id, kind, person_hetu, opened_at) "
            "SELECT gen_random_uuid(), 'benefit', 'x' || n, now() FROM generate_series(1, 5000) AS n"
        )
        conn.execute("ANALYZE matter")
        [(one,)] = conn.execute("SELECT id FROM matter LIMIT 1").fetchall()
        plan = str(conn.execute("EXPLAIN SELECT id FROM protected_matter WHERE id = ANY(%s)", ([one],)).fetchall())

    assert "Seq Scan on matter" not in plan, plan


def test_reading_the_trail_is_as_before(database: Database) -> None:
    kept = keep(database, application(), queue="protected_clients")
    protection.look_at(database, BERTTA, "file", kept.file_id, NOW)

    with database.transaction() as conn:
        [event] = audit.of_subject(conn, f"file:{kept.file_id}")
    assert (event.event, event.told["actor"]) == ("file.looked_at", "bertta")
