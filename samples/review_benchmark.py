"""How fast the caseworker's next item comes with ten thousand waiting: the statements alone, and whole pages through the door.

python -m samples.review_benchmark [--items 10000] [--json]

Ends with 1 beyond a bar: 50 ms for `next` and for the list in SQL, 300 ms for the next item as a page. Times are medians of
several rounds on a database of its own. What other work the machine has is measured beside them (`others`: how much longer a
busy loop takes than the processor's time it needs), and taken out before the bars are held against the times.
"""

from __future__ import annotations

import argparse
import json
import logging
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import structlog
from fastapi.testclient import TestClient
from psycopg.types.json import Jsonb

from intake.pipeline import taking, worklist
from intake.pipeline.taking import Caseworker
from intake.settings import Settings
from intake.store.blobs import open_blobs
from intake.store.database import Database
from intake.store.embedded import EmbeddedPostgres
from intake.store.migrate import migrate
from intake.store.worklist import Wanted
from intake.web.app import create_app
from intake.wiring import Wired

SQL_MS, PAGE_MS = 50.0, 300.0
ROUNDS = 7
WORKER = Caseworker("bench", "Bench", sees_protected=True)

FILL = """
    INSERT INTO batch (id, door, channel, received_at, received_evidence, taken_at, request_digest)
    SELECT md5('b' || n)::uuid, 'api', (ARRAY['post', 'fax', 'email'])[1 + n %% 3], now(), 'told', now(), 'x'
      FROM generate_series(1, %(count)s) AS n;
    INSERT INTO file (id, batch_id, number, name, sha256, bytes, media_type, pages_in, stage)
    SELECT md5('f' || n)::uuid, md5('b' || n)::uuid, 1, 'scan.tif', md5('f' || n) || md5('g' || n), 4, 'image/tiff', 2, 'read'
      FROM generate_series(1, %(count)s) AS n;
    INSERT INTO reading (id, file_id, revision, result, versions, seconds, read_at)
    SELECT md5('r' || n)::uuid, md5('f' || n)::uuid, 1, '{"pages": [], "source": {}}', '{}', 1, now()
      FROM generate_series(1, %(count)s) AS n;
    INSERT INTO matter (id, kind, person_hetu, opened_at)
    SELECT md5('m' || n)::uuid, 'benefit', NULL, now() FROM generate_series(1, %(count)s) AS n;
    INSERT INTO packet (id, matter_id, kind, placed_by, keys)
    SELECT md5('p' || n)::uuid, md5('m' || n)::uuid, 'benefit', 'nothing', '{}' FROM generate_series(1, %(count)s) AS n;
    INSERT INTO document (id, file_id, reading_id, label, pages, document_type, version, arrival_day, arrival_evidence, language,
                          matter_id, packet_id)
    SELECT md5('d' || n)::uuid, md5('f' || n)::uuid, md5('r' || n)::uuid, 'd1', '{1,2}', 'sv8_application', 1, current_date,
           'told', (ARRAY['fi', 'sv'])[1 + n %% 2], md5('m' || n)::uuid, md5('p' || n)::uuid
      FROM generate_series(1, %(count)s) AS n;
    INSERT INTO record (document_id, version, body, origin, author, made_at)
    SELECT md5('d' || n)::uuid, 1, %(body)s, 'reading', 'saapuva', now() FROM generate_series(1, %(count)s) AS n;
    INSERT INTO page (file_id, number, state, document_id, width_px, height_px)
    SELECT md5('f' || n)::uuid, page, 'in_document', md5('d' || n)::uuid, 1700, 2400
      FROM generate_series(1, %(count)s) AS n, generate_series(1, 2) AS page;
    INSERT INTO work_item (id, file_id, person_hetu, queue, owner, specifier, last_filing_day, reasons, findings, state,
                           waits_because, opened_at, matter_id)
    SELECT md5('w' || n)::uuid, md5('f' || n)::uuid, NULL,
           (ARRAY['southern_district', 'basic_data', 'tax', 'indexing'])[1 + n %% 4], 'southern_district', '',
           CASE WHEN n %% 3 > 0 THEN current_date + (n * 7919 %% 120 - 20) END, '[]', '[]', 'waiting',
           '{doubtful_fields}', now() - n * interval '1 minute', md5('m' || n)::uuid
      FROM generate_series(1, %(count)s) AS n;
    INSERT INTO work_item_document (work_item_id, document_id)
    SELECT md5('w' || n)::uuid, md5('d' || n)::uuid FROM generate_series(1, %(count)s) AS n;
"""


