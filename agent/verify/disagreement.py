"""Two experts that point apart on one file: the sentence that says so, which the gate derives again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from bedside.core.evidence import Evidence, Sign


class Disagreement(NamedTuple):
    """A finding that some experts call on a file, and others looked for there and do not call.

    Attributes:
        study: the file.
        sign: the finding, called.
        calling: evidence of those that call it.
        against: evidence of those that do not.
    """

    study: str
    sign: Sign
    calling: tuple[Evidence, ...]
    against: tuple[Evidence, ...]

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """All of it, those that call it first."""
        return self.calling + self.against

    @property
    def sentence(self) -> str:
        """What is said of it."""
        what = f"{self.sign.name} in the {self.sign.where}" if self.sign.where else self.sign.name
        return (
            f"The experts disagree about {what} on file {self.study}: {_titles(self.calling)} calls it, "
            f"{_titles(self.against)} does not; neither is taken as right."
        )


def disagreements(evidence: Iterable[Evidence]) -> tuple[Disagreement, ...]:
    """Every finding over which experts point apart, in the order in which it was first called.

    Two readings are compared where they are of the same file and finding and come from different experts. One that
    finds nothing in the whole file is against one that calls it in a part; one that finds nothing in a part is not
    against one that calls it somewhere.
    """
    held = tuple(evidence)
    called = dict.fromkeys((e.region.study, sign) for e in held if e.region for sign in e.signs if sign.called)
    found = []
    for study, sign in called:
        calling = tuple(e for e in held if _of(e, study) and sign in e.signs)
        experts = {e.source.id for e in calling}
        against = tuple(
            e for e in held if _of(e, study) and e.source.id not in experts and any(_denies(s, sign) for s in e.signs)
        )
        if against:
            found.append(Disagreement(study, sign, calling, against))
    return tuple(found)


def _of(evidence: Evidence, study: str) -> bool:
    return evidence.region is not None and evidence.region.study == study


def _denies(other: Sign, called: Sign) -> bool:
    return not other.called and other.name == called.name and other.where in ("", called.where)


def _titles(evidence: tuple[Evidence, ...]) -> str:
    return " and ".join(dict.fromkeys(f"“{e.source.title}”" for e in evidence))
