from __future__ import annotations

import gzip
import importlib.util
import io
import json
import tarfile
from collections.abc import Iterable
from pathlib import Path

import pytest
from support.data import data_folder
from support.document_files import written

from bedside.core.errors import DocumentError
from bedside.core.limits import Limits
from bedside.knowledge.documents import ParsedDocument
from bedside.knowledge.ingest import open_medicine
from bedside.knowledge.ingest.medquad import answer_blocks
from bedside.knowledge.ingest.read import read_documents
from bedside.knowledge.ingest.split import split

ANSWER = "Symptoms are:     - fever   - cough, e.g. at night.        See a doctor.\n   Do not wait."


def medquad_xml(number: str = "0000001", answers: Iterable[str] = (ANSWER, "", "Rest &amp; fluids.")) -> str:
    question = '<Question qid="q" qtype="t">What is (are) Flu {} ?</Question>'
    pairs = "".join(
        f'<QAPair pid="{n * 3}">{question.format(n)}<Answer>{answer}</Answer></QAPair>'
        for n, answer in enumerate(answers, 1)
    )
    head = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document id="{number}" source="CDC" url="http://www.cdc.gov/flu/">'
    )
    return f"{head}<Focus>Flu</Focus><QAPairs>{pairs}</QAPairs></Document>"


