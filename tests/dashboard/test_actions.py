"""What pages do when they are used: buttons, choices, and numbers that agree with the folder."""

import json
import os
from collections.abc import Callable

import numpy as np
import pytest

from dashboard import loading
from dashboard.threshold import set_by_hand
from toll.data import load_dataset, split_one_class
from toll.evaluation.metrics import separation
from toll.evaluation.selection import WEIGHTS_CHOICES
from toll.film.container import read_header, unpack
from toll.jobs.kinds import Download, Project
from toll.latent.umap import UmapSettings
from toll.runs.run import Run
from toll.runs.schemas import StoredThreshold
from toll.runs.status import State
from toll.studies.ladder import ladders

FIRST, SECOND = "20260101-101500-digits-8", "20260301-111111-digits-8"


def button(app, label: str):
    (found,) = [each for each in app.main.button if each.label.startswith(label)]
    return found


def labels_of_buttons(app) -> list[str]:
    return [each.label for each in app.main.button]


def metrics(app) -> dict[str, str]:
    return {each.label: each.value for each in app.metric}


def separation_in(run: Run, step: int) -> float:
    snapshot = run.snapshot(step)
    split = split_one_class(load_dataset("digits"), run.config.normal_class)
    return separation(split.labels(snapshot.ids), snapshot.latent_norm)


class AtOnce:
    """A timer that goes off as soon as it is started."""

    def __init__(self, seconds: float, act: Callable[[], None]) -> None:
        self.start = act


def test_a_server_that_starts_sweeps_what_killed_writers_and_downloads_left(
    show, cache, monkeypatch
):
    left = cache / "runs" / "one" / "snapshots" / ".step_00000001.npz.0a1b2c3d.tmp"
    left.parent.mkdir(parents=True)
    left.touch()
    download = cache / "datasets" / ".download-mnist-a"
    download.mkdir(parents=True)
    for each in (left, download):
        os.utime(each, (0, 0))
    monkeypatch.setenv("TOLL_FIRST_STORY", "0")
    monkeypatch.setattr(loading, "Timer", AtOnce)
    show("start")
    assert not left.exists() and not download.exists()
    assert left.parent.exists()


def test_choosing_a_run_in_the_sidebar_changes_the_page_and_its_link(show, add_run):
    add_run(FIRST), add_run(SECOND, beta=0.0)
    app = show("losses", FIRST)
    assert "β **10**" in app.main.caption[0].value
    app.sidebar.selectbox[0].set_value(SECOND).run()
    assert "β **0**" in app.main.caption[0].value
    assert app.query_params["run"] == SECOND
    app = show("losses")
    assert "β **0**" in app.main.caption[0].value
    assert app.query_params["run"] == SECOND


def test_the_newest_run_is_listed_first(show, add_run):
    add_run(FIRST), add_run(SECOND, beta=0.0)
    app = show("start")
    assert [label.split(" · ")[2] for label in app.sidebar.selectbox[0].options] == ["β 0", "β 10"]


def test_a_running_run_can_be_paused_and_stopped_but_not_resumed(show, add_run):
    run = add_run(FIRST)
    run.work.take()
    run.update_status(state=State.RUNNING, step=60, rate=250.0, remaining=40)
    app = show("train", run.id)
    assert {"Pause", "Stop"} <= set(labels_of_buttons(app))
    assert "Resume" not in labels_of_buttons(app)
    assert metrics(app)["Steps per second"] == "250"
    assert metrics(app)["Time left"] == "40 s"
    button(app, "Pause").click().run()
    assert run.request() == "pause"
    button(app, "Stop").click().run()
    assert run.request() == "stop"


@pytest.mark.parametrize("state", [State.PAUSED, State.STOPPED, State.INTERRUPTED])
def test_a_run_that_was_cut_short_can_be_resumed(show, add_run, state):
    run = add_run(FIRST)
    run.update_status(state=state, step=60)
    app = show("train", run.id)
    assert not {"Pause", "Stop"} & set(labels_of_buttons(app))
    button(app, "Resume").click().run()
    assert run.status().state is State.QUEUED
    assert [job.work.id for job in loading.launcher().trainings() if job.work] == [run.id]


@pytest.mark.parametrize("state", [State.FINISHED, State.FAILED])
def test_a_run_that_ended_offers_no_control(show, add_run, state):
    run = add_run(FIRST)
    run.update_status(state=state, message="It went wrong." if state is State.FAILED else "")
    app = show("train", run.id)
    assert not {"Pause", "Stop", "Resume"} & set(labels_of_buttons(app))
    assert [each.value for each in app.warning] == ["It went wrong."] * (state is State.FAILED)


