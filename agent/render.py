"""An Answer as Markdown: sections, ids behind every sentence, the evidence as a table, what is missing and refused."""

from __future__ import annotations

from bedside.core.answer import SECTION_TITLES, Answer, Claim, Refusal, Section
from bedside.core.card import ToolCard
from bedside.core.evidence import Evidence, EvidenceKind

_EXCLUDES = "Does not apply to: "
_APPLIES = "Applies where: "


def to_markdown(answer: Answer) -> str:
    """The whole answer. Every clinical sentence ends in the ids of its evidence; the table says what each id is."""
    parts = [_section(answer, section) for section in Section]
    parts += [
        _refusals(answer),
        _missing(answer),
        _questions(answer),
        _files(answer),
        _artefacts(answer),
        _table(answer),
        _cards(answer),
    ]
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
    said = [f"{sentence(c)}{_caveat(answer, c)}" for c in claims]
    if len(said) == 1:
        return f"**{title}.** {said[0]}"
    return "\n".join([f"**{title}.**", "", *[f"- {line}" for line in said]])


def _caveat(answer: Answer, claim: Claim) -> str:
    """Behind a guideline's sentence: that it was superseded, and whom it is not for.

    A sentence about a fact of the record needs no exclusions.
    """
    cited = [answer.evidence[i] for i in claim.evidence if i in answer.evidence]
    old = dict.fromkeys(
        f" *{e.source.status.capitalize()} by {e.source.superseded_by}.*" for e in cited if e.source.superseded
    )
    return "".join(old) + _exclusions(cited)


def _exclusions(cited: list[Evidence]) -> str:
    if any(e.kind is not EvidenceKind.PASSAGE for e in cited):
        return ""
    limits = [limit for e in cited for limit in e.limits if limit.startswith(_EXCLUDES)]
    return "".join(f" *Not for: {limit.removeprefix(_EXCLUDES)}*" for limit in dict.fromkeys(limits))


def _refusals(answer: Answer) -> str:
    if not answer.refusals:
        return ""
    lines = [f"- {_refused(r)}" for r in answer.refusals]
    return "\n".join([f"**{SECTION_TITLES[Section.UNSUPPORTED]}.**", "", *lines])


def _refused(refusal: Refusal) -> str:
    """What was asked, why it is not answered, and what to do instead; the code comes last, for whoever looks it up."""
    subject = refusal.subject.rstrip(" .:")
    head = subject if subject.endswith(("?", "!")) else f"{subject}:"
    return " ".join(part.strip() for part in (head, refusal.why, refusal.do, f"({refusal.code})") if part.strip())


def _missing(answer: Answer) -> str:
    if not answer.missing:
        return ""
    lines = [f"{n}. {m.label}{f': {m.effect}' if m.effect else ''}" for n, m in enumerate(answer.missing, 1)]
    return "\n".join(["**Missing, most useful first.**", "", *lines])


def _questions(answer: Answer) -> str:
    return "\n".join(f"**I would ask:** {q.text}" for q in answer.questions)


def _files(answer: Answer) -> str:
    return "\n".join(f"- File {seen.id}, {seen.line}" for seen in answer.files)


def _artefacts(answer: Answer) -> str:
    return "\n".join(f"- {a.title}{f' [{a.evidence}]' if a.evidence else ''}: `{a.path}`" for a in answer.artefacts)


def _table(answer: Answer) -> str:
    cited = {i for c in answer.claims for i in c.evidence}
    rows = [e for e in answer.evidence.values() if e.id in cited]
    if not rows:
        return ""
    lines = ["| id | evidence | source |", "|---|---|---|"]
    return "\n".join(lines + [f"| {e.id} | {_cell(evidence_line(e))} | {_cell(source_line(e))} |" for e in rows])


def _cards(answer: Answer) -> str:
    """What to know of each tool whose finding is cited, its known failures first."""
    used = {e.source.id for c in answer.claims for i in c.evidence if (e := answer.evidence.get(i)) is not None}
    cards = [card for card in answer.cards if card.name in used]
    return "\n\n".join(f"**Tool card: {card.title} {card.version}.**\n\n{_card(card)}" for card in cards)


def _card(card: ToolCard) -> str:
    lines = [f"- {limit}" for limit in card.limits]
    lines += [f"- Measured: {figure.line}" for figure in card.performance]
    lines += [f"- Trained on: {card.training_data}"] if card.training_data else []
    lines += [f"- Made for: {card.accepts.population}."] if card.accepts.population else []
    return "\n".join(lines)


def evidence_line(e: Evidence) -> str:
    """What the evidence is: its quote with the limits of a guideline, or its value with the words it was read from."""
    if e.kind is EvidenceKind.PASSAGE and e.quote:
        limits = [limit for limit in e.limits if not limit.startswith(_APPLIES)]
        return " · ".join([f"“{e.quote}”", *limits])
    if e.kind in (EvidenceKind.FACT, EvidenceKind.DOCUMENT) and e.quote:
        return f"“{e.quote}”"
    inputs = ", ".join(f"“{i.span.text}”" for i in e.inputs if i.span is not None)
    return f"{e.statement}{f' · inputs {inputs}' if inputs else ''}"


def source_line(e: Evidence) -> str:
    """Where it comes from, with grade, status and link; a superseded guideline says so."""
    parts = [e.source.short]
    if e.source.superseded:
        parts.append(f"{e.source.status.upper()}: see {e.source.superseded_by}")
    if e.source.grade:
        parts.append(f"grade {e.source.grade}")
    parts += [p for p in (e.source.citation, e.source.link) if p]
    return " · ".join(parts)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
