"""How well a passage answers, from how alike it sounds and what it names: five signals, one logistic.

The weights are fitted by ``python -m bedside.evals.fit_relevance`` on the development questions
(``evals/data/retrieval_dev.yaml`` and ``retrieval_dev_terse.yaml``), never on those that are reported.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bedside.retrieval.vectors import Floats

# A recommendation made for just this patient (a score or a measurement in its band, his allergy) is about the question
# even where it uses other words: this much is added to the logit.
MEASURED = 1.5


class Weights(NamedTuple):
    """What each signal counts in the logit."""

    asked: float
    whole: float
    bm25: float
    named: float
    words: float
    offset: float


WEIGHTS = Weights(asked=3.47, whole=5.66, bm25=1.23, named=1.32, words=3.16, offset=-9.92)


class Signals(NamedTuple):
    """What the search sees of each passage, (N,) float32 each.

    Attributes:
        asked: cosine of what is asked with the nearest sentence of the passage, or the nearest question it answers.
        whole: the same of the whole text, case and question together, or `asked` where that is more: a long case must
            not drown its question.
        bm25: BM25 of what is asked, as a share of the sum of its words' idf.
        named: share of the things asked about, by idf, that the passage names in any form.
        words: share of the words, by idf, that the passage has: of the whole text or of what is asked.
    """

    asked: Floats
    whole: Floats
    bm25: Floats
    named: Floats
    words: Floats

    def logits(self, weights: Weights = WEIGHTS) -> Floats:
        """The logit of relevance of each passage, (N,) float32."""
        weighed = np.stack([weight * signal for weight, signal in zip(weights, self, strict=False)])
        return np.asarray(weighed.sum(axis=0) + weights.offset, dtype=np.float32)


def document_relevance(cosine: float, covered: float) -> float:
    """The same for a passage of the user's own documents, which stands without questions: from the cosine of its
    nearest sentence and the share of the question's words that it names."""
    return relevance(12.0 * cosine + 5.0 * covered - 9.5)


def relevance(logit: float) -> float:
    """The logit as a number from 0 to 1 that rises with it; 0.30 lies between what is answered and what is not. It is
    no probability that the passage is right."""
    return float(1 / (1 + np.exp(-logit)))
