"""CKD-EPI 2021 against hand-worked values, and the KDIGO stages at their limits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.facts import asked, fact, run, statements

from bedside.tools.calculators.ckd_epi_2021 import CkdEpi2021, egfr


@pytest.mark.parametrize(
    ("mg_dl", "years", "female", "expected"),
    [
        (0.9, 0, False, 142.0),  # both ratio terms are 1 at kappa
        (0.7, 0, True, 143.704),
        (1.0, 50, False, 91.70),
        (1.0, 50, True, 68.63),
        (0.5, 30, True, 129.3),
        (0.6, 25, False, 137.4),
        (2.0, 65, False, 36.35),
        (4.0, 80, True, 10.8),
    ],
)
def test_the_equation_gives_hand_worked_values(mg_dl: float, years: float, female: bool, expected: float) -> None:
    assert egfr(mg_dl * 88.42, years, female) == pytest.approx(expected, rel=2e-3)


@given(creatinine=st.floats(20, 1500), more=st.floats(1, 200), years=st.floats(18, 100), female=st.booleans())
def test_more_creatinine_or_age_never_raises_it(creatinine: float, more: float, years: float, female: bool) -> None:
    base = egfr(creatinine, years, female)
    assert 0 < egfr(creatinine + more, years, female) < base
    assert egfr(creatinine, years + more / 10, female) < base


def test_the_statement_shows_the_inputs_and_the_stage() -> None:
    result = run(CkdEpi2021, creatinine=140.0, age=67.0, sex="male")
    first, stage = result.evidence
    assert (first.value, first.unit) == (48, "mL/min/{1.73_m2}")
    assert (
        first.statement == "eGFR (CKD-EPI 2021) is 48 mL/min/1.73 m², from creatinine 140 µmol/L, age 67 and male sex."
    )
    assert "45 to 59 mL/min/1.73 m² is KDIGO category G3a" in stage.statement
    assert "KDIGO 2024" in stage.source.citation


@pytest.mark.parametrize(
    ("whole", "stage"),
    [
        (90, "G1;"), (89, "G2;"), (60, "G2;"), (59, "G3a;"), (45, "G3a;"), (44, "G3b;"), (30, "G3b;"), (29, "G4;"),
        (15, "G4;"), (14, "G5;"),
    ],
)  # fmt: skip
def test_each_stage_holds_from_both_sides(whole: int, stage: str) -> None:
    creatinine = next(c / 4 for c in range(200, 4000) if round(egfr(c / 4, 60, False)) == whole)
    result = run(CkdEpi2021, creatinine=creatinine, age=60.0, sex="male")
    assert result.evidence[0].value == whole
    assert stage in result.evidence[1].statement


@pytest.mark.parametrize("gone", ["creatinine", "age", "sex"])
def test_without_a_required_input_there_is_no_number(gone: str) -> None:
    known = {"creatinine": 100.0, "age": 60.0, "sex": "female"}
    result = run(CkdEpi2021, **{k: v for k, v in known.items() if k != gone})
    assert result.evidence == ()
    assert asked(result) == (gone,)
    assert "cannot be calculated" in result.missing[0].effect


def test_pregnancy_is_refused() -> None:
    result = run(CkdEpi2021, creatinine=60.0, age=30.0, sex="female", pregnancy=True)
    assert result.refusal is not None and "pregnan" in result.refusal.why


@pytest.mark.parametrize("cause", ["aki", "rhabdomyolysis"])
def test_an_unsteady_creatinine_gives_a_limit_and_no_category(cause: str) -> None:
    result = run(CkdEpi2021, age=60, sex="male", creatinine=310, **{cause: True})
    assert len(result.evidence) == 1 and "not a valid estimate" in result.evidence[0].statement
    assert any("Not valid here" in limit for limit in result.evidence[0].limits)


def test_no_kidney_injury_leaves_the_category() -> None:
    assert "KDIGO category" in statements(run(CkdEpi2021, age=60, sex="male", creatinine=310, aki=False))


def test_a_converted_creatinine_is_shown_as_a_laboratory_prints_it() -> None:
    written = fact("creatinine", 167.998, as_written="1.9 mg/dL")
    evidence = run(CkdEpi2021, (written,), age=60, sex="male").evidence[0]
    used = next(i for i in evidence.inputs if i.name == "creatinine")
    assert (used.as_written, used.value) == ("1.9 mg/dL", 168)
    assert "168 µmol/L" in evidence.statement and "167.998" not in evidence.statement
