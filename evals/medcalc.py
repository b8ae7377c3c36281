"""MedCalc-Bench: rows of a CSV, its entities as facts, and whether a result lies within a row's limits.

Khandekar 2024, doi:10.48550/arXiv.2406.12036, CC BY-SA 4.0, https://github.com/ncbi-nlp/MedCalc-Bench. The labels of
its first version are partly wrong, so nothing here is made to agree with them: names and words are mapped by
`evals/data/medcalc.yaml`, units by the terminology, and no row is treated apart.
"""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from bedside.core.case import Fact, FactStatus, Span
from bedside.core.errors import KnowledgeError, SettingsError
from bedside.knowledge.terms import convert, finding, load_yaml
from bedside.tools.calculator import Calculator
from bedside.tools.calculator_inputs import InputKind, InputSpec

NAMES = Path(__file__).with_name("data") / "medcalc.yaml"
_SPELLINGS = {"celsisus": "celsius", "fahreinheit": "fahrenheit", "μ": "µ"}
# A count "in µL" is a count in each µL.
_COUNTED = frozenset({"µL", "L", "m^3", "mm^3"})
# 6370 cells in a litre or a cubic metre are none: the unit has lost its prefix, and cells are counted in each µL.
_LOST_PREFIX = frozenset({"/L", "/m^3"})
_FEWEST = 0.01
_GIVEN_IN_DAYS = re.compile(r"(\d+)\s*weeks?\D+(\d+)\s*days?")
_NAMED_UNITS = {"per day": ""}


class Row(NamedTuple):
    """One question: `low` and `high` are the limits as written, of a number, a date or weeks and days."""

    number: str
    calculator: str
    note: str
    question: str
    entities: Mapping[str, Any]
    answer: str
    low: str
    high: str


def load_rows(path: Path) -> list[Row]:
    """The rows of a CSV, or of every CSV in a folder, in order.

    Raises:
        SettingsError: there is none, or a column is missing.
    """
    files = sorted(path.glob("*.csv")) if path.is_dir() else [path]
    csv.field_size_limit(10_000_000)
    try:
        rows = [_row(row) for file in files for row in csv.DictReader(file.open(encoding="utf-8", newline=""))]
    except (OSError, KeyError, ValueError, SyntaxError, csv.Error) as error:
        raise SettingsError(
            f"MedCalc-Bench cannot be read from {path}: {error!r}",
            "Get its CSV from https://github.com/ncbi-nlp/MedCalc-Bench.",
            code="BED-EVAL-005",
        ) from error
    if not rows:
        raise SettingsError(f"{path} holds no row of MedCalc-Bench.", "Give its CSV.", code="BED-EVAL-005")
    return rows


def _row(row: dict[str, str]) -> Row:
    entities = ast.literal_eval(row["Relevant Entities"])
    return Row(
        row["Row Number"], row["Calculator Name"], row["Patient Note"], row["Question"], entities,
        row["Ground Truth Answer"], row["Lower Limit"], row["Upper Limit"],
    )  # fmt: skip


@lru_cache(maxsize=1)
def _names() -> dict[str, Any]:
    loaded = load_yaml(NAMES)
    return {
        "calculators": loaded["calculators"],
        "entities": {_plain(name): meant for name, meant in loaded["entities"].items()},
        "words": loaded["words"],
    }


def tool_of(row: Row) -> str:
    """The name of the tool that computes what the row asks; "" where there is none."""
    return str(_names()["calculators"].get(row.calculator, ""))


def facts_of(row: Row, tool: Calculator) -> tuple[Fact, ...]:
    """The row's entities as facts that `tool` reads; what it does not read, or in no known unit, is left out.

    Of two names for one finding, one that is present decides.
    """
    specs = {spec.name: spec for spec in tool.inputs}
    found: dict[str, Fact] = {}
    for name, value in _daily(row.entities).items():
        meant = [m for m in _names()["entities"].get(_plain(name), ()) if m.removeprefix("not ") in specs]
        if not meant:
            continue
        spec = specs[meant[0].removeprefix("not ")]
        for fact in _facts(spec, name, value, negated=meant[0].startswith("not "), specs=specs):
            known = found.get(fact.name)
            if known is None or fact.status is FactStatus.PRESENT:
                found[fact.name] = fact
    return tuple(found.values())


