"""What a tool is, what it accepts, how good it is and where it fails: shown to the model and to the user."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from bedside.core.base import Frozen
from bedside.core.study import Modality


class Accepts(Frozen):
    """What a tool can be given.

    An expert names the `kinds` and `modalities` of Study it takes (and body parts and views where they matter); a
    calculator names the facts it needs. Empty means "does not look at it". `series` names, in order, the volumes on one
    grid that an expert reads together; empty for one.
    """

    kinds: tuple[str, ...] = ()
    modalities: tuple[Modality, ...] = ()
    body_parts: tuple[str, ...] = ()
    views: tuple[str, ...] = ()
    population: str = ""
    facts: tuple[str, ...] = ()
    series: tuple[str, ...] = ()


class Performance(Frozen):
    """One measured figure: never without its set, n and interval."""

    metric: str
    value: float
    low: float | None = None
    high: float | None = None
    n: int
    data: str
    source: str

    @property
    def line(self) -> str:
        """The figure in one line: "F1 of atrial fibrillation 0.846, n = 818, CODE-test … [source]"."""
        interval = f" ({self.low:g} to {self.high:g})" if self.low is not None and self.high is not None else ""
        return f"{self.metric} {self.value:g}{interval}, n = {self.n:,}, {self.data} [{self.source}]"


class ToolCard(Frozen):
    """The card of one tool.

    Attributes:
        name: unique, snake_case; what `bedside tools run NAME` takes.
        version: changes whenever a result could change; part of the cache key.
        kind: calculator, expert, search, comparison, differential, safety (checks drugs against the record), or record
            (it looks things up in a patient's record).
        title: what a clinician calls it.
        purpose: one sentence: the question it answers.
        accepts: what it can be given.
        topics: lower-case words and phrases; a question that holds one of them asks for this tool.
        on_inputs: whether it is worth running whenever its inputs are recorded, asked for or not: true of an equation
            (kidney function from creatinine), false of a score that means something only in one disease.
        on_request: of an expert that takes minutes: it runs only where the question asks to outline or measure.
        labels: what it can say.
        training_data: what an expert was trained on.
        licence: of the weights or the formula.
        weights: names in the weight registry.
        performance: measured figures.
        limits: known failures, in words a clinician needs.
        citation: paper or guideline with DOI.
        keeps: whether a finished call is good until the version changes; false of a search in what a user adds to.
        demonstration: whether it only shows how such a tool works and is too unreliable to read: it runs where the
            setting `demonstrations` asks for it, and nowhere else.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    version: str
    kind: Literal["calculator", "expert", "search", "comparison", "safety", "differential", "record"]
    title: str
    purpose: str
    accepts: Accepts
    topics: tuple[str, ...] = ()
    on_inputs: bool = False
    on_request: bool = False
    labels: tuple[str, ...] = ()
    training_data: str = ""
    licence: str = ""
    weights: tuple[str, ...] = ()
    performance: tuple[Performance, ...] = ()
    limits: tuple[str, ...] = ()
    citation: str = ""
    keeps: bool = True
    demonstration: bool = False
