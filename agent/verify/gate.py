"""The gate: every claim passes every check in code, and where it is not verbatim, the judge; else it is not support."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedside.agent.verify.checks import (
    CHECKS,
    CONTRADICTS,
    Setting,
    check_ids,
    check_quotes,
    check_similar,
    derived,
    verbatim,
)
from bedside.core.answer import Check, Claim, Section, Verdict
from bedside.core.errors import BedsideError
from bedside.core.evidence import QUOTED, EvidenceKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from bedside.agent.verify.entail import Judge


def decide_claim(claim: Claim, setting: Setting, judge: Callable[[], Judge]) -> Claim:
    """The claim with its checks and verdict.

    Args:
        claim: a drafted claim.
        setting: its cited evidence and what else the checks look at.
        judge: gives the judge of entailment; called only for a claim that is not word for word its evidence.

    Returns:
        The claim: supported only if every check passed; contradicted where a check or the judge says the opposite.
    """
    if derived(claim, setting):
        # Its words were recomputed from the evidence; what remains is that the evidence is what it says it is.
        recomputed = Check(name="derived", passed=True)
        checks = [check_ids(claim, setting), check_similar(claim, setting), check_quotes(claim, setting), recomputed]
    else:
        checks = [check(claim, setting) for check in CHECKS]
    failed = [c for c in checks if not c.passed]
    if not failed and not derived(claim, setting) and not verbatim(claim, setting):
        entailment = _entails(claim, setting, judge)
        checks.append(entailment)
        if not entailment.passed:
            failed.append(entailment)
    if not failed:
        verdict = Verdict.SUPPORTED
    elif any(c.name in CONTRADICTS or c.why.startswith("contradicted") for c in failed):
        verdict = Verdict.CONTRADICTED
    else:
        verdict = Verdict.UNSUPPORTED
    return claim.model_copy(update={"checks": tuple(checks), "verdict": verdict})


def repaired(claim: Claim, setting: Setting) -> Claim | None:
    """One repair: the cited passage's own sentence in place of the model's words; None where there is no passage."""
    passage = next((e for e in setting.cited if e.kind in QUOTED and e.quote), None)
    if passage is None or verbatim(claim, setting):
        return None
    quoted = Section.DOCUMENTS if passage.kind is EvidenceKind.DOCUMENT else Section.GUIDELINES
    section = claim.section if claim.section is not Section.ASSESSMENT else quoted
    return Claim(text=passage.quote, section=section, evidence=(passage.id,))


def _entails(claim: Claim, setting: Setting, judge: Callable[[], Judge]) -> Check:
    sources = tuple(e.quote or e.statement for e in setting.cited)
    try:
        entailment = judge().supports(claim.text, sources)
    except BedsideError as error:
        return Check(name="entailment", passed=False, why=f"it could not be judged: {error.what}")
    label = entailment.label
    return Check(
        name="entailment", passed=label == "supported", why="" if label == "supported" else label.replace("_", " ")
    )
