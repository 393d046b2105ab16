"""The idx files of MNIST and Fashion-MNIST, plain or gzipped, with a dash or a dot in the name."""

import gzip
import hashlib
import math
import struct
import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np

from toll.data.checks import Rows, as_classes, check_claim, check_counts, join
from toll.data.layout import is_inside_own, own_folders
from toll.data.spec import Arrays, DatasetSpec, Found

STEMS = ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1")
GZIP = b"\x1f\x8b"  # first bytes of a gzipped file
UBYTE = 8  # type code of unsigned bytes in the magic number
CHUNK = 1 << 22


@dataclass(frozen=True)
class IdxFiles:
    """Four idx files in one folder.

    home: where they are expected, relative to the data folder. train_labels_md5: of the
    unpacked training labels. MNIST and Fashion-MNIST name their files alike, so files in a
    folder without the dataset's name are refused if their labels have another checksum.
    """

    home: str
    train_labels_md5: str

    def find(self, spec: DatasetSpec, folder: Path) -> Found:
        own = own_folders(spec.folder_names, folder)
        if is_inside_own(spec.folder_names, folder):
            own = [folder, *own]
        found = [self._in(place, folder) for place in own]
        expected = Found(missing=tuple(f"{self.home}/{stem}-ubyte(.gz)" for stem in STEMS))
        if folder not in own:
            labels = _variant(folder, STEMS[1])
            if labels is None or _md5(labels) == self.train_labels_md5:
                found.append(self._in(folder, folder))
            else:
                refusal = (
                    f"{labels} does not hold the training labels of {spec.title}, so it is damaged "
                    f"or belongs to another dataset whose files have the same names"
                )
                expected = replace(expected, refusal=refusal)
        # The fewest missing; the usual place rather than a folder without any of the files.
        return min([expected, *found], key=lambda each: (len(each.missing), not each.files))

    def read(self, spec: DatasetSpec, files: tuple[Path, ...]) -> Arrays:
        return join([_read_pair(spec, *files[:2])], [_read_pair(spec, *files[2:])])

    @staticmethod
    def _in(place: Path, folder: Path) -> Found:
        files = [_variant(place, stem) for stem in STEMS]
        where = place.relative_to(folder)
        return Found(
            files=tuple(file for file in files if file),
            missing=tuple(
                (where / f"{stem}-ubyte(.gz)").as_posix()
                for stem, file in zip(STEMS, files, strict=True)
                if file is None
            ),
        )


def read_idx(file: Path, spec: DatasetSpec, item: tuple[int, ...]) -> np.ndarray:
    """The array (n, *item) of unsigned bytes in an idx file of `spec`.

    Raises:
        ValueError: damaged gzip, wrong magic number, items of another shape, more items than the
            dataset has samples, or more or fewer bytes than the header announces.
    """
    n_dims = 1 + len(item)
    try:
        with _opened(file) as stream:
            head = stream.read(4 + 4 * n_dims)
            if len(head) < 4 + 4 * n_dims:
                raise ValueError(f"{file}: truncated, its header is incomplete")
            magic, n, *shape = struct.unpack(f">{1 + n_dims}I", head)
            if magic != UBYTE << 8 | n_dims:
                raise ValueError(
                    f"{file}: magic number {magic:#010x} instead of {UBYTE << 8 | n_dims:#010x}, "
                    f"so it is not an idx file of unsigned bytes with {n_dims} dimensions"
                )
            if tuple(shape) != item:
                claimed, right = ("×".join(map(str, each)) for each in (shape, item))
                raise ValueError(f"{file}: images of {claimed} pixels instead of {right}")
            check_claim(n, spec, file)
            expected = n * math.prod(item)
            body = _read_up_to(stream, expected + 1)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise ValueError(f"{file}: truncated or damaged gzip file") from error
    if len(body) < expected:
        raise ValueError(f"{file}: truncated, {len(body)} of {expected} bytes after the header")
    if len(body) > expected:
        raise ValueError(f"{file}: more than the {expected} bytes that its header announces")
    return np.frombuffer(body, np.uint8).reshape(n, *item)


def _read_pair(spec: DatasetSpec, images: Path, labels: Path) -> Rows:
    pixels = read_idx(images, spec, spec.shape[1:])
    classes = as_classes(read_idx(labels, spec, ()), spec, labels)
    check_counts(len(pixels), len(classes), images)
    return Rows(pixels[:, None], classes)


def _opened(file: Path) -> BinaryIO:
    """The file, unzipped if need be: browsers unzip downloads but leave the name as it is."""
    with file.open("rb") as stream:
        zipped = stream.read(len(GZIP)) == GZIP
    return cast(BinaryIO, gzip.open(file, "rb")) if zipped else file.open("rb")


def _read_up_to(stream: BinaryIO, size: int) -> bytearray:
    # In chunks: the file may hold far less than its header announces.
    body = bytearray()
    while len(body) < size and (chunk := stream.read(min(CHUNK, size - len(body)))):
        body += chunk
    return body


def _variant(place: Path, stem: str) -> Path | None:
    dotted = stem.replace("-idx", ".idx")
    names = (f"{stem}-ubyte", f"{dotted}-ubyte", f"{stem}-ubyte.gz", f"{dotted}-ubyte.gz")
    return next((place / name for name in names if (place / name).is_file()), None)


def _md5(labels: Path) -> str | None:
    """Checksum of the unpacked label file; None, for unknown, if it cannot be unpacked."""
    try:
        with _opened(labels) as stream:
            return hashlib.md5(stream.read(CHUNK), usedforsecurity=False).hexdigest()
    except (EOFError, gzip.BadGzipFile, zlib.error):
        return None
