"""Makes the patient that a setup names."""

from __future__ import annotations

from bedside.core.errors import SettingsError
from bedside.core.settings import Settings
from bedside.evals.patients.contract import Patient
from bedside.evals.patients.fact_selecting import FactSelectingPatient
from bedside.evals.runs.setup import Setup


def make_patient(setup: Setup, settings: Settings) -> Patient:
    """The patient.

    Raises:
        SettingsError: there is no such patient.
    """
    if setup.patient == "facts":
        return FactSelectingPatient()
    raise SettingsError(f"There is no patient {setup.patient!r}.", "Patients: facts.", code="BED-EVAL-010")
