from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from support.document_files import pdf_bytes, written

from bedside.core.errors import DocumentError
from bedside.core.limits import Limits
from bedside.knowledge.ingest.read import files_in, read_documents
from bedside.knowledge.ingest.split import split

PDF = pdf_bytes([["Give oxygen to every patient."]])
HTML = "<html><body><p>Give oxygen.</p></body></html>"


def refused(path: Path, code: str, says: str, limits: Limits | None = None) -> None:
    with pytest.raises(DocumentError) as caught:
        list(read_documents(path, limits=limits))
    assert caught.value.code == code and says in str(caught.value), str(caught.value)
    assert caught.value.do


@pytest.mark.parametrize(
    ("name", "data", "code", "says"),
    [
        ("text.pdf", b"Give oxygen.", "BED-DOC-003", "its name says a PDF, but it holds plain text"),
        ("page.pdf", HTML.encode(), "BED-DOC-003", "holds a web page"),
        ("page.docx", HTML.encode(), "BED-DOC-003", "its name says a Word document"),
        ("noise.pdf", bytes(range(256)) * 9, "BED-DOC-003", "other bytes"),
        ("noise.bin", bytes(range(256)) * 9, "BED-DOC-005", "no document"),
        ("noise.txt", os.urandom(5000), "BED-DOC-005", "not read"),
        ("empty.pdf", b"", "BED-DOC-002", "empty"),
        ("old.doc", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "BED-DOC-005", ".docx"),
        ("locked.docx", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "BED-DOC-006", "password"),
        ("note.rtf", b"{\\rtf1 Text}", "BED-DOC-005", "RTF"),
        ("scan.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "BED-DOC-005", "OCR"),
        ("table.csv", b"a,b\n1,2\n", "BED-DOC-005", "CSV"),
        ("data.json", b'{"a": 1}', "BED-DOC-005", "JSON"),
        ("odd\x1b[31m.bin", b"\0\1\2" * 99, "BED-DOC-005", "odd?[31m.bin"),
    ],
)
def test_what_is_no_readable_document_is_refused_in_a_sentence(
    tmp_path: Path, name: str, data: bytes, code: str, says: str
) -> None:
    refused(written(tmp_path, name, data), code, says)


@pytest.mark.parametrize("ending", [".pdf", ".html", ".txt", ".md"])
def test_a_file_of_60_mb_is_refused_before_it_is_read(tmp_path: Path, ending: str) -> None:
    path = written(tmp_path, f"large{ending}", b"%PDF-1.7 " if ending == ".pdf" else b"text ")
    os.truncate(path, 60_000_000)
    refused(path, "BED-DOC-004", "60.0 MB")
    refused(written(tmp_path, f"small{ending}", b"text " * 99), "BED-DOC-004", "limit", Limits(file_bytes=100))


def test_missing_files_and_things_that_are_no_files_are_refused(tmp_path: Path) -> None:
    refused(tmp_path / "none.pdf", "BED-DOC-001", "no file")
    os.mkfifo(tmp_path / "pipe")
    refused(tmp_path / "pipe", "BED-DOC-001", "not a regular file")
    (tmp_path / "folder").mkdir()
    refused(tmp_path / "folder", "BED-DOC-002", "no file in it")
    with pytest.raises(DocumentError, match="BED-DOC-001"):
        files_in(tmp_path / "nowhere")


def test_the_reader_is_chosen_by_content(tmp_path: Path) -> None:
    (document,) = read_documents(written(tmp_path, "a.txt", PDF))
    assert document.pages == 1
    (document,) = read_documents(written(tmp_path, "b.txt", HTML))
    assert [block.text for block in document.blocks] == ["Give oxygen."]
    (document,) = read_documents(written(tmp_path, "noname", "Give oxygen."))
    assert document.title == "noname"


def test_a_folder_lists_its_documents_sorted_and_counts_what_it_skips(tmp_path: Path) -> None:
    folder = tmp_path / "protocols"
    for name, data in [("b.pdf", PDF), ("a.txt", "Give oxygen."), ("sub/c.html", HTML), ("broken.pdf", b"text")]:
        written(folder, name, data)
    for name in (".hidden.txt", ".git/a.txt", ".git/b.txt", "code.py", "x.csv", "x.bin", "y.bin"):
        written(folder, name, b"\0\1\2" * 9 if name.endswith("bin") else "text")
    written(tmp_path, "secret.txt", "secret")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    found = files_in(folder)
    assert [str(p.relative_to(folder)) for p in found.files] == ["a.txt", "b.pdf", "broken.pdf", "sub/c.html"]
    assert (found.hidden, found.outside, found.unknown) == (3, 1, {".bin": 2, ".csv": 1, ".py": 1})
    assert found.skipped == 8
    assert files_in(folder / "b.pdf").files == (folder / "b.pdf",)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("dots.txt", "." * 100_000 + "a"),
        ("quotes.txt", '."' * 50_000 + " A"),
        ("references.txt", "a. [1" * 30_000),
        ("lines.txt", "A short line\n" * 20_000),
        ("hyphens.txt", "word-\n" * 20_000),
        ("mojibake.txt", "\u00e2\u20ac\u2122" + "\u00c3" * 3 + " text" * 50_000),
        (
            "spaces.xml",
            f"<Document><QAPair><Question>Q</Question><Answer>{' ' * 100_000}x</Answer></QAPair></Document>",
        ),
        ("quoted.md", ">" * 20_000 + " a\n\ntext"),
        ("table.html", "<html><table>" + "<tr><th>a</th><td rowspan=200 colspan=60>x</td></tr>" * 3000),
    ],
)
def test_text_made_to_be_slow_is_read_in_seconds(tmp_path: Path, name: str, data: str) -> None:
    path = written(tmp_path, name, data)
    began = time.monotonic()
    passages = [passage for document in read_documents(path) for passage in split(document, "d")]
    assert passages and time.monotonic() - began < 15


def test_a_folder_is_read_file_by_file(tmp_path: Path) -> None:
    written(tmp_path, "b.txt", "Second.")
    written(tmp_path, "a.txt", "First.")
    assert [d.title for d in read_documents(tmp_path)] == ["a", "b"]


def test_reading_starts_only_when_a_document_is_asked_for(tmp_path: Path) -> None:
    written(tmp_path, "a.txt", "First.")
    written(tmp_path, "b.pdf", "No PDF.")
    documents = read_documents(tmp_path)
    assert next(documents).title == "a"
    with pytest.raises(DocumentError, match="BED-DOC-003"):
        next(documents)
