"""How a benchmark is run: which doctor, which patient, what is left out, and how long they may talk."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Literal, get_args

from pydantic import Field, ValidationError

from bedside.core.base import Frozen
from bedside.core.errors import SettingsError

Part = Literal["tools", "guidelines", "policy"]
_MOST = 200


class Setup(Frozen):
    """One way to run a benchmark.

    Attributes:
        doctor: `bedside`, `model` (the core model of the settings alone), `human`, or the address of an
            OpenAI-compatible server with its model: ``http://localhost:8000/v1#name``.
        bias: of a model that plays the doctor, by its name in `evals/patients/manners.yaml`; "" for none.
        patient: `facts`, or others of `evals/patients` joined by "+" ("fr+anxious").
        without: parts of Bedside that are left out.
        turns: how many questions and requests there may be.
        opens: who speaks first: `patient`, `doctor`, or "" as the case is made.
        seed: of whatever is drawn.
        judge: who marks diagnoses on which the rules are silent: "" for nobody, `model`, or the address of a server
            with its model; the dialogues do not depend on it.
    """

    doctor: str = "bedside"
    bias: str = ""
    patient: str = "facts"
    without: tuple[Part, ...] = ()
    turns: int = Field(default=20, ge=0, le=_MOST)
    opens: Literal["", "patient", "doctor"] = ""
    seed: int = 20261128
    judge: str = ""

    @property
    def name(self) -> str:
        """As scores name the system: "bedside without tools"."""
        doctor = f"{self.doctor}+{self.bias}" if self.bias else self.doctor
        return doctor + (f" without {', '.join(self.without)}" if self.without else "")

    def digest(self, benchmark: str, cases: tuple[str, ...], model: str) -> str:
        """What a journal is kept under: another benchmark, content of a case, setup or model has another."""
        text = "\x1f".join((benchmark, model, self.model_dump_json(exclude_defaults=True, exclude={"judge"}), *cases))
        return hashlib.sha256(text.encode()).hexdigest()[:12]


def _with_bias(doctor: str) -> tuple[str, str]:
    """ "model+recency" as the doctor and its bias; the name of a server's model may hold a "+" of its own."""
    name, _, bias = doctor.rpartition("+")
    return (name, bias) if name and re.fullmatch("[a-z_]+", bias) else (doctor, "")


def setups_of(
    doctors: Sequence[str], patient: str, without: Sequence[str], turns: int, judge: str = ""
) -> tuple[Setup, ...]:
    """A setup for each doctor, and one of Bedside for each part that is left out.

    Raises:
        SettingsError: a part or a number of turns that there cannot be.
    """
    try:
        shared = {"patient": patient, "turns": turns, "judge": judge}
        plain = [Setup(doctor=d, bias=bias, **shared) for d, bias in map(_with_bias, doctors)]
        less = [Setup(doctor="bedside", without=(part,), **shared) for part in without]
    except ValidationError as error:
        first = error.errors()[0]
        raise SettingsError(
            f"{'.'.join(map(str, first['loc']))}: {first['msg']}",
            f"Parts: {', '.join(get_args(Part))}; turns: 0 to {_MOST}.",
            code="BED-EVAL-011",
        ) from error
    return (*plain, *less)
