"""The evaluation of rare diseases on made-up phenopackets with a known score."""

from __future__ import annotations

import json

import pytest
from support.hpo import write_hpo

from bedside.core.errors import SettingsError
from bedside.core.settings import Settings
from bedside.evals.tasks.rare_disease import rare_disease
from bedside.tools.rare import available
from bedside.tools.rare.ontology import read_ontology

pytestmark = pytest.mark.skipif(not available(), reason="needs pip install 'bedside[rare]'")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    hpo, cases = tmp_path / "hpo", tmp_path / "cases"
    hpo.mkdir()
    cases.mkdir()
    onto = read_ontology(write_hpo(hpo))
    monkeypatch.setattr("bedside.evals.tasks.rare_disease.ontology", lambda: onto)
    monkeypatch.setattr("bedside.evals.tasks.rare_disease.data_folder", lambda: hpo)
    return cases


def write(folder, name, disease, terms, paper="PMID:9", excluded=()):
    features = [{"type": {"id": t}} for t in terms] + [{"type": {"id": t}, "excluded": True} for t in excluded]
    row = {
        "phenotypicFeatures": features,
        "interpretations": [{"diagnosis": {"disease": {"id": disease}}}],
        "metaData": {"externalReferences": [{"id": paper}]},
    }
    (folder / f"{name}.json").write_text(json.dumps(row))


def figures(report, system):
    return {s.metric: s.estimate for s in report.scores if s.system == system}


def test_right_wrong_and_unknown_diseases_are_counted(folder):
    write(folder, "a", "OMIM:1", ("HP:0000011", "HP:0000021", "HP:0000022"), paper="PMID:1")
    write(folder, "b", "OMIM:1", ("HP:0000011", "HP:0000021", "HP:0000012"), paper="PMID:1")
    write(folder, "c", "OMIM:99", ("HP:0000011", "HP:0000021", "HP:0000022"))
    write(folder, "d", "OMIM:2", ("HP:0000011", "HP:0000021"), excluded=("HP:0000022",))
    (folder / "e.json").write_text("{")
    said = figures(rare_disease(Settings(), folder), "all")
    assert said["disease annotated"].n == 2 and said["disease annotated"].value == 0.5
    assert said["annotations fit: first"].value == 0.5
    assert said["terms shared: first"].value == 0.5


def test_ties_are_put_in_the_middle(folder):
    write(folder, "a", "OMIM:4", ("HP:0000021", "HP:0000011", "HP:0000012"))
    said = figures(rare_disease(Settings(), folder), "all")
    assert said["terms shared: first"].value == 0 and said["terms shared: among 5"].value == 1


def test_cases_of_the_papers_that_were_annotated_are_told_apart(folder):
    for number in (1, 2, 3, 4):
        write(folder, f"c{number}", f"OMIM:{number}", ("HP:0000011", "HP:0000021", "HP:0000022"), paper="PMID:1")
    report = rare_disease(Settings(), folder)
    other = figures(report, "other half, disease annotated")["disease annotated"].n
    fair = figures(report, "other half, annotated from other papers")["disease annotated"].n
    assert other - fair == (1 if other and _first_is_held_apart() else 0)


def _first_is_held_apart():
    from bedside.evals.tasks.rare_disease import Case

    return not Case("a", "OMIM:1", (), frozenset()).dev


def test_a_folder_without_phenopackets_is_refused(folder):
    with pytest.raises(SettingsError, match="phenopacket"):
        rare_disease(Settings(), folder)
