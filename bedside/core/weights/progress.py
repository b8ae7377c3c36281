"""Tells people what is being downloaded, how large it is and under which licence. Writes to standard error."""

from __future__ import annotations

import sys
from typing import Any, Protocol, TextIO


class Progress(Protocol):
    """A listener to one download or assembly. `total` and `done` are bytes."""

    def start(self, title: str, total: int) -> None:
        """A piece of work begins."""
        ...

    def update(self, done: int) -> None:
        """So many bytes are done."""
        ...

    def finish(self) -> None:
        """The work ended, well or not."""
        ...


class Quiet:
    """Says nothing."""

    def start(self, title: str, total: int) -> None:
        """Says nothing."""

    def update(self, done: int) -> None:
        """Says nothing."""

    def finish(self) -> None:
        """Says nothing."""


class PlainLines:
    """One line at the start and one at each tenth: for logs and pipes."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream
        self._total = 1
        self._tenth = 0

    def start(self, title: str, total: int) -> None:
        """Prints the title and the size."""
        self._total, self._tenth = max(total, 1), 0
        self._print(f"{title} ({size_text(total)})")

    def update(self, done: int) -> None:
        """Prints a line when another tenth is done."""
        tenth = min(10, done * 10 // self._total)
        if tenth > self._tenth:
            self._tenth = tenth
            self._print(f"  {tenth * 10} % of {size_text(self._total)}")

    def finish(self) -> None:
        """Prints nothing: the last tenth said it."""

    def _print(self, line: str) -> None:
        # The stream is looked up late so that a test or a front end may have replaced it.
        print(line, file=self._stream or sys.stderr, flush=True)


class Bar:
    """A progress bar over bytes, for a terminal."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._task: Any = None

    def start(self, title: str, total: int) -> None:
        """Draws the bar."""
        from rich.console import Console
        from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as RichProgress

        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
        self._bar = RichProgress(*columns, console=Console(stderr=True))
        self._bar.start()
        self._task = self._bar.add_task(title, total=total)

    def update(self, done: int) -> None:
        """Moves the bar."""
        self._bar.update(self._task, completed=done)

    def finish(self) -> None:
        """Leaves the bar as it is and frees the terminal."""
        if self._bar is not None:
            self._bar.stop()


def default_progress() -> Progress:
    """A bar where a person watches, plain lines elsewhere."""
    return Bar() if sys.stderr.isatty() else PlainLines()


def size_text(size: int) -> str:
    """Bytes as people read them: ``1.12 GB``, ``84 MB``, ``612 B``."""
    for unit, step in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size >= step:
            return f"{size / step:.3g} {unit}"
    return f"{size} B"
