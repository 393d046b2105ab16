"""The scikit-learn detector: scikit-learn's own checks, the formula, and what it leaves alone."""

import doctest
import io
import pickle
import subprocess
import sys
from functools import cache
from typing import Any

import joblib
import numpy as np
import pandas as pd
import pytest
import torch
from scipy.sparse import csr_array
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.ensemble import IsolationForest
from sklearn.exceptions import NotFittedError
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import estimator_checks_generator, parametrize_with_checks

from tests.conftest import ROOT
from toll import TollDetector
from toll.detectors import toll_detector as estimator

SHAPES = [(3,), (1, 8, 8), (2, 9, 11)]


def small(**changes: Any) -> TollDetector:
    base: dict[str, Any] = {"niter": 20, "hidden": (16,), "z_dim": 4, "width": 4, "lr": 1e-3}
    return TollDetector(**{**base, "device": "cpu", "random_state": 0, **changes})


def samples(shape: tuple[int, ...] = (3,), n: int = 60) -> np.ndarray:
    return np.random.default_rng(0).normal(size=(n, *shape))


@cache
def fitted(shape: tuple[int, ...] = (3,)) -> TollDetector:
    return small().fit(samples(shape))


@parametrize_with_checks([small()])
def test_it_passes_the_check_of_scikit_learn(estimator, check):
    check(estimator)


def test_no_check_is_left_out_that_an_isolation_forest_passes():
    """But those of `sample_weight`, which `fit` does not take."""
    ours, forest = (
        {getattr(check, "func", check).__name__ for _, check in estimator_checks_generator(each)}
        for each in (small(), IsolationForest())
    )
    assert all("sample_weight" in name for name in forest - ours), forest - ours


def test_the_example_in_the_text_runs():
    result = doctest.testmod(estimator)
    assert result.attempted == 5 and result.failed == 0


@pytest.mark.parametrize("shape", SHAPES)
def test_scores_are_the_formula_of_the_trained_network(shape):
    """By hand, from the stored weights."""
    detector, x = small(score_rule="published").fit(samples(shape)), samples(shape)[:5]
    model, (weights,) = detector._builder()(), detector._weights
    model.load_state_dict({k: torch.from_numpy(v) for k, v in weights.items()})
    x = (x - detector._mean) / detector._scale
    with torch.inference_mode():
        z, x_hat = model.eval()(torch.from_numpy(x.astype(np.float32)))
    error = np.sqrt(((x - x_hat.numpy()) ** 2).reshape(5, -1).sum(1))
    by_hand = -(error + 100 * np.linalg.norm(z.numpy(), axis=1))
    assert detector.score_samples(samples(shape)[:5]) == pytest.approx(by_hand, rel=1e-4)


@pytest.mark.parametrize("shape", SHAPES)
def test_decision_and_prediction_follow_from_score_and_offset(shape):
    detector, x = fitted(shape), samples(shape)
    decision = detector.decision_function(x)
    assert decision == pytest.approx(detector.score_samples(x) - detector.offset_, abs=1e-4)
    assert np.array_equal(detector.predict(x), np.where(decision < 0, -1, 1))
    assert set(detector.predict(x)) == {-1, 1}


@pytest.mark.parametrize("contamination", [0.1, np.float64(0.25), 0.5])
def test_contamination_is_the_share_of_the_training_samples_that_is_flagged(contamination):
    flagged = small(contamination=contamination).fit_predict(samples(n=200)) == -1
    assert flagged.mean() == pytest.approx(contamination, abs=0.005)


def test_the_automatic_threshold_keeps_95_percent_of_samples_that_were_not_trained_on():
    x = np.random.default_rng(1).normal(size=(2000, 5))
    detector = small(niter=200).fit(x[:1000])
    assert 0.01 < (detector.predict(x[1000:]) == -1).mean() < 0.12
    few = small().fit(samples(n=40))
    assert (few.predict(samples(n=40)) == -1).sum() == 2


@pytest.mark.parametrize("images", [False, True])
def test_it_tells_other_digits_from_the_normal_one(images):
    x, y = load_digits(return_X_y=True)
    x = x.reshape(-1, 1, 8, 8).astype(np.uint8) if images else x
    normal = np.flatnonzero(y == 0)
    detector = TollDetector(niter=100, device="cpu", random_state=0).fit(x[normal[:100]])
    tested = np.concatenate([normal[100:], np.flatnonzero(y != 0)[:300]])
    assert roc_auc_score(y[tested] == 0, detector.score_samples(x[tested])) > 0.95


@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 32, 32), (2, 9, 31), (1, 8, 65)])
def test_images_of_bytes_and_of_floats_score_alike(shape):
    images = np.random.default_rng(0).integers(0, 256, (8, *shape), dtype=np.uint8)
    settings = {"niter": 3, "precision": "float32"}
    of_bytes = small(**settings).fit(images).score_samples(images)
    of_floats = small(**settings).fit(images / 255).score_samples(images / 255)
    assert of_bytes == pytest.approx(of_floats, rel=1e-3)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_single_sample_can_be_fitted_and_is_normal(shape):
    assert small().fit(samples(shape, 1)).predict(samples(shape, 1)).tolist() == [1]


