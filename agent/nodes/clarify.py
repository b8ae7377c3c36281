"""clarify: when nothing can be said before something is known, a question is worth more than an answer."""

from __future__ import annotations

from bedside.agent.services import Services
from bedside.agent.state import Draft, State
from bedside.agent.understand import of_a_patient
from bedside.agent.view import evidence_now, results_now
from bedside.core.answer import Missing, Question
from bedside.core.evidence import EvidenceKind
from bedside.knowledge.schema import Intent

_ASKED_AT_ONCE = 2
_NEED_A_SCORE = frozenset({Intent.SEVERITY, Intent.DISPOSITION})


def clarify(state: State, services: Services) -> State:
    """Drafts no claim, only what to ask."""
    return {"draft": Draft(turn=state["turn"].id, questions=questions_for(missing_now(state)))}


def better_to_ask(state: State) -> bool:
    """Whether tools lacked something and found nothing, and the searches found nothing about this patient.

    How severe one patient's illness is, no guideline says without a score: its definitions wait until the score's
    inputs have been asked for. Asked for once, that is; a clinician who has none gets the definitions.
    """
    found = {e.kind for e in evidence_now(state)} - {EvidenceKind.FACT}
    if not missing_now(state):
        return False
    turn = state["turn"]
    only_severity = Intent.SEVERITY in turn.intents and set(turn.intents) <= _NEED_A_SCORE
    waits = turn.new_question and only_severity and of_a_patient(turn.question)
    return not found or (waits and found == {EvidenceKind.PASSAGE})


def missing_now(state: State) -> tuple[Missing, ...]:
    """What the tools of this turn lacked, once each; what several tools lack comes first."""
    wanted: dict[str, list[Missing]] = {}
    for result in results_now(state):
        for item in result.missing:
            wanted.setdefault(item.name, []).append(item)
    merged = []
    for items in wanted.values():
        effects = dict.fromkeys(i.effect.rstrip(".") for i in items if i.effect)
        merged.append((len(items), items[0].model_copy(update={"effect": "; ".join(effects)})))
    return tuple(item for _, item in sorted(merged, key=lambda pair: -pair[0]))


def questions_for(missing: tuple[Missing, ...]) -> tuple[Question, ...]:
    """At most two questions, the most useful first."""
    out = []
    for item in missing[:_ASKED_AT_ONCE]:
        effect = f" ({item.effect})" if item.effect else ""
        out.append(Question(text=f"{_ask(item)}{effect}", fills=(item.name,)))
    return tuple(out)


def _ask(item: Missing) -> str:
    if item.ask:
        return item.ask
    label = item.label[0].lower() + item.label[1:] if item.label[1:2].islower() else item.label
    return f"What is recorded for {label}?"
