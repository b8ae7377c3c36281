"""Diseases and findings as matrices: how often each finding is there in each disease, and what that weighs.

A column is one finding, or one condition over a quantity ("sodium < 130"), that some disease names. A disease that does
not name it has it as often as anybody does: a share of how often all diseases together have it, never less than
`_LEAST` of its kind, because people have more than one thing and notes are misread; for the same reason what a disease
does not name speaks only half against it (`_UNEXPLAINED`). What a picture or a biopsy shows is least often there by
chance, so that it weighs most; what many people have anyway (``background.yaml``) weighs least. Columns of which one
implies the other ("productive cough" and "cough", "sodium < 130" and "sodium < 135") fill each other's gaps.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from bedside.knowledge.conditions import Condition, parse_condition
from bedside.knowledge.diseases import OTHER_AGES, STEP, Disease
from bedside.knowledge.terms import Finding, finding, findings
from bedside.tools.differential.measured import background, measured

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_LEAST = {"ask": 0.003, "examine": 0.003, "bedside": 0.002, "blood": 0.002, "image": 0.0007, "specialist": 0.0005}
_MOST_UNNAMED = 0.2
# Of those who have what a finding is a kind of, at most this share has this kind of it where the disease names it not.
_MOST_SPECIAL = 0.3
_CAP = 7.0
_MONTH = 1 / 12
_UNEXPLAINED = 0.5
# By what the weights of history, examination and blood are multiplied; see `rank`.
DAMPING = 0.8
# Chances stay this far from 0 and 1.
_EDGE = 0.0005
COSTS = {"ask": 1.0, "examine": 1.0, "bedside": 2.0, "blood": 3.0, "image": 5.0, "specialist": 10.0}
_VITAL = frozenset({
    "temperature", "heart_rate", "respiratory_rate", "systolic_bp", "diastolic_bp", "oxygen_saturation", "gcs",
    "weight", "height", "bmi", "urine_output", "peak_flow_percent",
})  # fmt: skip
_UNASKED = frozenset({"age", "sex"})
_KEEPS_WEIGHT = frozenset({"image", "specialist"})


@dataclass(frozen=True, eq=False)
class Column:
    """One thing that can be there or not: a finding, or a condition over a quantity."""

    key: str
    condition: Condition
    finding: Finding

    @cached_property
    def label(self) -> str:
        """In words: "cough", "sodium below 130 mmol/L"."""
        if not self.condition.op:
            return self.finding.label
        return f"{self.finding.label} {self.condition.op} {self.condition.value}".replace(".0", "")

    @cached_property
    def by(self) -> str:
        """How it is found; where the vocabulary does not say, by what it is."""
        if self.finding.by is not None:
            return self.finding.by
        if self.finding.kind == "quantity":
            return "examine" if self.finding.name in _VITAL else "blood"
        return "ask" if self.finding.ask or self.finding.kind == "category" else "examine"

    @property
    def cost(self) -> float:
        """What it costs to find out, relative to a question."""
        return COSTS[self.by]


class Table:
    """The matrices of a set of diseases; D diseases by F columns.

    Attributes:
        diseases: the rows.
        columns: the columns.
        share: (D, F) probability that the finding is there, given the disease.
        named: (D, F) whether the disease names it, in its findings or its evidence.
        least: (F,) how often a finding is there at least, in anybody.
        there: (D, F) natural logarithm of the weight of its presence, capped at `_CAP`.
        gone: (D, F) the same of its absence.
        implies: (F, F) whether the first column's presence is the second's.
        implied_by: (F, F) the same, turned round.
        reads: the columns that are about each finding.
        prior: (D,) share of each disease among all who come, before age and sex.
        costs: (F,) of finding out.
        urgent: (D,) whether it must not be missed.
        kept: (F,) by what the weight of each column is multiplied: `DAMPING`, and 1 for pictures and biopsies.
    """

    def __init__(self, rows: tuple[Disease, ...]) -> None:
        self.diseases = rows
        keys: dict[str, None] = {}
        for row in rows:
            keys |= dict.fromkeys(frequency.finding for frequency in row.findings)
            keys |= dict.fromkeys(ratio.finding for ratio in row.evidence)
        self.columns = tuple(_column(key) for key in keys)
        self.index = {column.key: i for i, column in enumerate(self.columns)}
        self.prior: Floats = np.array([STEP**row.common for row in rows], dtype=np.float64)
        self.prior /= self.prior.sum()
        common = background()
        self.least: Floats = np.array([max(_LEAST[c.by], common.get(c.key, 0.0)) for c in self.columns])
        self.urgent: Bools = np.array([row.cannot_miss for row in rows], dtype=bool)
        self.costs: Floats = np.array([c.cost for c in self.columns])
        self.kept: Floats = np.array([1.0 if c.by in _KEEPS_WEIGHT else DAMPING for c in self.columns])
        self._sexes: Floats = np.array([[row.sex_weight(s) for s in ("female", "male")] for row in rows]).reshape(-1, 2)
        self._ages, self._other_ages = _bands(rows)
        self.reads: dict[str, list[int]] = {}
        for i, column in enumerate(self.columns):
            self.reads.setdefault(column.finding.name, []).append(i)
        self.implies = _implications(self.columns)
        self.implied_by: Bools = np.ascontiguousarray(self.implies.T)
        said = self._said()
        self.named: Bools = ~np.isnan(said)
        self.share = self._filled(said)
        self.there, self.gone = weights_of(self.share, self.prior, self.least)
        self.there = np.where(~self.named & (self.there < 0), _UNEXPLAINED * self.there, self.there)
        for d, row in enumerate(rows):
            for ratio in row.evidence:
                f = self.index[ratio.finding]
                self.there[d, f], self.gone[d, f] = np.log(ratio.lr_positive), np.log(ratio.lr_negative)

    def sexes(self, sex: str) -> Floats:
        """(D,) relative weights in one sex; the mean of both where it is ""."""
        weights: Floats = self._sexes[:, (0, 1) if not sex else (0,) if sex == "female" else (1,)].mean(axis=1)
        return weights

    def ages(self, years: float) -> Floats:
        """(D,) relative weights at an age in years; outside a disease's ages they fall with the square of the ratio.

        A spell of the first years of life is then no candidate in a man of 53.
        """
        low, high, weight = self._ages
        inside = (low <= years) & (years < high)
        first = inside.argmax(axis=1)
        near = np.minimum((years + _MONTH) / (low.min(axis=1) + _MONTH), 1.0)
        near = near * np.minimum((np.maximum(high.max(axis=1), 0.0) + _MONTH) / (years + _MONTH), 1.0)
        others = np.where(self._other_ages < 1, self._other_ages * near**2, 1.0)
        found: Floats = np.where(inside.any(axis=1), weight[np.arange(len(first)), first], others)
        return found

    def _said(self) -> Floats:
        """(D, F) what the diseases say; nan where they say nothing. Two likelihood ratios give a sensitivity."""
        said = np.full((len(self.diseases), len(self.columns)), np.nan)
        for d, row in enumerate(self.diseases):
            for ratio in row.evidence:
                spread = ratio.lr_positive - ratio.lr_negative
                sensitivity = ratio.lr_positive * (1 - ratio.lr_negative) / spread if spread > 0 else 0.5
                said[d, self.index[ratio.finding]] = np.clip(sensitivity, 0.01, 0.99)
            for frequency in row.findings:
                said[d, self.index[frequency.finding]] = frequency.share
        return said

    def _filled(self, said: Floats) -> Floats:
        """What is not said, from what implies it, from what it is a kind of, else from how common it is at all."""
        known = np.nan_to_num(said, nan=0.0)
        weights = _mixed(self.prior)
        whole, kinds = known.copy(), np.zeros_like(known)
        for special, general in np.argwhere(self.implies):
            whole[:, general] = np.maximum(whole[:, general], known[:, special])
        for special, general in np.argwhere(self.implies):
            all_general = max(float(weights @ whole[:, general]), float(self.least[general]))
            part = 0.5 * float(weights @ known[:, special]) / all_general
            kinds[:, special] = np.maximum(kinds[:, special], min(part, _MOST_SPECIAL) * known[:, general])
        guessed = np.maximum(np.maximum(whole, kinds), unnamed_share(whole, self.prior, self.least))
        filled = np.where(self.named, np.maximum(known, np.where(self.named, whole, 0)), guessed)
        return np.clip(filled, _EDGE, 1 - _EDGE)


def unnamed_share(named: Floats, prior: Floats, least: Floats) -> Floats:
    """(F,) how often a disease that does not name a finding has it; `named` is (D, F) and 0 where it is not named."""
    out: Floats = np.clip(0.5 * (_mixed(prior) @ named), least, np.maximum(least, _MOST_UNNAMED))
    return out


def weights_of(share: Floats, prior: Floats, least: Floats) -> tuple[Floats, Floats]:
    """Two (D, F): natural logarithm of what a finding's presence weighs for a disease against all, and its absence.

    All is half by how common the diseases are and half by how many there are: those who are asked about are not a
    sample of a practice.
    """
    mean = np.clip(_mixed(prior) @ share, least, 1 - _EDGE)
    there: Floats = np.clip(np.log(share / mean), -_CAP, _CAP)
    gone: Floats = np.clip(np.log((1 - share) / (1 - mean)), -_CAP, _CAP)
    return there, gone


def _mixed(prior: Floats) -> Floats:
    """Half by how common the diseases are, half by how many name a finding: neither alone tells how often it is."""
    return 0.5 * prior + 0.5 / max(len(prior), 1)


def _bands(rows: tuple[Disease, ...]) -> tuple[tuple[Floats, Floats, Floats], Floats]:
    """Three (D, B) of the ages at which a band begins and ends and its weight, and (D,) the weight in no band."""
    most = max((len(row.age) for row in rows), default=0) or 1
    low, high, weight = (np.full((len(rows), most), value) for value in (np.inf, -np.inf, 0.0))
    for d, row in enumerate(rows):
        for b, band in enumerate(row.age):
            low[d, b], high[d, b], weight[d, b] = band.low, band.high, band.weight
    return (low, high, weight), np.array([OTHER_AGES if row.age else 1.0 for row in rows])


def _column(key: str) -> Column:
    condition = parse_condition(key)
    return Column(key, condition, finding(condition.name))


def askable(column: Column) -> bool:
    """Whether it is something to ask or test for."""
    return column.finding.name not in _UNASKED


def _implications(columns: tuple[Column, ...]) -> Bools:
    out = np.zeros((len(columns), len(columns)), dtype=bool)
    presences = {c.finding.name: i for i, c in enumerate(columns) if not c.condition.op}
    limits: dict[str, list[tuple[Condition, int]]] = {}
    for row in measured():
        if row.finding in presences:
            limit = parse_condition(row.holds)
            limits.setdefault(limit.name, []).append((limit, presences[row.finding]))
    compared: dict[str, list[int]] = {}
    for i, column in enumerate(columns):
        if column.condition.op:
            compared.setdefault(column.finding.name, []).append(i)
        else:
            out[i, [presences[name] for name in _wider(column.finding.name) if name in presences]] = True
    for name, group in compared.items():
        for i in group:
            out[i, [j for j in group if _nested(columns[i].condition, columns[j].condition)]] = True
            out[i, [j for limit, j in limits.get(name, ()) if _nested(columns[i].condition, limit, same=True)]] = True
    np.fill_diagonal(out, False)
    return out


def _wider(name: str) -> frozenset[str]:
    """Every finding that one implies, at one remove or more."""
    found: set[str] = set()
    todo = [name]
    while todo:
        new = set(findings()[todo.pop()].implies) - found
        found |= new
        todo += sorted(new)
    return frozenset(found)


def _nested(inner: Condition, outer: Condition, same: bool = False) -> bool:
    """Whether the inner condition holds only where the outer does: "< 130" and "< 135"; `same` also where equal."""
    if inner.op[:1] != outer.op[:1] or isinstance(inner.value, str) or isinstance(outer.value, str):
        return False
    if inner.value == outer.value:
        return same or (inner.op != outer.op and len(inner.op) == 1)
    return inner.value < outer.value if inner.op[0] == "<" else inner.value > outer.value