def film_on(app) -> tuple[dict, dict]:
    """Header and arrays of the film that the page was given."""
    (shown,) = app.main.get("bidi_component")
    return unpack(shown.proto.bytes)


def test_the_film_on_the_page_is_that_of_the_run_with_all_its_snapshots(show, add_run):
    run = add_run(FIRST)
    header, arrays = film_on(show("collapse", run.id))
    (rung,) = header["rungs"]
    assert rung["run"] == run.id and header["steps"] == run.snapshot_steps()
    last = run.snapshot(run.snapshot_steps()[-1])
    assert np.array_equal(arrays["rung 0 norm"][-len(last.ids) :], last.latent_norm)


def test_the_film_asks_for_the_umap_that_is_set_unless_the_run_is_training(show, add_run):
    run = add_run(FIRST)
    show("collapse", run.id)
    job = loading.projection_job(run, UmapSettings())
    assert job is not None
    assert job.kind == Project(run.folder, UmapSettings())
    assert job.kind.settings == UmapSettings(
        dimensions=2, n_neighbors=15, min_dist=0.1, of="latents"
    )
    other = add_run(SECOND, beta=0.0)
    other.work.take()
    other.update_status(state=State.RUNNING)
    app = show("collapse")
    app.sidebar.selectbox[0].set_value(other.id).run()
    assert loading.projection_job(other, UmapSettings()) is None
    button(app, "Compute it now").click().run()
    assert loading.projection_job(other, UmapSettings()) is not None


def test_another_umap_takes_the_place_of_one_that_waits_when_its_settings_change(show, add_run):
    run = add_run(FIRST)
    app = show("collapse", run.id)
    before = loading.projection_job(run, UmapSettings())
    app.slider(key="umap_neighbors").set_value(30).run()
    assert loading.is_projecting(run, UmapSettings(n_neighbors=30))
    assert before is not None and before.message == "Cancelled."


def test_a_ladder_can_be_trained_where_there_is_no_contrast_to_compare_with(show, add_run):
    run = add_run(FIRST)
    app = show("collapse", run.id)
    button(app, "Train a ladder").click().run()
    (ladder,) = ladders()
    assert ladder.settings.base == run.config
    assert [title.value for title in app.title] == ["Watch the collapse"]


def test_another_run_is_shown_beside_one(show, add_run):
    run, other = add_run(FIRST), add_run(SECOND, beta=0.0)
    app = show("collapse", run.id)
    assert not any(label.startswith("Train a ladder") for label in labels_of_buttons(app))
    (compared,) = [each for each in app.main.selectbox if each.label == "Compare with"]
    assert len(film_on(app)[0]["rungs"]) == 1
    compared.set_value(other.id).run()
    header = film_on(app)[0]
    assert header["rungs"][header["versus"]]["beta"] == 0.0


def test_the_metrics_on_the_page_are_those_in_the_folder(show, add_run):
    run = add_run(FIRST)
    app = show("detection", run.id)
    stored = json.loads((run.folder / "metrics.json").read_text())["last"]
    shown = app.table[-1].value
    for part, name in zip(
        ("score", "reconstruction_error", "latent_norm"), shown.index, strict=True
    ):
        assert shown.loc[name].tolist() == pytest.approx(list(stored[part].values()))


def test_all_kept_weights_stand_side_by_side_with_how_they_were_chosen(show, add_run):
    run = add_run(FIRST)
    app = show("detection", run.id)
    stored = json.loads((run.folder / "metrics.json").read_text())
    shown = app.dataframe[0].value.set_index("weights")
    assert set(stored) == set(WEIGHTS_CHOICES)
    for name, each in WEIGHTS_CHOICES.items():
        row = shown.loc[each.title]
        assert row["of step"] == str(stored[name]["step"])
        assert row["AUROC"] == pytest.approx(stored[name]["score"]["auroc"])
        assert row["chosen with anomaly labels"] == ("yes" if each.uses_labels else "no")
        assert each.text in app.main.caption[-1].value


def test_the_chosen_weights_decide_the_metrics_of_the_page(show, add_run):
    run = add_run(FIRST)
    app = show("detection", run.id)
    stored = json.loads((run.folder / "metrics.json").read_text())
    for name in WEIGHTS_CHOICES:
        app.main.segmented_control[0].set_value(name).run()
        shown = app.table[-1].value
        assert shown.loc["whole score", "AUROC"] == pytest.approx(stored[name]["score"]["auroc"])


