from __future__ import annotations

from pathlib import Path

import pytest
from support.hash_embedder import HashEmbedder

from bedside.knowledge.documents import Trust
from bedside.knowledge.ingest.files import files_in
from bedside.retrieval.corpus import Corpus
from bedside.retrieval.corpus.adding import AddReport, Filing, add_files

SEPSIS = "# Sepsis protocol\n\n## Antibiotics\n\nGive piperacillin-tazobactam within one hour of suspected sepsis.\n"
FALLS = "# Falls protocol\n\nCheck lying and standing blood pressure after every fall on the ward.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "protocols"
    place.mkdir()
    (place / "sepsis.md").write_text(SEPSIS, encoding="utf-8")
    (place / "falls.md").write_text(FALLS, encoding="utf-8")
    return place


def _added(home: Path, folder: Path) -> AddReport:
    with Corpus(home, HashEmbedder()) as corpus:
        return add_files(corpus, files_in(folder), Filing(collection="ward", trust=Trust.PROTOCOL))


def test_a_folder_becomes_documents_with_their_label_and_source(tmp_path: Path, folder: Path) -> None:
    report = _added(tmp_path / "home", folder)
    assert (report.counts.added, report.failed) == (2, ())
    with Corpus(tmp_path / "home", HashEmbedder()) as corpus:
        held = {d.id: d for d in corpus.documents()}
        assert held.keys() == {"sepsis-protocol", "falls-protocol"}
        assert held["sepsis-protocol"].trust is Trust.PROTOCOL
        assert held["sepsis-protocol"].source.endswith("sepsis.md")
        (hit,) = corpus.search("piperacillin-tazobactam in sepsis", top_k=1)
        assert corpus.passage(hit.passage).heading == "Antibiotics"


def test_adding_again_costs_nothing_and_a_changed_file_replaces_its_older_version(tmp_path: Path, folder: Path) -> None:
    _added(tmp_path / "home", folder)
    assert _added(tmp_path / "home", folder).counts.unchanged == 2
    (folder / "falls.md").write_text(FALLS.replace("every fall", "each fall"), encoding="utf-8")
    counts = _added(tmp_path / "home", folder).counts
    assert (counts.added, counts.replaced, counts.unchanged) == (0, 1, 1)
    with Corpus(tmp_path / "home", HashEmbedder()) as corpus:
        assert [d.replaces for d in corpus.documents() if d.replaces] == ["falls-protocol"]
        assert len(corpus.documents()) == 2


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_added(tmp_path: Path, folder: Path) -> None:
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing that can be read")
    report = _added(tmp_path / "home", folder)
    assert report.counts.added == 2
    (failed,) = report.failed
    assert failed.path.endswith("broken.pdf")
    assert failed.why.startswith("[BED-DOC-")
