"""What an interview concludes rests on words that were said and on guidelines as they are quoted."""

from __future__ import annotations

import re

import pytest

from bedside.agent.interview.conclude import NOTHING_READ, TOO_LITTLE, Conclusion, _named_now, _speaks_of, conclude
from bedside.agent.interview.emergencies import _plain
from bedside.agent.interview.heard import Line, hear
from bedside.agent.interview.plain import _return_signs
from bedside.agent.interview.suits import Person, suits
from bedside.agent.verify.textmatch import normal
from bedside.core.answer import Section, Verdict
from bedside.core.evidence import Evidence, EvidenceKind
from bedside.core.settings import Settings
from bedside.knowledge.diseases import diseases
from bedside.tools.contract import ToolRequest
from bedside.tools.differential.table import Table
from bedside.tools.redflags.engine import rules
from bedside.tools.registry import Toolbox

HEART = (
    Line(by="told", text="See a 58-year-old man."),
    Line(by="us", text="What brings you here today, and when did it start?"),
    Line(by="patient", text="I have crushing chest pain since this morning and I am sweating. I have no cough."),
    Line(by="result", text="Blood Tests, Troponin: 900 ng/L. ECG: ST depression."),
)
BELLY = (Line(by="patient", text="A 40-year-old man with pain in the upper belly going to the back, and vomiting."),
         Line(by="result", text="Lipase 2000 U/L."))  # fmt: skip
TABLE = Table(diseases())


@pytest.fixture(scope="module")
def toolbox() -> Toolbox:
    return Toolbox(Settings())


def _concluded(toolbox: Toolbox, lines: tuple[Line, ...], guidelines: bool = True) -> Conclusion:
    return conclude(hear(TABLE, lines), lines, toolbox, guidelines=guidelines)


@pytest.fixture(scope="module")
def heart(toolbox: Toolbox) -> Conclusion:
    return _concluded(toolbox, HEART)


def test_the_diagnoses_are_ranked_and_the_red_flag_comes_first(heart: Conclusion) -> None:
    assert "infarction" in heart.ranked[0].name
    assert [r.share for r in heart.ranked] == sorted((r.share for r in heart.ranked), reverse=True)
    assert heart.answer.banner
    assert heart.answer.claims[0].section is Section.BANNER


def test_every_statement_stands_in_the_words_it_was_read_from(heart: Conclusion) -> None:
    assert heart.statements
    for statement in heart.statements:
        assert statement.words in HEART[statement.line].text
        assert HEART[statement.line].by != "us"
    denied = [s for s in heart.statements if s.finding == "no cough"]
    assert denied
    assert all(s.words == "I have no cough." or s.words == "I have no cough" for s in denied)


def test_what_a_diagnosis_does_not_name_is_unexplained_and_not_against_it(heart: Conclusion) -> None:
    table = TABLE
    rows = {d.name: n for n, d in enumerate(table.diseases)}
    for s in heart.statements:
        columns = [i for i, c in enumerate(table.columns) if c.label == s.finding]
        if columns and s.way != "for":
            assert table.named[rows[s.diagnosis], columns].any() == (s.way == "against"), s.text


def test_every_claim_passed_the_gate_and_every_plan_line_is_a_quote_with_its_source(heart: Conclusion) -> None:
    assert all(c.verdict is Verdict.SUPPORTED for c in heart.answer.claims)
    assert heart.plan
    for claim in heart.plan:
        (evidence,) = (heart.answer.evidence[i] for i in claim.evidence)
        assert evidence.kind is EvidenceKind.PASSAGE
        assert normal(claim.text) == normal(evidence.quote)
        assert evidence.source.publisher and evidence.source.year and evidence.source.section


def test_a_plan_speaks_of_the_first_diagnosis_only(toolbox: Toolbox) -> None:
    found = _concluded(toolbox, BELLY)
    assert found.ranked[0].name == "Acute pancreatitis"
    assert found.plan
    for claim in found.plan:
        source = found.answer.evidence[claim.evidence[0]].source
        assert "pancreatitis" in f"{source.title} {claim.text}".lower()


def test_where_no_guideline_is_held_that_is_said_and_no_line_of_a_plan_is_made(toolbox: Toolbox) -> None:
    lines = (Line(by="patient", text="35-year-old woman with double vision, ptosis and trouble climbing stairs."),
             Line(by="result", text="Acetylcholine receptor antibodies: positive."))  # fmt: skip
    found = _concluded(toolbox, lines)
    assert found.ranked[0].name == "Myasthenia gravis"
    about = [c for c in found.plan if "myasthenia" in c.text.lower()]
    assert about == []
    assert any("Myasthenia gravis" in r.subject for r in found.answer.refusals)


