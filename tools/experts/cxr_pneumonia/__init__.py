"""Pneumonia on children's chest X-rays: a DenseNet trained here on Kermany's set, and its recipe."""
