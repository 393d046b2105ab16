"""Parquet files of encoded images, as dataset hubs publish them."""

import numpy as np
import pytest

from tests.data.small_files import small_fine_classes, small_images, write_parquet
from toll.data import availability, load_dataset
from toll.data.registry import DATASETS

CIFAR10 = DATASETS["cifar10"]


@pytest.mark.parametrize("image", ["img", "image"])
@pytest.mark.parametrize("plain", [False, True])
def test_images_come_back_pixel_for_pixel(tmp_path, image, plain):
    samples, classes = small_images(CIFAR10, 30)
    for part, rows in (("train", slice(0, 20)), ("test", slice(20, 30))):
        file = tmp_path / "cifar10" / f"{part}-00000-of-00001.parquet"
        write_parquet(file, samples[rows], classes[rows], image=image, plain=plain)
    dataset = load_dataset("cifar10", tmp_path)
    assert dataset.n_train == 20
    assert np.array_equal(dataset.samples, samples)
    assert np.array_equal(dataset.classes, classes)


@pytest.mark.parametrize("place", ["mnist", "MNIST/data", "mnist/mnist", "mnist/plain_text"])
def test_grey_images_in_the_folders_of_dataset_hubs_are_found(tmp_path, place):
    samples, classes = small_images(DATASETS["mnist"], 20)
    for part in ("train", "test"):
        write_parquet(tmp_path / place / f"{part}-00000-of-00001.parquet", samples, classes)
    assert np.array_equal(load_dataset("mnist", tmp_path).samples[:20], samples)


def test_cifar_100_takes_the_coarse_labels(tmp_path):
    samples, classes = small_images(DATASETS["cifar100"], 40)
    for part in ("train", "test"):
        file = tmp_path / "cifar100" / f"{part}-00000-of-00001.parquet"
        write_parquet(file, samples, classes, label="coarse_label")
    assert np.array_equal(load_dataset("cifar100", tmp_path).classes[:40], classes)


@pytest.mark.parametrize("column", ["fine_label", "fine_labels"])
def test_cifar_100_keeps_the_fine_labels_where_there_are_some(tmp_path, column):
    samples, classes = small_images(DATASETS["cifar100"], 40)
    fine = {column: small_fine_classes(classes)}
    for part in ("train", "test"):
        file = tmp_path / "cifar100" / f"{part}-00000-of-00001.parquet"
        write_parquet(file, samples, classes, label="coarse_label", **fine)
    dataset = load_dataset("cifar100", tmp_path)
    assert np.array_equal(dataset.fine_classes, np.tile(fine[column], 2))
    write_parquet(file, samples, classes, label="coarse_label")
    assert load_dataset("cifar100", tmp_path).fine_classes is None
    write_parquet(file, samples, classes, label="coarse_label", **{column: classes + 90})
    with pytest.raises(ValueError, match=f"{column}: label 100 is not a fine class of CIFAR-100"):
        load_dataset("cifar100", tmp_path)


def write_shards(folder, n_shards):
    samples, classes = small_images(CIFAR10, 30)
    for number, ids in enumerate(np.array_split(np.arange(30), n_shards)):
        file = folder / f"train-{number:05d}-of-{n_shards:05d}.parquet"
        write_parquet(file, samples[ids], classes[ids])
    write_parquet(folder / "test-00000-of-00001.parquet", samples[:10], classes[:10])
    return samples


def test_shards_are_joined_in_their_order(tmp_path):
    samples = write_shards(tmp_path / "cifar10", 3)
    dataset = load_dataset("cifar10", tmp_path)
    assert dataset.n_train == 30
    assert np.array_equal(dataset.samples[:30], samples)


def test_a_missing_shard_is_listed(tmp_path):
    write_shards(tmp_path / "cifar10", 3)
    (tmp_path / "cifar10" / "train-00001-of-00003.parquet").unlink()
    there = availability("cifar10", tmp_path)
    assert there.missing == ("cifar10/train-00001-of-00003.parquet",)
    assert "incomplete" in there.message and "train-00001-of-00003" in there.message


def test_loose_parquet_files_are_taken_for_no_dataset(tmp_path):
    write_shards(tmp_path, 1)
    assert not any(availability(name, tmp_path).present for name in ("mnist", "cifar10"))


@pytest.fixture
def load_with(tmp_path):
    """Writes a whole training part, lets `damage` change the file, and gives the error."""
    write_shards(tmp_path / "cifar10", 1)
    file = tmp_path / "cifar10" / "train-00000-of-00001.parquet"

    def load(damage) -> str:
        damage(file)
        with pytest.raises(ValueError) as raised:
            load_dataset("cifar10", tmp_path)
        assert str(file) in str(raised.value)
        return str(raised.value)

    return load


def test_a_truncated_parquet_file_is_named_in_the_error(load_with):
    message = load_with(lambda file: file.write_bytes(file.read_bytes()[:-20]))
    assert "not a parquet file" in message


def test_a_missing_column_is_named_in_the_error(load_with):
    samples, classes = small_images(CIFAR10, 5)
    message = load_with(lambda file: write_parquet(file, samples, classes, label="kind"))
    assert "no column label or labels" in message and "kind" in message


def test_an_image_of_another_size_is_named_with_its_row(load_with):
    samples, classes = small_images(DATASETS["mnist"], 5)
    message = load_with(lambda file: write_parquet(file, samples, classes))
    assert "row 0" in message and "28×28 pixels instead of 32×32" in message


def test_an_image_that_cannot_be_decoded_is_named_with_its_row(load_with):
    def damage(file):
        import pyarrow as pa
        import pyarrow.parquet as pq

        table = pq.read_table(file)
        images = table.column("img").to_pylist()
        images[3]["bytes"] = images[3]["bytes"][:200]
        pq.write_table(table.set_column(0, "img", pa.array(images)), file)

    message = load_with(damage)
    assert "row 3" in message and "cannot be decoded" in message


def test_a_row_without_an_image_is_named(load_with):
    def damage(file):
        import pyarrow as pa
        import pyarrow.parquet as pq

        pq.write_table(pa.table({"img": pa.array([None], pa.binary()), "label": [0]}), file)

    assert "row 0: holds no encoded image" in load_with(damage)


def test_a_missing_label_is_named_in_the_error(load_with):
    def damage(file):
        import pyarrow as pa
        import pyarrow.parquet as pq

        table = pq.read_table(file)
        labels = [None, *table.column("label").to_pylist()[1:]]
        pq.write_table(table.set_column(1, "label", pa.array(labels, pa.int64())), file)

    assert "labels" in load_with(damage)