def test_features_far_from_zero_lose_no_digits():
    near = small().fit(samples()).score_samples(samples())
    far = small().fit(samples() + 1e9).score_samples(samples() + 1e9)
    assert far == pytest.approx(near, rel=1e-4)


def test_scores_of_absurd_samples_are_finite_and_low():
    scores = fitted().score_samples(np.array([[1e308] * 3, [-1e308] * 3]))
    assert np.isfinite(scores).all() and (scores < fitted().score_samples(samples()).min()).all()


def test_without_standardisation_the_scale_of_the_values_counts():
    assert np.all(small(standardise=False).fit(samples())._scale == 1)
    scores = small(standardise=False, niter=2).fit(samples() * 1000).score_samples(samples())
    assert scores.mean() > -20


def test_more_pull_makes_training_weigh_the_latent_norm_more():
    rule = {"score_rule": "published"}
    losses = [small(beta=beta, **rule).fit(samples()).loss_curve_ for beta in (0, 100)]
    assert losses[0].shape == (20,) and losses[1][0] > 10 * losses[0][0]


@pytest.mark.parametrize("shape", SHAPES)
def test_a_pickle_holds_arrays_and_plain_values_only(shape):
    modules = set()

    class Watching(pickle.Unpickler):
        def find_class(self, module, name):
            modules.add(module.partition(".")[0])
            return super().find_class(module, name)

    again = Watching(io.BytesIO(pickle.dumps(fitted(shape)))).load()
    assert modules <= {"toll", "numpy", "builtins", "copyreg"}
    x = samples(shape)
    # Convolutions in float32 may round by where in memory their weights lie.
    assert again.score_samples(x) == pytest.approx(fitted(shape).score_samples(x), rel=1e-6)


def test_a_detector_of_a_gpu_that_is_not_here_scores_on_the_cpu():
    elsewhere = pickle.loads(pickle.dumps(fitted())).set_params(device="cuda:99")
    assert np.array_equal(elsewhere.predict(samples()), fitted().predict(samples()))
    with pytest.raises(ValueError, match="device 'cuda:99' is not on this machine"):
        elsewhere.fit(samples())


def test_weights_that_are_mapped_from_a_file_are_read_only_and_score(tmp_path):
    joblib.dump(fitted(), tmp_path / "detector")
    mapped = joblib.load(tmp_path / "detector", mmap_mode="r")
    assert np.array_equal(mapped.score_samples(samples()), fitted().score_samples(samples()))


@pytest.mark.parametrize("shape", SHAPES)
def test_random_numbers_and_threads_of_others_are_left_alone(shape):
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        torch_state, numpy_state = torch.get_rng_state(), np.random.get_state(legacy=False)
        small(random_state=None, niter=2).fit(samples(shape)).predict(samples(shape))
        assert torch.equal(torch.get_rng_state(), torch_state)
        after = np.random.get_state(legacy=False)
        assert np.array_equal(after["state"]["key"], numpy_state["state"]["key"])
        assert after["state"]["pos"] == numpy_state["state"]["pos"]
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(threads)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_random_state_decides_everything(shape):
    x = samples(shape)
    first, again, other = (small(random_state=s).fit(x).score_samples(x) for s in (3, 3, 4))
    assert first == pytest.approx(again, rel=1e-4) and not np.allclose(first, other, rtol=1e-2)
    given = small(random_state=np.random.RandomState(3)).fit(x).score_samples(x)
    assert given == pytest.approx(first, rel=1e-4)
    free = [small(random_state=None, niter=2).fit(x).score_samples(x) for _ in range(2)]
    assert not np.allclose(*free)


def test_it_works_in_a_pipeline_and_a_grid_search():
    x, y = load_digits(return_X_y=True)
    x, labels = x[:300], np.where(y[:300] == 0, 1, -1)
    pipeline = make_pipeline(PCA(8, random_state=0), small())
    grid = {"tolldetector__beta": np.logspace(0, 1, 2), "tolldetector__z_dim": np.array([2, 4])}
    search = GridSearchCV(pipeline, grid, scoring="roc_auc", cv=2, error_score="raise")
    search.fit(x, labels)
    assert search.predict(x).shape == search.decision_function(x).shape == (300,)
    assert search.score_samples(x).shape == (300,)


def test_a_clone_has_the_parameters_and_nothing_learned():
    copy = clone(fitted())
    assert copy.get_params() == fitted().get_params()
    with pytest.raises(NotFittedError):
        copy.score_samples(samples())


