"""What an interview concludes: ranked diagnoses with what speaks for and against each, a plan of quoted guidelines.

Every sentence is a claim that went through the gate of `agent/verify`: a sentence of the differential, of a red flag's
rule, or a recommendation as it is quoted. What no guideline held here says is said to be missing, and nothing is put in
its place. Where too little is known nothing is concluded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from bedside.agent.interview.heard import Heard, Line
from bedside.agent.interview.plain import POSSIBLE, plain_summary
from bedside.agent.record import flag_evidence
from bedside.agent.verify.checks import Setting
from bedside.agent.verify.entail import Judge
from bedside.agent.verify.gate import decide_claim
from bedside.core.answer import Answer, Claim, Refusal, Section, Verdict
from bedside.core.base import Frozen
from bedside.core.case import Message
from bedside.core.errors import ToolError
from bedside.core.evidence import Evidence, EvidenceKind, add_to_ledger
from bedside.knowledge.diseases import Disease, plain_name
from bedside.knowledge.library import Library
from bedside.knowledge.terms import finding
from bedside.tools.contract import ToolRequest, ToolResult
from bedside.tools.differential import RANKED, URGENT
from bedside.tools.differential.differential import Differential
from bedside.tools.differential.observed import PRESENT
from bedside.tools.differential.report import SHOWN, Basis, Way, reported
from bedside.tools.known import known_values
from bedside.tools.registry import Toolbox

# With fewer findings that are there and weigh, or a first disease of a smaller share, nothing is concluded. Chosen on
# the dev half of AgentClinic's cases, where the right disease was never among five below them (lowest share .17).
LEAST_FINDINGS, LEAST_SHARE = 2, 0.1
_OF_DIAGNOSIS, _OF_FLAG, _FLAGS_SEARCHED = 4, 2, 2
_SECTIONS = {RANKED: Section.DIFFERENTIAL, URGENT: Section.CANNOT_MISS}
_WAYS: dict[Way, str] = {"for": "For", "against": "Against", "unexplained by": "Not explained by"}
_BREAK = re.compile(r"[.!?;]\s+|\n")
NOTHING_READ = "nothing that was said or found speaks for a disease held here"
TOO_LITTLE = "too little is known to name a diagnosis"


class Ranked(Frozen):
    """A diagnosis with its ICD-10 code, its share among the diseases held, and whether it must not be missed."""

    name: str
    icd10: str
    share: float
    cannot_miss: bool = False


class Statement(Frozen):
    """A finding that speaks for a diagnosis, against it or is unexplained by it, with the words it was read from."""

    diagnosis: str
    way: Way
    finding: str
    words: str
    line: int

    @property
    def text(self) -> str:
        """As a sentence: "For migraine: photophobia."."""
        return f"{_WAYS[self.way]} {self.diagnosis}: {self.finding}."


class Conclusion(Frozen):
    """The end of an interview.

    Attributes:
        answer: banner, differential, plan and safety net as claims with evidence; what is not held is a refusal.
        ranked: the first diagnoses; empty where nothing is concluded.
        statements: what speaks for and against them.
        plain: a summary for the patient.
        why_not: why nothing is concluded; "" where something is.
    """

    answer: Answer
    ranked: tuple[Ranked, ...] = ()
    statements: tuple[Statement, ...] = ()
    plain: str = ""
    why_not: str = ""

    @property
    def plan(self) -> tuple[Claim, ...]:
        """The claims that quote a guideline."""
        return self.answer.section(Section.GUIDELINES)


def conclude(heard: Heard, lines: tuple[Line, ...], toolbox: Toolbox, *, guidelines: bool = True) -> Conclusion:
    """Concludes.

    Args:
        heard: what `hear` read.
        lines: that it was read from.
        toolbox: whose guideline search is asked, and whose library the gate compares quotes with.
        guidelines: False searches none.
    """
    why_not = reason_to_abstain(heard)
    first = () if why_not or heard.ranking is None else heard.ranking.first(SHOWN)
    search: Any = toolbox.get("guideline_search")
    found = [flag_evidence(flag) for flag in heard.flags]
    claims: list[tuple[Evidence, Section]] = [(e, Section.BANNER) for e in found]
    if first and heard.ranking is not None:
        basis = Basis.of(heard.facts, Differential.card.version)
        claims += [(e, _SECTIONS[e.source.section]) for e in reported(heard.ranking, basis)]
    refusals: tuple[Refusal, ...] = ()
    if guidelines:
        plan, refusals = _plan(heard, first, search)
        claims += [(e, Section.GUIDELINES) for e in plan]
    ledger = add_to_ledger((), tuple(e for e, _ in claims))
    placed = {e.key: section for e, section in reversed(claims)}
    kept, removed = _gated(heard, lines, ledger, placed, search.library)
    cited = {i for claim in (*kept, *removed) for i in claim.evidence}
    answer = Answer(
        thread="",
        question="What could this be, and what is to be done?",
        claims=kept,
        evidence={e.id: e for e in ledger if e.id in cited},
        removed=removed,
        refusals=refusals,
    )
    return Conclusion(
        answer=answer,
        ranked=tuple(_named(disease, share) for disease, share in first),
        statements=tuple(_statements(answer, lines)),
        plain=plain_summary(heard, first, any(c.section is Section.GUIDELINES for c in kept)),
        why_not=why_not,
    )


def reason_to_abstain(heard: Heard) -> str:
    """Why no diagnosis can be named; "" where one can."""
    ranking = heard.ranking
    if ranking is None or not ranking.candidates():
        return NOTHING_READ
    observed = ranking.observed
    findings = int(((observed.state == PRESENT) & observed.counts).sum())
    if findings < LEAST_FINDINGS or float(ranking.share[ranking.candidates()[0]]) < LEAST_SHARE:
        return TOO_LITTLE
    return ""


def _named(disease: Disease, share: float) -> Ranked:
    return Ranked(name=disease.name, icd10=disease.icd10, share=round(share, 4), cannot_miss=disease.cannot_miss)


def _plan(
    heard: Heard, first: tuple[tuple[Disease, float], ...], search: Any
) -> tuple[tuple[Evidence, ...], tuple[Refusal, ...]]:
    """Recommendations on the first diagnosis and on the red flags, and what no guideline held here speaks of."""
    titles = [flag.title.removeprefix(POSSIBLE) for flag in heard.flags[:_FLAGS_SEARCHED]]
    wanted: list[tuple[str, tuple[str, ...], int]] = [(title, (title,), _OF_FLAG) for title in titles]
    wanted += [(disease.name, disease.names, _OF_DIAGNOSIS) for disease, _ in first[:1]]
    out: list[Evidence] = []
    refusals = []
    for name, names, most in wanted:
        result: ToolResult = search.run(ToolRequest(query=f"What is recommended for {name}?", facts=heard.facts))
        spoken = [e for e in result.evidence if _speaks_of(e, names)][:most]
        out += spoken
        if not spoken:
            why = f"No guideline held here speaks of {name} in this patient."
            do = "Look in the guideline that your organisation uses."
            refusals.append(Refusal(code="BED-SEARCH-001", subject=name, why=why, do=do))
    return tuple(out), tuple(refusals)


def _speaks_of(evidence: Evidence, names: Iterable[str]) -> bool:
    """Whether a recommendation is about something: one of its names, its words together, and not as what was before.

    It stands in the section, or for whom it is, or in the recommendation: early, in a guideline on it, or found
    relevant by the search. One that names a cataract in passing says nothing about cataract. A title does where what
    stands under it is silent.
    """
    source = evidence.source
    wanted = [f" {plain_name(name)} " for name in names]
    about = f" {plain_name(f'{source.section} . {source.population}')} "
    said = f" {plain_name(evidence.quote)} "
    titled = any(name in f" {plain_name(source.title)} " for name in wanted)
    if any(_named_now(name, about) for name in wanted):
        return True
    if any(name in said for name in wanted):
        early = any(0 <= said.find(name) < _EARLY for name in wanted)
        relevant = early or (evidence.confidence or 0.0) >= _RELEVANT
        return titled or (relevant and any(_named_now(name, said) for name in wanted))
    return titled and not any(name in about for name in wanted)


def _named_now(name: str, words: str) -> bool:
    """Whether words name something, and not only as what was before or as a risk."""
    return any(not _BEFORE.search(words[: m.start() + 1]) for m in re.finditer(re.escape(name), words))


# What before a name says that it is not what the patient has now; in plain words.
_BEFORE = re.compile(r" (?:history of|previous|prior|pre|risk of|risk factor for) $")
# A recommendation that names a diagnosis in its own words alone: within so many characters, or so relevant.
_EARLY, _RELEVANT = 100, 0.65


def _gated(
    heard: Heard, lines: tuple[Line, ...], ledger: tuple[Evidence, ...], placed: dict[str, Section], library: Library
) -> tuple[tuple[Claim, ...], tuple[Claim, ...]]:
    """Every piece of evidence as a claim in its own words, those that pass the gate and those that do not."""
    messages = tuple(Message(id=f"line {n}", role="user", text=x.text) for n, x in enumerate(lines) if x.by != "us")
    known = known_values(heard.facts)
    kept: list[Claim] = []
    removed: list[Claim] = []
    for evidence in ledger:
        text = evidence.quote if evidence.kind is EvidenceKind.PASSAGE else evidence.statement
        claim = Claim(text=text, section=placed[evidence.key], evidence=(evidence.id,))
        decided = decide_claim(claim, Setting((evidence,), heard.facts, known, messages, library), _no_judge)
        (kept if decided.verdict is Verdict.SUPPORTED else removed).append(decided)
    return tuple(kept), tuple(removed)


def _no_judge() -> Judge:
    """Every claim here is word for word its evidence; one that is not has no judge, and fails."""
    raise ToolError(
        "No judge is asked about an interview.", "Ask the question with `bedside ask`.", code="BED-TOOL-001"
    )


def _statements(answer: Answer, lines: tuple[Line, ...]) -> Iterator[Statement]:
    """What speaks for and against each diagnosis that passed the gate, with words that stand where they were read."""
    for claim in (*answer.section(Section.DIFFERENTIAL), *answer.section(Section.CANNOT_MISS)):
        evidence = answer.evidence[claim.evidence[0]]
        for given in evidence.inputs:
            span = given.span
            if span is None:
                continue
            number = int(span.source.removeprefix("line "))
            if lines[number].text[span.start : span.end] != span.text:
                continue
            there = given.value == "present"
            way = next(w for w in _WAYS if given.note.startswith(w))
            if way == "unexplained by" and finding(given.name).course == "chronic":
                continue  # what was there before has its own cause
            yield Statement(
                diagnosis=evidence.source.title,
                way=way,
                finding=given.label if there else f"no {given.label}",
                words=_sentence_of(lines[number].text, span.start, span.end),
                line=number,
            )


def _sentence_of(text: str, start: int, end: int) -> str:
    """The sentence of a text that characters `start` to `end` stand in, since "no" may stand far before the finding."""
    first = max((m.end() for m in _BREAK.finditer(text, 0, start)), default=0)
    after = _BREAK.search(text, end)
    return text[first : after.start() if after else len(text)].strip()
