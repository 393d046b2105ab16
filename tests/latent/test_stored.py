"""UMAP of a run: each snapshot once, from the one before, and kept in the run's folder."""

from types import SimpleNamespace

import numpy as np
import pytest

from tests.small_runs import small_config, snapshot
from toll.latent import stored
from toll.latent.stored import project_umap, stored_umap, umap_path
from toll.latent.umap import Layout, UmapSettings
from toll.runs.run import Run
from toll.runs.store import RunStore

STEPS = (0, 5, 10)
SETTINGS = UmapSettings()


@pytest.fixture
def run(tmp_path) -> Run:
    run = RunStore(tmp_path / "runs").create(small_config(z_dim=5, niter=1000))
    for step in STEPS:
        run.save_snapshot(snapshot(step, size=20, z_dim=5))
    return run


@pytest.fixture
def asked(monkeypatch) -> list[tuple[np.ndarray, Layout | None]]:
    """What UMAP has been asked for, in order; the answer is the first coordinates."""
    calls: list[tuple[np.ndarray, Layout | None]] = []

    def points(vectors: np.ndarray, settings: UmapSettings, before: Layout | None) -> np.ndarray:
        calls.append((vectors, before))
        return vectors[:, : settings.dimensions]

    monkeypatch.setattr(stored, "umap_points", points)
    return calls


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
    reports: list[tuple[float, str]] = []
    project_umap(run, SETTINGS, lambda *report: reports.append(report))
    assert reports == [
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
    project_umap(run, SETTINGS, lambda *report: run.snapshot_path(5).unlink(missing_ok=True))
    assert len(asked) == 2 and stored_umap(run, SETTINGS, 10) is not None


def test_a_snapshot_that_is_damaged_has_no_umap_and_the_others_have_theirs(run, asked):
    broken = snapshot(5, size=20, z_dim=5)
    broken.latent_norm[3] = np.inf
    run.save_snapshot(broken)
    project_umap(run, SETTINGS)
    assert [stored_umap(run, SETTINGS, step) is not None for step in STEPS] == [True, False, True]


@pytest.mark.parametrize("points", [np.ones((20, 3)), np.ones(20), np.full((20, 2), np.nan)])
def test_points_that_are_none_are_computed_again(run, asked, points):
    project_umap(run, SETTINGS)
    with np.load(umap_path(run, SETTINGS, 5)) as stored:
        of = stored["of"]
    np.savez(umap_path(run, SETTINGS, 5), points=points, of=of)
    assert stored_umap(run, SETTINGS, 5) is None


def test_a_projection_that_fails_leaves_nothing_behind(run, asked, monkeypatch):
    monkeypatch.setattr(stored.np, "savez", lambda *given, **more: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        project_umap(run, SETTINGS)
    assert stored_umap(run, SETTINGS, 0) is None
    assert list(umap_path(run, SETTINGS, 0).parent.iterdir()) == []
