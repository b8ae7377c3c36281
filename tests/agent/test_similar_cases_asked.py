"""Asked for similar cases, the answer has a row of pictures and sentences of its own section; unasked, nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.assistant import scripted_assistant
from support.case_files import blot, write_corners, write_film, write_png
from support.cell_embedder import SHELVES

from bedside.agent.nodes.plan import only_looks_up
from bedside.core.answer import Section
from bedside.core.evidence import EvidenceKind
from bedside.tools.similar import cases as module
from bedside.tools.similar.adding import add_folder
from bedside.tools.similar.cases import Cases


@pytest.fixture()
def assistant(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "SHELVES", SHELVES)
    made = scripted_assistant(tmp_path)
    with Cases(made.settings) as cases:
        add_folder(cases, tmp_path / "films", write_corners(tmp_path / "films", 8), 10_000_000)
    return made


def test_asked_for_the_answer_shows_them_in_a_section_of_their_own(assistant, tmp_path):
    film = write_film(tmp_path / "new.dcm", blot(4, 4, seed=99), "MRN-40002")
    answer = assistant.ask("Any similar cases?", files=[film], thread="t")
    similar = answer.section(Section.SIMILAR)
    assert len(similar) == 6 and similar[0].text.startswith("A similar case (patient ")
    assert similar[-1].text.endswith("of the same patient (1 picture).")
    assert {answer.evidence[i].kind for c in similar for i in c.evidence} == {EvidenceKind.SIMILAR_CASE}
    assert {i[0] for c in similar for i in c.evidence} == {"C"}
    assert any(Path(a.path).is_file() and a.title.startswith("Similar cases") for a in answer.artefacts)
    assert not answer.removed and "MRN" not in answer.to_json()
    assert not any(r.code.startswith(("BED-SEARCH", "BED-TOOL-012")) for r in answer.refusals)
    assert any(card.name == "similar_cases" for card in answer.cards)


def test_a_later_message_may_ask_for_them_without_the_file(assistant, tmp_path):
    assistant.ask("What does this show?", files=[write_png(tmp_path / "new.png", blot(4, 4, seed=99))], thread="t")
    assert assistant.ask("Are there similar films?", thread="t").section(Section.SIMILAR)


def test_unasked_they_are_not_looked_for(assistant, tmp_path):
    answer = assistant.ask("What does this show?", files=[write_png(tmp_path / "new.png", blot(4, 4))], thread="t")
    assert answer.section(Section.SIMILAR) == ()
    assert all(e.kind is not EvidenceKind.SIMILAR_CASE for e in answer.evidence.values())


def test_without_a_case_it_is_said_what_to_do(tmp_path):
    answer = scripted_assistant(tmp_path).ask("Any similar cases?", files=[write_png(tmp_path / "a.png", blot(4, 4))])
    assert any(r.code == "BED-CASE-008" and "bedside cases add" in r.do for r in answer.refusals)


@pytest.mark.parametrize("question", ["Any similar cases?", "are there similar X-rays?", "Have we seen this before?"])
def test_no_guideline_is_searched_for_what_only_pictures_answer(question):
    assert only_looks_up(question)


@pytest.mark.parametrize("question", ["How are similar cases treated?", "Which antibiotic?", "Is this pneumonia?"])
def test_a_question_for_a_guideline_stays_one(question):
    assert not only_looks_up(question)
