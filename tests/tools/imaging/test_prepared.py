"""What was prepared of a Study is kept for the next who asks, within a limit."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from bedside.tools.imaging.prepared import PreparedStudies


def test_the_same_key_is_prepared_once_even_by_four_threads_at_once() -> None:
    kept: PreparedStudies[bytes] = PreparedStudies(len)
    made, lock = list[int](), threading.Lock()

    def make() -> bytes:
        with lock:
            made.append(1)
        time.sleep(0.05)
        return b"x"

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda _: kept.get(("a",), make), range(8))) == {b"x"}
    assert made == [1]
    assert kept.get(("b",), lambda: b"other") == b"other"


def test_the_least_recently_used_goes_first_and_what_is_too_large_is_not_kept() -> None:
    kept: PreparedStudies[bytes] = PreparedStudies(len, most_bytes=10)
    kept.get(("a",), lambda: b"aaaa")
    kept.get(("b",), lambda: b"bbbb")
    kept.get(("a",), lambda: b"never")
    kept.get(("c",), lambda: b"cccc")
    assert kept.get(("a",), lambda: b"again") == b"aaaa"
    assert kept.get(("b",), lambda: b"again") == b"again"
    kept.get(("large",), lambda: bytes(11))
    assert kept.get(("large",), lambda: b"again") == b"again"


def test_what_fails_is_tried_again() -> None:
    kept: PreparedStudies[bytes] = PreparedStudies(len)
    with pytest.raises(ZeroDivisionError):
        kept.get(("a",), lambda: bytes(1 // 0))
    assert kept.get(("a",), lambda: b"x") == b"x"
