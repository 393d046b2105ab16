"""How a person's own rows are split: by a column of theirs, by shares, or not at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toll.data.own.files import read_column
from toll.data.own.plan import VALIDATION_SHARE
from toll.data.spec import Classes, Dataset, Parts

# What a row is for.
TRAIN, VALIDATION, TEST = range(1, 4)
PARTS = {"train": TRAIN, "validation": VALIDATION, "test": TEST}
# Normal rows that are scored beside the test rows where all train.
MOST_VALIDATED = 5000


@dataclass(frozen=True)
class OwnSplit:
    """The rows whose part is given keep it; of those to be drawn, a share is held out.

    Normal rows: 1 − `held_out` of them train; of the rest a third validates and two thirds test.
    Anomalous rows: a third validates, two thirds test; those that a column gives to training join
    the validation. Where a column names no row for validation, a part of the normal training rows
    as large as `held_out` of a third validates. With a fixed seed each row always has its part.

    by_column: `rows.parquet` of the dataset has a column `part`, as a column of the imported file
        gave it.
    everything: all normal rows train and all rows test; up to 5,000 of the normal ones stand in
        for a validation part, so that there is a threshold.
    """

    held_out: float
    by_column: bool = False
    everything: bool = False
    seed: int = 0

    def __call__(self, dataset: Dataset, normal_classes: Classes) -> Parts:
        normal = np.isin(dataset.classes, normal_classes)
        random = np.random.RandomState(self.seed)
        if self.everything:
            train = np.flatnonzero(normal)
            validation = np.sort(random.permutation(train)[:MOST_VALIDATED])
            return Parts(train, validation, np.arange(len(normal)), published=False)
        part = (
            self._given(dataset, random, normal) if self.by_column else self._drawn(normal, random)
        )
        return Parts(
            train=np.flatnonzero((part == TRAIN) & normal),
            validation=np.flatnonzero(part == VALIDATION),
            test=np.flatnonzero(part == TEST),
            published=False,
        )

    def _drawn(self, normal: np.ndarray, random: np.random.RandomState) -> np.ndarray:
        part = np.empty(len(normal), np.int8)
        validation = self.held_out * VALIDATION_SHARE
        shares = {True: (1 - self.held_out, validation), False: (0.0, VALIDATION_SHARE)}
        for kind, (train, validate) in shares.items():
            ids = random.permutation(np.flatnonzero(normal == kind))
            ends = [round(len(ids) * train), round(len(ids) * (train + validate))]
            for number, chosen in enumerate(np.split(ids, ends), TRAIN):
                part[chosen] = number
        return part

    def _given(
        self, dataset: Dataset, random: np.random.RandomState, normal: np.ndarray
    ) -> np.ndarray:
        part = read_column(dataset.files[-1], "part").astype(np.int8)
        if not (part == VALIDATION).any():
            train = random.permutation(np.flatnonzero((part == TRAIN) & normal))
            part[train[: round(len(train) * self.held_out * VALIDATION_SHARE)]] = VALIDATION
        part[(part == TRAIN) & ~normal] = VALIDATION
        return part
