"""What one run scores, case by case: all that a comparison needs, and no text of the set that it was run on.

A side can be written to a file, published, and compared later with a run of somebody else over the same cases.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from bedside.core.base import Frozen
from bedside.core.errors import SettingsError
from bedside.evals.reports.written import written
from bedside.evals.runs.kept import About, KeptRun, digest_of
from bedside.evals.scoring.judge import DiagnosisJudge
from bedside.evals.scoring.marks import marks_of_all
from bedside.evals.scoring.summary import held_marks, names_in

_DIGITS = 6


class Side(Frozen):
    """The marks of a finished run.

    Attributes:
        about: what was run; its `cases` are the ids, in order.
        contents: a hash of what the cases are, with what is right.
        leaky: ids of the cases that name their answer.
        marks: of each figure the value of every case, in order; None where it cannot be of a case.
    """

    about: About
    contents: str
    leaky: tuple[str, ...]
    marks: dict[str, tuple[float | None, ...]]

    @property
    def by_case(self) -> list[dict[str, float]]:
        """The marks of each case, in order."""
        return [
            {name: value for name, values in self.marks.items() if (value := values[i]) is not None}
            for i in range(len(self.about.cases))
        ]


def side_of(run: KeptRun, judge: DiagnosisJudge | None = None) -> Side:
    """A finished run as a side; the judge is the one that marked it, if one did."""
    marks = held_marks(run.rows, marks_of_all(run.rows, run.in_order, judge))
    return Side(
        about=run.about,
        contents=digest_of(run.rows),
        leaky=tuple(row.case.id for row in run.rows if row.gold.leaky),
        marks={name: tuple(_rounded(m.get(name)) for m in marks) for name in names_in(marks)},
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)


def write_side(side: Side, path: Path) -> Path:
    """Writes a side into a file.

    Raises:
        StorageError: the file cannot be written.
    """
    return written(side.model_dump_json(exclude_defaults=True) + "\n", path)


def read_side(path: Path) -> Side:
    """A side from a file.

    Raises:
        SettingsError: there is no such file, or it holds none.
    """
    try:
        side = Side.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise _damaged(path) from error
    if any(len(values) != len(side.about.cases) for values in side.marks.values()):
        raise _damaged(path)
    return side


def comparable(sides: Sequence[Side]) -> None:
    """Checks that sides can be compared.

    Raises:
        SettingsError: two are not of the same cases, or not marked by the same judge.
    """
    for side in sides[1:]:
        judges = [s.about.setup.judge for s in (sides[0], side)]
        if judges[0] != judges[1]:
            raise SettingsError(
                f"The runs were marked by different judges: {' and '.join(judge or 'nobody' for judge in judges)}.",
                "Run both again with the same --judge: their dialogues are kept.",
                code="BED-EVAL-045",
            )
        if (side.contents, side.about.cases) != (sides[0].contents, sides[0].about.cases):
            one, other = (f"{s.about.setup.name} ({len(s.about.cases)} cases)" for s in (sides[0], side))
            raise SettingsError(
                f"The runs of {one} and {other} are not of the same cases.",
                "Give runs of the same benchmark, of the same files and with the same -n.",
                code="BED-EVAL-033",
            )


def _damaged(path: Path) -> SettingsError:
    return SettingsError(
        f"{path} holds no marks of a run.", "`bedside eval marks` writes such a file.", code="BED-EVAL-043"
    )
