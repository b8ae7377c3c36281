"""One drug in this patient: allergy, pregnancy, breastfeeding, kidney, liver, QT, conditions and age."""

from __future__ import annotations

from functools import lru_cache

from bedside.core.case import Fact
from bedside.knowledge.drugs import allergy_covers, allergy_related, is_class, severe_reaction
from bedside.knowledge.medications import ConditionRule, Severity, Warned, medication_table
from bedside.tools.medications.catches import Catch, caught
from bedside.tools.medications.pairs import names_over
from bedside.tools.medications.patient import Patient

ALLERGY_SOURCE = "nice-cg183"


def closest(drug: str, rows: dict[str, Warned]) -> Warned | None:
    """The row of the smallest group that holds the drug, or each member of the class; None where none does."""
    return next((rows[name] for name in names_over(drug) if name in rows), None)


@lru_cache(maxsize=1)
def _reproduction_rows() -> dict[str, dict[str, Warned]]:
    """The rows of pregnancy and of breastfeeding, each by the name of its drug, class or group."""
    table = medication_table().reproduction
    return {
        "pregnancy": {k: r.pregnancy for k, r in table.items() if r.pregnancy},
        "breastfeeding": {k: r.breastfeeding for k, r in table.items() if r.breastfeeding},
    }


def in_pregnancy(drug: str) -> Warned | None:
    """The row of a drug, or of each member of a class, in pregnancy; None where the table holds none."""
    return closest(drug, _reproduction_rows()["pregnancy"])


def in_this_patient(drug: str, patient: Patient, fact: Fact | None) -> list[Catch]:
    """Every catch of one drug in the patient; `fact` is of the drug itself, where it is taken already."""
    own = (fact,) if fact is not None else ()
    found = [*_allergies(drug, patient, own), *_reproduction(drug, patient, own), *_kidney(drug, patient, own)]
    found += [*_liver(drug, patient, own), *_heart_rhythm(drug, patient, own)]
    return [*found, *_conditions(drug, patient, own), *_age(drug, patient, own)]


def _allergies(drug: str, patient: Patient, own: tuple[Fact, ...]) -> list[Catch]:
    """An allergy that covers the drug is contraindicated; a related class after a severe reaction is major.

    Source: NICE CG183 (2014).
    """
    out = []
    for allergen, fact in patient.allergies.items():
        severe = severe_reaction(fact.as_written or fact.span.text)
        severity: Severity = "contraindicated"
        if allergy_covers(allergen, drug):
            what, do = "the allergy on record covers this drug", "Do not give; choose a drug of another class"
        elif allergy_related(allergen, drug):
            severity = "major" if severe else "moderate"
            what = f"a related class that can cross-react{', and the reaction was severe' if severe else ''}"
            do = "Ask what the reaction was; after a severe one take specialist advice first"
        else:
            continue
        row = Warned(severity=severity, effect=what, action=do, source=ALLERGY_SOURCE)
        out.append(caught("allergy", f"{drug} with an allergy to {allergen}", row, (drug,), (*own, fact)))
    return out


def _reproduction(drug: str, patient: Patient, own: tuple[Fact, ...]) -> list[Catch]:
    heads = {"pregnancy": f"{drug} in pregnancy", "breastfeeding": f"{drug} while breastfeeding"}
    out = []
    for state, head in heads.items():
        facts, row = patient.state(state), closest(drug, _reproduction_rows()[state])
        if facts is not None and row is not None:
            out.append(caught(state, head, row, (drug,), (*own, *facts)))
    return out


def renal_rule(drug: str) -> str:
    """The key of the kidney rule that speaks of the drug; "" where none does."""
    return next((name for name in names_over(drug) if name in medication_table().renal), "")


def _kidney(drug: str, patient: Patient, own: tuple[Fact, ...]) -> list[Catch]:
    key = renal_rule(drug)
    if not key:
        return []
    rule = medication_table().renal[key]
    function = patient.egfr if rule.by == "egfr" else patient.crcl
    if function is None:
        return []
    band = next((b for b in rule.bands if b.start <= function.value < b.below), None)
    if band is None:
        return []
    row = Warned(severity=band.severity, effect=rule.why, action=band.text, source=rule.source)
    limits = (function.note,) if function.note else ()
    return [caught("kidney", f"{drug} at {function.words}", row, (drug,), (*own, *function.facts), limits=limits)]


