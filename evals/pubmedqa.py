"""PubMedQA's labelled questions with the abstracts they were made from; the conclusion is never read.

Jin 2019, doi:10.18653/v1/D19-1259, MIT licence, https://github.com/pubmedqa/pubmedqa.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

from bedside.core.errors import SettingsError


class Abstract(NamedTuple):
    """A question, and the abstract (without its conclusion) that it was made from."""

    question: str
    text: str


def load_pubmedqa(data: Path) -> list[Abstract]:
    """The questions in ``pubmedqa/pqal_dev.json``, in the order of the file. ``LONG_ANSWER`` is left alone.

    Raises:
        SettingsError: the file is not there or not in the published format.
    """
    path = data / "pubmedqa" / "pqal_dev.json"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return [Abstract(str(item["QUESTION"]), " ".join(item["CONTEXTS"])) for item in content.values()]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SettingsError(
            f"PubMedQA cannot be read from {path}: {error!r}",
            "Get pqal questions from https://github.com/pubmedqa/pubmedqa.",
            code="BED-EVAL-005",
        ) from error
