"""Samples from other programs, ready for a network: checked, each feature or channel standardised.

Means and scales are computed in float64 and in chunks, so that values such as timestamps lose no
digits and images of bytes are not copied whole.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from sklearn.base import BaseEstimator
from sklearn.preprocessing import StandardScaler
from sklearn.utils import check_array
from sklearn.utils.validation import validate_data
from torch import Tensor

CHUNK = 500  # samples at a time
LARGEST_SAMPLE = 1e150
# Standardised values are cut here, so that the norms of absurd samples stay finite in float32.
LARGEST_VALUE = 1e12


def checked_array(estimator: BaseEstimator, X: Any, *, first: bool) -> np.ndarray:
    """`X` as an array of finite numbers, (n, features) or (n, channels, height, width).

    The `first` table sets the estimator's number of features and their names, with which later
    tables must agree.

    Raises:
        ValueError: X has another number of dimensions, is empty, or holds NaN or infinity.
        TypeError: X is sparse.
    """
    dimensions = X.ndim if hasattr(X, "ndim") else np.asarray(X).ndim
    if dimensions == 4:
        return np.asarray(check_array(X, allow_nd=True, estimator=estimator, input_name="X"))
    if dimensions > 2:
        raise ValueError(
            f"X has {dimensions} dimensions; it must have 2 (samples, features) "
            "or 4 (samples, channels, height, width)"
        )
    return np.asarray(validate_data(estimator, X, reset=first))


def statistics(X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation; the deviation of a constant is replaced by 1.

    For a table (n, features) both are (features,), for images (n, channels, height, width) both
    are (channels, 1, 1).

    Raises:
        ValueError: a value is so large that its variance overflows.
    """
    largest = max(float(X.max()), -float(X.min()))
    if largest > LARGEST_SAMPLE:
        raise ValueError(
            f"X holds a value as large as {largest:.3g}, and its variance would overflow; "
            f"values must be from -{LARGEST_SAMPLE:.0e} to {LARGEST_SAMPLE:.0e}"
        )
    scaler = StandardScaler()
    for chunk in _chunks(X):
        scaler.partial_fit(chunk if X.ndim == 2 else _pixels(chunk))
    mean, scale = np.asarray(scaler.mean_), np.asarray(scaler.scale_)
    return mean.reshape(_shape(X)), scale.reshape(_shape(X))


def identity(X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean 0 and scale 1 in the shapes of `statistics`: values are taken as they are."""
    return np.zeros(_shape(X)), np.ones(_shape(X))


def standardised(
    X: np.ndarray, mean: np.ndarray, scale: np.ndarray, dtype: type[np.floating]
) -> Iterator[Tensor]:
    """(X − mean) / scale in chunks of up to `CHUNK` samples, on the CPU."""
    for chunk in _chunks(X):
        with np.errstate(over="ignore"):
            values = (chunk.astype(np.float64) - mean) / scale
        yield torch.from_numpy(np.clip(values, -LARGEST_VALUE, LARGEST_VALUE).astype(dtype))


def _chunks(X: np.ndarray) -> Iterator[np.ndarray]:
    return (X[start : start + CHUNK] for start in range(0, len(X), CHUNK))


def _pixels(images: np.ndarray) -> np.ndarray:
    """(n, channels, height, width) → (n × height × width, channels)."""
    return np.moveaxis(images, 1, 3).reshape(-1, images.shape[1])


def _shape(X: np.ndarray) -> tuple[int, ...]:
    return (X.shape[1],) + (1,) * (X.ndim - 2)
