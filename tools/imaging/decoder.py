"""The process that decodes: reads requests from its standard input, writes Studies to its standard output.

A request is a line of JSON: ``path``, ``id``, ``limit``. An answer is an empty line at once, so that a process which
died before it was asked can be told from one that died of a file; then a line of JSON (an error, or what a Study is);
and then the bytes of the samples. Nothing is pickled, so that a decoder taken over by a file can hand over no code.
"""

from __future__ import annotations

import json
import os
import sys
import warnings
from pathlib import Path
from typing import Any, BinaryIO

from bedside.core.errors import ImageReadError
from bedside.core.study import Study
from bedside.tools.imaging import allowance
from bedside.tools.imaging.assembly import VolumeStudy
from bedside.tools.imaging.content import printable, too_costly
from bedside.tools.imaging.reading import read_here, size_of, warm_up


def main() -> None:
    """Serves requests until standard input ends."""
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # Decoders print: their words must not get between the answers.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    warnings.simplefilter("ignore")
    for line in requests:
        answers.write(b"\n")
        answers.flush()
        _answer(json.loads(line), answers)
        answers.flush()


def _answer(request: dict[str, Any], answers: BinaryIO) -> None:
    path, limit = Path(request["path"]), int(request["limit"])
    try:
        warm_up(path)
        allowance.begin(min(size_of(path), limit))
        study = read_here(path, str(request["id"]), limit)
    except MemoryError:
        error = too_costly(printable(path.name), "memory")
        _write_error(error, answers)
        return
    except ImageReadError as error:
        _write_error(error, answers)
        return
    finally:
        allowance.end()
    _write_study(study, answers)


def _write_error(error: ImageReadError, answers: BinaryIO) -> None:
    _write_line({"error": {"what": error.what, "do": error.do, "code": error.code}}, answers)


def _write_study(study: Study, answers: BinaryIO) -> None:
    head = {
        "info": study.info.model_dump(mode="json"),
        "affine": None if study.affine is None else study.affine.tolist(),
        "stored_axes": list(study.stored_axes) if isinstance(study, VolumeStudy) else None,
        "instances": list(study.instances),
        "patient": study.patient,
    }
    _write_line(head, answers)
    answers.write(study.array.data.cast("B"))


def _write_line(head: dict[str, Any], answers: BinaryIO) -> None:
    answers.write(json.dumps(head).encode() + b"\n")
