"""An Answer as Markdown: sections, ids behind every sentence, the evidence as a table, what is missing and refused."""

from __future__ import annotations

from bedside.core.answer import SECTION_TITLES, Answer, Claim, Section
from bedside.core.evidence import Evidence, EvidenceKind


def to_markdown(answer: Answer) -> str:
    """The whole answer. Every clinical sentence ends in the ids of its evidence; the table says what each id is."""
    parts = [_section(answer, section) for section in Section]
    parts += [_refusals(answer), _missing(answer), _questions(answer), _artefacts(answer), _table(answer)]
    parts.append(f"*{summary(answer)} {answer.notice}*")
    return "\n\n".join(p for p in parts if p)


def summary(answer: Answer) -> str:
    """One line: how many claims, what verification took out and why, and how long it took."""
    removed = f", {len(answer.removed)} removed by verification" if answer.removed else ""
    count = (
        f"{len(answer.claims)} claim{'s' * (len(answer.claims) != 1)}: all supported" if answer.claims else "No claim"
    )
    return f"{count}{removed}. {answer.seconds:.1f} s, {answer.model}."


def sentence(claim: Claim) -> str:
    """A claim with its ids: "High-severity pneumonia is … [G1]"."""
    return f"{claim.text} [{', '.join(claim.evidence)}]"


def _section(answer: Answer, section: Section) -> str:
    claims = answer.section(section)
    if not claims:
        return ""
    title = SECTION_TITLES[section]
    if section is Section.BANNER:
        return "\n".join(f"> **{title}.** {sentence(c)}" for c in claims)
    if len(claims) == 1:
        return f"**{title}.** {sentence(claims[0])}"
    return "\n".join([f"**{title}.**", "", *[f"- {sentence(c)}" for c in claims]])


def _refusals(answer: Answer) -> str:
    if not answer.refusals:
        return ""
    lines = [f"- {r.subject}: {r.why} {r.do} ({r.code})".replace("  ", " ") for r in answer.refusals]
    return "\n".join([f"**{SECTION_TITLES[Section.UNSUPPORTED]}.**", "", *lines])


def _missing(answer: Answer) -> str:
    if not answer.missing:
        return ""
    lines = [f"{n}. {m.label}{f': {m.effect}' if m.effect else ''}" for n, m in enumerate(answer.missing, 1)]
    return "\n".join(["**Missing, most useful first.**", "", *lines])


def _questions(answer: Answer) -> str:
    return "\n".join(f"**I would ask:** {q.text}" for q in answer.questions)


def _artefacts(answer: Answer) -> str:
    return "\n".join(f"- {a.title}: `{a.path}`" for a in answer.artefacts)


def _table(answer: Answer) -> str:
    cited = {i for c in answer.claims for i in c.evidence}
    rows = [e for e in answer.evidence.values() if e.id in cited]
    if not rows:
        return ""
    lines = ["| id | evidence | source |", "|---|---|---|"]
    return "\n".join(lines + [f"| {e.id} | {_cell(evidence_line(e))} | {_cell(source_line(e))} |" for e in rows])


def evidence_line(e: Evidence) -> str:
    """What the evidence is: its quote, or its value with the words it was read from."""
    if e.kind in (EvidenceKind.PASSAGE, EvidenceKind.FACT) and e.quote:
        return f"“{e.quote}”"
    inputs = ", ".join(f"“{i.span.text}”" for i in e.inputs if i.span is not None)
    return f"{e.statement}{f' · inputs {inputs}' if inputs else ''}"


def source_line(e: Evidence) -> str:
    """Where it comes from, with grade, status and link; a superseded guideline says so."""
    parts = [e.source.short]
    if e.source.status and e.source.status != "current":
        parts.append(f"{e.source.status.upper()}: see {e.source.superseded_by}")
    if e.source.grade:
        parts.append(f"grade {e.source.grade}")
    parts += [p for p in (e.source.citation, e.source.link) if p]
    return " · ".join(parts)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
