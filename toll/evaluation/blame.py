"""Which features of a table made a sample's reconstruction error, in their own units."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from toll.data import OneClassSplit

# Of the normal training samples, how many lie in a feature's usual range.
USUAL = 0.9
# Normal training samples that the range is taken from; more would hardly change it.
MOST_SAMPLES = 20_000


class Ranges(NamedTuple):
    """Between which values a feature usually lies, each (features,), in the units of the data."""

    low: np.ndarray
    high: np.ndarray


class Blamed(NamedTuple):
    """A feature of one sample.

    value: the sample's; expected: its reconstruction; low, high: the usual range; all in the units
    of the data. share: of ‖x − x̂‖², 0 to 1.
    """

    name: str
    value: float
    expected: float
    low: float
    high: float
    share: float

    @property
    def is_usual(self) -> bool:
        """Whether the value alone is nothing out of the ordinary."""
        return self.low <= self.value <= self.high


def usual_ranges(split: OneClassSplit) -> Ranges:
    """The middle 90 % of each feature among the normal training samples."""
    even = np.linspace(0, len(split.train) - 1, min(len(split.train), MOST_SAMPLES)).astype(int)
    samples = split.dataset.samples[split.train[even]]
    low, high = np.quantile(samples, ((1 - USUAL) / 2, (1 + USUAL) / 2), axis=0)
    return Ranges(low, high)


def blame(
    split: OneClassSplit, sample: int, output: np.ndarray, ranges: Ranges, most: int = 4
) -> list[Blamed]:
    """The features that contribute most to ‖x − x̂‖² of a sample (its id), the largest first.

    output: its reconstruction (features,), in the model's units; those that add nothing are not
    among them.
    """
    raw, outputs = split.dataset.samples[sample][None], output[None]
    squares = split.normalise.apart(outputs, raw)[0].astype(np.float64) ** 2
    shares = squares / (squares.sum() or 1.0)
    expected = split.normalise.restore(outputs, raw)[0]
    return [
        Blamed(
            name=split.dataset.spec.feature_text(index),
            value=float(raw[0, index]),
            expected=float(expected[index]),
            low=float(ranges.low[index]),
            high=float(ranges.high[index]),
            share=float(shares[index]),
        )
        for index in np.argsort(-shares, kind="stable")[:most].tolist()
        if shares[index] > 0
    ]
