"""The most memory that this process has held."""

from __future__ import annotations

import sys
from pathlib import Path

_STATUS = Path("/proc/self/status")
_MARK = "VmHWM:"


def peak_memory() -> float:
    """The most resident memory this process ever held, in GB (1e9 bytes).

    Linux is asked for the mark of this program alone: what `getrusage` tells there begins at what the *starting*
    process held, so that a small program started by a large one looks as large.
    """
    status = _STATUS.read_text() if _STATUS.exists() else ""
    if _MARK in status:
        return int(status.partition(_MARK)[2].split()[0]) * 1024 / 1e9
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e9 if sys.platform == "darwin" else peak * 1024 / 1e9
