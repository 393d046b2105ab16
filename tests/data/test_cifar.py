"""CIFAR's pickles: read if they are the ones that torchvision knows, and else never opened."""

import os
import pickle
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.data.small_files import (
    N_TEST,
    N_TRAIN,
    cifar_content,
    dangerous_pickle,
    publish,
    python2_pickle,
    small_fine_classes,
    small_images,
    write_cifar_archive,
)
from toll.data import availability, load_dataset
from toll.data.registry import CIFAR_10_PICKLES, CIFAR_100_PICKLES, DATASETS

both = pytest.mark.parametrize("name", ["cifar10", "cifar100"])
PICKLES = {"cifar10": CIFAR_10_PICKLES, "cifar100": CIFAR_100_PICKLES}
WriteSmall = Callable[[str, Path], None]


def pack(name: str, folder: Path) -> Path:
    """Packs the pickles in `folder` and takes them away; gives the archive."""
    file = folder / DATASETS[name].formats[1].file_name
    write_cifar_archive(file, folder / PICKLES[name].home)
    shutil.rmtree(folder / PICKLES[name].home)
    return file


def assert_is_whole(name: str, folder: Path) -> None:
    dataset = load_dataset(name, folder)
    train, classes = small_images(DATASETS[name], N_TRAIN, seed=len(PICKLES[name].train))
    assert dataset.n_train == N_TRAIN and len(dataset.classes) == N_TRAIN + N_TEST
    assert np.array_equal(dataset.samples[:N_TRAIN], train)
    assert np.array_equal(dataset.classes[:N_TRAIN], classes)


@both
def test_pickled_batches_are_read_in_order(name, tmp_path, write_small: WriteSmall):
    write_small(name, tmp_path)
    assert_is_whole(name, tmp_path)


@both
def test_the_batches_may_lie_in_a_folder_of_the_datasets_name(name, tmp_path, write_small):
    write_small(name, tmp_path)
    home = PICKLES[name].home
    (tmp_path / name).mkdir()
    os.rename(tmp_path / home, tmp_path / name / home)
    assert_is_whole(name, tmp_path)


@both
def test_the_published_archive_is_read_and_nothing_of_it_is_unpacked(name, tmp_path, write_small):
    write_small(name, tmp_path)
    file = pack(name, tmp_path)
    before = sorted(tmp_path.iterdir())
    assert_is_whole(name, tmp_path)
    assert load_dataset(name, tmp_path).files == (file,)
    assert sorted(tmp_path.iterdir()) == before


@both
def test_complete_pickles_go_before_the_archive_and_that_before_incomplete_ones(
    name, tmp_path, write_small
):
    write_small(name, tmp_path)
    home = tmp_path / PICKLES[name].home
    shutil.copytree(home, tmp_path / "kept")
    file = pack(name, tmp_path)
    os.rename(tmp_path / "kept", home)
    assert file not in availability(name, tmp_path).files
    (home / PICKLES[name].test[0]).unlink()
    assert availability(name, tmp_path).files == (file,)
    assert_is_whole(name, tmp_path)


@pytest.mark.parametrize("packed", [False, True])
def test_cifar_100_keeps_its_fine_classes(tmp_path, write_small, packed):
    write_small("cifar100", tmp_path)
    if packed:
        pack("cifar100", tmp_path)
    for _ in ("decoded", "from the cache"):
        dataset = load_dataset("cifar100", tmp_path)
        _, classes = small_images(dataset.spec, N_TRAIN)
        assert dataset.fine_classes is not None and dataset.fine_classes.dtype == np.int64
        assert dataset.fine_classes.shape == dataset.classes.shape
        assert np.array_equal(dataset.fine_classes[:N_TRAIN], small_fine_classes(classes))


def test_a_sample_is_named_by_its_class_and_its_kind(tmp_path, write_small):
    write_small("cifar100", tmp_path)
    dataset = load_dataset("cifar100", tmp_path)
    # Sample 21 is the second of class 1; its kind is 1 * 5 + 21 % 5.
    assert dataset.spec.class_names[dataset.classes[21]] == "fish"
    assert dataset.fine_classes is not None
    assert dataset.spec.fine_class_names[dataset.fine_classes[21]] == "bee"
    assert load_dataset("digits").fine_classes is None


def test_the_kinds_of_cifar_100_are_a_hundred_in_the_order_of_the_alphabet():
    kinds = DATASETS["cifar100"].fine_class_names
    assert len(set(kinds)) == 100 and list(kinds) == sorted(kinds)
    assert kinds[0] == "apple" and kinds[73] == "shark" and kinds[99] == "worm"


