"""plan: the rules ask first; where they leave the question open, the core model may propose one more search."""

from __future__ import annotations

from pydantic import BaseModel, Field

from bedside.agent.candidates import CANDIDATES
from bedside.agent.look import LOOK, can_be_shown
from bedside.agent.patient_records import TOOL, records_of
from bedside.agent.priors import calls_for, pairs_of
from bedside.agent.prompts import one_line, opening
from bedside.agent.route import calculators_for, differentials_for, experts_for, looks_up, ranks, safety_for
from bedside.agent.services import Services
from bedside.agent.state import Call, Plan, State
from bedside.agent.understand import question_of
from bedside.agent.view import drug_words, evidence_now, facts_now, in_words, results_now, seconds_left
from bedside.core.answer import Refusal
from bedside.core.card import ToolCard
from bedside.core.case import Attachment, FactStatus
from bedside.core.errors import BedsideError
from bedside.core.evidence import EvidenceKind
from bedside.knowledge.drugs import drugs_in
from bedside.knowledge.schema import Intent
from bedside.retrieval.asking import questions_in, split
from bedside.retrieval.intent import intents_of
from bedside.tools import registry
from bedside.tools.asked import mentions
from bedside.tools.rare import NAME as RARE
from bedside.tools.search.patient import patient_of

_MODEL_SHARE = 0.5
_PROPOSAL_TOKENS = 40
_FACTS_CHARS = 300
_QUESTION_CHARS = 300
_SHORTEST_SEARCH = 5


class Proposal(BaseModel):
    """What the model is asked for: words to search by; "" for none."""

    search: str = Field(max_length=80)


def plan(state: State, services: Services) -> State:
    """One round: by rule in the first, by the model in those after."""
    turn = state["turn"]
    before = state.get("plan", Plan())
    if before.turn != turn.id:
        return {"plan": _by_rule(state, services)}
    bounds = services.settings.bounds
    if before.round >= bounds.rounds or seconds_left(state, bounds) < bounds.seconds * _MODEL_SHARE:
        return {"plan": before.model_copy(update={"calls": (), "queries": (), "done": True})}
    return {"plan": _by_model(state, before, services)}


def _by_rule(state: State, services: Services) -> Plan:
    turn, facts = state["turn"], facts_now(state)
    new, old = attachments_now(state)
    cards = services.toolbox.cards()
    pairs, unsure = pairs_of(turn.question, new, old)
    read = tuple(dict.fromkeys((*new, *(a for pair in pairs for a in pair))))
    if not new and (not turn.new_question or asks_of_file(turn.question, cards)):
        read = old
    calls, refusals = experts_for(cards, turn.question, read, services.settings)
    first = safety_for(cards, drug_words(state), facts)
    scores = () if only_of_record(state) else calculators_for(cards, turn.question, facts)
    names = differentials_for(cards, turn.question, facts, bool(new), services.settings.rare_diseases)
    calls = (
        *_looked_up(state),
        *first,
        *scores,
        *_differential(state, names),
        *calls,
        *_looks(new, services),
        *calls_for(pairs),
    )
    refusals += unsure
    queries = _queries(state, bool(new))
    return Plan(turn=turn.id, round=1, calls=calls, queries=queries, asked=queries, refusals=refusals)


def _looked_up(state: State) -> tuple[Call, ...]:
    """The record attached last is looked up in, where the message asks for what it holds."""
    if not state["turn"].asks_record:
        return ()
    return tuple(Call(tool=TOOL, attachment=a.id, reason="it holds the answer") for a in records_of(state["case"])[-1:])


def only_of_record(state: State) -> bool:
    """Whether every question of the message is answered by the patient's record: nothing else is then looked up."""
    parts = questions_in(state["turn"].question)
    return bool(parts) and set(parts) <= set(state["turn"].of_record)


def _differential(state: State, names: tuple[str, ...]) -> tuple[Call, ...]:
    """The ranked lists, with what the core model would add. That of rare diseases reads the user's words, too."""
    if not names:
        return ()
    why = "the question asks what this could be, or what to ask next"
    words = "\n".join(m.text for m in state["case"].messages if m.role == "user")
    ranked = (Call(tool=name, query=words if name == RARE else "", reason=why) for name in names)
    return (*ranked, Call(tool=CANDIDATES, reason=why))


def _looks(files: tuple[Attachment, ...], services: Services) -> tuple[Call, ...]:
    """Pictures go before a core model that can see."""
    shown = [a for a in files if a.study is not None and can_be_shown(a.study.kind)]
    if not shown or not services.sees_images:
        return ()
    return tuple(Call(tool=LOOK, attachment=a.id, reason="the core model sees images") for a in shown)


def _queries(state: State, files: bool) -> tuple[str, ...]:
    """What to search for: nothing where the question is only what a file shows; the experts answer that."""
    turn = state["turn"]
    if only_of_record(state):
        return ()
    if files and set(turn.intents) <= {Intent.DIAGNOSIS} and not case_begun(state):
        return ()
    asked = part_queries(state)
    return asked if narrow(turn.question) else (*_case_queries(state), *asked)


def case_told(state: State) -> str | None:
    """What the message tells beside the question; None where the question is the whole message."""
    for message in reversed(state["case"].messages):
        if message.role == "user" and question_of(message.text) == state["turn"].question:
            return split(message.text)[1]
    return None


