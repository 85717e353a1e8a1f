"""What was kept before matters were: every work item with papers becomes a matter of its own, and says the same."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from alembic import command
from psycopg import sql
from psycopg.conninfo import make_conninfo

from intake.store import matters, migrate, work_items
from intake.store.database import Database

KEPT = """
    INSERT INTO batch (id, door, received_at, received_evidence, taken_at, request_digest)
    VALUES ('{batch}', 'api', now(), 'told', now(), 'x');
    INSERT INTO file (id, batch_id, number, name, sha256, bytes, media_type, pages_in, stage)
    VALUES ('{file}', '{batch}', 1, 'scan.tif', repeat('0', 64), 4, 'image/tiff', 2, 'read');
    INSERT INTO reading (id, file_id, revision, result, versions, seconds, read_at)
    VALUES ('{file}', '{file}', 1, '{{}}', '{{}}', 1, now());
    INSERT INTO document (id, file_id, reading_id, label, pages, document_type, version, arrival_day, arrival_evidence)
    VALUES ('{sure}', '{file}', '{file}', 'd1', '{{1}}', 'sv8_application', 1, '2026-03-12', 'clock'),
           ('{stray}', '{file}', '{file}', 'd2', '{{2}}', 'misdirected_other', 1, '2026-03-12', 'clock');
    INSERT INTO record (document_id, version, body, origin, author, made_at)
    VALUES ('{sure}', 1, '{{"fields": {{"employers": [], "applicant_hetu": {{"value": "131052-308T", "accepted": true}}}}}}',
            'reading', 'saapuva', now()),
           ('{stray}', 1, '{{"fields": {{"person_hetu": {{"value": "131052-308T", "accepted": false}}}}}}',
            'reading', 'saapuva', now());
    INSERT INTO work_item (id, file_id, person_hetu, queue, owner, specifier, reasons, findings, state, opened_at)
    VALUES ('{one}', '{file}', '131052-308T', 'southern_district', 'southern_district', '',
            '[{{"rule": "R10", "document": "d1"}}]',
            '[{{"check": "C20", "document": null}}]', 'waiting', now()),
           ('{two}', '{file}', '131052-308T', 'recovery_centre', 'recovery_centre', '',
            '[{{"rule": "R07", "document": "d2"}}]', '[]',
            'waiting', now()),
           ('{unread}', '{file}', NULL, 'indexing', 'indexing', '', '[]', '[]', 'waiting', now());
    INSERT INTO work_item_document (work_item_id, document_id) VALUES ('{one}', '{sure}'), ('{two}', '{stray}');
"""


@pytest.fixture
def old(server_url: str) -> Iterator[str]:
    """A database as the first version of the service left it."""
    name = f"test_{uuid4().hex[:12]}"
    with psycopg.connect(server_url, autocommit=True) as conn:
        conn.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    url = make_conninfo(server_url, dbname=name)
    with migrate._Connection(url) as connection:
        config = migrate._config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    yield url
    with psycopg.connect(server_url, autocommit=True) as conn:
        conn.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def test_work_items_become_matters_and_name_their_papers_by_ids(old: str) -> None:
    ids = {name: uuid4() for name in ("batch", "file", "sure", "stray", "one", "two", "unread")}
    with psycopg.connect(old) as conn:
        conn.execute(KEPT.format(**ids).encode())

    migrate.migrate(old)

    with Database(old) as database, database.transaction() as conn:
        one, two, unread = (work_items.get(conn, ids[name]) for name in ("one", "two", "unread"))
        assert one.matter_id and two.matter_id and unread.matter_id is None
        found = [matters.get(conn, one.matter_id), matters.get(conn, two.matter_id)]
        [paper] = matters.papers(conn, two.matter_id)
        [packet] = matters.packets_by_keys(conn, ["c:131052-308T"])
    assert [(matter.kind, matter.person_hetu) for matter in found] == [("benefit", "131052-308T"), ("elsewhere", None)]
    assert (one.reasons[0]["document"], one.findings[0]["document"]) == (str(ids["sure"]), None)
    assert two.reasons[0]["document"] == str(ids["stray"])
    assert (paper.id, paper.said, packet.matter_id) == (ids["stray"], "takaisinperintä", one.matter_id)
