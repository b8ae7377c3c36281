from __future__ import annotations

import threading
from pathlib import Path

import pytest
from support.told_cases import small_row

from bedside.core.errors import SettingsError
from bedside.core.settings import CoreModelSettings, Settings
from bedside.evals.benchmarks.registry import Benchmark
from bedside.evals.patients.case import PatientCase, Row
from bedside.evals.patients.dialogue import Dialogue
from bedside.evals.reports.compared import compare
from bedside.evals.reports.named import sides_named
from bedside.evals.runs import kept
from bedside.evals.runs.code import code_digest
from bedside.evals.runs.how import How, at_once_of
from bedside.evals.runs.journal import Journal
from bedside.evals.runs.kept import kept_runs, names_of, read_run, runs_to_show
from bedside.evals.runs.listed import listed, to_text
from bedside.evals.runs.run import Talking, run_benchmark
from bedside.evals.runs.setup import Setup
from bedside.evals.runs.task import run_logged
from bedside.evals.runs.watched import Watch


def _benchmark(rows: list[Row]) -> Benchmark:
    return Benchmark("small", "small cases", "", lambda path: rows, 4)


def test_a_finished_run_can_be_read_from_its_folder_alone(tmp_path: Path) -> None:
    rows = [small_row(1), small_row(2)]
    run = run_benchmark(_benchmark(rows), rows, Setup(turns=4), Settings(output=tmp_path))
    kept = read_run(run.folder)
    assert kept.rows == tuple(rows)
    assert kept.in_order == run.dialogues
    assert kept.about.setup == run.setup
    assert kept.about.begun


def test_runs_are_listed_with_how_far_they_are(tmp_path: Path) -> None:
    rows = [small_row(1), small_row(2)]
    run = run_benchmark(_benchmark(rows), rows, Setup(turns=4), Settings(output=tmp_path))
    journal = run.folder / "journal.jsonl"
    journal.write_text(journal.read_text(encoding="utf-8").splitlines(keepends=True)[0], encoding="utf-8")
    (found,) = kept_runs(tmp_path)
    assert not found.finished
    line = listed(found)
    assert (line.done, line.cases, line.system) == (1, 2, "bedside")
    assert "1 of 2" in to_text([line])
    with pytest.raises(SettingsError) as caught:
        runs_to_show([str(run.folder)], tmp_path)
    assert caught.value.code == "BED-EVAL-032"


def test_fresh_has_every_dialogue_again(tmp_path: Path) -> None:
    rows = [small_row(1)]
    first = run_benchmark(_benchmark(rows), rows, Setup(turns=4), Settings(output=tmp_path))
    again = run_benchmark(_benchmark(rows), rows, Setup(turns=4), Settings(output=tmp_path))
    assert again.dialogues == first.dialogues
    fresh = run_benchmark(_benchmark(rows), rows, Setup(turns=4), Settings(output=tmp_path), How(fresh=True))
    assert fresh.dialogues[0].seconds != first.dialogues[0].seconds
    assert len((first.folder / "journal.jsonl").read_text(encoding="utf-8").splitlines()) == 1


def test_it_is_said_when_the_code_has_changed_since_a_run_was_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows, how = [small_row(1)], How(log=False)
    first = run_benchmark(_benchmark(rows), rows, Setup(turns=4), Settings(output=tmp_path), how)
    assert read_run(first.folder).about.code == code_digest()
    run_benchmark(_benchmark(rows), rows, Setup(turns=4), Settings(output=tmp_path), how)
    assert "code has changed" not in capsys.readouterr().err
    monkeypatch.setattr(kept, "code_digest", lambda: "another")
    run_benchmark(_benchmark(rows), rows, Setup(turns=4), Settings(output=tmp_path), how)
    assert "code has changed" in capsys.readouterr().err
    fresh = run_benchmark(_benchmark(rows), rows, Setup(turns=4), Settings(output=tmp_path), How(fresh=True, log=False))
    assert read_run(fresh.folder).about.code == "another"


def test_runs_of_other_cases_are_not_compared(tmp_path: Path) -> None:
    rows = [small_row(1), small_row(2)]
    settings = Settings(output=tmp_path)
    both = run_benchmark(_benchmark(rows), rows, Setup(turns=4), settings)
    one = run_benchmark(_benchmark(rows), rows[:1], Setup(turns=4), settings)
    with pytest.raises(SettingsError) as caught:
        compare(sides_named([str(both.folder), str(one.folder)], settings))
    assert caught.value.code == "BED-EVAL-033"


def test_a_damaged_run_is_named_and_hides_no_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [small_row(1), small_row(2)]
    settings = Settings(output=tmp_path)
    whole = run_benchmark(_benchmark(rows), rows, Setup(turns=4), settings, How(log=False))
    spoilt = run_benchmark(_benchmark(rows), rows, Setup(turns=2), settings, How(log=False))
    (spoilt.folder / "about.json").write_text("{", encoding="utf-8")
    assert [run.folder for run in kept_runs(tmp_path)] == [whole.folder]
    assert str(spoilt.folder) in capsys.readouterr().err


