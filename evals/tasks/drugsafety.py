"""Does the check of drugs catch what it must, and leave alone what it must? Against any two names in one text."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter

from bedside.core.base import Frozen
from bedside.core.settings import Settings
from bedside.evals.registry import Report, Score, evaluation
from bedside.evals.rows import read_rows
from bedside.evals.stats import Estimate, percentile, proportion

DATA = Path(__file__).resolve().parents[1] / "data" / "drugsafety.yaml"
TOOL, NAMES = "drug_safety", "name co-occurrence"
_SEVERE = ("contraindicated", "major")


class Vignette(Frozen):
    """A message and what must be caught: ``drug + drug`` or ``drug: kind`` each; nothing where it must stay quiet."""

    id: str
    half: Literal["dev", "held"]
    text: str
    catch: tuple[str, ...] = ()


class Line(Frozen):
    """One vignette: whether each system was right, what the tool said of severe things, and its milliseconds."""

    vignette: Vignette
    right: bool
    right_names: bool
    said: tuple[str, ...]
    milliseconds: float


@evaluation("drugsafety", "whether checks of drugs catch what they must and stay quiet where nothing severe is known")
def drugsafety(settings: Settings, data: Path | None = None, limit: int | None = None) -> Report:
    """Runs every vignette.

    Raises:
        SettingsError: `data` is not a file of vignettes.
    """
    vignettes = load(data or DATA)[:limit]
    return report_of([judged(v) for v in vignettes], data or DATA)


def load(path: Path = DATA) -> tuple[Vignette, ...]:
    """The vignettes of a YAML file.

    Raises:
        SettingsError: the file cannot be read or breaks the schema.
    """
    return read_rows(path, TypeAdapter(tuple[Vignette, ...]), "vignettes", DATA)


def judged(vignette: Vignette) -> Line:
    """One vignette read and checked as in a conversation: facts from the text, the question the same text."""
    from bedside.tools.medications.asked import asked_drugs
    from bedside.tools.medications.drug_safety import check
    from bedside.tools.notes.read import read_note

    started = time.perf_counter()
    catches = check(vignette.text, read_note(vignette.text, "m1").facts)
    milliseconds = (time.perf_counter() - started) * 1000
    asked = set(asked_drugs(vignette.text))
    severe = [c for c in catches if c.severity in _SEVERE and set(c.drugs) & asked]
    found = {name for c in severe for name in (f"{c.drugs[0]}: {c.kind}", " + ".join(sorted(c.drugs)))}
    wanted = {" + ".join(sorted(w.split(" + "))) if " + " in w else w for w in vignette.catch}
    return Line(
        vignette=vignette,
        right=wanted <= found if wanted else not severe,
        right_names=bool(vignette.catch) == _named_together(vignette.text),
        said=tuple(c.statement for c in severe),
        milliseconds=milliseconds,
    )


def _named_together(text: str) -> bool:
    """The baseline: two drugs named anywhere in the text have a severe row, whoever takes them or took them."""
    from bedside.knowledge.drugs import drugs_in
    from bedside.tools.medications.pairs import interaction

    names = dict.fromkeys(d.name for d in drugs_in(text))
    rows = (interaction(one, other, ()) for one, other in combinations(names, 2))
    return any(row is not None and row.severity in _SEVERE for row in rows)


def report_of(lines: Sequence[Line], source: Path) -> Report:
    """Sensitivity and specificity in each half, for the tool and for the baseline, and the time it took."""
    scores = []
    for half in ("dev", "held"):
        rows = [line for line in lines if line.vignette.half == half]
        for system in (TOOL, NAMES):
            scores += [
                Score(metric=f"{half}: {metric}", system=system, estimate=estimate)
                for metric, estimate in _figures(rows, system == TOOL).items()
            ]
    slowest = sorted(line.milliseconds for line in lines)
    notes = [f"wrong: {n.vignette.id} ({n.vignette.half}): {n.vignette.text} -> {n.said}" for n in lines if not n.right]
    if slowest:
        at = percentile(slowest, 0.95)
        notes.append(f"reading and checking one vignette, ms: median {slowest[len(slowest) // 2]:.1f}, p95 {at:.1f}")
    positive = sum(bool(line.vignette.catch) for line in lines)
    return Report(
        name="drugsafety",
        set=f"{source.name}, {positive} vignettes with a catch and {len(lines) - positive} without",
        scores=tuple(scores),
        notes=tuple(notes),
    )


def _figures(rows: Sequence[Line], tool: bool) -> dict[str, Estimate]:
    right = [(line.right if tool else line.right_names, bool(line.vignette.catch)) for line in rows]
    ill = [hit for hit, positive in right if positive]
    well = [hit for hit, positive in right if not positive]
    return {"sensitivity": proportion(sum(ill), len(ill)), "specificity": proportion(sum(well), len(well))}
