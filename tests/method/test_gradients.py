"""The two gradients of the loss at the latents: against the formula, and leaving no trace."""

import copy
from functools import partial

import numpy as np
import pytest
import torch
from torch import nn

from tests.small_runs import small_config
from toll.data import OneClassSplit, load_dataset, split_one_class
from toll.method.encoding import encode
from toll.method.gradients import error_gradients, loss_gradients
from toll.method.networks import Autoencoder, build_convolutional
from toll.method.training import Diverged, TrainingState

SHAPE = (1, 8, 8)


@pytest.fixture(scope="module")
def split() -> OneClassSplit:
    return split_one_class(load_dataset("digits"), 8)


def linear(z_dim: int = 4) -> Autoencoder:
    """Encoder and decoder are one matrix each, so that the gradient can be written down."""
    encoder = nn.Sequential(nn.Flatten(), nn.Linear(64, z_dim))
    return Autoencoder(encoder, nn.Sequential(nn.Linear(z_dim, 64), nn.Unflatten(1, SHAPE)))


def started(build, **changes) -> TrainingState:
    return TrainingState.of(build, small_config(**changes))


def convolutional(**changes) -> TrainingState:
    """A model with batch norms whose running statistics are not the initial ones."""
    state = started(partial(build_convolutional, SHAPE, 4, (4,)), **changes)
    state.model.train()
    with torch.no_grad():
        state.model(torch.rand(50, *SHAPE))
    return state


def test_a_linear_decoder_has_the_gradients_of_the_formula(split):
    state, ids, beta = started(linear), split.test[:30], 5.0
    z = encode(state, split, ids).latents.astype(np.float64)
    weight, bias = (p.detach().double().numpy() for p in state.model.decoder[0].parameters())
    x = split.normalise(torch.from_numpy(split.dataset.samples[ids])).double().flatten(1).numpy()
    residual = x - (z @ weight.T + bias)
    errors = -residual @ weight / np.linalg.norm(residual, axis=1, keepdims=True)
    pulls = beta * z / np.linalg.norm(z, axis=1, keepdims=True)
    gradients = loss_gradients(state, split, ids, z.astype(np.float32), beta)
    norms = np.linalg.norm(errors, axis=1)
    assert gradients.error_gradient == pytest.approx(norms.mean(), rel=1e-4)
    assert gradients.pull_gradient == pytest.approx(beta, rel=1e-6)
    cosines = (errors * pulls).sum(1) / norms / beta
    assert gradients.cosine == pytest.approx(cosines.mean(), abs=1e-4)


def test_a_deep_decoder_has_the_gradient_that_small_steps_show(split):
    state, ids = convolutional(), split.test[:6]
    z = encode(state, split, ids).latents
    found = error_gradients(state, split, ids, z)
    decoder = copy.deepcopy(state.model.decoder).double()
    x = split.normalise(torch.from_numpy(split.dataset.samples[ids])).double()

    def error(latents: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            return (x - decoder(torch.from_numpy(latents))).flatten(1).norm(dim=1).numpy()

    steps = 1e-5 * np.eye(4)
    slopes = [(error(z + step) - error(z - step)) / 2e-5 for step in steps]
    assert found == pytest.approx(np.stack(slopes, axis=1), rel=1e-3, abs=1e-5)


def test_samples_do_not_touch_each_others_gradients(split):
    state, ids = convolutional(), split.test[:8]
    z = encode(state, split, ids).latents
    together = error_gradients(state, split, ids, z)
    alone = [error_gradients(state, split, ids[k : k + 1], z[k : k + 1])[0] for k in range(8)]
    assert together == pytest.approx(np.stack(alone), rel=1e-4, abs=1e-6)


def test_reduced_precision_gives_about_the_same(split):
    exact, reduced = convolutional(), convolutional(precision="bfloat16")
    reduced.model.load_state_dict(exact.model.state_dict())
    ids = split.test[:40]
    z = encode(exact, split, ids).latents
    one, other = (loss_gradients(state, split, ids, z, 2.0) for state in (exact, reduced))
    assert reduced.precision == torch.bfloat16
    assert other == pytest.approx(one, rel=0.05, abs=0.02)


def test_a_latent_at_the_centre_is_not_pulled_and_has_no_angle(split):
    state, ids = started(linear), split.test[:3]
    gradients = loss_gradients(state, split, ids, np.zeros((3, 4), np.float32), 10.0)
    assert gradients.pull_gradient == 0 and gradients.cosine == 0 and gradients.error_gradient > 0


def test_the_smallest_latents_are_pulled_as_hard_as_any(split):
    state, ids = started(linear), split.test[:3]
    gradients = loss_gradients(state, split, ids, np.full((3, 4), 1e-30, np.float32), 10.0)
    assert gradients.pull_gradient == pytest.approx(10)


def test_without_a_pull_there_is_no_gradient_of_it(split):
    state, ids = started(linear), split.test[:3]
    gradients = loss_gradients(state, split, ids, np.ones((3, 4), np.float32), 0.0)
    assert gradients.pull_gradient == 0 and gradients.cosine == 0


def test_a_perfect_reconstruction_has_no_gradient(split):
    state, ids = started(linear), split.test[:3]
    x = split.normalise(torch.from_numpy(split.dataset.samples[ids]))
    with torch.no_grad():
        state.model.decoder[0].weight.zero_()
        state.model.decoder[0].bias.copy_(x[0].flatten())
    assert not error_gradients(state, split, ids[:1], np.ones((1, 4), np.float32)).any()


def test_gradients_that_are_not_finite_end_the_training(split):
    state = started(linear)
    state.step = 7
    with torch.no_grad():
        state.model.decoder[0].weight.fill_(float("inf"))
    with pytest.raises(Diverged, match="not finite numbers after step 7$"):
        loss_gradients(state, split, split.test[:3], np.ones((3, 4), np.float32), 1.0)


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_weights_statistics_gradients_and_randomness_stay(split, precision):
    state, ids = convolutional(precision=precision), split.test[:10]
    z = encode(state, split, ids).latents
    first = next(state.model.parameters())
    first.grad = torch.ones_like(first)
    before = copy.deepcopy(state.model.state_dict()), torch.get_rng_state(), z.copy()
    loss_gradients(state, split, ids, z, 1.0)
    assert all(
        torch.equal(a, b)
        for a, b in zip(before[0].values(), state.model.state_dict().values(), strict=True)
    )
    assert torch.equal(before[1], torch.get_rng_state()) and np.array_equal(before[2], z)
    with_gradient = [weight.grad is not None for weight in state.model.parameters()]
    assert with_gradient[0] and not any(with_gradient[1:]) and (first.grad == 1).all()
