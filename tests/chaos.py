"""Chaos: a whole service is killed piece by piece while files come in by both doors; then everything is counted.

    .venv/bin/python tests/chaos.py --files 300 --seed 1 [--minutes M] [--keep FOLDER]

Prints one JSON object as its last line and ends with 1 when a page was lost or doubled, or anything else is wrong.
The same seed sends the same files and draws the same killings; when they strike is the machine's affair.
"""

# ruff: noqa: E402 - beside this file lie folders called intake and models, which must not hide the real ones

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

sys.path[0] = str(Path(__file__).parents[1])

import psycopg

from samples.running import Running
from tests.proof.caseworker import Caseworker
from tests.proof.core import RulesCore
from tests.proof.doors import ApiClient, FolderWriter, Senders, planned
from tests.proof.killer import Killer
from tests.proof.papers import make_papers
from tests.proof.verdict import Kept, Verdict, judge

PACE_S = 1.5
"""Mean time between two sendings; two cores read a cheap paper in less, with room for what is read twice."""
KILL_EVERY_S = 5.0
LOST_AFTER_S = 6.0
FROZEN_S = (LOST_AFTER_S + 2, LOST_AFTER_S + 9)
"""A frozen worker wakes up after its work was given to another one."""
SETTINGS = {
    "SAAPUVA_WATCH_POLL_S": "0.5", "SAAPUVA_WATCH_QUIET_S": "1", "SAAPUVA_WATCH_INCOMPLETE_S": "15", "SAAPUVA_RESERVE_MB": "64",
    "SAAPUVA_LOST_AFTER_S": str(LOST_AFTER_S), "SAAPUVA_DELIVERY_BACKOFF_S": "0.5", "SAAPUVA_DELIVERY_ATTEMPTS": "40",
    "SAAPUVA_MAX_LOST": "30", "SAAPUVA_MAX_FAILURES": "8", "SAAPUVA_WORKERS": "2",
}  # fmt: skip
STILL_S = 3.0
"""Nothing may be left to do for so long before it counts as settled."""


