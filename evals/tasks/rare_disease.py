"""Is a published patient's rare disease among the first whose HPO annotations fit the patient's HPO terms?

The cases are phenopackets (Jacobsen 2022, doi:10.1038/s41587-022-01357-4) of published patients, read from a folder.
Of each disease one case is taken, by a hash of its id, so that no disease counts more than once. Many annotations were
drawn from the same papers as the patients: cases whose paper is no source of their disease's annotations are scored
apart, and are the fairer figure. A disease that is not annotated, and a case that the tool refuses, count as wrong. Of
diseases that fit equally well the right one is put in the middle. Texts are not read here: the terms are given.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bedside.core.errors import SettingsError
from bedside.core.settings import Settings
from bedside.evals.registry import Report, Score, data_of, evaluation
from bedside.evals.stats import proportion
from bedside.tools.rare.fit import fits, tells_enough
from bedside.tools.rare.ontology import Floats, Ontology, data_folder, ontology

_LEAST = 3
_TOP = (1, 5, 10)


class Case(NamedTuple):
    """One patient: the disease's id, places of the terms that are there, and the ids of the papers."""

    name: str
    disease: str
    terms: tuple[int, ...]
    papers: frozenset[str]

    @property
    def dev(self) -> bool:
        """Whether the disease is of the half on which `BACK` of `tools.rare.fit` was chosen."""
        return int(hashlib.sha256(self.disease.encode()).hexdigest(), 16) % 2 == 0


class Scored(NamedTuple):
    """A case with the place of its disease by system (infinite where it has none), and what it is."""

    case: Case
    places: dict[str, float]
    held: bool
    own_paper: bool


@evaluation("rare_disease", "whether published patients' rare diseases are among the first whose HPO annotations fit")
def rare_disease(settings: Settings, data: Path | None = None, limit: int | None = None) -> Report:
    """Share with the disease first, among five and among ten, by half and stratum, beside the number of terms shared.

    Raises:
        SettingsError: the data is not there or not of the form.
        ToolError: the ontology is not installed.
    """
    path = data_of(settings, data, "The evaluation needs a folder of phenopackets.", "phenopackets")
    onto = ontology()
    cases = one_of_each(read_cases(path, onto))[:limit]
    sources, places = paper_of(data_folder() / "phenotype.hpoa"), _places(onto)
    scored = [score(case, onto, places.get(case.disease), sources) for case in cases]
    held = [s for s in scored if not s.case.dev]
    refused = sum(not tells_enough(onto, s.case.terms) for s in scored)
    strata = (
        ("all", scored),
        ("dev half", [s for s in scored if s.case.dev]),
        ("other half", held),
        ("other half, disease annotated", [s for s in held if s.held]),
        ("other half, annotated from other papers", [s for s in held if s.held and not s.own_paper]),
    )
    return Report(
        name="rare_disease",
        set=f"{len(scored)} phenopackets of as many diseases, HPO annotations of {onto.release} "
        f"({len(onto.diseases)} diseases)",
        scores=tuple(one for name, rows in strata for one in _scores(name, rows)),
        notes=(f"refused, since the terms tell too little: {refused}",),
    )


def read_cases(path: Path, onto: Ontology) -> list[Case]:
    """The phenopackets below a folder that name a disease and `_LEAST` terms or more that are there.

    Raises:
        SettingsError: there is none.
    """
    found = [case for file in sorted(path.rglob("*.json")) if (case := _case(file, onto)) is not None]
    if not found:
        raise SettingsError(
            f"{path.name} holds no phenopacket with a disease and {_LEAST} terms.",
            "Give a folder of phenopackets (version 2, JSON).",
            code="BED-EVAL-005",
        )
    return found


def one_of_each(cases: Sequence[Case]) -> list[Case]:
    """One case of each disease, by a hash of its name; in the order of the diseases' ids."""
    chosen: dict[str, Case] = {}
    for case in sorted(cases, key=lambda c: hashlib.sha256(c.name.encode()).hexdigest()):
        chosen.setdefault(case.disease, case)
    return [chosen[disease] for disease in sorted(chosen)]


def score(case: Case, onto: Ontology, place: int | None, sources: dict[str, set[str]]) -> Scored:
    """Where each system puts the case's disease."""
    systems: dict[str, Callable[[], Floats]] = {
        "annotations fit": lambda: fits(onto, case.terms) if tells_enough(onto, case.terms) else -np.ones(1),
        "terms shared": lambda: shared(onto, case.terms),
    }
    places = {name: np.inf if place is None else _rank(run(), place) for name, run in systems.items()}
    return Scored(case, places, place is not None, bool(case.papers & sources.get(case.disease, set())))


def shared(onto: Ontology, terms: Sequence[int]) -> Floats:
    """(D,) how many of the terms each disease is annotated with: the baseline."""
    out: Floats = np.add.reduceat(np.isin(onto.terms, list(terms)).astype(np.float64), onto.first[:-1])
    return out


def paper_of(path: Path) -> dict[str, set[str]]:
    """The papers from which the annotations of each disease were drawn, by its id."""
    out: dict[str, set[str]] = {}
    for row in _lines(path):
        out.setdefault(row[0], set()).update(row[4].split(";"))
    return out


def _lines(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8") as file:
        yield from (line.split("\t") for line in file if not line.startswith("#"))


def _places(onto: Ontology) -> dict[str, int]:
    return {one: place for place, row in enumerate(onto.diseases) for one in row.ids}


def _rank(scores: Floats, place: int) -> float:
    """1 for the best; in the middle of those that are equal. Infinite where nothing was ranked."""
    if len(scores) == 1:
        return np.inf
    return 1 + float((scores > scores[place]).sum()) + (float((scores == scores[place]).sum()) - 1) / 2


def _case(file: Path, onto: Ontology) -> Case | None:
    try:
        row = json.loads(file.read_text(encoding="utf-8"))
        disease = str(row["interpretations"][0]["diagnosis"]["disease"]["id"])
        written = [f["type"]["id"] for f in row["phenotypicFeatures"] if not f.get("excluded")]
        papers = frozenset(str(r["id"]) for r in row.get("metaData", {}).get("externalReferences", ()) if "id" in r)
    except (OSError, ValueError, KeyError, IndexError, TypeError):
        return None
    terms = tuple(sorted({onto.index[one] for one in written if one in onto.index}))
    return Case(file.stem, disease, terms, papers) if len(terms) >= _LEAST else None


def _scores(name: str, rows: list[Scored]) -> Iterator[Score]:
    yield Score(metric="disease annotated", system=name, estimate=proportion(sum(s.held for s in rows), len(rows)))
    for system in ("annotations fit", "terms shared"):
        for top in _TOP:
            hits = sum(s.places[system] <= top for s in rows)
            metric = f"{system}: " + ("first" if top == 1 else f"among {top}")
            yield Score(metric=metric, system=name, estimate=proportion(hits, len(rows)))