def test_a_judge_that_is_named_later_is_kept_with_the_run(tmp_path: Path) -> None:
    rows = [small_row(1)]
    settings = Settings(output=tmp_path)
    first = run_benchmark(_benchmark(rows), rows, Setup(turns=4), settings, How(log=False))
    begun = read_run(first.folder).about.begun
    again = run_benchmark(_benchmark(rows), rows, Setup(turns=4, judge="model"), settings, How(log=False))
    about = read_run(again.folder).about
    assert (again.folder, about.setup.judge, about.begun) == (first.folder, "model", begun)


@pytest.mark.parametrize("name", ["/no/such/folder", "../elsewhere", "small/nothing", "nothing", "*"])
def test_a_name_of_which_no_run_is_kept_is_said(tmp_path: Path, name: str) -> None:
    rows = [small_row(1)]
    run_benchmark(_benchmark(rows), rows, Setup(turns=4), Settings(output=tmp_path), How(log=False))
    assert kept_runs(tmp_path, name) == []
    with pytest.raises(SettingsError) as caught:
        runs_to_show([name], tmp_path)
    assert caught.value.code == "BED-EVAL-031"


def test_a_benchmark_stands_for_its_runs_over_the_cases_that_were_last_run(tmp_path: Path) -> None:
    rows = [small_row(1), small_row(2)]
    settings = Settings(output=tmp_path)
    run_benchmark(_benchmark(rows), rows[:1], Setup(turns=4), settings)
    run_benchmark(_benchmark(rows), rows, Setup(turns=2), settings)
    run_benchmark(_benchmark(rows), rows, Setup(turns=4), settings)
    shown = runs_to_show(["small"], tmp_path)
    assert sorted(names_of(shown)) == ["bedside, 2 turns", "bedside, 4 turns"]
    with pytest.raises(SettingsError) as caught:
        runs_to_show(["small"], tmp_path, ["model"])
    assert caught.value.code == "BED-EVAL-031"


def test_an_embedded_model_has_one_dialogue_at_a_time() -> None:
    how, served = How(at_once=8), Settings(model=CoreModelSettings(backend="openai", base_url="http://127.0.0.1:1/v1"))
    assert at_once_of(how, Setup(doctor="model"), Settings()) == 1
    assert at_once_of(how, Setup(doctor="http://127.0.0.1:1/v1#m"), Settings()) == 8
    assert at_once_of(how, Setup(doctor="http://127.0.0.1:1/v1#m", patient="fr+model"), Settings()) == 1
    assert at_once_of(how, Setup(doctor="model"), served) == 8


def test_when_the_model_is_gone_the_others_are_counted_as_failed_and_tried_again_later(tmp_path: Path) -> None:
    asked: list[str] = []

    def gone(case: PatientCase) -> Dialogue:
        asked.append(case.id)
        return Dialogue(case=case.id, ended="failed", failure="BED-MODEL-003: too slow")

    journal = Journal(tmp_path / "journal.jsonl")
    talking = Talking(gone, 1, journal, journal.begin())
    with Watch("small", 10) as watch:
        said = [talking(small_row(i), watch) for i in range(10)]
    assert all(dialogue.ended == "failed" for dialogue in said)
    assert len(asked) == 3
    assert said[5].failure.startswith("BED-EVAL-034")
    assert len(journal.read()) == 3


def test_a_log_that_a_kill_left_out_is_written_without_having_anything_again(tmp_path: Path) -> None:
    rows = [small_row(1)]
    first = run_benchmark(_benchmark(rows), rows, Setup(turns=4), Settings(output=tmp_path))
    (log,) = (first.folder / "logs").glob("*.eval")
    log.unlink()
    again = run_benchmark(_benchmark(rows), rows, Setup(turns=4), Settings(output=tmp_path))
    assert again.dialogues == first.dialogues
    assert len(list((first.folder / "logs").glob("*.eval"))) == 1


def test_as_many_dialogues_are_had_at_once_as_are_wanted(tmp_path: Path) -> None:
    rows = [small_row(n) for n in range(45)]
    everybody = threading.Barrier(len(rows), timeout=60)

    def talk(row: Row) -> Dialogue:
        everybody.wait()  # breaks unless all of them are here
        return Dialogue(case=row.case.id, ended="failed", failure="none")

    run_logged("small", rows, talk, lambda row, dialogue: {"one": 1.0}, tmp_path, len(rows), {})
    assert everybody.n_waiting == 0
    assert not everybody.broken


def test_a_run_without_a_log_has_the_same_dialogues_and_its_log_can_be_written_later(tmp_path: Path) -> None:
    rows = [small_row(1), small_row(2)]
    settings = Settings(output=tmp_path)
    quick = run_benchmark(_benchmark(rows), rows, Setup(turns=4), settings, How(log=False))
    assert read_run(quick.folder).finished
    assert not (quick.folder / "logs").exists()
    later = run_benchmark(_benchmark(rows), rows, Setup(turns=4), settings)
    assert later.dialogues == quick.dialogues
    assert len(list((later.folder / "logs").glob("*.eval"))) == 1
