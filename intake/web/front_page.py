"""Door: the first page, which shows how things stand, in Finnish, Swedish or English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from intake.pipeline.receive import HELSINKI
from intake.store import alarms, overview
from intake.store.alarms import Alarm
from intake.store.overview import Overview
from intake.version import VERSION
from intake.web.deps import DatabaseDep, Now
from intake.web.front_page_words import LANGUAGES, WORDS
from models.errors import DatabaseAwayError, SaapuvaError

router = APIRouter(include_in_schema=False)

_LINKS = (
    ("batches", "/api/v1/batches"),
    ("ledger", "/api/v1/ledger"),
    ("health", "/health/ready"),
    ("figures", "/metrics"),
    ("api", "/openapi.json"),
)


@router.get("/", response_class=HTMLResponse)
def show_front_page(request: Request, database: DatabaseDep, now: Now) -> HTMLResponse:
    """Show sums only, no person's data; 503 with the same frame while the database is away."""
    language = language_of(request.headers.get("accept-language", ""))
    headers = {"Content-Language": language, "Vary": "Accept-Language"}
    try:
        with database.transaction() as conn:
            body = _standing(
                overview.of_day(conn, now.astimezone(HELSINKI).date()), alarms.open_alarms(conn), now, WORDS[language]
            )
    except DatabaseAwayError as error:
        return HTMLResponse(_page(language, _trouble(error)), 503, headers | {"Retry-After": "5"})
    return HTMLResponse(_page(language, body), headers=headers)


def language_of(accepted: str) -> str:
    """Choose among ours the language a browser likes best; Finnish where it likes none."""
    liked = []
    for place, part in enumerate(accepted.split(",")[:20]):
        name, _, parameters = part.strip().partition(";")
        liked.append((-_quality(parameters), place, name.strip().lower()[:2]))
    return next((name for quality, _, name in sorted(liked) if quality < 0 and name in LANGUAGES), "fi")


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0


def _page(language: str, body: str) -> str:
    words = WORDS[language]
    links = "".join(f'<li><a href="{address}">{escape(words[name])}</a></li>' for name, address in _LINKS)
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>Saapuva</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">'
        '<link rel="stylesheet" href="/static/saapuva.css"></head><body>'
        f"<header><h1>Saapuva</h1><p>{escape(words['motto'])}</p></header><main>{body}</main>"
        f'<footer><nav aria-label="{escape(words["links"])}"><ul>{links}</ul></nav>'
        f"<p>Saapuva {escape(VERSION)}</p></footer></body></html>"
    )


def _standing(seen: Overview, open_alarms: Sequence[Alarm], now: datetime, words: Mapping[str, str]) -> str:
    parts = [_alarms(open_alarms, words)]
    came = [(words["batches"], seen.batches), (words["files"], seen.files), (words["pages"], seen.pages)]
    parts.append(_table(words["today"], came))
    parts.append(_table(words["pages_of_today"], _named(seen.pages_by_state, "page", words), words["none"]))
    parts.append(_table(words["queues"], _named(seen.waiting_by_queue, "queue", words), words["none"]))
    time = now.astimezone(HELSINKI)
    parts.append(f'<p class="time"><time datetime="{time.isoformat(timespec="seconds")}">{time:%d.%m.%Y %H:%M}</time></p>')
    return "".join(parts)


def _named(counts: Mapping[str, int], sort: str, words: Mapping[str, str]) -> list[tuple[str, int]]:
    return [(words.get(f"{sort}.{name}", name), count) for name, count in sorted(counts.items())]


def _table(title: str, rows: Iterable[tuple[str, Any]], none: str = "") -> str:
    lines = "".join(f'<tr><th scope="row">{escape(name)}</th><td>{count}</td></tr>' for name, count in rows)
    return (
        f"<section><h2>{escape(title)}</h2>" + (f"<table>{lines}</table>" if lines else f"<p>{escape(none)}</p>") + "</section>"
    )


def _alarms(found: Sequence[Alarm], words: Mapping[str, str]) -> str:
    if not found:
        return f'<p class="good" role="status">{escape(words["no_alarms"])}</p>'
    lines = "".join(f"<li><strong>{escape(each.problem)}</strong> {escape(each.remedy)}</li>" for each in found[:20])
    return f'<section class="alarms" role="alert"><h2>{escape(words["alarms"])}: {len(found)}</h2><ul>{lines}</ul></section>'


def _trouble(error: SaapuvaError) -> str:
    return f'<section class="alarms" role="alert"><h2>{escape(error.problem)}</h2><p>{escape(error.remedy)}</p></section>'
