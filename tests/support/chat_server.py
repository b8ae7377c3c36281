"""Serves the web chat with a stand-in for the core model, as its own process.

    python -m support.chat_server HOME demo|scripted [PACE]

`demo` replays a hand-made answer with every kind of evidence; `scripted` is the real Assistant over a scripted model.
"""

from __future__ import annotations

import sys
from pathlib import Path

from bedside.core.settings import Settings
from bedside.ui.app import run
from support.assistant import scripted_assistant
from support.demo_assistant import DemoAssistant

if __name__ == "__main__":
    home, kind = Path(sys.argv[1]), sys.argv[2]
    if kind == "demo":
        settings = Settings(home=home / "home", output=home / "output")
        pace = float(sys.argv[3]) if len(sys.argv) > 3 else 0.05
        run(DemoAssistant(home / "output", pace), settings, "127.0.0.1", 0)
    else:
        assistant = scripted_assistant(home)
        run(assistant, assistant.settings, "127.0.0.1", 0)
