"""Passing samples through a trained autoencoder: latents and the two parts of the score."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from math import prod
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from toll.method.objective import latent_norm, reconstruction_error
from toll.method.training import TrainingState

if TYPE_CHECKING:
    from toll.data import OneClassSplit

# Bytes of normalised samples that stay on a GPU.
MOST_KEPT = 2**29


class Encoding(NamedTuple):
    """For n samples: ids (n,), latents (n, z_dim), ‖x − x̂‖₂ (n,) and ‖z‖₂ (n,), in float32."""

    ids: np.ndarray
    latents: np.ndarray
    reconstruction_error: np.ndarray
    latent_norm: np.ndarray


class Samples:
    """Samples of a split, by their ids (n,), as a model is given them.

    On a GPU they stay there after the first pass, unless they are many.
    """

    def __init__(self, split: "OneClassSplit", ids: np.ndarray, device: torch.device) -> None:
        self.split, self.ids, self.device = split, ids, device
        size = 4 * len(ids) * prod(split.dataset.spec.shape)
        self.stay = device.type == "cuda" and size <= MOST_KEPT
        self.there: list[Tensor] = []

    def batches(self, size: int) -> Iterator[Tensor]:
        """All of them, (up to `size`, *shape) at a time, on the device."""
        if self.there:
            yield from self.there
            return
        there = []
        for start in range(0, len(self.ids), size):
            raw = torch.from_numpy(self.split.dataset.samples[self.ids[start : start + size]])
            x = self.split.normalise(raw.to(self.device))
            if self.stay:
                there.append(x)
            yield x
        self.there = there


def encode(
    state: TrainingState,
    split: "OneClassSplit",
    ids: np.ndarray,
    between_batches: Callable[[], None] = lambda: None,
) -> Encoding:
    """Latents and score parts of the samples `ids`, with the model in evaluation mode."""
    samples, nothing = Samples(split, ids, state.device), np.zeros(len(ids), dtype=bool)
    return encode_and_show(state, samples, nothing, between_batches)[0]


def encode_and_show(
    state: TrainingState,
    samples: Samples,
    shown: np.ndarray,
    between_batches: Callable[[], None] = lambda: None,
) -> tuple[Encoding, np.ndarray]:
    """The same, and from the same pass the reconstructions of some of the samples.

    shown: which of them, (n,) bool; the reconstructions of these k are (k, *shape) float32, in
    the model's own units.
    """
    return begin_encoding(state, samples, shown, between_batches)()


def begin_encoding(
    state: TrainingState,
    samples: Samples,
    shown: np.ndarray,
    between_batches: Callable[[], None] = lambda: None,
) -> Callable[[], tuple[Encoding, np.ndarray]]:
    """The same, without waiting for a GPU: a function that does, and returns the result.

    The weights may move on before it is called.
    """
    if state.company is not None:
        return state.company.share_of(state, samples, shown, between_batches)
    collected = _Collected(samples.ids, shown)
    for x, z, x_hat in _passes(state, samples, between_batches):
        collected.add(x, z[None], x_hat[None])
    return partial(collected.read, 0)


Read = Callable[[], tuple[Encoding, np.ndarray]]


class _Collected:
    """What is kept of the passes of m models, on their device until it is read."""

    def __init__(self, ids: np.ndarray, shown: np.ndarray) -> None:
        self.ids, self.shown, self.done = ids, shown, 0
        self.latents: list[Tensor] = []
        self.errors: list[Tensor] = []
        self.norms: list[Tensor] = []
        self.outputs: list[Tensor] = []

    def add(self, x: Tensor, z: Tensor, x_hat: Tensor) -> None:
        """x: (n, *shape); z: (m, n, z_dim); x_hat: (m, n, *shape)."""
        m, n = z.shape[:2]
        self.latents.append(z.float())
        errors = reconstruction_error(x.expand_as(x_hat).flatten(0, 1), x_hat.flatten(0, 1))
        self.errors.append(errors.view(m, n))
        self.norms.append(latent_norm(z.flatten(0, 1)).view(m, n))
        here = np.flatnonzero(self.shown[self.done : self.done + n])
        if len(here) or not self.outputs:
            self.outputs.append(x_hat[:, torch.from_numpy(here).to(x.device)].float())
        self.done += n

    def read(self, member: int) -> tuple[Encoding, np.ndarray]:
        """Waits for the device."""
        latents, errors, norms, outputs = (
            torch.cat([part[member] for part in parts]).cpu().numpy()
            for parts in (self.latents, self.errors, self.norms, self.outputs)
        )
        return Encoding(self.ids, latents, errors, norms), outputs


class Company:
    """Members that are trained as one, and encoded as one: what one asks for, all are given.

    The first member that asks at a step has all of them encoded, in one product a layer; the others
    find theirs. together: gives latents (m, n, z_dim) and flat reconstructions (m, n, features) of
    a batch (n, *shape).
    """

    def __init__(self, states: Sequence[TrainingState], together: nn.Module) -> None:
        self.states, self.together = list(states), together
        self.asked: tuple[int, bytes, bytes] | None = None
        self.shares: list[Read] = []

    def share_of(
        self,
        state: TrainingState,
        samples: Samples,
        shown: np.ndarray,
        between_batches: Callable[[], None],
    ) -> Read:
        """What `begin_encoding` gives for one of the members."""
        asked = (state.step, samples.ids.tobytes(), shown.tobytes())
        if asked != self.asked:
            self.shares = self._encode(samples, shown, between_batches)
            self.asked = asked
        return self.shares[next(i for i, each in enumerate(self.states) if each is state)]

    def _encode(
        self, samples: Samples, shown: np.ndarray, between_batches: Callable[[], None]
    ) -> list[Read]:
        first, collected = self.states[0], _Collected(samples.ids, shown)
        self.together.eval()
        with torch.inference_mode():
            for x in samples.batches(first.inference_batch_size):
                between_batches()
                with first.arithmetic(), first.autocast():
                    latents, outputs = self.together(x)
                collected.add(x, latents, outputs.reshape(len(latents), *x.shape))
        self.together.train()
        return [partial(collected.read, member) for member in range(len(self.states))]


def decode(state: TrainingState, latents: np.ndarray) -> np.ndarray:
    """What the decoder makes of latents (n, z_dim), in evaluation mode: (n, *shape) float32."""
    state.model.eval()
    outputs = []
    with torch.inference_mode():
        for part in torch.from_numpy(latents).split(state.inference_batch_size):
            with state.arithmetic(), state.autocast():
                outputs.append(state.model.decoder(part.to(state.device)))
        return torch.cat([x_hat.float().cpu() for x_hat in outputs]).numpy()


def reconstruct(state: TrainingState, split: "OneClassSplit", ids: np.ndarray) -> np.ndarray:
    """Reconstructions of the samples `ids` in the model's own units: (n, *shape) float32."""
    passes = _passes(state, Samples(split, ids, state.device))
    return torch.cat([x_hat.float().cpu() for _, _, x_hat in passes]).numpy()


def batches_of(state: TrainingState, ids: np.ndarray) -> int:
    """How many batches `encode` makes of the samples `ids`."""
    return -(-len(ids) // state.inference_batch_size)


def _passes(state, samples, between_batches=lambda: None):
    state.model.eval()
    with torch.inference_mode():
        for x in samples.batches(state.inference_batch_size):
            between_batches()
            with state.arithmetic(), state.autocast():
                z, x_hat = state.model(x)
            yield x, z, x_hat