@both
@pytest.mark.parametrize("keys", [str, str.encode])
def test_pickles_of_python_3_are_read_whatever_kind_of_text_their_keys_are(
    name, keys, tmp_path, write_small, monkeypatch
):
    write_small(name, tmp_path)
    spec, pickles = DATASETS[name], PICKLES[name]
    samples, classes = small_images(spec, 40, seed=7)
    content = cifar_content(pickles, pickles.test[0], samples, classes)
    raw = pickle.dumps({keys(key): value for key, value in content.items()})
    publish(spec, pickles.test[0], raw, monkeypatch)
    (tmp_path / pickles.home / pickles.test[0]).write_bytes(raw)
    dataset = load_dataset(name, tmp_path)
    assert np.array_equal(dataset.samples[N_TRAIN:], samples)
    assert np.array_equal(dataset.classes[N_TRAIN:], classes)


@both
@pytest.mark.parametrize("packed", [False, True])
def test_a_pickle_with_a_wrong_checksum_is_named_and_never_unpickled(
    name, packed, tmp_path, write_small
):
    write_small(name, tmp_path)
    first, mark = PICKLES[name].train[0], tmp_path / "unpickled"
    (tmp_path / PICKLES[name].home / first).write_bytes(dangerous_pickle(mark))
    if packed:
        pack(name, tmp_path)
    with pytest.raises(ValueError, match=f"{PICKLES[name].home}/{first}: its checksum"):
        load_dataset(name, tmp_path)
    assert not mark.exists()


@pytest.fixture
def load_with(tmp_path, write_small, monkeypatch):
    """Loads with a changed last batch of CIFAR-100, which torchvision knows; gives the error."""

    def load(**changes) -> str:
        spec, pickles = DATASETS["cifar100"], PICKLES["cifar100"]
        write_small("cifar100", tmp_path)
        content = cifar_content(pickles, "test", *small_images(spec, 40)) | changes
        raw = python2_pickle({key: value for key, value in content.items() if value is not None})
        publish(spec, "test", raw, monkeypatch)
        file = tmp_path / pickles.home / "test"
        file.write_bytes(raw)
        with pytest.raises(ValueError) as raised:
            load_dataset("cifar100", tmp_path)
        assert str(raised.value).startswith(f"{file}: ")
        return str(raised.value)

    return load


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"data": np.zeros((40, 100), np.uint8)}, "data is uint8 (40, 100) instead of"),
        ({"data": np.zeros((39, 3072), np.uint8)}, "39 samples, but 40 labels"),
        ({"coarse_labels": [20] * 40}, "label 20 is not a class of CIFAR-100 (0 to 19)"),
        ({"coarse_labels": [-1] * 40}, "label -1 is not a class"),
        ({"fine_labels": [100] * 40}, "label 100 is not a fine class of CIFAR-100 (0 to 99)"),
        ({"fine_labels": [0] * 39}, "40 samples, but 39 labels"),
        ({"fine_labels": ["apple"] * 40}, "not a list of whole numbers"),
        ({"fine_labels": None}, "holds no fine_labels"),
        ({"data": None, "coarse_labels": None}, "holds no coarse_labels and no data"),
    ],
)
def test_a_batch_that_is_known_but_wrong_is_named(load_with, changes, said):
    assert said in load_with(**changes)


@both
def test_a_missing_batch_is_listed(name, tmp_path, write_small):
    write_small(name, tmp_path)
    pickles = PICKLES[name]
    (tmp_path / pickles.home / pickles.test[0]).unlink()
    assert availability(name, tmp_path).missing == (f"{pickles.home}/{pickles.test[0]}",)


@both
def test_an_archive_without_a_batch_is_named_with_it(name, tmp_path, write_small):
    write_small(name, tmp_path)
    pickles = PICKLES[name]
    (tmp_path / pickles.home / pickles.test[0]).unlink()
    file = pack(name, tmp_path)
    with pytest.raises(ValueError, match=f"{file}: holds no {pickles.home}/{pickles.test[0]}"):
        load_dataset(name, tmp_path)


@pytest.mark.parametrize("left", [0.0, 0.001, 0.5, 0.9])
def test_a_truncated_archive_is_named(tmp_path, write_small, left):
    write_small("cifar10", tmp_path)
    file = pack("cifar10", tmp_path)
    raw = file.read_bytes()
    file.write_bytes(raw[: int(len(raw) * left)])
    with pytest.raises(ValueError, match=f"{file}: truncated, damaged or not a .tar.gz archive"):
        load_dataset("cifar10", tmp_path)


def test_an_archive_that_is_not_zipped_or_none_at_all_is_named(tmp_path, write_small):
    write_small("cifar10", tmp_path)
    file = pack("cifar10", tmp_path)
    with tarfile.open(file, "w") as archive:
        archive.add(__file__, "anything")
    for raw in (file.read_bytes(), b"<html>not found</html>" * 100):
        file.write_bytes(raw)
        with pytest.raises(ValueError, match=f"{file}: .* or not a .tar.gz archive"):
            load_dataset("cifar10", tmp_path)
