"""Reading files that may be damaged: each gives what was asked for, or one `DamagedFile`.

A file is read whole, after a look at its size, and is then taken apart in memory. So whatever goes
wrong there is the file's fault; what the disk or a permission forbids stays an `OSError`.
"""

from __future__ import annotations

import io
import json
import re
import stat
import zipfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple, TypeVar

import msgspec
import numpy as np
from msgspec import Meta

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T")

# A file larger than this is not read.
MOST_BYTES_OF_AN_OBJECT = 2**20
MOST_BYTES = 2**31
# And of what went wrong, no more is said than this.
MOST_CHARACTERS = 200
# Numbers beyond this cannot be worked with in float32: squares of them, and sums, overflow.
LARGEST = 1e30


class DamagedFile(ValueError):
    """A file that is not what it should be.

    path: where it lies. fault: what is wrong, as the end of a sentence about it.
    """

    def __init__(self, path: Path, fault: str) -> None:
        super().__init__(f"{path.name} {fault}")
        self.path, self.fault = path, fault


def damaged(path: Path, why: str) -> DamagedFile:
    """The error that says why the file is damaged, in one line, cut where it is long."""
    line = " ".join(why.split()).rstrip(".")
    return DamagedFile(path, f"is damaged: {_cut(line)}")


def read_bytes(path: Path, most: int = MOST_BYTES) -> bytes:
    """What is in the file.

    Raises:
        DamagedFile: it is no file, or has more than `most` bytes.
    """
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise damaged(path, "it is not a file")
    if found.st_size > most:
        raise damaged(path, f"it has {found.st_size:,} bytes, and may have {most:,} at most")
    return path.read_bytes()


def read_json(path: Path, kind: type[T]) -> T:
    """The value in a JSON file, which is of this type; names that it does not know are left out.

    kind: any type that msgspec can check, such as a dataclass or a TypedDict.
    """
    content = read_bytes(path, MOST_BYTES_OF_AN_OBJECT)
    with _taking_apart(path, "JSON"):
        value = json.loads(content)
        if b"\\u" in content:  # which can spell half a character, that nothing could show
            json.dumps(value, ensure_ascii=False).encode()
        return msgspec.convert(value, kind)


def read_rows(
    path: Path, numbers: Collection[str], boundless: Collection[str] = ()
) -> pd.DataFrame:
    """A file of one JSON object per line as a table, without a last line still being written.

    Columns: `step`, then `numbers` and `boundless`, float64, with NaN for what a row lacks; only
    the latter may be infinite. Others are left out. A hundred thousand lines take a tenth of a
    second. A missing file gives a table without rows.
    """
    import pandas as pd

    names = (*numbers, *boundless)
    whole = read_bytes(path).rpartition(b"\n")[0] if path.exists() else b""
    with _taking_apart(path, "lines of JSON"):
        rows = _decoded(whole, _row_of(names))
        table = np.array([msgspec.structs.astuple(row) for row in rows], dtype=np.float64)
    columns = pd.DataFrame(table.reshape(-1, 1 + len(names)), columns=["step", *names])
    for name in numbers:
        if np.isinf(columns[name]).any():
            raise damaged(path, f"`{name}` is infinite")
    return columns.astype({"step": np.int64})


@cache
def _row_of(names: tuple[str, ...]) -> type[msgspec.Struct]:
    """A row of these numbers, each of which it may lack."""
    step = Annotated[int, Meta(ge=0, le=2**53)]
    return msgspec.defstruct("Row", [("step", step), *((k, float | None, None) for k in names)])


def _decoded(lines: bytes, kind: type[T]) -> list[T]:
    """The objects in some lines."""
    try:
        return msgspec.json.Decoder(kind).decode_lines(lines)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:  # such as by a NaN or Infinity, which only Python's json knows
        return [msgspec.convert(json.loads(line), kind) for line in lines.splitlines()]


def read_objects(path: Path, kind: type[T]) -> list[T]:
    """The objects in a file of one per line, all of this type."""
    content = read_bytes(path)
    with _taking_apart(path, "lines of JSON"):
        return _decoded(content, kind)


def read_lines(path: Path, kind: type[T]) -> list[tuple[T, str]]:
    """The objects in a file of one per line, each with its line; the last may still be half."""
    if not path.exists():
        return []
    whole = read_bytes(path).rpartition(b"\n")[0]
    with _taking_apart(path, "lines of JSON"):
        return [(_decoded(line, kind)[0], line.decode()) for line in whole.splitlines()]


class Array(NamedTuple):
    """What an array in a file has to be.

    kinds: of its dtype, in numpy's letters. axes: a letter for each; the same letter is the same
    length in all arrays of the file, and `…` stands for any more axes.
    """

    kinds: str
    axes: str
    optional: bool = False


