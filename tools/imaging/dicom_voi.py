"""The VOI transform of a DICOM file (PS3.3 C.11.2) as one curve, whatever form the file gives it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

# Rising values in output units, each with the grey (0 black, 1 white) it is shown at; straight lines between.
Curve = tuple[tuple[float, float], ...]
MOST_POINTS = 257
SIGMOID_REACH = 2.0


def voi_curve(dataset: Any) -> tuple[Curve, tuple[str, ...]]:
    """The first VOI table of a dataset or functional group, else its first window, as points; and what it was.

    A table comes before a window, since a film's maker made the table for it. Of several windows the first is the
    one the file means to be shown first (C.11.2.1.2). Nothing, with a note, where neither can be.
    """
    for read in (_table, _window):
        try:
            curve, what = read(dataset)
        except (ArithmeticError, AttributeError, IndexError, KeyError, NotImplementedError, TypeError, ValueError):
            return (), ("The window of the file (VOI) cannot be and was left out.",)
        if curve:
            return curve, (f"The {what} of the file (VOI) was kept for display and not applied.",)
    return (), ()


def _window(dataset: Any) -> tuple[Curve, str]:
    """WindowCenter and WindowWidth by the function that is named (C.11.2.1.2 and C.11.2.1.3)."""
    centre, width = _first(dataset.get("WindowCenter")), _first(dataset.get("WindowWidth"))
    if centre is None or width is None:
        return (), ""
    function = str(dataset.get("VOILUTFunction") or "LINEAR").strip().upper()
    if not (math.isfinite(centre) and math.isfinite(width)) or width <= 0 or (function == "LINEAR" and width < 1):
        raise ValueError(width)
    if function == "SIGMOID":
        values = np.linspace(centre - SIGMOID_REACH * width, centre + SIGMOID_REACH * width, MOST_POINTS)
        greys = 1 / (1 + np.exp(-4 * (values - centre) / width))
        return _points(values, greys), "sigmoid window"
    if function == "LINEAR":
        # Half a value less than the centre and one less than the width, as the standard has it.
        centre, width = centre - 0.5, max(width - 1, 1e-3)
    return ((centre - width / 2, 0.0), (centre + width / 2, 1.0)), "window"


def _table(dataset: Any) -> tuple[Curve, str]:
    """VOILUTSequence (C.11.2.1.1): entries, first value mapped and bits an entry, then the entries."""
    items = dataset.get("VOILUTSequence")
    if not items:
        return (), ""
    length, first, bits = (int(v) for v in items[0].LUTDescriptor)
    length = length or 2**16
    if int(dataset.get("PixelRepresentation") or 0) and first >= 2**15:
        first -= 2**16
    raw = items[0].LUTData
    entries = np.frombuffer(raw, "<u2") if isinstance(raw, bytes) else np.asarray(raw)
    entries = entries[:length].astype(np.float64)
    if len(entries) != length or length < 2 or not 1 <= bits <= 16:
        raise ValueError(length)
    kept = np.unique(np.linspace(0, length - 1, MOST_POINTS).round().astype(np.int64))
    return _points(first + kept, np.clip(entries[kept] / (2**bits - 1), 0, 1)), "lookup table"


def _points(values: Any, greys: Any) -> Curve:
    return tuple((float(v), float(g)) for v, g in zip(values, greys, strict=True))


def _first(value: Any) -> float | None:
    if value is None or value == "":
        return None
    return float(value[0] if not isinstance(value, (str, float, int)) else value)
