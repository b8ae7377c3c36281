"""One HTML page of finished runs over the same cases: figures, comparison, failures and every conversation.

The page needs no network and no other file. All text from cases, models and files is escaped by the template.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bedside.evals.reports.compared import Comparison, Scored, compare, outcome
from bedside.evals.reports.drawn import drawn
from bedside.evals.reports.shown import given_pictures, shown_dialogue, shown_gold
from bedside.evals.reports.sides import side_of
from bedside.evals.reports.words import ENDINGS, GLOSSARY, MEANING, label, number, patient, percent, who
from bedside.evals.reports.written import written
from bedside.evals.runs.kept import KeptRun, names_of
from bedside.evals.scoring.judge import DiagnosisJudge
from bedside.evals.scoring.marks import FIRST
from bedside.evals.stats import Estimate

_HERE = Path(__file__).parent
_Marks = list[dict[str, float]]


def page(runs: Sequence[KeptRun], judge: DiagnosisJudge | None = None, *, times: bool = True) -> str:
    """The page.

    Args:
        runs: finished, over the same cases; the first is compared with each other one.
        judge: who marked them, if a judge did.
        times: whether it says when and how long; without, two runs of the same make the same page.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    made = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    # Our own files: the only text that is not escaped, beside the curves.
    own = {kind: Markup((_HERE / f"page.{kind}").read_text(encoding="utf-8")) for kind in ("css", "js")}  # noqa: S704
    return made.get_template("page.html").render(**own, **_content(runs, judge, times))


def write_page(runs: Sequence[KeptRun], path: Path, judge: DiagnosisJudge | None = None, *, times: bool = True) -> Path:
    """Writes the page into a file.

    Raises:
        StorageError: the file cannot be written.
    """
    return written(page(runs, judge, times=times), path)


def _content(runs: Sequence[KeptRun], judge: DiagnosisJudge | None, times: bool) -> dict[str, Any]:
    sides = [side_of(run, judge) for run in runs]
    found = compare(sides, times=times)
    marks = [side.by_case for side in sides]
    labels = [label(name) for name in names_of(runs)]
    about = runs[0].about
    metrics = list(dict.fromkeys(one.metric for one in found.scores))
    named = sum(row.gold.leaky for row in runs[0].rows)
    return {
        "title": about.benchmark,
        "purpose": about.purpose,
        "cases_n": len(runs[0].rows),
        "named_n": named,
        "many": _many_patients(runs),
        "doctors": [
            {"label": name, "who": who(run), "i": i} for i, (name, run) in enumerate(zip(labels, runs, strict=True))
        ],
        "patient": list(dict.fromkeys(patient(run.about.setup.patient) for run in runs)),
        "turns": list(dict.fromkeys(run.about.setup.turns for run in runs)),
        "when": _when(runs) if times else "",
        "short": _in_short(found, labels),
        "shares": [_bars(_of(found, metric), labels) for metric in metrics if _of(found, metric)[0].share],
        "averages": [_averages(_of(found, metric)) for metric in metrics if not _of(found, metric)[0].share],
        "curves": drawn(runs, marks, labels),
        "pairs": _pairs(found),
        "strata": _strata(found, labels),
        "cases": [
            _case(runs, marks, labels, i, times) | {"pictures": given}
            for i, given in enumerate(given_pictures(runs[0].rows))
        ],
        "failures": _failures(runs, labels),
        "endings": {key: words for key, words in ENDINGS.items() if _ends(runs, marks, key)},
        "glossary": GLOSSARY,
    }


def _many_patients(runs: Sequence[KeptRun]) -> str:
    n = len(runs[0].rows)
    return f"{n} simulated patient{'' if n == 1 else 's'}"


def _when(runs: Sequence[KeptRun]) -> str:
    days = sorted({run.about.begun[:10] for run in runs if run.about.begun})
    version = " and ".join(sorted({run.about.version for run in runs if run.about.version}))
    return f"Run on {' and '.join(days)} with Bedside {version}."


def _of(found: Comparison, metric: str, stratum: str = "") -> list[Scored]:
    return [one for one in found.scores if one.metric == metric and one.stratum == stratum]


