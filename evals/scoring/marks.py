"""The marks of one dialogue, by what its case asks for; what failed, abstained or cannot be used counts as wrong."""

from __future__ import annotations

from collections.abc import Sequence

from bedside.evals.patients.actions import Write
from bedside.evals.patients.case import Row
from bedside.evals.patients.dialogue import Dialogue
from bedside.evals.scoring.citations import citation_marks
from bedside.evals.scoring.corrections import correction_marks
from bedside.evals.scoring.invented import invented_marks
from bedside.evals.scoring.judge import DiagnosisJudge
from bedside.evals.scoring.note_findings import finding_marks
from bedside.evals.scoring.note_sections import section_marks
from bedside.evals.scoring.outcome import ABSTAINED, FAILED, FIRST, FIVE, outcome_of, placed, spent_in
from bedside.evals.scoring.red_flags_missed import red_flag_marks
from bedside.evals.scoring.rouge import rouge_marks
from bedside.evals.scoring.rubric import judged_text
from bedside.evals.scoring.text_match import match_marks
from bedside.evals.scoring.unsafe_advice import unsafe_marks

__all__ = ["ABSTAINED", "FAILED", "FIRST", "FIVE", "marks_of", "marks_of_all", "outcome_of"]


def marks_of(row: Row, dialogue: Dialogue, judge: DiagnosisJudge | None = None) -> dict[str, float]:
    """What a dialogue scores, by name; each a number that may be averaged over cases.

    Texts are read for it by rule, some 50 ms a case; `outcome_of` is the part that reads none and has the same names
    for every task.

    Args:
        row: the case with what is right.
        dialogue: its dialogue.
        judge: marks diagnoses on which the rules are silent, and rubrics; None leaves both out.
    """
    spent = spent_in(row, dialogue)
    if row.fault:
        return spent
    if judge and row.gold.rubric:
        spent |= judge.rubric.marks(judged_text(row.case, dialogue), row.gold.rubric)
    if row.case.task == "write":
        return _written(row, dialogue) | spent
    final = dialogue.final
    right = placed(row, dialogue, judge)
    if row.case.task == "choose":
        del right[FIVE]
        asked = invented_marks(row.case, dialogue) if row.case.facts else {}
        return right | spent | asked
    more = red_flag_marks(row.case, final) | unsafe_marks(row.case, final) | citation_marks(final)
    return right | spent | invented_marks(row.case, dialogue) | more


def marks_of_all(
    rows: Sequence[Row], dialogues: Sequence[Dialogue], judge: DiagnosisJudge | None = None
) -> list[dict[str, float]]:
    """The marks of a whole run: the same names for every row of a task, and 0 under all of them where none can be used.

    A set that mixes tasks (yes or no, and a word to write) has for each row only the marks of its own.
    """
    marks = [marks_of(row, dialogue, judge) for row, dialogue in zip(rows, dialogues, strict=True)]
    tasks = ["" if row.fault else row.case.task for row in rows]
    longest = sorted(zip(tasks, marks, strict=True), key=lambda pair: len(pair[1]), reverse=True)
    names = {task: dict.fromkeys(name for t, m in longest if task in (t, "") for name in m) for task in set(tasks)}
    return [{name: m.get(name, 0.0) for name in names[task]} for task, m in zip(tasks, marks, strict=True)]


def _written(row: Row, dialogue: Dialogue) -> dict[str, float]:
    said = dialogue.final.text if isinstance(dialogue.final, Write) else ""
    gold = row.gold
    if gold.rubric:
        return {}
    if gold.sentence is not None:
        return correction_marks(said, gold)
    marks = match_marks(said, gold.texts) | rouge_marks(said, gold.texts)
    return marks | finding_marks(said, gold.texts) | section_marks(said, gold.texts)
