"""Answers what is asked of a record: statements by rule, each over one resource, and the series to draw."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple, TypeVar

from bedside.knowledge.drugs import classes_of, generic
from bedside.knowledge.terms import finding, findings
from bedside.retrieval.orders import gives_orders
from bedside.tools.record import statements as say
from bedside.tools.record.asks import Asked, Names
from bedside.tools.record.codes import meanings
from bedside.tools.record.elements import Concept, years_between
from bedside.tools.record.model import ACTIVE, Entry, EventKind, Medicine, Note, PatientRecord, Problem, Result
from bedside.tools.record.statements import Statement
from bedside.tools.record.trend import Series, course, series_of

_MOST = 12  # statements of one list
_EVENTS: dict[str, EventKind] = {"encounter": "encounter", "procedure": "procedure", "immunisation": "immunisation"}
_LAST = re.compile(r"\b(?:last|latest|most recent)\b", re.I)
_HOW_MANY = re.compile(r"\bhow many\b", re.I)
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]?")
_WORD = re.compile(r"[a-z0-9]+")
_EMPTY = frozenset({
    "a", "an", "and", "any", "are", "at", "did", "do", "does", "for", "from", "had", "has", "have", "he", "her", "his",
    "in", "is", "it", "last", "latest", "list", "me", "most", "of", "on", "or", "our", "over", "recent", "say", "says",
    "she", "show", "tell", "that", "the", "their", "them", "this", "to", "was", "what", "when", "which", "with", "note",
    "notes", "letter", "letters", "report", "reports", "document", "documents", "discharge", "summary",
})  # fmt: skip
# A vaccine by its disease, its short name and its products' name.
_VACCINES = tuple(
    re.compile(rf"\b(?:{names})", re.I)
    for names in (
        r"flu\b|influenza", r"hep(?:atitis)?[ -]?a\b", r"hep(?:atitis)?[ -]?b\b", r"td\b|tdap|dtap|tetanus|diphtheria",
        r"pneumo\w*", r"covid|sars", r"mmr|measles|mumps|rubella", r"varicella|chicken ?pox", r"zoster|shingles",
        r"hpv|papilloma", r"polio|ipv\b", r"mening\w*", r"rotavirus", r"pertussis|whooping|tdap|dtap",
        r"hib\b|haemophilus|hemophilus", r"rabies", r"yellow fever", r"typhoid", r"bcg|tubercul\w*", r"rsv\b",
    )
)  # fmt: skip
_SUMMARY_MEASURES = ("egfr", "creatinine", "haemoglobin", "hba1c", "systolic_bp", "diastolic_bp", "weight", "bmi")
E = TypeVar("E", bound=Entry)


class Told(NamedTuple):
    """What was found: statements, and the series whose course was asked for."""

    statements: tuple[Statement, ...]
    series: tuple[Series, ...] = ()


def names_of(record: PatientRecord) -> Names:
    """What only the record has a name for, in plain words, for `asks.asked_of_record`."""
    return Names(
        results=tuple(dict.fromkeys(say.measurement_label(r).lower() for r in record.results if not r.name)),
        problems=tuple(dict.fromkeys(p.text.lower() for p in record.problems)),
    )


def answer(record: PatientRecord, asked: Asked, now: datetime) -> Told:
    """Everything that one question asks of the record."""
    out: list[Statement] = []
    drawn: list[Series] = []
    for name in _sought(record, asked):
        told = _measured(record, asked, name, now)
        out += told.statements
        drawn += told.series
    named = bool(asked.measures or asked.drugs or asked.conditions or asked.problems)
    for topic in asked.topics:
        # "What was her last potassium result?" asks for one result and not for all of them.
        if not (named and topic in {"result", "vital", "problem", "medicine"}):
            out += _LISTS[topic](record, asked, now)
    if asked.drugs:
        out += _drugs(record, asked)
    out += _conditions(record, asked)
    return Told(tuple(dict.fromkeys(out)), tuple(drawn))


def _sought(record: PatientRecord, asked: Asked) -> tuple[str, ...]:
    """The measurements to tell of: of those that one word stands for, only what was measured, if anything was."""
    held = {r.name for r in record.results}
    if asked.implied.isdisjoint(held):
        return asked.measures
    return tuple(n for n in asked.measures if n in held or n not in asked.implied)


def _in_span(entries: Iterable[E], asked: Asked) -> list[E]:
    """The entries of the days asked about; all of them where none are."""
    if not (asked.since or asked.before):
        return list(entries)
    return [e for e in entries if e.day and e.day >= asked.since and (not asked.before or e.day < asked.before)]


def _nothing(record: PatientRecord, text: str) -> Statement:
    """What the record does not hold, said of the patient's own resource."""
    one = record.person
    return Statement(text, Entry(ref=one.ref, text="Patient", line=one.line))


