"""Matrices in Matlab's files are read as SciPy reads them."""

import io
import struct

import numpy as np
import pytest
from scipy.io import loadmat, savemat

from toll.data.matlab import read_matrices

MOST = 1 << 20
TYPES = "bBhHiIfdqQ"


@pytest.mark.parametrize("zipped", [False, True])
def test_numbers_of_every_type_and_shape_come_back(tmp_path, zipped):
    file = tmp_path / "all.mat"
    random = np.random.RandomState(0)
    kept = {f"of_{kind}": random.randint(0, 100, (3, 7)).astype(kind) for kind in TYPES}
    kept |= {"one": np.ones((1, 1)), "none": np.ones((0, 4)), "cube": random.normal(size=(2, 3, 4))}
    savemat(file, {**kept, "text": "words"}, do_compression=zipped)
    found = read_matrices(file, (*kept, "text"), MOST)
    assert found.pop("text") is None
    expected = loadmat(file)
    assert set(found) == set(kept)
    for name, values in found.items():
        assert values is not None and np.array_equal(values, expected[name]), name


def test_what_is_not_asked_for_is_left_alone(tmp_path):
    file = tmp_path / "two.mat"
    savemat(file, {"X": np.ones((2, 2)), "other": np.array([1, "a"], object)})
    assert list(read_matrices(file, ("X", "y"), MOST)) == ["X"]


def big_endian(values: np.ndarray) -> bytes:
    """A file as a computer of the other kind writes it, with one double matrix X."""
    flags = struct.pack(">IIII", 6, 8, 6, 0)
    shape = struct.pack(">IIii", 5, 8, *values.shape)
    name = struct.pack(">HHc3x", 1, 1, b"X")
    numbers = values.astype(">f8").tobytes("F")
    matrix = flags + shape + name + struct.pack(">II", 9, len(numbers)) + numbers
    head = b"MATLAB 5.0".ljust(124) + b"\x01\x00MI"
    return head + struct.pack(">II", 14, len(matrix)) + matrix


def test_the_other_order_of_bytes_is_read(tmp_path):
    values = np.arange(6.0).reshape(2, 3)
    file = tmp_path / "big.mat"
    file.write_bytes(big_endian(values))
    assert np.array_equal(loadmat(io.BytesIO(file.read_bytes()))["X"], values)
    found = read_matrices(file, ("X",), MOST)["X"]
    assert found is not None and np.array_equal(found, values)


def test_complex_numbers_are_not_real_ones(tmp_path):
    savemat(tmp_path / "c.mat", {"X": np.array([[1 + 2j]])})
    assert read_matrices(tmp_path / "c.mat", ("X",), MOST) == {"X": None}


def test_a_file_of_a_later_format_says_how_to_save_it(tmp_path):
    file = tmp_path / "later.mat"
    file.write_bytes(b"MATLAB 7.3 MAT-file".ljust(124) + b"\x00\x02IM" + bytes(400))
    with pytest.raises(ValueError, match=f"{file}: .* Matlab 7.3, .* save as -v7"):
        read_matrices(file, ("X",), MOST)
