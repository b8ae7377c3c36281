"""How a checkpoint is written: each of our models as its own JSON, everything else as LangGraph's strict msgpack.

LangGraph's serializer takes a model apart value by value, in Python, at every step; pydantic writes it in one call. And
it rebuilds a model that its class refuses without any check, or as a plain dictionary; here that is an error.
"""

from __future__ import annotations

import logging
from functools import cached_property, lru_cache
from typing import Any

from pydantic import ValidationError

from bedside.core.base import Frozen
from bedside.core.errors import ThreadError

_MODEL = "bedside model"


class ModelSerializer:
    """LangGraph's serializer protocol. Only Bedside's own frozen models are ever rebuilt."""

    @cached_property
    def _plain(self) -> Any:
        from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

        return JsonPlusSerializer(allowed_msgpack_modules=())

    def dumps_typed(self, obj: Any) -> tuple[str, bytes]:
        """The kind of bytes, and the bytes."""
        kind, data = self._plain.dumps_typed(_packed(obj))
        return str(kind), bytes(data)

    def loads_typed(self, data: tuple[str, bytes]) -> Any:
        """What was written.

        Raises:
            ThreadError: a stored model is none of this version's, or its class refuses it.
        """
        return _unpacked(self._plain.loads_typed(data))


@lru_cache(maxsize=1)
def stored_models() -> dict[str, type[Frozen]]:
    """Every model that a checkpoint may hold, by module and name."""
    import bedside.agent.state  # noqa: F401 - so that all the models exist

    found: dict[str, type[Frozen]] = {}
    pending: list[type[Frozen]] = [Frozen]
    while pending:
        model = pending.pop()
        pending.extend(model.__subclasses__())
        if model.__module__.startswith("bedside."):
            found[_name(model)] = model
    return found


def _name(model: type[Frozen]) -> str:
    return f"{model.__module__}:{model.__qualname__}"


def _packed(obj: Any) -> Any:
    """The same with each model, in whatever dictionary or list it stands, as its name and JSON."""
    if isinstance(obj, Frozen):
        return {_MODEL: [_name(type(obj)), obj.model_dump_json()]}
    if isinstance(obj, dict):
        return {key: _packed(value) for key, value in obj.items()}
    if isinstance(obj, list | tuple) and any(isinstance(value, Frozen | dict | list | tuple) for value in obj):
        return type(obj)(_packed(value) for value in obj) if type(obj) in (list, tuple) else obj
    return obj


def _unpacked(obj: Any) -> Any:
    if isinstance(obj, dict):
        if obj.keys() == {_MODEL}:
            return _model(*obj[_MODEL])
        return {key: _unpacked(value) for key, value in obj.items()}
    if type(obj) in (list, tuple):
        return type(obj)(_unpacked(value) for value in obj)
    return obj


def _model(name: str, text: str) -> Frozen:
    kind = stored_models().get(name)
    try:
        if kind is None:
            raise LookupError(f"there is no {name}")
        return kind.model_validate_json(text)
    except (ValidationError, LookupError) as error:
        logging.getLogger("bedside").info("a stored %s cannot be read: %s", name, error)
        raise ThreadError(
            "This thread was written by another version of Bedside, which stored its case differently.",
            "Open it with that version, or begin a new thread; nothing was changed in it.",
            code="BED-THREAD-005",
        ) from error
