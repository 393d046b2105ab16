"""The features that made a sample's reconstruction error, with what is usual for them."""

import numpy as np
import pytest
import torch

from tests.data.own_files import import_small
from toll.data import OneClassSplit, load_dataset, split_one_class
from toll.evaluation.blame import blame, usual_ranges


@pytest.fixture
def split(tmp_path) -> OneClassSplit:
    spec = import_small("own-table", tmp_path)
    return split_one_class(load_dataset("own-table"), spec.first_class)


def test_features_come_by_their_share_of_the_squared_error_and_by_name(split):
    sample = int(split.test[0])
    raw = split.dataset.samples[[sample]]
    inputs = split.normalise(torch.from_numpy(raw)).numpy()[0]
    output = inputs - np.array([1, 3, 0, 0], np.float32)
    noise, heat = blame(split, sample, output, usual_ranges(split))
    assert (noise.name, heat.name) == ("noise level", "heat")
    assert (noise.share, heat.share) == pytest.approx((0.9, 0.1), abs=1e-4)


def test_values_are_in_the_units_of_the_file(split):
    sample = int(split.test[0])
    origin = np.zeros(4, np.float32)
    ranges = usual_ranges(split)
    found = {each.name: each for each in blame(split, sample, origin, ranges)}
    train = split.dataset.samples[split.train]
    assert found["heat"].value == split.dataset.samples[sample, 0]
    assert found["heat"].expected == pytest.approx(train[:, 0].mean(), abs=1e-4)
    inside = (train[:, 0] >= found["heat"].low) & (train[:, 0] <= found["heat"].high)
    assert inside.mean() == pytest.approx(0.9, abs=0.02)


def test_a_feature_of_data_without_names_has_its_number(digits):
    assert digits.dataset.spec.feature_text(242) == "#243"
