"""The skin expert: its misses on screen with every result, what it takes of the patient, and what it refuses."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.assistant import scripted_assistant
from support.chest_film import chest, write_picture
from support.facts import fact
from support.keras_files import layer, model, write_keras
from support.pictures import lesion
from support.weight_files import in_place_of, with_weights

from bedside.agent.verify.reassurance import comforts
from bedside.core.answer import Section, Verdict
from bedside.tools.contract import ToolRequest, ToolResult
from bedside.tools.experts.skin_lesion import SkinLesion
from bedside.tools.experts.skin_lesion.card import MISSES, WEIGHT
from bedside.tools.experts.skin_lesion.labels import LABELS
from bedside.tools.experts.skin_lesion.preprocess import AGE_MEAN, Patient, views
from bedside.tools.imaging.door import open_file

NAMES = [label.name for label in LABELS]
QUESTION = "Dermoscopy of a skin lesion. What is it?"


def weights(path: Path, favourite: str = "melanocytic naevus", by_fact: int | None = None, bias: float = 2.0) -> Path:
    """A network in sklesion's form that favours one label; `by_fact`: a number of the patient that favours melanoma."""
    head = np.zeros((13, 7), dtype=np.float32)
    biases = np.zeros(7, dtype=np.float32)
    biases[NAMES.index(favourite)] = bias
    if by_fact is not None:
        head[3 + by_fact, NAMES.index("melanoma")] = 9.0
    layers = [
        layer("InputLayer", "picture", [], batch_shape=[None, 254, 254, 3]),
        layer("InputLayer", "facts", [], batch_shape=[None, 10]),
        layer("GlobalAveragePooling2D", "mean", ["picture"]),
        layer("Concatenate", "joined", ["mean", "facts"], axis=-1),
        layer("Dense", "out", ["joined"], activation="softmax"),
    ]
    return write_keras(path, model(layers, ["picture", "facts"], ["out"]), {"dense": [head, biases]})


@pytest.fixture
def tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SkinLesion:
    return SkinLesion(in_place_of(monkeypatch, tmp_path, **{WEIGHT: weights(tmp_path / "model.keras")}))


@pytest.fixture(scope="module")
def real() -> SkinLesion:
    """The tool with sklesion's weights; skipped where they are not there."""
    return SkinLesion(with_weights("sklesion's", WEIGHT))


def read(tool: SkinLesion, path: Path, question: str = QUESTION, **request: Any) -> ToolResult:
    study = open_file(path, attachment_id="A1", limit_bytes=10**9)
    return tool.run(ToolRequest(question=question, study=study, **request))


def refused(result: ToolResult) -> str:
    assert result.evidence == () and result.labels == ()
    assert result.refusal is not None and result.refusal.do
    assert result.gate is not None and not result.gate.accepted and result.gate.why
    return result.refusal.code


@pytest.mark.parametrize("name", NAMES)
def test_every_result_shows_what_the_model_misses_and_never_reassures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    settings = in_place_of(monkeypatch, tmp_path, **{WEIGHT: weights(tmp_path / "model.keras", favourite=name)})
    result = read(SkinLesion(settings), write_picture(tmp_path / "a.png", lesion()))
    (evidence,) = result.evidence
    assert f"most like {name}" in evidence.statement
    assert "recall 0.58" in evidence.statement and "does not rule out melanoma" in evidence.statement
    assert "dermatologist" in evidence.statement and MISSES in evidence.limits
    assert evidence.never_reassures and not comforts(evidence.statement)
    assert ("score for melanoma" in evidence.statement) == (name != "melanoma")
    assert {s.name: s.called for s in evidence.signs} == {name: True, "melanoma": name == "melanoma"}
    assert all(one.kind == "score" and not one.calibrated for one in result.labels) and evidence.value is None


def test_a_small_score_for_melanoma_is_not_shown_as_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = weights(tmp_path / "model.keras", bias=9.0)
    tool = SkinLesion(in_place_of(monkeypatch, tmp_path, **{WEIGHT: file}))
    statement = read(tool, write_picture(tmp_path / "a.png", lesion())).evidence[0].statement
    assert "score for melanoma is below 0.01" in statement and "0.00." not in statement


def test_no_label_is_called_harmless() -> None:
    assert not [label for label in LABELS if comforts(label.shown)]
    assert {label.name: label.icd10 for label in LABELS}["melanoma"] == "C43"


def test_what_the_record_knows_is_used_and_the_rest_is_asked_for(tool: SkinLesion, tmp_path: Path) -> None:
    path = write_picture(tmp_path / "a.png", lesion())
    assert [m.name for m in read(tool, path).missing] == ["age", "sex", "lesion_site"]
    known = (fact("age", 54.0), fact("sex", "male"), fact("lesion_site", "back"))
    told = read(tool, path, facts=known)
    assert told.missing == ()
    assert "It was told of the patient: age 54, male, trunk." in told.evidence[0].limits


