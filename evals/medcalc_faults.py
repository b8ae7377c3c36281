"""Faults of MedCalc-Bench's first labels, as arithmetic: what a label is where its published working goes wrong.

Each was found in the working that the benchmark prints beside its labels, is one rule for a whole calculator, and tells
which side the published formula supports: where a label equals what the fault makes, the label is wrong. Nothing here
is used to compute a result.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import timedelta

from bedside.tools.calculator import Calculator, half_up
from bedside.tools.calculator_inputs import Values
from bedside.tools.calculators.framingham_hard_chd import FraminghamHardChd
from bedside.tools.calculators.meld_na import on_dialysis
from bedside.tools.point_score import PointScore

MMOL_PER_MG_DL = 0.025863
# What a label is where it is wrong: numbers, or a date in ISO form.
Labels = tuple[float | str, ...]
Fault = Callable[[PointScore, Values], Labels]


def _points(tool: PointScore, values: Values) -> dict[str, float]:
    """The points of each line by its label; an undecided one gives what silence gives."""
    decided = {c: c.decide(values) for c in tool.criteria}
    return {c.label: min(c.possible, key=abs) if p is None else p.points for c, p in decided.items()}


def _coma(tool: PointScore, values: Values) -> Labels:
    points = _points(tool, values)
    verbal = 4 if values.word("verbal_response") == "not testable" else points["best verbal response"]
    return (points["best eye response"] + points["best motor response"] + 2 * verbal,)


def _sirs(tool: PointScore, values: Values) -> Labels:
    points = _points(tool, values)
    others = sum(points.values()) - points["white cells"]
    return (others + 1 + points["white cells"],)


def _without(*labels: str) -> Fault:
    def fault(tool: PointScore, values: Values) -> Labels:
        points = _points(tool, values)
        return (sum(points.values()) - sum(points[label] for label in labels),)

    return fault


def _only(*labels: str) -> Fault:
    def fault(tool: PointScore, values: Values) -> Labels:
        points = _points(tool, values)
        return (sum(points[label] for label in labels),)

    return fault


def _child_pugh(tool: PointScore, values: Values) -> Labels:
    points = _points(tool, values)
    on_the_limit = values.in_unit("bilirubin", "mg/dL") == 2
    return (sum(points.values()) - points["ascites"] - (points["bilirubin"] if on_the_limit else 0),)


def _charlson(tool: PointScore, values: Values) -> Labels:
    """Every disease that is named counts one, diabetes even where diet alone treats it."""
    points = _points(tool, values)
    heavy = {"hemiplegia", "moderate or severe chronic kidney disease", "leukaemia", "lymphoma", "AIDS"}
    total = sum(points[label] for label in points if label == "age" or label in heavy)
    total += sum(min(points[label], 1) for label in points if label != "age" and label not in heavy | {"diabetes"})
    return (total + (1 if values.word("diabetes_severity") else 0),)


def _apache(tool: PointScore, values: Values) -> Labels:
    """The coma scale counts as itself, every white count as above 40, pH not; Celsius may be taken for Fahrenheit."""
    points = _points(tool, values)
    rest = sum(points.values()) - sum(points[label] for label in ("Glasgow Coma Scale", "white cell count", "pH"))
    rest += (values.number("gcs") or 0) + 4
    chilled = 4 - points["temperature"]
    return tuple(rest - chronic + cold for chronic in (0, points["chronic health"]) for cold in (0, chilled))


def _sofa(tool: PointScore, values: Values) -> Labels:
    """The least drug decides, a ratio below 2 is one below 100, and creatinine gives way to urine."""
    points = _points(tool, values)
    ventilated, cpap = values.flag("mechanical_ventilation"), values.flag("cpap")
    dopamine, dobutamine = values.number("dopamine") or 0, values.number("dobutamine") or 0
    circulation = 2 if 0 < dopamine <= 5 or dobutamine else min(points["circulation"], 3)
    breathing = 4 if ventilated else 0 if cpap else 2
    kidney = 0 if "urine_output" in values else points["kidney"]
    others = sum(points[label] for label in points if label not in {"breathing", "circulation", "kidney"})
    return (others + breathing + circulation + kidney,)


def _blatchford(tool: PointScore, values: Values) -> Labels:
    return (sum(_points(tool, values).values()) + (values.number("haemoglobin") == 120),)


def _severity_index(tool: PointScore, values: Values) -> Labels:
    points = _points(tool, values)
    return (sum(points.values()) - points["temperature"] + 15,)


_SCORES: dict[str, tuple[str, Fault]] = {
    "gcs_from_responses": ("the verbal response is counted twice", _coma),
    "sirs": ("the white cells always count, and twice where they are abnormal", _sirs),
    "pneumonia_severity_index": ("a temperature in Celsius is converted as if it were in Fahrenheit", _severity_index),
    "revised_cardiac_risk": ("cerebrovascular disease is not counted", _without("cerebrovascular disease")),
    "caprini": ("only age, surgery and mobility are added up", _only("age", "surgery", "mobility")),
    "child_pugh": ("ascites, and a bilirubin of 2, are not counted", _child_pugh),
    "charlson": ("tumour, liver and diabetes count one point whatever their grade", _charlson),
    "sofa": ("the least drug decides, and creatinine gives way to urine", _sofa),
    "glasgow_blatchford": ("a woman's haemoglobin of 12.0 counts as below 12", _blatchford),
    "apache2": ("the coma scale counts as itself, white cells and temperature as extreme", _apache),
}


def _moles(value: float, mass: float) -> float:
    """mg/dL of mmol/L, by way of moles that are rounded to three decimals."""
    return round(value * 0.001, 3) * mass * 100


def _ldl(v: Values) -> float:
    fat = _moles(v.need("triglycerides"), 861.338) / 5
    return _moles(v.need("total_cholesterol"), 386.654) - _moles(v.need("hdl"), 386.654) - fat


def _calcium(v: Values) -> float:
    return _moles(v.need("calcium"), 40.08) + 0.8 * (4 - v.in_unit("albumin", "g/dL"))


def _ckd_epi(v: Values) -> float:
    return float(142 * (v.in_unit("creatinine", "mg/dL") / 0.7) ** -0.302 * 0.9938 ** v.need("age"))


_EQUATIONS: dict[str, tuple[str, Callable[[Values], float]]] = {
    "ldl_friedewald": ("moles are rounded to three decimals", _ldl),
    "corrected_calcium": ("moles are rounded to three decimals", _calcium),
    "ckd_epi_2021": ("the constant of women is used for a man with a low creatinine", _ckd_epi),
}


def faulty(tool: Calculator, values: Values) -> tuple[str, Labels] | None:
    """The known fault of the labels of a calculator, and the labels that it makes; None where none is known."""
    name = tool.card.name
    if isinstance(tool, PointScore) and name in _SCORES:
        words, fault = _SCORES[name]
        return words, fault(tool, values)
    if name in _EQUATIONS and all(spec.name in values for spec in tool.inputs if spec.required):
        words, equation = _EQUATIONS[name]
        return words, (equation(values),)
    if name == "meld_na" and {"creatinine", "bilirubin", "inr", "sodium"} <= set(values.readings):
        return "the first step is rounded to a whole number before it is multiplied by ten", (_meld(values),)
    if isinstance(tool, FraminghamHardChd) and values.readings:
        return "cholesterol goes into the formula in mmol/L, and the risk is a share", (_framingham(tool, values),)
    if name == "naegele_due_date" and (values.number("cycle_length") or 28) < 28:
        late = timedelta(days=280 + 28 - round(values.need("cycle_length")))
        return "a short cycle is added instead of taken away", ((values.day("last_period") + late).isoformat(),)
    return None


def _meld(v: Values) -> float:
    creatinine = 4.0 if on_dialysis(v) else min(max(v.in_unit("creatinine", "mg/dL"), 1), 4)
    bilirubin, inr = max(v.in_unit("bilirubin", "mg/dL"), 1), max(v.need("inr"), 1)
    initial = 0.957 * math.log(creatinine) + 0.378 * math.log(bilirubin) + 1.120 * math.log(inr) + 0.643
    meld = half_up(initial) * 10
    lack = 137 - min(max(v.need("sodium"), 125), 137)
    return half_up(meld + (1.32 * lack - 0.033 * initial * lack if meld > 11 else 0))


def _framingham(tool: FraminghamHardChd, v: Values) -> float:
    """The formula over mmol/L, as a share of one to one decimal."""
    lowered = {
        name: reading.model_copy(update={"value": float(v.need(name)) * MMOL_PER_MG_DL})
        if name in {"total_cholesterol", "hdl"} else reading
        for name, reading in v.readings.items()
    }  # fmt: skip
    return half_up(tool.solve(Values(lowered)) / 100, 1)