def _measured(record: PatientRecord, asked: Asked, name: str, now: datetime) -> Told:
    known = findings().get(name)
    label = known.label if known is not None else name
    every = [r for r in record.results if (r.name == name if known else say.measurement_label(r).lower() == name)]
    found = _in_span(every, asked)
    label = label[0].upper() + label[1:]
    if not found:
        when = " of that time" if every else ""
        return Told((_nothing(record, f"{label}: the record holds no measurement{when}."),))
    series = series_of(label, found)
    points = [r for _, r in series.points]
    if asked.which in {"highest", "lowest"} and points:
        pick = max if asked.which == "highest" else min
        chosen = [pick(series.points, key=lambda p: p[0])[1]]
    elif asked.which == "first":
        chosen = found[:1]
    elif asked.which == "all" and not asked.trend:
        chosen = found[-_MOST:]
    else:
        chosen = found[-1:]
    out = [say.measurement(r, now, asked.which if len(chosen) == 1 and asked.which != "all" else "") for r in chosen]
    if not asked.trend:
        return Told(tuple(out))
    if len(points) < 2:
        out.append(_nothing(record, f"{label}: one measurement with a number and a date, so no trend can be told."))
        return Told(tuple(out))
    out.append(Statement(course(series), points[-1], series.points[-1][0], series.unit, series.label))
    return Told(tuple(out), (series,))


def _allergies(record: PatientRecord, asked: Asked, now: datetime) -> Iterator[Statement]:
    held = [a for a in record.allergies if not a.denies]
    yield from (say.allergy(a) for a in held[-_MOST:])
    if held:
        return
    denied = [a for a in record.allergies if a.denies]
    if denied:
        yield Statement(f"The record says that no allergy is known: {denied[-1].line}.", denied[-1])
    else:
        yield _nothing(
            record,
            "Allergies: the record holds no entry, neither an allergy nor that none is known, so ask the patient.",
        )


def _medicines(record: PatientRecord, asked: Asked, now: datetime) -> Iterator[Statement]:
    taken = [m for m in record.medicines if m.taken]
    held = [m for m in record.medicines if m.status == "on-hold"]
    over = [m for m in record.medicines if not m.taken and m not in held]
    if not taken:
        yield _nothing(record, f"Medicines: the record holds no current one{_others(len(over), 'past one')}.")
    yield from (say.medicine(m) for m in (*taken[-_MOST:], *held[-_MOST:]))
    if asked.past:
        yield from (say.medicine(m) for m in over[-_MOST:])


def _problems(record: PatientRecord, asked: Asked, now: datetime) -> Iterator[Statement]:
    active = [p for p in record.problems if p.status in ACTIVE and p.certainty != "refuted"]
    over = [p for p in record.problems if p not in active]
    if not active:
        yield _nothing(record, f"Problems: the record holds no active one{_others(len(over), 'past one')}.")
    yield from (say.problem(p) for p in active[-_MOST:])
    if asked.past:
        yield from (say.problem(p) for p in over[-_MOST:])


def _others(n: int, noun: str) -> str:
    return f", and {n} {noun}{'s' * (n != 1)}" if n else ""


def _latest_of(record: PatientRecord, asked: Asked, now: datetime, kind: str) -> Iterator[Statement]:
    """The latest of each measurement of a kind, those that the laboratory flags first."""
    last: dict[str, Result] = {}
    for result in _in_span((r for r in record.results if r.kind == kind), asked):
        last[result.name or result.text] = result
    if not last:
        yield _nothing(record, f"{'Vital signs' if kind == 'vital' else 'Results'}: the record holds none.")
    newest = sorted(last.values(), key=lambda r: (r.flag in ("", "N"), -(r.at.timestamp() if r.at else 0.0)))
    yield from (say.measurement(r, now) for r in newest[: 2 * _MOST])


def _results(record: PatientRecord, asked: Asked, now: datetime) -> Iterator[Statement]:
    return _latest_of(record, asked, now, "result")


def _vitals(record: PatientRecord, asked: Asked, now: datetime) -> Iterator[Statement]:
    return _latest_of(record, asked, now, "vital")


def _events(record: PatientRecord, asked: Asked, now: datetime) -> Iterator[Statement]:
    """Encounters, procedures or immunisations: the last one where the question says so, else the latest few."""
    for kind in (_EVENTS[t] for t in asked.topics if t in _EVENTS):
        found = _in_span((h for h in record.happenings if h.kind == kind), asked)
        named = _vaccines(asked.part) if kind == "immunisation" else ()
        found = [h for h in found if not named or any(v.search(h.text) for v in named)]
        if not found:
            which = " of that kind" * bool(named) + " of that time" * bool(asked.since)
            yield _nothing(record, f"{kind.capitalize()}s: the record holds none{which}.")
        if _HOW_MANY.search(asked.part) and found:
            yield Statement(
                f"{kind.capitalize()}s in the record: {len(found)}, the latest {found[-1].line}.", found[-1]
            )
        count = 1 if _LAST.search(asked.part) else _MOST
        yield from (say.happening(h) for h in found[-count:])