def test_the_patient_reaches_the_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trunk = 3 + 3
    settings = in_place_of(monkeypatch, tmp_path, **{WEIGHT: weights(tmp_path / "model.keras", by_fact=trunk)})
    tool, path = SkinLesion(settings), write_picture(tmp_path / "a.png", lesion())
    assert "most like melanocytic naevus" in read(tool, path).evidence[0].statement
    assert "most like melanoma" in read(tool, path, facts=(fact("lesion_site", "back"),)).evidence[0].statement
    assert (
        "most like melanocytic naevus" in read(tool, path, facts=(fact("lesion_site", "hand"),)).evidence[0].statement
    )


@pytest.mark.parametrize(
    ("patient", "vector"),
    [
        (Patient(), [0, 0, 1, 0, 0, 0, 0, 1, AGE_MEAN / 90, 1]),
        (Patient(45.0, "female", "arm"), [1, 0, 0, 1, 0, 0, 0, 0, 0.5, 0]),
        (Patient(90.0, "male", "trunk"), [0, 1, 0, 0, 0, 0, 1, 0, 1, 0]),
    ],
)
def test_the_patient_is_coded_as_the_package_does(patient: Patient, vector: list[float]) -> None:
    assert patient.vector == pytest.approx(vector)


def test_a_picture_is_seen_whole_and_mirrored() -> None:
    picture = lesion().astype(np.float32)
    picture[:, :200] = 0
    whole, mirrored = views(picture)
    assert whole.shape == (3, 254, 254)
    assert float(whole[:, :, :100].max()) == 0 and float(mirrored[:, :, -100:].max()) == 0
    assert float(whole.max()) > 200


@pytest.mark.parametrize(
    ("picture", "question", "why"),
    [
        (lesion(), "Is there pneumonia?", "does not say"),
        (chest(), QUESTION, "no colours"),
        (lesion(60, 80), QUESTION, "too few"),
        (lesion(150, 900), QUESTION, "shape"),
    ],
)
def test_what_is_no_picture_of_a_lesion_is_refused(
    tool: SkinLesion, tmp_path: Path, picture: Any, question: str, why: str
) -> None:
    result = read(tool, write_picture(tmp_path / "a.png", picture), question)
    assert refused(result) == "BED-TOOL-061"
    assert result.refusal is not None and why in result.refusal.why


def test_weights_that_read_something_else_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layers = [layer("InputLayer", "x", [], batch_shape=[None, 8, 8, 3]), layer("GlobalAveragePooling2D", "y", ["x"])]
    other = write_keras(tmp_path / "model.keras", model(layers, ["x"], ["y"]), {})
    result = read(
        SkinLesion(in_place_of(monkeypatch, tmp_path, **{WEIGHT: other})), write_picture(tmp_path / "a.png", lesion())
    )
    assert result.refusal is not None and result.refusal.code == "BED-WEIGHT-020"


def test_an_answer_shows_it_and_asks_for_what_the_model_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = in_place_of(monkeypatch, tmp_path, **{WEIGHT: weights(tmp_path / "model.keras")})
    assistant = scripted_assistant(tmp_path, weights=settings.weights, offline=True)
    path = write_picture(tmp_path / "a.png", lesion())
    answer = assistant.ask("54-year-old man with a mole on his back. Is this a melanoma?", files=[path])
    (claim,) = [c for c in answer.section(Section.ASSESSMENT) if "most like" in c.text]
    assert claim.verdict is Verdict.SUPPORTED and "does not rule out melanoma" in claim.text
    assert answer.missing == ()
    assert not [r for r in answer.refusals if r.code == "BED-TOOL-044"]


def test_the_real_network_reads_a_drawn_lesion_in_half_a_second(real: SkinLesion, tmp_path: Path) -> None:
    study = open_file(write_picture(tmp_path / "a.png", lesion()), attachment_id="A1", limit_bytes=10**9)
    request = ToolRequest(question=QUESTION, study=study, facts=(fact("age", 54.0),))
    result = real.run(request)
    assert sum(one.score for one in result.labels) == pytest.approx(1, abs=1e-3)
    began = time.process_time()
    real.run(request)
    assert time.process_time() - began < 1.0  # CPU seconds of two threads


def test_the_real_network_takes_the_patient_into_account(real: SkinLesion, tmp_path: Path) -> None:
    path = write_picture(tmp_path / "a.png", lesion())
    young = read(real, path, facts=(fact("age", 8.0),)).labels
    old = read(real, path, facts=(fact("age", 85.0), fact("lesion_site", "face"))).labels
    assert max(abs(a.score - b.score) for a, b in zip(young, old, strict=True)) > 0.01
