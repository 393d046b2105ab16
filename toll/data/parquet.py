"""Parquet files of encoded images, the layout in which dataset hubs publish image sets."""

import io
import re
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from toll.data.checks import Rows, as_classes, check_bytes, check_claim, check_counts, join
from toll.data.layout import is_inside_own, own_folders
from toll.data.spec import Arrays, DatasetSpec, Found

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetFile

# Formats that Pillow reads without help from outside.
FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF")
# Of an encoded image, beside its pixels, each in at most two bytes: headers, palettes, profiles.
BESIDE_PIXELS = 4096
# Encoded images are small already: zipped once more, a column of them never gets this much smaller.
MOST_ZIPPED = 100
PARTS = ("train", "test")
IMAGE_COLUMNS = ("img", "image")
SHARD = re.compile(r"-(\d+)-of-(\d+)\.parquet$")


@dataclass(frozen=True)
class ParquetImages:
    """`train-*.parquet` and `test-*.parquet`, in one or several shards, in the dataset's folder.

    home: where they are expected. label_columns, fine_label_columns: possible names of the column
    of classes and of that of fine classes, which may be missing.
    """

    home: str
    label_columns: tuple[str, ...] = ("label", "labels")
    fine_label_columns: tuple[str, ...] = ()

    def find(self, spec: DatasetSpec, folder: Path) -> Found:
        places = own_folders(spec.folder_names, folder)
        if is_inside_own(spec.folder_names, folder):
            places = [folder, *places]
        found = [self._in(place, place.relative_to(folder)) for place in places]
        expected = Found(missing=tuple(f"{self.home}/{part}-*.parquet" for part in PARTS))
        return next((f for f in found if f.files and not f.missing), None) or next(
            (f for f in found if f.files), expected
        )

    def read(self, spec: DatasetSpec, files: tuple[Path, ...]) -> Arrays:
        train, test = (
            [self._read_shard(spec, file) for file in files if file.name.startswith(part)]
            for part in PARTS
        )
        return join(train, test)

    @staticmethod
    def _in(place: Path, where: Path) -> Found:
        files: list[Path] = []
        missing: list[str] = []
        for part in PARTS:
            shards = sorted(place.glob(f"{part}-*.parquet"))
            files += shards
            numbered = [match for shard in shards if (match := SHARD.search(shard.name))]
            if not shards:
                missing.append((where / f"{part}-*.parquet").as_posix())
            elif numbered:
                total, there = numbered[0][2], {int(match[1]) for match in numbered}
                missing += [
                    (where / f"{part}-{number:05d}-of-{total}.parquet").as_posix()
                    for number in range(int(total))
                    if number not in there
                ]
        return Found(tuple(files), tuple(missing))

    def _read_shard(self, spec: DatasetSpec, file: Path) -> Rows:
        import pyarrow
        import pyarrow.parquet

        try:
            with pyarrow.parquet.ParquetFile(file) as table:
                columns = table.schema_arrow.names
                image = _column(columns, IMAGE_COLUMNS, file)
                labels = [_column(columns, self.label_columns, file)]
                labels += [name for name in self.fine_label_columns if name in columns][:1]
                _check_size(table, spec, file)
                for name in labels:
                    if not pyarrow.types.is_integer(table.schema_arrow.field(name).type):
                        raise ValueError(f"{file}: {name}: the labels are not whole numbers")
                numbers = table.read(columns=labels)
                classes, *fine = [
                    as_classes(column.to_numpy(), spec, f"{file}: {name}", fine=position > 0)
                    for position, (name, column) in enumerate(zip(labels, numbers, strict=True))
                ]
                samples = np.empty((len(classes), *spec.shape), np.uint8)
                row = 0
                # One by one: a long value that is kept once may be that of every row.
                for batch in table.iter_batches(1, columns=[image]):
                    for cell in batch.column(image).to_pylist():
                        if row < len(classes):
                            samples[row] = _decode(cell, spec, f"{file}: row {row}")
                        row += 1
        except (pyarrow.ArrowException, OSError) as error:
            raise ValueError(f"{file}: not a parquet file, or a damaged one") from error
        check_counts(row, len(classes), file)
        return Rows(samples, classes, *fine)


def _check_size(table: "ParquetFile", spec: DatasetSpec, file: Path) -> None:
    """ValueError if the file claims more rows or longer images than it can rightly hold."""
    groups = [table.metadata.row_group(number) for number in range(table.metadata.num_row_groups)]
    rows = max(table.metadata.num_rows, sum(group.num_rows for group in groups))
    check_claim(rows, spec, file)
    # Of all columns together: pyarrow ends the whole program at some damaged columns' own sizes.
    claimed = sum(group.total_byte_size for group in groups)
    most = rows * (2 * spec.sample_bytes + BESIDE_PIXELS)
    check_bytes(claimed, min(most, MOST_ZIPPED * file.stat().st_size), "unzipped, it", file)


def _column(columns: list[str], accepted: tuple[str, ...], file: Path) -> str:
    for name in accepted:
        if name in columns:
            return name
    raise ValueError(
        f"{file}: no column {' or '.join(accepted)} among its columns {', '.join(columns)}"
    )


def _decode(cell: Any, spec: DatasetSpec, where: str) -> np.ndarray:
    """Pixels (C, H, W) of one encoded image, given as bytes or as {bytes, path}."""
    from PIL import Image

    encoded = cell.get("bytes") if isinstance(cell, dict) else cell
    if not isinstance(encoded, bytes):
        raise ValueError(f"{where}: holds no encoded image")
    channels, height, width = spec.shape
    # What Pillow raises for a damaged image depends on its format, and on where the damage is.
    damaged = (OSError, SyntaxError, ValueError, TypeError, LookupError, EOFError, OverflowError)
    try:
        with Image.open(io.BytesIO(encoded), formats=FORMATS) as image:
            # The size is known from the header, and only the right one is decoded.
            size = image.size
            is_right = size == (width, height)
            mode = "L" if channels == 1 else "RGB"
            pixels = np.asarray(image.convert(mode)) if is_right else None
    except (*damaged, struct.error, zlib.error, Image.DecompressionBombError) as error:
        raise ValueError(f"{where}: the image cannot be decoded") from error
    if pixels is None:
        raise ValueError(
            f"{where}: an image of {size[1]}×{size[0]} pixels instead of {height}×{width}"
        )
    return pixels.reshape(height, width, channels).transpose(2, 0, 1)
