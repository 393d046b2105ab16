"""Checks that every file format shares; each failure is one sentence that names the file."""

from pathlib import Path

import numpy as np

from toll.data.spec import Arrays, DatasetSpec


def as_classes(values: np.ndarray, spec: DatasetSpec, file: Path) -> np.ndarray:
    """Labels (n,) as int64 classes of `spec`; ValueError where one is no class."""
    classes = np.asarray(values)
    if classes.ndim != 1 or not np.issubdtype(classes.dtype, np.integer):
        raise ValueError(f"{file}: the labels are not a list of whole numbers")
    last = len(spec.class_names) - 1
    wrong = classes[(classes < 0) | (classes > last)]
    if wrong.size:
        raise ValueError(f"{file}: label {wrong[0]} is no class of {spec.title} (0 to {last})")
    return classes.astype(np.int64)


def check_counts(n_samples: int, n_labels: int, file: Path) -> None:
    """ValueError unless there are samples and as many labels."""
    if n_samples != n_labels:
        raise ValueError(f"{file}: {n_samples} samples, but {n_labels} labels")
    if n_samples == 0:
        raise ValueError(f"{file}: there are no samples in it")


def join(train: tuple[np.ndarray, np.ndarray], test: tuple[np.ndarray, np.ndarray]) -> Arrays:
    """Training and test part, each (samples, classes), one after the other."""
    return Arrays(
        samples=np.concatenate([train[0], test[0]]),
        classes=np.concatenate([train[1], test[1]]),
        n_train=len(train[1]),
    )
