"""Reads what a pickle describes without doing what it says: nothing is imported, called or made.

A pickle is a program for a small stack machine (Python's ``pickletools`` lists its opcodes). Here the opcodes that
build plain values are followed, and those that would import a name, call it or set an object's state leave a note of it
instead. An opcode that has no part in describing tensors ends the reading.
"""

from __future__ import annotations

import pickletools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, BinaryIO

_MARK = object()
_VALUES = frozenset({
    "BININT", "BININT1", "BININT2", "LONG1", "LONG4", "BINFLOAT", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8",
    "BINBYTES", "SHORT_BINBYTES", "BINSTRING", "SHORT_BINSTRING",
})  # fmt: skip


@dataclass(frozen=True)
class Name:
    """A name that the pickle would import."""

    module: str
    name: str


@dataclass(eq=False)
class Made:
    """An object that the pickle would make: by calling `what` with `args`; with its state and items, as far as set."""

    what: Any
    args: Any
    state: Any = None
    items: dict[Any, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Outside:
    """Something that is kept outside of the pickle, by the id that it was given."""

    id: Any


@dataclass
class _Machine:
    """The stack and the memo of one reading, and what it met that is kept outside."""

    stack: list[Any] = field(default_factory=list)
    memo: dict[int, Any] = field(default_factory=dict)
    outside: list[Outside] = field(default_factory=list)

    def pop(self) -> Any:
        if not self.stack:
            raise ValueError("its stack runs empty")
        return self.stack.pop()

    def pop_to_mark(self) -> list[Any]:
        items: list[Any] = []
        while (item := self.pop()) is not _MARK:
            items.append(item)
        return items[::-1]


def describe(stream: BinaryIO) -> tuple[Any, list[Outside]]:
    """What the next pickle of a stream describes; the stream stands behind it afterwards.

    Returns:
        Plain values, lists, tuples and dictionaries with `Name`, `Made` and `Outside` in them; and every `Outside` met.

    Raises:
        ValueError: it is no pickle, or does something that describing tensors does not need.
    """
    machine = _Machine()
    try:
        for opcode, argument, _ in pickletools.genops(stream):
            if opcode.name == "STOP":
                return machine.pop(), machine.outside
            if opcode.name in _VALUES:
                machine.stack.append(argument)
            elif opcode.name in _STEPS:
                _STEPS[opcode.name](machine, argument)
            else:
                raise ValueError(f"it holds the opcode {opcode.name}")
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise ValueError(f"it is not well formed: {error!r}") from error
    raise ValueError("it ends too early")


def _name(machine: _Machine, argument: str) -> None:
    module, _, name = argument.partition(" ")
    machine.stack.append(Name(module, name))


def _stack_name(machine: _Machine, _: Any) -> None:
    name, module = machine.pop(), machine.pop()
    machine.stack.append(Name(str(module), str(name)))


def _made(machine: _Machine, _: Any) -> None:
    args, what = machine.pop(), machine.pop()
    machine.stack.append(Made(what, args))


def _state(machine: _Machine, _: Any) -> None:
    state = machine.pop()
    if not isinstance(machine.stack[-1], Made):
        raise ValueError("it sets the state of something that is no object")
    machine.stack[-1].state = state


def _outside(machine: _Machine, _: Any) -> None:
    kept = Outside(machine.pop())
    machine.outside.append(kept)
    machine.stack.append(kept)


def _set_items(machine: _Machine, pairs: list[Any]) -> None:
    target = machine.stack[-1]
    items = target.items if isinstance(target, Made) else target
    if not isinstance(items, dict) or len(pairs) % 2:
        raise ValueError("it sets items of something that has none")
    items.update(zip(pairs[::2], pairs[1::2], strict=True))


def _set_item(machine: _Machine, _: Any) -> None:
    value, key = machine.pop(), machine.pop()
    _set_items(machine, [key, value])


def _add(machine: _Machine, items: list[Any]) -> None:
    target = machine.stack[-1]
    if not isinstance(target, list):
        raise ValueError("it appends to something that is no list")
    target.extend(items)


def _add_one(machine: _Machine, _: Any) -> None:
    item = machine.pop()
    _add(machine, [item])


def _tuple(count: int) -> Callable[[_Machine, Any], None]:
    def step(machine: _Machine, _: Any) -> None:
        items = [machine.pop() for _ in range(count)]
        machine.stack.append(tuple(items[::-1]))

    return step


def _push(make: Callable[[], Any]) -> Callable[[_Machine, Any], None]:
    return lambda machine, _: machine.stack.append(make())


def _remember(machine: _Machine, place: int) -> None:
    machine.memo[place] = machine.stack[-1]


_STEPS: dict[str, Callable[[_Machine, Any], None]] = {
    "PROTO": lambda machine, _: None,
    "FRAME": lambda machine, _: None,
    "NONE": _push(lambda: None),
    "NEWTRUE": _push(lambda: True),
    "NEWFALSE": _push(lambda: False),
    "EMPTY_DICT": _push(dict),
    "EMPTY_LIST": _push(list),
    "EMPTY_TUPLE": _push(tuple),
    "EMPTY_SET": _push(list),
    "MARK": _push(lambda: _MARK),
    "TUPLE": lambda machine, _: machine.stack.append(tuple(machine.pop_to_mark())),
    "TUPLE1": _tuple(1),
    "TUPLE2": _tuple(2),
    "TUPLE3": _tuple(3),
    "APPEND": _add_one,
    "APPENDS": lambda machine, _: _add(machine, machine.pop_to_mark()),
    "ADDITEMS": lambda machine, _: _add(machine, machine.pop_to_mark()),
    "SETITEM": _set_item,
    "SETITEMS": lambda machine, _: _set_items(machine, machine.pop_to_mark()),
    "GLOBAL": _name,
    "STACK_GLOBAL": _stack_name,
    "REDUCE": _made,
    "NEWOBJ": _made,
    "BUILD": _state,
    "BINPERSID": _outside,
    "BINPUT": _remember,
    "LONG_BINPUT": _remember,
    "MEMOIZE": lambda machine, _: _remember(machine, len(machine.memo)),
    "BINGET": lambda machine, place: machine.stack.append(machine.memo[place]),
    "LONG_BINGET": lambda machine, place: machine.stack.append(machine.memo[place]),
}
