"""What `saapuva status` tells: whether the service runs, what it has done, what waits, what is wrong."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from rich.table import Table

from intake.listening import is_ready
from intake.running import up_now
from intake.settings import Settings
from intake.store import alarms, figures
from intake.store.alarms import Alarm
from intake.store.database import Database
from intake.store.figures import Figures
from intake.terminal import printable, stdout
from intake.wiring import embedded


def tell(settings: Settings) -> int:
    """Print the state in plain words; nothing is started for it. Gives the exit code: 1 when the service does not run here."""
    running = up_now(settings.data)
    console = stdout()
    for line in _who_runs(running, is_shared=settings.database_url is not None):
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    url = _running_database(settings)
    if url is None:
        return 1
    with Database(url) as database, database.transaction() as conn:
        if figures.schema_revision(conn) is None:
            return 0 if running is not None else 1
        counted = figures.figures(conn, datetime.now(UTC), settings.lost_after_s)
        open_alarms = alarms.open_alarms(conn)
    console.print(_counts(counted))
    for line in _wrong(counted, open_alarms):
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    return 0 if running is not None or settings.database_url is not None else 1


def _who_runs(running: dict[str, Any] | None, *, is_shared: bool) -> list[str]:
    if running is None and is_shared:
        return ["No `saapuva up` on this data folder. What the database of SAAPUVA_DATABASE_URL says:"]
    if running is None:
        return ["`saapuva up` does not run on this data folder; `./saapuva up` starts it."]
    if "url" not in running:
        return ["`saapuva up` is starting."]
    processes = ", ".join(f"{name} {pid}" for name, pid in running.get("processes", {}).items())
    state = "ready" if is_ready(running["url"]) else "not ready"
    return [
        f"Saapuva is up since {running['began_at'][:16]} (UTC) and {state}: {running['url']}",
        f"Processes: up {running['pid']}, {processes}",
    ]


def _running_database(settings: Settings) -> str | None:
    if settings.database_url is not None:
        return settings.database_url.get_secret_value()
    server = embedded(settings)
    return server.url if server.is_running else None


def _counts(counted: Figures) -> Table:
    table = Table("what", "state", "how many", show_edge=False)
    table.columns[2].justify = "right"
    deliveries = {state: number for state, (number, _) in counted.deliveries.items()}
    waiting = {queue: number for queue, (number, _) in counted.waiting.items()}
    rows = [("files", counted.files), ("pages", counted.pages), ("deliveries", deliveries), ("work items", waiting)]
    for what, by_state in rows:
        for state, number in sorted(by_state.items()) or [("none yet", 0)]:
            table.add_row(what, state, str(number))
    return table


def _wrong(counted: Figures, open_alarms: list[Alarm]) -> list[str]:
    lines = [f"Lanes that workers work on: {counted.workers_alive}. Pages unaccounted for: {counted.ledger_difference}."]
    if not open_alarms:
        return [*lines, "No open alarms."]
    lines.append(f"Open alarms: {len(open_alarms)}")
    for alarm in open_alarms:
        lines.append(f"  {alarm.raised_at:%Y-%m-%d %H:%M} {alarm.kind} {printable(alarm.subject)}: {printable(alarm.problem)}")
        lines.append(f"    {printable(alarm.remedy)}")
    return lines
