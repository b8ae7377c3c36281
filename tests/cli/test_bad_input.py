"""Whatever goes wrong is one clear sentence with a code and what to do; the thread goes on and nothing is lost."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from langgraph.checkpoint.sqlite import SqliteSaver
from support import ecg
from support.assistant import CASE
from support.image_files import write_record
from support.weights import settings_with

from bedside.agent import memory
from bedside.agent.understand import only_supposes, question_of, suppositions

TESTS = Path(__file__).resolve().parents[1]
SEARCHES = "What is the dose of vancomycin for MRSA pneumonia?"


def refused(done, code):
    """One sentence on standard error, exit code 2, nothing else."""
    assert done.code == 2, done
    lines = done.err.strip().splitlines()
    assert len(lines) == 1, done.err
    assert lines[0].startswith(f"[{code}] ")
    assert lines[0].endswith(".")
    return lines[0]


@pytest.mark.parametrize("text", ["", "  \n "])
def test_an_empty_question(bedside, scripted, text):
    refused(bedside("ask", text), "BED-ASK-001")


def test_an_empty_standard_input(bedside, scripted):
    refused(bedside("ask", "-", stdin=b""), "BED-ASK-001")


def test_more_than_one_turn_reads(bedside, scripted):
    assert "400,000" in refused(bedside("ask", "-", stdin=b"fever " * 70_000), "BED-ASK-002")


@pytest.mark.parametrize("name", ["nowhere.dcm", "no/such/folder/x.png", "x" * 300 + ".png"])
def test_a_file_that_is_not_there(bedside, scripted, name):
    refused(bedside("ask", "What is this?", "--file", name), "BED-FILE-001")


def test_a_pipe_is_not_read_for_ever(bedside, scripted, tmp_path):
    os.mkfifo(tmp_path / "pipe.dcm")
    refused(bedside("ask", "What is this?", "--file", tmp_path / "pipe.dcm"), "BED-FILE-003")


def test_a_file_that_may_not_be_read(bedside, scripted, tmp_path, monkeypatch):
    path = tmp_path / "secret.dcm"
    path.write_bytes(b"x" * 200)
    opened = Path.open

    def forbidden(self, *args, **kwargs):
        if self.name == "secret.dcm":
            raise PermissionError(13, "Permission denied", str(self))
        return opened(self, *args, **kwargs)

    # As root, a file's mode forbids nothing; so the refusal of the system is played.
    monkeypatch.setattr(Path, "open", forbidden)
    sentence = refused(bedside("ask", "What is this?", "--file", path), "BED-FILE-001")
    assert "Permission denied" in sentence
    assert "database" not in sentence


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        ("note.dcm", b"This is a letter, not an image. " * 20, "BED-FILE-003"),
        ("empty.png", b"", "BED-FILE-002"),
        ("broken.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "BED-FILE-003"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused_and_the_rest_is_answered(
    bedside, scripted, tmp_path, name, body, code
):
    settings_with("minilm")
    (tmp_path / name).write_bytes(body)
    done = bedside("ask", CASE, "--file", tmp_path / name, "--json")
    data = json.loads(done.out)
    assert done.code == 0
    assert (code, name) in {(r["code"], r["subject"]) for r in data["refusals"]}
    assert "CURB-65 is 5 of 5" in done.out


def test_a_flat_line_has_no_rhythm(bedside, scripted, tmp_path):
    record = write_record(tmp_path, ecg.flat(rate=360.0))
    done = bedside("ask", "What rhythm is this?", "--file", record, "--json")
    data = json.loads(done.out)
    assert done.code == 0
    assert not data["claims"]
    (refusal,) = [r for r in data["refusals"] if "ecg_rhythm" in r["subject"] or "rhythm" in r["subject"].lower()]
    assert refusal["code"].startswith("BED-TOOL-")
    assert refusal["do"]


PAGES = {
    "prose": "The patient was stable overnight and had breakfast. ",
    "no full stop": "patient stable and eating ",
    "decimals": "1.2",
    "dots": ".",
    "dashes": "- ",
    "spaces": " ",
    "questions": "How is he? ",
    "allergies": "allergic to penicillin and ",
    "pressures": "BP 120/80, HR 72. ",
}


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES.keys())
def test_200_pages_are_read_in_seconds(page):
    text = "x " + page * (398_000 // len(page)) + " What now?"
    started = time.perf_counter()
    question_of(text)
    suppositions(text)
    only_supposes(text[2:])
    only_supposes("if " + text)
    assert time.perf_counter() - started < 5


def test_200_pages_with_a_case_in_them_are_answered(bedside, scripted):
    settings_with("minilm")
    text = PAGES["prose"] * 7_500 + CASE
    done = bedside("ask", "-", "--json", stdin=text.encode())
    assert done.code == 0
    assert "CURB-65 is 5 of 5" in done.out
    assert json.loads(done.out)["question"] == "How severe is his pneumonia and where should he be treated?"


@pytest.mark.parametrize(
    ("variables", "code"),
    [
        ({"BEDSIDE_MODEL__NAME": "no-such-weight"}, "BED-WEIGHT-002"),
        ({"BEDSIDE_MODEL__BACKEND": "openai", "BEDSIDE_MODEL__BASE_URL": ""}, "BED-SET-002"),
        (
            {
                "BEDSIDE_MODEL__BACKEND": "openai",
                "BEDSIDE_MODEL__BASE_URL": "http://model.example/v1",
                "BEDSIDE_OFFLINE": "true",
            },
            "BED-NET-001",
        ),
        ({"BEDSIDE_MODEL__BACKEND": "openai", "BEDSIDE_MODEL__BASE_URL": "http://127.0.0.1:9/v1"}, "BED-MODEL-001"),
    ],
)
def test_without_a_core_model_the_rules_still_answer(bedside, monkeypatch, variables, code):
    settings_with("minilm")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    done = bedside("ask", CASE, "--json")
    data = json.loads(done.out)
    assert done.code == 0
    assert data["banner"]
    assert "CURB-65 is 5 of 5" in done.out
    assert any("hospital" in c["text"] for c in data["claims"])
    lacking = [r for r in data["refusals"] if r["code"] == code]
    assert lacking
    assert all("core model" in r["subject"] and r["do"] for r in lacking)


def test_offline_with_an_empty_cache_scores_and_flags_still_answer(bedside, monkeypatch, tmp_path):
    monkeypatch.setenv("BEDSIDE_OFFLINE", "true")
    monkeypatch.setenv("BEDSIDE_CACHE", str(tmp_path / "cache"))
    done = bedside("ask", CASE, "--json")
    data = json.loads(done.out)
    assert done.code == 0
    assert data["banner"]
    assert "CURB-65 is 5 of 5" in done.out
    assert {r["subject"] for r in data["refusals"] if r["code"] == "BED-WEIGHT-004"} >= {"guideline_search"}
    assert any("core model" in r["subject"] for r in data["refusals"])


@pytest.mark.parametrize(
    "error", [sqlite3.OperationalError("database or disk is full"), OSError(28, "No space left on device")]
)
def test_a_full_disk_loses_nothing_that_was_written(bedside, scripted, monkeypatch, error):
    settings_with("minilm")
    put, count = SqliteSaver.put, iter(range(100))

    def full(self, *args):
        if next(count) >= 4:
            raise error
        return put(self, *args)

    with monkeypatch.context() as patched:
        patched.setattr(SqliteSaver, "put", full)
        assert "full" in refused(bedside("ask", CASE, "--thread", "t"), "BED-STORE-013")
    done = bedside("resume", "t", "--json")
    assert done.code == 0
    assert "CURB-65 is 5 of 5" in done.out


def test_a_locked_database(bedside, scripted, monkeypatch, tmp_path):
    monkeypatch.setattr(memory, "_BUSY_SECONDS", 0.05)
    assert bedside("threads").code == 0
    holder = sqlite3.connect(tmp_path / "home" / "users" / "local" / "threads.sqlite")
    holder.execute("BEGIN EXCLUSIVE")
    try:
        assert "locked" in refused(bedside("ask", SEARCHES, "--thread", "t"), "BED-STORE-012")
    finally:
        holder.close()
    refused(bedside("resume", "t"), "BED-THREAD-004")


def test_a_folder_that_cannot_be_made(bedside, scripted, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    monkeypatch.setenv("BEDSIDE_HOME", str(tmp_path / "file" / "home"))
    assert "BEDSIDE_HOME" in refused(bedside("ask", SEARCHES), "BED-STORE-001")


@pytest.mark.parametrize(
    ("thread", "code"), [("nothing", "BED-THREAD-004"), ("../up", "BED-THREAD-001"), ("a/b", "BED-THREAD-001")]
)
def test_a_thread_that_is_not_there(bedside, scripted, thread, code):
    refused(bedside("resume", thread), code)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("tools", "run", "nothing"), "BED-TOOL-001"),
        (("models", "fetch", "nothing"), "BED-WEIGHT-002"),
        (("eval", "run", "nothing"), "BED-EVAL-001"),
    ],
)
def test_a_name_that_is_not_listed(bedside, arguments, code):
    refused(bedside(*arguments), code)


def test_one_file_of_several_that_cannot_be_read_stops_no_other(bedside, tmp_path):
    record = write_record(tmp_path, ecg.flat(rate=360.0))
    done = bedside("tools", "run", "ecg_rhythm", "--file", tmp_path / "nowhere", "--file", record)
    assert done.code == 0
    first, second = done.out.strip().splitlines()
    assert "BED-FILE-001" in first
    assert "refused" in second


def test_a_fault_of_our_own_is_a_sentence_too(bedside, monkeypatch):
    def broken(self):
        raise RuntimeError("oops")

    monkeypatch.setattr(memory.Memory, "threads", broken)
    done = bedside("threads")
    assert done.code == 1
    assert done.err.startswith("[BED-000] ")
    assert len(done.err.strip().splitlines()) == 1


def _command(home: Path, delay: float, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "support.bedside_cli", str(home), str(delay), *arguments]


def test_ctrl_c_in_the_middle_leaves_at_once_and_the_turn_can_be_finished(tmp_path):
    settings_with("minilm")
    env = {**os.environ, "PYTHONPATH": str(TESTS)}
    asking = subprocess.Popen(
        _command(tmp_path, 60, "ask", CASE, "--thread", "t"),
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert asking.stderr is not None
    assert any("thinking" in line for line in asking.stderr)
    stopped = time.perf_counter()
    asking.send_signal(signal.SIGINT)
    out, err = asking.communicate(timeout=30)
    assert time.perf_counter() - stopped < 5
    assert (asking.returncode, out) == (130, "")
    assert err.strip().startswith("[BED-ASK-010] ")
    assert "`bedside resume t`" in err
    done = subprocess.run(
        _command(tmp_path, 0, "resume", "t", "--json"), env=env, capture_output=True, text=True, timeout=120, check=True
    )
    data = json.loads(done.stdout)
    assert data["trace"][0]["node"] == "intake"
    assert "CURB-65 is 5 of 5" in done.stdout
    assert "Traceback" not in done.stderr + err
