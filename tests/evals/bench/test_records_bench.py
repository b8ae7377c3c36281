"""The bench of records measures what it says."""

from __future__ import annotations

import json

from bedside.evals.bench.records import enlarged, made_record, measure


def test_an_enlarged_record_has_the_size_and_one_patient() -> None:
    whole = json.loads(enlarged(made_record(), 60_000))
    kinds = [e["resource"]["resourceType"] for e in whole["entry"]]
    ids = [e["resource"]["id"] for e in whole["entry"]]
    assert kinds.count("Patient") == 1 and len(set(ids)) == len(ids)
    assert 60_000 <= len(enlarged(made_record(), 60_000)) < 80_000


def test_every_step_is_timed() -> None:
    spent = measure(made_record(), 50_000, runs=2)
    assert set(spent) == {"read", "facts", "answer"} and all(len(s) == 2 for s in spent.values())
    assert all(one.clock > 0 and one.processor > 0 for s in spent.values() for one in s)
