"""What a damaged file holds is refused in one sentence; what it should hold comes out."""

import io
import json
import os
import zipfile
from pathlib import Path
from typing import TypedDict

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from toll.reading import (
    Array,
    DamagedFile,
    read_arrays,
    read_columns,
    read_json,
    read_lines,
    read_png,
    read_rows,
)


class Inner(TypedDict):
    number: float


class Line(TypedDict):
    step: int


class Outer(TypedDict):
    inner: Inner
    name: str


WHOLE = {"inner": {"number": 1.5}, "name": "a"}
ARRAYS = {"ids": Array("iu", "n"), "values": Array("f", "nd")}


def fault(read, path: Path, *more) -> str:
    with pytest.raises(DamagedFile) as raised:
        read(path, *more)
    said = str(raised.value)
    assert raised.value.path == path and "\n" not in said and len(said) < 300
    return said


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "some.file"


def test_a_value_comes_out_without_what_is_unknown(path):
    path.write_text(json.dumps(WHOLE | {"newer": [1]}))
    assert read_json(path, Outer) == WHOLE


@pytest.mark.parametrize("content", [b"", b'{"a":', b"\xff\xfe", b"[]", b"null", b"3"])
def test_what_is_not_a_json_object_is_reported_by_name(path, content):
    path.write_bytes(content)
    assert fault(read_json, path, Outer).startswith("some.file is damaged: ")


@pytest.mark.parametrize(
    ("read", "more", "form"),
    [
        (read_json, [Outer], "JSON"),
        (read_rows, [["loss"]], "lines of JSON"),
        (read_lines, [Line], "lines of JSON"),
        (read_arrays, [ARRAYS], "npz"),
        (read_columns, [{"id": "iu"}], "parquet"),
        (read_png, [(4, 2), "L"], "PNG"),
    ],
)
def test_what_is_something_else_altogether_is_told_in_our_own_words(path, read, more, form):
    path.write_bytes(b"PAR1 PK or what else\n")
    assert fault(read, path, *more) == f"some.file is damaged: it cannot be read as {form}"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"name": "a"}, "`inner` is missing"),
        ({"inner": {}, "name": "a"}, "`inner.number` is missing"),
        ({"inner": {"number": "x"}, "name": "a"}, "`inner.number`: expected `float`, got `str`"),
        ([1], "expected `object`, got `array`"),
    ],
)
def test_what_is_wrong_in_an_object_is_named(path, value, said):
    path.write_text(json.dumps(value))
    assert fault(read_json, path, Outer) == f"some.file is damaged: {said}"


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a": ' * 100_000,
        b"9" * 10_000,
        b'{"name": "\\ud800", "inner": {"number": 1}}',
        b'{"name": "a", "inner": {"number": ' + b"9" * 400 + b"}}",
        b" " * 2_000_000,
    ],
)
def test_what_could_stop_a_reader_is_only_damage(path, content):
    path.write_bytes(content)
    fault(read_json, path, Outer)


def test_what_is_no_file_is_not_waited_for(path):
    os.mkfifo(path)
    assert fault(read_json, path, Outer) == "some.file is damaged: it is not a file"
    path.unlink()
    path.mkdir()
    assert fault(read_json, path, Outer) == "some.file is damaged: it is not a file"


def test_a_huge_file_is_not_read(path):
    with path.open("wb") as file:
        file.truncate(10**9)
    assert "it has 1,000,000,000 bytes, and may have" in fault(read_json, path, Outer)


def test_a_missing_file_is_missing(path):
    with pytest.raises(FileNotFoundError, match=r"some\.file"):
        read_json(path, Outer)
    assert read_lines(path, Line) == []
    assert list(read_rows(path, ["loss"])) == ["step", "loss"]


@pytest.mark.parametrize("half", ['{"step": 3', '{"step": 3}', "{"])
def test_a_last_line_that_is_still_being_written_is_left_out(path, half):
    whole = json.dumps({"step": 1, "loss": 0.5})
    path.write_text(f"{whole}\n{half}")
    assert read_lines(path, Line) == [({"step": 1}, whole)]
    assert read_rows(path, ["loss"]).to_dict("records") == [{"step": 1, "loss": 0.5}]


