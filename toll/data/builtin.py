"""The handwritten digits that come with scikit-learn: a dataset that needs no files."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from toll.data.spec import Arrays, DatasetSpec, Found


@dataclass(frozen=True)
class SklearnDigits:
    """1,797 images of 8×8 pixels, values 0 to 16."""

    def find(self, spec: DatasetSpec, folder: Path) -> Found:
        return Found()

    def read(self, spec: DatasetSpec, files: tuple[Path, ...]) -> Arrays:
        from sklearn.datasets import load_digits

        pixels, classes = load_digits(return_X_y=True)
        samples = np.asarray(pixels, np.uint8).reshape(-1, *spec.shape)
        return Arrays(samples, np.asarray(classes, np.int64), n_train=len(samples))
