"""Tables of scores, one row per sample: the form in which a run keeps them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from toll.evaluation.metrics import SCORES, are_of_both_kinds, evaluate, f1_at_share, separation
from toll.method.objective import toll_score

if TYPE_CHECKING:
    import pandas as pd

    from toll.data import OneClassSplit


def score_rows(
    split: OneClassSplit,
    ids: np.ndarray,
    reconstruction_error: np.ndarray,
    latent_norm: np.ndarray,
    part: str = "test",
    choice: str = "last",
) -> pd.DataFrame:
    """One row for each of the samples `ids` (n,), with both parts of its score, each (n,)."""
    import pandas as pd

    return pd.DataFrame(
        {
            "weights": choice,
            "split": part,
            "id": ids,
            "class": split.dataset.classes[ids],
            "label": split.labels(ids),
            "reconstruction_error": reconstruction_error,
            "latent_norm": latent_norm,
        }
    )


def rows_of(scores: pd.DataFrame, metrics: dict[str, Any], choice: str) -> pd.DataFrame:
    """The rows of one choice of weights; choices of the same step share them, under one name.

    metrics: as the run has them; without them, the rows that have the name of the choice itself.
    """
    step = metrics[choice]["step"] if metrics else None
    names = [choice, *(name for name, judged in metrics.items() if judged["step"] == step)]
    return scores.loc[scores["weights"].isin(names), :]


def with_score(rows: pd.DataFrame, beta: float) -> pd.DataFrame:
    """`rows` with a column `score` for this scoring β."""
    return rows.assign(score=toll_score(rows["reconstruction_error"], rows["latent_norm"], beta))


def metrics_on_test(
    scores: pd.DataFrame, choice: str, beta: float, f1_share: float | None = None
) -> dict[str, Any]:
    """Metrics on the test samples of each score, and the separation, for one choice of weights.

    Where all are of one kind, as those of data without labels are, it says `unlabelled` alone.
    f1_share: also give F1 with this share of the samples called normal.
    """
    rows = scores.query("weights == @choice and split == 'test'")
    labels = rows["label"].to_numpy()
    if not are_of_both_kinds(labels):
        return {"unlabelled": True}
    parts = with_score(rows, beta)
    judged = {name: _judged(labels, parts[name].to_numpy(), f1_share) for name in SCORES}
    return {**judged, "separation": separation(labels, rows["latent_norm"].to_numpy())}


def _judged(labels: np.ndarray, values: np.ndarray, f1_share: float | None) -> dict[str, float]:
    f1 = {"f1": f1_at_share(labels, values, f1_share)} if f1_share else {}
    return {**evaluate(labels, values)._asdict(), **f1}
