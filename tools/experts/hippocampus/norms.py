"""What is published on the volume of one hippocampus in healthy adults, as far as it could be checked.

Only figures that stand in the abstracts are given. Percentiles for age (Nobis et al. 2019) are not: their tables could
not be checked here, and hold for outlines by another method. How much methods differ is shown by the first two.
"""

from __future__ import annotations

from typing import Any, NamedTuple


class Norm(NamedTuple):
    """One published figure.

    Attributes:
        text: the figure with its set.
        source: who published it, with year and DOI or link.
    """

    text: str
    source: str


BY_HAND = Norm(
    "traced by hand in 40 healthy adults, the right hippocampus was 3,324 mm³ and the left 3,208 mm³ on average",
    "Pruessner et al. 2000, Cereb Cortex 10:433-442, doi:10.1093/cercor/10.4.433",
)
BY_SOFTWARE = Norm(
    "by the software volBrain in 302 healthy volunteers, a hippocampus was 3,940 (SD 490) mm³ in men and 3,740 (SD "
    "420) mm³ in women",
    "Turk J Med Sci 2019, 49(5), https://journals.tubitak.gov.tr/medical/vol49/iss5/29/",
)
LOSS = Norm(
    "it shrinks by 0.85 % a year on average over adult life (n = 3,422)",
    "Fraser et al. 2015, NeuroImage 112:364-374, doi:10.1016/j.neuroimage.2015.03.035",
)
FASTER = Norm(
    "faster from middle age, in women more than in men (n = 19,793)",
    "Nobis et al. 2019, NeuroImage Clin 23:101904, doi:10.1016/j.nicl.2019.101904",
)


def context(traced: dict[str, Any], crops: int) -> tuple[str, ...]:
    """What a reader needs beside a volume, in sentences.

    Args:
        traced: mean, low and high (middle 95 %) of the whole hippocampus as traced in the training crops, mm³.
        crops: how many those are.
    """
    return (
        f"Published means: {BY_HAND.text} ({BY_HAND.source}); {BY_SOFTWARE.text} ({BY_SOFTWARE.source}). They "
        "differ as methods do.",
        f"By age: {LOSS.text} ({LOSS.source}), {FASTER.text} ({FASTER.source}). No percentile for age is given: "
        "none that could be checked holds for this way of outlining.",
        f"Traced in the way that this model learned, {crops} crops of adults, healthy or with a psychotic disorder, "
        f"held {traced['mean']:,} mm³ on average, the middle 95 % {traced['low']:,} to {traced['high']:,} mm³.",
    )
