"""A limit on the whole of an answer: a client's own begins again with every byte, so a dripping server holds it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import httpx


def whole_answers_within(seconds: float) -> httpx.Client:
    """A client whose answers must be there whole in so many seconds; one that is streamed may go on for longer."""
    return _Limited(timeout=seconds, follow_redirects=True)


class _Limited(httpx.Client):
    """Asks as ever, and reads the answer against the clock. Proxies of the environment are used as ever."""

    def send(self, request: httpx.Request, *, stream: bool = False, **options: Any) -> httpx.Response:
        limit = self.timeout.read
        ends = time.monotonic() + limit if limit is not None else float("inf")
        response = super().send(request, stream=True, **options)
        if not response.headers.get("content-type", "").startswith("text/event-stream"):
            inner = response.stream
            assert isinstance(inner, httpx.SyncByteStream)
            response.stream = _Until(inner, ends, request)
        if not stream:
            try:
                response.read()
            except BaseException:
                response.close()
                raise
        return response


class _Until(httpx.SyncByteStream):
    def __init__(self, inner: httpx.SyncByteStream, ends: float, request: httpx.Request) -> None:
        self._inner, self._ends, self._request = inner, ends, request

    def __iter__(self) -> Iterator[bytes]:
        for part in self._inner:
            if time.monotonic() > self._ends:
                raise httpx.ReadTimeout("the answer was not whole in time", request=self._request)
            yield part

    def close(self) -> None:
        self._inner.close()
