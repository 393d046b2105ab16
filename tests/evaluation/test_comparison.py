import numpy as np
import pytest

from toll.evaluation.comparison import Difference, difference, each_level, verdict
from toll.evaluation.metrics import auroc


@pytest.fixture
def scored() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Labels, and two scores that share most of their noise, the first one the better."""
    random = np.random.default_rng(0)
    labels = np.repeat([0, 1], [120, 80])
    shared = random.normal(size=200)
    return labels, labels + shared, 0.5 * labels + shared + 0.1 * random.normal(size=200)


def test_the_areas_are_those_of_each_score_and_the_interval_is_about_their_difference(scored):
    labels, first, second = scored
    found = difference(labels, first, second)
    assert (found.first, found.second) == (auroc(labels, first), auroc(labels, second))
    assert (found.low + found.high) / 2 == pytest.approx(found.value)
    assert found.low > 0


def test_the_interval_is_as_wide_as_that_of_many_resamples(scored):
    labels, first, second = scored
    found = difference(labels, first, second)
    random, values = np.random.default_rng(1), []
    groups = [np.flatnonzero(labels == label) for label in (0, 1)]
    for _ in range(2000):
        rows = np.concatenate([random.choice(group, len(group)) for group in groups])
        values.append(auroc(labels[rows], first[rows]) - auroc(labels[rows], second[rows]))
    low, high = np.quantile(values, (0.025, 0.975))
    assert found.high - found.low == pytest.approx(high - low, rel=0.15)


def test_what_both_find_hard_does_not_count_twice(scored):
    labels, first, second = scored
    unpaired = np.random.default_rng(2).permutation(first[labels == 0])
    other = first.copy()
    other[labels == 0] = unpaired
    paired, apart = difference(labels, first, second), difference(labels, other, second)
    assert paired.high - paired.low < apart.high - apart.low


def test_equal_scores_have_no_difference_and_ties_count_half():
    labels, scores = np.array([0, 0, 1, 1]), np.array([1.0, 2.0, 2.0, 3.0])
    found = difference(labels, scores, scores)
    assert found == Difference(0.875, 0.875, 0.0, 0.0)


def test_a_higher_level_gives_a_wider_interval(scored):
    narrow, wide = (difference(*scored, level=level) for level in (0.9, 0.99))
    assert wide.low < narrow.low < narrow.high < wide.high
    assert each_level(1) == 0.95 and each_level(10) == pytest.approx(0.995)


BETTER, WORSE = Difference(0.95, 0.9, 0.01, 0.09), Difference(0.95, 0.99, -0.06, -0.02)
PERHAPS, PERHAPS_NOT = Difference(0.95, 0.94, -0.02, 0.04), Difference(0.95, 0.96, -0.04, 0.02)


@pytest.mark.parametrize(
    ("differences", "said"),
    [
        (
            {"knn": WORSE, "pca": BETTER},
            "Another detector is better here: knn (AUROC 0.950",
        ),
        ({"knn": BETTER, "pca": BETTER}, "This run is better here than both others; next comes"),
        ({"knn": BETTER}, "This run is better here than the other; next comes knn"),
        ({"knn": PERHAPS, "pca": BETTER}, "This run is ahead of knn, but it may be chance"),
        ({"knn": PERHAPS_NOT}, "Knn is ahead, but it may be chance (AUROC 0.950 against 0.960; "),
    ],
)
def test_the_verdict_says_which_is_better_and_whether_it_may_be_chance(differences, said):
    assert verdict(differences).startswith(said)


def test_there_is_no_verdict_of_nothing():
    with pytest.raises(ValueError, match="at least one detector"):
        verdict({})