def _daily(entities: Mapping[str, Any]) -> dict[str, Any]:
    """ "X Dose" times "X Dose Per Day" as one daily dose."""
    out = {k: v for k, v in entities.items() if not k.endswith(" Per Day")}
    for name, times in entities.items():
        dose = out.get(name.removesuffix(" Per Day"))
        if name.endswith(" Per Day") and dose:
            unit = dose[1] if "patch" in name else f"{dose[1]}/day"
            out[name.removesuffix(" Per Day")] = [dose[0] * times[0], unit]
    return out


def _facts(spec: InputSpec, name: str, value: Any, *, negated: bool, specs: Mapping[str, InputSpec]) -> list[Fact]:
    if spec.kind is InputKind.PRESENCE:
        there = _word(spec.name, value)
        if there not in {"true", "false"}:
            return []
        status = FactStatus.PRESENT if (there == "true") != negated else FactStatus.ABSENT
        return [_fact(spec, name, None, status)]
    if spec.kind is InputKind.DATE:
        day = us_date(str(value))
        return [_fact(spec, name, day.isoformat())] if day else []
    if spec.kind is InputKind.CATEGORY:
        if isinstance(value, list):  # a drug with its dose
            dose = _fact(specs["steroid_dose"], name, float(value[1]))
            return [_fact(spec, name, _drug(str(value[0]))), dose]
        word = _word(spec.name, value)
        return [_fact(spec, name, _drug(word) if spec.name.startswith("steroid") else word)]
    number = _number(spec.name, name, value)
    return [] if number is None else [_fact(spec, name, number)]


def _number(canonical: str, name: str, value: Any) -> float | None:
    if not isinstance(value, list):
        value = [value, ""]
    unit = str(value[1])
    for wrong, right in _SPELLINGS.items():
        unit = unit.replace(wrong, right)
    unit = f"/{unit}" if unit in _COUNTED else _NAMED_UNITS.get(unit, unit)
    if "urea nitrogen" in name.lower() and unit == "mg/dL":
        return round(float(value[0]) * finding("urea").variants[0].units[0].factor, 4)
    if canonical == "fentanyl_patch_dose":  # written in mg, meant in ug/h: no dose in mg exists
        return float(value[0])
    try:
        read = convert(canonical, float(value[0]), unit)
    except KnowledgeError:
        return None
    if read is not None and unit in _LOST_PREFIX and read < _FEWEST:
        read = convert(canonical, float(value[0]), "/µL")
    return float(value[0]) if read is None and not unit else read


def _fact(spec: InputSpec, name: str, value: float | str | None, status: FactStatus = FactStatus.PRESENT) -> Fact:
    text = f"{name} {'' if value is None else value}".strip()
    span = Span(source="row", start=0, end=len(text), text=text)
    unit = spec.unit if isinstance(value, float) else ""
    return Fact(name=spec.name, label=spec.label, value=value, unit=unit, status=status, as_written=text, span=span)


def _word(canonical: str, value: Any) -> str:
    word = " ".join(str(value).lower().split())
    return str(_names()["words"].get(canonical, {}).get(word, word))


def _drug(text: str) -> str:
    return re.sub(r"\s+(?:po|iv|im)$", "", text.strip().lower())


def us_date(text: str) -> date | None:
    """A date in the order month, day, year, which the benchmark's questions name; None where it is none."""
    found = re.fullmatch(r"\s*(\d{1,2})/(\d{1,2})/(\d{4})\s*", text)
    try:
        return date(int(found[3]), int(found[1]), int(found[2])) if found else None
    except ValueError:
        return None


def within(row: Row, value: float | None, statement: str) -> bool:
    """Whether a result lies within the row's limits; a date is read from the statement.

    Args:
        row: with its limits.
        value: the number; days where the row asks for weeks and days.
        statement: the result in words, with a date in ISO form where it is one.
    """
    day = us_date(row.low)
    if day is not None:
        return day.isoformat() in statement
    if value is None:
        return False
    low, high = _limit(row.low), _limit(row.high)
    return min(low, high) - 1e-9 <= value <= max(low, high) + 1e-9


def _limit(text: str) -> float:
    weeks = _GIVEN_IN_DAYS.search(text)
    return 7 * int(weeks[1]) + int(weeks[2]) if weeks else float(text)


def _plain(name: str) -> str:
    return " ".join(re.findall(r"[a-z0-9₂]+", name.lower()))
