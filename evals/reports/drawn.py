"""The curves of a report: right answers by how much was asked, and by how sure the doctor said it was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bedside.evals.patients.actions import Ask, Choose, Diagnose, RequestImage, RequestTest
from bedside.evals.patients.dialogue import Dialogue
from bedside.evals.reports.curves import Line, curve, swatch
from bedside.evals.runs.kept import KeptRun
from bedside.evals.scoring.marks import FIRST

_Marks = list[dict[str, float]]
# Of fewer answers no share is drawn.
_FEWEST = 5


def drawn(runs: Sequence[KeptRun], marks: Sequence[_Marks], labels: Sequence[str]) -> list[dict[str, Any]]:
    """Each curve that the runs give: its title, what it says in words, the drawing, and the key to its lines."""
    from markupsafe import Markup

    out = []
    turns = [Line(name, _by_turns(run, m)) for name, run, m in zip(labels, runs, marks, strict=True)]
    most = max(run.about.setup.turns for run in runs)
    if most and all(FIRST in one for side in marks for one in side):
        ticks = [(float(t), str(t)) for t in sorted({round(most * part / 4) for part in range(5)})]
        words = "Of all cases, the part that was answered rightly with at most so many questions and tests."
        out.append(("Right answers by questions and tests", words, turns, "questions and tests, at most", ticks))
    sure = [Line(name, _by_confidence(run, m)) for name, run, m in zip(labels, runs, marks, strict=True)]
    if any(len(line.points) > 1 for line in sure):
        ticks = [(0.0, "0 %"), (0.5, "50 %"), (1.0, "100 %")]
        words = (
            "If only the cases were answered of which the doctor was surest, how many of those answers would be right? "
            "A line that falls to the right means that the stated confidence is of use."
        )
        out.append(("Right answers by confidence", words, sure, "cases that are answered, the surest first", ticks))
    return [
        {
            "title": title,
            "words": words,
            "svg": Markup(curve(lines, title, across, ticks)),  # noqa: S704  (made of numbers and escaped words)
            "key": [{"label": line.name, "swatch": Markup(swatch(i))} for i, line in enumerate(lines)],  # noqa: S704
        }
        for title, words, lines, across, ticks in out
    ]


def _by_turns(run: KeptRun, marks: _Marks) -> tuple[tuple[float, float], ...]:
    """Steps: how many questions and tests, and the share of all cases that are right by then."""
    needed = sorted(_spent(d) for d, m in zip(run.in_order, marks, strict=True) if m.get(FIRST))
    points, right = [(0.0, 0.0)], 0.0
    for turns in range(run.about.setup.turns + 1):
        now = sum(n <= turns for n in needed) / len(marks)
        if now != right:
            points += [(float(turns), right), (float(turns), now)]
            right = now
    return (*points, (float(run.about.setup.turns), right))


def _spent(dialogue: Dialogue) -> int:
    return sum(isinstance(turn.action, Ask | RequestTest | RequestImage) for turn in dialogue.turns)


def _by_confidence(run: KeptRun, marks: _Marks) -> tuple[tuple[float, float], ...]:
    """The share of all cases that is answered, the surest first, and how many of those answers are right."""
    sure = []
    for dialogue, mark in zip(run.in_order, marks, strict=True):
        final = dialogue.final
        said = final.ranked[0].confidence if isinstance(final, Diagnose) else None
        said = final.confidence if isinstance(final, Choose) else said
        if said is not None and FIRST in mark:
            sure.append((said, mark[FIRST]))
    sure.sort(key=lambda one: -one[0])
    right = 0.0
    points: list[tuple[float, float]] = []
    for n, (said, hit) in enumerate(sure, 1):
        right += hit
        if n >= _FEWEST and (n == len(sure) or sure[n][0] != said):
            points.append((n / len(marks), right / n))
    return tuple(points)
