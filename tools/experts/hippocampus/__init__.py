"""Anterior and posterior hippocampus on a crop of a T1-weighted MRI: a U-Net trained here, its recipe and its card."""

from bedside.tools.experts.hippocampus.expert import Hippocampus

__all__ = ["Hippocampus"]
