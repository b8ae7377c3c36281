"""The card of `cxr_pathology`, and what its gate looks for."""

from __future__ import annotations

import re

from bedside.core.card import Accepts, ToolCard
from bedside.core.study import Modality
from bedside.tools.experts.cxr_pathology.labels import LABELS
from bedside.tools.experts.vouching import Picture

CITATION = "Cohen et al. 2022, TorchXRayVision, MIDL, arXiv:2111.00595"
WEIGHT = "xrv-densenet121-all"
ADULT = 18

FILM = Picture(
    noun="frontal chest X-ray",
    words=re.compile(
        r"\b(?:chest|thora\w+|lungs?|pulmonary|pneumonia|cxr|consolidation|infiltrat\w+|atelectas\w+|pneumothora\w+|"
        r"o?edema|emphysema|fibrosis|effusions?|pleura\w*|cardiomegaly|heart size|nodules?|cardiomediastin\w+)\b",
        re.IGNORECASE,
    ),
    colour=False,
)

CARD = ToolCard(
    name="cxr_pathology",
    version="1.0+xrv-all",
    kind="expert",
    title="Eighteen findings on a chest X-ray",
    purpose="Which of eighteen findings does this frontal chest X-ray of an adult suggest?",
    accepts=Accepts(
        kinds=("image",),
        modalities=(Modality.CR, Modality.DX, Modality.UNKNOWN),
        body_parts=("CHEST", "THORAX", "LUNG"),
        views=("PA", "AP"),
        population="adults, frontal chest X-ray; few of its training films are of children",
    ),
    topics=(
        "chest x-ray",
        "chest xray",
        "chest x ray",
        "chest radiograph",
        "chest film",
        "cxr",
        "pneumothorax",
        "pleural effusion",
        "cardiomegaly",
        "atelectasis",
        "consolidation",
        "enlarged heart",
    ),
    labels=LABELS,
    training_data=(
        "Frontal chest X-rays of NIH ChestX-ray14, PadChest, CheXpert, MIMIC-CXR, the Google and OpenI labels and the "
        "RSNA challenge; nearly all labels were read from reports by programs."
    ),
    licence="Apache-2.0",
    weights=(WEIGHT,),
    limits=(
        "Its scores are operating-point scores: 0.5 is where a label is called, on its authors' own validation films. "
        "They are no probabilities and cannot be compared between labels.",
        "It calls too much where a finding is rare, and its operating points need not hold in another hospital.",
        "A label that is not called is not ruled out: its authors give areas under the curve on films of NIH "
        "ChestX-ray14 of 0.71 for pneumonia, 0.75 for pneumothorax, 0.69 for nodule and 0.85 for effusion "
        "(TorchXRayVision, BENCHMARKS.md, 2023).",
        "Labels overlap: one shadow is often called consolidation, infiltration, opacity and pneumonia at once.",
        "Lines, tubes and earlier treatment are part of what it has learnt to go by.",
        "No figure was measured here: its test sets are not among the data that Bedside evaluates on.",
    ),
    citation=CITATION,
)
