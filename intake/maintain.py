"""Keep order: give lost work on, line up what no job is about, watch the ledger. One process of all machines does it."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from intake.logs import log
from intake.pipeline import deliver, ledger, upkeep
from intake.pipeline.registers_recheck import registers_recheck
from intake.pipeline.requests import answering
from intake.store import wake_ups
from intake.store.blobs_local import LocalBlobs
from intake.store.database import direct
from intake.wiring import Wired, registers
from models.errors import AwayError, DatabaseAwayError

TICK_S = 1.0
SWEEP_S = 5.0
LEDGER_S = 60.0
ALL_LEDGER_S = 6 * 3600.0
TIDY_S = 3600.0
RECENT = timedelta(days=2)
"""Batches taken so lately are held against the ledger each minute; all of them a few times a day."""


@dataclass
class Duty:
    """Something done again and again; `due_s` is on the monotonic clock."""

    every_s: float
    work: Callable[[datetime], object]
    due_s: float = field(default_factory=time.monotonic)

    def do_if_due(self) -> None:
        """Do it when its time has come. Raises DatabaseAwayError; what else goes wrong costs this duty alone, this once."""
        if time.monotonic() < self.due_s:
            return
        self.due_s = time.monotonic() + self.every_s
        try:
            self.work(datetime.now(UTC))
        except DatabaseAwayError:
            raise
        except AwayError as error:
            log("maintain").warning("duty put off", code=error.code)
        except Exception:  # noqa: BLE001 - the door: a mistake in one duty must not keep lost work from being given on
            log("maintain").exception("duty failed")


def run(wired: Wired, stop: threading.Event) -> None:
    """Keep order until `stop` is set. Waits while another machine does it, and while the database is away."""
    while not stop.is_set():
        try:
            _take_turns(wired, stop)
        except AwayError as error:
            log("maintain").warning("cannot keep order", code=error.code)
        stop.wait(TICK_S)


def _take_turns(wired: Wired, stop: threading.Event) -> None:
    """Be the one, for as long as the connection that holds the lock lives."""
    with direct(wired.database.url) as turn:
        duties = duties_of(wired)
        was_mine = False
        while not stop.is_set():
            is_mine = wake_ups.take_turn(turn)
            if is_mine != was_mine:
                log("maintain").info("keeps order" if is_mine else "another one keeps order")
            was_mine = is_mine
            for duty in duties if is_mine else ():
                duty.do_if_due()
            stop.wait(TICK_S)


def duties_of(wired: Wired) -> list[Duty]:
    """All that is done again and again."""
    settings, database = wired.settings, wired.database
    return [
        *_registers_duty(wired),
        Duty(TICK_S, lambda _: upkeep.give_lost_work_on(database, settings.lost_after_s)),
        Duty(SWEEP_S, lambda now: upkeep.wake(database, now)),
        Duty(SWEEP_S, lambda now: deliver.sweep(database, now)),
        Duty(LEDGER_S, lambda now: ledger.watch_balance(database, now - RECENT, now)),
        Duty(LEDGER_S, lambda now: upkeep.watch_age(database, now)),
        Duty(SWEEP_S, lambda now: upkeep.watch_workers(database, settings.lost_after_s, now)),
        Duty(LEDGER_S, lambda now: answering.overdue(database, now)),
        Duty(ALL_LEDGER_S, lambda now: ledger.watch_balance(database, datetime.min.replace(tzinfo=UTC), now)),
        Duty(TIDY_S, lambda _: _tidy(wired)),
    ]


def _registers_duty(wired: Wired) -> list[Duty]:
    """Judging again what a silent register holds back; nothing to do where no register is asked."""
    if wired.settings.registers is None:
        return []
    asked = registers(wired.settings)
    return [Duty(LEDGER_S, lambda now: registers_recheck(wired.database, asked, now))]


def _tidy(wired: Wired) -> None:
    upkeep.forget_finished_jobs(wired.database)
    if isinstance(wired.blobs, LocalBlobs):
        wired.blobs.sweep()
    _sweep_scratch(wired.settings.read_limit_s + TIDY_S)


def _sweep_scratch(older_than_s: float) -> None:
    """Remove the scratch folders of workers on this machine that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{upkeep.SCRATCH}*"):
        with contextlib.suppress(OSError):
            if time.time() - folder.stat().st_mtime > older_than_s:
                shutil.rmtree(folder, ignore_errors=True)
