"""Answers requests for examinations, tests and images with what the case holds; where it holds none, it says so.

Some sets (mediQ) do not keep results apart: what tests showed is then among the facts, and is given from there.
"""

from __future__ import annotations

import re
from math import log

from bedside.evals.patients.case import CaseFact, PatientCase, Picture, Result
from bedside.evals.patients.concepts import of_family, part_of, tests_in
from bedside.evals.patients.contract import Reply
from bedside.evals.patients.fact_selecting import sentence
from bedside.evals.patients.topics import named_in, shared, stems_of, weights

NOT_HELD = "There is no result for that."
MISSING = "The picture of {name} is missing."
_ENOUGH = 0.6
# Words by which a whole group is asked for.
_GROUPS = {
    "examined": re.compile(r"\b(?:physical|full|clinical|general) (?:\w+ )?exam(?:ination)?\b|\bexamine\b", re.I),
    "vital": re.compile(r"\bvital(?: signs|s)?\b|\bobservations\b", re.I),
    "blood": re.compile(r"\b(?:blood|laboratory|lab)(?: (?:tests?|work|panel|results?|studies))?s?$", re.I),
    "imaging": re.compile(r"^(?:any |all )?(?:imaging|scans?|radiology)(?: (?:studies|tests?|results?))?$", re.I),
}
_BLOOD = re.compile(r"blood|serum|lab|panel|count|metabolic|electrolyte|enzyme|antibod|hormone|function")
_IMAGING = re.compile(
    r"\bimag(?:e|es|ing)\b|x-?rays?\b|\bct\b|\bmri\b|ultraso|\bscans?\b|\becho(?:s|cardio\w*)?\b"
    r"|radiograph(?:s|y|ic)?\b|angiogra",
    re.I,
)
# What of a fact says that it is of such a group, where a case keeps no results apart.
_FACTS_OF = {
    "examined": re.compile(
        r"\bexam(?:s|ination|ined|ining)?\b|auscultat|palpat|percuss|inspection|tender|murmur|crackle|reflex|pupil"
        r"|range of motion|\bstrength\b|\bgait\b|sensation",
        re.I,
    ),
    "vital": re.compile(
        r"temperature|\bpulse\b|heart rate|blood pressure|respirat\w+ (?:rate|are|is)|respirations|saturation"
        r"|\bvitals?\b|febrile|mm ?hg|/min|per minute",
        re.I,
    ),
    "blood": re.compile(
        r"serum|laborator|\blabs?\b|h(?:a)?emoglobin|leukocyte|platelet|creatinine|\bm?[gu]/d?l\b|m(?:eq|mol)/l|/mm",
        re.I,
    ),
    "imaging": _IMAGING,
}


class CaseMeasurement:
    """Gives results of the case, word for word under their names."""

    def test(self, case: PatientCase, name: str) -> Reply:
        """The results that a request names, each part of it ("sodium; chest X-ray") for itself."""
        if not case.results:
            return _among_facts(case, name)
        chosen = {r.id for part in parts_of(name) for r in requested(case.results, part)}
        ordered = [r for r in case.results if r.id in chosen]
        if not ordered:
            return Reply(text=NOT_HELD)
        return Reply(text=" ".join(line(r) for r in ordered), used=tuple(r.id for r in ordered))

    def image(self, case: PatientCase, name: str) -> Reply:
        """The pictures that a request names; one whose file is missing is named and not shown."""
        chosen = [p for p in case.pictures if not stems_of(name) or _named(p, name)] or (
            list(case.pictures) if len(case.pictures) == 1 else []
        )
        if not chosen:
            return self.test(case, name)
        here = [p for p in chosen if p.path is not None and p.path.is_file()]
        gone = [p for p in chosen if p not in here]
        text = " ".join([*(sentence(f"Here is {p.name}") for p in here), *(MISSING.format(name=p.name) for p in gone)])
        return Reply(text=text, used=tuple(p.id for p in here), pictures=tuple(str(p.path) for p in here))


def _among_facts(case: PatientCase, name: str) -> Reply:
    """The facts that a request names, word for word, of a case that keeps no results apart."""
    chosen = {f.id for part in parts_of(name) for f in _facts_asked_for(case, part)}
    ordered = [f for f in case.facts if f.id in chosen]
    if not ordered:
        return Reply(text=NOT_HELD)
    return Reply(text=" ".join(sentence(f.text) for f in ordered), used=tuple(f.id for f in ordered))


