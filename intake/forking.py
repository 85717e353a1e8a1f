"""Start a part of the service as a copy of this process, so that all parts share the memory of what they import.

A worker of its own would take 50 MB before its first page; a copy takes a few. It also starts at once.
"""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import sys
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

PDEATHSIG, NAME = 1, 15  # <linux/prctl.h>: PR_SET_PDEATHSIG, PR_SET_NAME

# Loaded before the first fork: between fork and exec nothing may be loaded.
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform.startswith("linux") else None


class Copy:
    """A forked process; speaks like subprocess.Popen as far as the supervisor asks."""

    def __init__(
        self, name: str, run: Callable[[], object], environment: Mapping[str, str], descriptors: Collection[int]
    ) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        self.returncode: int | None = None
        parent = os.getpid()
        self.pid = os.fork()
        if self.pid == 0:
            _become(name, run, environment, descriptors, parent)

    def poll(self) -> int | None:
        if self.returncode is None:
            try:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
            except ChildProcessError:
                self.returncode = 0  # somebody else in this process has buried it
            else:
                self.returncode = os.waitstatus_to_exitcode(status) if pid else None
        return self.returncode

    def wait(self) -> int:
        if self.returncode is None:
            _, status = os.waitpid(self.pid, 0)
            self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


def ready_to_fork() -> None:
    """Put everything loaded so far out of the garbage collector's way: it would write to every shared page."""
    gc.collect()
    gc.freeze()


def end_with_parent() -> None:
    """Let the kernel end this process when the one that made it is killed, so that the next `up` finds nobody."""
    if _libc is not None:
        _libc.prctl(PDEATHSIG, signal.SIGKILL)


def _become(
    name: str, run: Callable[[], object], environment: Mapping[str, str], descriptors: Collection[int], parent: int
) -> None:
    """Never comes back: what the caller holds (locks, server) is not this process's to give up."""
    code = 1
    try:
        end_with_parent()
        if os.getppid() != parent:
            os._exit(1)
        os.setsid()  # Ctrl-C is for `up` alone, which then asks everybody to finish
        if _libc is not None:
            _libc.prctl(NAME, f"saapuva {name}".encode()[:15], 0, 0, 0)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        _let_go(descriptors)
        os.environ.update(environment)
        code = _exit_code(run)
    finally:
        os._exit(code)


def _let_go(keep: Collection[int]) -> None:
    """Give up the parent's locks. Their numbers stay taken: objects of the parent's still hold them."""
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    for number in [int(entry.name) for entry in Path("/proc/self/fd").iterdir()]:
        if number > 2 and number not in keep and number != nothing:
            os.dup2(nothing, number, inheritable=False)


def _exit_code(run: Callable[[], object]) -> int:
    from intake.logs import log

    try:
        run()
    except SystemExit as ending:
        return ending.code if isinstance(ending.code, int) else 1
    except Exception as error:  # noqa: BLE001 - the door of this process: without it the words of the error, which may be personal, were printed
        if hasattr(error, "exit_code"):  # typer.Exit
            return int(error.exit_code)
        log().error("process failed", exc_info=error)
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0
