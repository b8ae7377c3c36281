"""The card of `hippocampus`."""

from __future__ import annotations

from bedside.core.card import Accepts, Performance, ToolCard
from bedside.core.study import Modality

CITATION = "Antonelli et al. 2022, Nat Commun 13:4128, doi:10.1038/s41467-022-30695-9 (data)"

CARD = ToolCard(
    name="hippocampus",
    version="1.0",
    kind="expert",
    title="Hippocampus volume",
    purpose="How large are the anterior and posterior hippocampus in this crop of a T1-weighted MRI, and where?",
    accepts=Accepts(
        kinds=("volume",),
        modalities=(Modality.MR, Modality.UNKNOWN),
        body_parts=("HEAD", "BRAIN", "SKULL", "HIPPOCAMPUS"),
        population="adults, T1-weighted MRI at about 1 mm, cut to the surroundings of one hippocampus",
    ),
    topics=("hippocampus", "hippocampal", "hippocampi"),
    labels=("anterior hippocampus", "posterior hippocampus"),
    training_data=(
        "149 crops of T1-weighted MRI around one hippocampus, of adults, healthy or with a psychotic disorder, traced "
        "by hand at Vanderbilt University (Medical Segmentation Decathlon)."
    ),
    licence="CC BY-SA 4.0 (weights trained here on data under CC BY-SA 4.0)",
    performance=(
        Performance(
            metric="Dice of the anterior hippocampus",
            value=0.878,
            low=0.867,
            high=0.890,
            n=42,
            data="crops of held-out numbers; the mean atlas has 0.668",
            source="bedside eval run imaging --only hippocampus",
        ),
        Performance(
            metric="Dice of the posterior hippocampus",
            value=0.862,
            low=0.853,
            high=0.872,
            n=42,
            data="crops of held-out numbers; the mean atlas has 0.632",
            source="bedside eval run imaging --only hippocampus",
        ),
        Performance(
            metric="error of the whole volume, as a share of the traced one",
            value=0.045,
            low=0.033,
            high=0.060,
            n=42,
            data="crops of held-out numbers",
            source="bedside eval run imaging --only hippocampus",
        ),
    ),
    limits=(
        "It needs a crop around one hippocampus, about 35 x 50 x 35 mm; it does not find the hippocampus in a whole "
        "head and does not say which side the crop is of.",
        "Trained on adults, healthy or with a psychotic disorder, of one hospital: dementia, epilepsy, tumours and "
        "children are outside that.",
        "A volume is no diagnosis: it depends on age, sex, head size and on where the tracer ends the hippocampus, and "
        "a volume from another method must not be compared with it.",
        "The gate before it looks at three slices and knows an MRI of the head, not its sequence nor where it is cut: "
        "that a file without tags is a T1-weighted crop around one hippocampus is taken on the caller's word.",
    ),
    citation=CITATION,
)