def shown_threshold(app) -> float:
    """The threshold that the console of the page is given."""
    (data,) = [each.proto.bytes for each in app.main.get("bidi_component") if each.proto.bytes]
    return read_header(data)["threshold"]


def test_a_wider_event_horizon_is_a_higher_threshold(show, add_run):
    app = show("detection", add_run(FIRST).id)
    found = []
    for share in (0.5, 0.95, 0.99):
        app.main.number_input[0].set_value(share).run()
        found.append(shown_threshold(app))
    assert found == sorted(set(found))


def test_a_threshold_is_kept_with_the_run_and_the_page_opens_with_it(show, add_run):
    run = add_run(FIRST)
    app = show("detection", run.id)
    app.main.selectbox[0].set_value("conformal").run()
    app.main.number_input[0].set_value(0.2).run()
    button(app, "Keep this threshold").click().run()
    kept = run.threshold()
    assert kept is not None and (kept["rule"], kept["parameter"]) == ("conformal", 0.2)
    again = show("detection", run.id)
    assert again.main.selectbox[0].value == "conformal"
    assert again.main.number_input[0].value == 0.2
    assert shown_threshold(again) == shown_threshold(app) == kept["value"]


def test_the_gallery_judges_by_the_threshold_that_is_kept(show, add_run):
    run = add_run(FIRST)
    run.save_threshold(StoredThreshold(**set_by_hand(1.25, 100)._asdict(), weights="last"))
    (said,) = [each.value for each in show("gallery", run.id).caption if "horizon" in each.value]
    assert "at a score of 1.25" in said and "kept with the run" in said
    run.update_status(step=run.status().step + 1)
    (said,) = [each.value for each in show("gallery", run.id).caption if "horizon" in each.value]
    assert "95 %" in said
    told = [each.value for each in show("detection", run.id).caption if "Kept" in each.value]
    assert "trained further since" in told[0]


def test_a_rule_that_cannot_choose_says_why_and_the_rest_of_the_page_stays(show, add_run):
    app = show("detection", add_run(FIRST).id)
    app.main.selectbox[0].set_value("conformal").run()
    app.main.number_input[0].set_value(0.0001).run()
    assert "it must be at least" in app.error[0].value
    assert app.table and not app.exception


def test_the_filters_of_the_gallery_change_its_cards(show, add_run):
    app = show("gallery", add_run(FIRST).id)
    seen = {}
    for name in ("all", "anomalies", "false_alarms", "misses"):
        app.main.segmented_control[0].set_value(name).run()
        assert not app.exception
        cards = "".join(each.proto.body for each in app.main.get("html"))
        seen[name] = cards
        assert cards.count('class="toll-card"') <= 12
        if name != "all" and cards:
            assert ("◇ anomalous" in cards) == (name != "false_alarms")
            assert ("● normal" in cards) == (name == "false_alarms")
    assert seen["all"].count('class="toll-card"') == 12
    assert seen["anomalies"] != seen["misses"]


def test_all_runs_lists_each_with_its_metrics_newest_first(show, add_run):
    first, second = add_run(FIRST), add_run(SECOND, beta=0.0)
    table = show("runs").dataframe[0].value
    assert table["run"].tolist() == [second.id, first.id]
    assert table["β"].tolist() == [0, 10]
    assert table["state"].tolist() == ["✓ finished"] * 2
    for run, separation_shown in zip((second, first), table["separation"], strict=True):
        assert separation_shown == run.metrics()["last"]["separation"]


def test_the_datasets_page_says_what_is_there_and_how_to_get_what_is_not(show):
    app = show("datasets")
    rows = [each.value for each in app.main.markdown if each.value[:1] in "✓○"]
    assert rows[0].startswith("✓ **Digits**") and rows[1].startswith("✓ **Glyphs**")
    assert len(rows) >= 7 and all(row.startswith("○") for row in rows[2:])
    assert labels_of_buttons(app)[0].startswith("Download (")
    captions = " ".join(each.value for each in app.main.caption)
    assert captions.count("Licence:") == len(rows)


def test_a_download_is_asked_for_once_and_can_be_cancelled(show):
    app = show("datasets")
    app.main.button(key="mnist").click().run()
    job = loading.launcher().find(Download("mnist"))
    assert job is not None and job.kind == Download("mnist")
    app.main.button(key="cancel mnist").click().run()
    assert job.state == "failed" and job.message == "Cancelled."
    assert [each.value for each in app.error] == ["MNIST: Cancelled."]
