"""A human at the terminal: what is shown, and pictures under names that tell nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from bedside.evals.doctors.human_doctor import HumanDoctor
from bedside.evals.patients.actions import Choose
from bedside.evals.patients.contract import Said, View


def _acted(view: View, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    monkeypatch.setattr("typer.prompt", lambda text: "answer b")
    doctor = HumanDoctor()
    step = doctor.act(view)
    assert step.action == Choose(letter="B")
    told = capsys.readouterr().out
    assert step.looked == told.count(": open ")
    for line in told.splitlines():
        if ": open " in line:
            copy = Path(line.split(": open ")[1].rstrip("]"))
            assert copy.read_bytes() == b"a film"
            told += f"\ncopied as {copy.name}"
    return told


def test_a_picture_is_opened_under_another_name_also_where_the_patient_opens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = (Said(speaker="patient", text="My chest hurts."),)
    for name, copied in (("answer-is.pneumonia.png", "image-1.png"), ("case.pneumonia", "image-1")):
        film = tmp_path / name
        film.write_bytes(b"a film")
        view = View(objective="See it.", context="Fever.", question="What is it?", given=(str(film),), said=said)
        told = _acted(view, monkeypatch, capsys)
        assert "pneumonia" not in told
        assert f"copied as {copied}" in told.splitlines()
        assert all(words in told for words in ("See it.", "Fever.", "What is it?", "My chest hurts."))


def test_a_picture_that_was_asked_for_is_shown_with_the_answer_and_one_that_is_gone_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = str(tmp_path / "gone.png")
    said = (
        Said(speaker="doctor", text="Show the hand."),
        Said(speaker="measurement", text="Here is the hand.", pictures=(gone,)),
    )
    told = _acted(View(said=said), monkeypatch, capsys)
    assert "Here is the hand." in told
    assert "[image 1 cannot be opened: No such file or directory]" in told
