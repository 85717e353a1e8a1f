"""A killer: ends processes of one running service at random, with no warning."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from random import Random

import psutil

from samples.running import Running

WEIGHTS = {
    "web": 14,
    "worker": 22,
    "reader": 16,
    "maintain": 9,
    "watch": 11,
    "backend": 12,
    "postmaster": 6,
    "freeze": 6,
    "up": 4,
    "core": 4,
}


class Killer:
    """Kills until told to stop: every kind once, in some order, then by weight. `kills` counts by kind."""

    def __init__(
        self, running: Running, rng: Random, mean_s: float, freeze_s: tuple[float, float], kill_core: Callable[[], None]
    ) -> None:
        self.kills: Counter[str] = Counter()
        self.failure: BaseException | None = None
        self._running = running
        self._rng = rng
        self._mean_s = mean_s
        self._freeze_s = freeze_s
        self._kill_core = kill_core
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._frozen: list[tuple[psutil.Process, threading.Timer]] = []

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End the killing and thaw what is frozen."""
        self._stop.set()
        self._thread.join()
        for process, timer in self._frozen:
            timer.cancel()
            _thaw(process)

    def _work(self) -> None:
        try:
            first = self._rng.sample(list(WEIGHTS), len(WEIGHTS))
            while not self._stop.wait(min(4 * self._mean_s, self._rng.expovariate(1 / self._mean_s))):
                kind = first.pop() if first else self._rng.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
                if self._strike(kind):
                    self.kills[kind] += 1
                elif kind not in first and not self.kills[kind]:
                    first.insert(0, kind)  # nobody of that kind lived just then
        except BaseException as error:
            self.failure = error
            raise

    def _strike(self, kind: str) -> bool:
        if kind == "up":
            self._running.kill_up()
            time.sleep(self._rng.uniform(0, 3))
            self._running.start(120)
            return True
        if kind == "core":
            self._kill_core()
            return True
        victims = self._running.part("worker" if kind == "freeze" else kind)
        if not victims:
            return False
        victim = self._rng.choice(victims)
        with contextlib.suppress(psutil.NoSuchProcess):
            if kind == "freeze":
                self._freeze(victim)
            else:
                victim.kill()
            return True
        return False

    def _freeze(self, victim: psutil.Process) -> None:
        victim.send_signal(signal.SIGSTOP)
        timer = threading.Timer(self._rng.uniform(*self._freeze_s), _thaw, (victim,))
        self._frozen.append((victim, timer))
        timer.start()


def _thaw(process: psutil.Process) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        process.send_signal(signal.SIGCONT)
