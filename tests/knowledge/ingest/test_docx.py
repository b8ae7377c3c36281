from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from support.document_files import docx_with_parts, written

from bedside.core.errors import DocumentError
from bedside.core.limits import Limits
from bedside.knowledge.documents import ParsedDocument
from bedside.knowledge.ingest.read import read_documents


def saved(fill: Callable[[Document], object]) -> bytes:
    document = docx.Document()
    fill(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def protocol(document: Document) -> None:
    document.add_heading("Anaphylaxis protocol 2023", 0)
    document.add_heading("Treatment", 1)
    document.add_paragraph("Give adrenaline at once.")
    document.add_paragraph("Call for help", style="List Bullet")
    table = document.add_table(rows=2, cols=3)
    for row, texts in zip(table.rows, [("Age", "Drug", "Dose"), ("Adult", "Adrenaline", "0.5 mg")], strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text


def read(folder: Path, data: bytes, limits: Limits | None = None, name: str = "protocol.docx") -> ParsedDocument:
    (document,) = read_documents(written(folder, name, data), limits=limits)
    return document


def refused(folder: Path, data: bytes, code: str, says: str, limits: Limits | None = None) -> None:
    with pytest.raises(DocumentError) as caught:
        read(folder, data, limits)
    assert caught.value.code == code and says in str(caught.value), str(caught.value)


def paragraph(inner: str) -> Callable[[Document], object]:
    """A document whose one paragraph holds this XML."""

    def fill(document: Document) -> None:
        document.element.body.insert(0, parse_xml(f"<w:p {nsdecls('w')}>{inner}</w:p>"))

    return fill


def test_headings_lists_and_tables_are_kept(tmp_path: Path) -> None:
    document = read(tmp_path, saved(protocol))
    assert (document.title, document.year, document.pages) == ("Anaphylaxis protocol 2023", 2023, 0)
    assert [(b.kind.value, b.text, b.level) for b in document.blocks] == [
        ("heading", "Anaphylaxis protocol 2023", 1),
        ("heading", "Treatment", 2),
        ("paragraph", "Give adrenaline at once.", 0),
        ("list item", "Call for help", 0),
        ("table row", "Age: Adult; Drug: Adrenaline; Dose: 0.5 mg", 0),
    ]


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        ("<w:r><w:t>Give </w:t></w:r><w:ins><w:r><w:t>5 mg</w:t></w:r></w:ins>", "Give 5 mg"),
        ("<w:r><w:t>Give 5 mg</w:t></w:r><w:del><w:r><w:delText>50 mg</w:delText></w:r></w:del>", "Give 5 mg"),
        ("<w:r><w:t>Act</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t> hidden</w:t></w:r>", "Act"),
        (
            '<w:r><w:t>age </w:t></w:r><w:r><w:sym w:font="Symbol" w:char="F0B3"/></w:r><w:r><w:t>65</w:t></w:r>',
            "age ≥65",
        ),
        ('<w:r><w:sym w:font="Wingdings" w:char="F0FF"/><w:t>x</w:t></w:r>', "[symbol]x"),
        (
            '<w:r><w:t>10</w:t></w:r><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>9</w:t></w:r>',
            "10^9",
        ),
        ("<w:hyperlink><w:r><w:t>linked</w:t></w:r></w:hyperlink><w:r><w:tab/><w:t>text</w:t></w:r>", "linked text"),
        ("<w:sdt><w:sdtContent><w:r><w:t>in a control</w:t></w:r></w:sdtContent></w:sdt>", "in a control"),
    ],
)
def test_changes_symbols_and_raised_letters_keep_the_meaning(tmp_path: Path, inner: str, text: str) -> None:
    assert read(tmp_path, saved(paragraph(inner))).blocks[0].text == text


def test_a_word_file_named_txt_is_a_word_file(tmp_path: Path) -> None:
    assert read(tmp_path, saved(protocol), name="protocol.txt").title == "Anaphylaxis protocol 2023"


def test_an_empty_document_is_refused(tmp_path: Path) -> None:
    refused(tmp_path, saved(lambda document: None), "BED-DOC-002", "no text")


def test_a_zip_bomb_is_refused_by_its_ratio(tmp_path: Path) -> None:
    bomb = docx_with_parts(saved(protocol), {"word/media/image1.bin": b"\0" * 20_000_000})
    assert len(bomb) < 100_000
    refused(tmp_path, bomb, "BED-DOC-010", "hundreds of times")


def test_a_zip_bomb_is_refused_by_what_it_unpacks_to(tmp_path: Path) -> None:
    refused(tmp_path, saved(protocol), "BED-DOC-010", "unpacks to", Limits(unpacked_bytes=10_000))


def test_a_zip_that_lies_about_a_size_is_refused(tmp_path: Path) -> None:
    data = bytearray(docx_with_parts(saved(protocol), {"word/document.xml": b"<a>" + b"x" * 400_000 + b"</a>"}))
    place = data.rfind((400_007).to_bytes(4, "little"))
    data[place : place + 4] = (1000).to_bytes(4, "little")
    with pytest.raises(DocumentError) as caught:
        read(tmp_path, bytes(data))
    assert caught.value.code in ("BED-DOC-003", "BED-DOC-010")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_that_declares_entities_is_refused(tmp_path: Path, encoding: str) -> None:
    bomb = (
        f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">&b;</w:document>'
    )
    refused(
        tmp_path,
        docx_with_parts(saved(protocol), {"word/document.xml": bomb.encode(encoding)}),
        "BED-DOC-010",
        "entities",
    )


@pytest.mark.parametrize("tenth", range(1, 10))
def test_a_word_file_cut_short_is_refused(tmp_path: Path, tenth: int) -> None:
    whole = saved(protocol)
    refused(tmp_path, whole[: len(whole) * tenth // 10], "BED-DOC-003", "damaged")


def test_broken_xml_inside_is_refused(tmp_path: Path) -> None:
    refused(
        tmp_path, docx_with_parts(saved(protocol), {"word/document.xml": b"<w:document"}), "BED-DOC-003", "whole Word"
    )


def test_other_zip_files_are_named_and_refused(tmp_path: Path) -> None:
    for part, says in [("xl/workbook.xml", "Excel"), ("ppt/a.xml", "PowerPoint"), ("a.txt", "zip archive")]:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr(part, "x")
        refused(tmp_path, out.getvalue(), "BED-DOC-005", says)
