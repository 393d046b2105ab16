"""Tabular data: the .mat files of the outlier detection datasets site (ODDS)."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from toll.data.checks import as_classes, check_claim, check_counts
from toll.data.layout import own_folders
from toll.data.matlab import read_matrices
from toll.data.spec import Arrays, DatasetSpec, Found

# Room for more variables than the two that are read, in bytes of the whole table.
TABLES = 4


@dataclass(frozen=True)
class MatFile:
    """A Matlab file with `X` (n, features) and `y` (n, 1), 0 = normal, 1 = anomalous."""

    home: str
    file_name: str

    def find(self, spec: DatasetSpec, folder: Path) -> Found:
        for place in (folder, *own_folders(spec.folder_names, folder)):
            if (place / self.file_name).is_file():
                return Found(files=(place / self.file_name,))
        return Found(missing=(f"{self.home}/{self.file_name}",))

    def read(self, spec: DatasetSpec, files: tuple[Path, ...]) -> Arrays:
        (file,) = files
        most = TABLES * spec.n_samples * (spec.sample_bytes + 8)
        content = read_matrices(file, ("X", "y"), most)
        for key in ("X", "y"):
            if key not in content:
                raise ValueError(f"{file}: holds no variable {key}")
        samples, labels = content["X"], content["y"]
        if samples is None or labels is None:
            raise ValueError(f"{file}: {'X' if samples is None else 'y'} holds no real numbers")
        check_claim(len(samples), spec, file)
        if samples.ndim != 2 or samples.shape[1] != spec.shape[0]:
            raise ValueError(
                f"{file}: X has the shape {samples.shape} instead of (n, {spec.shape[0]})"
            )
        with np.errstate(over="ignore"):
            samples = samples.astype(np.float32)
        finite = np.isfinite(samples).all(axis=1)
        if not finite.all():
            raise ValueError(
                f"{file}: row {int(finite.argmin())} of X holds a value that is not finite in "
                f"float32"
            )
        classes = as_classes(_whole(labels.ravel()), spec, file)
        check_counts(len(samples), len(classes), file)
        return Arrays(samples, classes, n_train=len(samples))


def _whole(labels: np.ndarray) -> np.ndarray:
    """Labels, which Matlab keeps as doubles, as integers if all of them are whole."""
    is_whole = labels.dtype.kind == "f" and (labels == np.round(labels)).all()
    is_whole = is_whole and (np.abs(labels) < 2**31).all()
    return labels.astype(np.int64) if is_whole else labels
