from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from bedside.core.errors import SettingsError
from bedside.core.settings import Settings
from bedside.evals.fit_likeness import Texts, across_folds, finished
from bedside.evals.likeness_texts import TEST, TRAINING, read_told
from bedside.evals.registry import run
from bedside.evals.second_net import EITHER, NET, RULES, figures
from bedside.evals.tasks.redflags import DATA, Line, Vignette, by_title, load, redflags, told

SMALL = """
- {id: e1, part: dev, style: ward, flags: [severe-hyperkalaemia], text: 'K 7.3, tented T waves'}
- {id: e2, part: dev, style: own, flags: [thunderclap-headache], text: 'my toe hurts'}
- {id: n1, part: dev, style: gp, kind: negated, text: 'no fever, T 36.9'}
- {id: n2, part: dev, style: gp, kind: lookalike, text: 'K 7.3 in a haemolysed sample'}
- {id: e3, part: held, style: triage, flags: [stroke-fast, coma], text: 'FAST positive'}
- {id: n3, part: held, style: question, kind: question, text: 'How is hypoglycaemia treated?'}
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


def test_half_of_the_vignettes_are_kept_apart_and_half_have_no_emergency() -> None:
    vignettes = load(DATA)
    assert len(vignettes) >= 300
    assert len({v.text for v in vignettes}) == len(vignettes)
    for part in ("dev", "held"):
        mine = [v for v in vignettes if v.part == part]
        assert sum(bool(v.flags) for v in mine) >= 75
        assert sum(not v.flags for v in mine) >= 70
    assert sum(v.part == "late" for v in vignettes) == 40
    for part, ill in (("fresh", 40), ("last", 20)):
        mine = [v for v in vignettes if v.part == part]
        assert (sum(bool(v.flags) for v in mine), sum(not v.flags for v in mine)) == (ill, 20)
    kinds = Counter(v.kind for v in vignettes if not v.flags)
    assert sum(kinds[k] for k in ("negated", "family", "past", "hypothetical", "lookalike", "question")) >= 60
    assert not [v.id for v in vignettes if bool(v.flags) == bool(v.kind)]


def test_each_part_is_scored_beside_the_titles(small: Path) -> None:
    report = redflags(Settings(), small)
    values = {(s.metric, s.system): (s.estimate.value, s.estimate.n) for s in report.scores}
    assert values["dev: sensitivity (a right flag raised)", "red flags"] == (0.5, 2)
    assert values["dev: specificity (no flag raised)", "red flags"] == (0.5, 2)
    assert values["held: sensitivity (a right flag raised)", "red flags"] == (1.0, 1)
    assert values["held: specificity (no flag raised)", "red flags"] == (1.0, 1)
    assert values["held: sensitivity (a right flag raised)", "titles as keywords"] == (0.0, 1)
    assert values["held: specificity (no flag raised)", "titles as keywords"] == (0.0, 1)
    assert any("calculators over a note, n=6" in note for note in report.notes)
    assert not any("my toe hurts" in note for note in report.notes)


def test_the_likeness_is_scored_alone_and_beside_the_rules_and_not_on_another_file(small: Path) -> None:
    values = {(s.metric, s.system): (s.estimate.value, s.estimate.n) for s in redflags(Settings(), small).scores}
    assert values["dev: anything raised on an emergency", RULES] == (0.5, 2)
    assert values["dev: anything raised on an emergency", NET] == (0.0, 2)  # too short to be read
    assert values["dev: silent without one", EITHER] == (0.5, 2)
    assert not any(metric.startswith("likeness test") for metric, _ in values)


def test_the_net_notices_what_the_rules_miss_and_either_counts_both() -> None:
    ill = "Neighbour ate wild mushrooms on Sunday, vomiting since, now his eyes are yellow and he is drifting off"
    texts = [(ill, True), ("K 7.3, tented T waves", True), ("How is mushroom poisoning with vomiting treated?", False)]
    values = {(s.metric, s.system): s.estimate.value for s in figures("p", texts, Settings())}
    noticed = [values["p: anything raised on an emergency", system] for system in (RULES, NET, EITHER)]
    assert noticed == [0.5, 0.5, 1.0]
    assert values["p: silent without one", EITHER] == 1.0


def test_the_texts_of_the_likeness_are_many_of_both_sorts_and_those_of_its_test_are_apart() -> None:
    fitted, apart = read_told(TRAINING), read_told(TEST)
    for texts, least in ((fitted, 125), (apart, 30)):
        assert sum(bool(t.emergency) for t in texts) >= least and sum(bool(t.kind) for t in texts) >= least
        assert not [t.id for t in texts if bool(t.emergency) == bool(t.kind)]
    every = [t.text for t in (*fitted, *apart)] + [v.text for v in load(DATA)]
    assert len(set(every)) == len(every)


def test_a_fit_tells_what_it_was_shown_apart_and_alarms_on_few_of_the_others() -> None:
    words = [("crushing pain and grey", "heart attack"), ("walks and eats well", "")]
    texts = tuple(f"{text} {n}" for n in range(30) for text, _ in words)
    names = tuple(name for _ in range(30) for _, name in words)
    vectors = np.tile(np.eye(2, dtype=np.float32), (30, 1))
    held = Texts(texts, vectors, np.array([bool(name) for name in names]))
    made, recipe = finished(held, across_folds(held))
    assert recipe["sensitivity"] == 1.0 and recipe["area"] == 1.0
    assert (made.scores(texts, vectors) > made.threshold).tolist() == [bool(name) for name in names]
    assert made.calibration[0] > 0


def test_the_misses_of_one_part_are_listed_on_request(small: Path) -> None:
    said = run("redflags", Settings(), small, None, False, source="dev")
    assert "missed e2: thunderclap-headache; raised nothing: my toe hurts" in said
    assert "false alarm n2 (lookalike): severe-hyperkalaemia: K 7.3 in a haemolysed sample" in said
    assert "held:" not in said


def test_a_wrong_flag_does_not_count_as_noticing() -> None:
    line = Line(Vignette(id="a", part="dev", style="ward", flags=("coma",), text="x"), ("hypoxia",))
    assert not line.noticed
    assert told([line]) == ["missed a: coma; raised hypoxia: x"]


def test_the_baseline_takes_every_word_of_a_title_anywhere() -> None:
    assert "hypoglycaemia" in by_title("How is hypoglycaemia treated?")
    assert "status-epilepticus" not in by_title("a seizure")


@pytest.mark.parametrize(
    ("text", "code"),
    [("held: 3", "BED-EVAL-002"), (SMALL + SMALL.strip(), "BED-EVAL-003"), ("- {id: a, part: both}", "BED-EVAL-002")],
)
def test_a_file_of_another_form_is_refused(tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=code):
        load(path)
