"""From what is known of a patient to the share of each disease: Bayes over a `Table`, dampened.

ln share = PRIOR * ln (common * age * sex) + the sum of the weights of what is there and of what is not, those of
history, examination and blood times `DAMPING` of `table`. Findings of one illness come together, so that the product of
their likelihood ratios is too sure of itself; an exponent below 1 takes that back (chosen by
`evals/fit_differential.py` on cases drawn from DDXPlus, whose conditions, findings and frequencies are another's). What
a picture, a scope or a biopsy shows stands more for itself and keeps its weight. How common a disease is, is written in
five steps by judgement, and who is asked about is not a sample of a practice: it counts half (`PRIOR`, which with the
limits of `table` was chosen on the dev half of AgentClinic's cases). A share is of the diseases held here: it is no
probability of disease.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bedside.knowledge.diseases import Disease
from bedside.tools.differential.observed import PRESENT, Observed
from bedside.tools.differential.table import Floats, Table

PRIOR = 0.5


@dataclass(frozen=True, eq=False)
class Ranking:
    """What a case could be.

    Attributes:
        table: the diseases.
        observed: what was known.
        share: (D,) sums to 1 over the diseases; 0 where age or sex rule one out.
        order: (D,) indexes, the greatest share first.
    """

    table: Table
    observed: Observed
    share: Floats
    order: np.ndarray[tuple[int], np.dtype[np.int64]]

    def weights(self, d: int) -> Floats:
        """(F,) what each known finding adds to the logarithm of a disease's share, 0 where it says nothing."""
        state = self.observed.state
        said = np.where(state == PRESENT, self.table.there[d], self.table.gone[d])
        return np.where(self.observed.counts, self.table.kept * said, 0.0)

    def candidates(self) -> list[int]:
        """The diseases (row numbers) for which something that is there speaks, in order."""
        return list(self._candidates)

    def first(self, most: int) -> tuple[tuple[Disease, float], ...]:
        """The first candidates, at most so many, each with its share."""
        return tuple((self.table.diseases[d], float(self.share[d])) for d in self._candidates[:most])

    @cached_property
    def _candidates(self) -> tuple[int, ...]:
        there = np.flatnonzero(self.observed.state == PRESENT)
        speaks = self.table.named[:, there] & (self.table.there[:, there] > 0)
        supported = speaks.any(axis=1) & (self.share > 0)
        return tuple(int(d) for d in self.order if supported[d])


def rank(table: Table, observed: Observed) -> Ranking:
    """Ranks the diseases of a table."""
    present = np.flatnonzero((observed.state == PRESENT) & observed.counts)
    absent = np.flatnonzero((observed.state != PRESENT) & observed.counts)
    factor = table.kept
    evidence = table.there[:, present] @ factor[present] + table.gone[:, absent] @ factor[absent]
    share = shares(prior_of(table, observed), evidence)
    return Ranking(table, observed, share, np.argsort(-share, kind="stable"))


def prior_of(table: Table, observed: Observed) -> Floats:
    """(D,) how common each disease is in somebody of this age and sex; 0 where it does not occur. Sums to 1."""
    out = table.prior * table.sexes(observed.sex)
    if observed.age is not None:
        out = out * table.ages(observed.age)
    total = out.sum()
    return out / total if total > 0 else out


def shares(prior: Floats, evidence: Floats) -> Floats:
    """(D,) normalised prior ** PRIOR * exp(evidence), where evidence is in natural logarithms."""
    with np.errstate(divide="ignore"):
        log = PRIOR * np.log(prior) + evidence
    if not np.isfinite(log).any():
        return np.zeros_like(prior)
    out: Floats = np.exp(log - log[np.isfinite(log)].max())
    out /= out.sum()
    return out
