"""Which tools the rules ask for: a question's words and the facts choose calculators, the files choose experts."""

from __future__ import annotations

import re

from bedside.agent.state import Call
from bedside.core.answer import Refusal
from bedside.core.card import ToolCard
from bedside.core.case import Attachment, Fact, FactStatus
from bedside.core.settings import Settings
from bedside.knowledge.schema import Intent
from bedside.retrieval.intent import intents_of
from bedside.tools.asked import asked_for, mentions
from bedside.tools.contract import refuse_demonstration, refuse_study
from bedside.tools.gate import refuse
from bedside.tools.medications.asked import asked_drugs, asks_to_start
from bedside.tools.medications.patient import Patient
from bedside.tools.medications.unknown import unknown_drugs
from bedside.tools.rare import NAME as RARE

_USABLE = (FactStatus.PRESENT, FactStatus.ABSENT)
_DEMOGRAPHIC = frozenset({"age", "sex"})
_OUTLINING = (
    "segment", "segmentation", "outline", "delineate", "contour", "mask", "masks", "volume", "volumes", "measure",
    "size", "how large", "how big",
)  # fmt: skip
_INFECTIONS = (
    "suspected_infection", "sepsis", "pneumonia", "hospital_acquired_pneumonia", "urinary_tract_infection",
    "cellulitis", "meningitis", "fever",
)  # fmt: skip


def calculators_for(cards: tuple[ToolCard, ...], question: str, facts: tuple[Fact, ...]) -> tuple[Call, ...]:
    """Calculators that the situation calls for, and equations whose every required input is known.

    An equation is not worked out of a record alone: some input of it, other than age and sex, was said. A topic alone
    is not enough: "what is the dose for pneumonia?" does not ask for a severity score. Something of what the calculator
    needs is recorded, or the question asks for severity, or names the calculator.
    """
    situation = _situation(question, facts)
    known = {f.name for f in facts if f.status in _USABLE}
    said = {f.name for f in facts if f.status in _USABLE and not f.recorded} - _DEMOGRAPHIC
    weighs = Intent.SEVERITY in intents_of(question)
    calls = []
    for card in (c for c in cards if c.kind == "calculator"):
        topic = mentions(situation, card.topics)
        named = _named(card, question)
        complete = card.on_inputs and known.issuperset(card.accepts.facts) and said.intersection(card.accepts.facts)
        begun = topic and (weighs or known.intersection(card.accepts.facts) - _DEMOGRAPHIC)
        if named or ((complete or begun) and _fits(card.name, facts)):
            reason = f"the case speaks of {named or topic}" if named or topic else "its inputs are recorded"
            calls.append(Call(tool=card.name, reason=reason))
    return tuple(calls)


def safety_for(cards: tuple[ToolCard, ...], words: str, facts: tuple[Fact, ...]) -> tuple[Call, ...]:
    """Checks of drugs: of those the words would start, against each other and what is known, and of those taken."""
    patient, named = Patient.of(facts, words), asked_drugs(words)
    asked = bool(named) and (len(named) > 1 or not patient.empty)
    asked = asked or (asks_to_start(words) and bool(unknown_drugs(words)))
    if not (asked or patient.medicines):
        return ()
    reason = "a drug is asked about" if asked else "medicines are recorded"
    return tuple(Call(tool=card.name, query=words, reason=reason) for card in cards if card.kind == "safety")


def experts_for(
    cards: tuple[ToolCard, ...], question: str, attachments: tuple[Attachment, ...], settings: Settings
) -> tuple[tuple[Call, ...], tuple[Refusal, ...]]:
    """Experts for the files of this turn, searches by picture that are asked for, and the refusals that go with them.

    An expert that was asked for by topic and does not accept the file is a refusal with its reason; a file that no
    expert accepts is one too, and so is one that only demonstrates and was asked for.
    """
    off = {c.name: r for c in cards if (r := refuse_demonstration(c, settings))}
    experts = [c for c in cards if (c.kind == "expert" or looks_up(c, question)) and c.name not in off]
    calls: list[Call] = []
    refusals: list[Refusal] = []
    for attachment in attachments:
        if attachment.study is None:
            continue
        kept_out = {c.name: refuse(c, attachment.study, question) for c in experts}
        taken = [c for c in experts if kept_out[c.name] is None]
        wanted = [c for c in experts if _wanted(c, question, experts)]
        waiting = [c for c in taken if c.on_request and c not in wanted]
        taken = [c for c in taken if c not in waiting]
        wanted = [c for c in wanted if not (c.on_request and taken)]
        calls += [Call(tool=c.name, attachment=attachment.id, reason="it reads this kind of file") for c in taken]
        refused = [r for c in wanted if c not in taken and (r := kept_out[c.name])]
        refusals += [r.model_copy(update={"subject": f"{r.subject} on {attachment.name}"}) for r in refused]
        refusals += [off[c.name] for c in cards if c.name in off and asked_for(c, question) and _takes(c, attachment)]
        if not taken and not refused:
            refusals.append(only_on_request(attachment, waiting) if waiting else nothing_reads(attachment, experts))
    return tuple(calls), tuple(refusals)


