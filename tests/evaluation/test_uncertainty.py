import numpy as np
import pytest

from toll.evaluation.metrics import auroc, roc
from toll.evaluation.uncertainty import roc_band


def drawn(count: int, apart: float = 1.0, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    scores = np.concatenate((random.normal(size=count), random.normal(apart, size=count)))
    return np.repeat((0, 1), count), scores


def test_a_curve_lies_in_its_band_and_its_area_in_its_interval():
    labels, scores = drawn(300)
    band = roc_band(labels, scores)
    low, high = band.auroc
    assert low < auroc(labels, scores) < high
    found = np.interp(band.false_positive_rate, *roc(labels, scores))
    assert np.mean((band.lower <= found) & (found <= band.upper)) > 0.95
    assert (band.lower <= band.upper).all()


def test_four_times_the_samples_halve_the_interval():
    (low, high), (lowest, highest) = (roc_band(*drawn(count)).auroc for count in (800, 200))
    assert (highest - lowest) / (high - low) == pytest.approx(2, rel=0.25)


def test_intervals_hold_as_often_as_they_say():
    """The true AUROC of two normal distributions one deviation apart is 0.760."""
    inside = [
        low < 0.7602 < high
        for low, high in (
            roc_band(*drawn(100, seed=seed), resamples=200).auroc for seed in range(100)
        )
    ]
    assert 88 <= sum(inside) <= 100


def test_equal_scores_give_the_area_of_guessing():
    labels = np.repeat((0, 1), 20)
    assert roc_band(labels, np.zeros(40)).auroc == (0.5, 0.5)


def test_one_kind_of_sample_has_no_curve():
    with pytest.raises(ValueError, match="only one kind is present"):
        roc_band(np.zeros(5), np.arange(5.0))
