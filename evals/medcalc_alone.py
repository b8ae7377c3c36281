"""MedCalc-Bench by the core model alone: a note and a question in, one answer out; Bedside is compared with it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pydantic import Field

from bedside.core.base import Frozen
from bedside.core.errors import BedsideError
from bedside.evals.medcalc import Row, us_date, within

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_PROMPT = (
    "You calculate clinical scores. Read the patient's note, take from it what the calculation needs, calculate step "
    "by step in at most five short lines, and give the final answer.\n\nNote:\n{note}\n\nQuestion: {question}"
)
_TOKENS = 400
# A longer note is cut: the embedded model's context, and its patience, end.
_NOTE = 8000
_DATE = re.compile(r"\d{1,2}/\d{1,2}/\d{4}")
_WEEKS = re.compile(r"(\d+)\s*weeks?\D{1,8}(\d+)\s*days?", re.I)
_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")


class Calculation(Frozen):
    """What the model is to fill."""

    working: str = Field(description="The calculation, step by step, in at most five short lines.")
    answer: str = Field(description="The final answer alone: a number, a date as M/D/Y, or weeks and days.")


def alone(model: BaseChatModel, row: Row) -> bool:
    """Whether the model alone answers the row within its limits; no answer is a wrong one."""
    from bedside.agent.models.decide import decide

    prompt = _PROMPT.format(note=row.note[:_NOTE], question=row.question)
    try:
        answer = decide(model, prompt, Calculation, max_tokens=_TOKENS, retries=0).answer
    except BedsideError:
        return False
    value, statement = read_answer(answer)
    return within(row, value, statement)


def read_answer(answer: str) -> tuple[float | None, str]:
    """The number, or the days of "14 weeks, 1 days", and a date in ISO form where the answer is one."""
    if weeks := _WEEKS.search(answer):
        return 7.0 * int(weeks[1]) + int(weeks[2]), ""
    if (found := _DATE.search(answer)) and (day := us_date(found.group())):
        return None, day.isoformat()
    number = _NUMBER.search(answer)
    return (float(number.group().replace(",", "")), "") if number else (None, "")
