"""Raw samples to model input, and model output back to what is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from toll.data.spec import Classes, Dataset

if TYPE_CHECKING:
    from torch import Tensor

CHUNK = 1000  # images at a time in the search for the extremes: about 25 MB
# Below the deviation of any image of whole grey levels, unless it is of one colour.
FLAT = 1e-6


@dataclass(frozen=True)
class Affine:
    """(v / full - mean) / std, with `full` the raw value of white; the same for all channels."""

    full: float
    mean: float = 0.0
    std: float = 1.0

    def __call__(self, batch: Tensor) -> Tensor:
        return _wide(batch).div(self.full).sub(self.mean).div(self.std).float()

    def restore(self, outputs: np.ndarray, samples: np.ndarray) -> np.ndarray:
        return np.clip(outputs * self.std + self.mean, 0, 1).astype(np.float32)

    def apart(self, outputs: np.ndarray, samples: np.ndarray) -> np.ndarray:
        return ((samples / self.full - self.mean) / self.std - outputs).astype(np.float32)

    def display(self, samples: np.ndarray) -> np.ndarray:
        return np.clip(samples / np.float32(self.full), 0, 1, dtype=np.float32)


@dataclass(frozen=True)
class ContrastMinMax:
    """Global contrast normalisation (L1) of each image, then (v - lo) / (hi - lo).

    lo, hi: extremes of the normal classes after the contrast normalisation, so that their images
    lie in [0, 1]; others may reach beyond.
    """

    lo: float
    hi: float
    full: float = 255.0

    def __call__(self, batch: Tensor) -> Tensor:
        rows = _wide(batch).flatten(1)
        rows = rows - rows.mean(1, keepdim=True)
        rows = rows / rows.abs().mean(1, keepdim=True).clamp_min(FLAT)
        return rows.sub(self.lo).div(self.hi - self.lo).reshape(batch.shape).float()

    def restore(self, outputs: np.ndarray, samples: np.ndarray) -> np.ndarray:
        mean, deviation = _contrast(samples)
        values = (outputs * (self.hi - self.lo) + self.lo) * deviation + mean
        return np.clip(values / self.full, 0, 1).astype(np.float32)

    def apart(self, outputs: np.ndarray, samples: np.ndarray) -> np.ndarray:
        mean, deviation = _contrast(samples)
        inputs = ((samples - mean) / deviation - self.lo) / (self.hi - self.lo)
        return (inputs - outputs).astype(np.float32)

    def display(self, samples: np.ndarray) -> np.ndarray:
        return np.clip(samples / np.float32(self.full), 0, 1, dtype=np.float32)


@dataclass(frozen=True)
class Identity:
    """For tables: values are left as they are."""

    def __call__(self, batch: Tensor) -> Tensor:
        return batch.float()

    def restore(self, outputs: np.ndarray, samples: np.ndarray) -> np.ndarray:
        return outputs

    def apart(self, outputs: np.ndarray, samples: np.ndarray) -> np.ndarray:
        return samples - outputs

    def display(self, samples: np.ndarray) -> np.ndarray:
        return samples


@dataclass(frozen=True)
class Fixed:
    """Registry entry: the same normalisation whichever classes are normal."""

    normalise: Affine | Identity

    def __call__(self, dataset: Dataset, normal_classes: Classes) -> Affine | Identity:
        return self.normalise


def contrast_min_max(dataset: Dataset, normal_classes: Classes) -> ContrastMinMax:
    """Registry entry: lo and hi are those of the normal classes over the whole training part."""
    ids = np.flatnonzero(np.isin(dataset.classes[: dataset.n_train], normal_classes))
    lo, hi = np.inf, -np.inf
    for start in range(0, len(ids), CHUNK):
        samples = dataset.samples[ids[start : start + CHUNK]]
        mean, deviation = _contrast(samples)
        axes = tuple(range(1, samples.ndim))
        # Only an image's darkest and brightest value can be an extreme.
        lo = min(lo, float(((samples.min(axes, keepdims=True) - mean) / deviation).min()))
        hi = max(hi, float(((samples.max(axes, keepdims=True) - mean) / deviation).max()))
    if not lo < hi:
        raise ValueError(
            f"the training images of {dataset.spec.classes_phrase(normal_classes)} of "
            f"{dataset.spec.title} have no contrast, so they cannot be normalised"
        )
    return ContrastMinMax(lo, hi)


def _wide(batch: Tensor) -> Tensor:
    """In float64, as published, to round only the result to float32; MPS has no float64."""
    return batch.float() if batch.device.type == "mps" else batch.double()


def _contrast(samples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and mean absolute deviation of each sample, float64, shape (n, 1, ..., 1)."""
    axes = tuple(range(1, samples.ndim))
    mean = samples.mean(axes, keepdims=True, dtype=np.float64)
    deviation = np.abs(samples - mean).mean(axes, keepdims=True)
    return mean, np.maximum(deviation, FLAT)
