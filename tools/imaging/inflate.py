"""gzip streams, never read further than their header announces."""

from __future__ import annotations

import gzip
import io


def inflated(data: bytes, most: int) -> bytes:
    """gzip, member by member, up to `most` bytes; a whole stream is also held to its checksum.

    Raises:
        OSError, EOFError, zlib.error: the stream is damaged or cut short.
    """
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
        raw = stream.read(most)
        stream.read(1)  # reaching the end makes gzip compare its checksum
    return raw
