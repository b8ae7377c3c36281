"""The canonical findings: names, labels, codes, units with their conversions, plausible ranges and synonyms.

The data, loaded once, are in ``knowledge/terminology/findings.yaml`` (what rules and calculators use) and
``knowledge/terminology/findings/*.yaml`` (what diseases are told apart by). Codes are LOINC for measurements and SNOMED
CT for findings; units are UCUM (https://ucum.org). A finding whose code was not certain has none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import Field, TypeAdapter, ValidationError

from bedside.core.base import Frozen
from bedside.core.errors import KnowledgeError
from bedside.knowledge.units import by_dimension

F = TypeVar("F")

_OPTION = r"[a-z0-9]+\*?(?:\+[a-z0-9]+\*?)*"
_NEAR = rf"^(?:{_OPTION}(?:\|{_OPTION})*)(?: {_OPTION}(?:\|{_OPTION})*)*$"
TERMINOLOGY = Path(__file__).resolve().parent / "terminology"


class WrittenUnit(Frozen):
    """Ways to write one unit (regular expressions, any case) and how a value in it becomes canonical.

    canonical = value * `factor` + `offset`.
    """

    written: tuple[str, ...] = Field(min_length=1)
    factor: float = 1.0
    offset: float = 0.0


class Variant(Frozen):
    """Another name of the same quantity that is reported in units of its own (blood urea nitrogen, for urea)."""

    terms: tuple[str, ...] = ()
    exact: tuple[str, ...] = ()
    units: tuple[WrittenUnit, ...] = ()
    bare: tuple[tuple[float, float, float, float], ...] = ()


class Finding(Frozen):
    """One canonical finding.

    Attributes:
        name: canonical, snake_case.
        label: as a clinician reads it.
        kind: ``quantity`` (a number), ``category`` (a word), ``presence`` (there, or not) or ``date``.
        code: ``LOINC …`` or ``SNOMED …``; "" where none is certain.
        unit: canonical UCUM unit of a quantity.
        range: lowest and highest value a living patient can have, in `unit`.
        terms: what a text may call it, in any case.
        exact: the same, only in this case.
        absent: terms that say it is not there ("afebrile").
        historical: terms that say it was there and is no more ("ex-smoker").
        timed: terms that count only with a time of at most `within_days` beside them.
        patterns: regular expressions, any case, for what no list of words can say ("took 24 x 500 mg paracetamol"). A
            group named ``span`` is the mention; without one the whole match is.
        near: rows of words that say it in any order within one sentence, for what people say in words of their own:
            groups stand apart by spaces, "|" is or, "+" joins words that follow each other, "*" ends a beginning
            ("hear* voice|voices|command+hallucination*").
        units: accepted units.
        bare: intervals in which a number without unit is read: from, to, factor, offset; elsewhere it is ambiguous.
        variants: names with units of their own.
        course: of a presence: a symptom, an acute condition, or a chronic one, which a history of it leaves present.
        historical_as: what an earlier episode counts as.
        within_days: see `timed`.
        implies: what else is present where this is ("productive cough" is a cough).
        by: how it is found, from asking the patient to what a specialist does (biopsy, endoscopy, lumbar puncture).
        ask: the question to a patient in plain words; "" where a patient cannot tell.
        options: words that a category can take.
        past: of an item of a score, terms that count only where the text says them of the past ("DVT in 2015").
        grades: of a category, what a text says of each of its words, as patterns; the most telling word first.
        cues: parts of words, in lower case; a text without any of them is not searched for the patterns of the item.
        plain: the word of a category that a mention without a grade means; its patterns are `patterns`.
        denied: the word of a category that a denied mention means.
        shown_by: of an item of a score, findings whose status it takes.
        opposite_of: findings whose absence it is: present where all of these are denied, absent where one is present.
        drugs: drugs, or classes of them, whose taking shows it.
        beside: a finding that must be present for `drugs` to show it.
        from_number: a quantity and the value from which on it is shown.
        of_family: it is of the family and not of the patient.
        stands_for: of an item of a score, the finding that is present where its words say so.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: str = Field(min_length=1)
    kind: Literal["quantity", "category", "presence", "date"]
    code: str = Field(default="", pattern=r"^((LOINC|SNOMED|ICD-10) \S+)?$")
    unit: str = ""
    range: tuple[float, float] | None = None
    terms: tuple[str, ...] = ()
    exact: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    historical: tuple[str, ...] = ()
    timed: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    near: tuple[Annotated[str, Field(pattern=_NEAR)], ...] = ()
    units: tuple[WrittenUnit, ...] = ()
    bare: tuple[tuple[float, float, float, float], ...] = ()
    variants: tuple[Variant, ...] = ()
    course: Literal["symptom", "acute", "chronic"] = "symptom"
    historical_as: tuple[str, ...] = ()
    within_days: int = 0
    implies: tuple[str, ...] = ()
    by: Literal["ask", "examine", "bedside", "blood", "image", "specialist"] | None = None
    ask: str = Field(default="", pattern=r"^([A-Z].*\?)?$")
    options: tuple[str, ...] = ()
    past: tuple[str, ...] = ()
    grades: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    cues: tuple[str, ...] = ()
    plain: str = ""
    denied: str = ""
    shown_by: tuple[str, ...] = ()
    opposite_of: tuple[str, ...] = ()
    drugs: tuple[str, ...] = ()
    beside: str = ""
    from_number: tuple[str, float] | None = None
    of_family: bool = False
    stands_for: str = ""

    def plausible(self, value: float) -> bool:
        """Whether a living patient can have this value, given in the canonical unit."""
        return self.range is None or self.range[0] <= value <= self.range[1]


