"""CRAFT-MD (https://github.com/rajpurkarlab/craft-md, MIT): one diagnosis, read or asked for, with options or freely.

Johri 2025, doi:10.1038/s41591-024-03328-5. CSV: ``case_id``, ``case_vignette``, ``choice_1`` and on, ``answer`` (the
text of a choice). JSON lines of MedQA's form are taken too: those whose question asks for the likeliest diagnosis, as
CRAFT-MD was made.

In a conversation each sentence of the vignette is a fact, as published; sentences on examination and tests can be
asked for as such, too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from bedside.evals.benchmarks.files import Record, files_of, json_records, table_records
from bedside.evals.benchmarks.forms import choice, letter_of, rows_of, sentences_of, vignette_and_question
from bedside.evals.benchmarks.registry import benchmark
from bedside.evals.diagnosis_match import named_in
from bedside.evals.patients.case import CaseFact, Gold, PatientCase, Result, Row

QUESTION = "What is the most likely diagnosis?"
_TABLES = ("*derm*.csv", "*craft*.csv", "dataset*.tsv")
_LINES = ("*medqa*.jsonl", "*.jsonl")
_DIAGNOSIS = re.compile(r"most likely (?:underlying )?diagnosis\b", re.I)
_EXAMINED = re.compile(
    r"\bexam(?:ination)?\b|\bvital signs\b|\bblood pressure\b"
    r"|\bauscultation\b|\bpalpation\b|\bpulse\b",
    re.I,
)
_TESTED = re.compile(
    r"\b(biopsy|(?:chest |abdominal )?(?:x-ray|radiograph)|ct|mri|ultrasound|echocardiogra\w+|ecg|electrocardiogra\w+"
    r"|cultures?|laborator\w+|urinalysis|blood smear|histolog\w+|histopatholog\w+|endoscopy|colonoscopy"
    r"|gram stain|serum|koh)\b",
    re.I,
)
_MOST_TURNS = 20


class _Vignette(NamedTuple):
    name: str
    text: str
    options: list[str]
    answer: str


@benchmark("craft-md-vignette-choices", "one diagnosis among options, from a whole vignette", "mcq", 0)
def load_vignette_choices(path: Path) -> list[Row]:
    """The rows of a file or folder.

    Raises:
        SettingsError: there is no such file, or it cannot be read.
    """
    return _load(path, talk=False, free=False)


@benchmark("craft-md-vignette-free", "a diagnosis named freely, from a whole vignette", "mcq", 0)
def load_vignette_free(path: Path) -> list[Row]:
    """The rows of a file or folder.

    Raises:
        SettingsError: there is no such file, or it cannot be read.
    """
    return _load(path, talk=False, free=True)


@benchmark("craft-md-conversation-choices", "one diagnosis among options, by asking", "mcq", _MOST_TURNS)
def load_conversation_choices(path: Path) -> list[Row]:
    """The rows of a file or folder.

    Raises:
        SettingsError: there is no such file, or it cannot be read.
    """
    return _load(path, talk=True, free=False)


@benchmark("craft-md-conversation-free", "a diagnosis named freely, by asking", "mcq", _MOST_TURNS)
def load_conversation_free(path: Path) -> list[Row]:
    """The rows of a file or folder.

    Raises:
        SettingsError: there is no such file, or it cannot be read.
    """
    return _load(path, talk=True, free=True)


def choices_of(raw: Mapping[str, str]) -> list[str]:
    """The choices of a row of a table of CRAFT-MD's form, in order."""
    return [raw[key] for key in sorted(raw) if key and key.startswith("choice_") and raw[key]]


def _load(path: Path, *, talk: bool, free: bool) -> list[Row]:
    lines = files_of(path, *_TABLES, *_LINES)[0].suffix == ".jsonl"
    records = json_records(path, *_LINES) if lines else table_records(path, *_TABLES)
    if lines:
        records = [r for r in records if r.fault or _asks_for_a_diagnosis(r)]

    def row(record: Record) -> Row:
        vignette = _of_medqa(record) if lines else _of_table(record)
        return _row(vignette, talk=talk, free=free)

    return rows_of(records, row, "CRAFT-MD")


def _asks_for_a_diagnosis(record: Record) -> bool:
    """Whether a question of MedQA's asks for the diagnosis; one that cannot be read is kept, to be a fault."""
    question = record.raw.get("question") if isinstance(record.raw, dict) else None
    return not isinstance(question, str) or bool(_DIAGNOSIS.search(vignette_and_question(question)[1]))


def _of_medqa(record: Record) -> _Vignette:
    context, _ = vignette_and_question(record.raw["question"])
    options = [str(text) for text in record.raw["options"].values()]
    return _Vignette(record.place, context, options, str(record.raw["options"][record.raw["answer_idx"]]))


def _of_table(record: Record) -> _Vignette:
    raw = record.raw
    context, _ = vignette_and_question(raw["case_vignette"])
    return _Vignette(raw["case_id"], context or raw["case_vignette"], choices_of(raw), raw["answer"])


def _row(vignette: _Vignette, *, talk: bool, free: bool) -> Row:
    right = letter_of(vignette.options, vignette.answer)
    row = choice(vignette.name, QUESTION, vignette.options, right)
    fault = row.fault or ("" if vignette.text.strip() else "no vignette")
    case, gold = row.case, row.gold
    if free:
        case = PatientCase(id=case.id, question=QUESTION)
        gold = Gold(diagnosis=vignette.answer.strip(), leaky=named_in(vignette.text, vignette.answer, None))
    parts: dict[str, object] = _told(vignette.text) if talk else {"context": vignette.text.strip()}
    return Row(case.model_copy(update=parts), gold, fault)


def _told(text: str) -> dict[str, object]:
    sentences = sentences_of(text)
    facts = tuple(CaseFact(id=f"f{n}", text=sentence) for n, sentence in enumerate(sentences, 1))
    results = []
    for n, sentence in enumerate(sentences, 1):
        if found := _TESTED.search(sentence):
            results.append(Result(id=f"r{n}", name=("Tests", found[1].lower()), text=sentence))
        elif _EXAMINED.search(sentence):
            results.append(Result(id=f"r{n}", name=("Physical examination",), text=sentence, examined=True))
    return {"facts": facts, "results": tuple(results)}
