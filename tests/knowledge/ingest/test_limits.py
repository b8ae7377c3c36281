"""The limits of what a document may take are settings, and a refusal names the one to raise."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import ValidationError
from support.hash_embedder import HashEmbedder

from bedside.core.errors import DocumentError
from bedside.core.limits import Limits
from bedside.core.settings import Settings
from bedside.knowledge.documents import Trust
from bedside.knowledge.ingest.files import files_in
from bedside.knowledge.ingest.read import read_documents
from bedside.retrieval.corpus import Corpus
from bedside.retrieval.corpus.adding import Filing, add_files

ROOT = Path(__file__).resolve().parents[3]
PROTOCOL = "# Falls protocol\n\nCheck lying and standing blood pressure after every fall on the ward.\n"


def test_every_limit_can_be_set_by_the_environment_and_stands_in_the_docs(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = dict(re.findall(r"`BEDSIDE_INGEST__(\w+)` \| `(\d+)`", (ROOT / "docs/settings.md").read_text("utf-8")))
    assert {name.lower(): float(value) for name, value in rows.items()} == Limits().model_dump()
    for number, name in enumerate(Limits.model_fields, start=1):
        monkeypatch.setenv(f"BEDSIDE_INGEST__{name.upper()}", str(number))
    assert list(Settings().ingest.model_dump().values()) == list(range(1, 1 + len(Limits.model_fields)))


@pytest.mark.parametrize("value", ["0", "-1", "many"])
def test_a_limit_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("BEDSIDE_INGEST__PAGES", value)
    with pytest.raises(ValidationError):
        Settings()


@pytest.mark.parametrize("limits", [{"file_bytes": 20, "corpus_bytes": 20}, {"file_bytes": 20}])
def test_a_refusal_names_the_setting_and_a_larger_one_lets_the_file_in(tmp_path: Path, limits: dict[str, int]) -> None:
    (tmp_path / "falls.md").write_text(PROTOCOL, encoding="utf-8")
    with pytest.raises(DocumentError, match=r"BED-DOC-004.* or raise BEDSIDE_INGEST__(FILE|CORPUS)_BYTES\.$"):
        list(read_documents(tmp_path / "falls.md", limits=Limits(**limits)))
    with Corpus(tmp_path / "home", HashEmbedder()) as corpus:
        for most, added in ((20, 0), (2000, 1)):
            filing = Filing(collection="ward", trust=Trust.PROTOCOL, limits=Limits(file_bytes=most))
            report = add_files(corpus, files_in(tmp_path / "falls.md"), filing)
            assert (report.counts.added, len(report.failed)) == (added, 1 - added)
