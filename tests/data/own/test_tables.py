"""Tables of every kind of file are read alike, and none makes the program take what it claims."""

import sys

import numpy as np
import pandas as pd
import pytest
import scipy.io

from tests.data.own_files import write_zip
from toll.data.own.tables import read_table

FRAME = pd.DataFrame({"a": [1.5, 2.5], "b": ["x", "y"]})


def test_parquet_and_excel_keep_names_and_values(tmp_path):
    pytest.importorskip("openpyxl")
    FRAME.to_parquet(tmp_path / "t.parquet")
    FRAME.to_excel(tmp_path / "t.xlsx", index=False)
    for name, first in (("t.parquet", 1), ("t.xlsx", 2)):
        frame = read_table(tmp_path / name).frame
        assert frame.to_dict("list") == FRAME.to_dict("list")
        assert frame.index.tolist() == [first, first + 1]


def test_excel_without_its_library_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    write_zip(tmp_path / "t.xlsx", {"a": b""})
    with pytest.raises(ValueError, match="pip install openpyxl, or save the table as CSV"):
        read_table(tmp_path / "t.xlsx")


def test_npz_and_mat_give_numbered_columns_and_the_label(tmp_path):
    samples, labels = np.arange(6.0).reshape(3, 2), np.array([0, 1, 0])
    np.savez(tmp_path / "t.npz", X=samples, y=labels)
    scipy.io.savemat(tmp_path / "t.mat", {"X": samples, "y": labels[:, None]})
    for name in ("t.npz", "t.mat"):
        frame = read_table(tmp_path / name).frame
        assert list(frame.columns) == ["column 1", "column 2", "y"]
        assert frame["y"].tolist() == [0, 1, 0]


@pytest.mark.parametrize("name", ["t.parquet", "t.xlsx", "t.npz", "t.mat"])
def test_a_file_that_is_not_what_its_name_says_is_named(tmp_path, name):
    (tmp_path / name).write_bytes(b"hello, this is something else" * 9)
    with pytest.raises(ValueError, match=name.replace(".", r"\.")):
        read_table(tmp_path / name)


def test_an_npz_file_without_samples_is_refused_with_what_it_holds(tmp_path):
    np.savez(tmp_path / "t.npz", data=np.ones(3))
    with pytest.raises(ValueError, match=r"t\.npz holds no array X or images, but data"):
        read_table(tmp_path / "t.npz")


def test_objects_in_an_npz_file_are_never_loaded(tmp_path):
    np.savez(tmp_path / "t.npz", X=np.array([[print]], object))
    with pytest.raises(ValueError, match=r"t\.npz is damaged"):
        read_table(tmp_path / "t.npz")


def test_an_excel_file_that_is_a_zip_bomb_is_refused_before_it_is_unzipped(tmp_path):
    pytest.importorskip("openpyxl")
    sheets = {f"xl/worksheets/sheet{number}.xml": bytes(2**28) for number in range(5)}
    write_zip(tmp_path / "t.xlsx", sheets)
    with pytest.raises(ValueError, match=r"t\.xlsx unzips to 1,342,177,280 bytes; at most"):
        read_table(tmp_path / "t.xlsx")


def test_columns_of_lists_are_refused(tmp_path):
    pd.DataFrame({"a": [[1], [2]]}).to_parquet(tmp_path / "t.parquet")
    with pytest.raises(ValueError, match="column 'a' of t.parquet holds list"):
        read_table(tmp_path / "t.parquet")


def test_columns_without_a_name_are_refused(tmp_path):
    (tmp_path / "t.csv").write_text("a,,c\n1,2,3\n")
    with pytest.raises(ValueError, match=r"column 2 of t\.csv has no name"):
        read_table(tmp_path / "t.csv")
