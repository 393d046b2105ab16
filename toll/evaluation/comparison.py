"""Whether one detector is better than another on the same samples, and how sure that is."""

from typing import NamedTuple

import numpy as np

from toll.evaluation.metrics import auroc

LEVEL = 0.95


class Difference(NamedTuple):
    """AUROC of two scores on the same samples, and an interval for the first minus the second."""

    first: float
    second: float
    low: float
    high: float

    @property
    def value(self) -> float:
        return self.first - self.second


def difference(
    labels: np.ndarray, first: np.ndarray, second: np.ndarray, level: float = LEVEL
) -> Difference:
    """AUROC of `first` and `second`, each (n,), for labels (n,), and DeLong's interval.

    E. R. DeLong, D. M. DeLong and D. L. Clarke-Pearson, Biometrics 44 (1988): the variance of the
    difference from each sample's share of pairs that come out right, so that what both scores find
    hard does not count twice. It says how much other test samples would change the difference; not
    how much another training would.

    Raises:
        ValueError: only one of the two labels is present, or a score is not finite.
    """
    from scipy.stats import norm

    areas = [auroc(labels, scores) for scores in (first, second)]
    pairs = [_right(labels, scores) for scores in (first, second)]
    variance = sum(_variance(a - b) / len(a) for a, b in zip(*pairs, strict=True))
    reach = float(norm.ppf((1 + level) / 2) * np.sqrt(variance))
    value = areas[0] - areas[1]
    return Difference(areas[0], areas[1], value - reach, value + reach)


def _variance(values: np.ndarray) -> float:
    return float(np.var(values, ddof=1)) if len(values) > 1 else 0.0


def _right(labels: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of each anomalous and each normal sample the share of its pairs that come out right."""
    normal, anomalous = scores[labels == 0], scores[labels == 1]
    return _share_below(normal, anomalous), 1 - _share_below(anomalous, normal)


def _share_below(values: np.ndarray, of: np.ndarray) -> np.ndarray:
    """The share of `values` (m,) below each `of` (n,); equal ones count half: (n,)."""
    ordered = np.sort(values)
    low, high = np.searchsorted(ordered, of, "left"), np.searchsorted(ordered, of, "right")
    return (low + high) / (2 * len(values))


def verdict(differences: dict[str, Difference], level: float = LEVEL) -> str:
    """What comparisons with several detectors say of the first of each pair, in a sentence.

    differences: by the title of the second, at `each_level(len(differences), level)`.

    Raises:
        ValueError: there are none.
    """
    if not differences:
        raise ValueError("a verdict needs at least one detector to compare with")
    best = max(differences, key=lambda title: differences[title].second)
    found = differences[best]
    areas = f"AUROC {found.first:.3f} against {found.second:.3f}"
    interval = f"difference {_signed(found.value)}, {_signed(found.low)} to {_signed(found.high)}"
    if found.high < 0:
        return f"Another detector is better here: {best} ({areas}; {interval})."
    if all(each.low > 0 for each in differences.values()):
        count = len(differences)
        many = {1: "the other", 2: "both others"}.get(count, f"all {count} others")
        return f"This run is better here than {many}; next comes {best} ({areas}; {interval})."
    if found.value >= 0:
        return f"This run is ahead of {best}, but it may be chance ({areas}; {interval})."
    return f"{best[0].upper()}{best[1:]} is ahead, but it may be chance ({areas}; {interval})."


def each_level(comparisons: int, level: float = LEVEL) -> float:
    """The level of each interval at which all of them hold together (Bonferroni)."""
    return 1 - (1 - level) / max(comparisons, 1)


def _signed(value: float) -> str:
    return f"{value:+.3f}".replace("-", "−")
