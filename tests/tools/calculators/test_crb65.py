"""CRB-65 is CURB-65 without urea."""

import pytest
from support.facts import run, score

from bedside.tools.calculators.crb65 import Crb65

WELL = {"confusion": False, "respiratory_rate": 18, "systolic_bp": 125, "diastolic_bp": 75, "age": 40}


@pytest.mark.parametrize(
    ("change", "points"),
    [
        ({}, 0),
        ({"confusion": True}, 1),
        ({"respiratory_rate": 29}, 0),
        ({"respiratory_rate": 30}, 1),
        ({"systolic_bp": 90}, 0),
        ({"systolic_bp": 89}, 1),
        ({"diastolic_bp": 61}, 0),
        ({"diastolic_bp": 60}, 1),
        ({"age": 64}, 0),
        ({"age": 65}, 1),
        ({"confusion": True, "respiratory_rate": 32, "systolic_bp": 88, "diastolic_bp": 56, "age": 67}, 4),
    ],
)
def test_each_boundary_scores_from_both_sides(change, points):
    assert score(Crb65, **{**WELL, **change}) == points


def test_a_child_is_refused():
    assert run(Crb65, **{**WELL, "age": 9}).refusal is not None
