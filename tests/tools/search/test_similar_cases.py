"""The tool: sentences that say what a similar case was labelled, never more, with a row of pictures."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.case_files import blot, settings_in, write_corners, write_film, write_png
from support.cell_embedder import SHELVES

from bedside.core.evidence import EvidenceKind
from bedside.tools.contract import ToolRequest
from bedside.tools.imaging.door import open_file
from bedside.tools.search.similar_cases import SimilarCases
from bedside.tools.similar import cases as module
from bedside.tools.similar.adding import add_folder
from bedside.tools.similar.cases import Cases


@pytest.fixture()
def settings(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "SHELVES", SHELVES)
    return settings_in(tmp_path)


def add(settings, folder: Path, patients: int = 8) -> None:
    with Cases(settings) as cases:
        add_folder(cases, folder, write_corners(folder, patients), 10_000_000)


def run(settings, path: Path):
    study = open_file(path, attachment_id="A1", limit_bytes=10_000_000)
    return SimilarCases(settings).run(ToolRequest(question="Any similar cases?", study=study, output=settings.output))


def test_similar_cases_are_evidence_of_their_own_kind_with_a_row_of_pictures(settings, tmp_path):
    add(settings, tmp_path / "films")
    result = run(settings, write_png(tmp_path / "new.png", blot(4, 4, seed=99)))
    assert result.refusal is None and len(result.evidence) == 5
    assert {e.kind for e in result.evidence} == {EvidenceKind.SIMILAR_CASE}
    first = result.evidence[0]
    assert first.statement.startswith("A similar case (patient ") and first.statement.endswith("was labelled “upper”.")
    assert first.confidence is None and any("not proof" in limit for limit in first.limits)
    assert any("does not say whose it is" in limit for limit in first.limits)
    (row,) = result.artefacts
    assert Path(row.path).is_file() and {e.region.overlay_path for e in result.evidence} == {row.path}
    assert "MRN" not in result.model_dump_json()


def test_pictures_of_the_same_patient_are_left_out_and_that_is_said(settings, tmp_path):
    add(settings, tmp_path / "films")
    result = run(settings, write_film(tmp_path / "new.dcm", blot(4, 4, seed=99), "MRN-40002"))
    said = [e.statement for e in result.evidence]
    assert said[-1] == "A similar case was left out where it is of the same patient (1 picture)."
    assert len(said) == 6 and not any("whose it is" in limit for e in result.evidence for limit in e.limits)


def test_without_cases_or_without_a_picture_it_is_a_refusal(settings, tmp_path):
    picture = write_png(tmp_path / "new.png", blot(4, 4))
    assert run(settings, picture).refusal.code == "BED-CASE-008"
    assert SimilarCases(settings).run(ToolRequest()).refusal.code == "BED-TOOL-010"
    add(settings, tmp_path / "films", 1)
    with Cases(settings) as cases:
        cases.remove("MRN-40000")
    assert run(settings, picture).refusal.code == "BED-CASE-008"


def test_a_damaged_store_is_a_refusal(settings, tmp_path):
    add(settings, tmp_path / "films")
    next(settings.home.rglob("cases.sqlite")).write_bytes(b"no database" * 1000)
    assert run(settings, write_png(tmp_path / "new.png", blot(4, 4))).refusal.code == "BED-STORE-022"
