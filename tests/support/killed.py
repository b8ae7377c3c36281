"""Runs one question and kills its own process with SIGKILL at a chosen moment of a chosen node.

    python -m support.killed HOME NODE before|after [LOG]

Each node that finishes appends its name to LOG, so that a test can count what ran.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

from bedside.agent import graph
from support.assistant import CASE, scripted_assistant


def log_nodes(log: Path) -> None:
    """Has every node append its name to `log` when it has finished."""
    for name, (title, node) in list(graph.NODES.items()):

        def logged(state: Any, services: Any, name: str = name, node: Any = node) -> Any:
            update = node(state, services)
            with log.open("a", encoding="utf-8") as stream:
                stream.write(f"{name}\n")
                stream.flush()
            return update

        graph.NODES[name] = (title, logged)


def kill_at(target: str, moment: str) -> None:
    """Has the process die when `target` is about to run, or has run and is not yet written down."""
    title, node = graph.NODES[target]

    def dying(state: Any, services: Any) -> Any:
        if moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        update = node(state, services)
        os.kill(os.getpid(), signal.SIGKILL)
        return update

    graph.NODES[target] = (title, dying)


if __name__ == "__main__":
    home, node, moment, log = Path(sys.argv[1]), sys.argv[2], sys.argv[3], Path(sys.argv[4])
    log_nodes(log)
    kill_at(node, moment)
    scripted_assistant(home).ask(CASE, thread="killed")
