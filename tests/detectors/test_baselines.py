import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from toll.detectors.baselines import BASELINES, Baseline, get_baseline


@pytest.fixture(scope="module")
def samples() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Normal ones to train on, and others with labels: anomalies are farther out, and elsewhere."""
    random = np.random.default_rng(0)
    train, normal = random.normal(size=(300, 6)), random.normal(size=(100, 6))
    anomalous = 2 * random.normal(size=(50, 6)) + 2
    return train, np.concatenate([normal, anomalous]), np.repeat([0, 1], [100, 50])


@pytest.mark.filterwarnings("default")  # what libraries say of their own code
@pytest.mark.parametrize("name", BASELINES)
def test_every_detector_scores_anomalies_higher(samples, name):
    train, tested, labels = samples
    scorer, trained_on = get_baseline(name).scorer(train)
    scores = scorer(tested)
    assert scores.shape == (150,) and trained_on == 300
    assert roc_auc_score(labels, scores) > 0.8


@pytest.mark.parametrize("name", ["isolation_forest", "knn"])
def test_the_same_seed_gives_the_same_scores(samples, name):
    train, tested, _ = samples
    first, second = (get_baseline(name).scorer(train, seed=3)[0](tested) for _ in range(2))
    assert np.array_equal(first, second)


def test_the_nearest_neighbours_are_those_by_hand(samples):
    train, tested, _ = samples
    scorer, _ = get_baseline("knn").scorer(train)
    distances = np.linalg.norm(tested[:, None] - train[None], axis=2)
    assert scorer(tested) == pytest.approx(np.sort(distances, axis=1)[:, 4])


def test_principal_components_rebuild_what_lies_in_their_plane():
    random = np.random.default_rng(1)
    train = random.normal(size=(200, 2)) @ random.normal(size=(2, 5))
    scorer, _ = get_baseline("pca").scorer(train)
    assert scorer(train).max() < 1e-9
    assert scorer(random.normal(size=(9, 5))).min() > 1e-3


def test_few_samples_are_enough(samples):
    train, tested, _ = samples
    for name in ("knn", "lof", "pca", "isolation_forest", "ocsvm"):
        scorer, _ = get_baseline(name).scorer(train[:3])
        assert np.isfinite(scorer(tested)).all()
    with pytest.raises(ValueError, match="at least 2 normal samples; there are 1"):
        get_baseline("knn").scorer(train[:1])


def test_a_detector_whose_time_grows_quickly_is_fitted_to_some_of_many_samples(samples):
    train, tested, _ = samples
    few = Baseline("few", "few", "", get_baseline("knn").fit, most=20)
    scorer, trained_on = few.scorer(train)
    assert trained_on == 20 and scorer(tested).shape == (150,)


def test_a_missing_package_is_named_with_how_to_get_it(samples):
    lacking = Baseline("x", "X", "", get_baseline("knn").fit, package="no_such_package")
    assert not lacking.is_present
    with pytest.raises(ValueError, match=r"X needs the package no_such_package: pip install"):
        lacking.scorer(samples[0])


def test_an_unknown_detector_is_named_with_those_there_are():
    with pytest.raises(ValueError, match="no detector 'svm'; valid are knn, pca"):
        get_baseline("svm")
