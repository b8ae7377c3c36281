"""A Keras model read as data, its architecture as JSON and its weights as HDF5, and run by PyTorch without Keras."""

from bedside.tools.experts.keras_file.archive import KerasFile, read_keras
from bedside.tools.experts.keras_file.graph import Graph

__all__ = ["Graph", "KerasFile", "read_keras"]
