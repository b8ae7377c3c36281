"""The gate before every expert: card, tags and pixels together decide whether a Study is read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from bedside.core.appearance import Appearance
from bedside.core.card import Accepts, ToolCard
from bedside.core.evidence import Evidence, EvidenceKind, Source
from bedside.core.study import Modality, Study, StudyInfo
from bedside.tools.contract import Gate, ToolRequest, ToolResult
from bedside.tools.gate import admit, refuse, run_gated
from bedside.tools.gate.classes import BY_NAME, CLASSES, agrees, read_by

CHEST = ("CHEST", "THORAX", "LUNG")


def card(*modalities: Modality, parts: tuple[str, ...] = (), kinds: tuple[str, ...] = ("image", "volume")) -> ToolCard:
    accepts = Accepts(kinds=kinds, modalities=modalities, body_parts=parts)
    return ToolCard(
        name="reads_it",
        version="1",
        kind="expert",
        title="Reader",
        purpose="Reads.",
        accepts=accepts,
        topics=("film read",),
    )


FILM = card(Modality.CR, Modality.DX, Modality.UNKNOWN, parts=CHEST)
HEAD = card(Modality.MR, Modality.UNKNOWN, parts=("HEAD", "BRAIN"))
SKIN = card(Modality.XC, Modality.UNKNOWN)
HEAD_CT = card(Modality.CT, Modality.UNKNOWN, parts=("HEAD",))
ANY = card()


def info(
    looks: str, *, score: float = 0.99, familiar: bool = True, modality: Modality = Modality.UNKNOWN,
    part: str = "", kind: str = "image",
) -> StudyInfo:  # fmt: skip
    one = BY_NAME[looks]
    tagged = StudyInfo(
        id="A1", kind=kind, modality=modality, body_part=part, axes=("row", "column"), shape=(8, 8), sha256="0"
    )
    told = "" if agrees(one, tagged) else f"{modality.value} {part}".strip()
    appearance = Appearance(name=looks, words=one.words, score=score, familiar=familiar, disagreement=told)
    return tagged.model_copy(update={"appearance": appearance})


CALLED, OTHERWISE = "Is there anything on this film read?", "What does this show?"


@pytest.mark.parametrize(
    ("expert", "study", "question", "accepted", "basis"),
    [
        (FILM, info("chest_xray_frontal"), OTHERWISE, True, "content"),
        (FILM, info("chest_xray_frontal", modality=Modality.DX, part="CHEST"), OTHERWISE, True, "content"),
        # Sure of another kind: nobody's word is believed.
        (FILM, info("head_mr"), CALLED, False, "content"),
        (FILM, info("not_medical"), CALLED, False, "content"),
        (FILM, info("not_medical"), "", False, "content"),
        (FILM, info("other_medical"), CALLED, False, "content"),
        # Unsure: the caller's word, or that the tool was called by its name, decides.
        (FILM, info("ecg_tracing", score=0.6), OTHERWISE, False, "content"),
        (FILM, info("ecg_tracing", score=0.6), CALLED, True, "caller's word"),
        (FILM, info("ecg_tracing", familiar=False), CALLED, True, "caller's word"),
        (FILM, info("not_medical", score=0.6), "", True, "caller's word"),
        # A film unlike the learnt ones, as of another hospital, is read with a note.
        (FILM, info("chest_xray_frontal", familiar=False), OTHERWISE, True, "card"),
        # Tags that fit are believed where the pixels are unfamiliar or unsure, and not where they are sure.
        (FILM, info("chest_xray_frontal", familiar=False, modality=Modality.CR, part="CHEST"), OTHERWISE, True, "tags"),
        (FILM, info("other_medical", modality=Modality.CR, part="CHEST"), OTHERWISE, True, "tags"),
        (FILM, info("head_mr", score=0.7, modality=Modality.CR, part="CHEST"), OTHERWISE, True, "tags"),
        (FILM, info("head_mr", score=0.97, modality=Modality.CR, part="CHEST"), CALLED, False, "content"),
        (FILM, info("chest_xray_frontal", modality=Modality.MR), CALLED, False, "card"),
        (FILM, info("chest_xray_frontal", modality=Modality.CR, part="HAND"), CALLED, False, "card"),
        (HEAD, info("head_mr", kind="volume"), OTHERWISE, True, "content"),
        (HEAD, info("other_medical", kind="volume"), OTHERWISE, True, "card"),
        (HEAD, info("head_mr", familiar=False, kind="volume"), OTHERWISE, True, "card"),
        (HEAD, info("abdomen_ct", kind="volume"), OTHERWISE, False, "content"),
        # Of what it has not learnt the gate keeps out only pictures that nothing but itself vouches for.
        (SKIN, info("not_medical"), OTHERWISE, True, "card"),
        (SKIN, info("chest_xray_frontal"), CALLED, False, "content"),
        (SKIN, info("chest_xray_frontal", familiar=False), OTHERWISE, True, "card"),
        (HEAD_CT, info("head_mr", modality=Modality.CT, part="HEAD", kind="volume"), OTHERWISE, True, "tags"),
        (ANY, info("not_medical"), OTHERWISE, True, "card"),
    ],
)
def test_card_tags_pixels_and_the_callers_word_decide(expert, study, question, accepted, basis):
    gate = admit(expert, study, question)
    assert (gate.accepted, gate.basis) == (accepted, basis)
    assert (refuse(expert, study, question) is None) == accepted
    assert bool(gate.why) == (not accepted)
    assert bool(gate.notes) == (
        basis in {"tags", "caller's word"} or (basis == "card" and accepted and expert is not ANY)
    )


def test_a_refusal_says_what_is_read_and_what_the_file_looks_like():
    refusal = refuse(FILM, info("head_mr", score=0.98))
    assert refusal is not None and refusal.code == "BED-GATE-001"
    assert "reads a frontal chest X-ray" in refusal.why
    assert "looks like an MRI of the head (0.98)" in refusal.why


def test_what_the_tags_say_against_the_pixels_is_told():
    study = info("head_mr", score=0.6, modality=Modality.CR, part="CHEST")
    assert any("tags say CR CHEST" in note for note in admit(FILM, study).notes)


def test_a_file_that_nobody_looked_at_is_judged_by_its_card_alone():
    assert admit(FILM, info("head_mr").model_copy(update={"appearance": None})).accepted
    assert refuse(FILM, None) is not None


def test_each_class_is_read_by_the_cards_of_its_modality_body_part_and_view():
    frontal = Accepts(kinds=("image",), modalities=(Modality.CR,), body_parts=CHEST, views=("PA",))
    assert [one.name for one in read_by(frontal)] == ["chest_xray_frontal"]
    assert read_by(frontal.model_copy(update={"views": ("LAT",)})) == ()
    every_ct = Accepts(kinds=("volume",), modalities=(Modality.CT,))
    assert [one.name for one in read_by(every_ct)] == ["chest_ct", "abdomen_ct"]
    assert [one.name for one in CLASSES if not one.read] == ["other_medical", "not_medical"]


@dataclass
class Reader:
    """An expert that notes what it was given."""

    card: ToolCard = FILM
    given: Study | None = None

    def run(self, request: ToolRequest) -> ToolResult:
        self.given = request.study
        found = Evidence(
            kind=EvidenceKind.FINDING, statement="Seen.", source=Source(type="expert", id="reads_it"), limits=("own",)
        )
        gate = Gate(accepted=True, basis="tags", notes=("own note",))
        return ToolResult(tool="reads_it", version="1", evidence=(found,), gate=gate)


def _study(of: StudyInfo) -> Study:
    return Study(info=of, array=np.zeros((8, 8), dtype=np.float32))


def test_an_expert_is_not_started_on_what_the_gate_refuses():
    reader = Reader()
    result = run_gated(reader, ToolRequest(study=_study(info("not_medical"))))
    assert reader.given is None and result.evidence == ()
    assert result.refusal is not None and result.gate is not None and not result.gate.accepted
    assert result.gate.appearance is not None and result.gate.appearance.name == "not_medical"


def test_what_the_gate_says_joins_the_limits_of_the_finding():
    reader = Reader()
    study = _study(info("other_medical", modality=Modality.CR, part="CHEST"))
    result = run_gated(reader, ToolRequest(study=study))
    assert reader.given is study
    assert result.gate is not None and result.gate.notes[-1] == "own note"
    assert "look whether it is what it is said to be" in result.evidence[0].limits[0]
    assert result.evidence[0].limits[-1] == "own"
