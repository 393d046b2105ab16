"""Which of a training's weights are kept: the last ones, and two chosen along the way.

The label-free choice looks at what training lowers, the score, on normal samples that it has not
seen: it keeps the step at which a typical one of them scores lowest. Typical means the median: in
a training that swings, a few normal samples are thrown out to many times the usual ‖z‖ and would
dominate a mean. An untrained network is no candidate: with a large β its small latents can win
over the first steps of training.

What it costs against the choice by labels, in percentage points of the test metric:

    arrhythmia  −6.9 in F1     better: with 13 validation anomalies many steps have equal F1; the
                               choice by labels takes the earliest, against the latest it is 0.0
    digits       0.3 in AUROC  0.6 at a learning rate of 0.03
    mnist        0.3
    fmnist       0.0
    cifar10      7.2           4.8 at a learning rate of 0.01, 0.4 after 200 instead of 400 steps

Measured by tests/benchmarks/selection.py: 73 trainings, 2 to 30 per number, of small networks
except for arrhythmia. On CIFAR-10 AUROC swings from one validation to the next and no label-free
criterion follows it reliably: one training lost 15 points. Of the 19 criteria compared, the mean
score and a smoothed mean differ from the median by 0.2 at most on the other datasets; on CIFAR-10
the median is 3 points better than the mean, over eight trainings, half of which chose the same
step. Averaged over datasets, spreads and tails of the normal samples and the ratio to the training
score lose 5 to 13 points, and the last weights are 0.5 points behind the median, mostly because
of CIFAR-10.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from toll.method.objective import toll_score

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class WeightsChoice:
    """One way of choosing a step. `uses_labels`: anomaly labels were needed to choose it."""

    name: str
    title: str
    uses_labels: bool
    text: str


WEIGHTS_CHOICES = {
    each.name: each
    for each in (
        WeightsChoice(
            "best_by_labels",
            "best by labels",
            True,
            "the step with the best validation metric, as in the paper; uses anomaly labels",
        ),
        WeightsChoice("last", "last", False, "the weights after the last step; uses no labels"),
        WeightsChoice(
            "label_free",
            "label-free",
            False,
            "the step with the lowest median score of normal validation samples; uses no labels",
        ),
    )
}


def label_free_criterion(
    reconstruction_error: np.ndarray, latent_norm: np.ndarray, beta: float
) -> float:
    """Median score of normal validation samples, from its two parts, each (n,); lower is better."""
    return float(np.median(toll_score(reconstruction_error, latent_norm, beta)))


def chosen_steps(validation: pd.DataFrame) -> dict[str, int]:
    """The step of each choice, judging by the validations so far.

    Of equal steps it is the earliest. In older runs the two columns that decide may be missing:
    then AUROC stands in for the metric by labels, and there is no label-free step. Neither choice
    is made before the first validation of trained weights.
    """
    if validation.empty:
        return {}
    steps = validation["step"].to_numpy()
    metric = _known(validation, "metric_by_labels")
    metric = _known(validation, "score") if np.isnan(metric).all() else metric
    chosen = {"last": int(steps[-1])}
    lower_is_better = {"best_by_labels": -metric, "label_free": _known(validation, "label_free")}
    for name, values in lower_is_better.items():
        # With a large β the latents of an untrained network can win for a long time.
        values = np.where(steps > 0, values, np.nan)
        if not np.isnan(values).all():
            chosen[name] = int(steps[np.nanargmin(values)])
    return chosen


def _known(validation: pd.DataFrame, column: str) -> np.ndarray:
    """A column (rows,), NaN where it or one of its values is missing."""
    missing = np.full(len(validation), np.nan)
    return validation[column].to_numpy(float) if column in validation else missing