def test_without_guidelines_nothing_is_searched(toolbox: Toolbox) -> None:
    found = _concluded(toolbox, HEART, guidelines=False)
    assert found.plan == ()
    assert found.answer.refusals == ()
    assert found.ranked


@pytest.mark.parametrize(
    ("text", "why"), [("Hello.", NOTHING_READ), ("I am 40.", NOTHING_READ), ("I have a cough.", TOO_LITTLE)]
)
def test_it_abstains_where_too_little_is_known(toolbox: Toolbox, text: str, why: str) -> None:
    found = _concluded(toolbox, (Line(by="patient", text=text),))
    assert (found.why_not, found.ranked, found.statements) == (why, (), ())
    assert "I do not want to guess" in found.plain


PROMISES = re.compile(
    r"\b(?:do not worry|don't worry|will be fine|certainly|promise|cure|guarantee|surely|definitely)\b", re.I
)


@pytest.mark.parametrize("lines", [HEART, BELLY, (Line(by="patient", text="I have a cough."),)])
def test_the_summary_promises_nothing_and_says_when_to_come_back(toolbox: Toolbox, lines: tuple[Line, ...]) -> None:
    plain = _concluded(toolbox, lines).plain
    assert not PROMISES.search(plain)
    assert "Get medical help at once if" in plain
    assert "A clinician has to check" in plain


def test_the_summary_uses_plain_names_and_puts_the_emergency_first(heart: Conclusion) -> None:
    assert "heart attack" in heart.plain
    assert "infarction" not in heart.plain
    assert heart.plain.index("needs to be looked at now") < heart.plain.index(
        "From what you told me" if "From what" in heart.plain else "What you told me"
    )


def test_the_same_lines_conclude_the_same(toolbox: Toolbox, heart: Conclusion) -> None:
    assert _concluded(toolbox, HEART) == heart


def test_the_patient_comes_back_for_what_is_denied_today_and_for_no_pregnancy(toolbox: Toolbox) -> None:
    calf = Line(by="patient", text="I am a woman of 44. My right calf hurts and is swollen. I am not short of breath.")
    said = _concluded(toolbox, (calf,)).plain
    assert "notice one of these: " in said and "shortness of breath" in said and "coughing up blood" in said
    assert "pregnan" not in said and "birth" not in said


def test_every_sign_to_come_back_for_is_a_finding_that_a_red_flag_hangs_on() -> None:
    signs = _return_signs()
    assert signs.keys() <= {name for rule in rules() for name in _plain(rule.when)}
    assert all(sign[0].islower() and not sign.endswith(".") for sign in signs.values())
    assert len(set(signs.values())) == len(signs)


def test_a_recommendation_that_names_a_disease_in_passing_is_no_plan_for_it(toolbox: Toolbox) -> None:
    def named(disease: str) -> list[Evidence]:
        result = toolbox.get("guideline_search").run(ToolRequest(query=f"What is recommended for {disease}?"))
        return [e for e in result.evidence if disease.lower() in e.quote.lower()]

    passing = [e for e in named("Cataract") if "falls" in e.quote or "anti-VEGF" in e.quote or "break" in e.quote]
    assert passing
    assert not any(_speaks_of(e, ("Cataract",)) for e in passing)
    assert any(_speaks_of(e, ("Pancreatic cancer",)) for e in named("Pancreatic cancer"))


@pytest.mark.parametrize(
    ("words", "now"),
    [
        (" women with a history of stroke ", False),
        (" the risk of stroke ", False),
        (" adults with acute stroke ", True),
        (" after stroke a statin is given ", True),
        (" a history of stroke or acute stroke ", True),
    ],
)
def test_what_was_before_or_is_a_risk_is_not_what_a_patient_has(words: str, now: bool) -> None:
    assert _named_now(" stroke ", words) is now


def test_only_a_pregnant_woman_is_told_of_the_unborn_baby() -> None:
    sign = _return_signs()["baby_moves_less"]
    assert suits(sign, Person(30.0, "female", "pregnant"))
    assert not suits(sign, Person(30.0, "female"))
    assert not suits(sign, Person(30.0, "male"))
