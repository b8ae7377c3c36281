"""Counts the tokens that models spend inside a block."""

from __future__ import annotations

from contextlib import ExitStack
from types import TracebackType
from typing import Any


class Spent:
    """A context; `tokens` are prompt and answer of every call inside it, as far as the model's server says."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._counted: Any = None

    def __enter__(self) -> Spent:
        from langchain_core.callbacks import get_usage_metadata_callback

        self._counted = self._stack.enter_context(get_usage_metadata_callback())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def tokens(self) -> int:
        """So far."""
        return sum(int(usage["total_tokens"]) for usage in self._counted.usage_metadata.values())
