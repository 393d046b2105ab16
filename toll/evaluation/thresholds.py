"""Where to put the threshold: rules that turn held-out scores into one, and say what they used.

A sample is flagged where its score lies above the threshold. Rules look at the validation samples,
never at those on which the result is then judged. Most need its normal samples only; those that
need anomalies, or their labels, say so.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

NORMAL, UNLABELLED, LABELLED = "normal samples", "unlabelled samples", "anomaly labels"


@dataclass(frozen=True)
class Parameter:
    """What a rule can be told: a number between two others, both of which are excluded."""

    name: str
    title: str
    default: float
    lowest: float = 0.0
    highest: float = 1.0

    def check(self, value: float) -> float:
        if not self.lowest < value < self.highest:
            valid = f"lie between {self.lowest:g} and {self.highest:g}"
            raise ValueError(f"{self.name} is {value:g}; it must {valid}")
        return value


@dataclass(frozen=True)
class ThresholdRule:
    """One way of choosing a threshold from held-out scores (n,) and their labels (n,).

    uses: the kind of samples that it needs, NORMAL, UNLABELLED or LABELLED. text: what the
    threshold does, with the parameter's value in place of {}.
    """

    name: str
    title: str
    uses: str
    parameter: Parameter | None
    text: str
    choose: Callable[[np.ndarray, np.ndarray, float], float]

    @property
    def uses_labels(self) -> bool:
        """Whether labels of anomalies were needed."""
        return self.uses == LABELLED

    def sentence(self, value: float) -> str:
        """What the threshold does, in words."""
        return self.text.format(f"{value:.4g}" if value > 1 else f"{value:.3g}")


class Threshold(NamedTuple):
    """A threshold and where it comes from."""

    value: float
    rule: str
    parameter: float | None
    samples: int
    uses_labels: bool


class Confusion(NamedTuple):
    """How many samples of each kind lie on each side of a threshold."""

    found: int
    missed: int
    false_alarms: int
    passed: int

    @property
    def recall(self) -> float:
        """Share of the anomalies that are flagged."""
        return self.found / (self.found + self.missed)

    @property
    def false_alarm_rate(self) -> float:
        """Share of the normal samples that are flagged."""
        return self.false_alarms / (self.false_alarms + self.passed)

    @property
    def precision(self) -> float:
        """Share of the flagged samples that are anomalies; NaN where none is flagged."""
        flagged = self.found + self.false_alarms
        return self.found / flagged if flagged else math.nan


def choose_threshold(
    scores: np.ndarray, labels: np.ndarray, rule: str, parameter: float | None = None
) -> Threshold:
    """The threshold of a rule, from held-out scores (n,) with labels (n,), 1 = anomalous.

    parameter: of the rule; None takes its default.

    Raises:
        ValueError: there is no such rule, its parameter is outside its range, or there are too few
            samples of the kind that it needs.
    """
    if rule not in RULES:
        raise ValueError(f"there is no rule {rule!r}; valid are {', '.join(RULES)}")
    chosen = RULES[rule]
    if chosen.parameter is None:
        if parameter is not None:
            raise ValueError(f"the rule {rule} has no parameter, but was given {parameter:g}")
    else:
        parameter = chosen.parameter.check(
            chosen.parameter.default if parameter is None else parameter
        )
    used = scores if chosen.uses != NORMAL else scores[labels == 0]
    if len(used) == 0:
        raise ValueError(f"the rule {rule} needs {chosen.uses}, but none are held out")
    if chosen.uses_labels and not {0, 1} <= set(labels.tolist()):
        raise ValueError(f"the rule {rule} needs held-out samples that are labelled anomalous")
    value = chosen.choose(scores, labels, math.nan if parameter is None else parameter)
    return Threshold(float(value), rule, parameter, len(used), chosen.uses_labels)


def confusion(scores: np.ndarray, labels: np.ndarray, threshold: float) -> Confusion:
    """What a threshold does to samples with scores (n,) and labels (n,)."""
    flagged, anomalous = scores > threshold, labels == 1
    return Confusion(
        found=int((flagged & anomalous).sum()),
        missed=int((~flagged & anomalous).sum()),
        false_alarms=int((flagged & ~anomalous).sum()),
        passed=int((~flagged & ~anomalous).sum()),
    )


def _quantile(scores: np.ndarray, labels: np.ndarray, share: float) -> float:
    return float(np.quantile(scores[labels == 0], share))


def _conformal(scores: np.ndarray, labels: np.ndarray, alpha: float) -> float:
    """The ⌈(n + 1)(1 − α)⌉-th lowest of n normal scores (Vovk et al., 2005; split conformal).

    A further normal sample, drawn as these were, exceeds it with a probability of at most α.
    """
    normal = np.sort(scores[labels == 0])
    rank = math.ceil((len(normal) + 1) * (1 - alpha) - 1e-9)
    if rank > len(normal):
        raise ValueError(
            f"alpha is {alpha:g}; with {len(normal)} normal samples held out "
            f"it must be at least {1 / (len(normal) + 1):.2g}"
        )
    return float(normal[rank - 1])


def _expected_share(scores: np.ndarray, labels: np.ndarray, share: float) -> float:
    return float(np.quantile(scores, 1 - share))


def _best_f1(scores: np.ndarray, labels: np.ndarray, _: float) -> float:
    candidates, found, alarms = _cuts(scores, labels)
    return _between(candidates, int(np.argmax(2 * found / (found + alarms + (labels == 1).sum()))))


def _recall(scores: np.ndarray, labels: np.ndarray, share: float) -> float:
    candidates, found, _ = _cuts(scores, labels)
    enough = found >= share * (labels == 1).sum() - 1e-9
    return _between(candidates, int(np.argmax(enough)))


def _least_cost(scores: np.ndarray, labels: np.ndarray, ratio: float) -> float:
    candidates, found, alarms = _cuts(scores, labels)
    cost = ratio * ((labels == 1).sum() - found) + alarms
    return _between(candidates, int(np.argmin(cost)))


def _cuts(scores: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Each score, highest first; the anomalies and the false alarms flagged from there on up."""
    order = np.argsort(-scores, kind="stable")
    ordered, anomalous = scores[order], labels[order] == 1
    last = np.flatnonzero(np.append(np.diff(ordered) != 0, True))  # of equal scores
    found, alarms = np.cumsum(anomalous)[last], np.cumsum(~anomalous)[last]
    return ordered[last], found, alarms