class Chaos:
    """One run, in `folder`."""

    def __init__(self, files: int, seed: int, folder: Path, minutes: float) -> None:
        self.began = time.monotonic()
        self.until = self.began + 60 * minutes
        self.seed = seed
        self.core = RulesCore(folder / "core", folder / "core.log", fail_rate=0.15)
        self.running = Running(folder / "data", SETTINGS | self.core.settings, log=folder / "saapuva.log")
        outside = folder / "outside"
        outside.mkdir()
        self.sendings = planned(make_papers(files, seed, outside), Random(f"plan-{seed}"))
        self.outside = outside
        self.kills: dict[str, int] = {}
        self.caseworker = Caseworker(self.running, Random(f"caseworker-{seed}"))

    def run(self) -> tuple[dict[str, Any], Verdict]:
        """Send, kill, settle, count. Gives the figures and what is wrong."""
        with self.core, self.running:
            self.running.start()
            say("ready")
            self._storm()
            say("calm")
            settled = self._settle()
            return self._counted(settled)

    def _storm(self) -> None:
        killer = Killer(self.running, Random(f"killer-{self.seed}"), KILL_EVERY_S, FROZEN_S, self.core.kill_and_start)
        senders = Senders(self.sendings, self.seed, PACE_S)
        senders.start("api", 3, lambda rng: ApiClient(self.running, rng, hasty=0.1), self.until)
        senders.start("folder", 3, lambda rng: FolderWriter(self.running.data / "inbox", self.outside, rng), self.until)
        self.caseworker.start()
        killer.start()
        try:
            while not senders.are_done and time.monotonic() < self.until and killer.failure is None:
                time.sleep(0.5)
        finally:
            killer.stop()
        self.kills = dict(sorted(killer.kills.items()))
        for failure in (killer.failure, *senders.failures):
            if failure is not None:
                raise failure

    def _settle(self) -> bool:
        """Wait until nothing is left to do, or the time is up."""
        still_since = None
        while time.monotonic() < self.until:
            still = self.is_still()
            still_since = (still_since or time.monotonic()) if still else None
            if still_since and time.monotonic() - still_since >= STILL_S:
                self.caseworker.stop()
                if self.is_still():
                    return True
            time.sleep(0.5)
        self.caseworker.stop()
        return False

    def is_still(self) -> bool:
        with contextlib.suppress(psycopg.OperationalError):
            return not left_in(self.running.data / "inbox") and Kept.read(self.running.database_url).unsettled == 0
        return False

    def _counted(self, settled: bool) -> tuple[dict[str, Any], Verdict]:
        kept = Kept.read(self.running.database_url)
        verdict = judge(self.sendings, kept, originals(self.running.data / "blobs", kept), self.core.events())
        if not settled:
            verdict.other.append(f"not settled in time: {kept.unsettled} left to do")
        verdict.other += [f"left in the inbox: {path.name}" for path in left_in(self.running.data / "inbox")]
        verdict.other += [f"caseworker: {words}" for words in self.caseworker.refusals]
        audit = self.running.ask("audit", "verify")
        difference = self._ledger_difference(kept, verdict)
        if self.caseworker.failure is not None:
            verdict.other.append(f"caseworker: {type(self.caseworker.failure).__name__}")
        pages = [page["state"] for page in kept.pages]
        figures = {
            "files": sum(len(sending.papers) for sending in self.sendings),
            "pages": sum(paper.pages or 0 for sending in self.sendings for paper in sending.papers if sending.refused is None),
            "lost": len(verdict.lost),
            "doubled": len(verdict.doubled),
            "ledger_difference": difference,
            "audit_ok": audit.returncode == 0,
            "kills": self.kills,
            "kills_total": sum(self.kills.values()),
            "delivered": sum(row["state"] == "delivered" for row in kept.deliveries),
            "parked": sum(row["stage"] == "parked" for row in kept.files),
            "quarantined": sum(row["stage"] == "quarantined" for row in kept.files),
            "pages_by_state": {state: pages.count(state) for state in sorted(set(pages))},
            "caseworker": self.caseworker.tally,
            "uploads_tried": sum(sending.tries for sending in self.sendings),
            "attempts": kept.attempts,
            "wrong": len(verdict.other),
            "seconds": round(time.monotonic() - self.began, 1),
        }
        return figures, verdict

    def _ledger_difference(self, kept: Kept, verdict: Verdict) -> int:
        """What the ledger says of itself; its sums must be ours."""
        told = json.loads(self.running.ask("ledger", "--json").stdout)
        pages_in, ours = sum(row["pages_in"] for row in told["rows"]), sum(row["pages_in"] for row in kept.files)
        if not told["balances"] or told["faults"] or pages_in != ours:
            verdict.other.append(f"the ledger: {pages_in} pages in, {ours} kept, faults {told['faults'][:5]}")
        return int(sum(abs(row["difference"]) for row in told["rows"]) + abs(ours - len(kept.pages)))


def originals(folder: Path, kept: Kept) -> dict[str, bytes | None]:
    """Read every original from where it is kept."""
    from intake.store.blobs import open_blobs
    from models.errors import SaapuvaError

    store, found = open_blobs(str(folder), None), dict[str, bytes | None]()
    for sha256 in {row["sha256"] for row in kept.files}:
        found[sha256] = None
        with contextlib.suppress(SaapuvaError):
            found[sha256] = store.read(sha256)
    return found


def left_in(inbox: Path) -> list[Path]:
    """Files that still lie in the watched folders; what the quarantine holds lies elsewhere."""
    return [path for path in inbox.glob("*/*") if path.is_file()]


def say(words: str) -> None:
    sys.stderr.write(f"chaos: {words}\n")
    sys.stderr.flush()


@contextlib.contextmanager
def place(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        keep.mkdir(parents=True)
        yield keep.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="saapuva-chaos-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="tests/chaos.py", description="Kill a running service while files come in; count every page."
    )
    parser.add_argument("--files", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, help="longest it may take; default: by the number of files")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave everything in this new folder")
    asked = parser.parse_args()
    with place(asked.keep) as folder:
        figures, verdict = Chaos(asked.files, asked.seed, folder, asked.minutes or 5 + asked.files / 15).run()
        for word, lines in (("LOST", verdict.lost), ("DOUBLED", verdict.doubled), ("WRONG", verdict.other)):
            for line in lines[:40]:
                say(f"{word}: {line}")
    sys.stdout.write(json.dumps(figures) + "\n")
    return 0 if verdict.is_good and figures["ledger_difference"] == 0 and figures["audit_ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
