"""How a finding is asked of a patient."""

from __future__ import annotations

import re

from bedside.knowledge.terms import Finding

# Words that only repeat the finding's name are no question that a patient can answer.
_NO_QUESTION = re.compile(r"^(?:Does this apply to you|Have you had this):")


def question_about(finding: Finding) -> str:
    """The question that asks a patient for a finding; "" where a patient cannot be asked.

    A symptom or an illness that the vocabulary has no question for is asked by its name.
    """
    if finding.ask:
        return "" if _NO_QUESTION.match(finding.ask) else finding.ask
    if finding.kind != "presence" or finding.by not in (None, "ask"):
        return ""
    if finding.course == "symptom":
        return f"Have you noticed {finding.label}?"
    return f"Have you ever been told that you have {finding.label}?"
