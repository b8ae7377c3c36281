"""The LiveQA 2017 medical questions, with graded answers from MedQuAD; and the corpus they are asked of.

Ben Abacha 2017 (TREC LiveQA) and Ben Abacha and Demner-Fushman 2019, doi:10.1186/s12859-019-3119-4. Get them from
https://github.com/abachaa/LiveQA_MedicalTask_TREC2017 and https://github.com/abachaa/MedQuAD.
"""

from __future__ import annotations

import csv
import re
import xml.etree.ElementTree as ElementTree  # the publisher's own file; expat bounds entity expansion
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from bedside.core.errors import SettingsError
from bedside.retrieval.adapter.medquad import HOME, Pair, load_pairs, plain

_ANSWER_ID = re.compile(r"(?P<source>[A-Za-z]+)_(?P<document>.+)_Sec\d+\.txt$")
_JUDGED = re.compile(r"Question:(?P<question>.*?)URL:.*?Answer:(?P<answer>.*)", re.DOTALL)
_NOT_WORD = re.compile(r"\W+")


class LiveQa(NamedTuple):
    """Questions, the corpus, and which rows of it were judged.

    Attributes:
        corpus: MedQuAD, then the judged answers that it lacks.
        questions: the NLM summary by question number, for those with a judgement.
        grades: for each question number, the grade (1 to 4) of each judged row; the highest of several.
    """

    corpus: tuple[Pair, ...]
    questions: Mapping[str, str]
    grades: Mapping[str, Mapping[int, int]]


def load_liveqa(data: Path) -> LiveQa:
    """Reads the set from its folders ``medquad`` and ``liveqa2017``. The reference answers are not read.

    Raises:
        SettingsError: a file is not there or not in the published format.
    """
    corpus = load_pairs(data / "medquad")
    try:
        judged = _judged_answers(data / "medquad" / "liveqa_judged_answers.csv")
        rows, added = _rows_of(judged, corpus)
        lines = (data / "medquad" / "liveqa_qrels_a.txt").read_text(encoding="utf-8").splitlines()
        summaries = _summaries(data / "liveqa2017" / "questions_a.xml")
        grades = _grades(lines, rows)
        questions = {number: summaries[number] for number in grades}
    except (OSError, KeyError, ValueError, csv.Error, ElementTree.ParseError) as error:
        raise SettingsError(
            f"The LiveQA judgements cannot be read from {data}: {error!r}",
            f"Get them from {HOME} and put them as docs/evaluations.md says.",
            code="BED-EVAL-005",
        ) from error
    return LiveQa((*corpus, *added), questions, grades)


def _judged_answers(path: Path) -> dict[str, Pair]:
    """The judged answers by their name."""
    out = {}
    with path.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            name, found = _ANSWER_ID.match(line["AnswerID"]), _JUDGED.match(line["Answer"].strip())
            if name is None or found is None:
                raise ValueError(line["AnswerID"])
            question, answer = plain(found["question"]), plain(found["answer"])
            out[line["AnswerID"]] = Pair(name["source"], name["document"], "", (), "", question, answer)
    return out


def _rows_of(judged: Mapping[str, Pair], corpus: Sequence[Pair]) -> tuple[dict[str, int], list[Pair]]:
    """The row of each judged answer: the same words in the same document, else a row added after the corpus.

    Section numbers of the judgements are not those of the corpus, so the words decide; of one document's equal answers
    the one under the same question, else the first.
    """
    known: dict[tuple[str, str, str], list[int]] = {}
    for row, pair in enumerate(corpus):
        known.setdefault((pair.source, pair.document, _bare(pair.answer)), []).append(row)
    rows: dict[str, int] = {}
    added: list[Pair] = []
    for name, pair in judged.items():
        key = (pair.source, pair.document, _bare(pair.answer))
        if key not in known:
            known[key] = [len(corpus) + len(added)]
            added.append(pair)
        same = [r for r in known[key] if r < len(corpus) and _bare(pair.question).startswith(_bare(corpus[r].question))]
        rows[name] = (same or known[key])[0]
    return rows, added


def _grades(lines: Sequence[str], rows: Mapping[str, int]) -> dict[str, dict[int, int]]:
    grades: dict[str, dict[int, int]] = {}
    for line in lines:
        if line.strip():
            number, label, name = line.split()
            of_question = grades.setdefault(number, {})
            of_question[rows[name]] = max(int(label[0]), of_question.get(rows[name], 0))
    return grades


def _summaries(path: Path) -> dict[str, str]:
    root = ElementTree.fromstring(path.read_bytes())  # noqa: S314
    found = {
        q.get("qid", "").removeprefix("TQ"): plain(q.findtext("NLM-Summary") or q.findtext("NIST-PARAPHRASE"))
        for q in root.iter("NLM-QUESTION")
    }
    return {number: text for number, text in found.items() if text}


def _bare(text: str) -> str:
    return _NOT_WORD.sub(" ", text.lower()).strip()
