"""The differential as a tool: diseases ranked over what is known, what must not be missed, and what to ask next."""

from __future__ import annotations

from functools import cached_property

from bedside.core.answer import Missing, Refusal
from bedside.core.card import Accepts, ToolCard
from bedside.core.case import Fact
from bedside.core.settings import Settings
from bedside.knowledge.diseases import Disease, diseases
from bedside.tools.contract import ToolRequest, ToolResult
from bedside.tools.differential.observed import observe
from bedside.tools.differential.question import next_questions
from bedside.tools.differential.rank import rank
from bedside.tools.differential.report import Basis, question_evidence, question_words, reported, shown
from bedside.tools.differential.table import Table
from bedside.tools.registry import register

_QUESTIONS = 3
# Phrases by which somebody asks for it, in lower case.
ASKED = (
    "differential diagnosis", "differential diagnoses", "differentials", "differential", "ddx",
    "what could this be", "what could it be", "what might this be", "what might it be", "what can this be",
    "what else could this be", "what else could it be", "what else might this be", "what is this likely to be",
    "what is it likely to be", "what is the likely diagnosis", "what is the most likely diagnosis",
    "what is the diagnosis", "what's the diagnosis", "what is your diagnosis", "most likely diagnosis",
    "likely diagnosis", "possible diagnoses", "likely diagnoses", "which diagnosis", "which diagnoses",
    "which disease", "which diseases", "what does he have", "what does she have", "what is wrong with him",
    "what is wrong with her", "what is going on", "what is causing this", "what could be causing", "what am i missing",
    "what must not be missed", "what should not be missed", "what should i ask or test next", "what to ask next",
    "what should i ask next", "what should i test next", "what should i ask", "what else should i ask",
    "ask or test next", "which question next", "which test next", "ask next", "test next",
)  # fmt: skip


@register
class Differential:
    """Ranks diseases over the findings that are there and not there (`rank`), and says why (`report`)."""

    card = ToolCard(
        name="differential",
        version="1.0",
        kind="differential",
        title="Differential",
        purpose="What could this be, what must not be missed, and what should be asked or tested next?",
        accepts=Accepts(),
        topics=ASKED,
        licence="Apache-2.0: frequencies and priors are estimates in our own words, with a source for each disease.",
        limits=(
            "Knows only the diseases and findings that it holds; its shares are not probabilities of disease.",
            "Frequencies are estimates from reviews and guidelines, not counted in patients.",
            "Findings are weighed as if they came one by one, with one factor against that.",
        ),
        citation="De Dombal 1972, doi:10.1136/bmj.2.5804.9",
    )

    def __init__(self, settings: Settings, rows: tuple[Disease, ...] | None = None) -> None:
        self._rows = rows

    @cached_property
    def table(self) -> Table:
        """The diseases as matrices, made once.

        Raises:
            KnowledgeError: the files of diseases break their form.
        """
        return Table(diseases() if self._rows is None else self._rows)

    def run(self, request: ToolRequest) -> ToolResult:
        """Evidence of kind score: the ranked diseases, those not to be missed, and the next questions.

        A case without a finding, or one that fits no disease held, is a refusal.
        """
        table = self.table
        if not table.diseases:
            return self._refused("No disease is held here to compare with.", "Reinstall Bedside, or add diseases.")
        observed = observe(table, request.facts)
        if not observed.any_present:
            return self._refused(
                "Nothing was read that a disease held here is known by.",
                "Say what is found: symptoms with their absence, signs, values.",
            )
        ranking = rank(table, observed)
        if not ranking.candidates():
            return self._refused(
                "No disease held here fits what was read, at this age and sex.",
                "Check age and sex; say more of what is found; what is not held here cannot be named.",
            )
        version = self.card.version
        questions = next_questions(ranking, _QUESTIONS)
        missing = tuple(
            Missing(
                name=q.column.finding.name,
                label=q.column.label,
                why="It tells most about which disease this is, for what it costs.",
                ask=question_words(q),
            )
            for q in questions
        )
        basis = Basis.of(request.facts, version)
        evidence = reported(ranking, basis)
        evidence += tuple(question_evidence(ranking, q, basis) for q in questions)
        return ToolResult(tool=self.card.name, version=version, evidence=evidence, missing=missing)

    def shown(self, facts: tuple[Fact, ...]) -> tuple[str, ...]:
        """Every name of the diseases that `run` shows for these facts."""
        table = self.table
        if not table.diseases or not (observed := observe(table, facts)).any_present:
            return ()
        return tuple(name for d in shown(rank(table, observed)) for name in table.diseases[d].names)

    def _refused(self, why: str, do: str) -> ToolResult:
        refusal = Refusal(code="BED-TOOL-080", subject=self.card.title, why=why, do=do)
        return ToolResult(tool=self.card.name, version=self.card.version, refusal=refusal)
