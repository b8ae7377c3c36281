"""The trial that kills a process which adds documents, on small made ones."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest
from support.corpus_texts import random_documents

from bedside.evals.bench.corpus_compared import compared
from bedside.evals.bench.corpus_interrupted import Plan, main, part_of, trial
from bedside.evals.bench.corpus_words import WordVectors
from bedside.retrieval.corpus.store import Corpus


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    for made, passages in random_documents(60, most=12):
        text = "\n\n".join(passage.text for passage in passages)
        (folder / f"{made.id}.md").write_text(f"# {made.title}\n\n{text}\n", encoding="utf-8")
    return folder


def test_killed_and_gone_on_with_it_is_the_same_as_undisturbed(
    notes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[3]))
    assert trial(Plan(data=notes, embedder="words", kills=2, seed=3, queries=5), tmp_path) == 0
    said = capsys.readouterr().out
    assert "60 documents" in said and "Kill 2 of 2" in said
    assert "sound, the first of the undisturbed" in said
    assert "The same as undisturbed" in said


def test_every_difference_is_said(tmp_path: Path) -> None:
    documents = random_documents(20)
    with Corpus(tmp_path / "one", WordVectors()) as one, Corpus(tmp_path / "other", WordVectors()) as other:
        one.add(documents)
        other.add(documents)
    assert compared(tmp_path / "one", tmp_path / "other", WordVectors(), 5, 1) == []
    with Corpus(tmp_path / "other", WordVectors()) as other:
        other.remove(documents[3][0].id)
    said = " ".join(compared(tmp_path / "one", tmp_path / "other", WordVectors(), 20, 1))
    assert "20 documents are held by one, 19 by the other" in said
    assert "vectors" in said and "searches find something else" in said


def test_a_part_of_an_archive_holds_only_the_folders_named(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "all.tar.gz", "w:gz") as archive:
        for name in ("9_CDC_QA/1.xml", "6_NINDS_QA/2.xml", "readme.txt"):
            info = tarfile.TarInfo(name)
            info.size = 4
            archive.addfile(info, io.BytesIO(b"text"))
    part = part_of(tmp_path, ["9_CDC_QA"], tmp_path / "part.tar.gz")
    with tarfile.open(part) as archive:
        assert archive.getnames() == ["9_CDC_QA/1.xml"]


def test_its_command_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])
    assert "SIGKILL" in capsys.readouterr().out
