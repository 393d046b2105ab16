"""A score that is free of scale: both ends of a ladder of β, each in its own spread.

The two terms of ‖x − x̂‖ + β‖z‖ differ by orders of magnitude once the latents have collapsed, and
which of them decides is then an accident of their units. Here they come from different networks,
one that only rebuilds (β = 0) and one that is pulled, and each is measured by how it spreads among
the normal samples that were trained on:

    s(x) = Σ (‖x − x̂‖ − median) / IQR  over members with β = 0
         + Σ (‖z‖ − median) / IQR      over members with the pull

Members of a pair start from the same weights and see the same batches. tests/benchmarks/tables.py
compares it with the sum, and with other detectors, on twenty tables.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class Spread(NamedTuple):
    """Median and interquartile range of each member's term among normal samples, each (m,)."""

    median: np.ndarray
    iqr: np.ndarray


def member_betas(beta: float, pairs: int) -> list[float]:
    """β of each member: of each pair one without and one with the pull. Without any, the former."""
    return [0.0, beta] * pairs if beta else [0.0] * pairs


def terms_of(errors: np.ndarray, norms: np.ndarray, betas: Sequence[float]) -> np.ndarray:
    """What each member judges by, of its ‖x − x̂‖ and ‖z‖, each (m, n): (m, n)."""
    pulled = np.array(betas)[:, None] > 0
    return np.where(pulled, norms, errors)


def spread_of(terms: np.ndarray) -> Spread:
    """Of terms (m, n) of normal samples. Where all are equal, they are their own unit."""
    low, median, high = np.quantile(terms, (0.25, 0.5, 0.75), axis=1)
    iqr = high - low
    # Rounding among equal samples is no spread.
    flat = iqr <= 1e-9 * np.abs(median)
    own = np.where(median > 0, median, 1.0)
    return Spread(median, np.where(flat, own, iqr))


def scaled_score(terms: np.ndarray, spread: Spread) -> np.ndarray:
    """The score (n,) of samples with terms (m, n): the higher, the more anomalous."""
    return ((terms - spread.median[:, None]) / spread.iqr[:, None]).sum(axis=0)
