"""Projections: the black hole and PCA keep distances from the centre; UMAP is kept in the run."""

from types import SimpleNamespace

import numpy as np
import pytest

from tests.small_runs import small_config, snapshot
from toll.latent import stored
from toll.latent.stored import (
    UmapSettings,
    angles,
    black_hole,
    direction_plane,
    directions,
    principal_axes,
    project_umap,
    stored_umap,
    umap_path,
)
from toll.latent.umap import Frame
from toll.runs.run import Run
from toll.runs.store import RunStore

STEPS = (0, 5, 10)
SETTINGS = UmapSettings()


@pytest.fixture
def run(tmp_path) -> Run:
    run = RunStore(tmp_path / "runs").create(small_config())
    for step in STEPS:
        run.save_snapshot(snapshot(step, size=20, z_dim=5))
    return run


@pytest.fixture
def asked(monkeypatch) -> list[tuple[np.ndarray, Frame | None]]:
    """What UMAP has been asked for, in order; the answer is the first coordinates."""
    calls: list[tuple[np.ndarray, Frame | None]] = []

    def points(vectors: np.ndarray, settings: UmapSettings, before: Frame | None) -> np.ndarray:
        calls.append((vectors, before))
        return vectors[:, : settings.dimensions]

    monkeypatch.setattr(stored, "umap_points", points)
    return calls


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


def test_every_snapshot_is_projected_once_each_from_the_one_before(run, asked):
    assert stored_umap(run, SETTINGS, 5) is None
    project_umap(run, SETTINGS)
    project_umap(run, SETTINGS)
    assert len(asked) == len(STEPS)
    frames = [run.snapshot(step).latents for step in STEPS]
    for step, frame in zip(STEPS, frames, strict=True):
        stored = stored_umap(run, SETTINGS, step)
        assert stored is not None and stored.dtype == np.float32
        assert np.array_equal(stored, frame[:, :2])
    assert all(np.array_equal(given, z) for (given, _), z in zip(asked, frames, strict=True))
    before = [each for _, each in asked]
    assert before[0] is None
    for each, frame in zip(before[1:], frames, strict=False):
        assert each is not None and np.array_equal(each.vectors, frame)
        assert np.array_equal(each.points, frame[:, :2])


def test_a_snapshot_that_comes_later_is_projected_from_the_last_one_stored(run, asked):
    project_umap(run, SETTINGS)
    run.save_snapshot(snapshot(20, size=20, z_dim=5))
    project_umap(run, SETTINGS)
    assert len(asked) == len(STEPS) + 1
    assert np.array_equal(asked[-1][1].vectors, run.snapshot(10).latents)


def test_other_settings_are_other_projections(run, asked):
    for settings in (SETTINGS, UmapSettings(dimensions=3), UmapSettings(of="directions")):
        project_umap(run, settings)
        stored = stored_umap(run, settings, 5)
        assert stored is not None and stored.shape == (20, settings.dimensions)
    assert len(asked) == 3 * len(STEPS)
    assert np.linalg.norm(asked[-1][0], axis=1) == pytest.approx(1)


def test_the_projection_of_a_snapshot_that_was_trained_again_is_not_the_new_ones(run, asked):
    project_umap(run, SETTINGS)
    run.save_snapshot(snapshot(99, size=20, z_dim=5)._replace(step=5))
    assert stored_umap(run, SETTINGS, 5) is None
    assert stored_umap(run, SETTINGS, 10) is not None
    project_umap(run, SETTINGS)
    assert len(asked) == len(STEPS) + 1
    assert np.array_equal(stored_umap(run, SETTINGS, 5), run.snapshot(5).latents[:, :2])
    run.snapshot_path(5).unlink()
    assert stored_umap(run, SETTINGS, 5) is None


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK half an archive"])
def test_a_damaged_projection_is_computed_again(run, asked, content):
    project_umap(run, SETTINGS)
    umap_path(run, SETTINGS, 5).write_bytes(content)
    assert stored_umap(run, SETTINGS, 5) is None
    project_umap(run, SETTINGS)
    assert stored_umap(run, SETTINGS, 5) is not None


def test_before_each_frame_comes_the_share_done_and_then_how_long_the_rest_takes(
    run, asked, monkeypatch
):
    run.save_snapshot(snapshot(1000, size=20, z_dim=5))
    clock = iter((0.0, 60.0, 60.0, 62.0, 62.0, 63.0, 63.0, 64.0))
    monkeypatch.setattr(stored, "time", SimpleNamespace(perf_counter=lambda: next(clock)))
    told: list[tuple[float, str]] = []
    project_umap(run, SETTINGS, lambda *told_now: told.append(told_now))
    assert told == [
        (0.0, "UMAP of step 0; the first takes longest"),
        (0.25, "UMAP of step 5"),
        (0.5, "UMAP of step 10, about 4 s left"),
        (0.75, "UMAP of step 1,000, about 2 s left"),
    ]


def test_a_report_that_raises_stops_and_what_was_ready_is_kept(run, asked):
    class Enough(Exception):
        pass

    def report(share: float, message: str) -> None:
        if share > 0.5:
            raise Enough

    with pytest.raises(Enough):
        project_umap(run, SETTINGS, report)
    assert [stored_umap(run, SETTINGS, step) is not None for step in STEPS] == [True, True, False]


def test_a_snapshot_that_is_gone_when_its_turn_comes_is_passed_over(run, asked):
    project_umap(run, SETTINGS, lambda *told: run.snapshot_path(5).unlink(missing_ok=True))
    assert len(asked) == 2 and stored_umap(run, SETTINGS, 10) is not None


def test_latents_that_are_not_finite_have_no_umap_and_are_named(run):
    broken = snapshot(5, size=20, z_dim=5)
    broken.latent_norm[3] = np.inf
    run.save_snapshot(broken)
    run.snapshot_path(0).unlink()
    with pytest.raises(ValueError, match="^the latents of step 5 are not finite"):
        project_umap(run, SETTINGS)


def test_a_projection_that_fails_leaves_nothing_behind(run, asked, monkeypatch):
    monkeypatch.setattr(stored.np, "savez", lambda *given, **more: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        project_umap(run, SETTINGS)
    assert stored_umap(run, SETTINGS, 0) is None
    assert list(umap_path(run, SETTINGS, 0).parent.iterdir()) == []
