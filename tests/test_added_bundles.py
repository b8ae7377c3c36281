"""A bundle that a user has added, from the command line and in an answer: asked for, seen working, stopped."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from support.assistant import scripted_assistant
from support.data import data_folder
from support.tiny_bundle import CONFIG, changed, write_bundle

from bedside.agent.route import experts_for
from bedside.agent.services import Services
from bedside.core.case import Attachment
from bedside.core.events import StepFinished, ToolProgress
from bedside.core.evidence import EvidenceKind
from bedside.core.settings import Bounds, Settings
from bedside.core.study import Modality, StudyInfo
from bedside.tools.bundles.files import open_bundle
from bedside.tools.bundles.store import examine, keep
from bedside.tools.registry import cards

LIMIT = 10**9


def series() -> Path:
    return data_folder() / "totalsegmentator_examples" / "example_ct_dicom"


def add_bundle(folder: Path, settings: Settings, **config: Any) -> None:
    files = open_bundle(write_bundle(folder, config=changed(CONFIG, **config)), LIMIT)
    keep(examine(files, "here"), files, settings)


def attachment(modality: Modality = Modality.CT, kind: str = "volume") -> Attachment:
    info = StudyInfo(id="A1", kind=kind, modality=modality, axes=("R", "A", "S"), shape=(9, 9, 9), sha256="0" * 64)
    return Attachment(id="A1", path="/nowhere", name="ct.nii", sha256="0" * 64, study=info)


@pytest.fixture(scope="module")
def with_bundle(tmp_path_factory: pytest.TempPathFactory) -> Services:
    home = tmp_path_factory.mktemp("route")
    settings = Settings(home=home)
    add_bundle(home / "air_bone", settings)
    return Services(settings)


@pytest.mark.parametrize(
    ("question", "runs"),
    [
        ("segment the bone", True),
        ("How large is the air?", True),
        ("segment this CT", True),
        ("bundle air bone", True),
        ("Is there a fracture of the bone?", False),
        ("What does it show?", False),
    ],
)
def test_a_bundle_runs_only_where_outlining_or_measuring_is_asked_for(
    with_bundle: Services, question: str, runs: bool
) -> None:
    calls, refusals = experts_for(with_bundle.toolbox.cards(), question, (attachment(),), with_bundle.settings)
    assert [c.tool for c in calls] == (["bundle_air_bone"] if runs else [])
    assert [r.code for r in refusals] == ([] if runs else ["BED-TOOL-013"])


def test_a_bundle_does_not_hide_that_nothing_reads_another_file(with_bundle: Services) -> None:
    calls, refusals = experts_for(
        with_bundle.toolbox.cards(), "What does it show?", (attachment(Modality.US),), with_bundle.settings
    )
    assert calls == () and [r.code for r in refusals] == ["BED-TOOL-012"]
    _, refusals = experts_for(
        with_bundle.toolbox.cards(), "segment the bone", (attachment(Modality.US),), with_bundle.settings
    )
    assert [r.code for r in refusals] == ["BED-TOOL-011"]


def test_the_tools_that_come_with_bedside_are_the_same_with_and_without_bundles(with_bundle: Services) -> None:
    assert {c.name for c in with_bundle.toolbox.cards()} == {c.name for c in cards()} | {"bundle_air_bone"}


@pytest.mark.data
def test_an_answer_outlines_what_was_asked_for(tmp_path: Path) -> None:
    assistant = scripted_assistant(tmp_path)
    add_bundle(tmp_path / "air_bone", assistant.settings)
    answer = assistant.ask("segment the air", files=[series()])
    masks = [e for e in answer.evidence.values() if e.kind is EvidenceKind.MASK]
    assert [e.source.id for e in masks] == ["bundle_air_bone"]
    assert any("Air outlined on this CT volume" in claim.text for claim in answer.claims)
    assert "bundle_air_bone" in [card.name for card in answer.cards]
    assert all(Path(a.path).exists() for a in answer.artefacts)


@pytest.mark.data
def test_a_turn_whose_time_is_over_stops_the_bundle_and_says_so(tmp_path: Path) -> None:
    assistant = scripted_assistant(tmp_path, bounds=Bounds(seconds=0.0))
    add_bundle(tmp_path / "air_bone", assistant.settings)
    answer = assistant.ask("segment the bone", files=[series()], thread="late")
    assert "BED-TOOL-031" in [r.code for r in answer.refusals]
    patient = scripted_assistant(tmp_path)  # what was stopped is no result: asked again, it runs
    assert any(e.kind is EvidenceKind.MASK for e in patient.ask("segment the air", thread="late").evidence.values())


@pytest.mark.data
def test_leaving_stops_a_bundle_that_runs_and_its_progress_is_heard(tmp_path: Path) -> None:
    assistant = scripted_assistant(tmp_path)
    many = {"_target_": "SlidingWindowInferer", "roi_size": [16, 16, 16], "overlap": 0.75}
    add_bundle(tmp_path / "air_bone", assistant.settings, inferer=many)
    stream, heard = assistant.stream("segment the bone", files=[series()], thread="left"), list[ToolProgress]()
    for event in stream:
        if isinstance(event, ToolProgress):
            heard.append(event)
            break
        assert not (isinstance(event, StepFinished) and event.node == "consult"), "it ended before it was left"
    assert heard[0].tool == "bundle_air_bone" and heard[0].share < 0.9
    closing = threading.Thread(target=stream.close)
    closing.start()
    closing.join(timeout=60)
    assert not closing.is_alive()
    assert assistant.services.stop_of("left").is_set() is False  # nobody runs there any more
