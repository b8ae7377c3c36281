"""Do simulated patients say what their cases say, and nothing else? By code, over turns with drawn questions.

Of a deterministic patient's answer nothing may be left when the facts of its case, in either wording, and the fixed
phrases are taken out; and the answer reads to no finding that the case does not hold. Beside it: how well facts are
chosen for a question, how far words can be put plainly or in French and Spanish, and what a model invents.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from bedside.core.settings import Settings
from bedside.evals.patients.asked import Question, by_overlap, choose_all, questions_of, scores
from bedside.evals.patients.case import PatientCase
from bedside.evals.patients.contract import Patient
from bedside.evals.patients.drawn import drawn_turns
from bedside.evals.patients.fact_selecting import FactSelectingPatient
from bedside.evals.patients.invented import invented, not_of_the_case
from bedside.evals.patients.languages import Language, back_to_english, said_in
from bedside.evals.patients.manners import MannerlyPatient
from bedside.evals.patients.selection import selected
from bedside.evals.patients.told_sets import dev, told_sets
from bedside.evals.patients.voice import How, as_said, signature, young
from bedside.evals.registry import Report, Score, data_of, evaluation
from bedside.evals.stats import Estimate, proportion

TURNS = 1000
_SEED = 20261128
_TRANSLATED = 1500
_SPOKEN: tuple[Language, ...] = ("fr", "es")


@evaluation("patients", "whether simulated patients say facts of their cases and nothing else", compares=True)
def patients(settings: Settings, data: Path | None = None, limit: int | None = None, alone: int = 0) -> Report:
    """Turns of the deterministic patients, the choice of facts, wording, languages and, with `alone`, the model.

    Args:
        settings: name the data folder and the core model.
        data: a folder with `agentclinic`, `mediq` or both.
        limit: of the turns of each patient, and of the facts whose wording is looked at.
        alone: turns of the patient that the core model plays.

    Raises:
        SettingsError: the data is not there.
        ModelUnavailableError: the core model is not there, or too slow.
    """
    folder = data_of(settings, data, "The evaluation needs AgentClinic or mediQ.")
    cases = told_sets(folder)
    questions = questions_of(cases)
    turns = limit or TURNS
    found: list[Score] = []
    for patient in (
        FactSelectingPatient(),
        FactSelectingPatient(own_words=True),
        MannerlyPatient(FactSelectingPatient(own_words=True), "talkative", _SEED),
    ):
        found += only_the_case(patient, cases, questions, turns)
    found += _selection(questions)
    found += wording({name: case for name, case in cases.items() if dev(name)}, limit)
    notes: list[str] = []
    if alone:
        played, notes = _played(settings, cases, questions, alone)
        found += played
    return Report(
        name="patients",
        set=f"{len(cases)} cases of AgentClinic and mediQ, {turns} turns each, {len(questions)} questions by hand",
        scores=tuple(found),
        notes=tuple(notes),
    )


def only_the_case(
    patient: Patient, cases: Mapping[str, PatientCase], by_hand: Sequence[Question], turns: int
) -> list[Score]:
    """Of turns with drawn questions, how many say nothing but the case; those that lead astray apart."""
    clean, plain, astray, told = [], [], [], 0
    for turn in drawn_turns(patient, cases, by_hand, turns, _SEED):
        clean.append(not not_of_the_case(turn.case, turn.reply.text))
        plain.append(not invented(turn.case, "", turn.reply.text))
        astray += [clean[-1]] if turn.kind == "astray" else []
        told += bool(turn.reply.used)
    rows = (
        ("turns of which every sentence is the case's or a fixed phrase", clean),
        ("turns that read to no finding the case has not", plain),
        ("the first, of questions that lead astray", astray),
    )
    out = [Score(metric=m, system=patient.name, estimate=proportion(sum(v), len(v))) for m, v in rows]
    return [*out, Score(metric="turns that tell a fact", system=patient.name, estimate=proportion(told, len(clean)))]


def _selection(questions: Sequence[Question]) -> list[Score]:
    """The choice of facts on questions written by hand: those looked at, those held, beside plain word overlap."""
    out = []
    for part, chosen in (("looked at", False), ("held", True)):
        asked = [q for q in questions if q.held is chosen]
        for system, choose in (("selection", selected), ("word overlap", by_overlap)):
            rows = scores(choose_all(asked, choose)).items()
            out += [Score(metric=f"{name}, {part}", system=system, estimate=e) for name, e in rows]
    return out


def wording(cases: Mapping[str, PatientCase], limit: int | None) -> list[Score]:
    """How facts are said: that they read the same, how many plainly, in French and in Spanish, and what is lost."""
    facts = [(case, fact) for _, case in sorted(cases.items()) for fact in case.facts]
    facts = facts[:: max(1, len(facts) // limit)] if limit else facts
    said = [(fact.text, as_said(fact.text, fact.section, young(case))) for case, fact in facts]
    how: Counter[str] = Counter(spoken.how for _, spoken in said)
    same = sum(signature(text) == signature(spoken.text) for text, spoken in said)
    out = [Score(metric="facts that read the same as said", system="plain", estimate=proportion(same, len(said)))]
    out += [Score(metric=f"facts said {h}", system="plain", estimate=proportion(how[h], len(said))) for h in _HOW]
    texts = [text for text, _ in said][:: max(1, len(said) // _TRANSLATED)]
    return [*out, *_translated(texts)]


_HOW: tuple[How, ...] = ("plain words", "first person", "as written")


def _translated(texts: Sequence[str]) -> list[Score]:
    """Of facts that read to something: how many are said in the language, and what reads again when put back."""
    out = []
    read = [text for text in texts if signature(text)]
    for language in _SPOKEN:
        known = [(text, words) for text in read if (words := said_in(text, language)) is not None]
        kept = total = 0
        for text in read:
            words = said_in(text, language) or text
            was = signature(text)
            kept += len(was & signature(back_to_english(words, language)))
            total += len(was)
        out += [
            Score(metric="facts said in the language", system=language, estimate=proportion(len(known), len(read))),
            Score(metric="findings kept through an interpreter", system=language, estimate=proportion(kept, total)),
        ]
    return out


def _played(
    settings: Settings, cases: Mapping[str, PatientCase], by_hand: Sequence[Question], turns: int
) -> tuple[list[Score], list[str]]:
    """The patient that the core model plays: answers with an invented finding, without and with the guard."""
    from bedside.agent.models import core_model
    from bedside.evals.patients.model_patient import ModelPatient

    patient = ModelPatient(core_model(settings))
    looked_at = {name: case for name, case in cases.items() if dev(name)}
    asked = list(drawn_turns(patient, looked_at, by_hand, turns, _SEED))
    without = [bool(turn.reply.invented) for turn in asked]
    behind = [bool(invented(turn.case, turn.question, turn.reply.text)) for turn in asked]
    tokens = sum(turn.reply.tokens for turn in asked)
    rows: list[tuple[str, str, Estimate]] = [
        ("answers with an invented finding", "model+unguarded", proportion(sum(without), len(asked))),
        ("answers with an invented finding", "model", proportion(sum(behind), len(asked))),
    ]
    notes = [
        f"model: {turn.question!r} invented {', '.join(turn.reply.invented)}" for turn in asked if turn.reply.invented
    ]
    return [Score(metric=m, system=s, estimate=e) for m, s, e in rows], [*notes, f"model: {tokens} tokens"]
