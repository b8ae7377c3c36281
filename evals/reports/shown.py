"""Cases, transcripts and final answers as the page shows them."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bedside.evals.patients.actions import Abstain, Ask, Choose, Diagnose, RequestImage, RequestTest, Write
from bedside.evals.patients.case import Gold, Row
from bedside.evals.patients.dialogue import Dialogue, Turn
from bedside.evals.reports.compared import outcome
from bedside.evals.reports.words import ENDINGS, percent
from bedside.evals.scoring.same_diagnosis import agreement

_BYTES = 300_000
# Of all pictures that were given, so that a browser opens the page of a large set.
_ALL_BYTES = 20_000_000
_KINDS = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpeg"}


def shown_dialogue(row: Row, dialogue: Dialogue, marks: dict[str, float], *, times: bool) -> dict[str, Any]:
    """A dialogue for the page: how it ended, its bubbles and cards, and its answer."""
    how = outcome(marks, dialogue)
    turns = dialogue.turns[:-1] if dialogue.final is not None else dialogue.turns
    asked = sum(isinstance(t.action, Ask) for t in turns)
    tests = sum(isinstance(t.action, RequestTest | RequestImage) for t in turns)
    spent = f"{_many(asked, 'question')}, {_many(tests, 'test')}"
    if dialogue.tokens:
        spent += f", {dialogue.tokens:,} tokens"
    if times:
        spent += f", {dialogue.seconds:.1f} s"
    return {
        "outcome": how,
        "ending": _ending(dialogue, how),
        "failure": dialogue.failure,
        "turns": [_turn(turn) for turn in turns],
        "spent": spent,
        "answer": _answer(dialogue, row),
    }


def shown_gold(row: Row) -> dict[str, Any]:
    """What is right, for the page."""
    gold: Gold = row.gold
    option = next((f"{o.letter}. {o.text}" for o in row.case.options if o.letter == gold.option), gold.option)
    return {"right": gold.diagnosis or option, "also": gold.also, "texts": gold.texts, "leaky": gold.leaky}


def _many(n: int, noun: str) -> str:
    return f"{n} {noun}{'' if n == 1 else 's'}"


def _ending(dialogue: Dialogue, how: str) -> str:
    if dialogue.ended == "no answer":
        return "No answer"
    return ENDINGS[how]


def _turn(turn: Turn) -> dict[str, Any]:
    kind = "test" if isinstance(turn.action, RequestTest | RequestImage) else turn.speaker
    return {
        "kind": "result" if kind == "measurement" else kind,
        "who": {"test": "Doctor orders", "measurement": "Result", "doctor": "Doctor", "patient": "Patient"}[kind],
        "text": turn.action.name if isinstance(turn.action, RequestTest | RequestImage) else turn.text,
        "pictures": [_picture(path) for path in turn.pictures],
    }


def given_pictures(rows: Sequence[Row]) -> list[list[dict[str, str]]]:
    """The pictures that the doctor has from the start, by case, for the page; by name alone once they are too many."""
    left, out = _ALL_BYTES, []
    for row in rows:
        paths = [p.path for p in row.case.pictures if p.given and p.path is not None]
        shown = [_picture(str(path)) for path in paths] if left > 0 else []
        left -= sum(len(picture["data"]) for picture in shown)
        out.append(shown if left > 0 else [{"name": path.name, "data": ""} for path in paths])
    return out


def _picture(path: str) -> dict[str, str]:
    """A picture's name, and itself as a data address where it is a small PNG or JPEG that is still there."""
    file = Path(path)
    try:
        data = file.read_bytes() if file.stat().st_size <= _BYTES else b""
    except OSError:
        data = b""
    kind = next((kind for start, kind in _KINDS.items() if data.startswith(start)), "")
    return {"name": file.name, "data": f"data:image/{kind};base64,{base64.b64encode(data).decode()}" if kind else ""}


def _answer(dialogue: Dialogue, row: Row) -> dict[str, Any]:
    final = dialogue.final
    out: dict[str, Any] = {
        "ranked": [],
        "options": [],
        "statements": [],
        "plan": [],
        "readings": [],
        "plain": "",
        "text": "",
        "why": "",
    }
    if isinstance(final, Diagnose):
        out["ranked"] = [_named(d.name, d.confidence, bool(agreement(d.name, row.gold))) for d in final.ranked]
        out["statements"], out["plan"], out["plain"] = final.statements, final.plan, final.plain
        out["readings"] = final.readings
    elif isinstance(final, Choose):
        out["options"] = [
            {
                **_named(f"{o.letter}. {o.text}", final.probabilities.get(o.letter), o.letter == row.gold.option),
                "chosen": o.letter == final.letter,
            }
            for o in row.case.options
        ] or [{**_named(final.letter, final.confidence, final.letter == row.gold.option), "chosen": True}]
        out["statements"] = _rests_on(final.evidence)
    elif isinstance(final, Write):
        out["text"] = final.text
        out["statements"] = _rests_on(final.evidence)
    elif isinstance(final, Abstain):
        out["why"] = final.why
        out["ranked"] = [_named(d.name, d.confidence, bool(agreement(d.name, row.gold))) for d in final.leaning]
    return out


def _rests_on(evidence: tuple[str, ...]) -> list[dict[str, Any]]:
    return [{"text": "What tools and searches gave for it", "evidence": evidence}] if evidence else []


def _named(name: str, confidence: float | None, right: bool) -> dict[str, Any]:
    return {"name": name, "confidence": "" if confidence is None else percent(confidence), "right": right}