@lru_cache(maxsize=1)
def score_inputs() -> Mapping[str, Finding]:
    """What only a score asks for, by its name: no part of `findings`, so that no search takes a word of theirs for one.

    A name that has become a finding is left to the findings, of the same kind and unit.

    Raises:
        KnowledgeError: ``score_inputs.yaml`` breaks its schema, or a finding of the name is of another kind or unit.
    """
    path = TERMINOLOGY / "score_inputs.yaml"
    out = {}
    for name, row in _rows(path).items():
        known = findings().get(name)
        if known is None:
            out[name] = row
        elif (known.kind, known.unit) != (row.kind, row.unit):
            raise KnowledgeError(
                f"{path.name}: {name} is a finding of another kind or unit.", "Rename it.", code="BED-KNOW-024"
            )
    return MappingProxyType(out)


def _rows(path: Path) -> dict[str, Finding]:
    out: dict[str, Finding] = {}
    for name, row in (load_yaml(path) or {}).items():
        try:
            out[name] = Finding(name=name, **row)
        except (ValidationError, TypeError) as error:
            raise KnowledgeError(
                f"{path.name}: {name} breaks the schema: {error}", "Correct the entry.", code="BED-KNOW-020"
            ) from error
    return out


@lru_cache(maxsize=1)
def findings() -> Mapping[str, Finding]:
    """Every finding by its name, in the files' order: ``findings.yaml``, then the folder's by name.

    Raises:
        KnowledgeError: a file breaks the schema, or two findings have one name or one term; the message names them.
    """
    out: dict[str, Finding] = {}
    for path in (TERMINOLOGY / "findings.yaml", *sorted((TERMINOLOGY / "findings").glob("*.yaml"))):
        for name, read in _rows(path).items():
            if name in out:
                raise KnowledgeError(
                    f"{path.name}: {name} is a finding already.", "Take another name.", code="BED-KNOW-024"
                )
            out[name] = read
    _check(out)
    return MappingProxyType(out)


