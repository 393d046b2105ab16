"""The formula s(x) = ‖x − x̂‖₂ + β‖z‖₂, against NumPy by hand."""

import numpy as np
import pandas as pd
import pytest
import torch

from toll.method.objective import latent_norm, reconstruction_error, toll_loss, toll_score


@pytest.fixture
def batch() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Samples, reconstructions and latents."""
    random = np.random.default_rng(0)
    return random.random((5, 2, 4, 3)), random.random((5, 2, 4, 3)), random.random((5, 7))


@pytest.mark.parametrize("beta", [0, 0.5, 1000])
def test_score_and_loss_are_the_formula(batch, beta):
    x, x_hat, z = batch
    by_hand = [
        np.sqrt(((x[i] - x_hat[i]) ** 2).sum()) + beta * np.sqrt((z[i] ** 2).sum())
        for i in range(5)
    ]
    error = reconstruction_error(torch.from_numpy(x), torch.from_numpy(x_hat))
    norm = latent_norm(torch.from_numpy(z))
    assert toll_score(error, norm, beta).numpy() == pytest.approx(by_hand, rel=1e-6)
    assert float(toll_loss(error, norm, beta)) == pytest.approx(np.mean(by_hand), rel=1e-6)


def test_the_parts_are_averaged_one_by_one_as_published():
    error = torch.ones(100)
    norm = torch.full((100,), 0.3, requires_grad=True)
    toll_loss(error, norm, 10).backward()
    # 10 / 100; the mean of the scores would give 10 * (1 / 100), which rounds otherwise.
    assert norm.grad is not None and torch.equal(norm.grad, torch.full((100,), 10.0) / 100)


def test_beta_zero_is_the_plain_autoencoder(batch):
    x, x_hat, z = map(torch.from_numpy, batch)
    error = reconstruction_error(x, x_hat)
    assert torch.equal(toll_score(error, latent_norm(z), 0), error)


def test_one_sample_with_round_numbers():
    x, x_hat = torch.tensor([[3.0, 0.0]]), torch.tensor([[0.0, 4.0]])
    z = torch.tensor([[6.0, 8.0]])
    assert toll_score(reconstruction_error(x, x_hat), latent_norm(z), 2).tolist() == [25]


def test_norms_are_taken_in_float32_whatever_comes_in():
    x = torch.full((1, 10_000), 0.1, dtype=torch.bfloat16)
    error = reconstruction_error(x, torch.zeros_like(x))
    assert error.dtype == latent_norm(x).dtype == torch.float32
    assert float(error) == pytest.approx(10, rel=2e-3)


def test_the_gradient_at_a_zero_latent_and_a_perfect_reconstruction_is_finite():
    x, z = torch.ones(3, 4), torch.zeros(3, 2, requires_grad=True)
    x_hat = torch.ones(3, 4, requires_grad=True)
    toll_loss(reconstruction_error(x, x_hat), latent_norm(z), 1000).backward()
    assert z.grad is not None and torch.equal(z.grad, torch.zeros(3, 2))
    assert x_hat.grad is not None and torch.equal(x_hat.grad, torch.zeros(3, 4))


def test_the_score_takes_arrays_and_columns():
    error, norm = np.array([1.0, 2.0]), np.array([10.0, 20.0])
    assert toll_score(error, norm, 0.5).tolist() == [6, 12]
    frame = pd.DataFrame({"error": error, "norm": norm})
    assert toll_score(frame["error"], frame["norm"], 0.5).tolist() == [6, 12]


def test_norms_of_float64_stay_float64():
    x = torch.full((1, 3), 1 + 1e-12, dtype=torch.float64)
    error = reconstruction_error(x, torch.ones_like(x))
    assert error.dtype == latent_norm(x).dtype == torch.float64
    assert float(error) == pytest.approx(3**0.5 * 1e-12, rel=1e-3)
