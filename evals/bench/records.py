"""`python -m bedside.evals.bench.records`: how long a patient's record of 5 MB takes to read, and a question of it.

The record is made of one real one, its entries repeated under new ids until the file has the size: as many resources,
and of the same kinds, as a long history has. Without one it is made of observations alone. The limit of the project is
one second for 5 MB.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from bedside.core.settings import Settings
from bedside.tools.contract import ToolRequest
from bedside.tools.record.facts import facts_of
from bedside.tools.record.read import open_record
from bedside.tools.search.patient_record import PatientRecordSearch

BYTES = 5_000_000
RUNS = 9
QUESTION = "Any allergies? What is the last eGFR and its trend?"
_LIMIT = 100_000_000


def enlarged(record: dict[str, Any], size: int = BYTES) -> str:
    """A Bundle of at least `size` bytes: the patient once, everything else again and again under new ids."""
    people = [e for e in record["entry"] if e["resource"]["resourceType"] == "Patient"]
    rest = [e for e in record["entry"] if e["resource"]["resourceType"] != "Patient"]
    written = [json.dumps(e) for e in people]
    taken, copy = sum(map(len, written)), 0
    while taken < size:
        for entry in rest:
            old = entry["resource"]["id"]
            one = json.dumps(entry).replace(old, f"{old}-{copy}")
            written.append(one)
            taken += len(one) + 1
        copy += 1
    return f'{{"resourceType": "Bundle", "type": "collection", "entry": [{",".join(written)}]}}'


class Spent(NamedTuple):
    """Seconds by the clock, and seconds of the processor, which other programs on the machine do not add to."""

    clock: float
    processor: float


def seconds(work: Callable[[], object], runs: int = RUNS) -> list[Spent]:
    """What each run takes, after one that warms up (the terminology is loaded once in a process)."""
    work()
    out = []
    for _ in range(runs):
        clock, processor = time.perf_counter(), time.process_time()
        work()
        out.append(Spent(time.perf_counter() - clock, time.process_time() - processor))
    return out


def measure(source: dict[str, Any], size: int = BYTES, runs: int = RUNS) -> dict[str, list[Spent]]:
    """What each step takes: the file read into a record, the record into facts, a question with a chart answered."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "record.json"
        path.write_text(enlarged(source, size), encoding="utf-8")
        record = open_record(path, limit_bytes=_LIMIT)
        tool = PatientRecordSearch(Settings())
        request = ToolRequest(question=QUESTION, record=record, attachment="A1", output=Path(place))
        return {
            "read": seconds(lambda: open_record(path, limit_bytes=_LIMIT), runs),
            "facts": seconds(lambda: facts_of(record, "A1"), runs),
            "answer": seconds(lambda: tool.run(request), runs),
        }


def made_record() -> dict[str, Any]:
    """A record of 40 observations, where no real one is at hand."""
    who = {"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "1950-01-01"}
    seen = [
        {
            "resourceType": "Observation",
            "id": f"o{n}",
            "status": "final",
            "subject": {"reference": "Patient/p"},
            "code": {"coding": [{"system": "http://loinc.org", "code": "62238-1"}], "text": "eGFR"},
            "effectiveDateTime": f"{2000 + n % 25}-03-0{1 + n % 9}",
            "valueQuantity": {"value": 40 + n, "unit": "mL/min/{1.73_m2}"},
        }
        for n in range(40)
    ]
    return {"resourceType": "Bundle", "entry": [{"resource": r} for r in (who, *seen)]}


def main() -> None:
    """Prints median, fastest and slowest of each step, by the clock and of the processor."""
    data = Settings().data
    found = sorted((data / "synthea_fhir_r4").glob("*_*.json")) if data else []
    source = json.loads(found[0].read_text(encoding="utf-8")) if found else made_record()
    for step, spent in measure(source).items():
        for name in Spent._fields:
            times = sorted(getattr(s, name) for s in spent)
            print(
                f"{step}, {name}: median {statistics.median(times):.3f} s ({times[0]:.3f} to {times[-1]:.3f}), "
                f"n = {len(times)}"
            )


if __name__ == "__main__":
    main()
