"""Reads the guideline summaries of the PyPI package open-medicine (MIT, https://github.com/RamosFBC/openmedicine).

They are a third party's summaries, not the guidelines: give them the trust ``third-party summary``. The package's files
are read; its code is not run.
"""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from bedside.core.errors import DocumentError
from bedside.core.limits import Limits
from bedside.knowledge.documents import ParsedDocument
from bedside.knowledge.ingest.content import DAMAGED, MISSING, NOT_INSTALLED, load
from bedside.knowledge.ingest.facts import web_link
from bedside.knowledge.ingest.markdown import read_markdown

# Remarks to users of the package's own calculators, not a part of the guideline.
_ADVERT = re.compile(r"OpenMedicine Calculator")
_NAME = re.compile(r"^[A-Za-z0-9_\-]{1,100}$")


class _Guideline(BaseModel):
    model_config = ConfigDict(extra="ignore")

    id: str
    title: str
    organization: str = ""
    doi: str = ""
    year: int | None = None
    sections: list[str] = []


def installed_folder() -> Path:
    """The folder of guidelines of the installed package.

    Raises:
        DocumentError: the package is not installed (011).
    """
    found = importlib.util.find_spec("open_medicine")
    places = list(found.submodule_search_locations or ()) if found is not None else []
    if not places:
        raise DocumentError(
            "The package open-medicine is not installed.", "Run: pip install open-medicine.", code=NOT_INSTALLED
        )
    return Path(places[0]) / "guidelines"


def read_guidelines(folder: Path | None = None, *, limits: Limits | None = None) -> Iterator[ParsedDocument]:
    """One document a section of a guideline; its key is ``guideline/section``.

    Args:
        folder: with ``registry.json`` and ``content/``; None for that of the installed package.
        limits: of each file.

    Raises:
        DocumentError: the package is not installed (011), or its registry is missing (001) or has another form (003).
    """
    place = folder if folder is not None else installed_folder()
    held = limits or Limits()
    registry = load(place / "registry.json", held)
    try:
        guidelines = [_Guideline.model_validate(entry) for entry in json.loads(registry.data)]
    except (ValueError, RecursionError, ValidationError) as error:
        raise DocumentError(
            "The registry of open-medicine has another form than Bedside knows.",
            "Install the version that was tried: pip install open-medicine==0.12.0.",
            code=DAMAGED,
        ) from error
    for guideline in guidelines:
        for section in guideline.sections:
            yield from _section(place, guideline, section, held)


def _section(place: Path, guideline: _Guideline, section: str, limits: Limits) -> Iterator[ParsedDocument]:
    if not (_NAME.match(guideline.id) and _NAME.match(section)):
        raise DocumentError(
            "The registry of open-medicine names a file outside its folder.", "Reinstall open-medicine.", code=MISSING
        )
    document = read_markdown(load(place / "content" / guideline.id / f"{section}.md", limits))
    blocks = tuple(block for block in document.blocks if not _ADVERT.search(block.text))
    if blocks:
        yield document.model_copy(
            update={
                "blocks": blocks,
                "key": f"{guideline.id}/{section}",
                "publisher": f"{guideline.organization}, as summarised by open-medicine".lstrip(", "),
                "year": guideline.year,
                "link": web_link(guideline.doi),
            }
        )
