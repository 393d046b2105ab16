"""The term β·mean‖z‖₂ for training loops of one's own."""

import doctest

import numpy as np
import pytest
import torch
from torch import nn

from toll import TargetedCollapse
from toll.detectors import collapse as module
from toll.method.objective import latent_norm, reconstruction_error, toll_loss, toll_score


def test_the_example_in_the_text_runs():
    result = doctest.testmod(module)
    assert result.attempted > 5 and result.failed == 0


@pytest.mark.parametrize("shape", [(5, 7), (5, 3, 4, 4), (1, 1)])
@pytest.mark.parametrize("beta", [0, 0.5, 1000])
def test_term_and_score_are_the_formula(beta, shape):
    z = np.random.default_rng(0).normal(size=shape)
    by_hand = [beta * np.sqrt((each**2).sum()) for each in z]
    collapse = TargetedCollapse(beta)
    assert collapse.score(torch.from_numpy(z)).numpy() == pytest.approx(by_hand, rel=1e-12)
    assert float(collapse(torch.from_numpy(z))) == pytest.approx(np.mean(by_hand), rel=1e-12)


def test_with_the_reconstruction_error_it_is_the_loss_and_the_score_of_the_method():
    random = torch.Generator().manual_seed(0)
    x, x_hat, z = (torch.rand(6, size, generator=random) for size in (9, 9, 3))
    collapse, error = TargetedCollapse(7), reconstruction_error(x, x_hat)
    assert torch.equal(error + collapse.score(z), toll_score(error, latent_norm(z), 7))
    assert torch.allclose(error.mean() + collapse(z), toll_loss(error, latent_norm(z), 7))


def test_the_gradient_at_zero_is_zero_and_elsewhere_points_outwards_with_length_beta():
    z = torch.tensor([[0.0, 0.0], [3.0, 4.0]], requires_grad=True)
    TargetedCollapse(10)(z).backward()
    assert z.grad is not None
    # Of the mean of two samples: half of 10 · z / ‖z‖.
    assert torch.allclose(z.grad, torch.tensor([[0.0, 0.0], [3.0, 4.0]]))


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_norms_of_reduced_latents_are_taken_in_float32(dtype):
    # The sum of squares is beyond what float16 holds.
    z = torch.full((2, 10_000), 8.0, dtype=dtype)
    score = TargetedCollapse(2).score(z)
    assert score.dtype == torch.float32 and score.tolist() == [1600, 1600]


def test_under_autocast_the_term_is_float32_and_trains_the_encoder():
    torch.manual_seed(0)
    encoder, collapse = nn.Linear(4, 3), TargetedCollapse(5)
    with torch.autocast("cpu", torch.bfloat16):
        z = encoder(torch.ones(2, 4))
        term = collapse(z)
    assert z.dtype == torch.bfloat16 and term.dtype == torch.float32
    term.backward()
    assert encoder.weight.grad is not None and encoder.weight.grad.abs().sum() > 0


def test_added_to_a_loop_it_draws_the_latents_to_the_origin():
    torch.manual_seed(0)
    x, encoder, collapse = torch.rand(32, 4), nn.Linear(4, 3), TargetedCollapse(1)
    optimiser = torch.optim.Adam(encoder.parameters(), lr=0.05)
    before = collapse(encoder(x)).item()
    for _ in range(60):
        optimiser.zero_grad()
        collapse(encoder(x)).backward()
        optimiser.step()
    assert collapse(encoder(x)).item() < 0.2 * before


def test_it_has_no_weights_and_says_its_beta():
    collapse = TargetedCollapse(10)
    assert list(collapse.parameters()) == [] and collapse.state_dict() == {}
    assert repr(collapse) == "TargetedCollapse(beta=10)"


@pytest.mark.parametrize("beta", [-1, float("nan"), float("inf")])
def test_a_beta_out_of_range_is_refused_in_one_sentence(beta):
    expected = f"^beta is {beta:g}; it must be a finite number, at least 0$"
    with pytest.raises(ValueError, match=expected):
        TargetedCollapse(beta)


def test_latents_without_a_dimension_for_samples_are_refused():
    with pytest.raises(ValueError, match=r"^latents are of shape \(5,\); they must be \(samples"):
        TargetedCollapse(1)(torch.rand(5))
