"""Many models at once: members of one architecture, trained as one and each as if alone.

Members differ in their seed and β. They see the same batches, because sampling does not depend on
the seed, so their layers become batched matrix products. Weights, BatchNorm statistics and Adam's
moments live in stacked tensors of which the members hold slices: a member's own `TrainingState`
is up to date after every step, and can be encoded, saved and resumed like any other.

Activations are features-first, (members, features, n): so a batch norm over all members' features
is one call, and no tensor is transposed in between.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

from toll.config import RunConfig
from toll.method.encoding import Company
from toll.method.lockstep import train_in_lockstep
from toll.method.networks import Autoencoder, Encoded
from toll.method.objective import latent_norm, reconstruction_error, toll_score
from toll.method.replay import replayed
from toll.method.training import Step, TrainingState, batches

if TYPE_CHECKING:
    from toll.data import OneClassSplit


def train_together(
    configs: Sequence[RunConfig], split: "OneClassSplit", states: Sequence[TrainingState]
) -> Iterator[list[Step]]:
    """Train `states` in place up to step `niter`, yielding one `Step` per member after every step.

    A member whose loss is no longer finite does not affect the others. Those whose networks cannot
    be stacked train beside each other, in lockstep.py.

    Raises:
        ValueError: the configs differ in more than seed and beta, the states stand at different
            steps, or the batch is larger than the normal class.
    """
    _check_alike(configs, states)
    for state in states:
        state.sampler = states[0].sampler
    as_one = can_be_stacked(states[0].model)
    yield from (_train_as_one if as_one else train_in_lockstep)(configs, split, states)


def _train_as_one(
    configs: Sequence[RunConfig], split: "OneClassSplit", states: Sequence[TrainingState]
) -> Iterator[list[Step]]:
    first, betas = states[0], [config.beta for config in configs]
    for means in descend_as_one(states, batches(configs[0], split, first), betas):
        yield [Step(first.step, each) for each in means]


def descend_as_one(
    states: Sequence[TrainingState], batches: Iterable[Tensor], betas: Sequence[float]
) -> Iterator[Tensor]:
    """A step of all members for every batch (n, *shape): their means (m, 3), as in `Step`.

    Their networks are of linear layers; see `can_be_stacked`.
    """
    first = states[0]
    ensemble = Ensemble([state.model for state in states])
    optimiser = ensemble.join_optimisers([state.optimiser for state in states])
    beta = torch.tensor(betas, device=first.device)

    def descend_once(x: Tensor) -> Tensor:
        with first.arithmetic():
            with first.autocast():
                z, x_hat = ensemble(x)
            error = torch.vmap(reconstruction_error, (None, 0))(x.flatten(1), x_hat)
            norm = torch.vmap(latent_norm)(z)
            loss = toll_score(error.mean(1), norm.mean(1), beta)
            optimiser.zero_grad()
            loss.sum().backward()
            optimiser.step()
        return torch.stack((loss, error.mean(1), norm.mean(1)), dim=1).detach()

    compute = replayed(descend_once, optimiser)
    with _in_company(states, ensemble):
        for x in batches:
            means = compute(x)
            for state in states:
                state.step += 1
            yield means


@contextmanager
def _in_company(states: Sequence[TrainingState], ensemble: "Ensemble") -> Iterator[None]:
    """While they are trained as one the members are encoded as one; afterwards each by itself."""
    company = Company(states, ensemble)
    for state in states:
        state.company = company
    try:
        yield
    finally:
        for state in states:
            state.company = None


def can_be_stacked(model: nn.Module) -> bool:
    """Whether the model consists of layers that an `Ensemble` knows."""
    leaves = (layer for layer in model.modules() if next(layer.children(), None) is None)
    return all(isinstance(leaf, _STACKABLE) for leaf in leaves)


class Ensemble(nn.Module):
    """m autoencoders of linear layers as one.

    It owns the weights from then on; the members keep slices of them.
    """

    def __init__(self, members: Sequence[Autoencoder]) -> None:
        super().__init__()
        if not can_be_stacked(members[0]):
            raise ValueError("only networks of linear layers can be trained as one")
        self.count = len(members)
        self.owned: list[tuple[nn.Parameter, list[nn.Parameter]]] = []
        self.encoder = self._stacked([member.encoder for member in members])
        self.decoder = self._stacked([member.decoder for member in members])

    def forward(self, x: Tensor) -> Encoded:
        """Batch (n, *shape) → latents (m, n, z_dim) and flat reconstructions (m, n, features)."""
        latents = self.encoder(x.flatten(1).T)
        return Encoded(latents.mT, self.decoder(latents).mT)

    def join_optimisers(self, members: Sequence[torch.optim.Adam]) -> torch.optim.Adam:
        """One Adam over the stacked weights; the members' own share its moments."""
        names = ("lr", "fused", "capturable")
        settings = {name: members[0].defaults[name] for name in names}
        joined, fused = torch.optim.Adam(self.parameters(), **settings), settings["fused"]
        for stacked, owners in self.owned:
            known = [adam.state.get(p) for adam, p in zip(members, owners, strict=True)]
            moments = joined.state[stacked]
            # As Adam makes it: fused, its kernel reads the step where the weights are.
            start = torch.zeros((), device=stacked.device if fused else "cpu")
            moments["step"] = known[0]["step"].clone() if known[0] else start
            for name in ("exp_avg", "exp_avg_sq"):
                moments[name] = (
                    torch.stack([each[name] for each in known if each])
                    if known[0]
                    else torch.zeros_like(stacked)
                )
            for adam, owner, *slices in zip(
                members, owners, moments["exp_avg"], moments["exp_avg_sq"], strict=True
            ):
                names = ("step", "exp_avg", "exp_avg_sq")
                adam.state[owner] = dict(zip(names, (moments["step"], *slices), strict=True))
        return joined

    def _stacked(self, layers: Sequence[nn.Module]) -> nn.Module:
        match layers[0]:
            case nn.Sequential():
                columns = zip(*(layer.children() for layer in layers), strict=True)
                return nn.Sequential(*(self._stacked(column) for column in columns))
            case nn.Linear():
                return _Linear(*self._shared(layers))
            case nn.BatchNorm1d():
                return _BatchNorm(layers, *self._shared(layers))
            case nn.Flatten() | nn.Unflatten():
                return nn.Identity()
            case activation:
                return activation

    def _shared(self, layers: Sequence[nn.Module]) -> list[nn.Parameter]:
        """Weight and bias of all the layers, stacked; each layer keeps its slices."""
        return [self._share([layer.get_parameter(name) for layer in layers]) for name in _NAMES]

    def _share(self, owners: list[nn.Parameter]) -> nn.Parameter:
        stacked = nn.Parameter(torch.stack([owner.detach() for owner in owners]))
        for owner, part in zip(owners, stacked.detach(), strict=True):
            owner.data = part
        self.owned.append((stacked, owners))
        return stacked


