"""Fits the weights of the guideline search to the development questions, and prints what they reach across folds.

    python -m bedside.evals.fit_relevance

The figures that are reported come from other questions (``bedside eval run guidelines``), which this never opens.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from bedside.core.settings import Settings
from bedside.evals.tasks.guidelines import Held, NotHeld, load
from bedside.knowledge.applies import applicable
from bedside.knowledge.library import Passage, load_library
from bedside.retrieval.relevance import WEIGHTS, Signals, Weights
from bedside.retrieval.search import Retriever
from bedside.retrieval.vectors import Floats

if TYPE_CHECKING:
    from numpy.typing import NDArray

_DATA = Path(__file__).resolve().parent / "data"
SETS = (_DATA / "retrieval_dev.yaml", _DATA / "retrieval_dev_terse.yaml")
# Of each question the passages that come first under the weights so far: the others are never near.
_CANDIDATES = 60
_FOLDS = 10
_SEED = 0
# What the threshold of the settings is in the logit: relevance 0.30.
_AT_THRESHOLD = float(np.log(0.30 / 0.70))


class Asked(NamedTuple):
    """A development question: the signals of its candidates, (C, 5), which of them answer, (C,), whether any can."""

    signals: Floats
    answers: NDArray[np.bool_]
    held: bool


def main() -> None:
    """Fits, and prints the weights and the figures across folds."""
    settings = Settings()
    library = load_library(settings)
    retriever = Retriever(settings, library)
    asked = [one for path in SETS for one in _asked(path, retriever, library.passages())]
    logits: list[Any] = [None] * len(asked)
    for fold in range(_FOLDS):
        tested = np.random.default_rng(_SEED).permutation(len(asked)) % _FOLDS == fold
        weights = fit([one for one, out in zip(asked, tested, strict=True) if not out])
        for at in np.flatnonzero(tested).tolist():
            logits[at] = Signals(*asked[at].signals.T).logits(weights)
    print("cut     recall@3          silent where nothing answers")
    best, cut = max((_balance(asked, logits, c), c) for c in np.arange(-4.5, 0.0, 0.1))
    for shown in (cut - 0.5, cut, cut + 0.5):
        found, silent = _counts(asked, logits, shown)
        print(f"{shown:5.1f}   {found[0]}/{found[1]}           {silent[0]}/{silent[1]}")
    whole = fit(asked)
    moved = whole._replace(offset=whole.offset + _AT_THRESHOLD - cut)
    print(f"balanced {best:.3f}; with the cut moved to relevance 0.30:")
    print(Weights(*(round(w, 2) for w in moved)))


def fit(asked: list[Asked]) -> Weights:
    """The logistic regression of "answers" on the signals, over all candidates of all questions."""
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    model = LogisticRegression(max_iter=3000)
    model.fit(np.concatenate([one.signals for one in asked]), np.concatenate([one.answers for one in asked]))
    return Weights(*(*model.coef_[0].tolist(), float(model.intercept_[0])))


def _asked(path: Path, retriever: Retriever, passages: tuple[Passage, ...]) -> list[Asked]:
    questions = load(path)
    every: list[Held | NotHeld] = [*questions.held, *questions.not_held]
    out = []
    for question in every:
        read = retriever.read(question.ask)
        signals = retriever.signals(read)
        able = [
            at
            for at in np.argsort(-signals.logits(WEIGHTS))[: 2 * _CANDIDATES].tolist()
            if applicable(passages[at].recommendation, {}, question.ask) is not False and retriever.able(read, at)
        ][:_CANDIDATES]
        answers = [isinstance(question, Held) and question.found_in([passages[at].id]) for at in able]
        rows = np.stack(signals, axis=1)[able]
        out.append(Asked(rows, np.array(answers, dtype=np.bool_), isinstance(question, Held)))
    return out


def _counts(asked: list[Asked], logits: list[Any], cut: float) -> tuple[tuple[int, int], tuple[int, int]]:
    found = silent = 0
    for one, row in zip(asked, logits, strict=True):
        first = [at for at in np.argsort(-row)[:3].tolist() if row[at] >= cut]
        found += one.held and bool(one.answers[first].any())
        silent += not one.held and not first
    held = sum(one.held for one in asked)
    return (found, held), (silent, len(asked) - held)


def _balance(asked: list[Asked], logits: list[Any], cut: float) -> float:
    found, silent = _counts(asked, logits, cut)
    return (found[0] / found[1] + silent[0] / silent[1]) / 2


if __name__ == "__main__":
    main()
