"""An Assistant with a scripted core model and real everything else: rules, calculators, guidelines, gate, memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bedside.api import Assistant
from bedside.core.settings import RetrievalSettings, Settings
from support.scripted import Odds, ScriptedChat

CASE = (
    "67-year-old man, fever, productive cough, new confusion, RR 32, BP 88/56, urea 9.1 mmol/L. "
    "How severe is his pneumonia and where should he be treated?"
)


def obliging(messages: Any) -> Any:
    """Finds every passage relevant, every judged claim supported, and proposes nothing."""
    instruction = messages[0].text
    if "choosing what to consult" in instruction:
        return {"search": ""}
    if "sort guideline statements" in instruction:
        return Odds(Yes=0.9, No=0.1)
    return Odds(A=0.9, B=0.05, C=0.05)


def scripted_assistant(home: Path, reply: Any = obliging, **settings: Any) -> Assistant:
    """An Assistant whose threads live under `home`; weights stay in the user's cache."""
    made = Settings(
        home=home / "home", output=home / "output", retrieval=settings.pop("retrieval", RetrievalSettings()), **settings
    )
    return Assistant(made, model=ScriptedChat(reply=reply))
