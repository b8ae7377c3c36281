"""What patients can tell in two published sets: AgentClinic's actors and mediQ's atomic facts."""

from __future__ import annotations

from pathlib import Path

from bedside.core.errors import SettingsError
from bedside.evals.benchmarks.agentclinic import load as agentclinic_rows
from bedside.evals.benchmarks.mediq import load as mediq_rows
from bedside.evals.patients.case import PatientCase


def told_sets(folder: Path) -> dict[str, PatientCase]:
    """Cases by "agentclinic/ID" and "mediq/ID", of whichever of the two folders is there.

    Raises:
        SettingsError: neither is there, one holds none of its set's files, or no case has a fact.
    """
    out: dict[str, PatientCase] = {}
    if (folder / "agentclinic").exists():
        out |= {f"agentclinic/{r.case.id}": r.case for r in agentclinic_rows(folder / "agentclinic") if not r.fault}
    if (folder / "mediq").exists():
        # Also those whose question has a fault: it is not asked here.
        out |= {f"mediq/{r.case.id}": r.case for r in mediq_rows(folder / "mediq")}
    if not any(case.facts for case in out.values()):
        raise SettingsError(
            f"{folder} holds no case of agentclinic or mediq that tells a fact.",
            "Give the folder that holds them.",
            code="BED-EVAL-005",
        )
    return out


def dev(name: str) -> bool:
    """Whether a case may be looked at: all of mediQ's; of AgentClinic's those whose hash begins with an even digit."""
    group, _, digest = name.partition("/")
    return group != "agentclinic" or int(digest[0], 16) % 2 == 0
