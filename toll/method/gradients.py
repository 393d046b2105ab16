"""Gradients of the loss's two terms, ‖x − x̂‖₂ and β‖z‖₂ (arXiv 2306.12627): a tug of war.

Both pull at the latent z of a sample: the error's gradient towards where the decoder rebuilds it
better, the norm's towards the centre. Training has come to rest for a sample where they are equal
and opposite, with a cosine of −1.
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch

from toll.method.objective import reconstruction_error
from toll.method.training import Diverged, TrainingState

if TYPE_CHECKING:
    from toll.data import OneClassSplit

SAMPLES = 32


class LossGradients(NamedTuple):
    """Means over samples: ‖g_error‖, ‖g_pull‖ and cos(g_error, g_pull).

    The cosine with a gradient of zero counts as 0.
    """

    error_gradient: float
    pull_gradient: float
    cosine: float


def loss_gradients(
    state: TrainingState,
    split: "OneClassSplit",
    ids: np.ndarray,
    latents: np.ndarray,
    beta: float,
) -> LossGradients:
    """Gradients of the loss's two terms with respect to the latents (n, z_dim) of samples `ids`.

    The model is left in evaluation mode; its weights, their `grad` and its statistics are kept.

    Raises:
        Diverged: a gradient is not finite.
    """
    errors = error_gradients(state, split, ids, latents).astype(np.float64)
    pulls = beta * _over(latents.astype(np.float64), _norms(latents))
    error_norms, pull_norms = _norms(errors), _norms(pulls)
    products = (errors * pulls).sum(axis=1)
    gradients = LossGradients(
        float(error_norms.mean()),
        float(pull_norms.mean()),
        float(_over(products[:, None], error_norms * pull_norms).mean()),
    )
    if not np.isfinite(gradients).all():
        raise Diverged(f"the gradients were not finite numbers after step {state.step}")
    return gradients


def error_gradients(
    state: TrainingState, split: "OneClassSplit", ids: np.ndarray, latents: np.ndarray
) -> np.ndarray:
    """∂‖x − x̂‖₂/∂z of each sample, through the decoder in evaluation mode: (n, z_dim)."""
    state.model.eval()
    x = split.normalise(torch.from_numpy(split.dataset.samples[ids]).to(state.device))
    z = torch.from_numpy(latents).to(state.device).requires_grad_()
    with state.arithmetic(), torch.enable_grad():
        with state.autocast():
            x_hat = state.model.decoder(z)
        total = reconstruction_error(x, x_hat).sum()
        # Not `backward`, which would leave gradients in the weights.
        (gradients,) = torch.autograd.grad(total, z)
    return gradients.cpu().numpy()


def _norms(vectors: np.ndarray) -> np.ndarray:
    return np.linalg.norm(vectors.astype(np.float64), axis=1, keepdims=True)


def _over(values: np.ndarray, divisors: np.ndarray) -> np.ndarray:
    """Quotients, 0 where the divisor is 0."""
    return np.divide(values, divisors, out=np.zeros_like(values), where=divisors > 0)
