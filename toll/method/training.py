"""Training, as in the paper: draw a batch of normal samples, lower its mean score, repeat.

`train` is a generator: it yields after every step and keeps all that has changed in the
`TrainingState`, so that whoever drives it can look, save, pause or stop between two steps.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from toll.config import RunConfig
from toll.method.arithmetic import arithmetic, prepare_workspace
from toll.method.devices import (
    is_convolutional,
    resolve_device,
    resolve_precision,
    samples_at_a_time,
)
from toll.method.networks import Autoencoder, build_autoencoder
from toll.method.objective import latent_norm, reconstruction_error, toll_loss
from toll.method.replay import replayed
from toll.method.seeding import SAMPLING_SEED, classes_before, sampling_state

if TYPE_CHECKING:
    from toll.data import DatasetSpec, OneClassSplit
    from toll.method.encoding import Company


class Diverged(ArithmeticError):
    """The loss is no longer a finite number."""


@dataclass(frozen=True)
class Step:
    """One optimiser step: its number, from 1, and the batch means before the weights moved.

    `means` is a tensor (3,) on the training device: loss, reconstruction error, latent norm.
    Reading it waits for the device, so the reader decides when.
    """

    number: int
    means: Tensor


@dataclass
class TrainingState:
    """All that a training consists of between two steps, and so all that a checkpoint holds.

    company: the members that are being trained as one with this, which are encoded as one too.
    """

    model: Autoencoder
    optimiser: torch.optim.Adam
    sampler: np.random.RandomState
    device: torch.device
    precision: torch.dtype
    inference_batch_size: int
    exact: bool
    deterministic: bool
    step: int = 0
    company: "Company | None" = None

    @classmethod
    def start(cls, config: RunConfig, spec: "DatasetSpec") -> "TrainingState":
        """The state before the first step, with the weights that the config's seed gives.

        Raises:
            ValueError: the dataset has no network of the config's name, or the device is absent.
        """
        network = spec.network(config.network)
        build = partial(build_autoencoder, network, spec.shape, config.z_dim)

        def build_in_turn() -> Autoencoder:
            for _ in classes_before(config, spec):
                build()
            return build()

        return cls.of(build_in_turn, config)

    @classmethod
    def of(cls, build: Callable[[], Autoencoder], config: RunConfig) -> "TrainingState":
        """The same for the network that `build` makes, whatever the config's `network`."""
        device = resolve_device(config.device)
        if device.type == "cuda":
            prepare_workspace(deterministic=config.deterministic)
        with torch.random.fork_rng(devices=[]):
            # `torch.manual_seed` would seed the GPUs too, which are not restored.
            torch.default_generator.manual_seed(config.seed)
            model = build()
        precision = resolve_precision(config.precision, device, model)
        exact = config.precision == "float32"
        faster = is_convolutional(model) and not exact
        layout = torch.channels_last if faster else torch.contiguous_format
        model.to(device).to(memory_format=layout)
        # Where it need not be exact in one kernel, which a GPU can replay with the rest of a step.
        fused, replayable = not exact, not exact and device.type == "cuda"
        optimiser = torch.optim.Adam(
            model.parameters(), lr=config.lr, fused=fused, capturable=replayable
        )
        sampler = np.random.RandomState(SAMPLING_SEED)
        size, steady = samples_at_a_time(config.inference_batch_size, device), config.deterministic
        return cls(model, optimiser, sampler, device, precision, size, exact, steady)

    def arithmetic(self) -> AbstractContextManager[None]:
        """Context in which numbers are rounded as the config asks; see arithmetic.py."""
        return arithmetic(exact=self.exact, deterministic=self.deterministic)

    def autocast(self) -> torch.autocast:
        """Context in which layers compute in the state's precision."""
        reduced = self.precision != torch.float32
        return torch.autocast(self.device.type, torch.bfloat16, enabled=reduced)


def train(config: RunConfig, split: "OneClassSplit", state: TrainingState) -> Iterator[Step]:
    """Train `state` in place up to step `config.niter`, yielding after every step.

    Raises:
        ValueError: the batch is larger than the normal class.

    Examples:
        >>> from toll import laptop, train
        >>> from toll.data import load_dataset, split_one_class
        >>> from toll.method.training import TrainingState, read_means
        >>> config = laptop("digits", niter=50, device="cpu")
        >>> split = split_one_class(load_dataset("digits"), config.normal_class)
        >>> state = TrainingState.start(config, split.dataset.spec)
        >>> steps = list(train(config, split, state))
        >>> loss, error, norm = read_means(steps).T  # each (50,)
        >>> bool(norm[-1] < norm[0])  # normal samples have come closer to the origin
        True
    """
    yield from descend(state, batches(config, split, state), config.beta)


def descend(state: TrainingState, batches: Iterable[Tensor], beta: float) -> Iterator[Step]:
    """One step of `state` for every batch (n, *shape) on its device: the loop itself."""
    yield from map(steps_of(state, beta), batches)


def steps_of(state: TrainingState, beta: float) -> Callable[[Tensor], Step]:
    """A function that takes one step of `state` for each batch (n, *shape) that it is given."""
    compute = replayed(partial(descend_once, state, beta), state.optimiser)

    def take_step(x: Tensor) -> Step:
        means = compute(x)
        state.step += 1
        return Step(state.step, means)

    return take_step


def descend_once(state: TrainingState, beta: float, x: Tensor) -> Tensor:
    """Go down the gradient of the loss of a batch (n, *shape); its means (3,), as in `Step`."""
    state.model.train()
    with state.arithmetic():
        with state.autocast():
            z, x_hat = state.model(x)
        error, norm = reconstruction_error(x, x_hat), latent_norm(z)
        loss = toll_loss(error, norm, beta)
        state.optimiser.zero_grad()
        loss.backward()
        state.optimiser.step()
    return torch.stack((loss, error.mean(), norm.mean())).detach()


def batches(config: RunConfig, split: "OneClassSplit", state: TrainingState) -> Iterator[Tensor]:
    """The batches (batch_size, *shape) that are left for `state` until step `config.niter`.

    Samples live on the device as they are stored; each batch is gathered and normalised there.
    """
    split.check_batch_size(config.batch_size)
    if state.step == 0 and config.seeding == "published":
        state.sampler.set_state(sampling_state(config, split))
    samples = torch.from_numpy(split.dataset.samples[split.train]).to(state.device)
    yield from map(split.normalise, draws(samples, config.batch_size, config.niter, state))


def draws(samples: Tensor, size: int, niter: int, state: TrainingState) -> Iterator[Tensor]:
    """`size` of the `samples`, drawn without replacement, for every step until `niter`."""
    while state.step < niter:
        drawn = torch.from_numpy(state.sampler.choice(len(samples), size, replace=False))
        yield samples[_sent(drawn, state.device)]


def _sent(drawn: Tensor, device: torch.device) -> Tensor:
    """On the device, without waiting for it: the next batch is drawn while it computes this one."""
    ahead = device.type == "cuda"
    return (drawn.pin_memory() if ahead else drawn).to(device, non_blocking=ahead)


def read_means(steps: list[Step]) -> np.ndarray:
    """The means of several steps in one read of the device: (len(steps), 3).

    Raises:
        Diverged: one of them is not finite; the sentence names the step.
    """
    means = torch.stack([step.means for step in steps]).cpu().numpy()
    for step, (loss, _, _) in zip(steps, means, strict=True):
        if not math.isfinite(loss):
            raise Diverged(f"the loss was not a finite number at step {step.number}")
    return means
