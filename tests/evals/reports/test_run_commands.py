from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.slow_run import PlainPatient, SlowDoctor, slow_rows
from typer.testing import CliRunner

from bedside.cli.main import app
from bedside.core.settings import Settings
from bedside.evals.benchmarks.registry import Benchmark
from bedside.evals.runs import run as runs
from bedside.evals.runs.run import run_benchmark
from bedside.evals.runs.setup import Setup

CASES = 8


@pytest.fixture
def output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two finished runs of the same cases and an unfinished one."""
    monkeypatch.setenv("BEDSIDE_OUTPUT", str(tmp_path))
    monkeypatch.setattr(runs, "make_doctor", lambda setup, settings: SlowDoctor(0.0))
    monkeypatch.setattr(runs, "make_patient", lambda setup, settings: PlainPatient())
    rows = slow_rows(CASES)
    benchmark = Benchmark("slow", "slow cases", "", lambda path: rows, 6)
    for setup in (Setup(doctor="model", turns=6), Setup(turns=6), Setup(turns=5)):
        run = run_benchmark(benchmark, rows, setup, Settings(output=tmp_path))
    journal = run.folder / "journal.jsonl"
    journal.write_text("".join(journal.read_text(encoding="utf-8").splitlines(keepends=True)[:3]), encoding="utf-8")
    return tmp_path


def _said(*arguments: str) -> str:
    done = CliRunner().invoke(app, ["eval", *arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_runs_are_listed_finished_and_not(output: Path) -> None:
    text = _said("runs")
    assert text.count("8 of 8, whole") == 2
    assert text.count("3 of 8") == 1
    listed = json.loads(_said("runs", "slow", "--json"))
    assert sorted(one["done"] for one in listed) == [3, 8, 8]


def test_two_doctors_of_a_benchmark_are_compared(output: Path) -> None:
    text = _said("compare", "slow", "--doctor", "bedside", "--doctor", "model")
    assert "bedside less model, over the same cases" in text
    assert "McNemar's exact p 1.000" in text
    found = json.loads(_said("compare", "slow", "--doctor", "model", "--doctor", "bedside", "--json"))
    assert found["systems"] == ["model", "bedside"]
    assert {one["estimate"]["n"] for one in found["scores"]} == {CASES}


def test_a_report_is_written_where_it_is_said_and_beside_the_run(output: Path, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    assert "page.html" in _said("report", "slow", "--out", str(path))
    assert "Each of these doctors saw" in path.read_text(encoding="utf-8")
    folder = next(one for one in json.loads(_said("runs", "--json")) if one["done"] == CASES)["folder"]
    _said("report", folder)
    assert "One doctor saw" in (Path(folder) / "report.html").read_text(encoding="utf-8")


def test_a_run_is_found_by_the_name_of_its_folder(output: Path) -> None:
    folder = next(one for one in json.loads(_said("runs", "--json")) if one["done"] == CASES)["folder"]
    assert "right answer first" in _said("compare", Path(folder).name)


def test_a_run_is_compared_with_marks_that_somebody_published(output: Path, tmp_path: Path) -> None:
    whole = [one for one in json.loads(_said("runs", "--json")) if one["done"] == CASES]
    theirs = next(one["folder"] for one in whole if one["system"] == "model")
    mine = next(one["folder"] for one in whole if one["system"] == "bedside")
    published = tmp_path / "theirs.json"
    assert "theirs.json" in _said("marks", theirs, "--out", str(published))
    assert "bedside less model, over the same cases" in _said("compare", mine, str(published))
    assert _said("compare", str(published), mine).index("model less bedside") > 0
    everything = _said("compare", "slow", "--doctor", "bedside", str(published))
    assert "bedside less model, over the same cases" in everything


def test_of_several_runs_none_is_written_as_if_it_were_the_one(output: Path) -> None:
    done = CliRunner().invoke(app, ["eval", "marks", "slow"])
    assert done.exit_code != 0
    assert "BED-EVAL-044" in str(done.exception) + done.output or "2 runs" in str(done.exception) + done.output
