"""What has been made of a Study, kept for the next who asks for the same: two experts share one preparation.

Keyed by the bytes of the file and by what was done; a few of the latest are kept, within a limit of memory.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

MOST_BYTES = 600_000_000
T = TypeVar("T")


class PreparedStudies(Generic[T]):
    """A small memory of prepared studies. Safe for threads: who asks for what is being made waits for it.

    Args:
        size: bytes of one prepared study.
        most_bytes: what all that are kept may take; the least recently used go first.
    """

    def __init__(self, size: Callable[[T], int], most_bytes: int = MOST_BYTES) -> None:
        self._size, self._most = size, most_bytes
        self._kept: OrderedDict[tuple[str, ...], T] = OrderedDict()
        self._making: dict[tuple[str, ...], threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: tuple[str, ...], make: Callable[[], T]) -> T:
        """What is kept under the key, else what `make` gives, which is kept.

        Args:
            key: the sha256 of each file, and what is done to it.
            make: called once, even where several threads ask at once; what it raises goes to the caller.
        """
        with self._lock:
            made = self._recent(key)
            if made is not None:
                return made
            turn = self._making.setdefault(key, threading.Lock())
        with turn:
            with self._lock:
                made = self._recent(key)
            if made is None:
                made = make()
                with self._lock:
                    self._keep(key, made)
        return made

    def clear(self) -> None:
        """Forgets everything."""
        with self._lock:
            self._kept.clear()

    def _recent(self, key: tuple[str, ...]) -> T | None:
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    def _keep(self, key: tuple[str, ...], made: T) -> None:
        self._making.pop(key, None)
        if self._size(made) > self._most:
            return
        self._kept[key] = made
        while sum(map(self._size, self._kept.values())) > self._most:
            self._kept.popitem(last=False)