class _Linear(nn.Module):
    """(features, n) shared by all members, or (m, features, n) → (m, outputs, n)."""

    def __init__(self, weight: nn.Parameter, bias: nn.Parameter) -> None:
        super().__init__()
        self.weight, self.bias = weight, bias

    def forward(self, x: Tensor) -> Tensor:
        if x.dim() == 2:  # one product for all members
            shared = torch.addmm(self.bias.view(-1, 1), self.weight.flatten(0, 1), x)
            return shared.view(*self.bias.shape, -1)
        return torch.baddbmm(self.bias.unsqueeze(2), self.weight, x)


class _BatchNorm(nn.Module):
    """Each member's BatchNorm over its own features, with its own running statistics."""

    def __init__(
        self, layers: Sequence[nn.Module], weight: nn.Parameter, bias: nn.Parameter
    ) -> None:
        super().__init__()
        self.weight, self.bias = weight, bias
        assert isinstance(layers[0], nn.BatchNorm1d) and layers[0].momentum is not None
        self.eps, self.momentum = layers[0].eps, layers[0].momentum
        self.counts = [layer.get_buffer("num_batches_tracked") for layer in layers]
        self.running_mean = _shared_buffer(layers, "running_mean")
        self.running_var = _shared_buffer(layers, "running_var")

    def forward(self, x: Tensor) -> Tensor:
        for count in self.counts if self.training else ():
            count += 1
        flat = functional.batch_norm(
            x.reshape(1, -1, x.shape[-1]),
            self.running_mean,
            self.running_var,
            self.weight.view(-1),
            self.bias.view(-1),
            training=self.training,
            momentum=self.momentum,
            eps=self.eps,
        )
        return flat.view_as(x)


def _shared_buffer(layers: Sequence[nn.Module], name: str) -> Tensor:
    """The layers' buffers as one flat tensor, of which each layer keeps its slice."""
    stacked = torch.stack([layer.get_buffer(name) for layer in layers])
    for layer, part in zip(layers, stacked, strict=True):
        layer.register_buffer(name, part)
    return stacked.view(-1)


_NAMES = ("weight", "bias")
_STACKABLE = (nn.Linear, nn.BatchNorm1d, nn.ReLU, nn.LeakyReLU, nn.Flatten, nn.Unflatten)


def _check_alike(configs: Sequence[RunConfig], states: Sequence[TrainingState]) -> None:
    alike = {replace(config, seed=0, beta=0.0) for config in configs}
    if len(alike) > 1:
        raise ValueError("models trained as one may differ in seed and beta only")
    steps = sorted({state.step for state in states})
    if len(steps) > 1:
        raise ValueError(f"models trained as one must stand at the same step, not at {steps}")
