"""A table as features: numbers as they are, and for each value of a categorical column a 0 or 1."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from toll.data.own.checks import features_of
from toll.data.own.columns import as_numbers, as_texts, column
from toll.data.own.plan import ImportPlan

if TYPE_CHECKING:
    import pandas as pd


class Features(NamedTuple):
    """samples: float32 (n, features), with NaN where a value is missing; a name for each."""

    samples: np.ndarray
    names: tuple[str, ...]


def features(frame: pd.DataFrame, plan: ImportPlan) -> Features:
    """The features of a table that has been checked."""
    names: list[str] = []
    columns: list[np.ndarray] = []
    for name in features_of(frame, plan):
        if name not in plan.categorical:
            names.append(name)
            columns.append(as_numbers(column(frame, name)).to_numpy(np.float32))
            continue
        texts = as_texts(column(frame, name))
        unknown = column(frame, name).isna().to_numpy()
        for value in sorted(texts.dropna().unique()):
            names.append(f"{name}={value}")
            flags = (texts == value).to_numpy().astype(np.float32)
            flags[unknown] = np.nan
            columns.append(flags)
    return Features(np.stack(columns, axis=1), tuple(names))


def filled(samples: np.ndarray, train: np.ndarray) -> np.ndarray:
    """`samples` with the median of the rows `train` (ids) where a value is missing."""
    gaps = np.isnan(samples)
    if not gaps.any():
        return samples
    here = samples[train]
    for place in np.flatnonzero(gaps.any(axis=0)):
        known = here[:, place][~np.isnan(here[:, place])]
        samples[gaps[:, place], place] = np.median(known) if known.size else 0
    return samples
