"""What the search is told of the patient: the record's part in a question that leaves it out."""

from __future__ import annotations

from typing import NamedTuple


class Patient(NamedTuple):
    """What is known of the patient, in the words that guidelines use.

    Attributes:
        diseases: the record's diseases, acute and chronic.
        acute: those of `diseases` that are acute by record or by measurement; a question without content is on these.
        likely: diseases that are only possible, or that a red flag names; used where `diseases` holds nothing acute.
        symptoms: used where there is no disease.
        groups: names of the groups (``retrieval.groups``) that the record puts the patient in.
        pregnant: whether the patient is pregnant; None where it is not known.
        medicines: generic names of drugs taken at home.
        said: the words that the record was read from.
    """

    diseases: tuple[str, ...] = ()
    acute: tuple[str, ...] = ()
    likely: tuple[str, ...] = ()
    symptoms: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    pregnant: bool | None = None
    medicines: frozenset[str] = frozenset()
    said: tuple[str, ...] = ()


NOBODY = Patient()
