"""Normalisation: the published formulas, and the way back to pictures."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from toll.data import DATASETS, Dataset
from toll.data.normalisation import Affine, ContrastMinMax, Identity, contrast_min_max


def images(n: int, shape=(3, 32, 32), seed: int = 0) -> np.ndarray:
    return np.random.RandomState(seed).randint(0, 256, (n, *shape)).astype(np.uint8)


def dataset_of(samples: np.ndarray, classes: np.ndarray, n_train: int) -> Dataset:
    return Dataset(DATASETS["cifar10"], samples, classes, n_train, Path("."), ())


def contrast_as_published(raw: torch.Tensor) -> torch.Tensor:
    """Image by image, in float64: pixels less their mean, over their mean absolute value."""
    normalised = []
    for image in raw.double():
        image = image - image.mean()
        normalised.append(image / image.abs().mean())
    return torch.stack(normalised)


@pytest.mark.parametrize(
    ("name", "mean", "std"), [("mnist", 0.1307, 0.3081), ("fmnist", 0.2860, 0.3530)]
)
def test_grey_sets_are_standardised_with_the_published_numbers(name, mean, std):
    raw = torch.from_numpy(images(4, (1, 28, 28)))
    normalise = DATASETS[name].normalisation(dataset_of(images(1), np.zeros(1), 1), (0,))
    assert torch.equal(normalise(raw), ((raw.double() / 255 - mean) / std).float())


def test_digits_are_sixteenths():
    normalise = DATASETS["digits"].normalisation(dataset_of(images(1), np.zeros(1), 1), (0,))
    raw = torch.arange(17, dtype=torch.uint8).reshape(1, 1, 1, 17)
    assert torch.equal(normalise(raw).flatten(), torch.arange(17) / 16)


def test_extremes_are_those_of_the_normal_class_over_the_whole_training_part():
    samples, classes = images(2500), np.arange(2500) % 2
    fitted = contrast_min_max(dataset_of(samples, classes, n_train=2200), (1,))
    expected = contrast_as_published(torch.from_numpy(samples[1:2200:2]))
    assert fitted.lo == pytest.approx(float(expected.min()), rel=1e-5)
    assert fitted.hi == pytest.approx(float(expected.max()), rel=1e-5)


def test_contrast_normalisation_is_the_published_formula():
    raw = torch.from_numpy(images(8))
    expected = ((contrast_as_published(raw) + 28.94) / (13.8 + 28.94)).float()
    actual = ContrastMinMax(lo=-28.94, hi=13.8)(raw)
    # Rounded once: sums in float64 in another order are seldom another float32.
    assert (actual == expected).float().mean() > 0.999
    torch.testing.assert_close(actual, expected, rtol=2e-7, atol=0)


def test_the_normal_class_lies_in_the_unit_interval_and_touches_both_ends():
    samples = images(50)
    fitted = contrast_min_max(dataset_of(samples, np.zeros(50, np.int64), 50), (0,))
    values = fitted(torch.from_numpy(samples))
    assert values.min() == pytest.approx(0, abs=1e-5)
    assert values.max() == pytest.approx(1, abs=1e-5)


def test_an_image_of_one_colour_stays_finite_and_is_restored():
    raw = np.full((1, 3, 32, 32), 90, np.uint8)
    normalise = ContrastMinMax(lo=-2.0, hi=2.0)
    model_input = normalise(torch.from_numpy(raw)).numpy()
    np.testing.assert_allclose(model_input, 0.5)
    np.testing.assert_allclose(normalise.restore(model_input, raw), 90 / 255, atol=1e-6)


def test_a_class_without_contrast_is_named():
    flat = dataset_of(np.full((5, 3, 32, 32), 7, np.uint8), np.zeros(5, np.int64), 5)
    with pytest.raises(ValueError, match=r"class 0 \(airplane\) of CIFAR-10 have no contrast"):
        contrast_min_max(flat, (0,))


@pytest.mark.parametrize("normalise", [Affine(full=255, mean=0.1, std=0.3), ContrastMinMax(-3, 3)])
def test_restored_pictures_are_clipped_to_what_a_screen_shows(normalise):
    raw = images(2)
    for value in (-1e6, 1e6):
        restored = normalise.restore(np.full(raw.shape, value, np.float32), raw)
        assert restored.dtype == np.float32
        assert restored.min() == restored.max() == (0 if value < 0 else 1)


def test_tables_pass_unchanged():
    table = np.array([[-242.4, 780.0]], np.float32)
    normalise = Identity()
    assert np.array_equal(normalise(torch.from_numpy(table)).numpy(), table)
    assert normalise.restore(table, table) is table and normalise.display(table) is table


def test_two_fits_to_the_same_data_are_equal_and_cannot_be_changed():
    assert Affine(full=255) == Affine(full=255)
    with pytest.raises(dataclasses.FrozenInstanceError):
        Affine(full=255).full = 1
