"""What patients can tell in two published sets: AgentClinic's actors and mediQ's atomic facts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from bedside.core.errors import SettingsError
from bedside.evals.benchmarks.agentclinic import load as agentclinic_rows
from bedside.evals.patients.case import CaseFact, PatientCase
from bedside.evals.rows import json_lines

_NUMBER = re.compile(r"^\d+\.\s+")


def told_sets(folder: Path) -> dict[str, PatientCase]:
    """Cases by "agentclinic/ID" and "mediq/ID", of whichever of the two folders is there.

    Raises:
        SettingsError: neither is there, or one is not of its form.
    """
    out: dict[str, PatientCase] = {}
    if (folder / "agentclinic").exists():
        out |= {f"agentclinic/{r.case.id}": r.case for r in agentclinic_rows(folder / "agentclinic") if not r.fault}
    if (folder / "mediq").exists():
        out |= {f"mediq/{case.id}": case for case in mediq_told(folder / "mediq")}
    if not out:
        raise SettingsError(
            f"{folder} holds neither agentclinic nor mediq.", "Give the folder that holds them.", code="BED-EVAL-005"
        )
    return out


def dev(name: str) -> bool:
    """Whether a case may be looked at: all of mediQ's; of AgentClinic's those whose hash begins with an even digit."""
    group, _, digest = name.partition("/")
    return group != "agentclinic" or int(digest[0], 16) % 2 == 0


def mediq_told(path: Path) -> list[PatientCase]:
    """mediQ's cases (https://github.com/stellalisy/mediQ, CC BY 4.0): their facts, by their own numbers.

    Raises:
        SettingsError: a line is not of the form.
    """
    try:
        return [_case(raw) for raw in json_lines(path)]
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise SettingsError(
            f"{path.name} is not of mediQ's form.", "Give JSON lines that have `facts`.", code="BED-EVAL-005"
        ) from error


def _case(raw: dict[str, Any]) -> PatientCase:
    facts = (str(fact).strip() for fact in raw["facts"])
    told = tuple(CaseFact(id=f"f{n}", text=_NUMBER.sub("", text)) for n, text in enumerate(facts, 1) if text)
    return PatientCase(id=str(raw["id"]), facts=told)
