"""One-class splits: rules, subsets, and wrong requests."""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from toll.data import DATASETS, Dataset, get_spec, load_dataset, split_one_class
from toll.data.rules import HeldOut


@pytest.fixture
def digits() -> Dataset:
    return load_dataset("digits")


def grey(name: str, n_train: int, n_test: int = 100, folder: Path = Path("nowhere")) -> Dataset:
    """A dataset whose pixels do not matter; classes take turns."""
    n = n_train + n_test
    samples = np.broadcast_to(np.uint8(0), (n, 1, 28, 28))
    return Dataset(DATASETS[name], samples, np.arange(n) % 10, n_train, folder, ())


def test_an_unknown_dataset_is_named_with_the_known_ones():
    with pytest.raises(ValueError, match="'cats'; known are digits, glyphs, mnist"):
        get_spec("cats")


def test_arrhythmia_itself_cannot_be_normal(tmp_path, write_small):
    write_small("arrhythmia", tmp_path)
    with pytest.raises(ValueError) as raised:
        split_one_class(load_dataset("arrhythmia", tmp_path), 1)
    assert str(raised.value) == (
        "class 1 (arrhythmia) cannot be normal in Arrhythmia; valid: 0 (normal rhythm)"
    )


def test_digits_are_cut_by_shares_alike_for_every_normal_class(digits):
    eight, three = split_one_class(digits, 8), split_one_class(digits, 3)
    assert np.array_equal(eight.test, three.test)
    assert np.array_equal(eight.validation, three.validation)
    assert not eight.published
    for each in range(10):
        n = (digits.classes == each).sum()
        assert len(split_one_class(digits, each).train) == pytest.approx(n * 0.5, abs=1)
        assert (digits.classes[eight.validation] == each).sum() == pytest.approx(n * 0.15, abs=1)
        assert (digits.classes[eight.test] == each).sum() == pytest.approx(n * 0.35, abs=1)


# Of the ids of train, validation (100 of them), test and two probes, before there could be several.
DIGESTS = {8: "acf1d513f0a602a1", 0: "239c13e13a500ef9", 3: "a7130e459389eac6"}


@pytest.mark.parametrize("normal_class", DIGESTS)
@pytest.mark.parametrize("written", [int, lambda each: (each,), lambda each: [each, each]])
def test_with_one_normal_class_ids_are_those_that_runs_have_kept(digits, normal_class, written):
    split = split_one_class(digits, written(normal_class), 100)
    parts = (split.train, split.validation, split.test, split.probe(30), split.probe(1000))
    digest = hashlib.sha256(b"".join(ids.astype("<i8").tobytes() for ids in parts))
    assert digest.hexdigest()[:16] == DIGESTS[normal_class]
    assert split.normal_classes == (normal_class,)


@pytest.mark.parametrize("normal", [(2, 3, 5), (0, 2, 3, 4, 5, 6, 7, 8, 9)])
def test_with_several_normal_classes_each_trains_and_is_labelled_as_it_does_alone(digits, normal):
    split = split_one_class(digits, normal[::-1])
    alone = [split_one_class(digits, each) for each in normal]
    assert split.normal_classes == normal
    assert np.array_equal(split.train, np.sort(np.concatenate([each.train for each in alone])))
    assert np.array_equal(split.test, alone[0].test)
    labels = np.min([each.labels(split.test) for each in alone], axis=0)
    assert np.array_equal(split.labels(split.test), labels)


def test_both_halves_of_a_probe_are_spread_evenly_over_their_classes(digits):
    split = split_one_class(digits, (2, 3, 5))
    counts = np.bincount(digits.classes[split.probe(42)], minlength=10)
    assert counts.tolist() == [3, 3, 7, 7, 3, 7, 3, 3, 3, 3]
    assert np.isin(split.probe(9), split.probe(42)).all()


def test_several_normal_classes_train_outside_what_is_held_out():
    mnist = grey("mnist", 60_000)
    split = split_one_class(mnist, (1, 2))
    assert set(mnist.classes[split.train]) == {1, 2}
    assert np.array_equal(split.validation, split_one_class(mnist, 1).validation)


@pytest.mark.parametrize(
    ("normal", "said"),
    [
        ((3, 77), "class 77 cannot be normal in Digits; valid: 0, 1, 2"),
        ((), "no class of Digits is normal; at least one must be"),
        (range(10), "all classes of Digits are normal; one must be anomalous"),
    ],
)
def test_classes_that_cannot_be_the_normal_ones_are_refused(digits, normal, said):
    with pytest.raises(ValueError, match=said):
        split_one_class(digits, normal)


def test_a_batch_larger_than_several_classes_names_them(digits):
    with pytest.raises(ValueError, match="but all classes but 1 of Digits have only 8"):
        split_one_class(digits, (0, *range(2, 10))).check_batch_size(1000)


def test_image_sets_are_in_ascending_order(digits):
    split = split_one_class(digits, 8)
    for ids in (split.train, split.validation, split.test):
        assert np.array_equal(ids, np.sort(ids))


