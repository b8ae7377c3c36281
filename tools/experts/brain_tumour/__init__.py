"""A demonstration: two packaged classifiers of brain tumours on one MR slice, shown only where they agree."""

from bedside.tools.experts.brain_tumour.expert import BrainTumour

__all__ = ["BrainTumour"]