def differentials_for(
    cards: tuple[ToolCard, ...], question: str, facts: tuple[Fact, ...], files: bool, rare: bool
) -> tuple[str, ...]:
    """The names of the tools that rank diseases, where the question asks for one; () where it does not.

    The list of rare diseases comes beside the other where the question asks for it, or `rare` does. Without a finding
    beside age and sex there is nothing to rank; with files, the question is then about them, and without any, the tool
    says what it needs.
    """
    asked = {c.name for c in cards if ranks(c, question)}
    told = any(f.status in _USABLE and f.name not in _DEMOGRAPHIC for f in facts)
    if not asked or (files and not told):
        return ()
    both = rare or RARE in asked
    return tuple(c.name for c in cards if c.kind == "differential" and (both or c.name != RARE))


def ranks(card: ToolCard, question: str) -> str:
    """The words with which a question asks for a differential; "" where it does not."""
    return mentions(question.lower(), card.topics) if card.kind == "differential" else ""


def _takes(card: ToolCard, attachment: Attachment) -> bool:
    return refuse_study(card, attachment.study) is None


def looks_up(card: ToolCard, question: str) -> str:
    """The words with which the question asks for a search by picture ("similar cases"); "" where it does not."""
    return mentions(question.lower(), card.topics) if card.kind == "search" and card.accepts.kinds else ""


def _wanted(card: ToolCard, question: str, experts: list[ToolCard]) -> bool:
    """Whether a question asks for an expert.

    One that takes minutes is asked for by its name, or by words for outlining or measuring beside something it
    outlines; beside nothing that any of them outlines, it is asked for all it can.
    """
    text = question.lower()
    if not card.on_request:
        return asked_for(card, question)
    outlines, topic = mentions(text, _OUTLINING), _first_topic(text, card)
    other = any(_first_topic(text, c) for c in experts if c.on_request)
    named = mentions(text, (card.name.replace("_", " "), card.name))
    return bool(named or (outlines and (topic or not other)))


def _first_topic(text: str, card: ToolCard) -> str:
    words = set(re.findall(r"\w+", text))
    words |= {word[:-1] for word in words if word.endswith("s")}
    sides = {"left", "right"}
    return next((t for t in card.topics if set(re.findall(r"\w+", t)) - sides <= words), "")


def only_on_request(attachment: Attachment, waiting: list[ToolCard]) -> Refusal:
    """The refusal for a file that is read by experts that run only when the question asks for them."""
    some = next((label for c in waiting for label in c.labels), "")
    return Refusal(
        code="BED-TOOL-013",
        subject=attachment.name,
        why=f"{' and '.join(c.title for c in waiting)} can read it, and takes minutes: it runs when asked for.",
        do=f'Ask it to outline or measure something, as "segment the {some}".',
    )


def nothing_reads(attachment: Attachment, experts: list[ToolCard]) -> Refusal:
    """The refusal for a file that no expert accepts."""
    kinds = "; ".join(f"{c.title}: {' or '.join(m.value for m in c.accepts.modalities)}" for c in experts)
    title = attachment.study.title if attachment.study else "unreadable"
    return Refusal(
        code="BED-TOOL-012",
        subject=attachment.name,
        why=f"No tool here reads this kind of file ({title}).",
        do=f"What can be read: {kinds}." if kinds else "No expert model is installed; see `bedside doctor`.",
    )


def _named(card: ToolCard, question: str) -> str:
    """The name of the calculator that the question gives ("Wells", "chads-vasc"), or ""."""
    first = card.name.split("_")[0]
    names = (card.name.replace("_", " "), card.title, *(t for t in card.topics if t.startswith((first, "chads"))))
    return mentions(question.lower(), names)


def _fits(name: str, facts: tuple[Fact, ...]) -> bool:
    """Whether the patient is one whom the score is for; a score that the question names is not held back by this."""
    status: dict[str, FactStatus] = {f.name: f.status for f in facts if f.status is not FactStatus.FAMILY}
    if name == "wells_pe":  # a probability before the test, and the embolism is confirmed
        return status.get("pulmonary_embolism") is not FactStatus.PRESENT
    if name == "cha2ds2_vasc":
        return status.get("atrial_fibrillation") in (FactStatus.PRESENT, FactStatus.HISTORICAL)
    if name == "qsofa":
        return any(status.get(n) in (FactStatus.PRESENT, FactStatus.POSSIBLE) for n in _INFECTIONS)
    return True


def _situation(question: str, facts: tuple[Fact, ...]) -> str:
    present = [f.label for f in facts if f.status in (FactStatus.PRESENT, FactStatus.POSSIBLE) and f.value is None]
    return " ; ".join([question, *present]).lower()