def body() -> dict[str, object]:
    """An application with five doubtful fields."""
    names = ("applicant_last_name", "applicant_street", "applicant_city", "absence_start", "absence_end")
    fields = {
        name: {"value": "2026-03-02", "confidence": 0.4, "accepted": False, "page": 1, "box": [0.1, 0.1, 0.4, 0.12],
               "reading": "ocr", "raw": "2.3.2026", "evidence": ["label"]}
        for name in names
    }  # fmt: skip
    return {"id": "d1", "type": "sv8_application", "type_confidence": 0.99, "accepted": True, "language": "fi",
            "form_revision": None, "pages": [1, 2], "fields": fields}  # fmt: skip


def fill(database: Database, count: int) -> None:
    """Let `count` items wait, each with its matter, paper, record and pages."""
    values = {"count": count, "body": Jsonb(body())}
    with database.transaction() as conn:
        for statement in FILL.split(";")[:-1]:
            conn.execute(statement.encode(), values)
    with database.transaction() as conn:
        conn.execute("ANALYZE")


def measured(work: Callable[[], object]) -> float:
    """Median milliseconds, after one round to warm up."""
    work()
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - began))
    return round(statistics.median(times), 1)


def others() -> float:
    """How many times longer than its processor's time a busy loop takes just now; 1 on an idle machine."""
    began, used = time.perf_counter(), time.process_time()
    while time.process_time() - used < 0.1:
        pass
    return round((time.perf_counter() - began) / (time.process_time() - used), 2)


def measure(database: Database, folder: Path) -> dict[str, float]:
    """Time the statements, then the pages as a browser asks for them."""
    now = datetime.now(UTC)
    queues, deep = list(worklist.QUEUES), worklist.show(database, WORKER, Wanted(queues=[]), None, now, page=5000).next
    before = others()
    found = {
        "next_sql_ms": measured(lambda: taking.next_item(database, WORKER, queues, now)),
        "next_rare_queue_sql_ms": measured(lambda: taking.next_item(database, WORKER, ["recovery_centre"], now)),
        "list_sql_ms": measured(lambda: worklist.show(database, WORKER, Wanted(queues=[]), None, now)),
        "list_deep_sql_ms": measured(lambda: worklist.show(database, WORKER, Wanted(queues=[]), deep, now)),
    }
    app = create_app(Wired(Settings(data=folder, reserve_mb=0), database, open_blobs(str(folder / "blobs"), None)))
    headers = {"Accept": "text/html", "Authorization": f"Bearer {app.state.service_token}"}
    with TestClient(app, base_url="http://127.0.0.1:8350", headers=headers) as client:
        found["next_page_ms"] = measured(lambda: client.post("/work/next").raise_for_status())
        found["list_page_ms"] = measured(lambda: client.get("/work").raise_for_status())
    return found | {"others": (before + others()) / 2}


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--items", type=int, default=10_000)
    asked.add_argument("--json", action="store_true")
    told = asked.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with tempfile.TemporaryDirectory(prefix="saapuva-review-") as folder:
        server = EmbeddedPostgres(Path(folder) / "postgres")
        url = server.start()
        try:
            migrate(url)
            with Database(url) as database:
                fill(database, told.items)
                found = measure(database, Path(folder))
        finally:
            server.stop()
    print(json.dumps(found) if told.json else "\n".join(f"{name:24} {value:8.1f}" for name, value in found.items()))
    share = found.pop("others")
    beyond = [name for name, value in found.items() if value / share > (SQL_MS if name.endswith("sql_ms") else PAGE_MS)]
    return 1 if beyond else 0


if __name__ == "__main__":
    sys.exit(main())