@pytest.mark.parametrize("size", [2, 20, 101])
def test_a_cut_validation_part_is_half_normal_and_part_of_the_whole(digits, size):
    whole = split_one_class(digits, 8)
    cut = split_one_class(digits, 8, validation_size=size)
    labels = cut.labels(cut.validation)
    assert len(cut.validation) == size
    assert (labels == 0).sum() == min(size // 2, (whole.labels(whole.validation) == 0).sum())
    assert np.isin(cut.validation, whole.validation).all()
    assert np.array_equal(cut.validation, split_one_class(digits, 8, size).validation)
    assert np.array_equal(cut.test, whole.test) and np.array_equal(cut.train, whole.train)


def test_the_anomalous_half_of_a_cut_validation_part_is_spread_over_its_classes(digits):
    cut = split_one_class(digits, 8, validation_size=36)
    counts = np.bincount(digits.classes[cut.validation], minlength=10)
    assert counts.tolist() == [2, 2, 2, 2, 2, 2, 2, 2, 18, 2]


@pytest.mark.parametrize("size", [0, 10**6])
def test_validation_size_zero_or_beyond_the_part_is_all_of_it(digits, size):
    assert len(split_one_class(digits, 8, size).validation) == 270


@pytest.mark.parametrize("size", [1, -5])
def test_a_validation_size_that_cannot_hold_both_labels_is_named(digits, size):
    with pytest.raises(ValueError, match=f"validation_size is {size}"):
        split_one_class(digits, 8, size)


def test_a_batch_larger_than_the_training_part_is_named_with_both_sizes(digits):
    split = split_one_class(digits, 8)
    split.check_batch_size(len(split.train))
    with pytest.raises(ValueError) as raised:
        split.check_batch_size(1000)
    assert str(raised.value) == (
        f"batch_size is 1000, but class 8 of Digits has only {len(split.train)} training samples"
    )


def test_a_probe_of_fewer_than_two_samples_is_refused(digits):
    with pytest.raises(ValueError, match="probe"):
        split_one_class(digits, 8).probe(1)


def test_a_class_without_training_samples_is_named(digits):
    classes = digits.classes.copy()
    classes[classes == 8] = 9
    with pytest.raises(ValueError, match="Digits has no training samples of class 8"):
        split_one_class(replace(digits, classes=classes), 8)


def test_a_part_without_anomalous_samples_is_named(digits):
    with pytest.raises(ValueError, match="validation part of Digits .* with class 8 as normal"):
        split_one_class(replace(digits, classes=np.full_like(digits.classes, 8)), 8)


def test_mnist_holds_out_the_published_draw_without_a_file():
    dataset = grey("mnist", 60_000)
    split = split_one_class(dataset, 8)
    held_out = np.random.RandomState(0).permutation(60_000)[:10_000]
    assert split.published
    assert np.array_equal(split.validation, np.sort(held_out))
    assert np.array_equal(split.test, np.arange(60_000, 60_100))
    assert not np.isin(split.train, held_out).any()
    assert len(split.train) + (dataset.classes[held_out] == 8).sum() == 6000


def test_a_training_part_of_another_size_holds_out_the_same_share():
    split = split_one_class(grey("mnist", 1200), 8)
    assert len(split.validation) == 200
    assert not split.published


def test_fashion_mnist_without_the_published_ids_draws_them_and_says_so():
    split = split_one_class(grey("fmnist", 60_000), 0)
    assert not split.published
    assert len(split.validation) == 10_000


@pytest.mark.parametrize("place", ["val_ids", "."])
def test_published_ids_are_read_from_the_data_folder(tmp_path, place):
    ids = np.random.RandomState(5).permutation(1200)[:200]
    (tmp_path / place).mkdir(exist_ok=True)
    np.save(tmp_path / place / "10000_val_indices_fmnist.npy", ids)
    split = split_one_class(grey("fmnist", 1200, folder=tmp_path), 0)
    assert split.published
    assert np.array_equal(split.validation, np.sort(ids))


def test_published_ids_are_read_from_beside_the_dataset(tmp_path):
    ids = np.random.RandomState(5).permutation(1200)[:200]
    files = (tmp_path / "FashionMNIST" / "raw" / "train-images-idx3-ubyte",)
    files[0].parent.mkdir(parents=True)
    np.save(tmp_path / "FashionMNIST" / "10000_val_indices_fmnist.npy", ids)
    split = split_one_class(replace(grey("fmnist", 1200, folder=tmp_path), files=files), 0)
    assert split.published


@pytest.mark.parametrize(
    ("ids", "said"),
    [
        (np.array([0, 1200]), "the training part has rows 0 to 1199"),
        (np.array([3, 3]), "twice"),
        (np.array([0.5]), "not a list of row numbers"),
        (np.array([], np.int64), "not a list of row numbers"),
        (np.array([{"a": 1}]), "not a readable"),
    ],
)
def test_wrong_published_ids_are_named(tmp_path, ids, said):
    file = tmp_path / "10000_val_indices_fmnist.npy"
    np.save(file, ids, allow_pickle=True)
    with pytest.raises(ValueError, match=f"10000_val_indices_fmnist.npy: .*{said}"):
        split_one_class(grey("fmnist", 1200, folder=tmp_path), 0)


def test_the_ids_held_out_are_in_the_order_of_the_draw():
    rule = DATASETS["mnist"].split
    assert isinstance(rule, HeldOut)
    ids, _ = rule.validation_ids(grey("mnist", 60_000))
    assert ids[:3].tolist() == [3048, 19563, 58303]