def _check(found: Mapping[str, Finding]) -> None:
    """Every finding named exists, and no term means two.

    Raises:
        KnowledgeError: one does not, or one does.
    """
    means: dict[str, str] = {}
    for row in found.values():
        unknown = [n for n in (*row.historical_as, *row.implies) if n not in found]
        if unknown:
            raise KnowledgeError(
                f"{row.name} names {unknown[0]}, which is not a finding.",
                "Correct `historical_as` or `implies`.",
                code="BED-KNOW-021",
            )
        for term in (*row.terms, *row.absent, *row.historical, *row.timed):
            other = means.setdefault(term.lower().replace("-", " "), row.name)
            if other != row.name:
                raise KnowledgeError(
                    f"{term!r} means both {other} and {row.name}.", "Leave it with one of them.", code="BED-KNOW-024"
                )


def finding(name: str) -> Finding:
    """The finding, or the input of a score, of that name.

    Raises:
        KnowledgeError: there is none.
    """
    found = findings().get(name) or score_inputs().get(name)
    if found is None:
        raise KnowledgeError(
            f"{name!r} is not a canonical finding.",
            "Names are in knowledge/terminology/findings.yaml and the folder beside it.",
            code="BED-KNOW-022",
        )
    return found


def convert(name: str, value: float, unit: str) -> float | None:
    """Turns a value as written into the canonical unit.

    Args:
        name: canonical name of a quantity.
        value: the number as written.
        unit: the unit as written ("mg/dL", "°F"), or "" for none.

    Returns:
        The value in the canonical unit, rounded to 4 decimals; None where the unit is unknown, or where the number
        has no unit and could be in either of two. A unit that the tables do not list is converted by its dimension.

    Raises:
        KnowledgeError: there is no such finding.
    """
    row = finding(name)
    found = to_canonical(value, unit, row.unit, row.units, row.bare)
    if found is None and unit.strip():
        found = by_dimension(name, value, unit.strip(), row.unit)
    return found


def from_canonical(name: str, value: float, unit: str) -> float:
    """A canonical value in another unit that the terminology lists, by the same factor: 88.42 umol/L is 1 mg/dL.

    Raises:
        KnowledgeError: the finding is not known, or lists no such unit.
    """
    written = _written(name, unit)
    return round((value - written.offset) / written.factor, 4)


@lru_cache(maxsize=512)
def _written(name: str, unit: str) -> WrittenUnit:
    for written in finding(name).units:
        if any(_compiled(w).fullmatch(unit) for w in written.written):
            return written
    raise KnowledgeError(f"{name} lists no unit {unit!r}.", "Add it to findings.yaml.", code="BED-KNOW-022")


def to_canonical(
    value: float,
    unit: str,
    canonical: str,
    units: tuple[WrittenUnit, ...],
    bare: tuple[tuple[float, float, float, float], ...],
) -> float | None:
    """As `convert`, with the table of units given."""
    unit = unit.strip()
    if unit:
        if unit == canonical:
            return round(value, 4)
        for row in units:
            if any(_compiled(w).fullmatch(unit) for w in row.written):
                return round(value * row.factor + row.offset, 4)
        return None
    for low, high, factor, offset in bare:
        if low <= value <= high:
            return round(value * factor + offset, 4)
    return None


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def read_form(path: Path, form: type[F], code: str) -> F:
    """A YAML file as the form it must have.

    Args:
        path: the file.
        form: a model, or a list or tuple of one.
        code: of the error where it breaks the form.

    Raises:
        KnowledgeError: it is missing, is not YAML or breaks the form; the message names it.
    """
    try:
        return TypeAdapter(form).validate_python(load_yaml(path))
    except ValidationError as error:
        raise KnowledgeError(f"{path.name}: {error}", "Correct the entry.", code=code) from error


def load_yaml(path: Path) -> Any:
    """Reads a YAML file with the C loader, which is ten times faster than the Python one.

    Raises:
        KnowledgeError: the file is missing or is not YAML.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        with path.open(encoding="utf-8") as stream:
            return yaml.load(stream, Loader=loader)  # noqa: S506  (a safe loader in either case)
    except (OSError, yaml.YAMLError) as error:
        raise KnowledgeError(
            f"{path.name} cannot be read: {error}", "Reinstall Bedside or correct the file.", code="BED-KNOW-023"
        ) from error
