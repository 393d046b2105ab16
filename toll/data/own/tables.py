"""Files of rows and columns, of any of the kinds that people keep them in, as one table each."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from toll.data.matlab import read_matrices
from toll.data.own.text import form_of, read_text
from toll.reading import MOST_BYTES, DamagedFile, array_in

if TYPE_CHECKING:
    import pandas as pd

MOST_COLUMNS = 10_000
# Numbers in a table: 10^6 rows of 250 columns; in memory they take 8 bytes each.
MOST_NUMBERS = 250_000_000
# An Excel file is a zip file: it may unzip to so much.
MOST_EXCEL_BYTES = 2**30
LABEL = "y"


class Table(NamedTuple):
    """The rows of a file, each indexed by its number there, and notes on how it was read."""

    frame: pd.DataFrame
    notes: tuple[str, ...] = ()


def read_table(path: Path) -> Table:
    """The table in a file of one of the kinds in `READERS`.

    Raises:
        ValueError: it cannot be read as one; the sentence names the place.
    """
    table = READERS[path.suffix.lower()](path)
    empty = table.frame.isna().all(axis=1)
    if empty.any():
        count = int(empty.sum())
        said = f"{count:,} empty row{'s are' if count > 1 else ' is'} left out."
        table = Table(table.frame.loc[~empty, :], (*table.notes, said))
    if table.frame.empty:
        raise ValueError(f"{path.name} holds no rows")
    return table


def check_names(path: Path, names: Sequence[object]) -> None:
    """Raises `ValueError` where columns have no names, or the same, or are too many."""
    if len(names) > MOST_COLUMNS:
        raise ValueError(
            f"{path.name} has {len(names):,} columns; at most {MOST_COLUMNS:,} can be read"
        )
    for number, name in enumerate(names, 1):
        if not isinstance(name, str) or not name.strip():
            said = "no name" if name is None or name == "" else f"the name {name!r}, not a text"
            raise ValueError(f"column {number} of {path.name} has {said}")
    (name, count), *_ = Counter(names).most_common(1)
    if count > 1:
        places = [str(place) for place, each in enumerate(names, 1) if each == name]
        raise ValueError(
            f"columns {' and '.join(places[:2])} of {path.name} have the same name, {name!r}"
        )


def _check_size(path: Path, rows: int, columns: int) -> None:
    if rows * columns > MOST_NUMBERS:
        raise ValueError(
            f"{path.name} has {rows:,} rows of {columns:,} columns; at most {MOST_NUMBERS:,} "
            f"values can be read"
        )


def _read_text(path: Path) -> Table:
    form = form_of(path)
    check_names(path, form.names)
    return Table(read_text(path, form), form.notes)


def _read_parquet(path: Path) -> Table:
    import pyarrow as pa
    import pyarrow.parquet

    try:
        file = pyarrow.parquet.ParquetFile(path)
        about, schema = file.metadata, file.schema_arrow
    except (pa.ArrowInvalid, OSError) as error:
        raise ValueError(f"{path.name} cannot be read as Parquet") from error
    names = [name for name in schema.names if not name.startswith("__index_level_")]
    check_names(path, names)
    _check_size(path, about.num_rows, len(names))
    for field in schema:
        if pa.types.is_nested(field.type) or pa.types.is_binary(field.type):
            raise ValueError(
                f"column {field.name!r} of {path.name} holds {field.type}, not single values"
            )
    try:
        frame = file.read(columns=names).to_pandas(ignore_metadata=True)
    except (pa.ArrowException, OSError, OverflowError, ValueError) as error:
        raise ValueError(f"{path.name} cannot be read as Parquet") from error
    return Table(_numbered(frame))


def _read_excel(path: Path) -> Table:
    import pandas as pd

    try:
        import openpyxl
    except ImportError as error:
        raise ValueError(
            f"{path.name} needs the library openpyxl, which is not installed: "
            f"pip install openpyxl, or save the table as CSV"
        ) from error
    _check_zip(path, MOST_EXCEL_BYTES)
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (KeyError, ValueError, OSError, zipfile.BadZipFile, SyntaxError) as error:
        raise ValueError(f"{path.name} cannot be read as an Excel file") from error
    try:
        sheet, *others = book.worksheets
        rows = list(sheet.iter_rows(values_only=True))
    finally:
        book.close()
    if not rows:
        raise ValueError(f"{path.name} is empty")
    names, *values = rows
    check_names(path, names)
    frame = pd.DataFrame(values, columns=list(map(str, names))).infer_objects()
    frame.index += 2
    left = f" The other sheets, {len(others)} in all, are left out." if others else ""
    return Table(frame, (f"Read from the sheet {sheet.title!r}.{left}",))


def _read_npz(path: Path) -> Table:
    found = arrays_of(path)
    samples, labels = found["X"], found.get("y")
    if samples.ndim != 2:
        raise ValueError(
            f"X of {path.name} has the shape {samples.shape} instead of (rows, columns)"
        )
    return _of_matrix(path, samples, labels)


def _read_mat(path: Path) -> Table:
    most = min(8 * MOST_NUMBERS, MOST_BYTES)
    found = read_matrices(path, ("X", "y"), most)
    if "X" not in found:
        raise ValueError(f"{path.name} holds no variable X")
    for name, values in found.items():
        if values is None:
            raise ValueError(f"{name} of {path.name} holds no real numbers")
    samples, labels = found["X"], found.get("y")
    assert samples is not None
    return _of_matrix(path, samples, labels)


def arrays_of(path: Path) -> dict[str, np.ndarray]:
    """The arrays X, or `images` under that name, and y, if there, of an npz file."""
    try:
        with zipfile.ZipFile(path) as archive:
            there = {name.removesuffix(".npy") for name in archive.namelist()}
            samples = next((name for name in ("X", "images") if name in there), None)
            if samples is None:
                held = ", ".join(sorted(there)) or "nothing"
                raise ValueError(f"{path.name} holds no array X or images, but {held}")
            found = {"X": array_in(archive, f"{samples}.npy", path)}
            if LABEL in there:
                found[LABEL] = array_in(archive, f"{LABEL}.npy", path)
    except DamagedFile:
        raise
    except (zipfile.BadZipFile, KeyError, OSError, EOFError, NotImplementedError) as error:
        raise ValueError(f"{path.name} cannot be read as an npz file") from error
    if found["X"].ndim == 0 or len(found["X"]) == 0:
        raise ValueError(f"X of {path.name} is empty")
    if LABEL in found and found[LABEL].size != len(found["X"]):
        raise ValueError(
            f"{path.name} holds {len(found['X']):,} samples, but {found[LABEL].size:,} labels"
        )
    return found


def _of_matrix(path: Path, samples: np.ndarray, labels: np.ndarray | None) -> Table:
    import pandas as pd

    if samples.dtype.kind not in "iufb":
        raise ValueError(f"X of {path.name} holds no numbers, but {samples.dtype}")
    _check_size(path, *samples.shape)
    names = [f"column {number}" for number in range(1, samples.shape[1] + 1)]
    check_names(path, names)
    frame = pd.DataFrame(samples, columns=names)
    if labels is not None:
        if labels.size != len(samples):
            raise ValueError(
                f"{path.name} holds {len(samples):,} samples, but {labels.size:,} labels"
            )
        frame[LABEL] = labels.ravel()
    return Table(_numbered(frame), ("Columns are numbered, as the file has no names of them.",))


def _numbered(frame: pd.DataFrame) -> pd.DataFrame:
    frame.index = frame.index + 1
    return frame


def _check_zip(path: Path, most: int) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise ValueError(f"{path.name} cannot be read: it is no zip file inside") from error
    if size > most:
        raise ValueError(f"{path.name} unzips to {size:,} bytes; at most {most:,} are read")


READERS: dict[str, Callable[[Path], Table]] = {
    **dict.fromkeys((".csv", ".tsv", ".txt", ".data"), _read_text),
    **dict.fromkeys((".parquet", ".pq"), _read_parquet),
    **dict.fromkeys((".xlsx", ".xlsm"), _read_excel),
    ".npz": _read_npz,
    ".mat": _read_mat,
}
