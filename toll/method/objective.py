"""The paper's formula, once: s(x) = ‖x − x̂‖₂ + β‖z‖₂ (Toll, arXiv 2306.12627).

Averaged over a batch of normal samples it is the training loss; for one sample it is the
anomaly score. Both norms are unsquared L2 norms over all elements of a sample.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor

Array = Any  # a tensor, a NumPy array or a column of a data frame


def reconstruction_error(x: "Tensor", x_hat: "Tensor") -> "Tensor":
    """‖x − x̂‖₂ of each sample: (n, ...), (n, ...) → (n,), in float32 (of float64: float64)."""
    return (_widened(x) - _widened(x_hat)).flatten(1).norm(dim=1)


def latent_norm(z: "Tensor") -> "Tensor":
    """‖z‖₂ of each latent vector, its distance from the centre of the hole: (n, z_dim) → (n,)."""
    return _widened(z).flatten(1).norm(dim=1)


def toll_score(reconstruction_error: Array, latent_norm: Array, beta: "float | Tensor") -> Array:
    """Anomaly score ‖x − x̂‖₂ + β‖z‖₂ of each sample from its two parts, each (n,)."""
    return reconstruction_error + beta * latent_norm


def toll_loss(reconstruction_error: "Tensor", latent_norm: "Tensor", beta: float) -> "Tensor":
    """Training loss: the mean score of a batch of normal samples, a scalar.

    Each part is averaged separately, as published, so that floats are rounded in the same order.
    """
    return toll_score(reconstruction_error.mean(), latent_norm.mean(), beta)


def _widened(x: "Tensor") -> "Tensor":
    return x if x.is_floating_point() and x.itemsize > 4 else x.float()
