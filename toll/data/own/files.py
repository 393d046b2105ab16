"""The folder of an imported dataset: open formats, written whole.

dataset.json       what it is: see `Description`; without it the folder is none
rows.parquet       a row each: `class`, `part` where a column of the file said it, and `place`, the
                   number of the row in the file or the name of the picture
features.parquet   of a table: a column each, float32
pictures.npz       of pictures: `samples`, uint8 (n, channels, height, width)

It is made under a temporary name and moved, so that nothing is ever half imported.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from msgspec import Meta

from toll.data.spec import Arrays, Dataset, DatasetSpec, Found
from toll.files import remove_old, write_json
from toll.paths import own_data_dir
from toll.reading import MOST_BYTES_OF_AN_OBJECT, array_in, damaged, read_json

VERSION = 1
ABOUT, ROWS, FEATURES, PICTURES = (
    "dataset.json",
    "rows.parquet",
    "features.parquet",
    "pictures.npz",
)
# What a dataset may be called, and so its folder.
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
STALE_SECONDS = 24 * 3600
Count = Annotated[int, Meta(ge=1, le=10**9)]


@dataclass(frozen=True, kw_only=True)
class Description:
    """dataset.json: all that is known of an imported dataset but its rows.

    source: the name of the file. normal_training_rows: how many there are with `normal_classes`.
    held_out, by_column, everything: as of `OwnSplit`.
    """

    version: int
    source: str
    imported: str
    rows: Count
    shape: Annotated[tuple[Count, ...], Meta(min_length=1, max_length=3)]
    class_names: Annotated[tuple[str, ...], Meta(min_length=1, max_length=1000)]
    normal_classes: tuple[Annotated[int, Meta(ge=0)], ...]
    labelled: bool
    feature_names: tuple[str, ...]
    normal_training_rows: Count
    held_out: Annotated[float, Meta(gt=0, lt=1)]
    by_column: bool
    everything: bool
    notes: tuple[str, ...] = ()


def folder_of(name: str) -> Path:
    return own_data_dir() / name


def read_description(folder: Path) -> Description:
    """What a folder says of itself.

    Raises:
        DamagedFile: it does not say, or what does not go together.
        FileNotFoundError: it is no dataset.
    """
    path = folder / ABOUT
    about = read_json(path, Description)
    if about.version > VERSION:
        raise damaged(path, "it is of a newer version of this program")
    last, names = len(about.class_names) - 1, len(about.feature_names)
    if not about.normal_classes or max(about.normal_classes) > last:
        raise damaged(path, "its normal classes are not among its classes")
    if len(about.shape) == 2 or names != (about.shape[0] if len(about.shape) == 1 else 0):
        raise damaged(path, f"it names {names} features of samples of shape {about.shape}")
    return about


def write_samples(folder: Path, about: Description, samples: np.ndarray) -> None:
    """Write float32 (n, features), or uint8 (n, channels, height, width), into a folder."""
    if samples.ndim == 2:
        columns = zip(about.feature_names, samples.T, strict=True)
        write_columns(folder / FEATURES, dict(columns))
        return
    with (folder / PICTURES).open("wb") as file:
        np.savez_compressed(file, samples=samples)


def write_description(folder: Path, about: Description) -> None:
    """Write dataset.json, last of all.

    Raises:
        ValueError: it would be too large to be read.
    """
    write_json(folder / ABOUT, asdict(about))
    if (folder / ABOUT).stat().st_size > MOST_BYTES_OF_AN_OBJECT:
        raise ValueError("the names of the columns are too long; shorten them")


@contextmanager
def new_folder(name: str) -> Iterator[Path]:
    """A temporary folder, which becomes that of a dataset at the end; an error leaves nothing.

    Raises:
        ValueError: there is one already.
    """
    place = folder_of(name)
    place.parent.mkdir(parents=True, exist_ok=True)
    temporary = place.with_name(f".{name}.{secrets.token_hex(4)}.tmp")
    temporary.mkdir()
    for left in place.parent.glob(".*.tmp"):  # by processes that were killed
        remove_old(left, STALE_SECONDS)
    try:
        yield temporary
        if place.exists():  # since the import began
            raise ValueError(f"name is {name!r}, which another dataset has; choose another")
        os.rename(temporary, place)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def write_columns(path: Path, columns: dict[str, Any]) -> None:
    """Write a Parquet file of these columns."""
    import pyarrow as pa
    import pyarrow.parquet

    table = pa.Table.from_arrays([pa.array(each) for each in columns.values()], list(columns))
    pyarrow.parquet.write_table(table, path, compression="zstd")


def read_column(path: Path, name: str) -> np.ndarray:
    """A column of a Parquet file."""
    import pyarrow.parquet

    column = pyarrow.parquet.ParquetFile(path).read(columns=[name])[name]
    return column.to_numpy()


def places_of(dataset: Dataset, ids: Sequence[int]) -> dict[int, str]:
    """Where samples stood in the file that was imported: `row 17`, or the name of the picture."""
    places = read_column(dataset.files[-1], "place")
    found = {sample: places[sample] for sample in ids}
    return {
        sample: place if isinstance(place, str) else f"row {place:,}"
        for sample, place in found.items()
    }


@dataclass(frozen=True)
class OwnFiles:
    """The files of an imported dataset, which lie in a folder of its own and not among others."""

    def find(self, spec: DatasetSpec, folder: Path) -> Found:
        home = folder_of(spec.name)
        files = (home / (PICTURES if spec.is_image else FEATURES), home / ROWS)
        missing = tuple(str(file) for file in files if not file.is_file())
        return Found(tuple(file for file in files if file.is_file()), missing)

    def read(self, spec: DatasetSpec, files: tuple[Path, ...]) -> Arrays:
        import pyarrow as pa

        samples_file, rows_file = files
        damaged = (pa.ArrowException, OSError, KeyError, zipfile.BadZipFile, ValueError)
        try:
            classes = read_column(rows_file, "class").astype(np.int64)
            if spec.is_image:
                with zipfile.ZipFile(samples_file) as archive:
                    samples = array_in(archive, "samples.npy", samples_file)
            else:
                samples = _matrix(samples_file, spec)
        except damaged as error:
            raise ValueError(f"{samples_file}: {spec.title} is damaged; import it anew") from error
        shape = (len(classes), *spec.shape)
        inside = ((classes >= 0) & (classes < len(spec.class_names))).all()
        if samples.shape != shape or len(classes) != spec.n_samples or not inside:
            raise ValueError(f"{samples_file}: {spec.title} is damaged; import it anew")
        return Arrays(samples, classes, n_train=len(classes))


def _matrix(file: Path, spec: DatasetSpec) -> np.ndarray:
    """float32 (n, features), read a column at a time."""
    import pyarrow.parquet

    table = pyarrow.parquet.ParquetFile(file)
    if table.metadata.num_rows != spec.n_samples or table.schema_arrow.names != [
        *spec.feature_names
    ]:
        raise ValueError("other rows or columns")
    samples = np.empty((spec.n_samples, len(spec.feature_names)), np.float32)
    for index, column in enumerate(table.read().columns):
        samples[:, index] = column.to_numpy()
    if not np.isfinite(samples).all():
        raise ValueError("a value is missing")
    return samples
