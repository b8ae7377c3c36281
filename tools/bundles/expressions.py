"""The `$` expressions of a bundle's configuration that can be read as data.

MONAI hands them to Python's `eval`. Here their syntax tree is walked and only arithmetic, lists, choices, references
and a handful of names that mean one thing are worked out; nothing of the bundle is ever executed.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

REFERENCE = re.compile(r"@([A-Za-z_]\w*(?:(?:#|::)\w+)*)")
LONGEST, MOST_ITEMS = 2_000, 10_000
_PLACE = "reference_{}_of_this_expression"
_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.Not: operator.not_,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.In: lambda a, b: a in b,
    ast.NotIn: lambda a, b: a not in b,
}
_BUILT_IN: dict[str, Callable[..., Any]] = {
    "len": len, "list": list, "tuple": tuple, "set": set, "sorted": sorted, "int": int, "float": float, "bool": bool,
    "min": min, "max": max, "sum": sum, "abs": abs,
}  # fmt: skip
_DTYPE = re.compile(r"(?:torch|numpy|np)\.((?:u?int|float)\d+|bool)")
_COMMON_KEY = re.compile(r"monai\.utils\.CommonKeys\.(IMAGE|LABEL|PRED)")
# The device is ours to choose, and a network is moved and a transform copied by whoever builds it.
_SAME = {"to", "eval"}
_NETWORKS = "monai.networks.nets."


class NotData(Exception):
    """The expression needs Python to be worked out; the message says what of it does."""


@dataclass(frozen=True)
class Component:
    """Something that a bundle asks for by name: read, not made.

    Attributes:
        target: as written: ``UNet``, ``monai.networks.nets.UNet``.
        arguments: their values by name.
    """

    target: str
    arguments: dict[str, Any]


def interpret(text: str, value_of: Callable[[str], Any]) -> Any:
    """Works out an expression.

    Args:
        text: without its leading ``$``.
        value_of: gives the value of a reference, by its id without ``@``.

    Raises:
        NotData: it holds anything beyond the few forms above.
    """
    if len(text) > LONGEST:
        raise NotData(f"an expression of {len(text):,} characters")
    names: dict[str, str] = {}

    def place(match: re.Match[str]) -> str:
        name = _PLACE.format(len(names))
        names[name] = match.group(1)
        return name

    try:
        tree = ast.parse(REFERENCE.sub(place, text).strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise NotData(f"`${_short(text)}`") from error
    try:
        return _Walk(text, names, value_of).value(tree.body)
    except (TypeError, ValueError, LookupError, ArithmeticError, RecursionError) as error:
        raise NotData(f"`${_short(text)}` ({type(error).__name__})") from error


class _Walk:
    """One expression's tree, from the leaves up."""

    def __init__(self, text: str, names: dict[str, str], value_of: Callable[[str], Any]) -> None:
        self._text, self._names, self._value_of = text, names, value_of

    def value(self, node: ast.expr) -> Any:
        method = getattr(self, f"_{type(node).__name__.lower()}", None)
        if method is None:
            raise self._refused()
        found = method(node)
        if isinstance(found, (list, tuple, set, dict, str)) and len(found) > MOST_ITEMS:
            raise self._refused()
        return found

    def _refused(self) -> NotData:
        return NotData(f"`${_short(self._text)}`")

    def _constant(self, node: ast.Constant) -> Any:
        if isinstance(node.value, str) and any(name in node.value for name in self._names):
            raise self._refused()
        if not isinstance(node.value, (str, int, float, bool, type(None))):
            raise self._refused()
        return node.value

    def _name(self, node: ast.Name) -> Any:
        if node.id not in self._names:
            raise self._refused()
        return self._value_of(self._names[node.id])

    def _list(self, node: ast.List) -> list[Any]:
        return [self.value(item) for item in node.elts]

    def _tuple(self, node: ast.Tuple) -> tuple[Any, ...]:
        return tuple(self._list(ast.List(elts=node.elts)))

    def _dict(self, node: ast.Dict) -> dict[Any, Any]:
        return {self._key(key): self.value(value) for key, value in zip(node.keys, node.values, strict=True)}

    def _key(self, node: ast.expr | None) -> Any:
        if node is None:  # {**other}
            raise self._refused()
        return self.value(node)

    def _unaryop(self, node: ast.UnaryOp) -> Any:
        if type(node.op) not in _UNARY:
            raise self._refused()
        return _UNARY[type(node.op)](self.value(node.operand))

    def _binop(self, node: ast.BinOp) -> Any:
        if type(node.op) not in _BINARY:
            raise self._refused()
        left, right = self.value(node.left), self.value(node.right)
        if isinstance(node.op, ast.Mod) and isinstance(left, str):
            raise self._refused()
        if isinstance(node.op, ast.Mult):
            self._bounded(left, right)
        return _BINARY[type(node.op)](left, right)

    def _bounded(self, left: Any, right: Any) -> None:
        """Refuses a product that would be long, before it is made."""
        for one, other in ((left, right), (right, left)):
            if isinstance(one, (str, list, tuple)) and (not isinstance(other, int) or len(one) * other > MOST_ITEMS):
                raise self._refused()
            if isinstance(one, int) and abs(one) > 10**15:
                raise self._refused()

    def _boolop(self, node: ast.BoolOp) -> Any:
        stops = isinstance(node.op, ast.Or)
        found: Any = None
        for item in node.values:
            found = self.value(item)
            if bool(found) is stops:
                break
        return found

    def _compare(self, node: ast.Compare) -> bool:
        left = self.value(node.left)
        for kind, item in zip(node.ops, node.comparators, strict=True):
            right = self.value(item)
            if not _COMPARE[type(kind)](left, right):
                return False
            left = right
        return True

    def _ifexp(self, node: ast.IfExp) -> Any:
        return self.value(node.body if self.value(node.test) else node.orelse)

    def _subscript(self, node: ast.Subscript) -> Any:
        held = self.value(node.value)
        if not isinstance(held, (list, tuple, dict, str)) or isinstance(node.slice, ast.Slice):
            raise self._refused()
        return held[self.value(node.slice)]

    def _attribute(self, node: ast.Attribute) -> Any:
        name = ast.unparse(node)
        dtype, key = _DTYPE.fullmatch(name), _COMMON_KEY.fullmatch(name)
        if dtype is None and key is None:
            raise self._refused()
        return dtype.group(1) if dtype else str(key and key.group(1)).lower()

    def _call(self, node: ast.Call) -> Any:
        """A call of one of the names that are known; everything else, and anything with `*`, is not data."""
        if any(isinstance(item, ast.Starred) for item in node.args) or any(k.arg is None for k in node.keywords):
            raise self._refused()
        name = ast.unparse(node.func)
        if name == "torch.device":
            return "cpu"
        if name == "torch.cuda.is_available" and not node.args:
            return False
        if isinstance(node.func, ast.Attribute) and node.func.attr in _SAME:
            return self._component(self.value(node.func.value))
        if name == "os.path.join":
            return "/".join(str(self.value(item)) for item in node.args)
        if name == "copy.deepcopy" and len(node.args) == 1:
            return self.value(node.args[0])
        if name.startswith(_NETWORKS) and not node.args:
            return Component(name, {str(k.arg): self.value(k.value) for k in node.keywords})
        given = [self.value(item) for item in node.args]
        if node.keywords or name not in {*_BUILT_IN, "range"}:
            raise self._refused()
        if name == "range":
            if any(not isinstance(item, int) or abs(item) > MOST_ITEMS for item in given):
                raise self._refused()
            return list(range(*given))
        return _BUILT_IN[name](*given)

    def _component(self, held: Any) -> Component:
        if not isinstance(held, Component):
            raise self._refused()
        return held


def _short(text: str) -> str:
    clean = "".join(c if c.isprintable() else "?" for c in text.strip())
    return clean if len(clean) <= 80 else f"{clean[:79]}…"
