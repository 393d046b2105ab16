"""How datasets are split into train, validation and test: the rules that the registry uses.

The seeded draws use NumPy's RandomState, whose streams never change between versions.
"""

from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from tokenize import TokenError

import numpy as np

from toll.data.layout import plain
from toll.data.spec import Classes, Dataset, Parts


@dataclass(frozen=True)
class HeldOut:
    """Validation is held out of the published training part; the test part is the published one.

    n_train, size: rows of the whole training part, and how many of them are held out; of a
        training part of another size, the same share is.
    seed: of the draw. drawn_is_published: the published ids are that very draw. file_name:
        a file with the published ids, which takes precedence over the draw.
    """

    n_train: int
    seed: int = 0
    size: int = 10_000
    drawn_is_published: bool = False
    file_name: str = ""

    def __call__(self, dataset: Dataset, normal_classes: Classes) -> Parts:
        held_out, published = self.validation_ids(dataset)
        train = np.setdiff1d(np.arange(dataset.n_train), held_out)
        return Parts(
            train=train[np.isin(dataset.classes[train], normal_classes)],
            validation=np.sort(held_out),
            test=np.arange(dataset.n_train, len(dataset.classes)),
            published=published,
        )

    def validation_ids(self, dataset: Dataset) -> tuple[np.ndarray, bool]:
        """The ids held out, in the order of the draw, and whether they are the published ones."""
        if file := self._file(dataset):
            return _read_ids(file, dataset.n_train), True
        whole = dataset.n_train == self.n_train
        size = self.size if whole else round(dataset.n_train * self.size / self.n_train)
        ids = np.random.RandomState(self.seed).permutation(dataset.n_train)[:size]
        return ids, self.drawn_is_published and whole

    def _file(self, dataset: Dataset) -> Path | None:
        if not self.file_name:
            return None
        for place in _around(dataset):
            for file in (place / "val_ids" / self.file_name, place / self.file_name):
                if file.is_file():
                    return file
        return None


@dataclass(frozen=True)
class ShuffledFifths:
    """Normal and anomalous samples, shuffled separately: a fifth of each tests, the next validates.

    The rest of the normal samples train. counts: normal and anomalous rows of the published table;
    with these the seeded shuffle is the published one.
    """

    seed: int
    counts: tuple[int, int]

    def __call__(self, dataset: Dataset, normal_classes: Classes) -> Parts:
        is_normal = np.isin(dataset.classes, normal_classes)
        normal, anomalous = np.flatnonzero(is_normal), np.flatnonzero(~is_normal)
        random = np.random.RandomState(self.seed)
        normal = normal[random.permutation(len(normal))]
        anomalous = anomalous[random.permutation(len(anomalous))]
        n, a = len(normal) // 5, len(anomalous) // 5
        return Parts(
            train=normal[2 * n :],
            validation=np.concatenate([normal[n : 2 * n], anomalous[a : 2 * a]]),
            test=np.concatenate([normal[:n], anomalous[:a]]),
            published=(len(normal), len(anomalous)) == self.counts,
        )


@dataclass(frozen=True)
class Stratified:
    """Each class is shuffled and cut by shares; the same cut whichever classes are normal."""

    train: float
    validation: float
    seed: int = 0

    def __call__(self, dataset: Dataset, normal_classes: Classes) -> Parts:
        random = np.random.RandomState(self.seed)
        part = np.empty(len(dataset.classes), np.int8)
        for each in range(len(dataset.spec.class_names)):
            ids = random.permutation(np.flatnonzero(dataset.classes == each))
            ends = [round(len(ids) * share) for share in (self.train, self.train + self.validation)]
            for number, chosen in enumerate(np.split(ids, ends)):
                part[chosen] = number
        is_normal = np.isin(dataset.classes, normal_classes)
        return Parts(
            train=np.flatnonzero((part == 0) & is_normal),
            validation=np.flatnonzero(part == 1),
            test=np.flatnonzero(part == 2),
            published=False,
        )


def _around(dataset: Dataset) -> list[Path]:
    """Folders that may hold published ids: the data folder, and those between it and the files.

    Where the data folder is the dataset's own, also its parents, up to the first that is not.
    """
    folder, around_file = dataset.folder, list(dataset.files[0].parents) if dataset.files else []

    def is_own(place: Path) -> bool:
        return place in around_file[:1] or plain(place.name) in dataset.spec.folder_names

    inside = [up for up in around_file if folder in up.parents]
    own = takewhile(is_own, (folder, *folder.parents))
    return [folder, *inside, *(place.parent for place in own)]


def _read_ids(file: Path, n_train: int) -> np.ndarray:
    """Distinct row numbers below n_train from a .npy file, int64."""
    # NumPy reads the header of such a file as Python.
    damaged = (ValueError, TypeError, OverflowError, EOFError, OSError, SyntaxError, TokenError)
    try:
        # Mapped: no memory is taken for more than the file holds.
        ids = np.load(file, allow_pickle=False, mmap_mode="r")
    except damaged as error:
        raise ValueError(f"{file}: not a readable .npy file") from error
    if ids.ndim != 1 or not np.issubdtype(ids.dtype, np.integer) or len(ids) == 0:
        raise ValueError(f"{file}: not a list of row numbers")
    if len(ids) > n_train:
        raise ValueError(f"{file}: {len(ids):,} row numbers, but {n_train:,} rows to train on")
    if ids.min() < 0 or ids.max() >= n_train:
        raise ValueError(
            f"{file}: row numbers from {ids.min()} to {ids.max()}, "
            f"but the training part has rows 0 to {n_train - 1}"
        )
    if len(np.unique(ids)) != len(ids):
        raise ValueError(f"{file}: some row numbers occur twice")
    return ids.astype(np.int64)