def part_queries(state: State) -> tuple[str, ...]:
    """One search for each question of the message, with the case that stands beside it: "steroids? which dose?"."""
    question, told = state["turn"].question, case_told(state)
    parts = questions_in(question)
    own = state["turn"].of_record
    asked = tuple(part for part in parts if not only_looks_up(part) and part not in own)
    if not asked and parts:
        return ()
    if told is None:
        return (question,)
    return tuple(beside((told, *(p for p in asked if p != part)), part) for part in asked) or (question,)


def only_looks_up(part: str) -> bool:
    """Whether a question asks for a search by picture ("any similar cases?") or a differential, and nothing else."""
    wanted = next((topic for card in registry.cards() if (topic := looks_up(card, part) or ranks(card, part))), "")
    return bool(wanted) and not intents_of(part.lower().replace(wanted, " "))


def beside(told: tuple[str, ...], question: str) -> str:
    """A question with what stands beside it as its case: each of those ends as a statement."""
    return " ".join((*(f"{t.rstrip('?!. ')}." for t in told if t.strip()), question))


def case_begun(state: State) -> bool:
    """Whether anything is known of the patient beside the files, and beside what the question asks ("is there X?")."""
    question = state["turn"].question
    return any(f.status is not FactStatus.POSSIBLE or f.span.text not in question for f in facts_now(state))


def asks_of_file(question: str, cards: tuple[ToolCard, ...]) -> bool:
    """Whether the question is about a file: it names one, or what an expert reads from it."""
    topics = (t for c in cards if c.accepts.kinds for t in c.topics)
    return bool(mentions(question.lower(), (*topics, "file", "image", "scan", "recording", "trace")))


def narrow(question: str) -> bool:
    """Whether the question is about a drug or a dose: then only its own words are searched.

    Any wider search would find other drugs and other doses, which answer another question.
    """
    return bool(drugs_in(question)) or Intent.DOSE in intents_of(question)


def attachments_now(state: State) -> tuple[tuple[Attachment, ...], tuple[Attachment, ...]]:
    """The files of this message, and those of earlier ones."""
    case = state["case"]
    mine = case.messages[-1].attachments
    new = tuple(a for a in case.attachments if a.id in mine)
    return new, tuple(a for a in case.attachments if a.id not in mine)


def _case_queries(state: State) -> tuple[str, ...]:
    """A search for the patient's disease under his allergies: what is advised in a drug's place is another passage.

    Only where treatment is asked about: an allergy has no part in a target INR.
    """
    facts = facts_now(state)
    held = [f for f in facts if f.name == "allergy" and f.value and f.status is FactStatus.PRESENT]
    patient = patient_of(facts)
    if not held or not patient.diseases or Intent.TREATMENT not in state["turn"].intents:
        return ()
    allergies = " and ".join(str(f.value) for f in held)
    # The question names no disease, so that the case lends it, as precisely as it is known.
    return (beside((case_told(state) or "",), f"Which treatment is advised in {allergies} allergy?"),)


def _by_model(state: State, before: Plan, services: Services) -> Plan:
    """One more search in the model's words, where `left_open` says that the first round did not do."""
    nothing = before.model_copy(update={"calls": (), "queries": (), "done": True, "round": before.round + 1})
    if not left_open(state, before) or len(results_now(state)) >= services.settings.bounds.calls:
        return nothing
    try:
        search = propose(in_words(facts_now(state)), state["turn"].question, services)
    except BedsideError as error:
        refusal = Refusal(
            code=error.code,
            subject="The core model's part in planning",
            why=f"{error.what} The plan is what the rules chose.",
            do=error.do,
        )
        return nothing.model_copy(update={"refusals": (*before.refusals, refusal)})
    if len(search) < _SHORTEST_SEARCH or search.lower() in {q.lower() for q in before.asked}:
        return nothing
    asked = (*before.asked, search)
    return nothing.model_copy(update={"queries": (search,), "asked": asked, "done": False})


def left_open(state: State, before: Plan) -> bool:
    """Whether the model is asked: the rules' searches found no passage, or the question's words tell no intent.

    Over 15 questions its search found what clearly helped in 3, and it costs more seconds than a search by rule
    (docs/design/0003-what-the-small-model-decides.md). It is not asked for tools: a calculator whose inputs are all
    recorded has been run by rule. Nor about a drug or a dose, nor where the rules saw nothing to search for.
    """
    question = state["turn"].question
    if not before.asked or narrow(question):
        return False
    found = any(e.kind is EvidenceKind.PASSAGE for e in evidence_now(state))
    return not found or not intents_of(question)


def propose(facts_line: str, question: str, services: Services) -> str:
    """The model's search; "" where it has none. Instruction and examples come first and stay evaluated.

    Raises:
        ModelUnavailableError: the model is not there or too slow.
        ModelOutputError: what it wrote is no proposal.
    """
    from langchain_core.messages import HumanMessage

    from bedside.agent.models.decide import decide

    asked = HumanMessage(content=_case(facts_line[:_FACTS_CHARS], question[-_QUESTION_CHARS:]))
    messages = [*opening("propose", lambda e: _case(e["patient"], e["question"])), asked]
    return one_line(decide(services.model, messages, Proposal, max_tokens=_PROPOSAL_TOKENS).search)


def _case(facts_line: str, question: str) -> str:
    return f"Patient: {one_line(facts_line) or 'none'}\nQuestion: {one_line(question)}"
