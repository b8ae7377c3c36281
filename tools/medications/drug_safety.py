"""Whether a drug that is asked about, or taken, is safe for this patient beside everything else on record.

Sources stand in ``knowledge/medications/sources.yaml`` and with each catch. A drug that no row speaks of is said not to
be held, and is never called safe.
"""

from __future__ import annotations

import hashlib
from itertools import chain, combinations

from bedside.core.answer import Missing, Refusal
from bedside.core.card import Accepts, ToolCard
from bedside.core.case import Fact
from bedside.core.evidence import Evidence, EvidenceKind, ScoreInput, Source
from bedside.core.settings import Settings
from bedside.knowledge.drugs import is_class
from bedside.knowledge.medications import SEVERITIES, medication_table
from bedside.tools.contract import ToolRequest, ToolResult
from bedside.tools.medications.asked import asked_drugs, asks_for_review
from bedside.tools.medications.catches import Catch
from bedside.tools.medications.pairs import together
from bedside.tools.medications.patient import Patient
from bedside.tools.medications.silence import not_held
from bedside.tools.medications.states import in_pregnancy, in_this_patient, lacking
from bedside.tools.medications.unknown import unknown_drugs
from bedside.tools.registry import register

_AT_MOST = 14
_CHILDBEARING = (12, 55)
_RECALLED = "Written from knowledge of this source; not compared with it line by line."
_LIMIT = "A catch is a reason to look at the source, not an order; doses stand only where the label gives one."


def check(question: str, facts: tuple[Fact, ...]) -> tuple[Catch, ...]:
    """Everything the table says against the drugs of a question and of the record, worst first.

    Args:
        question: the user's words.
        facts: what is known of the patient now.

    Returns:
        What concerns the asked drugs comes before what concerns only those that are taken already.
    """
    patient = Patient.of(facts, question)
    return _check(question, patient, _pairs(asked_drugs(question), patient))


def _pairs(asked: tuple[str, ...], patient: Patient) -> dict[tuple[str, str], list[Catch]]:
    """The catches of every two drugs asked or taken, the asked one first."""
    taken = patient.medicines
    return {
        (one, other): together(one, other, tuple(f for f in (taken.get(one), taken.get(other)) if f is not None))
        for one, other in combinations(dict.fromkeys((*asked, *taken)), 2)
    }


def _check(question: str, patient: Patient, pairs: dict[tuple[str, str], list[Catch]]) -> tuple[Catch, ...]:
    """What `check` returns, from what was read of the facts."""
    asked, taken, review = asked_drugs(question), patient.medicines, asks_for_review(question)
    alone = (in_this_patient(d, patient, taken.get(d)) for d in dict.fromkeys((*asked, *taken)))
    found = chain.from_iterable((*alone, *pairs.values()))
    kept = {(c.kind, c.drugs, c.statement): c for c in found if _shown(c, asked, review)}
    return tuple(sorted(kept.values(), key=lambda c: (not set(c.drugs) & set(asked), c.rank)))


def _shown(found: Catch, asked: tuple[str, ...], review: bool) -> bool:
    """Everything about an asked drug, or where the medicines are to be reviewed; else what is worse than moderate."""
    if review or set(found.drugs) & set(asked):
        return True
    return found.severity == "contraindicated" or (found.severity == "major" and found.kind != "age")