@pytest.mark.parametrize(
    "line",
    [
        '{"step": 1',
        '{"loss": 1}',
        '{"step": -1, "loss": 1}',
        '{"step": 1.5, "loss": 1}',
        '{"step": "x", "loss": 1}',
        '{"step": null, "loss": 1}',
        '{"step": NaN, "loss": 1}',
        '{"step": 1, "loss": []}',
        '{"step": 1, "loss": 1e999}',
        '{"step": 1, "loss": Infinity}',
        '{"step": 1, "loss": %s}' % ("9" * 400),
        "[1]",
    ],
)
def test_a_line_that_is_no_row_is_reported_with_the_name_of_the_file(path, line):
    path.write_text(line + '\n{"step": 2, "loss": 1}\n')
    assert fault(read_rows, path, ["loss"]).startswith("some.file is damaged: ")


def test_what_a_row_lacks_is_not_a_number_and_only_some_may_be_infinite(path):
    path.write_text('{"step": 1, "far": Infinity, "newer": {}}\n{"step": 2, "loss": 1}\n')
    rows = read_rows(path, ["loss"], ["far"])
    assert list(rows) == ["step", "loss", "far"]
    assert np.isnan(rows["loss"][0]) and rows["far"][0] == np.inf


def save(path: Path, **changes: np.ndarray | None) -> None:
    whole = {"ids": np.arange(3), "values": np.ones((3, 2), np.float32)} | changes
    with path.open("wb") as file:
        np.savez(file, **{name: array for name, array in whole.items() if array is not None})


def test_arrays_come_out_in_the_machines_order_and_can_be_written_to(path):
    save(path, values=np.asfortranarray(np.ones((3, 2), ">f4")))
    found = read_arrays(path, ARRAYS)
    assert found["values"].dtype == np.float32 and found["values"].flags.c_contiguous
    found["values"] += 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"ids": None}, "it lacks the array `ids`"),
        ({"ids": np.arange(4)}, "`values` is of shape (3, 2)"),
        ({"ids": np.arange(3.0)}, "`ids` is of type float64"),
        ({"ids": np.array(3)}, "`ids` is of shape ()"),
        ({"ids": np.array([0, -1, 2])}, "`ids` holds numbers that are no ids"),
        ({"ids": np.array([0, 2**40, 2])}, "`ids` holds numbers that are no ids"),
        ({"values": np.ones((3, 2, 1))}, "`values` is of shape (3, 2, 1)"),
        ({"values": np.full((3, 2), np.nan)}, "`values` holds numbers that are not finite"),
        ({"values": np.full((3, 2), 1e300)}, "`values` holds numbers beyond 1e+30"),
        ({"ids": np.arange(0), "values": np.ones((0, 2))}, "its arrays are empty"),
        ({"values": np.array([{}] * 3)}, "values.npy is not the"),
    ],
)
def test_arrays_of_another_kind_are_named(path, changes, said):
    save(path, **changes)
    assert said in fault(read_arrays, path, ARRAYS)


def test_an_array_that_promises_more_than_is_there_takes_no_memory(path):
    header = io.BytesIO()
    described = {"descr": "<f8", "fortran_order": False, "shape": (10**15,)}
    np.lib.format.write_array_header_1_0(header, described)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("ids.npy", header.getvalue())
    assert "(1000000000000000,)" in fault(read_arrays, path, {"ids": Array("f", "n")})


def test_columns_come_out_and_unknown_ones_do_not(path):
    pd.DataFrame({"id": [1], "name": ["a"], "newer": [2]}).to_parquet(path)
    assert read_columns(path, {"id": "iu", "name": "O", "other": "f"}).to_dict("records") == [
        {"id": 1, "name": "a"}
    ]


@pytest.mark.parametrize(
    "column", [["a"], [-1], [1.5], [None], [2**40], [[1]], [True], [pd.Timestamp(0)]]
)
def test_columns_of_another_kind_are_named(path, column):
    pd.DataFrame({"id": pd.Series(column)}).to_parquet(path)
    assert "`id`" in fault(read_columns, path, {"id": "iu"})


def test_a_picture_has_the_size_that_is_asked_for_and_is_whole(path):
    Image.new("L", (4, 2)).save(path, "PNG")
    content = path.read_bytes()
    assert read_png(path, (4, 2), "L") == content
    assert "instead of (4, 3) L" in fault(read_png, path, (4, 3), "L")
    assert "instead of (4, 2) RGB" in fault(read_png, path, (4, 2), "RGB")
    path.write_bytes(content[:-20])
    fault(read_png, path, (4, 2), "L")
    path.write_bytes(b"GIF89a" + content)
    fault(read_png, path, (4, 2), "L")
