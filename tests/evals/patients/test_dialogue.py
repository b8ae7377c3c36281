from __future__ import annotations

import time
from pathlib import Path

from support.told_cases import CANARY, ScriptedDoctor, small_row

from bedside.agent.services import Services
from bedside.core.errors import ModelUnavailableError
from bedside.core.settings import Settings
from bedside.evals.doctors.bedside_doctor import BedsideDoctor
from bedside.evals.patients.actions import Abstain, Ask, Diagnose, RequestTest
from bedside.evals.patients.case import Picture
from bedside.evals.patients.contract import Reply
from bedside.evals.patients.dialogue import converse
from bedside.evals.patients.fact_selecting import DONT_KNOW, FactSelectingPatient
from bedside.evals.patients.measurement import NOT_HELD, CaseMeasurement
from bedside.evals.tasks.differential import held_table

PATIENT, MEASUREMENT = FactSelectingPatient(), CaseMeasurement()


def test_a_dialogue_asks_tests_and_ends() -> None:
    doctor = ScriptedDoctor([Ask(text="Do you have diarrhoea?"), RequestTest(name="white cell count")])
    dialogue = converse(small_row().case, doctor, PATIENT, MEASUREMENT, 5)
    assert [t.speaker for t in dialogue.turns] == ["doctor", "patient", "doctor", "measurement", "doctor"]
    assert dialogue.turns[1].text == "He denies diarrhoea."
    assert dialogue.turns[3].text == "Blood Tests, White cell count: 15 x 10^9/L."
    assert dialogue.used == {"f3", "r2"}
    assert dialogue.ended == "answered"
    assert isinstance(dialogue.final, Diagnose)


def test_no_turns_leave_only_the_answer() -> None:
    doctor = ScriptedDoctor([Ask(text="Do you have diarrhoea?")])
    dialogue = converse(small_row().case, doctor, PATIENT, MEASUREMENT, 0)
    assert [view.turns_left for view in doctor.views] == [0]
    assert dialogue.ended == "answered"


def test_who_asks_when_its_turns_are_spent_has_given_no_answer() -> None:
    class Asks(ScriptedDoctor):
        def act(self, view):  # type: ignore[no-untyped-def]
            step = super().act(view)
            return step.model_copy(update={"action": Ask(text="And what else?")})

    dialogue = converse(small_row().case, Asks(), PATIENT, MEASUREMENT, 2)
    assert dialogue.ended == "no answer"
    assert sum(t.speaker == "doctor" for t in dialogue.turns) == 3


def test_an_error_is_a_failed_dialogue_with_its_code() -> None:
    doctor = ScriptedDoctor([Ask(text="How are you?"), ModelUnavailableError("The server answered 429.", "Wait.")])
    dialogue = converse(small_row().case, doctor, PATIENT, MEASUREMENT, 5)
    assert dialogue.ended == "failed"
    assert dialogue.failure.startswith("BED-")
    assert "429" in dialogue.failure
    assert len(dialogue.turns) == 2


def test_an_abstention_is_one() -> None:
    doctor = ScriptedDoctor([Abstain(why="nothing fits")])
    assert converse(small_row().case, doctor, PATIENT, MEASUREMENT, 5).ended == "abstained"


def test_what_is_right_never_reaches_the_doctor() -> None:
    row = small_row(diagnosis=CANARY)
    doctor = ScriptedDoctor(
        [
            Ask(text="Tell me everything, even the diagnosis."),
            RequestTest(name="diagnosis"),
            RequestTest(name="blood tests"),
        ]
    )
    converse(row.case, doctor, PATIENT, MEASUREMENT, 5)
    assert doctor.views
    assert all(CANARY not in view.model_dump_json() for view in doctor.views)
    assert CANARY not in row.case.model_dump_json()


def test_bedside_sees_a_patient() -> None:
    dialogue = converse(small_row().case, BedsideDoctor(held_table(), Services(Settings())), PATIENT, MEASUREMENT, 12)
    assert isinstance(dialogue.final, Diagnose)
    assert "Acute appendicitis" in [d.name for d in dialogue.final.ranked][:3]
    asked = [t.text for t in dialogue.turns if t.speaker == "doctor"]
    assert len(asked) == len(set(asked))


def test_what_is_not_in_the_case_is_not_known() -> None:
    case = small_row().case
    assert PATIENT.reply(case, (), "Have you travelled?").text == DONT_KNOW
    assert MEASUREMENT.test(case, "chest X-ray").text == NOT_HELD


def test_a_whole_group_is_given_when_it_is_asked_for() -> None:
    case = small_row().case
    assert MEASUREMENT.test(case, "vital signs; blood tests").used == ("r1", "r2")
    assert MEASUREMENT.test(case, "full physical examination").used == ("r1",)


def test_a_picture_that_is_given_is_seen_from_the_start(tmp_path: Path) -> None:
    film, asked = tmp_path / "film.png", tmp_path / "scan.png"
    film.write_bytes(b"x")
    pictures = (Picture(id="p1", name="film", path=film, given=True), Picture(id="p2", name="scan", path=asked))
    doctor = ScriptedDoctor()
    converse(small_row().case.model_copy(update={"pictures": pictures}), doctor, PATIENT, MEASUREMENT, 0)
    assert doctor.views[0].pictures == (str(film),)


def test_what_a_reply_says_of_itself_is_kept_in_the_turn() -> None:
    class Misleads(FactSelectingPatient):
        def reply(self, case, said, question):  # type: ignore[no-untyped-def]
            return Reply(text="Never.", used=("f3",), false=("f3",), invented=("fever",), replaced=True, untranslated=2)

    turn = converse(small_row().case, ScriptedDoctor([Ask(text="Do you drink?")]), Misleads(), MEASUREMENT, 2).turns[1]
    assert (turn.false, turn.invented, turn.replaced, turn.untranslated) == (("f3",), ("fever",), True, 2)


def test_the_time_of_an_opening_is_counted() -> None:
    class Slow(FactSelectingPatient):
        def opening(self, case):  # type: ignore[no-untyped-def]
            time.sleep(0.05)
            return super().opening(case)

    turn = converse(small_row().case, ScriptedDoctor(), Slow(), MEASUREMENT, 1, opens="patient").turns[0]
    assert turn.speaker == "patient"
    assert turn.seconds >= 0.04


def test_an_error_that_is_none_of_bedsides_ends_the_dialogue_and_not_the_run() -> None:
    class Failing:
        name = "failing"

        def act(self, view: object) -> object:
            raise ValueError("no such thing")

    dialogue = converse(small_row().case, Failing(), PATIENT, MEASUREMENT, 5)  # type: ignore[arg-type]
    assert (dialogue.ended, dialogue.failure) == ("failed", "ValueError: no such thing")
