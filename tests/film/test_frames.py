"""A film holds what the run's folder says, and nothing that is not there."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.small_runs import small_config
from toll.data import OneClassSplit, load_dataset, split_one_class
from toll.film.container import unpack
from toll.film.frames import MOST_CURVE_POINTS, film, left_out
from toll.film.sheets import kept_frames
from toll.latent.stored import umap_path
from toll.latent.umap import UmapSettings
from toll.runs.pictures import (
    Extremes,
    inputs_path,
    picture_index,
    picture_path,
    save_extremes,
)
from toll.runs.run import DamagedRun, Run
from toll.runs.store import RunStore


def split_of(run: Run) -> OneClassSplit:
    config = run.config
    return split_one_class(
        load_dataset(config.dataset), config.normal_class, config.validation_size
    )


def opened(run: Run, **others) -> tuple[dict, dict[str, np.ndarray]]:
    return unpack(film(run, split_of(run), **others))


def test_a_film_shows_every_snapshot_with_both_parts_of_the_score(add_run):
    run = add_run()
    header, arrays = opened(run)
    steps = run.snapshot_steps()
    (rung,) = header["rungs"]
    assert header["steps"] == rung["steps"] == steps
    size = len(arrays["id"])
    for number, step in enumerate(steps):
        snapshot = run.snapshot(step)
        rows = slice(number * size, (number + 1) * size)
        assert np.array_equal(arrays["id"], snapshot.ids)
        assert np.array_equal(arrays["rung 0 norm"][rows], snapshot.latent_norm)
        assert arrays["rung 0 error"][rows] == pytest.approx(snapshot.reconstruction_error)
    assert np.array_equal(arrays["class"], split_of(run).dataset.classes[arrays["id"]])


def test_a_film_tells_what_run_it_is_of(add_run):
    run = add_run(beta=10.0)
    header, _ = opened(run)
    named = (header["dataset"], header["normal_classes"], header["normal_name"], header["niter"])
    assert named == ("Digits", [8], "8", 120)
    assert header["class_names"] == [str(digit) for digit in range(10)]
    (rung,) = header["rungs"]
    assert (rung["run"], rung["beta"], rung["training"]) == (run.id, 10.0, False)


def test_a_film_of_several_normal_classes_names_them(tmp_path):
    from toll.recording.record import record

    several = small_config(normal_class=(0, *range(2, 10)), niter=3)
    run = RunStore(tmp_path / "runs").create(several)
    record(run)
    header, arrays = opened(run)
    assert header["normal_classes"] == [0, 2, 3, 4, 5, 6, 7, 8, 9]
    assert header["normal_name"] == "all but 1"
    assert (np.isin(arrays["class"], header["normal_classes"])).sum() == 10


def test_every_snapshot_is_put_into_words(add_run):
    header, _ = opened(add_run())
    (rung,) = header["rungs"]
    assert len(rung["narration"]) == len(rung["alarm"]) == len(header["steps"])
    assert rung["narration"][0].startswith("At step 0")
    assert rung["narration"][-1].startswith("At step 120")


def test_curves_are_those_of_the_run_with_their_ends(add_run):
    run = add_run()
    curves = opened(run)[0]["rungs"][0]["curves"]
    history = run.history()
    assert curves["history"]["step"][0] == 1 and curves["history"]["step"][-1] == 120
    assert curves["history"]["loss"][0] == pytest.approx(history["loss"].iloc[0], rel=1e-5)
    assert curves["gradients"]["step"] == run.snapshot_steps()


def test_long_curves_are_thinned_but_stay_dense_at_the_beginning(add_run):
    run = add_run()
    rows = [
        {"step": s, "loss": 1.0, "reconstruction_error": 1.0, "latent_norm": 1.0, "seconds": 1.0}
        for s in range(121, 20_001)
    ]
    run.append_history(rows)
    steps = opened(run)[0]["rungs"][0]["curves"]["history"]["step"]
    assert len(steps) <= 1.5 * MOST_CURVE_POINTS
    assert steps[:4] == [1, 2, 3, 4] and steps[-1] == 20_000


def test_maps_keep_the_true_scale_where_they_can(add_run):
    run = add_run()
    header, arrays = opened(run)
    assert [each["title"] for each in header["rungs"][0]["maps"]] == ["PCA, 2-D", "PCA, 3-D"]
    points = arrays["rung 0 pca 3"].reshape(len(header["steps"]), -1, 3)
    lengths = np.linalg.norm(points, axis=2).ravel()
    assert (lengths <= arrays["rung 0 norm"] * 1.001 + 1e-6).all()
    assert np.array_equal(arrays["rung 0 pca 2"].reshape((*points.shape[:2], 2)), points[:, :, :2])


def test_with_two_or_three_latent_dimensions_z_itself_is_a_map(tmp_path):
    from toll.recording.record import record

    run = RunStore(tmp_path / "runs").create(small_config(z_dim=2, niter=3))
    record(run)
    header, arrays = opened(run)
    assert [each["title"] for each in header["rungs"][0]["maps"]] == ["z itself", "PCA, 2-D"]
    first = run.snapshot(0).latents
    assert np.array_equal(arrays["rung 0 z"][: first.size], first.ravel())


def test_a_umap_goes_along_as_far_as_it_has_been_computed(add_run, monkeypatch):
    run, settings = add_run(), UmapSettings()
    assert len(opened(run, umaps=[settings])[0]["rungs"][0]["maps"]) == 2
    done = run.snapshot_steps()[0]
    points = np.ones((len(run.snapshot(done).ids), 2), np.float32)

    def stored(run: Run, settings: UmapSettings, step: int):
        return points if step == done else None

    monkeypatch.setattr("toll.film.projections.stored_umap", stored)
    header, arrays = opened(run, umaps=[settings])
    assert header["rungs"][0]["maps"][-1] == {
        "array": settings.name,
        "title": "UMAP, 2-D",
        "kind": "umap",
        "dimensions": 2,
    }
    found = arrays[f"rung 0 {settings.name}"].reshape(len(header["steps"]), -1)
    assert (found[0] == 1).all() and np.isnan(found[1:]).all()


def test_umap_of_directions_gives_angles_too(add_run, monkeypatch):
    run, settings = add_run(), UmapSettings(of="directions")
    random = np.random.default_rng(0)
    points = random.normal(size=(len(run.snapshot(0).ids), 2)).astype(np.float32)
    monkeypatch.setattr("toll.film.projections.stored_umap", lambda *given: points)
    header, arrays = opened(run, umaps=[settings])
    assert [each["title"] for each in header["rungs"][0]["angles"]][-1] == "UMAP of directions"
    turns = arrays["rung 0 " + header["rungs"][0]["angles"][-1]["array"]][: len(points)]
    flat = points - points.mean(axis=0)
    assert np.cos(turns) == pytest.approx(flat[:, 0] / np.linalg.norm(flat, axis=1), abs=1e-4)


def test_pictures_go_along_as_the_files_that_the_run_keeps(add_run):
    run = add_run()
    header, arrays = opened(run)
    index = picture_index(run)
    assert index is not None
    pictures = header["rungs"][0]["pictures"]
    for name, samples in (("inputs", index.inputs), ("rows", index.ids), ("guides", index.guides)):
        assert [int(arrays["id"][row]) for row in pictures[name]] == samples.tolist()
    assert arrays["inputs"].tobytes().startswith(b"\x89PNG")
    assert all(f"rung 0 pictures {number}" in arrays for number in range(len(header["steps"])))


def test_samples_with_pictures_at_the_end_alone_go_along_while_that_is_the_end(add_run):
    run = add_run()
    index = picture_index(run)
    assert index is not None
    assert opened(run)[0]["rungs"][0]["pictures"]["extremes"] is None
    last, ids = run.snapshot_steps()[-1], index.ids[1:3]

    def save(path: Path) -> None:
        Image.new(index.mode, index.size(2 * len(ids))).save(path)

    save_extremes(run, Extremes(last, ids), save)
    header, arrays = opened(run)
    found = header["rungs"][0]["pictures"]["extremes"]
    assert found["frame"] == len(header["steps"]) - 1
    assert arrays["id"][found["rows"]].tolist() == ids.tolist()
    assert "rung 0 extremes" in arrays
    save_extremes(run, Extremes(last + 1, ids), save)
    assert opened(run)[0]["rungs"][0]["pictures"]["extremes"] is None


def test_a_run_to_compare_with_is_a_further_rung(add_run):
    run, other = add_run(), add_run("20260102-000000-digits-8", beta=0.0)
    header, arrays = opened(run, contrast=other)
    assert [rung["beta"] for rung in header["rungs"]] == [0.0, 10.0]
    assert (header["rung"], header["versus"]) == (1, 0)
    steps = other.snapshot_steps()
    assert header["rungs"][0]["steps"] == steps
    norms = arrays["rung 0 norm"].reshape(len(steps), -1)
    assert np.array_equal(norms[-1], other.snapshot(steps[-1]).latent_norm)


def test_rungs_stand_by_rising_beta_and_the_film_opens_on_the_first_that_is_given(add_run):
    runs = [add_run(f"2026010{beta + 1}-000000-digits-8", float(beta)) for beta in (10, 0)]
    header, arrays = unpack(film(runs, split_of(runs[0])))
    assert [rung["beta"] for rung in header["rungs"]] == [0.0, 10.0]
    assert (header["rung"], header["versus"]) == (1, None)
    assert sum(name.startswith("inputs") for name in arrays) == 1


def test_a_point_keeps_its_angle_where_two_rungs_are_equal(add_run):
    run, same = add_run(), add_run("20260102-000000-digits-8")
    _, arrays = unpack(film([run, same], split_of(run)))
    assert np.array_equal(arrays["rung 0 angle"], arrays["rung 1 angle"])
    assert np.array_equal(arrays["rung 0 pca 3"], arrays["rung 1 pca 3"])


def test_runs_of_other_samples_are_no_ladder(add_run, tmp_path):
    from toll.recording.record import record

    other = RunStore(tmp_path / "runs").create(small_config(niter=3))
    record(other)
    run = add_run()
    with pytest.raises(ValueError, match=r"probe samples, which are not the \d+ of run"):
        film([run, other], split_of(run))


def test_without_a_pull_it_is_no_alarm_that_nothing_collapses(add_run):
    header, _ = opened(add_run(beta=0.0))
    assert header["rungs"][0]["alarm"] == [None] * len(header["steps"])


@pytest.mark.parametrize(
    ("share", "kept"),
    [(50, [0, 1, 2, 3, 4]), (30, [0, 2, 4]), (29, [0, 4]), (20, [0, 4]), (1, [0, 4])],
)
def test_beyond_its_share_a_rung_keeps_the_pictures_of_fewer_snapshots(share, kept):
    assert kept_frames([10] * 5, share) == kept


def test_a_run_without_snapshots_is_no_film(cache):
    run = RunStore().create(small_config())
    with pytest.raises(ValueError, match="has kept no snapshot yet"):
        film(run, split_of(run))


def test_a_umap_lies_in_the_run_under_its_settings(add_run):
    run = add_run()
    assert run.folder in umap_path(run, UmapSettings(), 5).parents


def test_a_film_does_without_a_snapshot_that_is_damaged_and_says_so(add_run):
    run = add_run()
    steps = run.snapshot_steps()
    run.snapshot_path(steps[3]).write_bytes(b"PK")
    made = film(run, split_of(run))
    assert unpack(made)[0]["steps"] == [*steps[:3], *steps[4:]]
    (fault,) = left_out(made)
    assert fault.startswith(f"snapshots/step_{steps[3]:08}.npz of run {run.id} is damaged: ")


def test_a_film_does_without_pictures_and_curves_that_are_damaged_and_says_so(add_run):
    run = add_run()
    last = run.snapshot_steps()[-1]
    picture_path(run, last).write_bytes(b"")
    (run.folder / "history.jsonl").write_text("]\n")
    made = film(run, split_of(run))
    header, arrays = unpack(made)
    (rung,) = header["rungs"]
    assert rung["curves"]["history"]["step"] == [] and rung["pictures"] is not None
    assert f"rung 0 pictures {len(header['steps']) - 1}" not in arrays
    assert "rung 0 pictures 0" in arrays
    assert [fault.partition(" of run ")[0] for fault in left_out(made)] == [
        "history.jsonl",
        f"pictures/step_{last:08}.png",
    ]


@pytest.mark.parametrize("damage", ["index", "inputs", "other samples"])
def test_a_film_is_without_pictures_where_their_index_or_inputs_are_damaged(add_run, damage):
    run = add_run()
    index = run.folder / "pictures" / "index.json"
    if damage == "inputs":
        inputs_path(run).unlink()
        inputs_path(run).mkdir()
    else:
        stored = json.loads(index.read_text())
        stored["inputs"] = [*stored["inputs"], 10**6] if damage == "index" else [0, 1, 2]
        if damage == "other samples":
            stored |= {"ids": [0, 1, 2], "guides": [0, 1]}
        index.write_text(json.dumps(stored))
    made = film(run, split_of(run))
    assert unpack(made)[0]["rungs"][0]["pictures"] is None
    assert len(left_out(made)) == 1 and "pictures" in left_out(made)[0]


def test_a_run_of_which_no_snapshot_is_whole_has_no_film(add_run):
    run = add_run()
    for step in run.snapshot_steps():
        run.snapshot_path(step).write_bytes(b"PK")
    with pytest.raises(DamagedRun, match=r"^snapshots/step_00000000\.npz of run"):
        film(run, split_of(run))
