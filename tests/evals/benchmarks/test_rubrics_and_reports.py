"""HealthBench, whose answers are scored by rubrics, and the reports of MIMIC-CXR."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.benchmark_rows import SECRET, check, tells_no_secret, write_image, write_lines

from bedside.core.errors import SettingsError
from bedside.evals.benchmarks import healthbench, mimic_cxr

HEALTH = {
    "prompt_id": "p1",
    "prompt": [
        {"role": "user", "content": "My child has a fever."},
        {"role": "assistant", "content": "How old?"},
        {"role": "user", "content": "Two weeks. What should I do?"},
    ],
    "rubrics": [
        {"criterion": f"Sends to hospital {SECRET}", "points": 10, "tags": ["axis:accuracy"]},
        {"criterion": "Advises to wait", "points": -8, "tags": []},
    ],
    "ideal_completions_data": {"ideal_completion": SECRET},
    "example_tags": ["theme:emergency_referrals"],
}
REPORT = f"""                                 FINAL REPORT
 EXAMINATION:  CHEST (PA AND LAT)

 INDICATION:  Cough for
 two weeks

 FINDINGS:

 There is no effusion. {SECRET}

 IMPRESSION:  Nothing acute.
"""


def test_healthbench_keeps_its_rubric_beside_the_conversation(tmp_path: Path) -> None:
    rows = healthbench.load(write_lines(tmp_path / "oss_eval.jsonl", [HEALTH]))
    check(rows)
    assert rows[0].case.question == "Two weeks. What should I do?"
    assert rows[0].case.context == "User: My child has a fever.\nAssistant: How old?"
    assert [i.points for i in rows[0].gold.rubric] == [10, -8]
    assert tells_no_secret(rows)


def test_broken_healthbench_rows_stay(tmp_path: Path) -> None:
    bad = [
        HEALTH | {"rubrics": []},
        HEALTH | {"prompt_id": "p2", "rubrics": [{"criterion": "x", "points": -1}]},
        HEALTH | {"prompt_id": "p3", "prompt": []},
        HEALTH | {"prompt_id": "p4", "prompt": [{"role": "assistant", "content": "x"}]},
    ]
    check(healthbench.load(write_lines(tmp_path / "e.jsonl", bad, cut=True)), faults=5)


def test_a_report_gives_its_indication_and_keeps_its_findings(tmp_path: Path) -> None:
    study = tmp_path / "files" / "p10" / "p10000032" / "s50414267.txt"
    write_image(study.with_suffix("") / "02aa804e.jpg")
    study.write_text(REPORT, encoding="utf-8")
    rows = mimic_cxr.load(tmp_path)
    check(rows)
    assert rows[0].case.context == "INDICATION: Cough for two weeks"
    assert "FINDINGS" in rows[0].case.question
    assert rows[0].gold.texts == (f"There is no effusion. {SECRET}",)
    assert tells_no_secret(rows)
    assert mimic_cxr.load(study)[0].case.id == "s50414267"


def test_reports_without_findings_or_images_stay(tmp_path: Path) -> None:
    first, second, third = (tmp_path / f"s{n}.txt" for n in (1, 2, 3))
    first.write_text("IMPRESSION: Nothing acute.\n", encoding="utf-8")
    write_image(first.with_suffix("") / "a.jpg")
    second.write_text("COMPARISON: None.\n", encoding="utf-8")
    write_image(second.with_suffix("") / "a.jpg")
    third.write_text(REPORT, encoding="utf-8")
    rows = mimic_cxr.load(tmp_path)
    check(rows, faults=2)
    assert "IMPRESSION" in rows[0].case.question
    assert rows[2].fault == "no image"
    with pytest.raises(SettingsError):
        mimic_cxr.load(tmp_path / "s1")
