"""An interview that a patient at the terminal or a program takes part in: start, answer, next, conclude."""

from __future__ import annotations

from typing import Any

from bedside.agent.interview.conclude import Conclusion, conclude
from bedside.agent.interview.heard import Heard, Line, hear
from bedside.agent.interview.policy import Move, next_move
from bedside.core.errors import QuestionError
from bedside.tools.redflags.schema import RedFlag
from bedside.tools.registry import Toolbox


class Interview:
    """Asks, hears and concludes; all it keeps is what was said.

    Args:
        toolbox: its differential and guideline search are used.
        turns: how many questions and requests there may be.

    Example:
        >>> talk = Assistant().interview()  # doctest: +SKIP
        >>> move = talk.start("34-year-old woman with palpitations")  # doctest: +SKIP
        >>> while move.kind != "conclude":  # doctest: +SKIP
        ...     move = talk.answer(input(move.text))
        >>> print(talk.conclude().plain)  # doctest: +SKIP
    """

    def __init__(self, toolbox: Toolbox, turns: int) -> None:
        self._toolbox, self._turns = toolbox, turns
        self._lines: tuple[Line, ...] = ()
        self._move: Move | None = None

    @property
    def lines(self) -> tuple[Line, ...]:
        """All that was said."""
        return self._lines

    @property
    def heard(self) -> Heard:
        """What was read of it: facts, ranking, red flags."""
        differential: Any = self._toolbox.get("differential")
        return hear(differential.table, self._lines)

    @property
    def flags(self) -> tuple[RedFlag, ...]:
        """Red flags in what was told so far; to be shown at once."""
        return self.heard.flags

    def start(self, told: str = "") -> Move:
        """Begins anew, with what is known at the start; returns the first move."""
        self._lines = (Line(by="told", text=told),) if told.strip() else ()
        self._move = None
        return self.next()

    def next(self) -> Move:
        """The move that waits for its answer: a question, a request for tests, or the end."""
        if self._move is None:
            asked = sum(line.by == "us" for line in self._lines)
            self._move = next_move(self.heard, self._turns - asked)
            if self._move.kind != "conclude":
                self._lines = (*self._lines, Line(by="us", text=self._move.text))
        return self._move

    def answer(self, text: str) -> Move:
        """Hears the answer to the last move and returns the next one.

        Raises:
            QuestionError: the interview has not begun or is at its end, or the answer is empty.
        """
        if self._move is None or self._move.kind == "conclude":
            raise QuestionError("No question waits for an answer.", "Call start(), or conclude().", code="BED-ASK-008")
        if not text.strip():
            raise QuestionError("The answer is empty.", 'Write what is known, or "I don\'t know".', code="BED-ASK-008")
        self._lines = (*self._lines, Line(by="patient" if self._move.kind == "ask" else "result", text=text.strip()))
        self._move = None
        return self.next()

    def conclude(self, *, guidelines: bool = True) -> Conclusion:
        """What follows from what was said so far.

        Args:
            guidelines: False searches none.
        """
        return conclude(self.heard, self._lines, self._toolbox, guidelines=guidelines)
