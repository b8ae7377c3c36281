"""The card of `skin_lesion`, with its recall of melanoma, and the sentence that goes with every reading."""

from __future__ import annotations

import re

from bedside.core.card import Accepts, Performance, ToolCard
from bedside.core.study import Modality
from bedside.tools.experts.skin_lesion.labels import LABELS
from bedside.tools.experts.vouching import Picture

CITATION = "sklesion 0.2.2 (Elio Pereira, 2024), trained on HAM10000: Tschandl et al. 2018, doi:10.1038/sdata.2018.161"
WEIGHT = "sklesion"
TEST_SET = "the package's own test set of dermoscopic pictures, not shipped with it"
MISSES = (
    "The model misses many melanomas: of 171 in its author's test it named 99 (recall 0.58). Whatever it names, it "
    "does not rule out melanoma: show the lesion to a dermatologist."
)

PICTURE = Picture(
    noun="dermoscopic picture of a skin lesion",
    words=re.compile(
        r"\b(?:skin|moles?|na?ev(?:us|i)|melano\w+|dermosc\w+|dermatosc\w+|keratos[ie]s|basal cell|"
        r"birthmark|dermatofibroma)\b",
        re.IGNORECASE,
    ),
    colour=True,
    least_side=128,
)


def _measured(metric: str, value: float, low: float, high: float, n: int) -> Performance:
    return Performance(
        metric=metric, value=value, low=low, high=high, n=n, data=TEST_SET, source="sklesion 0.2.2, cr_test"
    )


CARD = ToolCard(
    name="skin_lesion",
    version="1.0+sklesion0.2.2",
    kind="expert",
    title="Skin lesion on dermoscopy",
    purpose="Which of seven kinds of lesion is this dermoscopic picture most like?",
    accepts=Accepts(
        kinds=("image",),
        modalities=(Modality.XC, Modality.UNKNOWN),
        population="pigmented skin lesions on dermoscopy, mostly of light-skinned adults",
        facts=("age", "sex", "lesion_site"),
    ),
    topics=(
        "skin lesion",
        "mole",
        "melanoma",
        "naevus",
        "nevus",
        "dermoscopy",
        "dermatoscopy",
        "dermoscopic",
        "skin cancer",
        "pigmented lesion",
    ),
    labels=tuple(label.name for label in LABELS),
    training_data="HAM10000-like dermoscopic pictures (Tschandl et al. 2018, CC BY-NC 4.0) with age, sex and site.",
    licence="MIT; its training pictures are non-commercial (CC BY-NC 4.0)",
    weights=(WEIGHT,),
    performance=(
        _measured("recall of melanoma", 0.579, 0.504, 0.65, 171),
        _measured("accuracy over seven labels", 0.825, 0.805, 0.844, 1511),
        _measured("recall of basal cell carcinoma", 0.785, 0.691, 0.856, 93),
        _measured("recall of actinic keratosis or intraepithelial carcinoma", 0.605, 0.456, 0.736, 43),
        _measured("recall of melanocytic naevus", 0.926, 0.907, 0.941, 908),
    ),
    limits=(
        MISSES,
        "It knows seven labels and answers with one of them, also for a scar, a wart or no lesion at all.",
        "Its scores are no probabilities: they have not been calibrated, and its pictures are of lesions that a "
        "specialist chose to photograph.",
        "Trained mostly on light skin; on dark skin, nails, mucosa and hairy skin it is unknown.",
        "For dermoscopy, not for photographs without a dermatoscope, and nothing checks which of the two a picture is.",
    ),
    citation=CITATION,
)
