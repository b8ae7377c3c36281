"""Is the correct diagnosis among the first of the differential, with everything about a case given as text?

The text is read by rule; the objective and the diagnosis are never given. A diagnosis that the list does not hold
counts as wrong. Cases whose examination or tests name the diagnosis are also scored apart.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bedside.core.errors import SettingsError
from bedside.core.settings import Settings
from bedside.evals.agentclinic import Osce, load
from bedside.evals.diagnosis_match import match, named_in
from bedside.evals.registry import Report, Score, data_of, evaluation
from bedside.evals.stats import proportion
from bedside.knowledge.diseases import diseases
from bedside.tools.differential.observed import PRESENT, observe
from bedside.tools.differential.rank import Ranking, rank
from bedside.tools.differential.table import Table
from bedside.tools.notes.read import read_facts

SYSTEMS = ("differential", "findings overlap", "prevalence")
_TOP = (1, 5)


class Scored(NamedTuple):
    """One case: the places of the right disease by system (0 where it is not in the list), and what it is."""

    case: Osce
    places: dict[str, int]
    held: bool
    leaky: bool
    how: str
    read: int


@evaluation("differential", "whether the correct diagnosis of AgentClinic's cases is among the first, all facts given")
def differential(settings: Settings, data: Path | None = None, limit: int | None = None) -> Report:
    """Share with the diagnosis first and among five, for the ranker and two baselines, by half and stratum.

    Raises:
        SettingsError: the data is not there or not of the form.
    """
    path = data_of(settings, data, "The evaluation needs AgentClinic's cases.", "agentclinic")
    table = held_table()
    scored = [score_case(case, table) for case in load(path)[:limit]]
    strata = (
        ("all", scored),
        ("dev half", [s for s in scored if s.case.dev]),
        ("other half", [s for s in scored if not s.case.dev]),
        ("diagnosis named in exam or tests", [s for s in scored if s.leaky]),
        ("diagnosis not named there", [s for s in scored if not s.leaky]),
    )
    return Report(
        name="differential",
        set=f"{len(scored)} AgentClinic cases, {len(table.diseases)} diseases, {len(table.columns)} findings",
        scores=tuple(score for name, rows in strata for score in _scores(name, rows)),
        notes=(*_notes(scored),),
    )


def held_table() -> Table:
    """The table of the diseases held.

    Raises:
        SettingsError: none is held.
    """
    if not diseases():
        raise SettingsError("No disease is held.", "Reinstall Bedside, or add files of diseases.", code="BED-EVAL-005")
    return Table(diseases())


def score_case(case: Osce, table: Table) -> Scored:
    """Reads, ranks and looks for the diagnosis; the diagnosis itself takes no part in the ranking."""
    facts = read_facts(case.text, case.digest[:8])
    observed = observe(table, facts)
    ranking = rank(table, observed)
    found = match(case.diagnosis, table.diseases)
    orders = orders_of(ranking)
    places = {name: next((i for i, d in enumerate(order, 1) if d in found.rows), 0) for name, order in orders.items()}
    one = next(iter(found.rows), None)
    leaky = named_in(case.tested, case.diagnosis, table.diseases[one] if one is not None else None)
    return Scored(case, places, bool(found.rows), leaky, found.how, int(observed.counts.sum()))


def orders_of(ranking: Ranking) -> dict[str, list[int]]:
    """The diseases (row numbers) in the order of each system."""
    from bedside.tools.differential.rank import prior_of

    prior = prior_of(ranking.table, ranking.observed)
    overlap = ((ranking.observed.state == PRESENT) & ranking.table.named).sum(axis=1)
    by_prior = [int(d) for d in np.argsort(-prior, kind="stable")]
    by_overlap = [int(d) for d in np.lexsort((-prior, -overlap)) if prior[d] > 0]
    return dict(zip(SYSTEMS, (ranking.candidates(), by_overlap, by_prior), strict=True))


def _scores(name: str, rows: list[Scored]) -> list[Score]:
    n = len(rows)
    out = [Score(metric=f"diagnosis held, {name}", system="list", estimate=proportion(sum(r.held for r in rows), n))]
    for system in SYSTEMS:
        for top in _TOP:
            hits = sum(0 < r.places[system] <= top for r in rows)
            out.append(Score(metric=f"in the first {top}, {name}", system=system, estimate=proportion(hits, n)))
    return out


def _notes(scored: list[Scored]) -> list[str]:
    """How diagnoses were matched; the places of the dev half, and of the other half nothing but figures."""
    ways = Counter(s.how or "not in our list" for s in scored)
    notes = [f"diagnoses matched by {how}: {n}" for how, n in sorted(ways.items())]
    if scored:
        notes.append(f"findings that weigh, median a case: {np.median([s.read for s in scored]):g}")
    for s in scored:
        if s.case.dev:
            place = f"place {s.places['differential'] or 'none'}" if s.held else "not in our list"
            notes.append(f"dev case {s.case.digest[:8]}: {place}, {s.read} findings")
    return notes
