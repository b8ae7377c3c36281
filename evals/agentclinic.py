"""AgentClinic's cases (https://github.com/SamuelSchmidgall/AgentClinic, MIT) as text, without what gives them away.

The objective and the diagnosis are never part of the text. Half of the cases, by a hash of the case, is the dev half,
on which faults of reading and of code may be looked for; of the other half only figures are printed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bedside.core.base import Frozen
from bedside.core.errors import SettingsError
from bedside.evals.rows import json_lines

_PATIENT = ("Demographics", "History", "Symptoms", "Past_Medical_History", "Social_History", "Review_of_Systems")
_TESTED = ("Physical_Examination_Findings", "Test_Results")


class Osce(Frozen):
    """One case.

    Attributes:
        digest: sha256 of its JSON with sorted keys, by which the halves are told apart.
        told: what the patient tells, as text.
        tested: what examination and tests show, as text.
        diagnosis: the correct one, for scoring only.
    """

    digest: str
    told: str
    tested: str
    diagnosis: str

    @property
    def dev(self) -> bool:
        """Whether it is of the dev half: its hash begins with an even hexadecimal digit."""
        return int(self.digest[0], 16) % 2 == 0

    @property
    def text(self) -> str:
        """All that is given."""
        return f"{self.told}\n{self.tested}"


def load(path: Path) -> list[Osce]:
    """The cases of a JSON lines file, or of every one of a folder.

    Raises:
        SettingsError: there is none, or a line is not of the form.
    """
    try:
        return [_case(raw) for raw in json_lines(path)]
    except (ValueError, KeyError, TypeError) as error:
        raise SettingsError(
            f"{path.name} is not of AgentClinic's form ({type(error).__name__}).",
            "Give one JSON object a line with OSCE_Examination.",
            code="BED-EVAL-005",
        ) from error


def _case(raw: dict[str, Any]) -> Osce:
    exam = raw["OSCE_Examination"]
    patient = exam["Patient_Actor"]
    return Osce(
        digest=hashlib.sha256(json.dumps(raw, sort_keys=True).encode()).hexdigest(),
        told="\n".join(line for key in _PATIENT for line in _lines(patient.get(key), ())),
        tested="\n".join(line for key in _TESTED for line in _lines(exam.get(key), ())),
        diagnosis=str(exam["Correct_Diagnosis"]),
    )


def _lines(value: Any, under: tuple[str, ...]) -> Iterator[str]:
    """Every leaf as a line "key, key: value"; sentences as they are."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _lines(inner, (*under, str(key).replace("_", " ")))
    elif isinstance(value, list):
        for inner in value:
            yield from _lines(inner, under)
    elif value not in (None, ""):
        named = [key for key in under[-2:] if key not in ("Vital Signs", "Primary Symptom", "Secondary Symptoms")]
        lead = f"{', '.join(named)}: " if named else ""
        yield f"{lead}{str(value).strip().rstrip('.')}."
