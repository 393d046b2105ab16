"""Detectors that people would otherwise use, each fitted to normal samples alone.

Those of scikit-learn are always there; those of PyOD where that package is installed. Each has the
settings that its library gives as usual: none of them is tuned.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Protocol

import numpy as np

EXTRA = "pip install pyod"
# Share of the variance that the principal components have to account for.
VARIANCE = 0.95
NEIGHBOURS = 5
LOF_NEIGHBOURS = 20


class Scorer(Protocol):
    """Gives each sample of X (n, features) a score (n,), higher for more anomalous ones."""

    def __call__(self, X: np.ndarray) -> np.ndarray: ...


@dataclass(frozen=True)
class Baseline:
    """A detector that others are compared with.

    fit: takes normal samples (n, features) and a seed. most: samples it is fitted to at most, drawn
    at random where there are more, because its time or memory grows faster than they do. package:
    the one that it needs beside scikit-learn.
    """

    name: str
    title: str
    what: str
    fit: Callable[[np.ndarray, int], Scorer]
    most: int = 50_000
    package: str = ""

    @property
    def is_present(self) -> bool:
        """Whether the package that it needs is installed."""
        return not self.package or find_spec(self.package) is not None

    def scorer(self, normal: np.ndarray, seed: int = 0) -> tuple[Scorer, int]:
        """Fitted to normal samples (n, features); and to how many of them.

        Raises:
            ValueError: the package that it needs is not installed, or there are too few samples.
        """
        if not self.is_present:
            raise ValueError(f"{self.title} needs the package {self.package}: {EXTRA}")
        if len(normal) < 2:
            raise ValueError(
                f"{self.title} needs at least 2 normal samples; there are {len(normal)}"
            )
        if len(normal) > self.most:
            rows = np.random.default_rng(seed).choice(len(normal), self.most, replace=False)
            normal = normal[np.sort(rows)]
        return self.fit(np.ascontiguousarray(normal, dtype=np.float64), seed), len(normal)


def _principal_components(X: np.ndarray, seed: int) -> Scorer:
    from sklearn.decomposition import PCA

    model = PCA(VARIANCE, svd_solver="full").fit(X)

    def score(X: np.ndarray) -> np.ndarray:
        return np.linalg.norm(X - model.inverse_transform(model.transform(X)), axis=1)

    return score


def _isolation_forest(X: np.ndarray, seed: int) -> Scorer:
    from sklearn.ensemble import IsolationForest

    model = IsolationForest(random_state=seed).fit(X)
    return lambda X: -model.score_samples(X)


def _one_class_svm(X: np.ndarray, seed: int) -> Scorer:
    from sklearn.svm import OneClassSVM

    model = OneClassSVM().fit(X)
    return lambda X: -model.score_samples(X)


def _local_outlier_factor(X: np.ndarray, seed: int) -> Scorer:
    from sklearn.neighbors import LocalOutlierFactor

    neighbours = min(LOF_NEIGHBOURS, len(X) - 1)
    model = LocalOutlierFactor(neighbours, novelty=True).fit(X)
    return lambda X: -model.score_samples(X)


def _nearest_neighbours(X: np.ndarray, seed: int) -> Scorer:
    from sklearn.neighbors import NearestNeighbors

    model = NearestNeighbors(n_neighbors=min(NEIGHBOURS, len(X))).fit(X)
    return lambda X: model.kneighbors(X)[0][:, -1]


def _of_pyod(module: str, name: str) -> Callable[[np.ndarray, int], Scorer]:
    def fit(X: np.ndarray, seed: int) -> Scorer:
        from importlib import import_module

        kind = getattr(import_module(f"pyod.models.{module}"), name)
        settings: dict[str, Any] = {}
        if name == "DeepSVDD":
            settings = {"n_features": X.shape[1], "random_state": seed, "verbose": 0}
        return kind(**settings).fit(X).decision_function

    return fit


_ROWS = (
    Baseline(
        "knn",
        "nearest neighbours",
        f"distance to the {NEIGHBOURS}th nearest normal training sample",
        _nearest_neighbours,
    ),
    Baseline(
        "pca",
        "principal components",
        f"error of rebuilding from the principal components with {VARIANCE:.0%} of the variance: "
        "an autoencoder of one linear layer",
        _principal_components,
    ),
    Baseline(
        "isolation_forest",
        "isolation forest",
        "how few random cuts set a sample apart (Liu et al., 2008)",
        _isolation_forest,
    ),
    Baseline(
        "lof",
        "local outlier factor",
        f"how much sparser it is around a sample than around its {LOF_NEIGHBOURS} neighbours "
        "(Breunig et al., 2000)",
        _local_outlier_factor,
        most=20_000,
    ),
    Baseline(
        "ocsvm",
        "one-class SVM",
        "how far outside of a boundary around normal samples (Schölkopf et al., 2001)",
        _one_class_svm,
        most=10_000,
    ),
    Baseline(
        "ecod",
        "ECOD",
        "how far in the tails of each feature by itself (Li et al., 2022)",
        _of_pyod("ecod", "ECOD"),
        package="pyod",
    ),
    Baseline(
        "copod",
        "COPOD",
        "how far in the tails by an empirical copula (Li et al., 2020)",
        _of_pyod("copod", "COPOD"),
        package="pyod",
    ),
    Baseline(
        "deep_svdd",
        "Deep SVDD",
        "distance to a fixed centre of latent space, by a network without reconstruction "
        "(Ruff et al., 2018), as PyOD has it",
        _of_pyod("deep_svdd", "DeepSVDD"),
        most=20_000,
        package="pyod",
    ),
)
BASELINES = {each.name: each for each in _ROWS}


def get_baseline(name: str) -> Baseline:
    """The baseline of this name.

    Raises:
        ValueError: there is none; the sentence lists the valid names.
    """
    if name not in BASELINES:
        raise ValueError(f"there is no detector {name!r}; valid are {', '.join(BASELINES)}")
    return BASELINES[name]