def _liver(drug: str, patient: Patient, own: tuple[Fact, ...]) -> list[Catch]:
    fact = patient.known.get("liver_disease")
    row = closest(drug, medication_table().hepatic) if fact is not None else None
    return [caught("liver", f"{drug} in liver disease", row, (drug,), (*own, fact))] if row and fact else []


def _heart_rhythm(drug: str, patient: Patient, own: tuple[Fact, ...]) -> list[Catch]:
    """A QT-prolonging drug with a long QTc, a long QT syndrome, or low potassium or magnesium (AHA/ACCF 2010)."""
    table = medication_table()
    risk, limits = table.qt.get(drug), table.qt_limits
    if risk is None:
        return []
    do = "Choose another drug; if none will do, correct potassium and magnesium and watch the ECG"
    careful = limits.careful_male if patient.female is False else limits.careful_female
    tests: list[tuple[str, str, Severity]] = []
    if (qtc := patient.number("qtc")) is not None:
        worst: Severity = "contraindicated" if risk == "known" else "major"
        if qtc >= limits.stop:
            tests.append(("qtc", f"QTc {qtc:g} ms", worst))
        elif qtc >= careful and risk != "conditional":
            tests.append(("qtc", f"QTc {qtc:g} ms", "major" if risk == "known" else "moderate"))
    if "long_qt_syndrome" in patient.known:
        tests.append(("long_qt_syndrome", "long QT syndrome", "contraindicated" if risk == "known" else "major"))
    for name, least in (("potassium", limits.potassium), ("magnesium", limits.magnesium)):
        value = patient.number(name)
        if value is not None and value < least and risk != "conditional":
            tests.append((name, f"{name} {value:g} mmol/L", "major" if risk == "known" else "moderate"))
    return [
        caught(
            "QT",
            f"{drug} with {words}",
            Warned(severity=severity, effect="torsade de pointes", action=do, source=limits.source),
            (drug,),
            (*own, patient.known[name]),
            "it prolongs the QT interval",
        )
        for name, words, severity in tests
    ]


def _conditions(drug: str, patient: Patient, own: tuple[Fact, ...]) -> list[Catch]:
    out = []
    for rule in medication_table().conditions.values():
        fact = _condition_fact(rule, patient)
        row = closest(drug, rule.drugs) if fact is not None else None
        if fact is not None and row is not None:
            shown = rule.label if fact.value is None else f"{rule.label} ({fact.as_written or fact.value})"
            out.append(caught("condition", f"{drug} in {shown}", row, (drug,), (*own, fact)))
    return out


def _condition_fact(rule: ConditionRule, patient: Patient) -> Fact | None:
    age = patient.number("age")
    if rule.from_age is not None and (age is None or age < rule.from_age):
        return None
    for name in rule.any:
        fact = patient.known.get(name) or (patient.past.get(name) if rule.past else None)
        if fact is not None and rule.written in (fact.as_written or fact.span.text).lower():
            return fact
    for name, limit in rule.above.items():
        value = patient.number(name)
        if value is not None and value > limit:
            return patient.known[name]
    for name, limit in rule.below.items():
        value = patient.number(name)
        if value is not None and value < limit:
            return patient.known[name]
    return None


def _age(drug: str, patient: Patient, own: tuple[Fact, ...]) -> list[Catch]:
    age = patient.number("age")
    if age is None:
        return []
    rules = medication_table().ages
    name = next((name for name in names_over(drug) if name in rules), "")
    if not name:
        return []
    fact = patient.known["age"]
    return [
        caught("age", f"{drug} at {age:g} years", row, (drug,), (*own, fact))
        for row in rules[name]
        if (row.below is not None and age < row.below) or (row.start is not None and age >= row.start)
    ]


def lacking(drug: str, patient: Patient) -> str:
    """What of the record a drug's severe rows hang on and is not known: "kidney" or ""."""
    key = renal_rule(drug)
    if not key or is_class(drug):
        return ""
    rule = medication_table().renal[key]
    if all(band.severity == "moderate" for band in rule.bands):
        return ""
    return "" if (patient.egfr if rule.by == "egfr" else patient.crcl) is not None else "kidney"
