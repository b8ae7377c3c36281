"""A progress bar with the time left, on standard error, and nothing where that is no terminal."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any


class Watch:
    """Counts finished dialogues; use as a context."""

    def __init__(self, title: str, total: int, done: int = 0) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self._bar: Any = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
            console=Console(file=sys.stderr), disable=not sys.stderr.isatty(),
        )  # fmt: skip
        self._task = self._bar.add_task(title, total=total, completed=done)

    def step(self) -> None:
        """One more is finished."""
        self._bar.advance(self._task)

    def __enter__(self) -> Watch:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()
