"""CIFAR's pickles: read if they are the ones that torchvision knows, and else never opened."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.data.small_files import N_TEST, N_TRAIN, dangerous_pickle, python2_pickle, small_images
from toll.data import availability, load_dataset
from toll.data.registry import DATASETS

pytestmark = pytest.mark.parametrize("name", ["cifar10", "cifar100"])
WriteSmall = Callable[[str, Path], None]


def test_pickled_batches_are_read_in_order(name, tmp_path, write_small: WriteSmall):
    write_small(name, tmp_path)
    dataset = load_dataset(name, tmp_path)
    n_batches = len(DATASETS[name].formats[0].train)
    train, classes = small_images(DATASETS[name], N_TRAIN, seed=n_batches)
    assert dataset.n_train == N_TRAIN and len(dataset.classes) == N_TRAIN + N_TEST
    assert np.array_equal(dataset.samples[:N_TRAIN], train)
    assert np.array_equal(dataset.classes[:N_TRAIN], classes)


def test_the_batches_may_lie_in_a_folder_of_the_datasets_name(name, tmp_path, write_small):
    write_small(name, tmp_path)
    home = DATASETS[name].formats[0].home
    (tmp_path / name).mkdir()
    os.rename(tmp_path / home, tmp_path / name / home)
    assert load_dataset(name, tmp_path).n_train == N_TRAIN


def test_a_pickle_with_a_wrong_checksum_is_named_and_never_unpickled(name, tmp_path, write_small):
    write_small(name, tmp_path)
    first = DATASETS[name].formats[0]
    file, mark = tmp_path / first.home / first.train[0], tmp_path / "unpickled"
    file.write_bytes(dangerous_pickle(mark))
    with pytest.raises(ValueError, match=f"{first.train[0]}: its checksum"):
        load_dataset(name, tmp_path)
    assert not mark.exists()


def test_a_batch_of_the_wrong_shape_is_named(name, tmp_path, write_small, monkeypatch):
    from torchvision import datasets

    write_small(name, tmp_path)
    first = DATASETS[name].formats[0]
    raw = python2_pickle(np.zeros((4, 100), np.uint8), {first.label_key: [0, 1, 2, 3]})
    (tmp_path / first.home / first.test[0]).write_bytes(raw)
    listed = [[first.test[0], hashlib.md5(raw).hexdigest()]]
    monkeypatch.setattr(getattr(datasets, DATASETS[name].torchvision), "test_list", listed)
    with pytest.raises(ValueError, match=rf"{first.test[0]}: data is uint8 \(4, 100\)"):
        load_dataset(name, tmp_path)


def test_a_missing_batch_is_listed(name, tmp_path, write_small):
    write_small(name, tmp_path)
    first = DATASETS[name].formats[0]
    (tmp_path / first.home / first.test[0]).unlink()
    assert availability(name, tmp_path).missing == (f"{first.home}/{first.test[0]}",)
