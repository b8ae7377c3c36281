"""What several readers share: years and links in words, and signs whose meaning lies in how they are set."""

from __future__ import annotations

import re
from datetime import datetime, timezone

_YEAR = re.compile(r"\b(19[5-9]\d|20\d\d)\b")
_DATED = re.compile(
    r"\b(?:published|issued|updated|approved|revised|effective|version|ratified|date)\b[^.\n]{0,40}?\b((?:19[5-9]|20\d)\d)\b",
    re.IGNORECASE,
)


def year_of(text: str) -> int | None:
    """The first year in a date or title ("2007-12-21", "21 December 2007"), None where there is none that can be."""
    this_year = datetime.now(timezone.utc).year
    return next((int(y) for y in _YEAR.findall(text) if int(y) <= this_year + 1), None)


def year_in(title: str, beginning: str) -> int | None:
    """The year of a document: in its title, else beside a word such as "published" near its beginning."""
    found = year_of(title)
    if found is not None:
        return found
    dated = _DATED.search(beginning)
    return year_of(dated.group(1)) if dated else None


def web_link(text: str) -> str:
    """A link or DOI as an http(s) address; "" for anything else."""
    link = text.strip()
    doi = re.match(r"^(?:doi:\s*)?(10\.\d{4,9}/\S+)$", link, re.IGNORECASE)
    if doi:
        return f"https://doi.org/{doi.group(1)}"
    if link.startswith("//"):
        link = f"https:{link}"
    return link if re.match(r"^https?://[^\s<>\"]{3,}$", link, re.IGNORECASE) else ""


def folded(text: str) -> str:
    """Text on one line, white space folded."""
    return " ".join(text.split())


def raised(text: str, before: str) -> str:
    """Superscript text as plain text that says the same: 10 with a raised 9 is "10^9", never "109".

    Args:
        text: what is raised.
        before: what stands in front of it.
    """
    mark = text.strip()
    if not mark[:1].isdigit() and not (mark[:1] in "-\u2212+" and mark[1:2].isdigit()):
        return text
    if before[-1:].isdigit() or mark[:1] in "-\u2212+":
        return f"^{mark}"
    word = re.search(r"[^\W\d_]*$", before)
    unit = word is not None and 0 < len(word.group()) <= 3
    return text if unit or not before.strip() else f"[{mark}]"


def underlined(text: str) -> str:
    """Underlined text as plain text: older pages write "at least" as an underlined ">"."""
    return {">": "\u2265", "<": "\u2264", "+": "\u00b1"}.get(text.strip(), text)
