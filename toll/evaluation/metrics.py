"""How well scores tell normal from anomalous: the metrics, thresholds and the separation.

Labels are 0 for normal and 1 for anomalous samples; a higher score means more anomalous.
"""

from typing import NamedTuple

import numpy as np

# The score and its two parts, which are always judged side by side.
SCORES = ("score", "reconstruction_error", "latent_norm")


class Metrics(NamedTuple):
    """Metrics of one score on one set of samples, each from 0 to 1.

    auroc: area under the ROC curve; aupr: average precision with anomalies as positives;
    fpr_at_95_tpr: share of normal samples flagged where 95 % of the anomalies are.
    """

    auroc: float
    aupr: float
    fpr_at_95_tpr: float


def evaluate(labels: np.ndarray, scores: np.ndarray) -> Metrics:
    """AUROC, AUPR and FPR@95TPR of `scores` (n,) for `labels` (n,).

    Raises:
        ValueError: only one of the two labels is present, or a score is not finite.
    """
    from sklearn.metrics import average_precision_score, roc_curve

    area = auroc(labels, scores)
    # Every point: the one where 95 % are reached may lie on a straight stretch of the curve.
    rates = roc_curve(labels, scores, drop_intermediate=False)
    false_positive_rate, true_positive_rate, _ = rates
    return Metrics(
        auroc=area,
        aupr=float(average_precision_score(labels, scores)),
        fpr_at_95_tpr=float(false_positive_rate[true_positive_rate >= 0.95].min()),
    )


def auroc(labels: np.ndarray, scores: np.ndarray) -> float:
    """Area under the ROC curve alone, for the many evaluations during training.

    It is the share of pairs, of a normal and an anomalous sample, in which the anomalous one has
    the higher score; ties count half (Mann and Whitney, 1947). It counts them from one sort.
    """
    _check(labels, scores)
    normal, anomalous = np.sort(scores[labels == 0]), scores[labels == 1]
    below, upto = (np.searchsorted(normal, anomalous, side).sum() for side in ("left", "right"))
    return float((below + upto) / (2 * len(normal) * len(anomalous)))


def f1_at_share(labels: np.ndarray, scores: np.ndarray, share: float) -> float:
    """F1 of the anomalies when the lowest `share` of the scores (n,) is called normal.

    Raises:
        ValueError: only one of the two labels is present, a score is not finite, or `share`
            does not lie between 0 and 1.
    """
    _check(labels, scores)
    if not 0 < share < 1:
        raise ValueError(f"share is {share:g}; it must lie between 0 and 1")
    flagged, anomalous = scores > np.quantile(scores, share), labels == 1
    return float(2 * (flagged & anomalous).sum() / (flagged.sum() + anomalous.sum()))


def roc(labels: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """False and true positive rates along the ROC curve, from (0, 0) to (1, 1)."""
    from sklearn.metrics import roc_curve

    false_positive_rate, true_positive_rate, _ = roc_curve(labels, scores)
    return false_positive_rate, true_positive_rate


def event_horizon(normal_scores: np.ndarray, share: float = 0.95) -> float:
    """The threshold inside which `share` of the normal samples lie; uses no anomaly labels."""
    if not 0 < share < 1:
        raise ValueError(f"share is {share:g}; it must lie between 0 and 1")
    return float(np.quantile(normal_scores, share))


def separation(labels: np.ndarray, latent_norms: np.ndarray) -> float:
    """Median anomalous over median normal latent norm: 1 is no collapse, above 1 is targeted.

    Free of scale: a decoder can undo a shrunken latent, so norms of two runs cannot be compared.
    """
    _check(labels, latent_norms)
    normal = float(np.median(latent_norms[labels == 0]))
    anomalous = float(np.median(latent_norms[labels == 1]))
    return anomalous / normal if normal > 0 else float("inf") if anomalous > 0 else 1.0


def are_of_both_kinds(labels: np.ndarray) -> bool:
    """Whether there are normal and anomalous samples, without which there are no metrics."""
    return len(np.unique(labels)) == 2


def _check(labels: np.ndarray, scores: np.ndarray) -> None:
    if not np.isfinite(scores).all():
        raise ValueError("the scores are not all finite numbers")
    if not are_of_both_kinds(labels):
        raise ValueError("metrics need normal and anomalous samples; only one kind is present")
