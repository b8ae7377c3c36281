"""An Assistant that replays one hand-made Answer with every kind of evidence, for the panels of the web chat."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bedside.agent.memory import ThreadInfo
from bedside.core.answer import Answer, Artefact, Check, Claim, Missing, Question, Refusal, Section, Step, Verdict
from bedside.core.card import Accepts, Performance, ToolCard
from bedside.core.case import Case, Message, Span
from bedside.core.errors import QuestionError
from bedside.core.events import Answered, ClaimVerified, Event, EvidenceFound, StepFinished, StepStarted
from bedside.core.evidence import Evidence, EvidenceKind, Region, ScoreInput, Source
from bedside.core.study import Modality
from bedside.knowledge.library import Passage, load_library

CASE = (
    "67-year-old man, fever, productive cough, new confusion, RR 32, BP 88/56, urea 9.1 mmol/L. "
    "How severe is his pneumonia and where should he be treated?"
)
STEPS = (
    ("intake", "Reading the case"),
    ("triage", "Looking for red flags"),
    ("plan", "Choosing what to consult"),
    ("consult", "Consulting calculators and experts"),
    ("verify", "Checking every statement"),
)
BRAIN = ToolCard(
    name="brain_extract",
    version="1.0",
    kind="expert",
    title="Brain extraction",
    purpose="How large is the brain in this MRI?",
    accepts=Accepts(kinds=("volume",), modalities=(Modality.MR,), population="adults"),
    training_data="T1-weighted MRI of several scanners",
    performance=(
        Performance(metric="Dice", value=0.99, low=0.985, high=0.995, n=191, data="held-out scans", source="its paper"),
    ),
    limits=("It was not trained on children.",),
    citation="Fisch 2024, doi:10.1016/j.compbiomed.2024.108845",
)


class DemoAssistant:
    """Streams the same answer to every message; each step takes `pace` seconds."""

    def __init__(self, output: Path, pace: float = 0.05) -> None:
        self.output = output
        self.pace = pace
        self.closed = 0
        self.asked: list[tuple[str, tuple[str, ...], str]] = []
        self._cases: dict[str, Case] = {}

    def stream(self, text: str, files: Sequence[str | Path] = (), thread: str | None = None) -> Iterator[Event]:
        """The steps, then the evidence, then the answer."""
        if not text.strip() and not files:
            raise QuestionError("The message is empty.", "Write the case and the question, or attach a file.")
        name = thread or "demo"
        self.asked.append((text, tuple(sorted(Path(f).name for f in files)), name))
        case = self._cases.get(name, Case(thread=name))
        message = Message(id=f"m{len(case.messages) + 1}", role="user", text=text)
        self._cases[name] = case.model_copy(update={"messages": (*case.messages, message)})
        answer = demo_answer(name, text, message.id, self.output)
        try:
            yield from self._events(answer)
        except GeneratorExit:
            self.closed += 1
            raise

    def threads(self) -> tuple[ThreadInfo, ...]:
        """The threads so far."""
        return tuple(
            ThreadInfo(thread=t, title=c.messages[0].text[:80], created=0, updated=0, messages=len(c.messages))
            for t, c in self._cases.items()
        )

    def case(self, thread: str) -> Case:
        """The messages of a thread."""
        return self._cases.get(thread, Case(thread=thread))

    def warm(self) -> None:
        """Has nothing to load."""

    def _events(self, answer: Answer) -> Iterator[Event]:
        evidence = list(answer.evidence.values())
        for number, (node, title) in enumerate(STEPS):
            yield StepStarted(node=node, title=title)
            time.sleep(self.pace)
            due = evidence[:1] if node == "triage" else evidence[1:] if node == "consult" else []
            yield from (EvidenceFound(evidence=e) for e in due)
            if node == "verify":
                yield from (ClaimVerified(claim=c) for c in answer.claims)
            yield StepFinished(node=node, seconds=self.pace, detail="curb65, search" if number == 2 else "")
        yield Answered(answer=answer)


def passage_of(guideline: str, recommendation: str) -> Passage:
    """A real passage of the library."""
    return load_library().passage(f"{guideline}#{recommendation}")


def passage_evidence(passage: Passage, number: int, sentence: int = -1) -> Evidence:
    """A passage as evidence that quotes one of its sentences."""
    g, r = passage.guideline, passage.recommendation
    quote = r.sentences[sentence]
    return Evidence(
        id=f"G{number}",
        kind=EvidenceKind.PASSAGE,
        statement=quote,
        quote=quote,
        source=Source(
            type="guideline",
            id=passage.id,
            title=g.title,
            publisher=g.publisher,
            year=g.year,
            section=r.section,
            grade=r.strength,
            status=g.status,
            superseded_by=g.superseded_by,
            population=r.population,
            link=g.link,
        ),
    )


def demo_answer(thread: str, text: str, message: str, output: Path) -> Answer:
    """An answer with a banner, scores, passages, a mask, refusals, missing items, questions and a removed claim."""
    evidence = {e.id: e for e in _evidence(text, message, output)}
    claims = (
        _claim(
            "Possible sepsis: systolic pressure 88 mmHg with new confusion. Call senior help now.", Section.BANNER, "X1"
        ),
        _claim("CURB-65 is 5 of 5, the high-severity group.", Section.ASSESSMENT, "S1", "G1"),
        _claim("Brain volume is 1421 mL.", Section.ASSESSMENT, "M1"),
        _claim(evidence["G1"].quote, Section.GUIDELINES, "G1"),
        _claim(evidence["G2"].quote, Section.GUIDELINES, "G2"),
        _claim("Assess him for intensive care today.", Section.NEXT_STEPS, "S1", "F1"),
    )
    return Answer(
        thread=thread,
        question=text,
        claims=claims,
        evidence=evidence,
        model="scripted",
        seconds=1.2,
        removed=(
            Claim(
                text="Give vancomycin 1 g.",
                section=Section.NEXT_STEPS,
                evidence=("G1",),
                verdict=Verdict.UNSUPPORTED,
                checks=(Check(name="numbers", passed=False, why="1 g stands in no cited passage"),),
            ),
        ),
        refusals=(
            Refusal(
                code="BED-TOOL-011",
                subject="ECG rhythm",
                why="It reads an ECG signal; this file is an MR volume.",
                do="Attach an ECG.",
            ),
        ),
        missing=(
            Missing(name="allergy", label="drug allergies", why="they decide the antibiotic"),
            Missing(name="spo2", label="oxygen saturation", why="", effect="hypoxaemia would need oxygen now"),
        ),
        questions=(
            Question(text="Is he allergic to any drug?", fills=("allergy",)),
            Question(text="What is his SpO2?", fills=("spo2",)),
        ),
        cards=(BRAIN,),
        artefacts=(
            Artefact(
                path=str(output / "mask.nii.gz"), media_type="application/gzip", title="Brain mask", evidence="M1"
            ),
            Artefact(path="/etc/passwd", media_type="text/plain", title="Not ours"),
        ),
        trace=tuple(Step(node=n, title=t, seconds=0.2) for n, t in STEPS),
    )


def _claim(text: str, section: Section, *ids: str) -> Claim:
    return Claim(text=text, section=section, evidence=ids, verdict=Verdict.SUPPORTED)


def _evidence(text: str, message: str, output: Path) -> tuple[Evidence, ...]:
    span = Span(source=message, start=0, end=min(11, len(text)), text=text[:11])
    return (
        Evidence(
            id="X1",
            kind=EvidenceKind.FINDING,
            statement="Possible sepsis: BP 88/56, new confusion. Call senior help now.",
            source=Source(type="red flag", id="sepsis", title="Possible sepsis", publisher="SSC", year=2021),
        ),
        Evidence(
            id="S1",
            kind=EvidenceKind.SCORE,
            statement="CURB-65 is 5 of 5.",
            value=5,
            unit="{score}",
            source=Source(
                type="calculator",
                id="curb65",
                version="1.0",
                citation="Lim 2003",
                link="https://doi.org/10.1136/thorax.58.5.377",
            ),
            inputs=(
                ScoreInput(name="age", label="age", value=67, unit="a", as_written=text[:11], span=span),
                ScoreInput(
                    name="urea", label="urea", value=9.1, unit="mmol/L", as_written="9.1 mmol/L", note="above 7"
                ),
            ),
        ),
        passage_evidence(passage_of("bts-cap-2009", "severity-high"), 1),
        passage_evidence(passage_of("ats-cap-2025", "short-course"), 2, 0),
        Evidence(
            id="F1",
            kind=EvidenceKind.FACT,
            statement="Age: 67 a",
            value=67,
            quote=text[:11],
            span=span,
            source=Source(type="record", id=message, title="what you told me"),
        ),
        Evidence(
            id="M1",
            kind=EvidenceKind.MASK,
            statement="Brain volume is 1421 mL.",
            value=1421,
            unit="mL",
            confidence=0.9,
            source=Source(type="expert", id="brain_extract", version="1.0", title="Brain extraction"),
            region=Region(study="A1", mask_path=str(output / "mask.nii.gz"), overlay_path=str(overlay(output))),
            limits=("The volume includes the cerebellum.",),
        ),
    )


def overlay(output: Path) -> Path:
    """A small overlay picture and the mask file beside it, under the output folder."""
    from PIL import Image, ImageDraw

    output.mkdir(parents=True, exist_ok=True)
    (output / "mask.nii.gz").write_bytes(b"\x1f\x8b mask")
    picture = Image.new("RGB", (720, 260), (12, 12, 14))
    draw = ImageDraw.Draw(picture)
    for left in (20, 260, 500):
        draw.ellipse((left, 30, left + 200, 230), fill=(110, 110, 115), outline=(255, 80, 60), width=3)
    path = output / "overlay.png"
    picture.save(path, format="PNG")
    return path
