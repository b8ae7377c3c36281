"""Colours that can be told apart with any colour vision: Okabe and Ito 2008, "Color Universal Design".

Those that stand out from grey come first; black is left out, since images are dark.
"""

from __future__ import annotations

import numpy as np

Colour = tuple[int, int, int]
COLOURS: tuple[Colour, ...] = (
    (230, 159, 0),  # orange
    (86, 180, 233),  # sky blue
    (240, 228, 66),  # yellow
    (0, 158, 115),  # bluish green
    (204, 121, 167),  # reddish purple
    (213, 94, 0),  # vermillion
    (0, 114, 178),  # blue
)
_WHITE = (95.047, 100.0, 108.883)  # D65, as sRGB has it (IEC 61966-2-1)
_TO_XYZ = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))


def colour(index: int) -> Colour:
    """The colour of the mask or box of that number, from 0; after seven they come again, so each is numbered too."""
    return COLOURS[index % len(COLOURS)]


def cielab(rgb: Colour) -> tuple[float, float, float]:
    """An sRGB colour as CIE L*a*b* under D65 (CIE 15:2004, section 8.2.1): L* from 0 to 100."""
    part = np.asarray(rgb) / 255.0
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    ratio = np.asarray(_TO_XYZ) @ linear * 100.0 / np.asarray(_WHITE)
    x, y, z = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    return float(116 * y - 16), float(500 * (x - y)), float(200 * (y - z))
