"""Does search find the right text? On graded answers to people's questions, and on abstracts by their own question."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bedside.core.settings import Settings
from bedside.evals.ranking_metrics import (
    GOOD,
    auroc,
    balanced_accuracy,
    best_threshold,
    ndcg,
    paired_bootstrap,
    recall,
    reciprocal_rank_at,
)
from bedside.evals.registry import Report, Score, data_of, evaluation
from bedside.evals.stats import bootstrap, proportion

if TYPE_CHECKING:
    from bedside.evals.liveqa import LiveQa
    from bedside.evals.rankers import System
    from bedside.retrieval.embed import Embedder

CACHE = "eval-vectors"


@evaluation("retrieval", "whether search finds graded answers (LiveQA over MedQuAD) and abstracts (PubMedQA)")
def retrieval(settings: Settings, data: Path | None = None, limit: int | None = None) -> Report:
    """Ranks every text for every question by each system. The vectors of the corpus are kept in the cache folder.

    Raises:
        SettingsError: there is no data folder, or a set in it is not as published.
    """
    from bedside.retrieval.embed import MiniLm

    folder = data_of(settings, data, "The retrieval evaluation needs its data.")
    return measured(folder, MiniLm(settings), settings.cache / CACHE, limit)


def measured(data: Path, embedder: Embedder, cache: Path | None, limit: int | None = None) -> Report:
    """The report of both sets with the adapter that comes with Bedside."""
    from bedside.evals.liveqa import load_liveqa
    from bedside.evals.pubmedqa import load_pubmedqa
    from bedside.evals.rankers import pair_systems, text_systems
    from bedside.retrieval.adapter.model import Adapter

    adapter = Adapter.load()
    live, abstracts = load_liveqa(data), load_pubmedqa(data)[:limit]
    numbers = list(live.questions)[:limit]
    asked = [live.questions[number] for number in numbers]
    scores = graded(pair_systems(asked, live.corpus, embedder, adapter, cache), numbers, live)
    systems = text_systems([a.question for a in abstracts], [a.text for a in abstracts], embedder, adapter, cache)
    notes = [
        f"LiveQA: {len(live.corpus)} answers; unjudged counts as grade 1; half of the published judgements",
        "LiveQA: (a) questions with a grade above 1, (b) those with a good answer, grade 3 or 4",
        f"PubMedQA: {len(abstracts)} questions to their own abstract among as many; conclusions are not indexed",
        "abstention: each PubMedQA question with its abstract in the corpus against without it",
        "balanced accuracy: the threshold is chosen on every second question and reported on the others",
    ]
    scores += [s for system in systems for s in own_abstract(system, len(abstracts), notes)]
    return Report(
        name="retrieval",
        set=f"{len(numbers)} LiveQA and {len(abstracts)} PubMedQA questions",
        scores=tuple(sorted(scores, key=lambda s: s.metric)),
        notes=tuple(notes),
    )


def graded(systems: Sequence[System], numbers: Sequence[str], live: LiveQa) -> list[Score]:
    """nDCG, reciprocal rank and recall at 10 of each system on the graded answers."""
    scores = []
    for system in systems:
        figures: dict[str, list[float]] = {}
        for index, number in enumerate(numbers):
            grades = live.grades[number]
            good = {row for row, grade in grades.items() if grade >= GOOD}
            ranked = system.ranked(index)
            gained = ndcg(ranked, grades)
            if not math.isnan(gained):
                figures.setdefault("LiveQA nDCG@10 (a)", []).append(gained)
            if good:
                figures.setdefault("LiveQA nDCG@10 (b)", []).append(gained)
                figures.setdefault("LiveQA MRR@10 (b)", []).append(reciprocal_rank_at(ranked, good))
                figures.setdefault("LiveQA recall@10 (b)", []).append(recall(ranked, good))
        scores += [Score(metric=m, system=system.name, estimate=bootstrap(v)) for m, v in figures.items()]
    return scores


def own_abstract(system: System, n: int, notes: list[str]) -> list[Score]:
    """How often a question's own abstract comes first, and how well the first score tells that it is there at all."""
    first = [system.ranked(index, 1)[0] == index for index in range(n)]
    held = [float(system.scores(index).max()) for index in range(n)]
    removed = [float(system.scores(index, without=index).max(initial=0.0)) for index in range(n)]
    threshold = best_threshold(held[::2], removed[::2])
    notes.append(f"threshold of {system.name}: {threshold:.4f}")

    def accuracy(answerable: Sequence[float], others: Sequence[float]) -> float:
        return balanced_accuracy(answerable, others, threshold)

    return [
        Score(metric="PubMedQA recall@1", system=system.name, estimate=proportion(sum(first), n)),
        Score(metric="abstention AUROC", system=system.name, estimate=paired_bootstrap(held, removed, auroc)),
        Score(
            metric="abstention balanced accuracy",
            system=system.name,
            estimate=paired_bootstrap(held[1::2], removed[1::2], accuracy),
        ),
    ]
