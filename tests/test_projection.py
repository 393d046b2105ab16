"""Projections: the black hole keeps every distance from the centre; UMAP is the same each time."""

import numpy as np
import pytest

from tests.small_runs import small_config, snapshot
from toll import projection
from toll.projection import (
    angles,
    black_hole,
    direction_plane,
    directions,
    project_umap,
    stored_umap,
    umap_points,
)
from toll.runs import Run, RunStore


@pytest.fixture
def run(tmp_path) -> Run:
    run = RunStore(tmp_path / "runs").create(small_config())
    run.save_snapshot(snapshot(10, size=40, z_dim=5))
    return run


def latents(n: int = 50, z_dim: int = 6, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, z_dim)).astype(np.float32)


def test_directions_have_length_one_and_a_zero_vector_has_none():
    found = directions(np.array([[3.0, 4.0], [0.0, 0.0], [-2e-6, 0.0]]))
    assert found == pytest.approx(np.array([[0.6, 0.8], [0, 0], [-1, 0]]))


@pytest.mark.parametrize("z_dim", [1, 2, 16])
def test_the_black_hole_plot_keeps_true_distances_from_the_centre(z_dim):
    z = latents(z_dim=z_dim)
    norms = np.linalg.norm(z, axis=1)
    points = black_hole(angles(z, direction_plane([z])), norms)
    assert points.shape == (50, 2)
    assert np.linalg.norm(points, axis=1) == pytest.approx(norms, rel=1e-5)


@pytest.mark.parametrize("z_dim", [2, 3, 16])
def test_the_plane_is_orthonormal(z_dim):
    plane = direction_plane([latents(z_dim=z_dim), latents(z_dim=z_dim, seed=1)])
    assert plane.T @ plane == pytest.approx(np.eye(2), abs=1e-5)


def test_the_plane_is_the_one_that_directions_vary_most_in():
    random = np.random.default_rng(0)
    turn = random.uniform(0, 2 * np.pi, 200)
    z = 0.01 * random.normal(size=(200, 5))
    z[:, 1], z[:, 3] = np.cos(turn), np.sin(turn)
    plane = direction_plane([z])
    assert np.abs(plane[[0, 2, 4]]).max() < 0.05


def test_angles_do_not_depend_on_how_far_out_a_point_lies():
    z = latents()
    plane = direction_plane([z])
    assert angles(z * 1e-5, plane) == pytest.approx(angles(z, plane), abs=1e-3)


# Said by umap as it is imported; Python shows it to nobody unless asked.
@pytest.mark.filterwarnings("ignore:Tensorflow not installed:ImportWarning")
def test_umap_is_finite_repeatable_and_one_point_a_sample():
    z = latents(n=40)
    points = umap_points(z * 1e-20)
    assert points.shape == (40, 2) and points.dtype == np.float32
    assert np.isfinite(points).all()
    assert np.array_equal(points, umap_points(z * 1e-20))


def test_a_projection_is_kept_in_the_run_and_not_computed_again(run, monkeypatch):
    assert stored_umap(run, 10) is None
    calls = []

    def points(z: np.ndarray) -> np.ndarray:
        calls.append(z)
        return z[:, :2]

    monkeypatch.setattr(projection, "umap_points", points)
    project_umap(run, 10)
    project_umap(run, 10)
    stored = stored_umap(run, 10)
    assert stored is not None and np.array_equal(stored, run.snapshot(10).latents[:, :2])
    assert len(calls) == 1
    assert len(list((run.folder / "projections").iterdir())) == 1


def test_a_projection_that_fails_leaves_nothing_behind(run, monkeypatch):
    monkeypatch.setattr(projection.np, "savez", lambda *given, **more: 1 / 0)
    monkeypatch.setattr(projection, "umap_points", lambda z: z)
    with pytest.raises(ZeroDivisionError):
        project_umap(run, 10)
    assert stored_umap(run, 10) is None
    assert list((run.folder / "projections").iterdir()) == []