def _in_short(found: Comparison, labels: Sequence[str]) -> list[str]:
    """The first figure of each doctor, and how the first two compare, as sentences."""
    main = FIRST if _of(found, FIRST) else found.scores[0].metric if found.scores else ""
    out = []
    for words, one in zip(labels, _of(found, main), strict=True):
        value = one.estimate
        if one.share:
            hits = round(value.value * value.n)
            out.append(
                f"{words}: {main} in {hits} of {value.n} cases ({percent(value.value)}; plausibly between "
                f"{percent(value.low)} and {percent(value.high)})."
            )
        else:
            out.append(f"{words}: {main} {number(value.value)} on average.")
    for pair in found.compared:
        if pair.metric == main and pair.p is not None:
            points = 100 * pair.difference.value
            ahead = "ahead of" if points > 0 else "behind" if points < 0 else "level with"
            sure = "more than chance would explain" if pair.p < 0.05 else "which chance alone could explain"
            many = f"{abs(points):.0f}"
            far = f"{many} point{'' if many == '1' else 's'} {ahead}" if points else ahead
            out.append(f"{label(pair.one)} is {far} {label(pair.other)}, {sure} (p {pair.p:.3f}).")
    return out


def _bars(scores: Sequence[Scored], labels: Sequence[str]) -> dict[str, Any]:
    rows = [
        {
            "label": words,
            "i": i,
            **{word: 100 * getattr(one.estimate, word) if one.estimate.n else 0.0 for word in ("value", "low", "high")},
            "words": _with_range(one.estimate, percent),
            "n": one.estimate.n,
        }
        for i, (words, one) in enumerate(zip(labels, scores, strict=True))
    ]
    return {"metric": scores[0].metric, "meaning": MEANING.get(scores[0].metric, ""), "rows": rows}


def _averages(scores: Sequence[Scored]) -> dict[str, Any]:
    metric = scores[0].metric
    written = percent if metric.startswith("share of") else number
    cells = [_with_range(one.estimate, written) for one in scores]
    return {"metric": metric, "meaning": MEANING.get(metric, ""), "cells": cells}


def _with_range(value: Estimate, written: Callable[[float], str]) -> str:
    if not value.n:
        return "no case"
    return f"{written(value.value)} ({written(value.low)} to {written(value.high)})"


def _pairs(found: Comparison) -> list[dict[str, Any]]:
    pairs: dict[str, list[dict[str, Any]]] = {}
    for one in found.compared:
        value, share = one.difference, one.p is not None or one.metric.startswith("share of")
        low, middle, high = (
            f"{100 * x:+.1f}" if share else number(x, sign="+") for x in (value.low, value.value, value.high)
        )
        pairs.setdefault(f"{label(one.one)} less {label(one.other)}", []).append(
            {
                "metric": one.metric,
                "difference": f"{middle} points" if share else middle,
                "range": f"{low} to {high}",
                "p": "" if one.p is None else f"{one.p:.3f}",
                "differ": f"{len(one.only_one)} against {len(one.only_other)}" if one.p is not None else "",
            }
        )
    return [{"name": name, "rows": rows} for name, rows in pairs.items()]


def _strata(found: Comparison, labels: Sequence[str]) -> list[dict[str, Any]]:
    out = []
    for stratum in dict.fromkeys(one.stratum for one in found.scores if one.stratum):
        metrics = dict.fromkeys(one.metric for one in found.scores if one.metric.startswith("right"))
        bars = [_bars(_of(found, metric, stratum), labels) for metric in metrics]
        if bars:
            out.append({"name": stratum[:1].upper() + stratum[1:], "n": bars[0]["rows"][0]["n"], "bars": bars})
    return out


def _failures(runs: Sequence[KeptRun], labels: Sequence[str]) -> list[dict[str, Any]]:
    return [
        {
            "label": words,
            "number": i,
            "case": dialogue.case,
            "why": dialogue.failure or "no answer when its turns were spent",
        }
        for words, run in zip(labels, runs, strict=True)
        for i, dialogue in enumerate(run.in_order, 1)
        if dialogue.ended in ("failed", "no answer")
    ]


def _ends(runs: Sequence[KeptRun], marks: Sequence[_Marks], key: str) -> bool:
    return any(
        outcome(m, d) == key
        for run, side in zip(runs, marks, strict=True)
        for m, d in zip(side, run.in_order, strict=True)
    )


def _case(
    runs: Sequence[KeptRun], marks: Sequence[_Marks], labels: Sequence[str], i: int, times: bool
) -> dict[str, Any]:
    row = runs[0].rows[i]
    said = [shown_dialogue(row, run.in_order[i], m[i], times=times) for run, m in zip(runs, marks, strict=True)]
    return {
        "number": i + 1,
        "id": row.case.id,
        "fault": row.fault,
        "objective": row.case.objective or row.case.question or row.case.complaint or row.case.id,
        "question": row.case.question,
        "context": row.case.context,
        "gold": shown_gold(row),
        "said": [{"label": words, "i": n, **one} for n, (words, one) in enumerate(zip(labels, said, strict=True))],
        "outcomes": " ".join(one["outcome"].replace(" ", "-") for one in said),
        "differ": len({one["outcome"] for one in said}) > 1,
    }
