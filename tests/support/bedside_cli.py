"""The real command line over a scripted core model, for tests that need a process of its own.

    python -m support.bedside_cli HOME DELAY COMMAND...

Each call of the model takes DELAY seconds; a line "thinking" on standard error says that one has begun.
"""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path
from typing import Any

from bedside import api
from bedside.cli import main
from bedside.core.settings import Settings
from support.assistant import obliging
from support.scripted import ScriptedChat


def scripted_command(home: Path, delay: float, arguments: list[str]) -> None:
    """Runs the command with an Assistant whose model is scripted."""

    def slowly(messages: Any) -> Any:
        print("thinking", file=sys.stderr, flush=True)
        time.sleep(delay)
        return obliging(messages)

    class Scripted(api.Assistant):
        def __init__(self, settings: Settings | None = None) -> None:
            made = settings or Settings(home=home / "home", output=home / "output")
            super().__init__(made, model=ScriptedChat(reply=slowly))

    api.Assistant = Scripted  # type: ignore[misc]
    sys.argv = ["bedside", *arguments]
    main()


if __name__ == "__main__":
    # A test runner in the background may have handed down an ignored Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    scripted_command(Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3:])
