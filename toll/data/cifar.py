"""The pickled batches of CIFAR-10 and CIFAR-100, as torchvision keeps them."""

import hashlib
import pickle
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from toll.data.checks import as_classes, check_counts, join
from toll.data.layout import own_folders
from toll.data.spec import Arrays, DatasetSpec, Found


@dataclass(frozen=True)
class CifarPickles:
    """Pickles of {data: uint8 (n, 3072), label_key: list of n}.

    home: torchvision's folder for them. A pickle can run code when it is read, so only bytes
    that have the checksum torchvision knows for the file are unpickled.
    """

    home: str
    train: tuple[str, ...]
    test: tuple[str, ...]
    label_key: str

    def find(self, spec: DatasetSpec, folder: Path) -> Found:
        names = self.train + self.test
        for place in own_folders(spec.folder_names, folder):
            files = tuple(place / name for name in names if (place / name).is_file())
            # A folder may hold something else called `train`; all the files, or the usual place.
            if len(files) == len(names) or (files and place.name == self.home):
                where = place.relative_to(folder)
                return Found(
                    files,
                    tuple((where / n).as_posix() for n in names if not (place / n).is_file()),
                )
        return Found(missing=tuple(f"{self.home}/{name}" for name in names))

    def read(self, spec: DatasetSpec, files: tuple[Path, ...]) -> Arrays:
        from torchvision import datasets

        known = getattr(datasets, spec.torchvision)
        checksums = dict([*known.train_list, *known.test_list])
        train, test = (
            [self._read_batch(spec, f, checksums[f.name]) for f in files if f.name in part]
            for part in (self.train, self.test)
        )
        return join(_stacked(train), _stacked(test))

    def _read_batch(self, spec: DatasetSpec, file: Path, md5: str) -> tuple[np.ndarray, np.ndarray]:
        raw = file.read_bytes()
        if hashlib.md5(raw, usedforsecurity=False).hexdigest() != md5:
            raise ValueError(
                f"{file}: its checksum is not that of {spec.title}'s {file.name}, "
                f"so it is damaged or another file and is not read"
            )
        batch = _unpickle(raw)
        pixels = np.asarray(batch["data"])
        n_values = int(np.prod(spec.shape))
        if pixels.dtype != np.uint8 or pixels.ndim != 2 or pixels.shape[1] != n_values:
            raise ValueError(
                f"{file}: data is {pixels.dtype} {pixels.shape} instead of uint8 (n, {n_values})"
            )
        classes = as_classes(np.array(batch[self.label_key]), spec, file)
        check_counts(len(pixels), len(classes), file)
        return pixels.reshape(-1, *spec.shape), classes


def _unpickle(raw: bytes) -> dict[str, Any]:
    with warnings.catch_warnings():
        # Python 2 wrote the originals, with `align=0`, which NumPy 2.4.0 warns about.
        warnings.filterwarnings("ignore", message=r"dtype\(\): align should be passed")
        return pickle.loads(raw, encoding="latin1")


def _stacked(batches: list[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    return np.concatenate([b[0] for b in batches]), np.concatenate([b[1] for b in batches])
