"""From bytes to text: which encoding, and the repair of text that was once decoded with the wrong one ("â€™")."""

from __future__ import annotations

import codecs
import re

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What UTF-8 looks like after cp1252 or latin-1 took each byte for a letter: a lead byte, then continuation bytes.
_CONTINUED = "[\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
_MOJIBAKE = re.compile(
    f"(?:[\u00c2-\u00df]{_CONTINUED}|[\u00e0-\u00ef]{_CONTINUED}{{2}}|[\u00f0-\u00f4]{_CONTINUED}{{3}})+"
)
_MARKS = re.compile(
    "\u00e2\u20ac|\u00e2\u0080|\u00e2\u2030|\u00c2[\u00a0-\u00bf]|\u00c3[\u0080-\u00bf\u2018-\u203a\u2122\u0192]|\u00ce\u00bc"
)
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


class UndecodableError(ValueError):
    """The bytes are not text in an encoding that can be told; the message says why."""


def decode(data: bytes, declared: str = "") -> str:
    """The text of some bytes, with line ends as "\\n" and mojibake repaired.

    A byte order mark decides; else UTF-8 where the bytes are valid UTF-8, whatever is declared, because text of another
    encoding is almost never valid UTF-8 by chance; else what is declared; else cp1252.

    Args:
        data: the whole file.
        declared: the encoding that the file itself names, "" for none.

    Raises:
        UndecodableError: no encoding fits, the bytes are not text, or the letters are lost beyond repair.
    """
    text = _decoded(data, declared).replace("\r\n", "\n").replace("\r", "\n")
    if len(_CONTROLS.findall(text)) > len(text) * 0.001:
        raise UndecodableError("it is not text")
    text = repaired(_CONTROLS.sub(" ", text))
    if text.count("\ufffd") > max(2, len(text) // 2000):
        raise UndecodableError("letters were lost when it was saved (they appear as \ufffd)")
    left = len(_MARKS.findall(text))
    if left > max(2, len(text) // 2000):
        raise UndecodableError(f"it is garbled in {left} places and cannot be repaired")
    return text


def head_text(head: bytes) -> str:
    """Enough text to tell what a file is from its first bytes, which may end inside a letter; letters may be wrong.

    Raises:
        UndecodableError: the bytes are not text.
    """
    marked = next((name for mark, name in BOMS if head.startswith(mark)), _wide(head))
    if marked:
        text = head.decode(marked, "ignore")
    else:
        try:
            text = head.decode("utf-8")
        except UnicodeDecodeError:
            text = head.decode("latin-1")
    if len(_CONTROLS.findall(text)) > len(text) * 0.001:
        raise UndecodableError("it is not text")
    return text


def _decoded(data: bytes, declared: str) -> str:
    try:
        for mark, name in BOMS:
            if data.startswith(mark):
                return data.decode(name)
        wide = _wide(data)
        if wide:
            return data.decode(wide)
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if any(data.startswith(mark) for mark, _ in BOMS) or error.encoding != "utf-8":
            raise UndecodableError("it breaks its own encoding") from error
    for name in (declared, "cp1252"):
        try:
            if name and codecs.lookup(name).name not in ("utf-8", "utf-16"):
                return data.decode(name)
        except (LookupError, ValueError):
            continue
    raise UndecodableError("its encoding cannot be told")


def _wide(data: bytes) -> str:
    """UTF-16 without a mark: every other byte of mostly western text is zero."""
    head = data[:2000]
    pairs = len(head) // 2
    if pairs < 2 or len(data) % 2:
        return ""
    first, second = head[0::2].count(0), head[1::2].count(0)
    if second > pairs * 0.6 and first < pairs * 0.05:
        return "utf-16-le"
    if first > pairs * 0.6 and second < pairs * 0.05:
        return "utf-16-be"
    return ""


def repaired(text: str) -> str:
    """The text with every run that reads as UTF-8 taken for cp1252 put right; other text is returned as it is."""
    if not _MARKS.search(text):
        return text
    return _MOJIBAKE.sub(lambda run: _run(run.group()), text)


def _run(garbled: str) -> str:
    data = bytearray()
    for letter in garbled:
        try:
            data += letter.encode("cp1252")
        except UnicodeEncodeError:
            if ord(letter) > 0xFF:
                return garbled
            data.append(ord(letter))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return garbled
