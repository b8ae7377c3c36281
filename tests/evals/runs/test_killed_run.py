from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

TESTS = Path(__file__).resolve().parents[2]
CASES, KILLS = 45, 5


def _start(output: Path, delay: float) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "support.slow_run", str(output), str(CASES), str(delay)]
    return subprocess.Popen(command, cwd=TESTS, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _finished(output: Path) -> int:
    """Whole lines of the journal."""
    paths = list(output.glob("evals/slow/*/journal.jsonl"))
    return paths[0].read_bytes().count(b"\n") if paths else 0


def _kill_at_work(output: Path, chance: random.Random) -> tuple[int, int]:
    """Kills a process between two moments of its work; how many dialogues were finished before it and after."""
    before = _finished(output)
    process = _start(output, 0.02)
    give_up = time.monotonic() + 120
    wanted = before + chance.randint(1, 5)
    while _finished(output) < wanted and process.poll() is None and time.monotonic() < give_up:
        time.sleep(0.002)
    time.sleep(chance.uniform(0, 0.08))
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL, "it had ended before it was killed"
    return before, _finished(output)


def test_a_run_that_is_killed_again_and_again_ends_with_the_report_of_an_undisturbed_one(tmp_path: Path) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    assert _start(whole, 0.0).wait(timeout=240) == 0
    chance = random.Random(20261128)
    for _ in range(KILLS):
        before, after = _kill_at_work(killed, chance)
        assert before < after < CASES
    assert _start(killed, 0.0).wait(timeout=240) == 0
    assert (killed / "scores.json").read_bytes() == (whole / "scores.json").read_bytes()
    assert (killed / "report.html").read_bytes() == (whole / "report.html").read_bytes()
    assert _finished(killed) == CASES  # nothing was had twice, and nothing is missing
