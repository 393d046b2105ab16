"""The .mat table of arrhythmia."""

import numpy as np
import pytest

from tests.data.small_files import write_mat
from toll.data import availability, load_dataset


@pytest.mark.parametrize("place", ["", "arrhythmia", "Arrhythmia"])
def test_the_table_is_found_loose_and_in_its_folder(tmp_path, place):
    write_mat(tmp_path / place / "arrhythmia.mat")
    dataset = load_dataset("arrhythmia", tmp_path)
    assert dataset.samples.shape == (60, 274) and dataset.n_train == 60
    assert dataset.classes.sum() == 20


def test_labels_kept_as_doubles_are_read(tmp_path):
    write_mat(tmp_path / "arrhythmia.mat", y=(np.arange(60.0) % 2)[:, None])
    assert load_dataset("arrhythmia", tmp_path).classes.sum() == 30


def not_a_number():
    table = np.zeros((60, 274))
    table[7, 3] = np.nan
    return table


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"X": not_a_number()}, "row 7 of X"),
        ({"X": np.zeros((60, 10))}, r"\(60, 10\) instead of \(n, 274\)"),
        ({"X": np.zeros((50, 274))}, "50 samples, but 60 labels"),
        ({"X": np.array([["a"] * 274] * 60)}, "X holds no real numbers"),
        ({"y": np.full((60, 1), 3)}, "label 3 is not a class"),
        ({"y": np.full((60, 1), 0.5)}, "whole numbers"),
    ],
)
def test_a_wrong_table_is_named_with_what_is_wrong(tmp_path, changes, said):
    write_mat(tmp_path / "arrhythmia.mat", **changes)
    with pytest.raises(ValueError, match=rf"arrhythmia\.mat.*{said}"):
        load_dataset("arrhythmia", tmp_path)


@pytest.mark.parametrize("size", [0, 50, 130, 1000])
def test_a_truncated_table_is_named(tmp_path, size):
    file = tmp_path / "arrhythmia.mat"
    write_mat(file)
    file.write_bytes(file.read_bytes()[:size])
    with pytest.raises(ValueError, match=r"arrhythmia\.mat"):
        load_dataset("arrhythmia", tmp_path)


def test_a_table_without_labels_is_named(tmp_path):
    from scipy.io import savemat

    savemat(tmp_path / "arrhythmia.mat", {"X": np.zeros((60, 274))})
    with pytest.raises(ValueError, match="holds no variable y"):
        load_dataset("arrhythmia", tmp_path)


def test_where_to_get_it_by_hand_is_said(tmp_path):
    assert availability("arrhythmia", tmp_path).missing == ("arrhythmia/arrhythmia.mat",)
    with pytest.raises(FileNotFoundError, match="ODDS"):
        load_dataset("arrhythmia", tmp_path)
