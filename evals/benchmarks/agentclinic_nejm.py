"""AgentClinic's image cases (https://github.com/SamuelSchmidgall/AgentClinic, MIT), made of NEJM image challenges.

Schmidgall 2024, arXiv:2405.07960. JSON lines: ``image_url``, ``question`` (the vignette: never shown),
``patient_info``, ``physical_exams``, ``answers`` (``text``, ``correct``). As published the diagnosis is named freely.

``patient_info`` is written to whoever plays the patient ("You are ..., you have ..."): it is turned to the first
person, and sentences on the playing are left out. Pictures are not part of the set: they are looked for under the id
that the address carries (``IC20240111.jpg``), beside the file or in ``images``; one that is not there is missing,
which is said when it is asked for.
"""

from __future__ import annotations

import re
from pathlib import Path

from bedside.evals.benchmarks.agentclinic import names_its_answer
from bedside.evals.benchmarks.files import Record, json_records, picture_file
from bedside.evals.benchmarks.forms import rows_of
from bedside.evals.benchmarks.registry import benchmark
from bedside.evals.patients.case import THERE_IS_AN_IMAGE, CaseFact, Gold, PatientCase, Picture, Result, Row

_PART = re.compile(r"(?<=[.!?])\s+(?=[A-Z*\-])|\s+-\s+|\s+\d+\.\s+(?=[A-Z*])|\n+")
_HEADED = re.compile(r"(?<=:)\s+(?=[A-Z*\-])")
_PLAYING = re.compile(
    r"\b(?:your role|patient actor|role as|remember|not aware|aware of your|portray|need to (?:know|convey)|"
    r"convey your|haven't (?:seen|been told)|don't know the)\b",
    re.I,
)
_EXAMINED = re.compile(
    r"exam|inspection|palpation|auscultation|vital|blood pressure|pulse|temperature|heart rate", re.I
)
_ID = re.compile(r"\bIC\d{6,}\b")
_FIRST = (
    (re.compile(r"\byou are\b", re.I), "I am"),
    (re.compile(r"\byou're\b", re.I), "I'm"),
    (re.compile(r"\byou were\b", re.I), "I was"),
    (re.compile(r"\b(to|for|with|around|from|of|on) you\b", re.I), r"\1 me"),
    (re.compile(r"\byourself\b", re.I), "myself"),
    (re.compile(r"\byours\b", re.I), "mine"),
    (re.compile(r"\byour\b", re.I), "my"),
    (re.compile(r"\byou\b", re.I), "I"),
)


@benchmark("agentclinic-nejm", "diagnosis by dialogue with an image to ask for", "agentclinic")
def load(path: Path) -> list[Row]:
    """The rows of a JSON lines file, or of a folder's files of NEJM cases.

    Raises:
        SettingsError: there is no such file, or it cannot be read.
    """
    return rows_of(json_records(path, "*nejm*.jsonl"), _row, "AgentClinic's NEJM cases")


def _row(record: Record) -> Row:
    raw = record.raw
    right = next((str(a["text"]).strip() for a in raw["answers"] if a["correct"] is True), "")
    results = tuple(_results(str(raw["physical_exams"])))
    told = (part for text in _HEADED.split(str(raw["patient_info"])) for part in parts_of(text))
    facts = [first_person(part) for part in told if not _PLAYING.search(part)]
    image = _ID.search(str(raw["image_url"]))
    picture = picture_file(record.folder, image[0] if image else "", "images")
    case = PatientCase(
        id=image[0] if image else record.place,
        objective=f"See the patient and find the most likely diagnosis. {THERE_IS_AN_IMAGE}",
        facts=tuple(CaseFact(id=f"f{n}", text=text) for n, text in enumerate(facts, 1)),
        results=results,
        pictures=(Picture(id="p1", name="the image of the patient", path=picture),),
    )
    fault = ("" if right else "no correct answer") or ("" if facts else "no facts")
    return Row(case, Gold(diagnosis=right, leaky=names_its_answer(results, right)), fault)


def parts_of(text: str) -> list[str]:
    """Sentences and list items, without the marks of lists."""
    parts = (part.replace("**", "").strip(" -*\t") for part in _PART.split(text.strip()))
    return [part for part in parts if len(part.split()) > 1 and not part.endswith(":")]


def first_person(text: str) -> str:
    """What is said to an actor as the patient says it: "You've noticed your skin" is "I've noticed my skin"."""
    for pattern, said in _FIRST:
        text = pattern.sub(said, text)
    return text[:1].upper() + text[1:]


def _results(text: str) -> list[Result]:
    out = []
    for n, part in enumerate(parts_of(text), 1):
        name, colon, shows = part.partition(":")
        if not colon or not shows.strip() or len(name.split()) > 8:
            name, shows = "Examination and tests", part
        out.append(Result(id=f"r{n}", name=(name.strip(),), text=shows.strip(), examined=bool(_EXAMINED.search(name))))
    return out