def test_names_of_features_are_kept_and_compared():
    frame = pd.DataFrame(samples(), columns=["length", "width", "weight"])
    detector = small().fit(frame)
    assert detector.feature_names_in_.tolist() == ["length", "width", "weight"]
    with pytest.raises(ValueError, match="feature names"):
        detector.predict(frame[["width", "length", "weight"]])


def test_the_number_of_values_in_a_sample_is_known():
    assert fitted().n_features_in_ == 3 and fitted().sample_shape_ == (3,)
    assert fitted((2, 9, 11)).n_features_in_ == 198
    assert fitted((2, 9, 11)).sample_shape_ == (2, 9, 11)


@pytest.mark.parametrize(
    ("known", "given", "said"),
    [
        ((3,), (4,), "X has 4 features, but TollDetector is expecting 3 features as input"),
        ((1, 8, 8), (1, 8, 9), "X holds samples of shape 1×8×9; the detector was fitted on"),
        ((1, 8, 8), (64,), "X holds samples of shape 64; the detector was fitted on samples of 1"),
        ((3,), (1, 8, 8), "X holds samples of shape 1×8×8; the detector was fitted on samples of"),
        ((1, 8, 8), (8, 8), "X has 3 dimensions; it must have 2 "),
    ],
)
def test_samples_of_another_shape_are_refused_by_name(known, given, said):
    with pytest.raises(ValueError, match=f"^{said}"):
        fitted(known).score_samples(samples(given))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("shape", SHAPES)
def test_values_that_are_not_finite_are_refused(shape, bad):
    x = samples(shape)
    x[3] = bad
    for call in (small().fit, fitted(shape).predict):
        with pytest.raises(ValueError, match="NaN" if np.isnan(bad) else "infinity"):
            call(x)


@pytest.mark.parametrize(
    ("x", "error", "said"),
    [
        (csr_array(np.eye(4)), TypeError, "dense data is required"),
        (np.ones((4, 2, 2)), ValueError, "^X has 3 dimensions; it must have 2 "),
        (np.ones((4, 1, 5, 9)), ValueError, "^images are of 5×9 pixels; each side must be of 8"),
        (np.array([[1e200], [0]]), ValueError, "^X holds a value as large as 1e"),
        (np.ones((0, 3)), ValueError, "0 sample"),
    ],
)
def test_what_cannot_be_trained_on_is_refused(x, error, said):
    with pytest.raises(error, match=said):
        small().fit(x)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"beta": -1}, "beta is -1; it must be from 0 to 1e+06"),
        ({"beta": float("nan")}, "beta is nan; it must be from 0 to 1e+06"),
        ({"z_dim": 0}, "z_dim is 0; it must be from 1 to 4096"),
        ({"z_dim": 2.5}, "z_dim is 2.5; it must be of type int"),
        ({"lr": 0}, "lr is 0; it must be from 1e-08 to 10"),
        ({"niter": 0}, "niter is 0; it must be from 1 to 1e+07"),
        ({"batch_size": 1}, "batch_size is 1; it must be from 2 to 100000"),
        ({"device": "tpu"}, "device is 'tpu'; it must be auto, cpu, mps, cuda or cuda:N"),
        ({"precision": "f8"}, "precision is 'f8'; it must be one of auto, float32, bfloat16"),
        ({"hidden": (8, 0)}, "hidden is (8, 0); it must hold integers of at least 1"),
        ({"hidden": "deep"}, "hidden is 'deep'; it must hold integers of at least 1"),
        ({"width": 1.5}, "width is 1.5; it must be an integer of at least 1"),
        ({"standardise": 1}, "standardise is 1; it must be True or False"),
        ({"contamination": 0}, "contamination is 0; it must be 'auto' or in (0, 0.5]"),
        ({"contamination": 0.6}, "contamination is 0.6; it must be 'auto' or in (0, 0.5]"),
        ({"contamination": "low"}, "contamination is 'low'; it must be 'auto' or in (0, 0.5]"),
    ],
)
def test_a_parameter_out_of_range_is_named_with_the_range(changes, said):
    with pytest.raises(ValueError) as raised:
        small(**changes).fit(samples())
    assert str(raised.value) == said


def test_numbers_of_numpy_are_taken_as_parameters():
    settings = {"beta": np.float64(2), "z_dim": np.int64(3), "hidden": np.array([8, 4])}
    assert small(**settings).fit(samples()).predict(samples()).size == 60


def test_importing_toll_imports_neither_torch_nor_scikit_learn_until_a_name_is_used():
    code = "\n".join(
        [
            "import sys, toll",
            "slow = {'torch', 'sklearn', 'numpy'}",
            "assert slow.isdisjoint(sys.modules), slow & sys.modules.keys()",
            "assert not hasattr(toll, 'Outlier')",
            "from toll import TargetedCollapse",
            "assert 'torch' in sys.modules and 'sklearn' not in sys.modules",
            "toll.TollDetector()",
        ]
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
