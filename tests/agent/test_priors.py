"""Which file is compared with which."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support.assistant import scripted_assistant
from support.image_files import write_nifti
from support.moved import moved, textured

from bedside.agent.nodes.consult import of_prior
from bedside.agent.priors import calls_for, pairs_of
from bedside.agent.render import to_markdown
from bedside.core.case import Attachment
from bedside.core.evidence import Evidence, EvidenceKind, Source
from bedside.core.study import Modality, StudyInfo
from bedside.tools.contract import ToolResult


def file(number: int, *, kind: str = "volume", day: str = "", prior: bool = False) -> Attachment:
    axes = {"volume": ("R", "A", "S"), "image": ("row", "column"), "signal": ("lead", "sample")}[kind]
    info = StudyInfo(
        id=f"A{number}", kind=kind, modality=Modality.MR, axes=axes, shape=(9,) * len(axes), acquired=day, sha256="0"
    )
    return Attachment(id=f"A{number}", name=f"{number}.nii", path="", sha256=str(number), study=info, prior=prior)


def ids(question: str, new: tuple[Attachment, ...], old: tuple[Attachment, ...] = ()) -> list[tuple[str, str]]:
    pairs, _ = pairs_of(question, new, old)
    return [(now.id, prior.id) for now, prior in pairs]


def test_a_file_handed_over_as_a_prior_is_compared_whatever_is_asked() -> None:
    assert ids("What is this?", (file(1), file(2, prior=True))) == [("A1", "A2")]


@pytest.mark.parametrize("question", ["Has it changed?", "Compare with the previous one.", "Is it larger than before?"])
def test_an_earlier_file_of_the_thread_is_the_prior_where_change_is_asked_about(question: str) -> None:
    assert ids(question, (file(3),), (file(1), file(2))) == [("A3", "A2")]


def test_without_a_word_of_change_nothing_is_compared() -> None:
    assert ids("How large is the hippocampus?", (file(2),), (file(1),)) == []


def test_of_two_in_one_message_the_earlier_by_date_is_the_prior() -> None:
    assert ids("Has it changed?", (file(1, day="2024-05-01"), file(2, day="2023-05-01"))) == [("A1", "A2")]


def test_two_in_one_message_without_dates_are_asked_about() -> None:
    pairs, refusals = pairs_of("Has it changed?", (file(1), file(2)), ())
    assert pairs == ()
    assert [r.code for r in refusals] == ["BED-COMPARE-001"]


def test_the_prior_of_the_same_kind_is_taken_and_of_several_the_latest() -> None:
    old = (file(1, day="2024-01-01"), file(2, day="2022-01-01"), file(3, kind="image", day="2024-04-01"))
    assert ids("Has it changed?", (file(4),), old) == [("A4", "A1")]


def test_a_question_of_a_later_message_compares_what_was_attached() -> None:
    assert ids("Has it grown?", (), (file(1), file(2, prior=True))) == [("A1", "A2")]
    assert ids("Has it grown?", (), (file(1), file(2))) == [("A2", "A1")]
    assert ids("Has it grown?", (), (file(1),)) == []


def test_a_signal_has_no_prior() -> None:
    assert ids("Has it changed?", (file(2, kind="signal"),), (file(1, kind="signal"),)) == []


def test_each_pair_is_one_call() -> None:
    (call,) = calls_for(((file(1), file(2)),))
    assert (call.tool, call.attachment, call.prior) == ("compare_prior", "A1", "A2")


def test_a_turn_with_a_prior_compares_and_shows_it(tmp_path: Path) -> None:
    volume = textured()
    now = write_nifti(tmp_path / "now.nii", volume, np.eye(4))
    before = write_nifti(tmp_path / "before.nii", moved(volume, (2, 1, 0), 3.0), np.eye(4))
    answer = scripted_assistant(tmp_path).ask("Has it changed?", files=[now], priors=[before])
    (claim,) = [c for c in answer.claims if "laid over" in c.text]
    (evidence_id,) = claim.evidence
    evidence = answer.evidence[evidence_id]
    assert evidence.source.short.startswith("comparison compare_prior")
    (picture,) = [a for a in answer.artefacts if "-against-" in a.path]
    assert Path(picture.path).is_file()
    assert picture.evidence == evidence_id
    assert f"[{evidence_id}]: `{picture.path}`" in to_markdown(answer)
    assert "only the pictures are compared" in claim.text  # neither is a head, so no expert measures them


def test_what_was_found_on_a_prior_says_so() -> None:
    source = Source(type="expert", id="x", version="1.0")
    found = Evidence(kind=EvidenceKind.MASK, statement="Volume 3 mL.", value=3.0, unit="mL", source=source)
    (said,) = of_prior(ToolResult(tool="x", version="1.0", evidence=(found,)), "old.nii").evidence
    assert said.statement == "On the prior (old.nii): Volume 3 mL."
    assert said.key != found.key
