"""The real files: every one loads, and gives the published splits."""

import hashlib

import numpy as np
import pytest
import torch

from toll.data import PUBLISHED, Dataset, availability, load_dataset, split_one_class
from toll.data.rules import HeldOut


def load(name: str, folder) -> Dataset:
    """The real dataset; skipped, saying so, where the folder does not have it."""
    there = availability(name, folder)
    if not there.present:
        pytest.skip(there.message)
    return load_dataset(name, folder)


def val_ids(folder, name: str) -> np.ndarray:
    file = folder / "val_ids" / f"{name}.npy"
    if not file.is_file():
        pytest.skip(f"{file} is not there")
    return np.load(file)


@pytest.mark.parametrize("name", [n for n, spec in PUBLISHED.items() if spec.torchvision])
def test_real_image_sets_load_whole(real_data, name):
    dataset = load(name, real_data)
    rule = dataset.spec.split
    assert isinstance(rule, HeldOut)
    assert dataset.n_train == rule.n_train
    assert len(dataset.classes) == rule.n_train + 10_000 == dataset.spec.n_samples
    assert len(np.unique(dataset.classes)) == len(dataset.spec.class_names)
    assert dataset.samples[::1000].std() > 50


def test_the_pixels_of_mnist_are_the_originals(real_data):
    dataset = load("mnist", real_data)
    train = dataset.samples[: dataset.n_train].tobytes()
    head = (0x803).to_bytes(4, "big") + b"".join(n.to_bytes(4, "big") for n in (60_000, 28, 28))
    assert hashlib.md5(head + train).hexdigest() == "6bbc9ace898e44ae57da46a324031adb"


@pytest.mark.parametrize("name", ["mnist", "fmnist", "cifar10", "cifar100"])
def test_the_ids_held_out_are_the_published_ones(real_data, name):
    published = val_ids(real_data, f"10000_val_indices_{name}")
    dataset = load(name, real_data)
    rule = dataset.spec.split
    assert isinstance(rule, HeldOut)
    ids, is_published = rule.validation_ids(dataset)
    assert is_published and np.array_equal(ids, published)
    assert split_one_class(dataset, 0).published


def test_arrhythmia_is_shuffled_and_cut_as_published(real_data):
    normal = val_ids(real_data, "randomized_normal_indices_arrhythmia")
    anomalous = val_ids(real_data, "randomized_anomalous_indices_arrhythmia")
    dataset = load("arrhythmia", real_data)
    split = split_one_class(dataset, 0)
    normal = np.flatnonzero(dataset.classes == 0)[normal]
    anomalous = np.flatnonzero(dataset.classes == 1)[anomalous]
    assert split.published
    assert np.array_equal(split.test, np.concatenate([normal[:77], anomalous[:13]]))
    assert np.array_equal(split.validation, np.concatenate([normal[77:154], anomalous[13:26]]))
    assert np.array_equal(split.train, normal[154:])
    assert len(split.test) == 90 and len(split.train) == 232


def test_the_extremes_of_cifar_10_agree_with_the_formula_and_the_published_numbers(real_data):
    dataset = load("cifar10", real_data)
    normalise = split_one_class(dataset, 0).normalise
    ids = np.flatnonzero(dataset.classes[: dataset.n_train] == 0)
    pixels = torch.from_numpy(dataset.samples[ids]).flatten(1) / 255
    pixels = pixels - pixels.mean(1, keepdim=True)
    pixels = pixels / pixels.abs().mean(1, keepdim=True)
    assert normalise.lo == pytest.approx(float(pixels.min()), rel=1e-5)
    assert normalise.hi == pytest.approx(float(pixels.max()), rel=1e-5)
    # Deep SVDD published these for the original pixels. The extremes come from nearly flat
    # images, which a JPEG copy changes most: its darkest extreme is -22.8.
    original = dataset.files[0].suffix != ".parquet"
    assert normalise.hi == pytest.approx(13.802961825439636, rel=1e-5 if original else 1e-2)
    if original:
        assert normalise.lo == pytest.approx(-28.94083453598571, rel=1e-5)
