"""An Answer as Markdown says whom advice is not for, and refuses in plain words."""

from __future__ import annotations

from bedside.agent.render import evidence_line, source_line, to_markdown
from bedside.core.answer import Answer, Claim, FileSeen, Refusal, Section, Verdict
from bedside.core.appearance import Appearance
from bedside.core.evidence import Evidence, EvidenceKind, Source
from bedside.tools.registry import cards as registered

LABETALOL = "Labetalol is the first-choice drug for hypertension in pregnancy."


def _passage(*limits: str, evidence_id: str = "G1", status: str = "current", superseded_by: str = "") -> Evidence:
    source = Source(
        type="guideline",
        id="ts-2024#labetalol",
        publisher="TS",
        year=2024,
        section="1",
        status=status,
        superseded_by=superseded_by,
    )
    return Evidence(
        id=evidence_id,
        kind=EvidenceKind.PASSAGE,
        statement=LABETALOL,
        quote=LABETALOL,
        source=source,
        limits=limits,
    )


def _fact() -> Evidence:
    source = Source(type="record", id="m1", section="asthma")
    return Evidence(id="F1", kind=EvidenceKind.FACT, statement="Asthma", quote="asthma", source=source)


def _claim(*ids: str, section: Section = Section.GUIDELINES) -> Claim:
    return Claim(text=LABETALOL, section=section, evidence=ids, verdict=Verdict.SUPPORTED)


def _answer(*claims: Claim, evidence: tuple[Evidence, ...] = (), refusals: tuple[Refusal, ...] = ()) -> str:
    held = {e.id: e for e in evidence}
    return to_markdown(Answer(thread="t", question="?", claims=claims, evidence=held, refusals=refusals))


def test_a_sentence_with_exclusions_says_whom_it_is_not_for() -> None:
    text = _answer(_claim("G1"), evidence=(_passage("Does not apply to: asthma; heart block."),))
    assert f"{LABETALOL} [G1] *Not for: asthma; heart block.*" in text


def test_a_sentence_without_exclusions_says_nothing_more() -> None:
    text = _answer(_claim("G1"), evidence=(_passage("Applies where: pregnancy."),))
    assert "Not for" not in text
    assert "Applies where" not in text


def test_a_sentence_that_also_rests_on_the_record_needs_no_exclusions() -> None:
    evidence = (_fact(), _passage("Does not apply to: asthma."))
    assert "*Not for" not in _answer(_claim("F1", "G1", section=Section.CHANGED), evidence=evidence)


def test_the_same_exclusions_of_two_passages_are_said_once() -> None:
    evidence = (_passage("Does not apply to: asthma."), _passage("Does not apply to: asthma.", evidence_id="G2"))
    assert _answer(_claim("G1", "G2"), evidence=evidence).count("*Not for: asthma.*") == 1


def test_the_table_shows_exclusions_and_what_is_superseded_but_no_machine_conditions() -> None:
    passage = _passage(
        "This guideline is superseded, by TS 2025.",
        "Applies where: curb65 >= 3.",
        "Does not apply to: asthma.",
        status="superseded",
        superseded_by="TS 2025",
    )
    limits = "This guideline is superseded, by TS 2025. · Does not apply to: asthma."
    assert evidence_line(passage) == f"“{LABETALOL}” · {limits}"
    assert "SUPERSEDED: see TS 2025" in source_line(passage)
    assert f"| G1 | {evidence_line(passage)} |" in _answer(_claim("G1"), evidence=(passage,))


def test_a_sentence_of_a_superseded_guideline_says_so_beside_it() -> None:
    old = _passage(status="partly superseded", superseded_by="ts-2026")
    assert f"{LABETALOL} [G1] *Partly superseded by ts-2026.*" in _answer(_claim("G1"), evidence=(old,))
    assert "uperseded" not in _answer(_claim("G1"), evidence=(_passage(),))


def test_a_fact_is_its_words() -> None:
    assert evidence_line(_fact()) == "“asthma”"


def test_a_refusal_reads_as_a_sentence_with_its_code_last() -> None:
    asked = Refusal(code="BED-SEARCH-001", subject="Which antibiotic?", why="Nothing held answers it.", do="Ask again.")
    bare = Refusal(code="BED-X-001", subject="A chest X-ray.", why="None is attached.")
    text = _answer(refusals=(asked, bare))
    assert "- Which antibiotic? Nothing held answers it. Ask again. (BED-SEARCH-001)" in text
    assert "- A chest X-ray: None is attached. (BED-X-001)" in text


def test_a_finding_comes_with_the_card_of_its_tool_and_a_tool_that_is_not_cited_with_none() -> None:
    cards = {c.name: c for c in registered()}
    finding = Evidence(
        id="X1",
        kind=EvidenceKind.FINDING,
        statement="Sinus rhythm at 75/min.",
        source=Source(type="expert", id="ecg_rhythm"),
    )
    answer = Answer(
        thread="t",
        question="?",
        claims=(_claim("X1"),),
        evidence={"X1": finding},
        cards=(cards["ecg_rhythm"], cards["qsofa"]),
    )
    text = to_markdown(answer)
    assert f"**Tool card: ECG rhythm {cards['ecg_rhythm'].version}.**" in text
    assert all(f"- {limit}" in text for limit in cards["ecg_rhythm"].limits)
    assert "n = 818, CODE-test" in text
    assert "Tool card: qSOFA" not in text


def test_a_file_is_named_with_what_it_looks_like_and_what_its_tags_say_instead() -> None:
    looks = Appearance(name="head_mr", words="an MRI of the head", score=0.97, familiar=False, disagreement="CR CHEST")
    seen = FileSeen(id="A1", name="film.dcm", title=f"CR image 8x8, {looks.line}", appearance=looks)
    text = to_markdown(Answer(thread="t", question="?", files=(seen,)))
    assert "File A1, film.dcm: CR image 8x8, looks like an MRI of the head (0.97, but unlike" in text
    assert "its tags say CR CHEST: look which is right" in text
