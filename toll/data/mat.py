"""Tabular data: the .mat files of the outlier detection datasets site (ODDS)."""

import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from toll.data.checks import as_classes, check_counts
from toll.data.layout import own_folders
from toll.data.spec import Arrays, DatasetSpec, Found


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
        from scipy.io import loadmat
        from scipy.io.matlab import MatReadError

        (file,) = files
        # What scipy raises for a file that is truncated, or not a Matlab file at all.
        damaged = (MatReadError, ValueError, TypeError, KeyError, IndexError, OSError, EOFError)
        try:
            content = loadmat(file, variable_names=["X", "y"])
        except NotImplementedError as error:
            raise ValueError(
                f"{file}: written in the format of Matlab 7.3, which cannot be read; save as -v7"
            ) from error
        except (*damaged, zlib.error, struct.error) as error:
            raise ValueError(f"{file}: not a .mat file, or a damaged one") from error
        for key in ("X", "y"):
            if key not in content:
                raise ValueError(f"{file}: holds no variable {key}")
        samples = np.asarray(content["X"])
        if samples.ndim != 2 or samples.shape[1] != spec.shape[0]:
            raise ValueError(
                f"{file}: X has the shape {samples.shape} instead of (n, {spec.shape[0]})"
            )
        if samples.dtype.kind not in "iuf":
            raise ValueError(f"{file}: X holds {samples.dtype} instead of numbers")
        with np.errstate(over="ignore"):
            samples = samples.astype(np.float32)
        finite = np.isfinite(samples).all(axis=1)
        if not finite.all():
            raise ValueError(
                f"{file}: row {int(finite.argmin())} of X holds a value that is not finite in "
                f"float32"
            )
        classes = as_classes(_whole(content["y"].ravel()), spec, file)
        check_counts(len(samples), len(classes), file)
        return Arrays(samples, classes, n_train=len(samples))


def _whole(labels: np.ndarray) -> np.ndarray:
    """Labels, which Matlab keeps as doubles, as integers if all of them are whole."""
    is_whole = labels.dtype.kind == "f" and (labels == np.round(labels)).all()
    return labels.astype(np.int64) if is_whole else labels
