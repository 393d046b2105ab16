"""Features of a table to mean 0 and deviation 1, as they are among the normal training rows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from toll.data.spec import Classes, Dataset

if TYPE_CHECKING:
    from torch import Tensor

CHUNK = 50_000  # rows


@dataclass(frozen=True)
class Standardised:
    """(v − mean) / deviation, by feature; a feature that never differs is divided by 1."""

    mean: tuple[float, ...]
    deviation: tuple[float, ...]

    def __call__(self, batch: Tensor) -> Tensor:
        mean, deviation = self._on(batch)
        return batch.float().sub(mean).div(deviation)

    def restore(self, outputs: np.ndarray, samples: np.ndarray) -> np.ndarray:
        return (outputs * self._arrays[1] + self._arrays[0]).astype(np.float32)

    def apart(self, outputs: np.ndarray, samples: np.ndarray) -> np.ndarray:
        mean, deviation = self._arrays
        return (samples - mean) / deviation - outputs

    def display(self, samples: np.ndarray) -> np.ndarray:
        return samples

    @cached_property
    def _arrays(self) -> tuple[np.ndarray, np.ndarray]:
        return np.array(self.mean, np.float32), np.array(self.deviation, np.float32)

    @cached_property
    def _tensors(self) -> dict[str, tuple[Tensor, Tensor]]:
        return {}

    def _on(self, batch: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and deviation on the device of a batch, where they stay."""
        import torch

        device = str(batch.device)
        if device not in self._tensors:
            mean, deviation = (torch.from_numpy(each).to(batch.device) for each in self._arrays)
            self._tensors[device] = (mean, deviation)
        return self._tensors[device]


def standardised(dataset: Dataset, normal_classes: Classes) -> Standardised:
    """Registry entry: mean and deviation are those of the normal training rows, and of no others.

    The rows are read in parts, so that a million of them take little memory.
    """
    train = dataset.spec.split(dataset, normal_classes).train
    total = np.zeros(dataset.samples.shape[1])
    for rows in _parts(dataset, train):
        total += rows.sum(axis=0)
    mean = total / len(train)
    squares = np.zeros_like(mean)
    for rows in _parts(dataset, train):
        squares += ((rows - mean) ** 2).sum(axis=0)
    deviation = np.sqrt(squares / len(train))
    # What rounding leaves of a constant is no deviation.
    deviation[deviation <= 1e-7 * np.abs(mean)] = 1.0
    return Standardised(tuple(mean.tolist()), tuple(deviation.tolist()))


def _parts(dataset: Dataset, ids: np.ndarray):
    for start in range(0, len(ids), CHUNK):
        yield dataset.samples[ids[start : start + CHUNK]].astype(np.float64)
