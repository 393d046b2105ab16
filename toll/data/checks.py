"""Checks that every file format shares; each failure is one sentence that names the file."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from toll.data.spec import Arrays, DatasetSpec


class ClaimError(ValueError):
    """A file claims to hold more than a right one can; the message says what, and what is right."""


class Rows(NamedTuple):
    """Samples (n, ...) with their classes (n,) and, where the file has them, fine classes (n,)."""

    samples: np.ndarray
    classes: np.ndarray
    fine_classes: np.ndarray | None = None


def as_classes(
    values: np.ndarray, spec: DatasetSpec, where: Path | str, *, fine: bool = False
) -> np.ndarray:
    """Labels (n,) as int64 classes, or fine classes, of `spec`; ValueError if any is not one."""
    classes = np.asarray(values)
    if classes.ndim != 1 or not np.issubdtype(classes.dtype, np.integer):
        raise ValueError(f"{where}: the labels are not a list of whole numbers")
    last = len(spec.fine_class_names if fine else spec.class_names) - 1
    wrong = classes[(classes < 0) | (classes > last)]
    if wrong.size:
        kind = "fine class" if fine else "class"
        raise ValueError(f"{where}: label {wrong[0]} is not a {kind} of {spec.title} (0 to {last})")
    return classes.astype(np.int64)


def check_claim(n_samples: int, spec: DatasetSpec, where: Path | str) -> None:
    """`ClaimError` if a file claims more samples than there are; call before they are read."""
    if n_samples > spec.n_samples:
        raise ClaimError(
            f"{where}: it claims {n_samples:,} samples, but {spec.title} has {spec.n_samples:,}"
        )


def check_bytes(claimed: int, allowed: int, what: str, where: Path | str) -> None:
    """`ClaimError` if a file, or something in it, claims more bytes than a right one can hold."""
    if claimed > allowed:
        raise ClaimError(
            f"{where}: {what} claims {claimed:,} bytes, where at most {allowed:,} are right"
        )


def check_counts(n_samples: int, n_labels: int, where: Path | str) -> None:
    """ValueError unless there are samples, and as many labels as samples."""
    if n_samples != n_labels:
        raise ValueError(f"{where}: {n_samples} samples, but {n_labels} labels")
    if n_samples == 0:
        raise ValueError(f"{where}: it holds no samples")


def join(train: Sequence[Rows], test: Sequence[Rows]) -> Arrays:
    """The training part, then the test part; with fine classes if every file has them."""
    every = [*train, *test]
    fine = [rows.fine_classes for rows in every if rows.fine_classes is not None]
    return Arrays(
        samples=np.concatenate([rows.samples for rows in every]),
        classes=np.concatenate([rows.classes for rows in every]),
        n_train=sum(len(rows.classes) for rows in train),
        fine_classes=np.concatenate(fine) if len(fine) == len(every) else None,
    )
