"""Snapshots on disk: half the size, and as exact near the centre as far away."""

import numpy as np
import pytest

from tests.small_runs import snapshot
from toll.runs.snapshots import Snapshot, packed, unpacked


def through_disk(latents: np.ndarray) -> Snapshot:
    size = len(latents)
    norms = np.linalg.norm(latents.astype(np.float64), axis=1).astype(np.float32)
    return unpacked(3, packed(Snapshot(3, np.arange(size), latents, np.ones(size), norms)))


@pytest.mark.parametrize("size", [1e-30, 1e-7, 1.0, 1e4, 1e30])
def test_latents_come_back_to_float16_in_direction_and_float32_in_norm(size):
    random = np.random.default_rng(0)
    latents = (random.normal(size=(50, 128)) * size).astype(np.float32)
    back = through_disk(latents)
    assert back.latents.dtype == np.float32
    norms = np.linalg.norm(back.latents.astype(np.float64), axis=1)
    assert norms == pytest.approx(back.latent_norm, rel=1e-6)
    cosines = (latents.astype(np.float64) * back.latents).sum(1)
    cosines /= norms * np.linalg.norm(latents.astype(np.float64), axis=1)
    assert (cosines > 1 - 1e-6).all()


def test_a_zero_vector_stays_zero():
    latents = np.zeros((3, 4), np.float32)
    latents[1] = (3, 0, 0, 4)
    back = through_disk(latents).latents
    assert not back[[0, 2]].any() and back[1] == pytest.approx((3, 0, 0, 4), rel=1e-3)


def test_one_latent_dimension_keeps_its_sign():
    latents = np.array([[-2.0], [0.5]], np.float32)
    assert np.array_equal(through_disk(latents).latents, latents)


def test_all_but_the_latents_comes_back_to_the_last_bit():
    saved = snapshot(20)
    back = unpacked(20, packed(saved))
    for name in ("step", "ids", "reconstruction_error", "latent_norm"):
        assert np.array_equal(getattr(back, name), getattr(saved, name))


def test_latents_take_half_the_room():
    saved = snapshot(0, size=10, z_dim=128)
    assert packed(saved)["directions"].nbytes * 2 == saved.latents.nbytes


def test_latents_of_older_runs_come_back_as_they_are():
    saved = snapshot(20)
    back = unpacked(20, {k: v for k, v in saved._asdict().items() if k != "step"})
    assert np.array_equal(back.latents, saved.latents)
