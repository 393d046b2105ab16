"""How sure a curve and its area are: the bootstrap, stratified by label (Efron, 1979)."""

from typing import NamedTuple

import numpy as np

RESAMPLES = 500
GRID = 101  # false positive rates at which a band is given
SEED = 0


class RocBand(NamedTuple):
    """An interval for a ROC curve, and for the area under it.

    false_positive_rate, lower, upper: (k,), the true positive rates between which most resampled
    curves lie at each rate; auroc: the interval of their areas.
    """

    false_positive_rate: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    auroc: tuple[float, float]


def roc_band(
    labels: np.ndarray, scores: np.ndarray, level: float = 0.95, resamples: int = RESAMPLES
) -> RocBand:
    """Percentile intervals from samples drawn anew, with replacement, within each label.

    They say how much other test samples of the same kind would change the curve; not how much
    another training would. level: the share of resampled curves inside.

    Raises:
        ValueError: only one of the two labels is present.
    """
    anomalous = labels == 1
    if anomalous.all() or not anomalous.any():
        raise ValueError("a ROC curve needs normal and anomalous samples; only one kind is present")
    values, place = np.unique(-scores, return_inverse=True)  # highest score first
    random = np.random.default_rng(SEED)
    groups = (place[~anomalous], place[anomalous])
    grid = np.linspace(0, 1, GRID)
    curves, areas = np.empty((resamples, GRID)), np.empty(resamples)
    for number in range(resamples):
        fpr, tpr = (_rates(random, group, len(values)) for group in groups)
        curves[number] = np.interp(grid, fpr, tpr)
        areas[number] = np.trapezoid(tpr, fpr)
    outside = (1 - level) / 2
    lower, upper = np.quantile(curves, (outside, 1 - outside), axis=0)
    low, high = np.quantile(areas, (outside, 1 - outside))
    return RocBand(grid, lower, upper, (float(low), float(high)))


def _rates(random: np.random.Generator, place: np.ndarray, count: int) -> np.ndarray:
    """Shares of samples, drawn anew, at or above each of `count` scores: (count + 1,)."""
    rates = np.zeros(count + 1)
    np.cumsum(np.bincount(random.choice(place, len(place)), minlength=count), out=rates[1:])
    return rates / len(place)
