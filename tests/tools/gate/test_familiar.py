"""The distance that tells what the network has learnt from what it has not."""

from __future__ import annotations

import numpy as np
import pytest

from bedside.tools.gate.classes import CLASSES, NOT_MEDICAL
from bedside.tools.gate.familiar import distances, fit_space, limit


def _features(seed: int, n: int = 400):
    """Five clouds, stretched along one axis, 12 apart."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 5, n)
    values = rng.normal(0, 1, (n, 8)) * np.asarray([5, 1, 1, 1, 1, 1, 1, 1])
    values[:, 1] += 12 * labels
    return values.astype(np.float32), labels


def test_a_picture_of_the_same_kind_is_near_and_another_is_far():
    space = fit_space(*_features(0))
    features, labels = _features(1)
    near = distances(space, features, labels)
    edge = limit(near)
    assert np.mean(near <= edge) == pytest.approx(0.99, abs=0.006)
    assert near.mean() == pytest.approx(1, abs=0.15)
    strange = features + np.asarray([0, 6, 6, 0, 0, 0, 0, 0], dtype=np.float32)
    assert (distances(space, strange, labels) > edge).all()


def test_a_step_along_the_axis_in_which_a_class_varies_counts_less():
    space = fit_space(*_features(0))
    at = np.asarray([space.means[0], space.means[0]])
    along, across = at + np.eye(8, dtype=np.float32)[[0, 1]] * 5
    far = distances(space, np.stack([along, across]), np.asarray([0, 0]))
    assert far[0] < far[1] / 3


def test_classes_that_no_expert_reads_do_not_widen_the_space():
    features, labels = _features(0)
    none = np.full(100, CLASSES.index(NOT_MEDICAL))
    noise = np.random.default_rng(2).normal(0, 100, (100, 8)).astype(np.float32)
    alone, joined = fit_space(features, labels), fit_space(np.concatenate([features, noise]), np.append(labels, none))
    assert np.allclose(alone.whitening, joined.whitening)
