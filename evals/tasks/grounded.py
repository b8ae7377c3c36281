"""Does an answer rest on the right passages, and is what nothing held answers refused? Against the model alone."""

from __future__ import annotations

import json
import statistics
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bedside.core.base import Frozen
from bedside.core.errors import BedsideError, StorageError
from bedside.core.settings import Settings
from bedside.evals.grounding import Reply, forbidden, loose_doses, precision, recalled, unsupported
from bedside.evals.questions import GROUNDED, Question, load_questions, unknown_passages
from bedside.evals.registry import Report, Score, evaluation
from bedside.evals.stats import Estimate, bootstrap, proportion
from bedside.evals.systems import BEDSIDE, DIRECT, ask_bedside, ask_directly

if TYPE_CHECKING:
    from bedside.api import Assistant

WORDS = {
    "citation precision": "mean over questions of the share of cited passages that a correct answer may cite",
    "citation recall": "answerable questions with at least one of the passages that must be cited",
    "refusals right": "questions that nothing held answers, refused",
    "refusals wrong": "answerable questions refused",
    "sentences without support": "sentences that cite nothing, or give a number or drug that their citation lacks",
    "loose doses per answer": "doses that are not word for word in a cited sentence that names the same drug",
    "forbidden statements": "answers with a sentence that the question's key forbids",
    "seconds per question": "mean; medians are in the notes",
}


class Line(Frozen):
    """One question as both systems answered it; `failed` says why a turn gave no answer."""

    question: Question
    replies: tuple[Reply, ...]
    found: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    trace: tuple[str, ...] = ()
    failed: str = ""


@evaluation("grounded", "citations, refusals and doses on 31 questions, against the same model asked directly")
def grounded(settings: Settings, data: Path | None = None, limit: int | None = None) -> Report:
    """Asks each question of both systems, writes what they said to ``evals/grounded.jsonl`` in the output folder.

    Raises:
        SettingsError: `data` is not a file of questions.
        StorageError: the output folder cannot be written.
    """
    from bedside.api import Assistant

    questions = load_questions(data)[:limit]
    path = settings.output / "evals" / "grounded.jsonl"
    lines: list[Line] = []
    with tempfile.TemporaryDirectory(prefix="bedside-eval-") as home:
        assistant = Assistant(settings.model_copy(update={"home": Path(home)}))
        lost = unknown_passages(questions, (p.id for p in assistant.services.library.passages()))
        for question in watched(questions):
            lines.append(answered(assistant, question))
            written(path, lines)
    return report_of(lines, data or GROUNDED, path, lost)


def answered(assistant: Assistant, question: Question) -> Line:
    """One question, by Bedside and then by the model alone with the passages that Bedside's search found."""
    try:
        reply, found, answer = ask_bedside(assistant, question.question)
        direct = ask_directly(assistant.services.model, question.question, found)
    except BedsideError as error:
        return Line(question=question, replies=(), failed=str(error))
    return Line(
        question=question,
        replies=(reply, direct),
        found=tuple(dict.fromkeys(e.source.id for e in found.passages)),
        removed=tuple(f"{c.text} ({'; '.join(c.failures)})" for c in answer.removed),
        trace=tuple(f"{s.node} {s.seconds:.2f} s {s.detail}".strip() for s in answer.trace),
    )


def watched(questions: Sequence[Question]) -> Any:
    """The questions under a progress bar on stderr."""
    from rich.console import Console
    from rich.progress import track

    return track(questions, description="grounded", console=Console(stderr=True))


def report_of(lines: Sequence[Line], source: Path, path: Path, lost: Sequence[str] = ()) -> Report:
    """The figures of every system over the lines that have answers."""
    done = [line for line in lines if line.replies]
    scores, notes = [], [f"{metric}: {words}" for metric, words in WORDS.items()]
    for index, system in enumerate((BEDSIDE, DIRECT)):
        pairs = [(line.question, line.replies[index]) for line in done]
        scores += [Score(metric=m, system=system, estimate=e) for m, e in figures(pairs).items()]
        if pairs:
            median = statistics.median(r.seconds for _, r in pairs)
            notes.append(f"{system}: median {median:.1f} s per question")
    notes += [f"no answer to {line.question.id}: {line.failed}" for line in lines if line.failed]
    notes += [f"not held: {i}" for i in lost]
    notes.append(f"every answer is in {path}")
    ordered = sorted(scores, key=lambda s: list(WORDS).index(s.metric))
    return Report(
        name="grounded", set=f"{source.name}, {len(done)} questions", scores=tuple(ordered), notes=tuple(notes)
    )


def figures(pairs: Sequence[tuple[Question, Reply]]) -> dict[str, Estimate]:
    """Every figure of one system, each with n and its interval."""
    held = [(q, r) for q, r in pairs if not q.refuse]
    not_held = [(q, r) for q, r in pairs if q.refuse]
    precisions = [p for q, r in pairs if (p := precision(q, r)) is not None]
    sentences = sum(len(r.sentences) for _, r in pairs)
    return {
        "citation precision": bootstrap(precisions),
        "citation recall": _share(held, recalled),
        "refusals right": _share(not_held, lambda q, r: r.refused),
        "refusals wrong": _share(held, lambda q, r: r.refused),
        "sentences without support": proportion(sum(len(unsupported(q, r)) for q, r in pairs), sentences),
        "loose doses per answer": bootstrap([float(len(loose_doses(q, r))) for q, r in pairs]),
        "forbidden statements": _share([(q, r) for q, r in pairs if q.never], lambda q, r: bool(forbidden(q, r))),
        "seconds per question": bootstrap([r.seconds for _, r in pairs]),
    }


def _share(pairs: Sequence[tuple[Question, Reply]], holds: Callable[[Question, Reply], bool]) -> Estimate:
    return proportion(sum(holds(q, r) for q, r in pairs), len(pairs))


def written(path: Path, lines: Sequence[Line]) -> None:
    """Writes the lines for a reader: the key, what each system said and cited, and what is wrong with it.

    Raises:
        StorageError: the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(_shown(line), ensure_ascii=False) + "\n" for line in lines), "utf-8")
    except OSError as error:
        raise StorageError(
            f"{path} cannot be written: {error}.", "Free some space, or set BEDSIDE_OUTPUT.", code="BED-EVAL-004"
        ) from error


def _shown(line: Line) -> dict[str, Any]:
    question = line.question
    shown = {"id": question.id, "question": question.question, "refuse": question.refuse, "must": question.must}
    shown |= {"found": line.found, "removed": line.removed, "trace": line.trace, "failed": line.failed}
    for reply in line.replies:
        shown[reply.system] = {
            "text": reply.text,
            "cited": reply.passages,
            "wrongly cited": [p for p in reply.passages if p not in question.answers],
            "recalled": recalled(question, reply) if not question.refuse else None,
            "refused": reply.refused,
            "without support": unsupported(question, reply),
            "loose doses": loose_doses(question, reply),
            "forbidden": forbidden(question, reply),
            "seconds": round(reply.seconds, 2),
        }
    return shown
