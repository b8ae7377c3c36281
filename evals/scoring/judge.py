"""A model that marks a diagnosis where the rules say nothing; off by default."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bedside.core.errors import SettingsError
from bedside.evals.patients.case import Gold
from bedside.evals.scoring.one_token import OneTokenJudge, Verdict, one_line
from bedside.evals.scoring.rubric import RubricJudge
from bedside.evals.scoring.same_diagnosis import agreement, contradicted

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from bedside.core.settings import Settings

_PROMPT = Path(__file__).with_name("judge_prompt.txt")
# Where the verdicts of all runs are kept, below the folder for output.
VERDICTS = Path("evals") / "verdicts.jsonl"
_SAME, _OPTIONS = "A", ("A", "B")
_ASKED = 5


class DiagnosisJudge:
    """Marks pairs of diagnoses, and with the same model the items of a rubric.

    Args:
        model: the model; None gives only the verdicts that are kept.
        name: of the model, as reports have it.
        kept: a JSON lines file of verdicts; None keeps them in memory.

    Raises:
        StorageError: the file cannot be read.
    """

    def __init__(self, model: BaseChatModel | None, name: str, kept: Path | None = None) -> None:
        self._asked = OneTokenJudge(model, name, _PROMPT.read_text(encoding="utf-8"), kept)
        self.rubric = RubricJudge(model, name, kept)
        self.name = self._asked.name

    def verdict(self, said: str, right: str) -> Verdict:
        """The verdict on one pair: A for the same, B for different, None for neither.

        Raises:
            StorageError: the verdict cannot be kept.
        """
        return self._asked.pick((one_line(right), one_line(said)), _OPTIONS)

    def same(self, said: str, right: str) -> bool | None:
        """Whether a pair is the same; None where the model gave no verdict, which counts as different."""
        option = self.verdict(said, right).option
        return None if option is None else option == _SAME

    def place(self, ranked: tuple[str, ...], gold: Gold) -> int:
        """The place of the right diagnosis, from 1; 0 for none. Asked of the first five, where the rules are silent."""
        for place, name in enumerate(ranked, 1):
            if agreement(name, gold):
                return place
            if place <= _ASKED and not contradicted(name, gold) and self.same(name, gold.diagnosis):
                return place
        return 0

    def about(self) -> tuple[str, ...]:
        """Lines for a report: who judged, how often, and how many verdicts there were none."""
        given = tuple(self._asked.given.values())
        line = (
            f"judge {self.name}: {len(given)} pairs on which the rules are silent, "
            f"{sum(v.option == _SAME for v in given)} marked the same, "
            f"{sum(v.option is None for v in given)} without a verdict (counted as different); "
            "`bedside eval run judge --alone 200` measures a judge"
        )
        return (line, *self.rubric.about())


def kept_judge(named: str, core: str, kept: Path) -> DiagnosisJudge | None:
    """The judge that a run was marked by, as far as its verdicts are kept: nobody is asked for others.

    Args:
        named: as of `make_judge`.
        core: the core model of that run.
        kept: where verdicts are kept.

    Raises:
        StorageError: what is kept cannot be read.
    """
    name = core if named == "model" else named.partition("#")[2]
    return DiagnosisJudge(None, name, kept) if named else None


def make_judge(named: str, settings: Settings, kept: Path | None = None) -> DiagnosisJudge | None:
    """The judge that `--judge` names: `model` (the core model of the settings), or a server's address with ``#NAME``.

    Args:
        named: "" for none.
        settings: of the core model.
        kept: where its verdicts are kept.

    Raises:
        SettingsError: it names neither.
        StorageError: what is kept cannot be read.
    """
    if not named:
        return None
    address, _, model = named.partition("#")
    if named != "model" and ("://" not in address or not model):
        raise SettingsError(
            f"There is no judge {named!r}.", "Judges: model, or http://HOST:PORT/v1#MODEL.", code="BED-EVAL-042"
        )
    from bedside.agent.models import core_model

    if named != "model":
        changed = settings.model.model_copy(update={"backend": "openai", "base_url": address, "name": model})
        settings = settings.model_copy(update={"model": changed})
    return DiagnosisJudge(core_model(settings), settings.model.name, kept)
