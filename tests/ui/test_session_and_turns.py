from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from support.assistant import scripted_assistant
from support.demo_assistant import CASE, DemoAssistant, demo_answer
from support.fhir import allergy, egfr, written

from bedside.core.answer import Answer, FileSeen
from bedside.core.case import Case
from bedside.core.errors import BedsideError, ImageReadError, QuestionError
from bedside.core.events import Event, StepFinished, StepStarted
from bedside.ui.session import Session, Sessions
from bedside.ui.turns import Progress, run_turn
from bedside.ui.uploads import gather


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return Session(tmp_path / "session", (tmp_path / "output").resolve())


class Failing:
    """Fails after one step."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def stream(self, text: str, files: Sequence[str | Path] = (), thread: str | None = None) -> Iterator[Event]:
        yield StepStarted(node="intake", title="Reading the case")
        raise self.error

    def case(self, thread: str) -> Case:
        return Case(thread=thread)


class Endless:
    """Takes a step every 20 ms for ever; counts them, and knows when it was closed."""

    def __init__(self) -> None:
        self.steps = 0
        self.closed = False

    def stream(self, text: str, files: Sequence[str | Path] = (), thread: str | None = None) -> Iterator[Event]:
        try:
            while True:
                yield StepStarted(node="plan", title="Choosing")
                time.sleep(0.02)
                self.steps += 1
                yield StepFinished(node="plan", seconds=0.02)
        finally:
            self.closed = True

    def case(self, thread: str) -> Case:
        return Case(thread=thread)


def test_a_turn_ends_in_the_answer(session: Session, tmp_path: Path) -> None:
    shown = [p.panel(session) for p in run_turn(DemoAssistant(tmp_path / "output"), session, CASE, [])]
    *_, last = run_turn(DemoAssistant(tmp_path / "output"), session, CASE, [])
    assert "Reading the case" in shown[1] or "Reading the case" in shown[-1]
    assert "CURB-65 is 5 of 5" in last.result(session)
    assert set(session.held) == {"X1", "S1", "G1", "G2", "F1", "M1"}
    assert session.cited == set(session.held)


def test_a_file_is_captioned_with_what_it_looks_like_once_the_answer_tells(session: Session) -> None:
    progress = Progress("see film", ("film.png", "unread.png"))
    assert "looks like" not in progress.panel(session)
    title = "unidentified image 224x224, looks like a frontal chest X-ray (0.99)"
    seen = FileSeen(id="A1", name="film.png", title=title)
    progress.answer = Answer(thread="t", question="?", files=(seen,))
    drawn = progress.result(session)
    assert "film.png: unidentified image 224x224, looks like a frontal chest X-ray (0.99)" in drawn
    assert "unread.png" in drawn


def test_a_record_dropped_into_the_chat_is_answered_with_its_chart(session: Session, tmp_path: Path) -> None:
    record = written(tmp_path, allergy("a1", "Penicillin"), egfr("o1", 60, "2025-01-10"), egfr("o2", 41, "2026-02-03"))
    dropped = gather([upload(tmp_path / "up", "record.json", record.read_bytes())], tmp_path / "session", 100_000)
    assistant = scripted_assistant(tmp_path)
    *_, last = run_turn(assistant, session, "Any allergies? What is the last eGFR and its trend?", dropped)
    drawn = last.result(session)
    assert "Allergy recorded to Penicillin" in drawn and "Estimated GFR: 41" in drawn
    assert [Path(p).name for p in session.files] == ["A1-estimated-gfr-trend.png"]


def test_the_emergency_is_shown_as_soon_as_its_evidence_is_found(session: Session, tmp_path: Path) -> None:
    for progress in run_turn(DemoAssistant(tmp_path / "output", pace=0.25), session, CASE, []):
        panel = progress.panel(session)
        if "Act now" in panel:
            break
    assert progress.answer is None
    assert [e.id for e in progress.found] == ["X1"]
    assert panel.index("Act now") < panel.index("Reading the case")


def test_the_page_is_drawn_at_most_five_times_a_second(session: Session) -> None:
    endless, drawn = Endless(), []
    for _ in run_turn(endless, session, CASE, []):
        drawn.append(time.monotonic())
        if len(drawn) == 8:
            session.stop.set()
    gaps = [b - a for a, b in pairwise(drawn[1:])]
    assert min(gaps) >= 0.19


def test_stop_closes_the_generator_and_nothing_runs_on(session: Session) -> None:
    endless = Endless()
    turn = run_turn(endless, session, CASE, [])
    progress = next(turn)
    next(turn)
    session.stop.set()
    list(turn)
    assert session.worker is not None
    session.worker.join(5)
    assert endless.closed
    steps = endless.steps
    time.sleep(0.1)
    assert endless.steps == steps
    assert "Stopped" in progress.result(session)


def test_leaving_the_page_closes_the_generator(session: Session) -> None:
    endless = Endless()
    turn = run_turn(endless, session, CASE, [])
    next(turn)
    next(turn)
    turn.close()
    assert session.worker is not None
    session.worker.join(5)
    assert endless.closed


def test_the_next_question_waits_for_a_stopped_turn_to_end(session: Session, tmp_path: Path) -> None:
    endless = Endless()
    for number, _ in enumerate(run_turn(endless, session, CASE, [])):
        if number == 1:
            session.stop.set()
    *_, last = run_turn(DemoAssistant(tmp_path / "output"), session, CASE, [])
    assert endless.closed
    assert last.answer is not None


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (QuestionError("The message is empty.", "Write."), "[BED-ASK-001] The message is empty. Write."),
        (BedsideError("<b>x</b>"), "[BED-000] &lt;b&gt;x&lt;/b&gt;"),
        (ZeroDivisionError("secret detail"), "[BED-000] Something in Bedside failed (ZeroDivisionError)"),
    ],
)
def test_an_error_is_one_sentence_with_a_code_and_the_case_goes_on(
    session: Session, tmp_path: Path, error: Exception, words: str
) -> None:
    *_, last = run_turn(Failing(error), session, CASE, [])
    shown = last.result(session)
    assert words in shown
    assert "Traceback" not in shown
    assert "secret detail" not in shown
    *_, last = run_turn(DemoAssistant(tmp_path / "output"), session, CASE, [])
    assert last.answer is not None


def test_two_tabs_share_nothing(tmp_path: Path) -> None:
    sessions = Sessions(tmp_path / "sessions", tmp_path / "output")
    one, two = sessions.get("one"), sessions.get("two")
    assert one is sessions.get("one")
    assert one.thread != two.thread
    assert one.folder != two.folder
    one.take(demo_answer(one.thread, CASE, "m1", tmp_path / "output"))
    assert not two.held
    assert not two.files


def test_only_files_under_the_output_folder_are_published(tmp_path: Path) -> None:
    output = tmp_path / "output"
    output.mkdir()
    (output / "mask.png").write_bytes(b"x")
    (tmp_path / "outside.png").write_bytes(b"x")
    (output / "link.png").symlink_to(tmp_path / "outside.png")
    session = Session(tmp_path / "session", output.resolve())
    for path in (
        "/etc/passwd",
        str(tmp_path / "outside.png"),
        str(output / "../outside.png"),
        str(output / "link.png"),
    ):
        session.publish(path)
    session.publish(str(output))
    session.publish("")
    assert session.files == {}
    session.publish(str(output / "mask.png"))
    assert len(session.files) == 1


def test_a_token_ends_with_its_case(tmp_path: Path) -> None:
    output = tmp_path / "output"
    output.mkdir()
    (output / "mask.png").write_bytes(b"x")
    sessions = Sessions(tmp_path / "sessions", output)
    session = sessions.get("one")
    session.publish(str(output / "mask.png"))
    token = session.files[str(output / "mask.png")].rsplit("/", 1)[1]
    assert sessions.artefact(token) == (output / "mask.png").resolve()
    session.new_case()
    assert sessions.artefact(token) is None
    session.publish(str(output / "mask.png"))
    again = session.files[str(output / "mask.png")].rsplit("/", 1)[1]
    sessions.drop("one")
    assert sessions.artefact(again) is None


def test_a_new_case_has_a_new_thread_and_no_uploads(session: Session) -> None:
    session.folder.mkdir()
    (session.folder / "scan.dcm").write_bytes(b"x")
    before = session.thread
    session.new_case()
    assert session.thread != before
    assert not session.folder.exists()


def upload(folder: Path, name: str, data: bytes) -> str:
    """A file as Gradio keeps it: in a folder of its own."""
    place = folder / str(len(list(folder.iterdir())) if folder.exists() else 0) / name
    place.parent.mkdir(parents=True)
    place.write_bytes(data)
    return str(place)


HEADER = b"100 2 360 650000\n100.dat 212 200 11 1024 995 -22131 0 MLII\n100.dat 212 200 11 1024 1011 20052 0 V5\n"


def test_header_and_signal_file_end_in_one_folder_and_are_asked_about_once(tmp_path: Path) -> None:
    for names in (("100.dat", "100.hea"), ("100.hea", "100.dat")):
        uploads = [upload(tmp_path / "up", n, HEADER if n.endswith("hea") else b"x" * 3000) for n in names]
        files = gather(uploads, tmp_path / "session", 10_000)
        assert [f.name for f in files] == ["100.hea"]
        assert (files[0].parent / "100.dat").exists()


def test_files_of_one_name_do_not_overwrite_one_another(tmp_path: Path) -> None:
    uploads = [upload(tmp_path / "up", "IM1.dcm", data) for data in (b"one", b"two")]
    files = gather(uploads, tmp_path / "session", 1000)
    assert [f.read_bytes() for f in files] == [b"one", b"two"]
    assert {f.name for f in files} == {"IM1.dcm"}


def test_a_damaged_header_stands_alone_and_the_door_says_why(tmp_path: Path) -> None:
    uploads = [upload(tmp_path / "up", "x.hea", b"\x00\xff"), upload(tmp_path / "up", "x.dat", b"y")]
    assert len(gather(uploads, tmp_path / "session", 1000)) >= 1


def test_files_that_are_too_large_together_are_refused(tmp_path: Path) -> None:
    uploads = [upload(tmp_path / "up", name, b"x" * 600) for name in ("a.png", "b.png")]
    with pytest.raises(ImageReadError, match="BED-FILE-004"):
        gather(uploads, tmp_path / "session", 1000)
