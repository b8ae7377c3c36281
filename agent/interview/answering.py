"""A question with options, or one that asks for a text, answered by the core model over what tools and searches give.

The prompt begins with what does not change (the rules, then what was said, in its order), so that a server keeps what
it has read; what the tools give stands after it, and the question last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bedside.agent.interview.heard import Heard
from bedside.agent.interview.pictures import ReadPicture, Shown, lines_of
from bedside.agent.models.decide import Choice, choose_in_orders
from bedside.agent.models.vision import with_pictures
from bedside.agent.route import calculators_for
from bedside.agent.services import Services
from bedside.core.base import Frozen
from bedside.core.evidence import EvidenceKind
from bedside.tools.contract import ToolRequest
from bedside.tools.registry import cards

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

RULES = (
    "You are a careful doctor. Answer from what is said, and from what is given in support below it, if anything is."
)
_PASSAGES, _CALCULATED, _NAMED = 2, 2, 5
_QUOTE, _CONTEXT, _QUERY = 300, 8000, 400
_WRITTEN = 500


class Support(Frozen):
    """What tools and searches give for a question, each a line as a model and a reader see it."""

    candidates: tuple[str, ...] = ()
    calculated: tuple[str, ...] = ()
    passages: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """All of them, in words."""
        named = (f"Ranked by findings: {'; '.join(self.candidates)}",) if self.candidates else ()
        return (*self.pictures, *named, *self.calculated, *(f'Guideline: "{p}"' for p in self.passages))


def support_for(
    heard: Heard,
    question: str,
    services: Services,
    *,
    tools: bool,
    guidelines: bool,
    pictures: tuple[ReadPicture, ...] = (),
) -> Support:
    """The first of the differential, results of calculators that fit, the best passages of guidelines and documents.

    Args:
        heard: what is known.
        question: what is asked.
        services: whose tools are used.
        tools: False leaves out the differential and the calculators.
        guidelines: False searches nothing.
        pictures: as experts read them.
    """
    ranking = heard.ranking
    # An abstract or a question without a patient also names findings; what it could be is then nobody's question.
    patient = heard.person.age is not None or bool(heard.person.sex)
    first = ranking.first(_NAMED) if tools and patient and ranking is not None else ()
    return Support(
        candidates=tuple(f"{disease.name} {share:.0%}" for disease, share in first),
        calculated=_calculated(heard, question, services) if tools else (),
        passages=_passages(heard, question, services) if guidelines else (),
        pictures=lines_of(pictures),
    )


def _calculated(heard: Heard, question: str, services: Services) -> tuple[str, ...]:
    out: list[str] = []
    for call in calculators_for(cards(), question, heard.facts):
        result = services.toolbox.get(call.tool).run(ToolRequest(question=question, facts=heard.facts))
        out += [e.statement for e in result.evidence if e.kind is EvidenceKind.SCORE][:1]
    return tuple(out[:_CALCULATED])


def _passages(heard: Heard, question: str, services: Services) -> tuple[str, ...]:
    """The best of the guidelines and the user's documents, by their relevance; short."""
    request = ToolRequest(query=question[-_QUERY:], facts=heard.facts)
    names = ["guideline_search", *(["document_search"] if services.holds_documents else [])]
    found = [e for name in names for e in services.toolbox.get(name).run(request).evidence]
    found.sort(key=lambda e: -(e.confidence or 0.0))
    return tuple(dict.fromkeys(e.quote[:_QUOTE] for e in found))[:_PASSAGES]


def choose_option(
    model: Any,
    told: tuple[str, ...],
    support: Support,
    question: str,
    options: tuple[tuple[str, str], ...],
    orders: int = 2,
    pictures: tuple[Shown, ...] = (),
) -> Choice:
    """The option that the core model finds most probable.

    Args:
        model: the core model.
        told: the context and what was said, in order.
        support: what the tools give.
        question: what is asked.
        options: letter and text of each.
        orders: in how many orders it is asked, as `choose_in_orders` says.
        pictures: that a model which sees is shown.

    Raises:
        ModelOutputError: it picks none of the options.
        ModelUnavailableError: it is not there, or too slow.
    """
    return choose_in_orders(
        model, lambda listed: _prompt(told, support, asked_for_letter(question, listed), pictures), options, orders
    )


def asked_for_letter(question: str, listed: str) -> str:
    """A question with its options, as a model is asked for a letter."""
    return f"{question}\n{listed}\nAnswer with the letter of the right option only."


def write_answer(
    model: Any, told: tuple[str, ...], support: Support, question: str, pictures: tuple[Shown, ...] = ()
) -> str:
    """The text that the core model writes; as `choose_option`.

    Raises:
        ModelUnavailableError: it is not there, or too slow.
    """
    answer = model.bind(max_tokens=_WRITTEN, temperature=0).invoke(_prompt(told, support, question, pictures))
    return str(answer.text).strip()


def _prompt(told: tuple[str, ...], support: Support, asked: str, pictures: tuple[Shown, ...]) -> list[BaseMessage]:
    from langchain_core.messages import HumanMessage, SystemMessage

    said = "\n".join(t for t in told if t)[:_CONTEXT]
    parts = [said, "\n".join(support.lines), asked]
    content = with_pictures("\n\n".join(p for p in parts if p), pictures)
    return [SystemMessage(content=RULES), HumanMessage(content=content)]
