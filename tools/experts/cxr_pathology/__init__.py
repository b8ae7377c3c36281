"""Eighteen findings on an adult's chest X-ray: TorchXRayVision's DenseNet, rebuilt here, with its published weights."""

from bedside.tools.experts.cxr_pathology.expert import CxrPathology

__all__ = ["CxrPathology"]
