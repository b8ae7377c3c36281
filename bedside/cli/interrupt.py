"""Ctrl-C while an answer is being worked out."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

STOPPED = 130
_SHOW_CURSOR = "\x1b[?25h"


@contextmanager
def leaves_on_interrupt(thread: str) -> Iterator[None]:
    """While it lasts, Ctrl-C says how to go on and ends the process at once.

    The graph would first wait for the step that is running, for as long as a model thinks. Nothing is lost without
    that: the message and every finished step are on disk, as after ``kill -9``.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def leave(signal_number: int, frame: FrameType | None) -> None:
        cursor = _SHOW_CURSOR if sys.stderr.isatty() else ""
        # Written past Python's buffers: the handler may run in the middle of a print.
        os.write(2, f"{cursor}\n{stopped_sentence(thread)}\n".encode())
        os._exit(STOPPED)

    before = signal.signal(signal.SIGINT, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def stopped_sentence(thread: str = "THREAD") -> str:
    """What is said after Ctrl-C."""
    return (
        "[BED-ASK-010] Stopped. What was written is kept: `bedside threads` lists the thread, "
        f"`bedside resume {thread}` finishes it."
    )
