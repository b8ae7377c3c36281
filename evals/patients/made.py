"""Makes the patient that a setup names: `facts`, `plain`, `fr`, `es` or `model`, and how it behaves, joined by "+"."""

from __future__ import annotations

from bedside.core.errors import SettingsError
from bedside.core.settings import Settings
from bedside.evals.patients.contract import Patient
from bedside.evals.patients.fact_selecting import FactSelectingPatient, TellingPatient
from bedside.evals.patients.foreign import ForeignPatient
from bedside.evals.patients.manners import MannerlyPatient, OwnTemper, manners
from bedside.evals.patients.reticent import MisleadingPatient, WithholdingPatient
from bedside.evals.runs.setup import Setup

WHO = ("facts", "plain", "fr", "es", "model")
_WITH = {"fr": ("interpreted",), "es": ("interpreted",), "model": ("unguarded",)}


def names() -> tuple[str, ...]:
    """Every name that a patient can be made of; "withholding" and "misleading" take what after a colon."""
    table = manners()
    return (*WHO, "interpreted", "unguarded", "withholding", "misleading", *table.manners, *table.biases)


def make_patient(setup: Setup, settings: Settings) -> Patient:
    """The patient: who it is (`plain` where only its manner is named), then each of its manners around it.

    Where no manner is named the temperament that a case names is played.

    Raises:
        SettingsError: there is no such patient, two are named at once, or its model cannot be used.
    """
    parts = [p.strip() for p in setup.patient.split("+") if p.strip()]
    known = names()
    for part in parts:
        base, _, what = part.partition(":")
        if base not in known or (what and base not in ("withholding", "misleading")):
            raise _no_patient(part)
    who = [p for p in parts if p in WHO]
    if len(who) > 1 or not parts:
        raise _no_patient(setup.patient)
    base = who[0] if who else "plain"
    flags = [p for p in parts if p in ("interpreted", "unguarded")]
    if any(flag not in _WITH.get(base, ()) for flag in flags):
        raise _no_patient(setup.patient)
    behaviour = [part for part in parts if part not in WHO and part not in flags]
    patient = _base(base, tuple(flags), settings)
    if not set(behaviour) & set(manners().manners):
        patient = OwnTemper(patient, setup.seed)
    for part in behaviour:
        patient = _behaving(patient, part, setup.seed)
    return patient


def _base(name: str, flags: tuple[str, ...], settings: Settings) -> TellingPatient:
    if name == "model":
        from bedside.agent.models import core_model
        from bedside.evals.patients.model_patient import ModelPatient

        return ModelPatient(core_model(settings), guard="unguarded" not in flags)
    if name == "fr":
        return ForeignPatient("fr", "interpreted" in flags)
    if name == "es":
        return ForeignPatient("es", "interpreted" in flags)
    return FactSelectingPatient(own_words=name == "plain")


def _behaving(patient: TellingPatient, name: str, seed: int) -> TellingPatient:
    base, _, what = name.partition(":")
    if base == "withholding":
        return WithholdingPatient(patient, what)
    if base == "misleading":
        return MisleadingPatient(patient, what, seed)
    return MannerlyPatient(patient, base, seed)


def _no_patient(name: str) -> SettingsError:
    return SettingsError(
        f"There is no patient {name!r}.",
        f"Patients, joined by +: {', '.join(names())}; one of {', '.join(WHO)} at most; withholding:WHAT.",
        code="BED-EVAL-010",
    )
