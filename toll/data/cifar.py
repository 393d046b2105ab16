"""The pickled batches of CIFAR-10 and CIFAR-100, unpacked or still in the archive they come in."""

import hashlib
import pickle
import tarfile
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Self

import numpy as np

from toll.data.checks import ClaimError, Rows, as_classes, check_bytes, check_counts, join
from toll.data.layout import own_folders
from toll.data.spec import Arrays, DatasetSpec, Found

# Of a sample in a pickle, beside its pixels: its name, its labels, and what pickling adds.
BESIDE_PIXELS = 256
# What a number in a header that is none, or is far too large, may raise.
NUMBERS = (ValueError, TypeError, OverflowError)
# Files that an archive may hold beside the pickles, and bytes of what says the name of a file.
MOST_OTHERS, MOST_OF_A_NAME = 100, 1 << 16


@dataclass(frozen=True)
class CifarPickles:
    """Pickles of {data: uint8 (n, 3072), label_key: list of n, fine_label_key: list of n}.

    home: torchvision's folder for them. A pickle can run code when it is read, so a file is
    unpickled only if it has the checksum that torchvision knows for it.
    """

    home: str
    train: tuple[str, ...]
    test: tuple[str, ...]
    label_key: str
    fine_label_key: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        return self.train + self.test

    def find(self, spec: DatasetSpec, folder: Path) -> Found:
        found = [Found(missing=tuple(f"{self.home}/{name}" for name in self.names))]
        for place in dict.fromkeys([*own_folders(spec.folder_names, folder), folder]):
            there = [name for name in self.names if (place / name).is_file()]
            # One file called `train` may be something else: look for two, or in the usual place.
            if len(there) > 1 or place.name == self.home:
                where = place.relative_to(folder)
                files = tuple(place / name for name in there)
                missing = (where / name for name in self.names if name not in there)
                found.append(Found(files, tuple(each.as_posix() for each in missing)))
        return min(found, key=lambda each: (len(each.missing), not each.files))

    def read(self, spec: DatasetSpec, files: tuple[Path, ...]) -> Arrays:
        for file in files:
            check_bytes(file.stat().st_size, _most(spec), "it", file)
        batches = {file.name: self.batch(spec, file.read_bytes(), file) for file in files}
        return self.joined(batches)

    def joined(self, batches: dict[str, Rows]) -> Arrays:
        """The batches, by their names, in the published order."""
        train, test = ([batches[name] for name in names] for names in (self.train, self.test))
        return join(train, test)

    def batch(self, spec: DatasetSpec, raw: bytes, where: Path) -> Rows:
        """The samples in one pickle. `where` is its path: it gives the name, and errors name it.

        Raises:
            ValueError: the bytes are not those that torchvision knows by that name, or hold
                something other than images and their labels.
        """
        if hashlib.md5(raw, usedforsecurity=False).hexdigest() != _checksums(spec)[where.name]:
            raise ValueError(
                f"{where}: its checksum is not that of {spec.title}'s {where.name}, "
                f"so it is damaged or another file, and is not read"
            )
        content = _unpickle(raw)
        missing = {"data", self.label_key, self.fine_label_key} - {"", *content}
        if missing:
            raise ValueError(f"{where}: holds no {' and no '.join(sorted(missing))}")
        pixels = np.asarray(content["data"])
        n_values = int(np.prod(spec.shape))
        if pixels.dtype != np.uint8 or pixels.ndim != 2 or pixels.shape[1] != n_values:
            raise ValueError(
                f"{where}: data is {pixels.dtype} {pixels.shape} instead of uint8 (n, {n_values})"
            )
        classes = as_classes(np.array(content[self.label_key]), spec, where)
        check_counts(len(pixels), len(classes), where)
        fine = None
        if self.fine_label_key:
            fine = as_classes(np.array(content[self.fine_label_key]), spec, where, fine=True)
            check_counts(len(pixels), len(fine), where)
        return Rows(pixels.reshape(-1, *spec.shape), classes, fine)


@dataclass(frozen=True)
class CifarArchive:
    """The .tar.gz in which the pickles are published; it is read without being unpacked to disk."""

    file_name: str
    pickles: CifarPickles

    def find(self, spec: DatasetSpec, folder: Path) -> Found:
        for place in (folder, *own_folders(spec.folder_names, folder)):
            if (place / self.file_name).is_file():
                return Found(files=(place / self.file_name,))
        return Found(missing=(self.file_name,))

    def read(self, spec: DatasetSpec, files: tuple[Path, ...]) -> Arrays:
        (file,) = files
        batches = {
            name: self.pickles.batch(spec, raw, file / self.pickles.home / name)
            for name, raw in self._members(spec, file)
        }
        if missing := [name for name in self.pickles.names if name not in batches]:
            raise ValueError(f"{file}: holds no {self.pickles.home}/{missing[0]}")
        return self.pickles.joined(batches)

    def _members(self, spec: DatasetSpec, file: Path) -> Iterator[tuple[str, bytes]]:
        """Names and bytes of the batches in the archive, in one pass over it."""
        wanted = {PurePosixPath(self.pickles.home, name) for name in self.pickles.names}
        most = _most(spec)

        class Header(tarfile.TarInfo):
            """What precedes a file, or says its name where that is long, which is read whole."""

            @classmethod
            def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
                header = super().frombuf(buf, encoding, errors)
                is_file = header.type in tarfile.REGULAR_TYPES
                check_bytes(header.size, most if is_file else MOST_OF_A_NAME, "a header", file)
                return header

        try:
            # As a stream: going back would mean unzipping it again.
            with tarfile.open(file, "r|gz", tarinfo=Header) as archive:
                for number, member in enumerate(archive):
                    if number > len(wanted) + MOST_OTHERS:
                        raise ClaimError(f"{file}: holds over {number} files, so it is another one")
                    # A sparse file is longer than its header says.
                    check_bytes(member.size, most, member.name, file)
                    content = archive.extractfile(member) if member.isfile() else None
                    if content and PurePosixPath(member.name) in wanted:
                        yield PurePosixPath(member.name).name, content.read()
        except ClaimError:
            raise
        except (tarfile.TarError, EOFError, OSError, zlib.error, *NUMBERS) as error:
            raise ValueError(f"{file}: truncated, damaged or not a .tar.gz archive") from error


def _most(spec: DatasetSpec) -> int:
    """Bytes of a pickle of all the dataset's samples."""
    return spec.n_samples * (spec.sample_bytes + BESIDE_PIXELS)


def _checksums(spec: DatasetSpec) -> dict[str, str]:
    """torchvision's md5 of each pickle, by its name."""
    from torchvision import datasets

    known = getattr(datasets, spec.torchvision)
    return dict([*known.train_list, *known.test_list])


def _unpickle(raw: bytes) -> dict[str, Any]:
    with warnings.catch_warnings():
        # Python 2 wrote the originals, with `align=0`, which NumPy 2.4.0 warns about.
        warnings.filterwarnings("ignore", message=r"dtype\(\): align should be passed")
        # Read as bytes, so that the pixels are not first made a string of the same size.
        content = pickle.loads(raw, encoding="bytes")
    return {key.decode() if isinstance(key, bytes) else key: content[key] for key in content}
