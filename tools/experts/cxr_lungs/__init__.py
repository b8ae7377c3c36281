"""The lungs on a frontal chest X-ray of an adult: a U-Net trained here, its recipe and its card."""

from bedside.tools.experts.cxr_lungs.expert import CxrLungs

__all__ = ["CxrLungs"]
