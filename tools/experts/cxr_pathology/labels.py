"""The labels in the order of the network's outputs, and where each one's operating point lies.

The order and the operating points are those that TorchXRayVision publishes for these weights (Cohen et al. 2022,
arXiv:2111.00595; its file models.py, entry "all").
"""

from __future__ import annotations

# (as published, as shown, the sigmoid at its operating point)
PUBLISHED = (
    ("Atelectasis", "atelectasis", 0.07422872),
    ("Consolidation", "consolidation", 0.038290843),
    ("Infiltration", "infiltration", 0.09814756),
    ("Pneumothorax", "pneumothorax", 0.0098118475),
    ("Edema", "pulmonary oedema", 0.023601074),
    ("Emphysema", "emphysema", 0.0022490358),
    ("Fibrosis", "fibrosis", 0.010060724),
    ("Effusion", "pleural effusion", 0.103246614),
    ("Pneumonia", "pneumonia", 0.056810737),
    ("Pleural_Thickening", "pleural thickening", 0.026791653),
    ("Cardiomegaly", "cardiomegaly", 0.050318155),
    ("Nodule", "nodule", 0.023985857),
    ("Mass", "mass", 0.01939503),
    ("Hernia", "hernia", 0.042889766),
    ("Lung Lesion", "lung lesion", 0.053369623),
    ("Fracture", "fracture", 0.035975814),
    ("Lung Opacity", "lung opacity", 0.20204692),
    ("Enlarged Cardiomediastinum", "enlarged cardiomediastinum", 0.05015312),
)
LABELS = tuple(shown for _, shown, _ in PUBLISHED)
OPERATING_POINTS = tuple(point for _, _, point in PUBLISHED)
CALLED_FROM = 0.5
