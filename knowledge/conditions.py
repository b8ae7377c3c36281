"""Conditions a program can test, so that a recommendation for severity 3 to 5 is not offered at severity 1.

Grammar, one condition a string: ``name op number`` (``curb65 >= 3``, ``age < 18``), ``name = word``
(``allergy = penicillin``, ``sex = female``), ``name`` (present) or ``not name`` (absent). A name is a fact of
``knowledge/terminology/findings.yaml`` or the name of a calculator.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Mapping
from functools import lru_cache

from bedside.core.base import Frozen

_PATTERN = re.compile(r"^(?P<no>not )?(?P<name>[a-z][a-z0-9_]*)(?: (?P<op>>=|<=|>|<|=|!=) (?P<value>[\w .+-]+))?$")
_OPS = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt, "=": operator.eq, "!=": operator.ne}

Known = Mapping[str, "tuple[float | str | bool, ...]"]


class Condition(Frozen):
    """One parsed condition; `op` is "" for plain presence."""

    name: str
    op: str = ""
    value: float | str = ""
    negated: bool = False

    def holds(self, known: Known) -> bool | None:
        """Whether it holds.

        Args:
            known: for each name, what is known: a number, or the two ends of the range that missing inputs leave open;
                words; or True/False for present/absent.

        Returns:
            True, False, or None where nothing is known of the name.
        """
        values = known.get(self.name, ())
        if not values:
            return None
        if not self.op:
            present = any(v is not False for v in values)
            return present != self.negated
        if isinstance(self.value, str):
            hit = any(isinstance(v, str) and v.lower() == self.value.lower() for v in values)
            return hit if self.op == "=" else not hit
        numbers = [v for v in values if isinstance(v, int | float) and not isinstance(v, bool)]
        tests = {bool(_OPS[self.op](n, self.value)) for n in numbers}
        # Both ends of an open range must agree; otherwise what is missing decides, and nothing is known.
        return tests.pop() != self.negated if len(tests) == 1 else None


@lru_cache(maxsize=4096)
def parse_condition(text: str) -> Condition:
    """Reads one condition.

    Raises:
        ValueError: the text is not of the grammar above.
    """
    match = _PATTERN.match(text.strip())
    if match is None:
        raise ValueError(f"not a condition: {text!r}; write 'name >= 3', 'name = word', 'name' or 'not name'")
    raw = match["value"] or ""
    value: float | str = raw
    if re.fullmatch(r"-?\d+(\.\d+)?", raw):
        value = float(raw)
    if match["op"] and isinstance(value, str) and match["op"] not in {"=", "!="}:
        raise ValueError(f"{text!r} compares with a word; only = and != do")
    return Condition(name=match["name"], op=match["op"] or "", value=value, negated=bool(match["no"]))
