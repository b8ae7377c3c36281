"""The card of `cxr_lungs`."""

from __future__ import annotations

from bedside.core.card import Accepts, Performance, ToolCard
from bedside.core.study import Modality

CITATION = "Winther et al. 2020, Hannover COVID-19 image repository, doi:10.6084/m9.figshare.12275009 (data)"

CARD = ToolCard(
    name="cxr_lungs",
    version="1.0",
    kind="expert",
    title="Lung outlines on a chest X-ray",
    purpose="Where are the right and the left lung on this frontal chest X-ray, and how large are they on it?",
    accepts=Accepts(
        kinds=("image",),
        modalities=(Modality.CR, Modality.DX, Modality.UNKNOWN),
        body_parts=("CHEST", "THORAX", "LUNG"),
        views=("PA", "AP"),
        population="adults, frontal chest X-ray",
    ),
    topics=(
        "lung outline",
        "lung outlines",
        "lung mask",
        "lung masks",
        "lung area",
        "lung areas",
        "lung size",
        "size of the lungs",
        "which lung",
        "lung is larger",
        "lungs is larger",
        "larger lung",
        "lung is smaller",
        "lungs is smaller",
        "smaller lung",
        "lung field",
        "lung fields",
        "lung segmentation",
        "outline the lungs",
        "segment the lungs",
        "how large are the lungs",
        "thoracic width",
        "width of the thorax",
        "cardiothoracic ratio",
        "cardiothoracic",
    ),
    labels=("right lung", "left lung"),
    training_data=(
        "39 films of 21 adults with COVID-19, Hannover Medical School (Winther et al. 2020, CC BY 3.0), with outlines "
        "of the lungs (CC BY 4.0), resized to 96 pixels."
    ),
    licence="Apache-2.0 (weights trained here; films CC BY 3.0, outlines CC BY 4.0)",
    performance=(
        Performance(
            metric="Dice of the lungs",
            value=0.906,
            low=0.892,
            high=0.918,
            n=24,
            data="films of 12 held-out persons; the mean mask has 0.760",
            source="bedside eval run imaging --only cxr_lungs",
        ),
        Performance(
            metric="error of an area, as a share of the traced one",
            value=0.102,
            low=0.074,
            high=0.141,
            n=24,
            data="films of 12 held-out persons",
            source="bedside eval run imaging --only cxr_lungs",
        ),
    ),
    limits=(
        "Trained on a few dozen films of adults with COVID-19 of one hospital, many of them lying in intensive care.",
        "The outline is the lung field as a reader draws it, through the heart's shadow and through opacities; it is "
        "no aerated volume and no measure of disease.",
        "The range over views shows how steady the outline is, not how right: on held-out films an area was off by 10 "
        "% on average, and the range held the traced area of one lung in five.",
        "Where a lung is white its border is a guess, by the reader who drew it as much as by the model.",
        "Right and left go by the convention that the patient's right is at the left of the film; a side marker is not "
        "read, and a mirrored film or dextrocardia exchanges them.",
        "Not for children, lateral views, one lung removed, or a film turned or cut.",
    ),
    citation=CITATION,
)
