"""What kind of answer a question wants, by its words: recommendations of that kind come first."""

from __future__ import annotations

import re

from bedside.knowledge.schema import Intent

_ASKED: tuple[tuple[Intent, str], ...] = (
    (Intent.SEVERITY, r"\b(sever\w*|how (bad|ill|sick)|scores?|scoring|risk (of|stratif\w*)|prognos\w*)\b"),
    (
        Intent.DISPOSITION,
        r"\b(admi(t|ts|tted|ssion)|discharg\w*|send (him|her|them) home|at home|place of care|intensive care|ICU|"
        r"dispo|where (should|can|is|to)\b.*\b(treat\w*|manag\w*|care\w*|go))\b",
    ),
    (Intent.DOSE, r"\b(dos(e|es|age|ing)|how much|how many (mg|units|puffs|tablets|micrograms))\b"),
    (
        Intent.TREATMENT,
        r"\b(treat\w*|manag\w*|tx|rx|mx|abx|therap\w*|antibiotics?|"
        r"first[- ]line|second[- ]line|drug|give|prescrib\w*|start\w*|"
        r"anticoagulat\w*|how long|duration|allerg\w*)\b",
    ),
    (
        Intent.INVESTIGATION,
        r"\b(investigat\w*|tests?|imaging|x-?ray|radiograph|ct|mri|ultrasound|bloods?|scans?|cultures?|ecg|d-?dimer)\b",
    ),
    (Intent.DIAGNOSIS, r"\b(diagnos\w*|criteria|rule (out|in)|confirm\w*|defin\w*|what counts|threshold)\b"),
    (
        Intent.CONTRAINDICATION,
        r"\b(contraindicat\w*|avoid\w*|safe\w*|(can|could|should|may) .* be (used|given|taken))\b",
    ),
    (Intent.MONITORING, r"\b(monitor\w*|follow[- ]?up|recheck\w*|review\w*|how often|targets?)\b"),
    (Intent.PREVENTION, r"\b(prevent\w*|prophyla\w*|vaccin\w*|reduce (the )?risk)\b"),
    (Intent.SCREENING, r"\b(screen\w*)\b"),
    (Intent.REFERRAL, r"\b(refer\w*|specialist|urgent(ly)?)\b"),
    (Intent.SAFETY_NET, r"\b(safety[- ]?net\w*|come back|return|red flags?|if (he|she|they) gets? worse)\b"),
)


# "Where should he be treated?" asks for a place, not for a treatment.
_PLACE = re.compile(r"\bwhere\b[^.?!]*", re.IGNORECASE)


def intents_of(question: str) -> tuple[Intent, ...]:
    """The intents whose words the question uses, in a fixed order; none where it uses none."""
    without_place = _PLACE.sub("", question)
    return tuple(
        intent
        for intent, asked in _ASKED
        if re.search(asked, without_place if intent is Intent.TREATMENT else question, re.IGNORECASE)
    )