def read_arrays(path: Path, schema: Mapping[str, Array]) -> dict[str, np.ndarray]:
    """The arrays of an npz file that a schema lists; floats are within `LARGEST`, ids from 0."""
    content = read_bytes(path)
    with _taking_apart(path, "npz"), zipfile.ZipFile(io.BytesIO(content)) as archive:
        there = set(archive.namelist())
        lacking = [k for k, v in schema.items() if not v.optional and f"{k}.npy" not in there]
        if lacking:
            raise damaged(path, f"it lacks the array `{lacking[0]}`")
        found = {k: array_in(archive, f"{k}.npy", path) for k in schema if f"{k}.npy" in there}
    lengths: dict[str, int] = {}
    for name, array in found.items():
        wanted = schema[name]
        if array.dtype.kind not in wanted.kinds:
            raise damaged(path, f"`{name}` is of type {array.dtype}")
        axes = wanted.axes.removesuffix("…")
        fits = array.ndim == len(axes) or (axes != wanted.axes and array.ndim > len(axes))
        if not fits or any(lengths.setdefault(k, n) != n for k, n in zip(axes, array.shape)):  # noqa: B905
            raise damaged(path, f"`{name}` is of shape {array.shape}")
        if array.dtype.kind in "iuf":
            _check_numbers(path, name, array)
    if 0 in lengths.values():
        raise damaged(path, "its arrays are empty")
    return found


def array_in(archive: zipfile.ZipFile, name: str, path: Path) -> np.ndarray:
    """One array of an npz file, of as many bytes as are there: its header may promise more.

    Raises:
        DamagedFile: it is larger than `MOST_BYTES`, of Python objects, or not what it says.
    """
    entry = archive.getinfo(name)
    if entry.file_size > MOST_BYTES:
        raise damaged(path, f"{name} has {entry.file_size:,} bytes")
    with archive.open(entry) as file:
        version = np.lib.format.read_magic(file)
        read_header = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }[version]
        shape, in_columns, dtype = read_header(file)
        data = file.read()
    if dtype.hasobject or prod(shape) * dtype.itemsize != len(data):
        raise damaged(path, f"{name} is not the {shape} of {dtype} that it says")
    array = np.frombuffer(data, dtype).reshape(shape, order="F" if in_columns else "C")
    return array.astype(dtype.newbyteorder("="), order="C")


def _check_numbers(path: Path, name: str, array: np.ndarray) -> None:
    if array.dtype.kind != "f":
        if (array < 0).any() or (array > np.iinfo(np.int32).max).any():
            raise damaged(path, f"`{name}` holds numbers that are no ids")
    elif not np.isfinite(array).all():
        raise damaged(path, f"`{name}` holds numbers that are not finite")
    elif (np.abs(array, dtype=np.float64) > LARGEST).any():
        raise damaged(path, f"`{name}` holds numbers beyond {LARGEST:g}")


def read_columns(path: Path, columns: Mapping[str, str]) -> pd.DataFrame:
    """The columns of a parquet file that are listed, each of the kinds given in numpy's letters.

    `O` stands for text. None of their values is missing; numbers are as in `read_arrays`. A column
    that is not there at all is left out.
    """
    import pyarrow as pa
    import pyarrow.parquet

    content = read_bytes(path)
    with _taking_apart(path, "parquet"), pa.BufferReader(content) as buffer:
        file = pyarrow.parquet.ParquetFile(buffer)
        if file.metadata.num_rows * len(columns) * 8 > MOST_BYTES:
            raise damaged(path, f"it says that it has {file.metadata.num_rows:,} rows")
        present = [name for name in file.schema_arrow.names if name in columns]
        table = file.read(columns=present)
        table.validate(full=True)
        for name in present:
            column = table[name]
            text = pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
            kind = "O" if text else np.dtype(column.type.to_pandas_dtype()).kind
            if kind not in columns[name] or column.null_count:
                raise damaged(path, f"`{name}` is of type {column.type}, or has gaps")
            if not text:
                _check_numbers(path, name, column.to_numpy())
        return table.to_pandas()[present]


def read_png(path: Path, size: tuple[int, int], mode: str) -> bytes:
    """A PNG file that is whole, of this width and height in pixels, and of this mode of Pillow."""
    from PIL import Image

    content = read_bytes(path)
    with _taking_apart(path, "PNG"):
        with Image.open(io.BytesIO(content), formats=["PNG"]) as image:
            if (image.size, image.mode) != (size, mode):
                found, wanted = f"{image.size} {image.mode}", f"{size} {mode}"
                raise damaged(path, f"it is a picture of {found} instead of {wanted}")
            image.verify()  # checksums; pixels can be decoded only after opening it again
        with Image.open(io.BytesIO(content), formats=["PNG"]) as image:
            image.load()
    return content


@contextmanager
def _taking_apart(path: Path, form: str) -> Iterator[None]:
    """Whatever is raised about bytes that are in memory, it is these bytes that are damaged.

    What is said is ours: a library's words are about its own insides. form: what it should be.
    """
    try:
        yield
    except DamagedFile:
        raise
    except msgspec.ValidationError as error:
        raise damaged(path, what_is_wrong(error)) from error
    except RecursionError as error:
        raise damaged(path, "it is nested too deeply") from error
    except Exception as error:  # Readers of zip, npy, PNG and parquet raise dozens of kinds.
        raise damaged(path, f"it cannot be read as {form}") from error


def what_is_wrong(error: msgspec.ValidationError) -> str:
    """What msgspec found, with the name of the value as one would write it."""
    what, _, place = str(error).partition(" - at `$")
    place = place.removesuffix("`").removeprefix(".")
    lacking = re.fullmatch(r"Object missing required field `(.*)`", what)
    if lacking:
        return f"`{'.'.join(filter(None, (place, lacking[1])))}` is missing"
    what = what[0].lower() + what[1:]
    return f"`{place}`: {what}" if place else what


def _cut(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 2] + " …"
