"""Run folders: what is written is read again, and a damaged folder harms nothing but itself."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.holding import held_elsewhere
from tests.small_runs import small_config, snapshot
from toll.runs.pictures import picture_path
from toll.runs.run import DamagedRun, Run
from toll.runs.snapshots import snapshot_steps
from toll.runs.status import State
from toll.runs.store import RunStore

RATES = {"auroc": 0.5, "aupr": 0.5, "fpr_at_95_tpr": 0.5}
METRICS = {
    "last": {
        "step": 2,
        **dict.fromkeys(("score", "reconstruction_error", "latent_norm"), RATES),
        "separation": 2.0,
    }
}


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "runs")


@pytest.fixture
def run(store: RunStore) -> Run:
    return store.create(small_config())


def rows(*steps: int) -> list[dict[str, float]]:
    return [
        {"step": step, "loss": 1.0, "reconstruction_error": 1.0, "latent_norm": 0.1, "seconds": 0.0}
        for step in steps
    ]


def test_a_new_run_is_queued_in_our_hands_and_found_by_its_id(store, run):
    found = store.get(run.id)
    assert found.folder == run.folder
    assert found.config == small_config()
    assert found.status().state is State.QUEUED
    assert found.history().empty and found.validation().empty and found.snapshot_steps() == []
    assert found.gradients().empty
    assert list(found.gradients()) == ["step", "error_gradient", "pull_gradient", "cosine"]
    assert found.scores() is None and found.metrics() == {} and found.reconstructions() == {}


def test_the_default_store_is_in_the_cache_folder(cache):
    assert RunStore().folder == cache.resolve() / "runs"
    assert RunStore().list() == []


def test_runs_created_in_the_same_second_have_folders_of_their_own(store, monkeypatch):
    monkeypatch.setattr("toll.runs.store.time.strftime", lambda form: "20260101-000000")
    runs = [store.create(small_config(seed=seed)) for seed in range(3)]
    assert [run.id for run in runs] == [
        *("20260101-000000-digits-8", "20260101-000000-digits-8-2"),
        "20260101-000000-digits-8-3",
    ]
    assert [run.config.seed for run in runs] == [0, 1, 2]


@pytest.mark.parametrize(
    ("normal_class", "word"),
    [
        (8, "8"),
        ((2, 3, 5), "2.3.5"),
        ((0, *range(2, 10)), "0.2-9"),
        (tuple(range(0, 200, 2)), "100-classes"),
    ],
)
def test_the_name_of_a_run_says_its_normal_classes_and_is_found(store, normal_class, word):
    run = store.create(small_config(normal_class=normal_class))
    assert run.id.endswith(f"-digits-{word}")
    assert store.get(run.id).config.normal_class == normal_class


def test_five_hundred_runs_are_listed_newest_first(store):
    for number in range(500):
        folder = store.folder / f"2026-{number:03}"
        folder.mkdir(parents=True)
        (folder / "config.json").write_text(json.dumps(small_config(seed=number).to_dict()))
        (folder / "status.json").write_text(json.dumps({"state": "finished"}))
    listed = store.list()
    assert [each.config.seed for each in listed] == list(reversed(range(500)))
    assert all(each.status.state is State.FINISHED for each in listed)


DAMAGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "no config": (lambda run: (run / "config.json").unlink(), "config.json is missing"),
    "no status": (lambda run: (run / "status.json").unlink(), "status.json is missing"),
    "half a config": (lambda run: (run / "config.json").write_text('{"beta": '), "config.json"),
    "an empty config": (lambda run: (run / "config.json").write_text(""), "config.json"),
    "a list as config": (lambda run: (run / "config.json").write_text("[]"), "config.json"),
    "binary config": (lambda run: (run / "config.json").write_bytes(b"\xff\x00"), "config.json"),
    "wrong keys": (
        lambda run: (run / "config.json").write_text('{"a": 1}'),
        "config.json is damaged: `dataset` is missing",
    ),
    "wrong value": (lambda run: (run / "config.json").write_text('{"beta": -1}'), "beta is -1"),
    "null as status": (lambda run: (run / "status.json").write_text("null"), "status.json"),
    "wrong state": (lambda run: (run / "status.json").write_text('{"state": "x"}'), "'x'"),
    "wrong status": (lambda run: (run / "status.json").write_text('{"b": 1}'), "status.json"),
    "negative step": (
        lambda run: (run / "status.json").write_text('{"state": "paused", "step": -1}'),
        "`step`: expected `int` >= 0",
    ),
    "a folder as status": (
        lambda run: ((run / "status.json").unlink(), (run / "status.json").mkdir()),
        "status.json is damaged: it is not a file",
    ),
    "a huge status": (
        lambda run: os.truncate(run / "status.json", 10**9),
        "status.json is damaged: it has 1,000,000,000 bytes",
    ),
}
DAMAGED_METRICS: dict[str, tuple[Callable[[Path], object], str]] = {
    "deep metrics": (
        lambda run: (run / "metrics.json").write_text("[" * 100_000 + "]" * 100_000),
        "metrics.json is damaged: it is nested too deeply",
    ),
    "metrics of no weights": (
        lambda run: (run / "metrics.json").write_text("{}"),
        "metrics.json is damaged: `last` is missing",
    ),
    "metrics without a score": (
        lambda run: (run / "metrics.json").write_text('{"last": {"step": 1}}'),
        "metrics.json is damaged: `last.score` is missing",
    ),
    "older metrics without a score": (
        lambda run: (run / "figures.json").write_text('{"last": {"step": 1}}'),
        "figures.json is damaged: `last.score` is missing",
    ),
    "half metrics": (lambda run: (run / "metrics.json").write_text('{"last"'), "metrics.json"),
    "listed metrics": (lambda run: (run / "metrics.json").write_text("[1]"), "metrics.json"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_folder_is_listed_as_damaged_and_says_why(store, run, damage):
    whole = store.create(small_config())
    spoil, said = DAMAGES[damage]
    run.place.release()
    spoil(run.folder)
    listed = {summary.run.id: summary for summary in store.list()}
    assert listed[whole.id].status.state is State.QUEUED
    damaged = listed[run.id]
    assert damaged.status.state is State.DAMAGED and damaged.config is None
    assert damaged.metrics == {}
    assert damaged.status.message.startswith("This run's folder is damaged: ")
    assert said in damaged.status.message


@pytest.mark.parametrize("damage", DAMAGED_METRICS)
def test_a_run_with_damaged_metrics_is_listed_as_it_is_and_says_why_it_has_none(store, run, damage):
    run.conclude(State.PAUSED, "Later.")
    spoil, said = DAMAGED_METRICS[damage]
    spoil(run.folder)
    (summary,) = store.list()
    assert summary.status == run.status() and summary.config == run.config
    assert summary.metrics == {} and said in summary.fault
    assert summary.message.startswith("Later. Its metrics cannot be shown: ")


def test_an_empty_folder_is_damaged_and_a_stray_file_is_no_run(store, run):
    (store.folder / "empty").mkdir()
    (store.folder / "notes.txt").write_text("mine")
    states = {summary.run.id: summary.status.state for summary in store.list()}
    assert states == {run.id: State.QUEUED, "empty": State.DAMAGED}


def test_damaged_scores_or_curves_do_not_keep_a_run_from_the_list(store, run):
    for name in ("scores.parquet", "history.jsonl", "validation.jsonl", "reconstructions.npz"):
        (run.folder / name).write_bytes(b"PAR1 half\n{")
    (run.folder / "snapshots" / "step_00000001.npz").write_bytes(b"PK")
    (summary,) = store.list()
    assert summary.status.state is State.QUEUED and summary.config is not None


@pytest.mark.parametrize(
    "name",
    [
        *("..", ".", "", "../runs", "a/b", "/", "..\\x", "no-such-run", "a\0b", ".hidden\n"),
        *("a" * 5000, "a" * 5000 + "/b", "b/" + "a" * 5000, "é" * 200),
    ],
)
def test_a_name_that_is_no_run_is_refused(store, run, name):
    with pytest.raises(ValueError, match="^there is no run "):
        store.get(name)


def test_a_path_out_of_the_store_is_refused_even_where_a_folder_is(store, run, tmp_path):
    for name in ("../cache", str(tmp_path), f"{run.id}/weights"):
        with pytest.raises(ValueError, match="there is no run"):
            store.get(name)


def test_history_and_validation_come_back_as_written(run):
    run.append_history(rows(1, 2))
    run.append_history(rows(3))
    judged = {"score": 0.9, "reconstruction_error": 0.8, "latent_norm": 0.7, "separation": 2.0}
    judged |= {"metric_by_labels": 0.9, "label_free": 12.5}
    run.append_validation({"step": 2, **judged})
    assert run.history()["step"].tolist() == [1, 2, 3]
    assert run.validation().to_dict("records") == [{"step": 2, **judged}]


def test_a_half_written_last_line_is_left_out_of_the_history(run):
    run.append_history(rows(1, 2))
    with (run.folder / "history.jsonl").open("a") as file:
        file.write('{"step": 3, "lo')
    assert run.history()["step"].tolist() == [1, 2]


def test_rewinding_forgets_what_came_later_and_a_half_written_line(run):
    run.append_history(rows(1, 2, 3))
    for step in (0, 2, 3):
        run.append_validation({"step": step, "score": 0.5})
        run.append_gradients(
            {"step": step, "error_gradient": 1.0, "pull_gradient": 2.0, "cosine": -0.5}
        )
        picture_path(run, step).write_bytes(b"PNG")
        run.save_snapshot(snapshot(step))
    with (run.folder / "history.jsonl").open("a") as file:
        file.write('{"step": 4')
    run.rewind(2)
    run.append_history(rows(3))
    assert run.history()["step"].tolist() == [1, 2, 3]
    assert run.validation()["step"].tolist() == [0, 2]
    assert run.snapshot_steps() == [0, 2]
    assert run.gradients()["step"].tolist() == [0, 2]
    assert [picture_path(run, step).exists() for step in (0, 2, 3)] == [True, True, False]


def test_rewinding_removes_what_killed_processes_have_left_under_temporary_names(run):
    left = [
        run.folder / ".history.jsonl.0a1b2c3d.tmp",
        run.folder / "weights" / ".checkpoint.safetensors.0a1b2c3d.tmp",
        run.folder / "pictures" / ".index.json.0a1b2c3d.tmp",
    ]
    others = [
        run.folder / ".request.0a1b2c3d.tmp",
        run.folder / "projections" / ".umap.npz.0a1b2c3d.tmp",
    ]
    for path in (*left, *others):
        path.write_bytes(b"half")
    run.rewind(0)
    assert [path for path in (*left, *others) if path.exists()] == others


def test_rewinding_leaves_no_gradients_of_a_snapshot_that_was_cut_short(run):
    run.save_snapshot(snapshot(0))
    for step in (0, 2):
        run.append_gradients(
            {"step": step, "error_gradient": 1.0, "pull_gradient": 2.0, "cosine": -0.5}
        )
    run.rewind(2)
    run.append_gradients({"step": 2, "error_gradient": 1.0, "pull_gradient": 2.0, "cosine": -0.5})
    assert run.gradients()["step"].tolist() == [0, 2]


def test_a_run_from_before_there_were_pictures_is_rewound_too(run):
    (run.folder / "pictures").rmdir()
    run.save_snapshot(snapshot(3))
    run.rewind(2)
    assert run.snapshot_steps() == [] and run.gradients().empty


def test_a_snapshot_comes_back_unpickled_and_the_same_at_every_reading(run):
    saved = snapshot(20)
    run.save_snapshot(saved)
    back, again = run.snapshot(20), run.snapshot(20)
    assert np.array_equal(back.latents, again.latents)
    assert back.latents == pytest.approx(saved.latents, abs=2e-3)
    for name in ("step", "ids", "reconstruction_error", "latent_norm"):
        assert np.array_equal(getattr(back, name), getattr(saved, name))
    assert [path.name for path in (run.folder / "snapshots").iterdir()] == ["step_00000020.npz"]


def test_a_snapshot_that_holds_latents_as_older_runs_do_is_read(run):
    saved = snapshot(20)
    np.savez(run.snapshot_path(20), allow_pickle=False, **saved._asdict())
    for part, expected in zip(run.snapshot(20), saved, strict=True):
        assert np.array_equal(part, expected)


def test_a_snapshot_without_one_of_its_arrays_is_named(run):
    numbers = {name: np.ones(3) for name in ("latent_norm", "reconstruction_error")}
    np.savez(run.snapshot_path(20), allow_pickle=False, ids=np.arange(3), **numbers)
    said = r"step_00000020\.npz of run .* is damaged: it lacks the array `directions`"
    with pytest.raises(DamagedRun, match=said):
        run.snapshot(20)


def test_snapshots_are_dense_early_and_even_later():
    assert snapshot_steps(500) == {
        *(0, 1, 2, 5, 10, 20, 50, 100, 200, 500),
        *(150, 250, 300, 350, 400, 450),
    }
    assert snapshot_steps(1) == {0, 1}
    assert max(snapshot_steps(2000)) == 2000 and len(snapshot_steps(10_000_000)) < 40


def test_scores_metrics_and_reconstructions_come_back(run):
    parts = {"reconstruction_error": np.ones(2), "latent_norm": np.float32([0.5, 0.25])}
    about = {"weights": "last", "split": "test", "id": [3, 1], "class": [8, 2], "label": [0, 1]}
    scores = pd.DataFrame(about | parts)
    run.save_scores(scores)
    run.save_metrics(METRICS)
    run.save_reconstructions(np.array([3, 1]), np.arange(8.0).reshape(2, 1, 2, 2))
    pd.testing.assert_frame_equal(run.scores(), scores)
    assert run.metrics() == METRICS
    assert run.reconstructions()[1].tolist() == [[[4, 5], [6, 7]]]


def test_a_request_is_there_until_it_is_cleared(run):
    assert run.request() is None
    run.ask("pause")
    run.ask("stop")
    assert run.request() == "stop"
    run.clear_request()
    run.clear_request()
    assert run.request() is None


def test_changing_the_status_keeps_what_is_not_changed(run):
    run.update_status(state=State.RUNNING, step=5)
    status = run.update_status(message="hello")
    assert status.step == 5 and run.status().message == "hello"
    assert run.status().state is State.RUNNING


def test_a_run_whose_process_was_killed_reads_as_interrupted(store, run):
    run.place.release()
    with held_elsewhere(run.work.path):
        run.update_status(state=State.RUNNING, step=12)
        assert run.status().state is State.RUNNING
    assert run.status().state is State.INTERRUPTED
    (summary,) = store.list()
    assert summary.status.state is State.INTERRUPTED and summary.status.step == 12
    assert "Resume it" in summary.status.message


def with_a_newer_setting(run: Run) -> Run:
    newer = run.config.to_dict() | {"warm_up": 3}
    (run.folder / "config.json").write_text(json.dumps(newer))
    return Run(run.folder)


def test_a_run_of_a_newer_version_opens_and_says_what_it_ignores(store, run):
    newer = with_a_newer_setting(run)
    assert newer.config == small_config() and newer.ignored_settings == ("warm_up",)
    (summary,) = store.list()
    assert summary.status.state is State.QUEUED and summary.ignored == ("warm_up",)
    with pytest.raises(ValueError, match=f"^run {run.id} has settings .* not know, 'warm_up'"):
        newer.check_resumable()
    run.check_resumable()


@pytest.mark.parametrize("name", ["history", "validation", "gradients", "status"])
def test_a_run_cannot_go_on_from_a_damaged_file_which_is_named(run, name):
    file = f"{name}.json" if name == "status" else f"{name}.jsonl"
    run.place.release()
    (run.folder / file).write_text("}\n")
    with pytest.raises(DamagedRun, match=f"^{file} of run {run.id} is damaged: ") as raised:
        run.check_resumable()
    assert (raised.value.folder, raised.value.file) == (run.folder, file)


def test_snapshots_that_are_damaged_or_of_other_samples_are_left_out_and_named(store):
    run = store.create(small_config(z_dim=4))
    whole = [snapshot(step) for step in (0, 1, 2)]
    others = [snapshot(5)._replace(ids=np.arange(6) + 9), snapshot(10, z_dim=3), snapshot(50)]
    for each in (*whole, *others):
        run.save_snapshot(each)
    run.snapshot_path(20).write_bytes(b"PK")
    (run.folder / "snapshots" / "step_none.npz").write_bytes(b"PK")
    (run.folder / "snapshots" / "step_5.npz").write_bytes(b"PK")
    kept = run.snapshots()
    assert [each.step for each in kept.snapshots] == [0, 1, 2]
    assert {each.file for each in kept.left_out} == {
        f"snapshots/step_{step:08}.npz" for step in (5, 10, 20, 50)
    }
    assert [each.step for each in run.snapshots(samples=6).snapshots] == [0, 1, 2]
    assert run.snapshots(samples=5).snapshots == []


def test_rewinding_keeps_lines_as_they_were_and_files_that_are_not_its_own(run):
    line = '{"step":1, "loss": 1.50, "newer": [true]}'
    (run.folder / "history.jsonl").write_text(line + '\n{"step": 3}\n')
    (run.folder / "snapshots" / "step_none.npz").write_bytes(b"mine")
    run.rewind(2)
    assert (run.folder / "history.jsonl").read_text() == line + "\n"
    assert (run.folder / "snapshots" / "step_none.npz").exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"label": [0, 2]}, "`label` is neither 0 nor 1"),
        ({"weights": [1, 2]}, "`weights` is of type int64"),
        ({"latent_norm": [0.1, np.inf]}, "`latent_norm` holds numbers that are not finite"),
    ],
)
def test_scores_of_another_kind_are_named(run, change, said):
    parts = {"reconstruction_error": [1.0, 1.0], "latent_norm": [0.5, 0.2]}
    about = {"weights": "last", "split": "test", "id": [3, 1], "class": [8, 2], "label": [0, 1]}
    run.save_scores(pd.DataFrame({**about, **parts, **change}))
    with pytest.raises(DamagedRun, match=rf"^scores\.parquet of run .* is damaged: {said}"):
        run.scores()


def test_what_is_said_of_a_long_value_is_short(run, store):
    config = run.config.to_dict() | {"device": "x" * 5000}
    (run.folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(ValueError) as raised:
        store.get("a" * 5000)
    assert len(str(raised.value)) < 300
    (summary,) = store.list()
    assert summary.status.state is State.DAMAGED and len(summary.status.message) < 300


def test_a_cell_is_found_in_a_table_whose_name_holds_an_exponent(cache):
    from tests.small_tables import small_settings
    from toll.studies.table import Table

    table = Table.open(small_settings(beta=1e6))
    run = table.begin_cell(8, 0)
    assert "+" in run.id and RunStore().get(run.id).folder == run.folder


@pytest.mark.parametrize(
    "make", [os.mkfifo, os.mkdir, lambda path: path.write_bytes(b"x" * 10_000)]
)
def test_a_request_that_is_none_is_damage_and_nobody_waits_for_it(run, make):
    make(run.folder / "request")
    with pytest.raises(DamagedRun, match=f"^request of run {run.id} is damaged: "):
        run.request()
