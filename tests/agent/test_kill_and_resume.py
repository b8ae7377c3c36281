"""kill -9 at every node: the message is there, finished steps do not run again, and the answer is the same."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from support import killed
from support.assistant import CASE, scripted_assistant

from bedside.agent import graph

TESTS = Path(__file__).resolve().parents[1]
ON_THE_WAY = ["intake", "triage", "plan", "consult", "retrieve", "reason", "verify", "compose"]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    answer = scripted_assistant(tmp_path_factory.mktemp("undisturbed")).ask(CASE, thread="killed")
    return [c.text for c in answer.claims], [s.node for s in answer.trace]


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("node", ON_THE_WAY)
def test_a_killed_turn_resumes_where_it_was(node, moment, tmp_path, monkeypatch, undisturbed):
    log = tmp_path / "nodes.log"
    log.touch()
    env = {**os.environ, "PYTHONPATH": str(TESTS)}
    command = [sys.executable, "-m", "support.killed", str(tmp_path), node, moment, str(log)]
    died = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120)
    assert died.returncode == -signal.SIGKILL, died.stderr

    before = log.read_text().split()
    monkeypatch.setattr(graph, "NODES", dict(graph.NODES))
    killed.log_nodes(log)
    assistant = scripted_assistant(tmp_path)
    answer = assistant.resume("killed")
    after = log.read_text().split()[len(before) :]

    claims, trace = undisturbed
    assert [c.text for c in answer.claims] == claims
    assert [m.text for m in assistant.case("killed").messages] == [CASE]
    # The node in flight runs again and nothing else does: what was finished and written, then the rest of the trace.
    finished = before[:-1] if moment == "after" else before
    assert finished + after == trace
    assert [s.node for s in answer.trace] == trace


def test_a_message_killed_before_it_was_read_is_read_with_the_next_one(tmp_path):
    log = tmp_path / "nodes.log"
    env = {**os.environ, "PYTHONPATH": str(TESTS)}
    command = [sys.executable, "-m", "support.killed", str(tmp_path), "intake", "before", str(log)]
    subprocess.run(command, env=env, capture_output=True, timeout=120)
    assistant = scripted_assistant(tmp_path)
    assistant.ask("He is allergic to penicillin.", thread="killed")
    case = assistant.case("killed")
    assert [m.text for m in case.messages] == [CASE, "He is allergic to penicillin."]
    assert case.fact("age").value == 67