def archive(files: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as packed:
        for name, text in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(text.encode())
            packed.addfile(info, io.BytesIO(text.encode()))
    return out.getvalue()


def read(path: Path, limits: Limits | None = None) -> list[ParsedDocument]:
    return list(read_documents(path, limits=limits))


def refused(path: Path, code: str, limits: Limits | None = None) -> str:
    with pytest.raises(DocumentError) as caught:
        read(path, limits)
    assert caught.value.code == code, str(caught.value)
    return str(caught.value)


def test_each_answer_of_medquad_is_a_document_with_the_id_of_the_judgements(tmp_path: Path) -> None:
    documents = read(written(tmp_path, "1.xml", medquad_xml()))
    assert [d.key for d in documents] == ["CDC_0000001_Sec1.txt", "CDC_0000001_Sec3.txt"]
    first = documents[0]
    assert (first.title, first.publisher) == ("What is (are) Flu 1 ?", "Centers for Disease Control and Prevention")
    assert first.link == "http://www.cdc.gov/flu/"
    assert documents[1].blocks[0].text == "Rest & fluids."


def test_the_white_space_of_an_answer_tells_its_lists_and_paragraphs() -> None:
    assert [(b.kind.value, b.text) for b in answer_blocks(ANSWER)] == [
        ("paragraph", "Symptoms are:"),
        ("list item", "fever"),
        ("list item", "cough, e.g. at night."),
        ("paragraph", "See a doctor."),
        ("paragraph", "Do not wait."),
    ]


def test_an_archive_is_streamed_and_two_files_of_one_id_keep_apart(tmp_path: Path) -> None:
    files = {"a/1.xml": medquad_xml(), "a/readme.txt": "x", "../../2.xml": medquad_xml(answers=["Other."])}
    keys = [d.key for d in read(written(tmp_path, "medquad.tar.gz", archive(files)))]
    assert keys == ["CDC_0000001_Sec1.txt", "CDC_0000001_Sec3.txt", "CDC_0000001_Sec1.txt-2"]
    assert [p.name for p in tmp_path.iterdir()] == ["medquad.tar.gz"]


def test_xml_that_declares_entities_is_refused(tmp_path: Path) -> None:
    entities = "".join(f'<!ENTITY e{n} "&e{n - 1};&e{n - 1};&e{n - 1};">' for n in range(1, 30))
    bomb = f'<?xml version="1.0"?><!DOCTYPE Document [<!ENTITY e0 "lol">{entities}]>'
    text = medquad_xml(answers=["&e29;"]).replace('<?xml version="1.0" encoding="UTF-8"?>', bomb)
    refused(written(tmp_path, "bomb.xml", text), "BED-DOC-010")
    outside = medquad_xml().replace("<Document ", '<!DOCTYPE Document SYSTEM "file:///etc/passwd"><Document ', 1)
    refused(written(tmp_path, "outside.xml", outside), "BED-DOC-010")
    refused(written(tmp_path, "packed.tar.gz", archive({"1.xml": text})), "BED-DOC-010")


@pytest.mark.parametrize("tenth", range(1, 10))
def test_an_archive_or_file_cut_short_is_refused(tmp_path: Path, tenth: int) -> None:
    text = medquad_xml(answers=[ANSWER] * 20)
    refused(written(tmp_path, "1.xml", text[: len(text) * tenth // 10]), "BED-DOC-003")
    whole = archive({f"{n}.xml": medquad_xml(f"{n:07}") for n in range(30)})
    refused(written(tmp_path, "a.tar.gz", whole[: len(whole) * tenth // 10]), "BED-DOC-003")


def test_archives_beyond_the_limits_or_without_answers_are_refused(tmp_path: Path) -> None:
    bomb = written(tmp_path, "bomb.tar.gz", archive({"1.xml": medquad_xml(answers=["x" * 3_000_000])}))
    refused(bomb, "BED-DOC-010", Limits(corpus_unpacked_bytes=1_000_000))
    refused(bomb, "BED-DOC-004", Limits(record_bytes=1_000_000))
    refused(bomb, "BED-DOC-004", Limits(file_bytes=10, corpus_bytes=10))
    refused(written(tmp_path, "none.tar.gz", archive({"a.txt": "x"})), "BED-DOC-005")
    refused(written(tmp_path, "plain.gz", gzip.compress(b"text")), "BED-DOC-003")


def test_other_xml_is_refused(tmp_path: Path) -> None:
    refused(written(tmp_path, "a.xml", '<?xml version="1.0"?><rss><item/></rss>'), "BED-DOC-005")


def test_judged_answers_are_read_once_each(tmp_path: Path) -> None:
    row = 'CDC_1_Sec2.txt,"Question: What is flu ? (Also called: grippe)\nURL: http://a.b/c\nAnswer: A fever."\n'
    (document,) = read(written(tmp_path, "judged.csv", f"AnswerID,Answer\n{row}{row}"))
    assert (document.key, document.title, document.link) == ("CDC_1_Sec2.txt", "What is flu ?", "http://a.b/c")


def topic(number: str, text: str) -> str:
    row = {"topic_id": number, "title": f"Topic {number}", "url": "https://medlineplus.gov/a.html", "text": text}
    return json.dumps(row) + "\n"


def test_pieces_of_a_medlineplus_topic_are_one_document(tmp_path: Path) -> None:
    lines = (
        topic("1", "What is it?\nA disease. Signs are:\nFever\n\tCough.\n") + topic("1", "Rest.") + topic("2", "Other.")
    )
    documents = read(written(tmp_path, "topics.jsonl", lines))
    assert [(d.key, d.title) for d in documents] == [("1", "Topic 1"), ("2", "Topic 2")]
    assert [(b.kind.value, b.text) for b in documents[0].blocks] == [
        ("heading", "What is it?"),
        ("paragraph", "A disease. Signs are:"),
        ("list item", "Fever"),
        ("list item", "Cough."),
        ("paragraph", "Rest."),
    ]


@pytest.mark.parametrize("bad", ["{", "[1]\n", '{"topic_id": 1}\n', "[" * 100_000 + "\n"])
def test_a_broken_line_of_topics_is_refused_with_its_number(tmp_path: Path, bad: str) -> None:
    assert "line 2" in refused(written(tmp_path, "topics.jsonl", topic("1", "Text.") + bad), "BED-DOC-003")


def test_a_line_without_end_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "topics.jsonl", topic("1", "x" * 5000))
    refused(path, "BED-DOC-004", Limits(record_bytes=1000))


def guidelines_folder(folder: Path, section: str = "dosing") -> Path:
    entry = {"id": "ts_2020", "title": "T", "doi": "10.1/x", "year": 2020, "organization": "TS", "sections": [section]}
    written(folder, "registry.json", json.dumps([entry]))
    advert = "> **OpenMedicine Calculator:** `x` available via MCP."
    written(folder, "content/ts_2020/dosing.md", f"# Dosing - TS 2020\n\nGive one.\n\n{advert}\n")
    return folder


def test_sections_of_open_medicine_are_documents_that_say_whose_summary_they_are(tmp_path: Path) -> None:
    (document,) = read(guidelines_folder(tmp_path))
    assert (document.key, document.title, document.year) == ("ts_2020/dosing", "Dosing - TS 2020", 2020)
    assert document.publisher == "TS, as summarised by open-medicine"
    assert [block.text for block in document.blocks] == ["Dosing - TS 2020", "Give one."]


def test_a_registry_that_leads_outside_is_refused(tmp_path: Path) -> None:
    refused(guidelines_folder(tmp_path, "../../../etc/passwd"), "BED-DOC-001")


@pytest.mark.skipif(importlib.util.find_spec("open_medicine") is not None, reason="open-medicine is installed")
def test_without_open_medicine_the_error_says_how_to_install_it() -> None:
    with pytest.raises(DocumentError, match=r"BED-DOC-011.*pip install open-medicine"):
        list(open_medicine.read_guidelines())


@pytest.mark.data
def test_the_whole_of_medquad_is_read_under_the_ids_of_its_judgements() -> None:
    folder = data_folder() / "medquad"
    documents = {d.key: d for d in read(next(folder.glob("*.tar.gz")))}
    judged = {d.key: d for d in read(folder / "liveqa_judged_answers.csv")}
    assert len(documents) > 16_400
    both = documents.keys() & judged.keys()
    assert len(both) > 200
    same = [k for k in both if documents[k].title.split("?")[0].split() == judged[k].title.split("?")[0].split()]
    assert len(same) == len(both)
    assert all(list(split(document, "d")) for document in list(documents.values())[::500])


@pytest.mark.data
def test_all_medlineplus_topics_are_read() -> None:
    documents = read(next((data_folder() / "medlineplus_topics").glob("*.jsonl")))
    assert len(documents) == 1023 and len({d.key for d in documents}) == 1023
