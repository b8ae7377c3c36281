"""The one registry of model weights, and how each is had."""

from bedside.core.weights.fetch import fetch_weight, seconds_fetching, weight_path
from bedside.core.weights.progress import Progress, Quiet
from bedside.core.weights.rows import WeightRow, weight_row
from bedside.core.weights.status import WeightStatus, all_weights, weight_status

__all__ = [
    "Progress",
    "Quiet",
    "WeightRow",
    "WeightStatus",
    "all_weights",
    "fetch_weight",
    "seconds_fetching",
    "weight_path",
    "weight_row",
    "weight_status",
]
