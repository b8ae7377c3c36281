"""The card of `cxr_pneumonia`, and the sentences that go with every reading."""

from __future__ import annotations

from bedside.core.card import Accepts, Performance, ToolCard
from bedside.core.study import Modality

CITATION = "Kermany et al. 2018, Cell 172:1122-1131, doi:10.1016/j.cell.2018.02.010"
ADULT, OLDEST_TRAINED = 18, 5
CHILDREN = "The model was trained on chest X-rays of children aged one to five from one hospital in Guangzhou."
# What a clinician looks up next, once a child's film has been called.
FOLLOW_UP = "How is pneumonia treated in a child, and when in hospital?"


def _measured(metric: str, value: float, low: float, high: float, n: int) -> Performance:
    data = "films of 282 held-out persons of the same set"
    source = "bedside eval run imaging, 2026-11-28"
    return Performance(metric=metric, value=value, low=low, high=high, n=n, data=data, source=source)


CARD = ToolCard(
    name="cxr_pneumonia",
    version="1.1",
    kind="expert",
    title="Pneumonia on a child's chest X-ray",
    purpose="Does this frontal chest X-ray of a child look like pneumonia, and rather bacterial or viral?",
    accepts=Accepts(
        kinds=("image",),
        modalities=(Modality.CR, Modality.DX, Modality.UNKNOWN),
        body_parts=("CHEST", "THORAX", "LUNG"),
        views=("PA", "AP"),
        population="children aged one to five, frontal chest X-ray; not adults",
    ),
    topics=(
        "chest x-ray",
        "chest xray",
        "chest x ray",
        "chest radiograph",
        "chest film",
        "cxr",
        "is there pneumonia",
        "is there a pneumonia",
        "is this pneumonia",
        "show pneumonia",
        "shows pneumonia",
        "pneumonia on this",
        "signs of pneumonia",
        "consolidation",
    ),
    labels=("normal", "bacterial pneumonia", "viral pneumonia"),
    training_data=(
        "3,672 chest X-rays of children aged one to five, Guangzhou Women and Children's Medical Center (Kermany et "
        "al. 2018, CC BY 4.0), resized to 224 pixels; labelled by two physicians."
    ),
    licence="Apache-2.0 (weights trained here; data CC BY 4.0)",
    performance=(
        _measured("AUC of pneumonia against normal", 0.997, 0.994, 0.999, 808),
        _measured("sensitivity at the operating point", 0.974, 0.961, 0.988, 548),
        _measured("specificity at the operating point", 0.969, 0.940, 0.990, 260),
        _measured("expected calibration error", 0.048, 0.038, 0.062, 808),
        _measured("AUC of bacterial against viral", 0.784, 0.722, 0.840, 548),
    ),
    limits=(
        "Trained on children aged one to five of one hospital: not for adults, older children or other settings.",
        "A score below the operating point does not rule pneumonia out: of the held-out films with pneumonia 2.6 % are "
        "missed.",
        "It tells normal films from pneumonia and has learnt nothing else: effusion, pneumothorax, heart failure, "
        "tumour, tuberculosis or a foreign body may come out as either.",
        "Bacterial and viral overlap on film; the split does not decide on antibiotics.",
        "The heat map shows where the network looked. It is no outline of disease.",
        "The gate before it knows no lateral films: a lateral one without tags may pass as frontal.",
    ),
    citation=CITATION,
)
