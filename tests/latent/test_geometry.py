"""The black hole and PCA keep distances from the centre."""

import numpy as np
import pytest

from toll.latent.geometry import angles, black_hole, direction_plane, directions, principal_axes


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


def test_axes_of_a_plane_have_the_sign_that_makes_their_largest_component_positive():
    z = latents(z_dim=4)
    for axes in (direction_plane([z]), principal_axes([z]), principal_axes([-z])):
        assert (axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])] > 0).all()
    assert principal_axes([-z]) == pytest.approx(principal_axes([z]))


@pytest.mark.parametrize("z_dim", [1, 2, 3, 16])
def test_principal_axes_are_orthonormal_and_empty_where_there_are_too_few_dimensions(z_dim):
    axes = principal_axes([latents(z_dim=z_dim), latents(z_dim=z_dim, seed=1)])
    assert axes.shape == (z_dim, 3)
    assert axes.T @ axes == pytest.approx(np.diag(np.arange(3) < z_dim).astype(float), abs=1e-12)


def test_a_shrunken_frame_counts_as_much_for_the_principal_axes_as_an_early_one():
    early, late = latents(n=500), latents(n=500, seed=1)
    early[:, 1] *= 5
    late[:, 4] *= 6
    axes = principal_axes([early, late * np.float32(1e-20)])
    assert set(np.abs(axes[:, :2]).argmax(axis=0)) == {1, 4}
    assert np.abs(axes[[0, 2, 3, 5], :2]).max() < 0.2


def test_the_principal_axes_are_about_the_origin_and_not_about_the_mean():
    z = 0.1 * latents()
    z[:, 2] += 1
    assert principal_axes([z])[:, 0] == pytest.approx(np.eye(6)[2], abs=0.1)


def test_frames_at_the_origin_leave_the_principal_axes_to_the_others():
    z, none = latents(), np.zeros((50, 6), np.float32)
    assert np.array_equal(principal_axes([none, z, none]), principal_axes([z]))
    axes = principal_axes([none])
    assert axes.T @ axes == pytest.approx(np.eye(3))
