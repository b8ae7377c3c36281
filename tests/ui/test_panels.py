from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from support.demo_assistant import BRAIN, CASE, demo_answer, passage_evidence, passage_of

from bedside.core.answer import Answer, Claim, Missing, Question, Refusal, Section, Step, Verdict
from bedside.core.case import Message, Span
from bedside.core.evidence import Evidence, EvidenceKind, Region, ScoreInput, Source
from bedside.ui.panels.answer import answer_panel, early_banner
from bedside.ui.panels.chip import chip
from bedside.ui.panels.evidence import EvidenceView, evidence_panel
from bedside.ui.panels.html import el, link, text
from bedside.ui.panels.passage import passage_panel
from bedside.ui.panels.score import inputs_table
from bedside.ui.panels.span import highlighted
from bedside.ui.panels.steps import running, trace
from bedside.ui.panels.turn import fault, turn_panel

ATTACKS = (
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "\"'><svg/onload=alert(1)>",
    "</textarea><iframe src=javascript:alert(1)>",
    "{{constructor.constructor('alert(1)')()}} ${alert(1)}",
)


class Seen(HTMLParser):
    """The tags, attributes and text of some markup."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def harmless(markup: str) -> Seen:
    """The markup, once it is sure that it holds no tag or attribute that can run anything."""
    seen = Seen(markup)
    assert not {"script", "iframe", "svg", "object", "textarea", "style", "form"} & set(seen.tags)
    for name, value in seen.attributes:
        assert not name.startswith("on")
        if name in {"href", "src"}:
            assert (value or "").startswith(("https://", "/artefact/"))
    return seen


def everywhere(words: str) -> str:
    """Every panel with the same words in every field that comes from a user, a document or a tool."""
    span = Span(source="m1", start=0, end=len(words), text=words)
    source = Source(
        type="guideline", id="a#b", title=words, publisher=words, section=words, status=words, superseded_by=words,
        link=f"javascript:{words}", citation=words, population=words, grade=words, version=words,
    )  # fmt: skip
    read = ScoreInput(name="x", label=words, value=words, unit=words, as_written=words, span=span, note=words)
    held = {
        kind.value: Evidence(
            id=kind.value, kind=kind, statement=words, quote=words, span=span, source=source, limits=(words,),
            value=1.0, unit=words,
            inputs=(read,),
        )
        for kind in EvidenceKind
    }  # fmt: skip
    claims = tuple(Claim(text=words, section=s, evidence=(words, *held), verdict=Verdict.SUPPORTED) for s in Section)
    answer = Answer(
        thread="t", question=words, claims=claims, removed=claims, model=words, notice=words,
        refusals=(Refusal(code=words, subject=words, why=words, do=words),),
        missing=(Missing(name=words, label=words, why=words, effect=words),),
        questions=(Question(text=words, fills=(words,)),), trace=(Step(node="n", title=words, detail=words),),
    )  # fmt: skip
    view = EvidenceView(
        lambda _: None,
        {"m1": Message(id="m1", role="user", text=words)},
        {"a#b": BRAIN.model_copy(update={"title": words, "limits": (words,), "purpose": words})},
        {},
        set(),
    )
    steps = list(answer.trace)
    return "".join(
        (
            turn_panel(words, (words,), answer_panel(answer, held, {})),
            evidence_panel(held, view),
            running(steps, words, list(held.values()), 1.0),
            early_banner(list(held.values())) or "",
            fault(words),
        )
    )


@pytest.mark.parametrize("words", ATTACKS)
def test_text_from_anyone_is_shown_and_never_run(words: str) -> None:
    seen = harmless(everywhere(words))
    assert words in seen.text


@pytest.mark.parametrize("words", ATTACKS)
def test_an_attribute_holds_any_text(words: str) -> None:
    assert dict(Seen(el("p", title=words)).attributes)["title"] == words


def test_a_link_is_https_or_none() -> None:
    assert link("https://doi.org/10.1/x", "x") is not None
    for address in ("javascript:alert(1)", "http://example.org", "data:text/html,x", "", "//x"):
        assert link(address, "x") is None


def test_markup_is_not_escaped_twice() -> None:
    assert text(text("a < b")) == "a &lt; b"


def test_a_chip_is_a_button_that_names_what_it_opens() -> None:
    evidence = passage_evidence(passage_of("ats-cap-2025", "short-course"), 1)
    seen = Seen(chip("G1", evidence))
    attributes = dict(seen.attributes)
    assert seen.tags[0] == "button"
    assert attributes["type"] == "button"
    assert attributes["data-open"] == "G1"
    assert "guideline passage" in (attributes["aria-label"] or "")


def test_a_chip_of_a_superseded_guideline_says_so() -> None:
    evidence = passage_evidence(passage_of("bts-cap-2009", "severity-high"), 1)
    assert "partly superseded" in Seen(chip("G1", evidence)).text


def test_a_chip_of_evidence_that_is_not_held_opens_nothing() -> None:
    assert "button" not in Seen(chip("G9", None)).tags


@pytest.mark.parametrize(
    ("whole", "quote", "span", "marked", "at"),
    [
        ("One. Two. Three.", "Two.", None, "Two.", 5),
        ("Two. Two.", "Two.", Span(source="m1", start=5, end=9, text="Two."), "Two.", 5),
        ("Two. Two.", "Two.", Span(source="m1", start=4, end=9, text="Two."), "Two.", 0),
        ("a < b & c", "< b &", None, "< b &", 2),
    ],
)
def test_the_quote_is_marked_where_it_stands(whole: str, quote: str, span: Span | None, marked: str, at: int) -> None:
    markup = highlighted(whole, quote, span)
    found = re.search("<mark>(.*?)</mark>", markup)
    assert found is not None
    assert Seen(found[1]).text == marked
    assert len(Seen(markup[: found.start()]).text) == at
    assert Seen(markup).text == whole


def test_a_quote_that_is_not_in_the_text_is_said_so_and_not_left_unmarked() -> None:
    seen = Seen(highlighted("Another text.", "A quote."))
    assert "could not be found" in seen.text
    assert "Another text." in seen.text


def test_a_passage_shows_who_says_so_how_strongly_and_how_it_was_checked() -> None:
    passage = passage_of("bts-cap-2009", "severity-high")
    seen = Seen(passage_panel(passage_evidence(passage, 1), passage))
    for words in (
        "British Thoracic Society",
        "2009",
        "PARTLY SUPERSEDED",
        "summary in our own words",
        passage.recommendation.strength,
        "compared",
    ):
        assert words in seen.text
    assert passage.text in seen.text
    assert ("href", passage.guideline.link) in seen.attributes


def test_a_body_that_does_not_grade_is_said_not_to() -> None:
    passage = passage_of("acr-bi-rads-2013", "category-3")
    assert "not graded" in Seen(passage_panel(passage_evidence(passage, 1), passage)).text


def test_a_current_passage_has_no_warning() -> None:
    passage = passage_of("ats-cap-2025", "short-course")
    markup = passage_panel(passage_evidence(passage, 1), passage)
    assert "superseded" not in markup.lower()
    assert "certainty of evidence low" in markup


def test_an_answer_is_laid_out_by_section_with_the_emergency_first(tmp_path: Path) -> None:
    answer = demo_answer("t", CASE, "m1", tmp_path)
    shown = Seen(answer_panel(answer, answer.evidence, {})).text
    order = ("Act now", "Assessment", "What the guidelines say", "Recommended next steps", "Not supported", "Missing")
    places = [shown.index(words) for words in order]
    assert places == sorted(places)
    assert "1 sentence removed by verification" in shown
    assert "not a medical device" in shown


def test_only_published_files_are_offered(tmp_path: Path) -> None:
    answer = demo_answer("t", CASE, "m1", tmp_path)
    markup = answer_panel(answer, answer.evidence, {str(tmp_path / "mask.nii.gz"): "/artefact/x"})
    assert 'href="/artefact/x"' in markup
    assert 'data-open="M1"' in markup[markup.index('href="/artefact/x"') :]  # a chip of what the file shows
    assert "/etc/passwd" not in markup
    assert "Not ours" not in markup


def test_a_question_prefills_the_names_of_what_it_asks_for(tmp_path: Path) -> None:
    answer = demo_answer("t", CASE, "m1", tmp_path)
    seen = Seen(answer_panel(answer, answer.evidence, {}))
    assert ("data-prefill", "Drug allergies: ") in seen.attributes


def test_a_score_shows_its_inputs_with_unit_and_words() -> None:
    span = Span(source="m2", start=0, end=8, text="BP 88/56")
    evidence = Evidence(
        kind=EvidenceKind.SCORE, statement="x", source=Source(type="calculator", id="curb65"),
        inputs=(
            ScoreInput(name="systolic_bp", label="systolic", value=88.0, unit="mm[Hg]", span=span),
            ScoreInput(name="confusion", label="confusion", value=None, span=span),
            ScoreInput(name="urea", label="urea", value=None),
        ),
    )  # fmt: skip
    seen = Seen(inputs_table(evidence) or "").text
    assert "88 mmHg" in seen
    assert "BP 88/56 message 2" in seen
    assert "present" in seen
    assert "not known" in seen


def test_what_was_found_and_not_cited_is_folded(tmp_path: Path) -> None:
    held = demo_answer("t", CASE, "m1", tmp_path).evidence
    view = EvidenceView(lambda _: None, {}, {}, {}, {"S1"})
    assert "5 more found, not cited" in Seen(evidence_panel(held, view)).text


def test_the_trace_has_seconds_and_an_empty_one_is_not_shown() -> None:
    assert "0.25 s" in (trace((Step(node="a", title="Reading", seconds=0.25),), 1.0) or "")
    assert trace((), 0.0) is None


def test_similar_cases_stand_under_their_own_title_with_their_row_of_pictures_and_report() -> None:
    evidence = Evidence(
        id="C1",
        kind=EvidenceKind.SIMILAR_CASE,
        statement="A similar case (patient 1a2b3c4d, similarity 0.93) was labelled “viral pneumonia”.",
        quote="Patchy shadows in both lower zones.",
        source=Source(type="search", id="similar_cases"),
        region=Region(study="A1", overlay_path="/out/row.png"),
    )
    said = Claim(text=evidence.statement, section=Section.SIMILAR, evidence=("C1",), verdict=Verdict.SUPPORTED)
    answer = Answer(thread="t", question="q", claims=(said,), evidence={"C1": evidence})
    seen = harmless(answer_panel(answer, answer.evidence, {"/out/row.png": "/artefact/x"}))
    assert "Similar cases, which are not proof" in seen.text and evidence.statement in seen.text
    assert seen.tags.count("img") == 1 and ("src", "/artefact/x") in seen.attributes
    assert "img" not in harmless(answer_panel(answer, answer.evidence, {})).tags
    view = EvidenceView(lambda _: None, {}, {}, {"/out/row.png": "/artefact/x"}, {"C1"})
    pane = harmless(evidence_panel(answer.evidence, view))
    assert "Similar case, not proof" in pane.text and "Patchy shadows" in pane.text and "as you gave it" in pane.text


def test_a_ranked_disease_stands_apart_from_the_scores() -> None:
    ranked, score = (
        Evidence(id=i, kind=EvidenceKind.SCORE, statement=words, source=Source(type=kind, id=kind))
        for i, words, kind in (
            ("S1", "1. Graves disease", "differential"),
            ("S2", "Body mass index is 24", "calculator"),
        )
    )
    pane = harmless(evidence_panel({"S1": ranked, "S2": score}, EvidenceView(lambda _: None, {}, {}, {}, {"S1", "S2"})))
    first, second = pane.text.index("What this could be"), pane.text.index("Scores")
    assert first < pane.text.index("1. Graves disease") < second < pane.text.index("Body mass index is 24")