@register
class DrugSafety:
    """Checks drugs against the record; see the module."""

    card = ToolCard(
        name="drug_safety",
        version="1.0",
        kind="safety",
        title="Drug safety",
        purpose="What speaks against a drug in this patient: other drugs, allergies, kidneys, liver, heart, pregnancy?",
        accepts=Accepts(population="any", facts=("medication",)),
        topics=("interaction", "interactions", "contraindicated", "drug safety"),
        labels=SEVERITIES,
        licence="our own table, from public labels and guidelines",
        limits=(
            "It knows the rows of its table and no others: a drug that it does not catch is not thereby safe.",
            "Most rows are written from knowledge of the label that they name, and not compared with it line by line.",
            "It does not know doses, routes and durations: a cream counts like a tablet.",
            "Liver disease counts without its stage.",
        ),
        citation="Sources stand with each catch (knowledge/medications/sources.yaml).",
    )

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def run(self, request: ToolRequest) -> ToolResult:
        """Each catch as evidence, worst first; a Refusal where there is no drug."""
        words = request.query or request.question
        patient, asked, unknown = Patient.of(request.facts, words), asked_drugs(words), unknown_drugs(words)
        if not asked and not patient.medicines and not unknown:
            return self._refused(
                "BED-TOOL-091",
                "No drug is named that the patient takes or that is to be started, or none that is known here.",
                "Name the drug, by its generic name or brand.",
            )
        if patient.empty and len(asked) == 1 and not unknown:
            return self._refused(
                "BED-TOOL-092",
                f"Nothing of the patient is known that {asked[0]} could be checked against.",
                "Say what else is taken, allergies, age, sex, kidney function and pregnancy.",
            )
        pairs = _pairs(asked, patient)
        catches = _check(words, patient, pairs)
        shown = catches[:_AT_MOST]
        evidence = [self._evidence(c) for c in shown]
        said = list(not_held(words, patient, pairs, catches))
        if len(catches) > len(shown):
            said.append(
                f"{len(catches) - len(shown)} more catches are held and not shown; ask about one drug at a time."
            )
        evidence += [self._plain(statement) for statement in said]
        return ToolResult(
            tool=self.card.name,
            version=self.card.version,
            evidence=tuple(evidence),
            missing=_missing(asked, patient),
        )

    def _refused(self, code: str, why: str, do: str) -> ToolResult:
        refusal = Refusal(code=code, subject=self.card.title, why=why, do=do)
        return ToolResult(tool=self.card.name, version=self.card.version, refusal=refusal)

    def _evidence(self, found: Catch) -> Evidence:
        row = medication_table().sources[found.source]
        limits = (*found.limits, *((_RECALLED,) if row.checked == "recall" else ()), _LIMIT)
        inputs = tuple(
            ScoreInput(
                name=f.name,
                label=f.label,
                value=f.value,
                unit=f.unit,
                as_written=f.as_written or f.span.text,
                span=f.span,
            )
            for f in dict.fromkeys(found.facts)
        )
        source = Source(
            type="drug safety",
            id=self.card.name,
            version=self.card.version,
            title=row.title,
            publisher=row.body,
            year=row.year,
            section=f"{found.kind}: {', '.join(found.drugs)}",
            grade=found.severity,
            link=row.link,
        )
        body = f"{found.statement}|{'|'.join(f.model_dump_json() for f in found.facts)}"
        return Evidence(
            kind=EvidenceKind.DRUG_WARNING,
            statement=found.statement,
            source=source,
            inputs=inputs,
            limits=limits,
            input_hash=hashlib.sha256(body.encode()).hexdigest(),
        )

    def _plain(self, statement: str) -> Evidence:
        """What the table says of itself: that it holds no row."""
        source = Source(
            type="drug safety",
            id=self.card.name,
            version=self.card.version,
            title="the table itself",
            publisher="Bedside",
            section="not held",
        )
        return Evidence(kind=EvidenceKind.DRUG_WARNING, statement=statement, source=source, limits=(_LIMIT,))


def _missing(asked: tuple[str, ...], patient: Patient) -> tuple[Missing, ...]:
    """What would change the check of an asked drug: kidney function, and whether a woman is pregnant."""
    out: list[Missing] = []
    if patient.empty:
        return ()
    for drug in asked:
        if lacking(drug, patient):
            why = f"{drug[0].upper()}{drug[1:]} hangs on kidney function."
            effect = f"whether {drug} is to be avoided or its dose reduced"
            out.append(Missing(name="creatinine", label="creatinine", why=why, effect=effect))
        age = patient.number("age")
        could = patient.female and age is not None and _CHILDBEARING[0] <= age <= _CHILDBEARING[1]
        row = in_pregnancy(drug) if could and not is_class(drug) and not patient.pregnant else None
        if row is not None and row.severity == "contraindicated":
            why = f"{drug[0].upper()}{drug[1:]} is contraindicated in pregnancy."
            effect = f"whether {drug} can be given at all"
            out.append(Missing(name="pregnancy", label="pregnancy", why=why, effect=effect))
    return tuple(out)
