"""What an instant of a training shows, in one sentence made from its numbers."""

import math
from typing import NamedTuple

import numpy as np

from toll.evaluation.metrics import separation

# Factors nearer to 1 than this are called no change.
NOTICEABLE = 1.1
# The normal samples have come this many times closer: there has been a collapse.
COLLAPSED = 2.0


class Instant(NamedTuple):
    """Median ‖z‖ of the normal and of the anomalous samples, and the separation, at a step.

    The latter two are NaN where no sample is known to be anomalous.
    """

    step: int
    normal: float
    anomalous: float
    separation: float


def instant(step: int, labels: np.ndarray, latent_norm: np.ndarray) -> Instant:
    """The instant of a snapshot: labels (n,), latent norms (n,).

    Raises:
        ValueError: no sample is normal, or a norm is not finite.
    """
    if not labels.any():
        return Instant(step, float(np.median(latent_norm)), math.nan, math.nan)
    apart = separation(labels, latent_norm)
    normal, anomalous = (float(np.median(latent_norm[labels == label])) for label in (0, 1))
    return Instant(step, normal, anomalous, apart)


def narrate(start: Instant, now: Instant) -> str:
    """How far normal and anomalous samples have moved since `start`, and how far apart they are."""
    if math.isnan(now.separation):
        return _narrate_unlabelled(start, now)
    times = f"{now.separation:.2f} times as far out"
    apart = f"The median anomaly lies {times} as the median normal sample."
    if now.step == start.step:
        return f"At step {now.step:,} the collapse has yet to begin. {apart}"
    normal, anomalous = _closer(start.normal, now.normal), _closer(start.anomalous, now.anomalous)
    if normal >= 1 and anomalous >= 1:
        others = f"{'only ' if anomalous < normal / NOTICEABLE else ''}{anomalous:.1f} times"
    else:
        others = f"{_moved(anomalous)} it"
    return (
        f"At step {now.step:,} the normal samples are {_moved(normal)} the origin than at the "
        f"start, anomalies {others}. {apart}"
    )


def _narrate_unlabelled(start: Instant, now: Instant) -> str:
    if now.step == start.step:
        return f"At step {now.step:,} the collapse has yet to begin."
    return (
        f"At step {now.step:,} the samples are {_moved(_closer(start.normal, now.normal))} the "
        f"origin than at the start. None is labelled: those that stay farthest out are the "
        f"likeliest anomalies."
    )


def alarm(start: Instant, now: Instant, niter: int) -> str | None:
    """What has gone wrong and what to change, where all samples collapse or none do.

    niter: the steps that the training is to make. That nothing collapses is no fault before half
    of them are made.
    """
    if math.isnan(now.separation):
        return None
    closer = _closer(start.normal, now.normal)
    if now.separation < NOTICEABLE and closer >= COLLAPSED:
        return (
            "Everything collapses: anomalies fall in as deeply as normal samples. Try a smaller "
            "β or learning rate, fewer steps, or a larger z_dim."
        )
    is_late = now.step > start.step and 2 * now.step >= niter
    if is_late and now.separation < NOTICEABLE and closer < NOTICEABLE:
        return (
            "Nothing collapses: the normal samples are as far from the origin as at the start, "
            "and anomalies lie no farther out. Try a larger β or more steps."
        )
    return None


def _closer(before: float, after: float) -> float:
    """The factor by which a distance has shrunk; infinite where nothing is left of it."""
    return before / after if after else math.inf


def _moved(factor: float) -> str:
    return (
        f"{factor:.1f} times closer to" if factor >= 1 else f"{1 / factor:.1f} times farther from"
    )
