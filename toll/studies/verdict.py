"""Is one β better than another here? An answer from seeds, with how sure it is.

Rungs of one seed start from the same weights and see the same batches, so their difference is
compared within each seed: a paired comparison, whose interval is Student's (SciPy). With a single
seed there is no telling how much chance there is in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

CONFIDENCE = 0.95
# Differences in AUROC smaller than this are called none: one comparison in a hundred.
ALIKE = 0.01
# More seeds than this are not asked for: what they would show no longer matters much.
MOST_MORE = 20
FEWEST_SEEDS = 3


class Answer(StrEnum):
    """What can be said of β = a against β = b."""

    BETTER = "better"
    WORSE = "worse"
    ALIKE = "alike"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Verdict:
    """β = a against β = b, by AUROC of each one's own score.

    difference: mean of a − b over `seeds` seeds; low, high: its interval of 95 % confidence, NaN
    with one seed. more: seeds that are expected to settle it, 0 where it is settled.
    """

    a: float
    b: float
    seeds: int
    mean_a: float
    mean_b: float
    difference: float
    low: float
    high: float
    answer: Answer
    more: int

    @property
    def sentence(self) -> str:
        """The verdict in plain words."""
        shown = (
            f"of 100 pairs of a normal and an anomalous sample, β = {self.a:g} puts "
            f"{100 * self.mean_a:.0f} in the right order, β = {self.b:g} {100 * self.mean_b:.0f}"
        )
        match self.answer:
            case Answer.BETTER:
                return f"β = {self.a:g} detects better than β = {self.b:g} here: {shown}."
            case Answer.WORSE:
                return f"β = {self.a:g} detects less well than β = {self.b:g} here: {shown}."
            case Answer.ALIKE:
                plain = "a plain autoencoder" if self.b == 0 else f"β = {self.b:g}"
                return f"Here {plain} detects as well as β = {self.a:g}: {shown}."
            case Answer.UNKNOWN:
                return f"It can't be told yet whether β = {self.a:g} is better: {shown} so far."

    @property
    def certainty(self) -> str:
        """How sure that is, in one sentence."""
        if self.seeds == 1:
            return "From one seed alone there is no telling how much of this is chance."
        return (
            f"Difference in AUROC {self.difference:+.3f}, 95 % interval {self.low:+.3f} to "
            f"{self.high:+.3f}, from {self.seeds} seeds paired by initial weights and batches."
        )


def compare(rows: pd.DataFrame, a: float, b: float) -> Verdict:
    """The verdict on β = a against β = b.

    rows: as `rungs` in ladder_report.py gives them. Only seeds that have both count.

    Raises:
        ValueError: no seed has both.
    """
    seeds = rows.pivot(index="seed", columns="beta", values="auroc")
    missing = [beta for beta in (a, b) if beta not in seeds.columns]
    paired = seeds[[]] if missing else seeds[[a, b]].dropna()
    if paired.empty:
        raise ValueError(f"no seed has been trained with both β = {a:g} and β = {b:g}")
    one, other = paired.to_numpy()[:, 0], paired.to_numpy()[:, 1]
    differences = one - other
    mean, (low, high) = float(differences.mean()), _interval(differences)
    answer = _answer(low, high)
    more = _more_seeds(differences) if answer is Answer.UNKNOWN else 0
    means = float(one.mean()), float(other.mean())
    return Verdict(a, b, len(paired), *means, mean, low, high, answer, more)


def _interval(differences: np.ndarray) -> tuple[float, float]:
    """Student's interval of the mean; NaN where there are too few to tell."""
    from scipy import stats

    count = len(differences)
    if count < 2:
        return float("nan"), float("nan")
    half = stats.t.ppf((1 + CONFIDENCE) / 2, count - 1) * differences.std(ddof=1) / np.sqrt(count)
    return float(differences.mean() - half), float(differences.mean() + half)


def _answer(low: float, high: float) -> Answer:
    if np.isnan(low):
        return Answer.UNKNOWN
    if low >= -ALIKE and high <= ALIKE:
        return Answer.ALIKE
    return Answer.BETTER if low > 0 else Answer.WORSE if high < 0 else Answer.UNKNOWN


def _more_seeds(differences: np.ndarray) -> int:
    """How many more seeds would settle it if they differ as these do; at most `MOST_MORE`.

    Settled is a mean whose interval lies clear of 0, or within what is called alike.
    """
    from scipy import stats

    count = len(differences)
    if count < 2:
        return FEWEST_SEEDS - count
    mean, spread = abs(float(differences.mean())), float(differences.std(ddof=1))
    room = max(mean, ALIKE - mean)
    for more in range(1, MOST_MORE):
        seeds = count + more
        half = stats.t.ppf((1 + CONFIDENCE) / 2, seeds - 1) * spread / np.sqrt(seeds)
        if half < room:
            return more
    return MOST_MORE
