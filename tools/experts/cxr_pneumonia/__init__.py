"""Pneumonia on children's chest X-rays: a DenseNet trained here on Kermany's set, its recipe, its gate and its card."""

from bedside.tools.experts.cxr_pneumonia.expert import CxrPneumonia

__all__ = ["CxrPneumonia"]
