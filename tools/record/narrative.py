"""Notes and reports: the text of DocumentReference and DiagnosticReport, which is quoted and never obeyed."""

from __future__ import annotations

import base64
import binascii
import re
from html import unescape

from bedside.tools.record.elements import Json, code, concept, first_moment, items, mapping, string
from bedside.tools.record.history import line_of
from bedside.tools.record.model import Note
from bedside.tools.record.source import Resource

_LONGEST = 20_000  # characters of one note that are kept
_TAG = re.compile(r"<(?:br|/p|/div|/li|/tr|/h\d)\b[^>]{0,200}>", re.I)
_ANY_TAG = re.compile(r"<(?:script|style)\b.{0,5000}?</(?:script|style)\s*>|<[^>]{0,500}>", re.I | re.S)


def note_of(resource: Resource) -> Note:
    """A DocumentReference or DiagnosticReport; the conclusion of a report stands before its full text."""
    body = resource.body
    what = concept(body.get("type") if resource.kind == "DocumentReference" else body.get("code"))
    when = first_moment(body, "date", "effectiveDateTime", "effectivePeriod", "issued")
    name = what.text or string(body.get("description")) or "document without a name"
    status = code(body.get("status"))
    return Note(
        ref=resource.ref,
        text=name,
        codes=what.codes,
        day=when.day if when else "",
        at=when.at if when else None,
        body=_body(body),
        line=line_of(name, status if status not in ("final", "current") else "", when.day if when else ""),
    )


def _body(body: Json) -> str:
    parts = [_clean(body["conclusion"])] if isinstance(body.get("conclusion"), str) else []
    files = [*items(body.get("presentedForm"))]
    files += [mapping(c.get("attachment")) for c in items(body.get("content"))]
    parts += [text for f in files if (text := _decoded(f))]
    return "\n".join(dict.fromkeys(p for p in parts if p))[:_LONGEST]


def _decoded(attachment: Json) -> str:
    """The text of an attachment that carries text; "" of any other kind, and of one that only has an address."""
    kind = string(attachment.get("contentType"), 80).lower()
    data = attachment.get("data")
    if not kind.startswith("text/") or not isinstance(data, str):
        return ""
    try:
        text = base64.b64decode(data, validate=False)[: 4 * _LONGEST].decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""
    if "html" in kind or "xml" in kind:
        text = unescape(_ANY_TAG.sub(" ", _TAG.sub("\n", text)))
    return _clean(text)


def _clean(text: str) -> str:
    lines = (string(line, 2000) for line in text[: 4 * _LONGEST].splitlines())
    return "\n".join(line for line in lines if line)[:_LONGEST]
