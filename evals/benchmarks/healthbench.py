"""HealthBench (https://github.com/openai/simple-evals, MIT): answers to health conversations, scored by rubrics.

Arora 2025, arXiv:2505.08775. JSON lines: ``prompt_id``, ``prompt`` (messages with ``role`` and ``content``, the last
the user's), ``rubrics`` (``criterion``, ``points``, ``tags``). ``ideal_completions_data`` is never read. A rubric can
be scored by a judge only.
"""

from __future__ import annotations

from pathlib import Path

from bedside.evals.benchmarks.files import Record, json_records
from bedside.evals.benchmarks.forms import rows_of, written
from bedside.evals.benchmarks.registry import benchmark
from bedside.evals.patients.case import Row, RubricItem

_ROLES = {"user": "User", "assistant": "Assistant", "system": "Instruction", "developer": "Instruction"}


@benchmark("healthbench", "answers to health conversations, scored by physicians' rubrics", "healthbench", 0)
def load(path: Path) -> list[Row]:
    """The rows of a JSON lines file, or of every one of a folder.

    Raises:
        SettingsError: there is no such file, or it cannot be read.
    """
    return rows_of(json_records(path, "*.jsonl"), _row, "HealthBench")


def _row(record: Record) -> Row:
    raw = record.raw
    *before, last = raw["prompt"]
    rubric = [
        RubricItem(id=f"c{n}", text=str(item["criterion"]), points=float(item["points"]))
        for n, item in enumerate(raw["rubrics"], 1)
    ]
    context = "\n".join(f"{_ROLES[message['role']]}: {message['content']}" for message in before)
    row = written(str(raw["prompt_id"]), last["content"], (), context=context, rubric=rubric)
    fault = row.fault or ("" if last["role"] == "user" else "the last message is not the user's")
    return row._replace(fault=fault or ("" if any(i.points > 0 for i in rubric) else "no criterion has points"))