def _vaccines(part: str) -> tuple[re.Pattern[str], ...]:
    """The vaccines that a question names, each as the words by which a record may call it."""
    return tuple(v for v in _VACCINES if v.search(part))


def _notes(record: PatientRecord, asked: Asked, now: datetime) -> Iterator[Statement]:
    """Notes: the sentences that share words with the question, quoted; else what notes there are."""
    # A report without text only lists results, which stand among the results.
    found = [n for n in _in_span(record.notes, asked) if n.body or n.ref.startswith("DocumentReference/")]
    quoted = [s for note in reversed(found) for s in _quoted(note, asked)][:4]
    if not found:
        yield _nothing(record, "Notes: the record holds none with text.")
    yield from quoted or (Statement(f"Note in the record: {n.line}.", n) for n in found[-_MOST:])


def _quoted(note: Note, asked: Asked) -> Iterator[Statement]:
    wanted = asked.words - _EMPTY
    for sentence in (s.strip() for s in _SENTENCE.findall(note.body)):
        words = set(_WORD.findall(sentence.lower()))
        if wanted & words and len(words) > 2 and not gives_orders(sentence):
            when = f" of {note.day}" if note.day else ""
            yield Statement(f"{note.text}{when} says: “{sentence}”", note.model_copy(update={"line": sentence}))


def _person(record: PatientRecord, asked: Asked, now: datetime) -> Iterator[Statement]:
    birth = record.person.birth
    yield say.person(record, years_between(birth, now.date()) if birth is not None else None)


def _summary(record: PatientRecord, asked: Asked, now: datetime) -> Iterator[Statement]:
    for part in (_person, _problems, _medicines, _allergies):
        yield from part(record, asked, now)
    for name in _SUMMARY_MEASURES:
        found = [r for r in record.results if r.name == name]
        if found:
            yield say.measurement(found[-1], now)


_LISTS = {
    "allergy": _allergies,
    "medicine": _medicines,
    "problem": _problems,
    "result": _results,
    "vital": _vitals,
    "encounter": _events,
    "procedure": _events,
    "immunisation": _events,
    "note": _notes,
    "person": _person,
    "summary": _summary,
}


def _drugs(record: PatientRecord, asked: Asked) -> Iterator[Statement]:
    """Whether a drug that the question names is taken, or reacted to."""
    for wanted in asked.drugs:
        if "allergy" in asked.topics:
            reacts = [a for a in record.allergies if any(_is_of(s, wanted) for s in a.substances)]
            if not reacts:
                yield _nothing(record, f"Allergies: the record holds no entry on {wanted}.")
            continue
        found: list[Medicine] = [m for m in record.medicines if any(_is_of(d, wanted) for d in m.drugs)]
        yield from (say.medicine(m) for m in found[-_MOST:])
        if not found:
            unread = [m for m in record.medicines if not m.drugs]
            but = f", beside {len(unread)} whose names are not known here" if unread else ""
            yield _nothing(record, f"Medicines: the record holds no entry on {wanted}{but}.")
            yield from (say.medicine(m) for m in unread[-_MOST:])


def _is_of(drug: str, wanted: str) -> bool:
    """Whether a drug is the one asked after, or in its class, or the class that holds it."""
    one, other = generic(drug) or drug, generic(wanted) or wanted
    return one == other or other in classes_of(one) or one in classes_of(other)


def _conditions(record: PatientRecord, asked: Asked) -> Iterator[Statement]:
    """Conditions that the question names, among the problems and the coded answers.

    Where none is found all problems are listed: a name that is not recognised must not look like an absence.
    """
    if not (asked.conditions or asked.problems):
        return
    words = set(asked.problems)
    found: list[Problem] = [
        p
        for p in record.problems
        if any(_stands_for(p, name) for name in asked.conditions) or words & set(_WORD.findall(p.text.lower()))
    ]
    coded = [r for r in record.results if r.value is None and any(_stands_for(r, n) for n in asked.conditions)]
    yield from (say.problem(p) for p in found[-_MOST:])
    if coded:
        last = coded[-1]
        yield Statement(f"{last.text}: {last.words}{f' on {last.day}' if last.day else ''}.", last)
    if found or coded or asked.measures or asked.topics:
        return
    labels = " or ".join(finding(n).label for n in asked.conditions)
    rest = record.problems[-_MOST:]
    listed = "; its problems are listed" if rest else ""
    yield _nothing(record, f"Problems: none of the record is recognised as {labels}{listed}.")
    yield from (say.problem(p) for p in rest)


def _stands_for(entry: Entry, name: str) -> bool:
    """Whether an entry stands for a finding, or for what an earlier episode of it counts as."""
    codes = tuple(c for c in entry.codes if c.startswith("SNOMED "))
    text = "" if isinstance(entry, Result) else entry.text
    wanted = {name, *findings()[name].historical_as} if name in findings() else {name}
    return any(m.name in wanted for m in meanings(Concept(text, codes)))
