"""What the likeness to an emergency adds to the red flags by rule: each alone and both, as they are in the product."""

from __future__ import annotations

from collections.abc import Sequence

from bedside.core.settings import Settings
from bedside.evals.registry import Score
from bedside.evals.stats import proportion
from bedside.retrieval.embed import Embedder, MiniLm
from bedside.tools.notes.read import read_facts
from bedside.tools.redflags.engine import of_a_patient, red_flags
from bedside.tools.redflags.likeness import load_likeness

RULES, NET, EITHER = "red flags", "likeness alone", "red flags or likeness"


def figures(
    part: str, texts: Sequence[tuple[str, bool]], settings: Settings, embedder: Embedder | None = None
) -> list[Score]:
    """How many emergencies are noticed by anything at all, and how many others are left in silence.

    Args:
        part: of the vignettes, for the name of the figure.
        texts: each with whether it tells of an emergency.
        settings: of the embedder.
        embedder: another than MiniLM.
    """
    held = load_likeness()
    embedder = embedder or MiniLm(settings)
    found: dict[str, list[bool]] = {RULES: [], NET: [], EITHER: []}
    for text, _ in texts:
        facts = read_facts(text, "note")
        reading = held.read(text, embedder) if of_a_patient(facts) else None
        rule, net = bool(red_flags(facts)), reading is not None and reading.alarming
        for system, alarmed in ((RULES, rule), (NET, net), (EITHER, rule or net)):
            found[system].append(alarmed)
    out = []
    for system, alarms in found.items():
        ill = [alarm for alarm, (_, is_ill) in zip(alarms, texts, strict=True) if is_ill]
        well = [not alarm for alarm, (_, is_ill) in zip(alarms, texts, strict=True) if not is_ill]
        for name, held_true in (("anything raised on an emergency", ill), ("silent without one", well)):
            estimate = proportion(sum(held_true), len(held_true))
            out.append(Score(metric=f"{part}: {name}", system=system, estimate=estimate))
    return out
