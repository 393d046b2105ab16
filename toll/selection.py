"""Which of a training's weights are kept: the last ones, and two choices along the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from toll.objective import toll_score

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Checkpoint:
    """One way of choosing a step. `uses_labels`: anomaly labels were needed to choose it."""

    name: str
    title: str
    uses_labels: bool
    text: str


CHECKPOINTS = {
    each.name: each
    for each in (
        Checkpoint(
            "best_by_labels",
            "best by labels",
            True,
            "the step with the best validation figure, as the paper chooses; uses anomaly labels",
        ),
        Checkpoint("last", "last", False, "the weights after the last step; uses no labels"),
        Checkpoint(
            "label_free",
            "label-free",
            False,
            "the step with the lowest mean score of normal validation samples; uses no labels",
        ),
    )
}


def label_free_criterion(
    reconstruction_error: np.ndarray, latent_norm: np.ndarray, beta: float
) -> float:
    """Mean score of normal validation samples, from its two parts, each (n,); lower is better."""
    return float(np.mean(toll_score(reconstruction_error, latent_norm, beta)))


def chosen_steps(validation: pd.DataFrame) -> dict[str, int]:
    """The step that each checkpoint stands for, as far as the validations so far can tell."""
    if validation.empty:
        return {}
    score = validation["score"].astype(float)
    labelled = validation["figure_by_labels"] if "figure_by_labels" in validation else score
    figure = labelled.astype(float).fillna(score)
    chosen = {
        "best_by_labels": int(validation.loc[figure.idxmax(), "step"]),
        "last": int(validation["step"].iloc[-1]),
    }
    if "label_free" in validation:
        free = validation["label_free"].astype(float).dropna()
        if len(free):
            chosen["label_free"] = int(validation.loc[free.idxmin(), "step"])
    return chosen
