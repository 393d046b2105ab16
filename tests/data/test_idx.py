"""idx files: the layouts people have, and damage that is named."""

import gzip
import struct

import numpy as np
import pytest

from tests.data.small_files import N_TEST, N_TRAIN, idx_bytes, small_images, write_idx_set
from toll.data import availability, load_dataset
from toll.data.registry import DATASETS

MNIST = DATASETS["mnist"]


@pytest.mark.parametrize(
    "place",
    ["MNIST/raw", "mnist", "Mnist", "MNIST", "mnist/MNIST/raw", "mnist/raw"],
)
@pytest.mark.parametrize("dot", [False, True])
@pytest.mark.parametrize("zipped", [False, True])
def test_files_are_found_wherever_people_keep_them(tmp_path, place, dot, zipped):
    write_idx_set(MNIST, tmp_path / place, dot=dot, zipped=zipped)
    dataset = load_dataset("mnist", tmp_path)
    train, classes = small_images(MNIST, N_TRAIN, seed=0)
    test, _ = small_images(MNIST, N_TEST, seed=1)
    assert dataset.n_train == N_TRAIN
    assert np.array_equal(dataset.samples, np.concatenate([train, test]))
    assert np.array_equal(dataset.classes[:N_TRAIN], classes)


@pytest.mark.parametrize("place", ["fmnist", "FashionMNIST", "fashion-mnist", "Fashion MNIST"])
def test_fashion_mnist_is_known_by_its_folder_and_never_taken_for_mnist(tmp_path, place):
    write_idx_set(DATASETS["fmnist"], tmp_path / place)
    assert availability("fmnist", tmp_path).present
    assert not availability("mnist", tmp_path).present


def test_a_data_folder_that_is_the_datasets_own_folder_is_understood(tmp_path):
    write_idx_set(DATASETS["fmnist"], tmp_path / "fashion_mnist")
    assert load_dataset("fmnist", tmp_path / "fashion_mnist").n_train == N_TRAIN
    assert not availability("mnist", tmp_path / "fashion_mnist").present


@pytest.mark.parametrize("name", ["mnist", "fmnist"])
def test_loose_files_of_unknown_content_are_taken_for_neither_dataset(tmp_path, name):
    write_idx_set(MNIST, tmp_path)
    assert not availability(name, tmp_path).present


def test_missing_files_are_listed_with_their_place(tmp_path):
    write_idx_set(MNIST, tmp_path / "MNIST" / "raw")
    (tmp_path / "MNIST" / "raw" / "t10k-labels-idx1-ubyte.gz").unlink()
    there = availability("mnist", tmp_path)
    assert not there.present and len(there.files) == 3
    assert there.missing == ("MNIST/raw/t10k-labels-idx1-ubyte(.gz)",)
    with pytest.raises(FileNotFoundError, match="MNIST/raw/t10k-labels-idx1-ubyte"):
        load_dataset("mnist", tmp_path)


def test_an_empty_folder_gets_the_list_of_all_files(tmp_path):
    with pytest.raises(FileNotFoundError) as raised:
        load_dataset("mnist", tmp_path)
    for name in ("MNIST/raw/train-images-idx3-ubyte(.gz)", "mnist/train-*.parquet"):
        assert name in str(raised.value)


@pytest.fixture
def damaged(tmp_path):
    """Writes `raw` as the plain training images of an otherwise whole MNIST; gives the error."""
    place = tmp_path / "mnist"
    write_idx_set(MNIST, place, zipped=False)

    def load_with(raw: bytes, name: str = "train-images-idx3-ubyte") -> str:
        (place / name).unlink(missing_ok=True)
        (place / name).write_bytes(raw)
        with pytest.raises(ValueError) as raised:
            load_dataset("mnist", tmp_path)
        assert str(place / name) in str(raised.value)
        return str(raised.value)

    return load_with


IMAGES = idx_bytes(small_images(MNIST, N_TRAIN)[0][:, 0])
LABELS = idx_bytes(small_images(MNIST, N_TRAIN)[1])


def test_a_truncated_idx_file_is_named_in_the_error(damaged):
    assert "truncated" in damaged(IMAGES[:-1])


def test_a_file_that_ends_in_its_header_is_named_in_the_error(damaged):
    assert "header" in damaged(IMAGES[:9])


def test_bytes_after_the_end_are_named_in_the_error(damaged):
    assert "more than" in damaged(IMAGES + b"\0")


def test_a_wrong_magic_number_is_named_in_the_error(damaged):
    assert "0x12345678" in damaged(b"\x12\x34\x56\x78" + IMAGES[4:])


def test_labels_in_the_place_of_images_are_named_in_the_error(damaged):
    assert "magic number" in damaged(LABELS)


def test_a_header_that_claims_more_images_than_there_are_is_not_believed(damaged):
    message = damaged(struct.pack(">4I", 0x803, 2**32 - 1, 28, 28))
    assert "it claims 4,294,967,295 samples, but MNIST has 70,000" in message


def test_images_of_another_size_are_named_in_the_error(damaged):
    assert "8×8 pixels instead of 28×28" in damaged(idx_bytes(np.zeros((N_TRAIN, 8, 8))))


def test_fewer_images_than_labels_are_named_in_the_error(damaged):
    message = damaged(idx_bytes(np.zeros((N_TRAIN - 1, 28, 28))))
    assert f"{N_TRAIN - 1} samples, but {N_TRAIN} labels" in message


def test_a_label_that_is_no_class_is_named_in_the_error(damaged):
    message = damaged(idx_bytes(np.full(N_TRAIN, 11)), "train-labels-idx1-ubyte")
    assert "label 11 is not a class" in message


def test_a_gzip_file_cut_short_is_named_in_the_error(tmp_path):
    write_idx_set(MNIST, tmp_path / "mnist")
    file = tmp_path / "mnist" / "train-images-idx3-ubyte.gz"
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(ValueError, match=r"train-images-idx3-ubyte\.gz: truncated or damaged"):
        load_dataset("mnist", tmp_path)


def test_a_file_that_is_not_gzip_though_named_so_is_named_in_the_error(tmp_path):
    write_idx_set(MNIST, tmp_path / "mnist")
    (tmp_path / "mnist" / "t10k-labels-idx1-ubyte.gz").write_bytes(b"no gzip at all")
    with pytest.raises(ValueError, match=r"t10k-labels-idx1-ubyte\.gz"):
        load_dataset("mnist", tmp_path)


def test_the_files_that_came_with_a_wrong_gzip_wrapper_are_read_all_the_same(tmp_path):
    write_idx_set(MNIST, tmp_path / "mnist", zipped=False)
    for file in list((tmp_path / "mnist").iterdir()):
        (file.parent / f"{file.name}.gz").write_bytes(gzip.compress(file.read_bytes(), 9))
        file.unlink()
    assert load_dataset("mnist", tmp_path).n_train == N_TRAIN
