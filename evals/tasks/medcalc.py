"""Do the calculators give MedCalc-Bench's answers, from its entities or from the note alone?

A row counts as right where the result, before it is rounded, lies within the limits of its label. The labels of the
first version are partly wrong: every disagreement is listed with what the published formula gives, and with the fault
of the label where a known one makes exactly this label (`medcalc_faults`). Two shares are printed: over all rows, and
without the disagreements whose label is shown wrong so. What a row does not mention counts as absent, as the benchmark
states of itself; a calculator in use does not do that: it says what is not recorded and the range that this leaves
open. Of several values in a note the one at presentation counts, since the notes are reports of cases and the labels
are of their presentation; dates in numbers have the month first, which the questions name.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bedside.core.case import Fact, FactStatus, Span
from bedside.core.errors import BedsideError
from bedside.core.settings import Settings
from bedside.evals.medcalc import Row, facts_of, load_rows, tool_of, within
from bedside.evals.medcalc_faults import faulty
from bedside.evals.registry import Report, Score, data_of, evaluation
from bedside.evals.stats import proportion
from bedside.tools.calculator import Calculator
from bedside.tools.calculator_inputs import InputKind, read_inputs
from bedside.tools.contract import ToolRequest, ToolResult
from bedside.tools.equation import Equation
from bedside.tools.point_score import PointScore
from bedside.tools.registry import Toolbox

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

ENTITIES, NOTE = "entities", "note"


class Result(NamedTuple):
    """What a calculator gave for a row: the value, the words, and why there is none."""

    value: float | None
    statement: str
    trouble: str = ""


@evaluation(
    "medcalc",
    "whether the calculators give MedCalc-Bench's answers, from the given entities or from the note",
    sources=(ENTITIES, NOTE),
    compares=True,
)
def medcalc(
    settings: Settings, data: Path | None = None, limit: int | None = None, source: str = ENTITIES, alone: int = 0
) -> Report:
    """The share of rows within limits, over all, by half and by calculator, and every disagreement.

    With `alone` the core model alone answers so many rows, evenly spread, and Bedside's share of them stands beside;
    from the note, also its share where the core model reads the inputs that the rules do not find (`fills_in`).

    Raises:
        SettingsError: the data is not there or not of the form.
    """
    folder = data_of(settings, data, "The evaluation needs MedCalc-Bench.", "medcalc-bench")
    rows = load_rows(folder)[:limit]
    box = Toolbox(settings)
    results = [computed(row, box, source) for row in rows]
    right = [within(row, r.value, r.statement) for row, r in zip(rows, results, strict=True)]
    wrong = {index: shown_fault(rows[index], box) for index, ok in enumerate(right) if not ok}
    scores = _scores(rows, results, right, wrong, f"from {source}")
    if alone:
        scores[3:3] = _beside_the_model(rows, right, alone, box, source)
    return Report(
        name="medcalc",
        set=f"{len(rows)} rows of MedCalc-Bench, {len({row.calculator for row in rows})} calculators",
        scores=tuple(scores),
        notes=tuple(told(rows[index], results[index], fault) for index, fault in wrong.items()),
    )


def _scores(
    rows: list[Row], results: list[Result], right: list[bool], wrong: dict[int, str], system: str
) -> list[Score]:
    faulty_labels = sum(bool(fault) for fault in wrong.values())
    answered = sum(not r.trouble for r in results)
    shares = [
        ("within limits", sum(right), len(rows)),
        ("within limits, label not shown wrong", sum(right), len(rows) - faulty_labels),
        ("answered", answered, len(rows)),
    ]
    for half in ("development", "kept apart"):
        mine = [index for index, row in enumerate(rows) if half_of(row) == half]
        shares.append((f"within limits, half {half}", sum(right[i] for i in mine), len(mine)))
    totals = Counter(row.calculator for row in rows)
    hits = Counter(row.calculator for row, ok in zip(rows, right, strict=True) if ok)
    shares += [(f"within limits, {name}", hits[name], n) for name, n in sorted(totals.items())]
    return [Score(metric=metric, system=system, estimate=proportion(k, n)) for metric, k, n in shares]


def half_of(row: Row) -> str:
    """The half of the notes that a row is of: rules were made while looking at "development", at the other never.

    By a hash of the note, so that all questions about one note are in one half.
    """
    digest = hashlib.sha256(" ".join(row.note.split()).encode()).digest()
    return "development" if digest[-1] % 2 == 0 else "kept apart"


def _beside_the_model(rows: list[Row], right: list[bool], many: int, box: Toolbox, source: str) -> list[Score]:
    """The core model alone on `many` rows, evenly spread over those kept apart, and Bedside on the same ones."""
    from bedside.agent.models.core import core_model
    from bedside.evals.medcalc_alone import alone

    kept = [i for i, row in enumerate(rows) if half_of(row) == "kept apart"] or list(range(len(rows)))
    many = min(many, len(kept))
    chosen = [kept[n * len(kept) // many] for n in range(many)]
    model = core_model(box.settings)
    hits = {"model alone": [alone(model, rows[i]) for i in chosen], f"from {source}": [right[i] for i in chosen]}
    if source == NOTE:
        results = [computed(rows[i], box, source, model) for i in chosen]
        filled = [within(rows[i], r.value, r.statement) for i, r in zip(chosen, results, strict=True)]
        hits[f"from {source}, filled in"] = filled
    metric = "within limits, the same rows"
    return [Score(metric=metric, system=name, estimate=proportion(sum(ok), many)) for name, ok in hits.items()]


def shown_fault(row: Row, box: Toolbox) -> str:
    """The known fault that makes exactly the label of this row from its entities; "" where none does."""
    name = tool_of(row)
    tool = box.get(name) if name else None
    if not isinstance(tool, Calculator):
        return ""
    found = faulty(tool, read_inputs(tool.inputs, _with_absent(tool, facts_of(row, tool))))
    if found is None:
        return ""
    words, labels = found
    made = any(within(row, None, x) if isinstance(x, str) else within(row, x, "") for x in labels)
    return words if made else ""


def told(row: Row, result: Result, fault: str) -> str:
    """A disagreement in one line, with the fault of the label where one is known."""
    label = f"label {row.answer} ({row.low} to {row.high})"
    side = f" The label is wrong: {fault}." if fault else ""
    return f"row {row.number}, {row.calculator}: {label}; published formula: {result.trouble or result.statement}{side}"


def computed(row: Row, box: Toolbox, source: str, model: BaseChatModel | None = None) -> Result:
    """What the calculator that the row names gives, over the row's entities or what is read from its note.

    With a `model`, it reads in the note the inputs that the rules do not find; where it fails, the rules' stand alone.
    """
    name = tool_of(row)
    if not name:
        return Result(None, "", f"no calculator is called {row.calculator!r}")
    tool = box.get(name)
    if not isinstance(tool, Calculator):
        return Result(None, "", f"{name} is no calculator")
    known = facts_of(row, tool) if source == ENTITIES else _read(row)
    known = known if model is None else (*_filled_in(row, tool, known, model), *known)
    facts = _with_absent(tool, known)
    result = tool.run(ToolRequest(question=row.question, facts=facts))
    if result.refusal is not None:
        return Result(None, "", f"refused: {result.refusal.why}")
    headline = result.evidence[0] if result.evidence else None
    if isinstance(tool, PointScore) and (headline is None or headline.value is None):
        value = tool.with_silence(read_inputs(tool.inputs, known))
        if headline is None and value:  # no coma scale is its least of three points because nobody gave one
            return _not_recorded(result)
        said = "Nothing is recorded." if headline is None else headline.statement
        return Result(value, f"{said} With what is not recorded counted as absent: {value:g}.")
    if headline is None:
        return _not_recorded(result)
    exact = tool.exact(read_inputs(tool.inputs, facts))
    return Result(headline.value if exact is None else exact, headline.statement)


def _not_recorded(result: ToolResult) -> Result:
    return Result(None, "", f"not recorded: {', '.join(m.label for m in result.missing)}")


def _read(row: Row) -> tuple[Fact, ...]:
    from bedside.tools.notes.moment import at_admission
    from bedside.tools.notes.read import read_note

    reading = read_note(f"{row.note}\n{row.question}", "note", date_order="month first", items=True)
    return at_admission((*reading.items, *reading.facts))


def _filled_in(row: Row, tool: Calculator, known: tuple[Fact, ...], model: BaseChatModel) -> tuple[Fact, ...]:
    from bedside.agent.fill_in import fill_in

    try:
        return fill_in(model, "the core model", tool.inputs, (("note", row.note),), known)
    except BedsideError:
        return ()


def _with_absent(tool: Calculator, known: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """The facts of an equation, with the findings that nobody mentioned as absent."""
    if not isinstance(tool, Equation):
        return known
    named = {fact.name for fact in known}
    silent = [s for s in tool.inputs if s.kind is InputKind.PRESENCE and s.required and s.name not in named]
    span = Span(source="row", start=0, end=0, text="")
    return known + tuple(Fact(name=s.name, label=s.label, status=FactStatus.ABSENT, span=span) for s in silent)
