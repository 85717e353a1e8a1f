"""What a person at a terminal sees: consoles, the progress bar, and errors with their remedy.

Colours follow NO_COLOR and vanish where the output is no terminal.
"""

from __future__ import annotations

import io
import sys

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text


def stdout() -> Console:
    return _console(sys.stdout, stderr=False)


def stderr() -> Console:
    return _console(sys.stderr, stderr=True)


def progress(console: Console) -> Progress:
    """A bar that leaves nothing behind, and that shows only where stderr is a terminal."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not sys.stderr.isatty(),
    )


def complain(console: Console, code: str, problem: str, remedy: str) -> None:
    """Say what happened and, below it, what to do."""
    console.print(Text(f"saapuva: {printable(problem)} [{code}]"), soft_wrap=True, highlight=False)
    console.print(Text(f"         {printable(remedy)}"), soft_wrap=True, highlight=False)


def printable(text: str) -> str:
    """Replace what could steer a terminal: a file's name is the sender's choice."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)


def _console(stream: object, *, stderr: bool) -> Console:
    # A terminal that does not know a letter shows a question mark instead of ending the command.
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")
    return Console(stderr=stderr)