def _between(candidates: np.ndarray, place: int) -> float:
    """A threshold just below a score: half way to the next lower one, or to nothing."""
    below = candidates[place + 1] if place + 1 < len(candidates) else candidates[place] - 1
    return float((candidates[place] + below) / 2)


RULES = {
    each.name: each
    for each in (
        ThresholdRule(
            "quantile",
            "share of normal samples inside",
            NORMAL,
            Parameter("share", "share of the normal samples inside", 0.95),
            "a share of {} of the normal validation samples lie inside",
            _quantile,
        ),
        ThresholdRule(
            "conformal",
            "guaranteed false-alarm rate",
            NORMAL,
            Parameter("alpha", "false alarms allowed", 0.05),
            "a further normal sample, drawn as the normal validation samples were, is flagged with "
            "a probability of at most {}, on average over such validation samples",
            _conformal,
        ),
        ThresholdRule(
            "expected-share",
            "expected share of anomalies",
            UNLABELLED,
            Parameter("share", "anomalies expected among the samples", 0.1),
            "a share of {} of the validation samples, normal and anomalous ones together, is "
            "flagged; right where new data holds as many anomalies",
            _expected_share,
        ),
        ThresholdRule(
            "best-f1",
            "best F1",
            LABELLED,
            None,
            "F1 of the validation samples is highest",
            _best_f1,
        ),
        ThresholdRule(
            "recall",
            "share of anomalies found",
            LABELLED,
            Parameter("share", "anomalies to be found", 0.95),
            "a share of {} of the anomalous validation samples is found, as in FPR@95TPR",
            _recall,
        ),
        ThresholdRule(
            "cost",
            "least cost",
            LABELLED,
            Parameter("ratio", "false alarms that one missed anomaly costs", 10.0, 0.0, 1e6),
            "cost on the validation samples is least, where a missed anomaly costs as much as {} "
            "false alarms",
            _least_cost,
        ),
    )
}
DEFAULT_RULE = "quantile"
# In place of a rule's name, of a threshold that somebody has set on a page.
BY_HAND = "by-hand"


def describe(threshold: Threshold) -> str:
    """What a threshold does and what it used, in one sentence."""
    if threshold.rule == BY_HAND:
        return "It was set by hand, where the labels of test samples are shown."
    rule = RULES[threshold.rule]
    used = "It used anomaly labels." if rule.uses_labels else "It used no anomaly labels."
    value = math.nan if threshold.parameter is None else threshold.parameter
    sentence = rule.sentence(value)
    return f"{sentence[0].upper()}{sentence[1:]}. {used}"


def parameter_of(values: Mapping[str, float | None], rule: str) -> float | None:
    """The parameter of a rule among named values, of which the others must not be given.

    Raises:
        ValueError: there is no such rule, or a parameter of another rule is given.
    """
    if rule not in RULES:
        raise ValueError(f"there is no rule {rule!r}; valid are {', '.join(RULES)}")
    known = RULES[rule].parameter
    wanted = known.name if known else None
    strange = [name for name, value in values.items() if value is not None and name != wanted]
    if strange:
        takes = f"takes {wanted}" if wanted else "takes no parameter"
        raise ValueError(f"the rule {rule} {takes}, not {strange[0]}")
    return values.get(wanted) if wanted else None
