"""An Answer as HTML: banner first, then section by section, each sentence with its chips."""

from __future__ import annotations

from bedside.agent.render import summary
from bedside.core.answer import SECTION_TITLES, Answer, Artefact, Claim, Question, Refusal, Section
from bedside.core.evidence import Evidence
from bedside.ui.panels.chip import chips
from bedside.ui.panels.html import Html, el, join
from bedside.ui.panels.steps import trace

_BODY = tuple(s for s in Section if s not in {Section.BANNER, Section.UNSUPPORTED, Section.SAFETY_NET})


def answer_panel(answer: Answer, held: dict[str, Evidence], files: dict[str, str]) -> Html:
    """The whole answer.

    Args:
        answer: what the Assistant returned.
        held: every evidence of the thread by id.
        files: the address of each artefact that may be fetched, by its path.
    """
    return join(
        (
            banner(answer.banner, held),
            *[_section(answer, section, held, files) for section in _BODY],
            _refused(answer, held),
            _section(answer, Section.SAFETY_NET, held, files),
            _missing(answer),
            _questions(answer),
            _artefacts(answer.artefacts, files, held),
            _removed(answer.removed, held),
            trace(answer.trace, answer.seconds),
            el("p", f"{summary(answer)} {answer.notice}", class_="notice"),
        )
    )


def banner(claims: tuple[Claim, ...], held: dict[str, Evidence]) -> Html | None:
    """The emergency banner; None where there is no emergency."""
    return _banner([el("p", c.text, " ", chips(c.evidence, held)) for c in claims])


def early_banner(flags: list[Evidence]) -> Html | None:
    """The banner before the answer is there: the red flags as they were found."""
    return _banner([el("p", e.statement, " ", chips((e.id,), {e.id: e})) for e in flags])


def _banner(sentences: list[Html]) -> Html | None:
    if not sentences:
        return None
    sign = el("span", "!", class_="sign", aria_hidden="true")
    title = el("h3", sign, SECTION_TITLES[Section.BANNER])
    return el("section", title, *sentences, class_="banner", role="alert", aria_label="Emergency: act now")


def _section(answer: Answer, section: Section, held: dict[str, Evidence], files: dict[str, str]) -> Html | None:
    claims = answer.section(section)
    if not claims:
        return None
    said = _sentences(claims, held)
    body = join((_similar(claims, held, files), said)) if section is Section.SIMILAR else said
    return _titled(SECTION_TITLES[section], body, f"s-{section.value}")


def _similar(claims: tuple[Claim, ...], held: dict[str, Evidence], files: dict[str, str]) -> Html | None:
    """The rows of thumbnails of the similar cases; their sentences, which stand below, say what each shows."""
    cited = (held[i] for claim in claims for i in claim.evidence if i in held)
    rows = dict.fromkeys(files.get(e.region.overlay_path) for e in cited if e.region is not None)
    return join(_row(address) for address in rows if address)


def _row(address: str) -> Html:
    image = el("img", src=address, alt="This picture, then the similar cases in the order of the sentences below.")
    opens = el("a", image, href=address, target="_blank", rel="noopener", title="Open in full size")
    return el("figure", opens, class_="similar")


def _sentences(claims: tuple[Claim, ...], held: dict[str, Evidence]) -> Html:
    said = [join((c.text, " ", chips(c.evidence, held))) for c in claims]
    return el("p", said[0], class_="claim") if len(said) == 1 else _list(said)


def _list(items: list[Html]) -> Html:
    return el("ul", *[el("li", i, class_="claim") for i in items])


def _titled(title: str, body: Html, kind: str) -> Html:
    return el("section", el("h3", title), body, class_=f"part {kind}")


def _refused(answer: Answer, held: dict[str, Evidence]) -> Html | None:
    """What is not supported: claims of that section, and refusals with what would be accepted instead."""
    said = [join((c.text, " ", chips(c.evidence, held))) for c in answer.section(Section.UNSUPPORTED)]
    items = said + [_refusal(r) for r in answer.refusals]
    return _titled(SECTION_TITLES[Section.UNSUPPORTED], _list(items), "s-unsupported") if items else None


def _refusal(refusal: Refusal) -> Html:
    return join(
        (el("strong", refusal.subject), f": {refusal.why} {refusal.do} ", el("span", refusal.code, class_="code"))
    )


def _missing(answer: Answer) -> Html | None:
    if not answer.missing:
        return None
    items = [
        el("li", el("strong", m.label), f": {m.effect or m.why}" if m.effect or m.why else None) for m in answer.missing
    ]
    return _titled("Missing, most useful first", el("ol", *items), "s-missing")


def _questions(answer: Answer) -> Html | None:
    """What Bedside asks back: each question puts the start of its answer into the message box."""
    if not answer.questions:
        return None
    labels = {m.name: m.label for m in answer.missing}
    buttons = [_question(q, labels) for q in answer.questions]
    return _titled("I would ask", el("div", *buttons, class_="questions"), "s-questions")


def _question(question: Question, labels: dict[str, str]) -> Html:
    wanted = [labels.get(name, name.replace("_", " ")) for name in question.fills]
    start = "".join(f"{w[:1].upper()}{w[1:]}: \n" for w in wanted).rstrip("\n") or f"{question.text} "
    return el("button", question.text, type="button", class_="question", data_prefill=start)


def _artefacts(artefacts: tuple[Artefact, ...], files: dict[str, str], held: dict[str, Evidence]) -> Html | None:
    """The files to download, each with chips of what it shows."""
    items = [_artefact(a, files[a.path], held) for a in artefacts if a.path in files]
    return _titled("Files", el("ul", *items), "s-files") if items else None


def _artefact(artefact: Artefact, address: str, held: dict[str, Evidence]) -> Html:
    ids = tuple(i for i in artefact.evidence.split(", ") if i in held)
    kind = el("span", f" {artefact.media_type} ", class_="quiet")
    return el("li", el("a", artefact.title, href=address, download=True), kind, chips(ids, held))


def _removed(removed: tuple[Claim, ...], held: dict[str, Evidence]) -> Html | None:
    if not removed:
        return None
    items = [
        el("li", el("s", c.text), " ", chips(c.evidence, held), el("div", "; ".join(c.failures), class_="why"))
        for c in removed
    ]
    count = f"{len(removed)} sentence{'s' * (len(removed) != 1)} removed by verification"
    return el("details", el("summary", count), el("ul", *items), class_="fold")
