"""Makes the doctor that a setup names."""

from __future__ import annotations

from bedside.core.errors import SettingsError
from bedside.core.settings import Settings
from bedside.evals.patients.contract import Doctor
from bedside.evals.runs.setup import Setup


def make_doctor(setup: Setup, settings: Settings) -> Doctor:
    """The doctor.

    Raises:
        SettingsError: there is no such doctor, or its model's settings cannot be used.
    """
    of_model = setup.doctor == "model" or "://" in setup.doctor
    if setup.bias and not of_model:
        raise SettingsError(
            f"The doctor {setup.doctor!r} can have no bias.", "Only a model can: model+recency.", code="BED-EVAL-009"
        )
    if setup.doctor == "bedside":
        from bedside.agent.services import Services
        from bedside.evals.doctors.bedside_doctor import BedsideDoctor
        from bedside.evals.tasks.differential import held_table

        return BedsideDoctor(held_table(), Services(settings), setup.without)
    if of_model:
        from bedside.agent.interview.pictures import Pictures
        from bedside.agent.services import Services
        from bedside.evals.doctors.model_doctor import ModelDoctor

        services = Services(_settings_of(setup, settings))
        return ModelDoctor(services.model, bias_of(setup.bias), Pictures(services).shown)
    if setup.doctor == "human":
        from bedside.evals.doctors.human_doctor import HumanDoctor

        return HumanDoctor()
    raise SettingsError(
        f"There is no doctor {setup.doctor!r}.",
        "Doctors: bedside, model, human, or http://HOST:PORT/v1#MODEL.",
        code="BED-EVAL-009",
    )


def bias_of(name: str) -> str:
    """What a model that plays the doctor is told of its bias; "" for none.

    Raises:
        SettingsError: there is no such bias.
    """
    from bedside.evals.patients.manners import manners

    biases = manners().biases
    if name and name not in biases:
        raise SettingsError(f"There is no bias {name!r}.", f"Biases: {', '.join(biases)}.", code="BED-EVAL-009")
    return biases[name].doctor if name else ""


def _settings_of(setup: Setup, settings: Settings) -> Settings:
    if "://" not in setup.doctor:
        return settings
    address, _, name = setup.doctor.partition("#")
    model = settings.model.model_copy(update={"backend": "openai", "base_url": address, "name": name})
    return settings.model_copy(update={"model": model})