def _facts_asked_for(case: PatientCase, name: str) -> tuple[CaseFact, ...]:
    """The facts that tell what one request shows: of its group, of its test and place, or with nearly all its words."""
    pool = tuple(f for f in case.facts if not of_family(f.text) and not _COMPLAINT.search(f.text))
    if group := _group(name):
        return tuple(f for f in pool if _FACTS_OF[group].search(f.text))
    stems = {f.id: stems_of(f.text) for f in pool}
    if tests := _specific(tests_in(name)):
        place = set(stems_of(_TEST_WORDS.sub(" ", name))) if tests & _OF_A_PLACE else set()
        found = [f for f in pool if any(part_of(test, f.text) for test in tests)]
        return tuple(f for f in found if not place or place & set(stems[f.id]))
    unseen = log(1 + max(len(pool), 1))
    weight = dict.fromkeys(stems_of(name), unseen) | weights(stems.values())
    return tuple(f for f in pool if shared(stems_of(name), stems[f.id], weight) >= _ENOUGH)


def _specific(tests: frozenset[str]) -> frozenset[str]:
    return tests - _GENERAL if len(tests) > 1 else tests


def _group(name: str) -> str:
    """The whole group that a request names; "" where it names something else."""
    return next((group for group, pattern in _GROUPS.items() if pattern.search(name)), "")


def parts_of(name: str) -> tuple[str, ...]:
    """A request for several things, one by one."""
    return tuple(p.strip(" .") for p in re.split(r"[;\n,]|\band\b", name) if p.strip(" ."))


def line(result: Result) -> str:
    """A result under its name: "Blood Tests, Potassium: 5.2 mmol/L."."""
    return sentence(f"{', '.join(result.name[-2:])}: {result.text}")


def requested(results: tuple[Result, ...], name: str) -> tuple[Result, ...]:
    """The results that one request names: a whole group, a group of the case, or what it names most closely."""
    if group := _group(name):
        return tuple(r for r in results if _in_group(r, group))
    asked, wanted = stems_of(name), named_in(name)
    weight = weights(stems_of(" ".join(r.name)) for r in results)
    if by_name := _by_usual_name(results, name):
        close = {r.id: shared(asked, stems_of(" ".join(r.name)), weight) for r in by_name}
        most = max(close.values())
        return tuple(r for r in by_name if most < _ENOUGH or close[r.id] >= most - 0.2)
    scores = {r.id: _closeness(r, asked, wanted, weight) for r in results}
    best = max(scores.values(), default=0.0)
    return tuple(r for r in results if scores[r.id] >= max(_ENOUGH, best - 0.2))


def _by_usual_name(results: tuple[Result, ...], name: str) -> tuple[Result, ...]:
    """The results of tests that a request names by any of their usual names: CXR, FBC, LFTs, or written out."""
    tests = _specific(tests_in(name))
    return tuple(r for r in results if any(part_of(test, " ".join(r.name)) for test in tests))


# A name that holds one of these and another test is of the other: a chest X-ray is no X-ray of the knee.
_GENERAL = frozenset({"xray", "urine", "glucose", "biopsy"})
# Tests that are of one place and not another, and the words of a request that name the test and no place.
_OF_A_PLACE = frozenset({"ct", "mri", "xray", "ultrasound", "biopsy", "blood_culture", "urine_culture"})
_TEST_WORDS = re.compile(
    r"\b(?:ct|mri|mr|x-?rays?|ultraso\w*|scans?|imag\w*|biops\w*|cultures?|radiograph\w*|computed|magnetic|resonance|tomograph\w*"
    r"|with|without|contrast|left|right|plain|of|the)\b",
    re.I,
)
# What is complained of is no result.
_COMPLAINT = re.compile(r"\b(?:complain\w*|denie[sd]|pain (?:during|on|with) urinat\w*)\b", re.I)


def _in_group(result: Result, group: str) -> bool:
    words = " ".join(result.name).lower()
    if group == "examined":
        return result.examined
    if group == "vital":
        return "vital" in words
    if group == "imaging":
        return bool(_IMAGING.search(words))
    return not result.examined and bool(_BLOOD.search(words))


def _closeness(result: Result, asked: tuple[str, ...], wanted: frozenset[str], weight: dict[str, float]) -> float:
    """0 to 1: how much of a request a result's name has, or the finding that it asks for."""
    if wanted & (named_in(" ".join(result.name)) | named_in(line(result))):
        return 1.0
    return shared(asked, stems_of(" ".join(result.name)), weight)


def _named(picture: Picture, name: str) -> bool:
    return bool(set(stems_of(picture.name)) & set(stems_of(name)))
