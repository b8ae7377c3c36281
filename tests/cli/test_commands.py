"""Every command explains itself, ends with the right exit code, and prints what it promises."""

from __future__ import annotations

import json

import pytest
from support.assistant import CASE
from support.chest_film import chest, write_film_dicom, write_picture
from support.weights import settings_with

import bedside as package
from bedside.core.answer import Answer

COMMANDS = [
    (),
    ("ask",),
    ("chat",),
    ("interview",),
    ("resume",),
    ("threads",),
    ("serve",),
    ("doctor",),
    ("tools",),
    ("tools", "list"),
    ("tools", "run"),
    ("tools", "bundle"),
    ("tools", "bundle", "add"),
    ("tools", "bundle", "list"),
    ("tools", "bundle", "remove"),
    ("models",),
    ("models", "list"),
    ("models", "fetch"),
    ("knowledge",),
    ("knowledge", "add"),
    ("knowledge", "list"),
    ("knowledge", "show"),
    ("knowledge", "search"),
    ("knowledge", "remove"),
    ("knowledge", "verify"),
    ("knowledge", "export"),
    ("knowledge", "coverage"),
    ("eval",),
    ("eval", "list"),
    ("eval", "run"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: " ".join(c) or "bedside")
def test_every_command_explains_itself(command, bedside):
    done = bedside(*command, "--help")
    assert done.code == 0
    assert "Usage:" in done.out


def test_the_version_is_the_package_version(bedside):
    assert bedside("--version").out.strip() == f"bedside {package.__version__}"


@pytest.mark.parametrize(
    "arguments", [("nonsense",), ("ask",), ("ask", "a", "b"), ("ask", "a", "--nonsense"), ("tools", "run")]
)
def test_a_wrong_command_is_a_usage_error(arguments, bedside):
    done = bedside(*arguments)
    assert done.code == 2
    assert "Usage" in done.err


def test_there_are_no_threads_at_first(bedside):
    assert bedside("threads").out.startswith("No threads yet.")
    assert bedside("threads", "--json").out == ""


def test_the_tools_are_listed_with_their_cards(bedside):
    rows = [json.loads(line) for line in bedside("tools", "list", "--json").out.splitlines()]
    assert {"curb65", "qsofa", "guideline_search", "ecg_rhythm", "brain_extract"} <= {r["name"] for r in rows}
    assert "curb65" in bedside("tools", "list").out


def test_one_tool_runs_alone(bedside):
    done = bedside("tools", "run", "curb65", "--text", CASE, "--json")
    row = json.loads(done.out)
    assert (done.code, row["file"], row["evidence"][0]["value"]) == (0, None, 5.0)
    assert "CURB-65 is 5 of 5" in bedside("tools", "run", "curb65", "--text", CASE).out


def test_a_file_that_cannot_be_read_is_told_by_the_gate_of_its_row(bedside, tmp_path):
    (tmp_path / "text.png").write_text("no picture")
    row = json.loads(bedside("tools", "run", "brain_extract", "--json", "--file", tmp_path / "text.png").out)
    assert (row["gate"]["accepted"], row["gate"]["basis"]) == (False, "unreadable")
    assert row["gate"]["why"] == row["refusal"]["why"] and "probabilities" not in row


def test_doctor_says_what_is_missing_and_fails_without_a_core_model(bedside, monkeypatch):
    monkeypatch.setenv("BEDSIDE_MODEL__NAME", "no-such.gguf")
    monkeypatch.setenv("BEDSIDE_OFFLINE", "true")
    done = bedside("doctor")
    assert done.code in (1, 2)
    assert "no-such" in done.out + done.err


def test_doctor_says_that_the_server_of_the_documents_does_not_answer(bedside, monkeypatch):
    monkeypatch.setenv("BEDSIDE_CORPUS__VECTORS", "qdrant")
    monkeypatch.setenv("BEDSIDE_CORPUS__QDRANT_URL", "http://127.0.0.1:9")
    said = " ".join(bedside("doctor").out.split())
    assert "vectors of your documents" in said and "missing" in said and "BED-INDEX-00" in said


@pytest.mark.parametrize(
    ("variable", "value"), [("BEDSIDE_MODEL__BACKEND", "abacus"), ("BEDSIDE_BOUNDS__SECONDS", "soon")]
)
def test_a_setting_without_a_legal_value_is_one_sentence(variable, value, bedside, monkeypatch):
    monkeypatch.setenv(variable, value)
    done = bedside("threads")
    assert done.code == 2
    assert done.err.startswith("[BED-SET-001]")
    assert variable.split("__")[-1].lower() in done.err.lower()


def test_a_settings_file_that_is_no_toml_is_one_sentence(bedside, tmp_path):
    (tmp_path / "bedside.toml").write_text("home = [", encoding="utf-8")
    done = bedside("threads")
    assert (done.code, done.err[:13]) == (2, "[BED-SET-001]")


@pytest.fixture
def asked(bedside, scripted):
    settings_with("minilm")
    return bedside


def test_a_question_is_answered_as_json_markdown_and_listed(asked):
    done = asked("ask", CASE, "--json", "--thread", "t")
    data = json.loads(done.out)
    assert done.code == 0
    assert data["banner"]
    del data["banner"], data["headline"]
    assert Answer.model_validate(data).thread == "t"
    piped = asked("ask", "-", "--thread", "t", stdin="He is allergic to penicillin.\xff".encode("latin-1"))
    assert piped.code == 0
    assert "**What changed.**" in piped.out
    assert "bedside ask --thread t" in piped.err
    assert "| id | evidence | source |" in asked("resume", "t").out
    assert json.loads(asked("threads", "--json").out)["messages"] == 2
    assert "67-year-old man" in asked("threads").out


def test_a_dialogue_goes_on_after_an_error_and_ends_with_its_input(asked):
    lines = ["", "/file nowhere.png", "What is this?", "Can lisinopril be used in pregnancy?", "/new", "/quit"]
    done = asked("chat", stdin="\n".join(lines).encode())
    assert done.code == 0
    assert "[BED-FILE-001]" in done.err
    assert "should not be used in pregnancy" in done.out
    assert "New case, thread" in done.out
    assert asked("chat", stdin=b"").code == 0


def test_an_imaging_expert_prints_a_row_a_file_with_probabilities_and_the_gate(bedside, tmp_path):
    films = [
        write_picture(tmp_path / "a.jpeg", chest(), quality=95),
        write_film_dicom(tmp_path / "b.dcm", chest(seed=1)),
        write_film_dicom(tmp_path / "hand.dcm", chest(), BodyPartExamined="HAND"),
        tmp_path / "text.png",
    ]
    films[3].write_text("no picture")
    done = bedside("tools", "run", "cxr_pneumonia", "--json", *(word for film in films for word in ("--file", film)))
    rows = [json.loads(line) for line in done.out.splitlines()]
    assert (done.code, [row["file"] for row in rows]) == (0, [str(film) for film in films])
    for row in rows[:2]:
        by_class = row["probabilities"]
        assert set(by_class) == {"normal", "bacterial pneumonia", "viral pneumonia", "pneumonia"}
        assert by_class["normal"] + by_class["pneumonia"] == pytest.approx(1, abs=1e-3)
    assert [row["gate"]["accepted"] for row in rows] == [True, True, False, False]
    assert [row["gate"]["basis"] for row in rows] == ["caller's word", "tags", "card", "unreadable"]
    assert "probabilities" not in rows[2] and rows[3]["refusal"]["code"] == "BED-FILE-003"
