"""MedQuAD, LiveQA and PubMedQA as published, in a folder, with a handful of made-up entries."""

from __future__ import annotations

import csv
import io
import json
import tarfile
from pathlib import Path

DISEASES = ("gout", "measles", "asthma", "scurvy", "rickets", "mumps")
KINDS = {"information": "What is (are) {} ?", "treatment": "What are the treatments for {} ?"}
WORDS = {"information": "{} is a disease of {} people.", "treatment": "Doctors treat {} with rest and {} tablets."}


def answer(disease: str, kind: str) -> str:
    """The answer of a made-up pair."""
    return WORDS[kind].format(disease.capitalize(), disease[:3])


def tiny_sets(folder: Path) -> Path:
    """Writes the three sets and returns the folder."""
    for name in ("medquad", "liveqa2017", "pubmedqa"):
        (folder / name).mkdir(parents=True)
    with tarfile.open(folder / "medquad" / "medquad_open_collections_xml.tar.gz", "w:gz") as archive:
        for number, disease in enumerate(DISEASES, start=1):
            content = _document(number, disease).encode()
            info = tarfile.TarInfo(f"3_GHR_QA/{number:07}.xml")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    _judgements(folder)
    abstracts = {
        "1": {"QUESTION": "Does rest help gout?", "CONTEXTS": ["Rest and gout.", "A trial."], "LONG_ANSWER": "SECRET"},
        "2": {"QUESTION": "Is measles rare?", "CONTEXTS": ["Measles was counted."], "LONG_ANSWER": "SECRET"},
        "3": {"QUESTION": "Do lemons cure scurvy?", "CONTEXTS": ["Scurvy and lemons."], "LONG_ANSWER": "SECRET"},
        "4": {"QUESTION": "Is asthma inherited?", "CONTEXTS": ["Twins with asthma."], "LONG_ANSWER": "SECRET"},
    }
    (folder / "pubmedqa" / "pqal_dev.json").write_text(json.dumps(abstracts), encoding="utf-8")
    return folder


def _document(number: int, disease: str) -> str:
    pairs = "".join(
        f'<QAPair pid="{pid}"><Question qid="{number}-{pid}" qtype="{kind}">{words.format(disease)}</Question>'
        f"<Answer>{answer(disease, kind)}</Answer></QAPair>"
        for pid, (kind, words) in enumerate(KINDS.items(), start=1)
    )
    return (
        f'<Document id="{number:07}" source="GHR" url="u"><Focus>{disease}</Focus><FocusAnnotations><Synonyms>'
        f"<Synonym>{disease} illness</Synonym></Synonyms></FocusAnnotations><QAPairs>{pairs}"
        '<QAPair pid="9"><Question qid="x" qtype="causes">Removed?</Question><Answer></Answer></QAPair>'
        "</QAPairs></Document>"
    )


def _judgements(folder: Path) -> None:
    """Question 1 has a good answer in the corpus (its section number differs) and one that the corpus lacks."""
    with (folder / "medquad" / "liveqa_judged_answers.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["AnswerID", "Answer"])
        known = answer("gout", "treatment")
        writer.writerow(
            ["GHR_0000001_Sec7.txt", f"Question: What are the treatments for gout ?\nURL: u\nAnswer: {known}"]
        )
        writer.writerow(["ADAM_0000009_Sec1.txt", "Question: What is a lemon ?\nURL: u\nAnswer: Lemons are yellow."])
    (folder / "medquad" / "liveqa_qrels_a.txt").write_text(
        "1 2-Related GHR_0000001_Sec7.txt\n1 4-Excellent GHR_0000001_Sec7.txt\n1 1-Incorrect ADAM_0000009_Sec1.txt\n"
        "2 1-Incorrect ADAM_0000009_Sec1.txt\n",
        encoding="utf-8",
    )
    (folder / "liveqa2017" / "questions_a.xml").write_text(
        "<S><NLM-QUESTION qid='TQ1'><NLM-Summary> How do doctors treat gout? </NLM-Summary></NLM-QUESTION>"
        "<NLM-QUESTION qid='TQ2'><NLM-Summary>Are lemons yellow?</NLM-Summary></NLM-QUESTION>"
        "<NLM-QUESTION qid='TQ3'><NLM-Summary>Not judged?</NLM-Summary></NLM-QUESTION></S>",
        encoding="utf-8",
    )
