"""AgentClinic's cases (https://github.com/SamuelSchmidgall/AgentClinic, MIT) as simulated patients.

Schmidgall 2024, arXiv:2405.07960. Its MedQA cases and those made of MIMIC-IV have one form. Facts are the sentences of
the patient actor's entries; results are the leaves of the examination and the tests under their names.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bedside.evals.benchmarks.files import Record, json_records
from bedside.evals.benchmarks.forms import rows_of
from bedside.evals.benchmarks.registry import benchmark
from bedside.evals.diagnosis_match import named_in
from bedside.evals.patients.case import CaseFact, Gold, PatientCase, Result, Row, Section

_SECTIONS: dict[str, Section] = {
    "Demographics": "person",
    "History": "history",
    "Symptoms": "symptoms",
    "Past_Medical_History": "past",
    "Social_History": "social",
    "Family_History": "family",
    "Medications": "medicines",
    "Allergies": "allergies",
    "Review_of_Systems": "review",
}
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")


@benchmark("agentclinic", "diagnosis by dialogue: does the doctor ask and test its way to it?", "agentclinic")
def load(path: Path) -> list[Row]:
    """The rows of a JSON lines file, or of a folder's files of MedQA cases, else of all of them.

    Raises:
        SettingsError: there is no such file, or it cannot be read.
    """
    return rows_of(json_records(path, "agentclinic_medqa*.jsonl", "*.jsonl"), _row, "AgentClinic")


@benchmark("agentclinic-mimic", "the same on cases made of hospital records (MIMIC-IV)", "agentclinic")
def load_mimic(path: Path) -> list[Row]:
    """The rows of a JSON lines file, or of a folder's files of MIMIC-IV cases.

    Raises:
        SettingsError: there is no such file, or it cannot be read.
    """
    return rows_of(json_records(path, "*mimic*.jsonl"), _row, "AgentClinic")


def names_its_answer(results: Iterable[Result], diagnosis: str) -> bool:
    """Whether what examination and tests show names the diagnosis."""
    return named_in(" ".join(f"{' '.join(r.name)} {r.text}" for r in results), diagnosis, None)


def _row(record: Record) -> Row:
    exam = record.raw["OSCE_Examination"]
    actor, diagnosis = exam.get("Patient_Actor", {}), str(exam.get("Correct_Diagnosis") or "").strip()
    fault = ("" if actor else "no Patient_Actor") or ("" if diagnosis else "no Correct_Diagnosis")
    case = _case(exam, actor, _digest(record.raw) if not fault else record.place)
    return Row(case, Gold(diagnosis=diagnosis, leaky=names_its_answer(case.results, diagnosis)), fault)


def _digest(raw: Any) -> str:
    return hashlib.sha256(json.dumps(raw, sort_keys=True).encode()).hexdigest()[:12]


def _case(exam: dict[str, Any], actor: dict[str, Any], name: str) -> PatientCase:
    facts = [
        (section, text)
        for key, section in _SECTIONS.items()
        for _, value in _leaves(actor.get(key), ())
        for text in _SENTENCE.split(value)
    ]
    results = [
        Result(id=f"r{n}", name=names or ("Examination",), text=text, examined=examined)
        for n, (names, text, examined) in enumerate(_results(exam), 1)
    ]
    return PatientCase(
        id=name,
        objective=str(exam.get("Objective_for_Doctor", "")),
        facts=tuple(CaseFact(id=f"f{n}", text=text, section=section) for n, (section, text) in enumerate(facts, 1)),
        results=tuple(results),
    )


def _results(exam: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], str, bool]]:
    for key, examined in (("Physical_Examination_Findings", True), ("Test_Results", False)):
        for names, text in _leaves(exam.get(key), ()):
            yield names, text, examined


def _leaves(value: Any, under: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every leaf with the keys that lead to it, less those that say nothing."""
    if isinstance(value, dict):
        for key, inner in value.items():
            named = str(key).replace("_", " ")
            yield from _leaves(inner, under if named.lower() in {"findings", "result", "results"} else (*under, named))
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, under)
    elif value not in (None, ""):
        yield under, str(value).strip()
