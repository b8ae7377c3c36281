"""mediQ (https://github.com/stellalisy/mediQ, CC BY 4.0): a question with options whose vignette has to be asked for.

Li 2024, arXiv:2406.00922. JSON lines: ``id``, ``question``, ``context`` (sentences, or one text), ``options``,
``answer_idx``, ``facts`` (numbered). The doctor starts, as published, from the first sentence of the context; the rest
is what the patient can tell, as atomic facts.
"""

from __future__ import annotations

import re
from pathlib import Path

from bedside.evals.benchmarks.files import Record, json_records
from bedside.evals.benchmarks.forms import choice, rows_of, sentences_of
from bedside.evals.benchmarks.registry import benchmark
from bedside.evals.patients.case import CaseFact, Row

_NUMBER = re.compile(r"^\s*\d+[.)]\s*")


@benchmark(
    "mediq", "questions with options whose vignette has to be asked for: are the right things asked?", "mediq", 10
)
def load(path: Path) -> list[Row]:
    """The rows of a JSON lines file or of every one of a folder.

    Raises:
        SettingsError: there is no such file, or it cannot be read.
    """
    return rows_of(json_records(path, "*.jsonl"), _row, "mediQ")


def _row(record: Record) -> Row:
    raw = record.raw
    sentences = sentences_of(raw["context"]) if isinstance(raw["context"], str) else [str(s) for s in raw["context"]]
    texts = [_NUMBER.sub("", str(fact)).strip() for fact in raw["facts"]]
    row = choice(
        str(raw["id"]), raw["question"], raw["options"], raw["answer_idx"], context=sentences[0] if sentences else ""
    )
    facts = tuple(CaseFact(id=f"f{n}", text=text) for n, text in enumerate(texts, 1) if text)
    fault = row.fault or ("" if facts else "no facts")
    return Row(row.case.model_copy(update={"facts": facts}), row.gold, fault)
