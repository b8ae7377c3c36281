"""The diseases that a differential is drawn from: how common, in whom, and how often each finding is there.

One YAML file for each body system in ``knowledge/diseases``, a mapping of id to `Disease`. Everything is in our own
words; the list was chosen from epidemiology and the outlines of licensing examinations, from no benchmark's answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, field_validator, model_validator

from bedside.core.base import Frozen
from bedside.core.errors import KnowledgeError
from bedside.knowledge.conditions import Condition, parse_condition
from bedside.knowledge.terms import findings, load_yaml

FOLDER = Path(__file__).resolve().parent / "diseases"
# How often a finding is there at first presentation, as a clinician says it.
FREQUENCIES = {"always": 0.95, "usual": 0.8, "often": 0.55, "sometimes": 0.25, "seldom": 0.08, "never": 0.005}
STEP = 5.0
OTHER_AGES = 0.05
_BAND = re.compile(r"^(\d{1,3}(?:\.\d+)?)-(\d{1,3}(?:\.\d+)?)?$")
_COMPARES = frozenset({">", ">=", "<", "<="})


class AgeBand(Frozen):
    """A relative weight from age `low` (inclusive) to `high` (exclusive), in years."""

    low: float = Field(ge=0)
    high: float
    weight: float = Field(ge=0, le=20)


class Frequency(Frozen):
    """How often a finding, or a condition over a quantity, is there: `share` of those in whom it was looked for."""

    finding: str
    share: float = Field(gt=0, lt=1)


class Likelihood(Frozen):
    """Published likelihood ratios of a finding for the disease against not having it."""

    finding: str
    lr_positive: float = Field(ge=1, le=1000)
    lr_negative: float = Field(gt=0, le=1)
    source: str = Field(pattern=r"\b(1[89]|20)\d\d\b")


class Disease(Frozen):
    """One disease.

    Attributes:
        id: unique, lower case with hyphens.
        system: the name of its file.
        name: as a clinician says it.
        also: other names.
        icd10: the most general ICD-10-CM code that means it.
        common: 5 very common to 1 very rare among those who come with its symptoms; each step is a factor of `STEP`.
        cannot_miss: whether missing it for hours to days costs life, limb, sight, an organ or fertility.
        age: bands; none means every age alike.
        sex: relative weights of female and male.
        findings: at least three.
        evidence: published likelihood ratios, which go before the frequencies.
        source: a review, guideline or textbook, with its year.
    """

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    system: str = ""
    name: str = Field(min_length=2)
    also: tuple[str, ...] = ()
    icd10: str = Field(pattern=r"^[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?$")
    common: int = Field(ge=1, le=5)
    cannot_miss: bool = False
    age: tuple[AgeBand, ...] = ()
    sex: dict[str, float] = Field(default_factory=dict)
    findings: tuple[Frequency, ...] = Field(min_length=3)
    evidence: tuple[Likelihood, ...] = ()
    source: str = Field(pattern=r"\b(1[89]|20)\d\d\b")

    @field_validator("age", mode="before")
    @classmethod
    def _bands(cls, value: Any) -> Any:
        """``{18-40: 1, 40-: 1.5}`` as bands."""
        if not isinstance(value, Mapping):
            return value
        out = []
        for written, weight in value.items():
            match = _BAND.match(str(written))
            if match is None:
                raise ValueError(f"{written!r} is not a band of ages; write 18-40 or 40-")
            out.append({"low": float(match[1]), "high": float(match[2] or "inf"), "weight": weight})
        return tuple(out)

    @field_validator("findings", mode="before")
    @classmethod
    def _shares(cls, value: Any) -> Any:
        """``{cough: usual}`` as frequencies."""
        if not isinstance(value, Mapping):
            return value
        return tuple({"finding": name, "share": _share(written)} for name, written in value.items())

    @model_validator(mode="after")
    def _sound(self) -> Disease:
        if set(self.sex) - {"female", "male"} or any(not 0 <= w <= 20 for w in self.sex.values()):
            raise ValueError("sex takes female and male, each with a weight from 0 to 20")
        if any(band.low >= band.high for band in self.age):
            raise ValueError("a band of ages ends before it begins")
        named = [row.finding for row in self.evidence]
        for text in (*(row.finding for row in self.findings), *named):
            check_finding(text)
        if len(named) != len(set(named)):
            raise ValueError("a finding has two rows of likelihood ratios")
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """Its name, then its other names."""
        return (self.name, *self.also)

    def sex_weight(self, sex: str) -> float:
        """The relative weight in one sex; 0 where it does not occur in it."""
        return self.sex.get(sex, 1.0)


def _share(written: Any) -> Any:
    if isinstance(written, str):
        if written not in FREQUENCIES:
            raise ValueError(f"{written!r} is no frequency; write {', '.join(FREQUENCIES)}, or a number")
        return FREQUENCIES[written]
    return written


def check_finding(text: str) -> Condition:
    """The finding, or the condition over a quantity or a category, that a disease may name.

    Raises:
        ValueError: it does not parse, names no finding, or compares what cannot be compared.
    """
    condition = parse_condition(text)
    row = findings().get(condition.name)
    if row is None:
        raise ValueError(f"{condition.name!r} is not a finding")
    if condition.negated:
        raise ValueError(f"{text!r} is negated; give the frequency of the finding itself")
    if row.kind == "quantity":
        if condition.op not in _COMPARES or not isinstance(condition.value, float):
            raise ValueError(f"{row.name} is a number; write for example '{row.name} > 3'")
        if not row.plausible(condition.value):
            raise ValueError(f"{text!r}: nobody has that value in {row.unit}")
    elif row.kind == "category" and condition.op != "=":
        raise ValueError(f"{row.name} is a word; write '{row.name} = word'")
    elif row.kind in {"presence", "date"} and (condition.op or row.kind == "date"):
        raise ValueError(f"{row.name} is there or not; it has no value to compare")
    return condition


def diseases(folder: Path | None = None) -> tuple[Disease, ...]:
    """Every disease of a folder (Bedside's own where none is given), in the order of the files' names; read once.

    Raises:
        KnowledgeError: a file breaks its form (BED-KNOW-080), or two diseases share an id or a name (BED-KNOW-081).
    """
    return _read(folder or FOLDER)


@lru_cache(maxsize=8)
def _read(folder: Path) -> tuple[Disease, ...]:
    out: list[Disease] = []
    for path in sorted(folder.glob("*.yaml")):
        out += _file(path)
    _check_names(out)
    return tuple(out)


def _file(path: Path) -> list[Disease]:
    rows = load_yaml(path) or {}
    if not isinstance(rows, dict):
        raise KnowledgeError(f"{path.name} is no mapping of id to disease.", "Correct the file.", code="BED-KNOW-080")
    out = []
    for key, row in rows.items():
        try:
            out.append(Disease.model_validate({**row, "id": key, "system": path.stem}))
        except (ValidationError, TypeError) as error:
            said = (
                "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()[:3])
                if (isinstance(error, ValidationError))
                else str(error)
            )
            raise KnowledgeError(
                f"{path.name}: {key} breaks the schema: {said}.", "Correct the entry.", code="BED-KNOW-080"
            ) from error
    return out


def _check_names(rows: Iterable[Disease]) -> None:
    ids: set[str] = set()
    means: dict[str, str] = {}
    for row in rows:
        for name in dict.fromkeys(map(plain_name, row.names)):
            other = means.setdefault(name, row.id)
            if other != row.id or row.id in ids:
                raise KnowledgeError(
                    f"{name!r} means both {other} ({row.system}) and another entry, {row.id}.",
                    "Leave the name with one of them, or merge the two.",
                    code="BED-KNOW-081",
                )
        ids.add(row.id)


def plain_name(name: str) -> str:
    """A name for comparing: lower case, no possessive, marks as spaces ("Ménière's disease" is "ménière disease")."""
    text = re.sub(r"['’]s\b", "", name.lower())
    return " ".join(re.findall(r"[^\W_]+", text))


def wrong_codes(rows: Iterable[Disease]) -> tuple[str, ...]:
    """The diseases whose code is not in ICD-10-CM, as "id: code". The code list takes seconds to load."""
    import simple_icd_10_cm

    return tuple(f"{row.id}: {row.icd10}" for row in rows if not simple_icd_10_cm.is_valid_item(row.icd10))
