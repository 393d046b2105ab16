"""Targeted collapse as a scikit-learn outlier detector, for tables and images of any size."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from math import prod
from typing import Any

import numpy as np
import torch
from sklearn.base import BaseEstimator, OutlierMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted
from torch import Tensor

from toll.config import RunConfig
from toll.detectors.parameters import contamination_of, score_rule_of, settings_of
from toll.detectors.preprocessing import checked_array, identity, standardised, statistics
from toll.detectors.scaled import Spread, member_betas, scaled_score, spread_of, terms_of
from toll.method.arithmetic import arithmetic
from toll.method.devices import available_devices, resolve_device, threads_for
from toll.method.ensemble import descend_as_one
from toll.method.networks import Autoencoder, Shape, build_convolutional, build_dense
from toll.method.objective import latent_norm, reconstruction_error, toll_score
from toll.method.training import Step, TrainingState, descend, draws, read_means

FEWEST_HELD_OUT = 5
STEPS_BETWEEN_READS = 500  # reading the loss waits for the device


class TollDetector(OutlierMixin, BaseEstimator):
    """Outlier detection with an autoencoder and targeted collapse (Toll).

    Autoencoders are trained on normal samples to make ‖x − x̂‖₂ + β‖z‖₂ small: to reconstruct
    them from latents z that are pulled towards the origin. As published, the same quantity is the
    anomaly score of a new sample. On tables another score detects better, and is the default: the
    reconstruction error of networks without the pull and the latent norm of networks with it, each
    in units of its own spread among normal samples (`scaled.py`). `score_samples` gives the
    opposite of the score, as is usual in scikit-learn.

    Tables (n_samples, n_features) get a multilayer perceptron; images (n_samples, channels,
    height, width), of integers or floats and with sides of 8 pixels or more, a convolutional
    network.

    Parameters
    ----------
    beta : float, default=100
        Weight of the latent norm in the loss, from 0 to 1e6, and in the published score; 0 is a
        plain autoencoder.

    score_rule : {'auto', 'scaled', 'published'}, default='auto'
        How samples are scored. 'published': ‖x − x̂‖₂ + β‖z‖₂ of one network. 'scaled', for
        tables: the sum of the reconstruction errors of networks with β = 0 and of the latent norms
        of networks with `beta`, each less its median and divided by its interquartile range among
        the samples trained on. 'auto': 'scaled' for tables, 'published' for images.

    n_pairs : int, default=2
        For 'scaled': how many pairs of networks, without the pull and with it, each pair from
        other initial weights. They are trained as one.

    z_dim : int, default=64
        Size of the latent vector.

    hidden : sequence of int, default=(128, 64)
        Sizes of the encoder's hidden layers for tables; the decoder has them in reverse.

    width : int, default=16
        Channels of the first convolution for images; later ones have up to 8 times as many.

    lr : float, default=3e-4
        Learning rate of Adam.

    niter : int, default=500
        Training steps.

    batch_size : int, default=64
        Samples in a training step; all of them where there are fewer.

    standardise : bool, default=True
        Whether to subtract the mean and divide by the standard deviation of the training samples:
        of each feature of a table, of each channel of images. If False, values are taken as they
        are, and those of uint8 images range from 0 to 255.

    contamination : 'auto' or float, default='auto'
        Share of the training samples beyond the threshold, in (0, 0.5]. New normal samples score
        higher than those trained on, so 'auto' holds a tenth of the samples out of training, if
        there are 50 or more, and sets the threshold so that it keeps 95 % of them. With fewer
        samples it keeps 95 % of those trained on.

    device : str, default='auto'
        'auto' (a GPU where there is one), 'cpu', 'cuda', 'cuda:N' or 'mps'. A fitted detector
        scores on the CPU where its device is absent.

    precision : str, default='auto'
        In training: 'float32', 'bfloat16', or 'auto', which is bfloat16 for images where the
        hardware has units for it. Scores are computed in float32 for images, float64 for tables.

    random_state : int, RandomState instance or None, default=None
        Decides initial weights and batches. None differs from call to call and, unlike in
        scikit-learn, leaves NumPy's global random state alone.

    Attributes
    ----------
    offset_ : float
        The threshold: `decision_function` is `score_samples` minus `offset_`.

    n_features_in_ : int
        Values in a sample; for images channels × height × width.

    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the features, where `X` has names that are all strings.

    sample_shape_ : tuple of int
        (n_features,), or (channels, height, width) for images.

    score_rule_ : str
        'scaled' or 'published'.

    loss_curve_ : ndarray of shape (niter,)
        Mean loss of each training batch; of several networks their mean.

    References
    ----------
    A. Ghafourian et al., "Targeted collapse regularized autoencoder for anomaly detection: black
    hole at the center", arXiv 2306.12627.

    Examples
    --------
    >>> import numpy as np
    >>> from toll import TollDetector
    >>> normal = np.random.default_rng(0).normal(size=(200, 3))
    >>> detector = TollDetector(device="cpu", random_state=0).fit(normal)
    >>> detector.predict([[0.1, 0.0, -0.2], [8.0, 8.0, 8.0]])
    array([ 1, -1])
    """

    offset_: float
    n_features_in_: int
    sample_shape_: Shape
    score_rule_: str
    loss_curve_: np.ndarray
    # All that scoring needs, in NumPy: a pickle without tensors loads where there is no GPU.
    _weights: list[dict[str, np.ndarray]]
    _betas: list[float]
    _spread: Spread | None
    _mean: np.ndarray
    _scale: np.ndarray

    def __init__(
        self,
        *,
        beta: float = 100.0,
        score_rule: str = "auto",
        n_pairs: int = 2,
        z_dim: int = 64,
        hidden: Any = (128, 64),
        width: int = 16,
        lr: float = 3e-4,
        niter: int = 500,
        batch_size: int = 64,
        standardise: bool = True,
        contamination: Any = "auto",
        device: str = "auto",
        precision: str = "auto",
        random_state: Any = None,
    ) -> None:
        self.beta = beta
        self.score_rule = score_rule
        self.n_pairs = n_pairs
        self.z_dim = z_dim
        self.hidden = hidden
        self.width = width
        self.lr = lr
        self.niter = niter
        self.batch_size = batch_size
        self.standardise = standardise
        self.contamination = contamination
        self.device = device
        self.precision = precision
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None) -> "TollDetector":
        """Train on normal samples and set the threshold.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or \
                (n_samples, channels, height, width)
            Normal samples.

        y : Ignored
            Present for consistency.

        Returns
        -------
        self : TollDetector

        Raises
        ------
        ValueError
            A parameter is outside its range, or `X` cannot be trained on.
        toll.method.training.Diverged
            The loss was not a finite number.
        """
        settings, share = settings_of(self), contamination_of(self)
        X = self._checked(X, first=True)
        self.score_rule_ = score_rule_of(self, is_tabular=self._is_tabular())
        random = _random(self.random_state)
        states = self._start(settings, random)
        trained, judged = self._parts(X, random)

        self._mean, self._scale = (statistics if self.standardise else identity)(trained)
        chunks = standardised(trained, self._mean, self._scale, np.float32)
        samples = torch.cat(list(chunks)).to(states[0].device)
        batches = draws(samples, min(settings.batch_size, len(samples)), settings.niter, states[0])
        steps, means = _steps(states, batches, self._betas), []
        with threads_for(states[0].model):
            while block := list(islice(steps, STEPS_BETWEEN_READS)):
                means.append(read_means(block))
        self.loss_curve_ = np.concatenate(means)[:, 0]
        self._weights = [
            {name: value.contiguous().numpy(force=True) for name, value in weights.items()}
            for weights in (state.model.state_dict() for state in states)
        ]
        scaled = self.score_rule_ == "scaled"
        self._spread = (
            spread_of(terms_of(*self._parts_of(trained), self._betas)) if scaled else None
        )
        self.offset_ = float(np.quantile(self._scores(judged), share))
        return self

    def _start(self, settings: RunConfig, random: np.random.RandomState) -> list[TrainingState]:
        """The networks before the first step: one, or pairs with the same initial weights."""
        self._betas = [settings.beta]
        if self.score_rule_ == "scaled":
            self._betas = member_betas(settings.beta, self.n_pairs)
        seeds = random.randint(2**31, size=self.n_pairs if len(self._betas) > 1 else 1)
        seeds = np.repeat(seeds, len(self._betas) // len(seeds)).tolist()
        states = [
            TrainingState.of(self._builder(), settings.replace(seed=seed, beta=beta))
            for seed, beta in zip(seeds, self._betas, strict=True)
        ]
        for state in states:
            state.sampler = random
        return states

    def score_samples(self, X: Any) -> np.ndarray:
        """Opposite of the anomaly score that `score_rule` names: the higher, the more normal.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or \
                (n_samples, channels, height, width)
            Samples of the shape that the detector was fitted on.

        Returns
        -------
        scores : ndarray of shape (n_samples,)
        """
        check_is_fitted(self)
        return self._scores(self._checked(X, first=False))

    def decision_function(self, X: Any) -> np.ndarray:
        """`score_samples(X) - offset_`: negative for outliers.

        Parameters
        ----------
        X : array-like, as for `score_samples`

        Returns
        -------
        scores : ndarray of shape (n_samples,)
        """
        return self.score_samples(X) - self.offset_

    def predict(self, X: Any) -> np.ndarray:
        """+1 for normal samples, −1 for outliers.

        Parameters
        ----------
        X : array-like, as for `score_samples`

        Returns
        -------
        labels : ndarray of shape (n_samples,)
        """
        return np.where(self.decision_function(X) < 0, -1, 1)

    def _parts(self, X: np.ndarray, random: np.random.RandomState) -> tuple[np.ndarray, np.ndarray]:
        """The samples to train on, and those that set the threshold."""
        held_out = len(X) // 10
        if self.contamination != "auto" or held_out < FEWEST_HELD_OUT:
            return X, X
        order = random.permutation(len(X))
        return X[order[held_out:]], X[order[:held_out]]

    def _scores(self, X: np.ndarray) -> np.ndarray:
        """`score_samples` of valid samples."""
        errors, norms = self._parts_of(X)
        if self._spread is not None:
            return -scaled_score(terms_of(errors, norms, self._betas), self._spread)
        return -toll_score(errors[0], norms[0], self.beta).astype(np.float64)

    def _parts_of(self, X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """‖x − x̂‖ and ‖z‖ of valid samples in each network, each (m, n).

        Tables are scored in float64, so that how samples are grouped changes no score: rounding
        in matrix products depends on their size.
        """
        device = self._scoring_device()
        wide = self._is_tabular()
        models = []
        for weights in self._weights:
            with torch.device("meta"):  # draws no random numbers
                model = self._builder()()
            tensors = {name: torch.tensor(value) for name, value in weights.items()}
            model.load_state_dict(tensors, assign=True)
            models.append(model.to(device, torch.float64 if wide else torch.float32).eval())
        parts = []
        with threads_for(models[0]), arithmetic(exact=True), torch.inference_mode():
            dtype = np.float64 if wide else np.float32
            for chunk in standardised(X, self._mean, self._scale, dtype):
                x = chunk.to(device)
                encoded = [(x, *model(x)) for model in models]
                each = [(reconstruction_error(x, x_hat), latent_norm(z)) for x, z, x_hat in encoded]
                parts.append(torch.stack([torch.stack(both) for both in each], dim=1).cpu().numpy())
        errors, norms = np.concatenate(parts, axis=2)
        return errors, norms

    def _builder(self) -> Callable[[], Autoencoder]:
        if self._is_tabular():
            return partial(build_dense, self.sample_shape_, self.z_dim, self.hidden)
        return partial(build_convolutional, self.sample_shape_, self.z_dim, (self.width,))

    def _is_tabular(self) -> bool:
        return len(self.sample_shape_) == 1

    def _scoring_device(self) -> torch.device:
        wanted = "cuda:0" if self.device == "cuda" else self.device
        absent = wanted != "auto" and wanted not in available_devices()
        device = resolve_device("cpu" if absent else wanted)
        # Apple's GPUs have no float64.
        return torch.device("cpu") if self._is_tabular() and device.type == "mps" else device

    def _checked(self, X: Any, *, first: bool) -> np.ndarray:
        """`X` as an array; the `first` sets the shape that samples of later ones must have."""
        X = checked_array(self, X, first=first)
        if first:
            self.sample_shape_ = X.shape[1:]
            self.n_features_in_ = prod(self.sample_shape_)
        elif X.shape[1:] != self.sample_shape_:
            found, known = ("×".join(map(str, each)) for each in (X.shape[1:], self.sample_shape_))
            raise ValueError(
                f"X holds samples of shape {found}; the detector was fitted on samples of {known}"
            )
        return X


def _steps(
    states: Sequence[TrainingState], batches: Iterable[Tensor], betas: Sequence[float]
) -> Iterator[Step]:
    """Steps of one network, or of several that are trained as one, with the means over them."""
    if len(states) == 1:
        yield from descend(states[0], batches, betas[0])
    else:
        for means in descend_as_one(states, batches, betas):
            yield Step(states[0].step, means.mean(0))


def _random(random_state: Any) -> np.random.RandomState:
    return np.random.RandomState() if random_state is None else check_random_state(random_state)
