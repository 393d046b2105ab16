"""Passing samples through a trained autoencoder: latents and the two parts of the score."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch

from toll.method.objective import latent_norm, reconstruction_error
from toll.method.training import TrainingState

if TYPE_CHECKING:
    from toll.data import OneClassSplit


class Encoding(NamedTuple):
    """For n samples: ids (n,), latents (n, z_dim), ‖x − x̂‖₂ (n,) and ‖z‖₂ (n,), in float32."""

    ids: np.ndarray
    latents: np.ndarray
    reconstruction_error: np.ndarray
    latent_norm: np.ndarray


def encode(
    state: TrainingState,
    split: "OneClassSplit",
    ids: np.ndarray,
    between_batches: Callable[[], None] = lambda: None,
) -> Encoding:
    """Latents and score parts of the samples `ids`, with the model in evaluation mode."""
    nothing = np.zeros(len(ids), dtype=bool)
    return encode_and_show(state, split, ids, nothing, between_batches)[0]


def encode_and_show(
    state: TrainingState,
    split: "OneClassSplit",
    ids: np.ndarray,
    shown: np.ndarray,
    between_batches: Callable[[], None] = lambda: None,
) -> tuple[Encoding, np.ndarray]:
    """The same, and from the same pass the reconstructions of some of the samples.

    shown: which of `ids`, (n,) bool; the reconstructions of these k are (k, *shape) float32, in
    the model's own units.
    """
    latents, errors, norms, outputs = [], [], [], []
    wanted = torch.from_numpy(shown).to(state.device)
    done = 0
    for x, z, x_hat in _batches(state, split, ids, between_batches):
        latents.append(z.float().cpu())
        errors.append(reconstruction_error(x, x_hat).cpu())
        norms.append(latent_norm(z).cpu())
        outputs.append(x_hat[wanted[done : done + len(x)]].float().cpu())
        done += len(x)
    joined = (torch.cat(parts).numpy() for parts in (latents, errors, norms))
    return Encoding(ids, *joined), torch.cat(outputs).numpy()


def decode(state: TrainingState, latents: np.ndarray) -> np.ndarray:
    """What the decoder makes of latents (n, z_dim), in evaluation mode: (n, *shape) float32."""
    state.model.eval()
    outputs = []
    with torch.inference_mode():
        for part in torch.from_numpy(latents).split(state.inference_batch_size or len(latents)):
            with state.arithmetic(), state.autocast():
                outputs.append(state.model.decoder(part.to(state.device)))
        return torch.cat([x_hat.float().cpu() for x_hat in outputs]).numpy()


def reconstruct(state: TrainingState, split: "OneClassSplit", ids: np.ndarray) -> np.ndarray:
    """Reconstructions of the samples `ids` in the model's own units: (n, *shape) float32."""
    return torch.cat([x_hat.float().cpu() for _, _, x_hat in _batches(state, split, ids)]).numpy()


def batches_of(state: TrainingState, ids: np.ndarray) -> int:
    """How many batches `encode` makes of the samples `ids`."""
    return -(-len(ids) // (state.inference_batch_size or len(ids)))


def _batches(state, split, ids, between_batches=lambda: None):
    state.model.eval()
    with torch.inference_mode():
        size = state.inference_batch_size or len(ids)
        for start in range(0, len(ids), size):
            between_batches()
            raw = torch.from_numpy(split.dataset.samples[ids[start : start + size]])
            x = split.normalise(raw.to(state.device))
            with state.arithmetic(), state.autocast():
                z, x_hat = state.model(x)
            yield x, z, x_hat
