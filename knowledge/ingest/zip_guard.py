"""Looks into a Word file's zip before anything opens it: too many or too large parts, XML with entities."""

from __future__ import annotations

import io
import zipfile
import zlib

from bedside.knowledge.ingest.content import FileContent

_MOST_PARTS = 10_000
_SMALL = 1_000_000
_XML = (".xml", ".rels")


def check(content: FileContent) -> None:
    """Refuses a zip that would exhaust its reader.

    Raises:
        DocumentError: it is damaged (003), or is a bomb or declares a document type in its XML (010).
    """
    limits = content.limits
    try:
        with zipfile.ZipFile(io.BytesIO(content.data)) as archive:
            parts = archive.infolist()
            total = sum(part.file_size for part in parts)
            if len(parts) > _MOST_PARTS:
                raise content.unsafe(f"it has {len(parts):,} parts")
            if total > limits.unpacked_bytes:
                raise content.unsafe(f"it unpacks to {total / 1e6:,.0f} MB")
            for part in parts:
                if part.file_size > _SMALL and part.file_size > limits.ratio * max(1, part.compress_size):
                    raise content.unsafe("a part of it unpacks to hundreds of times its size")
            for part in parts:
                # The entries' own sizes bound what is read here: zipfile stops at them.
                if part.filename.lower().endswith(_XML):
                    _check_xml(content, archive.read(part))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise content.damaged("a part of it is damaged, incomplete or locked") from error


def _check_xml(content: FileContent, xml: bytes) -> None:
    plain = xml.replace(b"\x00", b"") if b"\x00" in xml[:200] else xml
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise content.unsafe("its XML declares a document type or entities, which could expand without end")
