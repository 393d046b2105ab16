"""The contract of every page: it renders, whatever runs there are, and says what to do next."""

import json
import os
import re
import shutil

import pytest

from dashboard import loading
from dashboard.plain import plain
from tests.dashboard.conftest import PAGES
from tests.small_runs import small_config
from tests.small_tables import small_settings
from toll.presets import laptop
from toll.runs.run import Run
from toll.runs.status import State
from toll.runs.store import RunStore
from toll.studies.table import Table

ALL = sorted(path.stem for path in PAGES.glob("*.py"))
OF_A_RUN = ["collapse", "detection", "gallery", "losses"]
TITLES = {
    "collapse": "Watch the collapse",
    "compare": "Compare",
    "datasets": "Datasets",
    "detection": "Detection",
    "detectors": "Other detectors",
    "gallery": "Top anomalies",
    "ladder": "Tune β",
    "losses": "Loss curves",
    "own": "Your data",
    "paper": "Paper",
    "runs": "All runs",
    "start": "A black hole for anomalies",
    "train": "Train",
}
GOOD, OTHER = "20260101-101500-digits-8", "20260301-111111-digits-8"

every_page = pytest.mark.parametrize("page", ALL)
page_of_a_run = pytest.mark.parametrize("page", OF_A_RUN)


def stop_before_scoring(run: Run) -> None:
    """Leave of a finished run what it would have if stopped before it could be scored."""
    for name in ("scores.parquet", "metrics.json", "reconstructions.npz"):
        (run.folder / name).unlink()
    shutil.rmtree(run.folder / "weights")
    late = run.snapshot_steps()[-1]
    run.snapshot_path(late).unlink()
    run.update_status(state=State.STOPPED, step=late - 1)


def check(app, page: str) -> None:
    assert not app.exception, [error.message for error in app.exception]
    assert [title.value for title in app.title] == [TITLES[page]]


def test_every_page_has_a_title_of_its_own():
    assert sorted(TITLES) == ALL
    assert len(set(TITLES.values())) == len(ALL)


@every_page
def test_without_any_run_a_page_renders(show, page):
    check(show(page), page)


@pytest.mark.parametrize("page", [*OF_A_RUN, "runs"])
def test_without_any_run_a_page_of_runs_says_what_to_do(show, page):
    app = show(page)
    (hint,) = app.info
    assert "no run" in hint.value
    assert [link.label for link in app.main.get("page_link")] == ["Go to **Train**"]
    assert "No runs yet" in app.sidebar.caption[0].value
    assert not app.main.get("bidi_component")


@every_page
def test_a_finished_run_is_shown_on_every_page_and_kept_in_the_link(show, add_run, page):
    run = add_run(GOOD)
    app = show(page, run.id)
    check(app, page)
    assert not app.warning and not app.error
    assert app.query_params["run"] == run.id
    assert app.sidebar.selectbox[0].value == run.id


@page_of_a_run
def test_a_page_of_a_run_names_the_run_and_its_settings(show, add_run, page):
    run = add_run(GOOD)
    (header, *_) = show(page, run.id).caption
    for part in ("Digits", "normal class **8**", "β **10**", "z_dim 16", "lr 0.001", GOOD):
        assert part in header.value
    assert "finished at step 120 of 120" in header.value


def test_every_page_shows_a_run_of_several_normal_classes(show):
    from toll.recording.record import record

    run = RunStore().create(small_config(normal_class=(0, *range(2, 10)), niter=5))
    record(run)
    for page in ALL:
        app = show(page, run.id)
        check(app, page)
        assert not app.warning and not app.error
        if page in OF_A_RUN:
            assert "normal classes **all but 1**" in app.caption[0].value
    assert show("runs").dataframe[0].value["normal class"].tolist() == ["all but 1"]


@page_of_a_run
def test_a_page_of_a_run_explains_every_chart(show, add_run, page):
    app = show(page, add_run(GOOD).id)
    assert len(app.caption) - 1 >= min(1, len(app.main.get("bidi_component")))


@every_page
def test_a_stopped_run_without_scores_is_shown_as_far_as_it_came(show, add_run, page):
    run = add_run(GOOD)
    stop_before_scoring(run)
    app = show(page, run.id)
    check(app, page)
    assert not app.error
    if page in OF_A_RUN:
        assert app.main.get("bidi_component") or page == "gallery"
        assert "stopped at step" in app.caption[0].value
    if page in ("detection", "gallery"):
        assert "not scored yet" in app.info[0].value


@pytest.mark.parametrize("kept", [1, 2])
@page_of_a_run
def test_a_run_stopped_at_its_very_beginning_is_shown(show, add_run, page, kept):
    run = add_run(GOOD)
    stop_before_scoring(run)
    for step in run.snapshot_steps()[kept:]:
        run.snapshot_path(step).unlink()
    app = show(page, run.id)
    check(app, page)
    assert not app.error


@every_page
def test_a_queued_run_without_any_measurement_is_shown(show, page):
    run = RunStore().create(laptop("digits"))
    app = show(page, run.id)
    check(app, page)
    if page in OF_A_RUN:
        assert re.search(r"has (not|no)", app.info[0].value)


@every_page
def test_an_interrupted_run_says_why(show, add_run, page):
    run = add_run(GOOD)
    stop_before_scoring(run)
    run.update_status(state=State.INTERRUPTED, message="The worker process ended. Resume it.")
    app = show(page, run.id)
    check(app, page)
    if page in OF_A_RUN:
        assert [each.value for each in app.warning] == ["The worker process ended. Resume it."]


@every_page
def test_an_unknown_run_in_the_link_leads_to_the_newest_one_and_says_so(show, add_run, page):
    add_run(GOOD)
    newest = add_run(OTHER)
    app = show(page, "20250101-000000-mnist-3")
    check(app, page)
    assert app.query_params["run"] == newest.id
    assert app.sidebar.selectbox[0].value == newest.id


@every_page
@pytest.mark.parametrize("name", ["run", "table"])
@pytest.mark.parametrize("link", ["x" * 5000, "x" * 5000 + "/8-1", "a\0b", "../..", "é/ /?"])
def test_a_link_that_cannot_be_a_name_is_said_in_one_short_sentence(app, add_run, page, name, link):
    run = add_run(GOOD)
    table = Table.open(small_settings()) if page == "paper" else None
    app.query_params[name] = link
    app.run()
    app = app.switch_page(str(PAGES / f"{page}.py")).run()
    check(app, page)
    assert app.query_params["run"] == run.id
    said = [each.value for each in app.warning if "newest one" in each.value]
    assert all(len(each) < 200 for each in said)
    assert len(said) == (table is not None and name == "table")


@pytest.mark.parametrize("link", ["gone", "../runs", "a/b", "<b>", "%00", ""])
def test_a_link_that_names_no_run_is_reported_and_harms_nothing(app, add_run, link):
    run = add_run(GOOD)
    app.query_params["run"] = link
    app.run()
    check(app, "start")
    assert app.query_params["run"] == run.id
    warnings = [each.value for each in app.sidebar.warning]
    said = plain(f"There is no run {link!r}. This is the newest one.")
    assert warnings == ([said] if link else [])


@every_page
def test_an_unknown_run_in_the_link_is_no_run_where_there_are_none(show, page):
    app = show(page, "20250101-000000-mnist-3")
    check(app, page)
    if page in OF_A_RUN:
        assert "no run" in app.info[0].value


def empty_config(run: Run) -> None:
    (run.folder / "config.json").write_text("")


def config_of_another_shape(run: Run) -> None:
    (run.folder / "config.json").write_text("[1, 2]")


def config_out_of_range(run: Run) -> None:
    config = json.loads((run.folder / "config.json").read_text())
    (run.folder / "config.json").write_text(json.dumps(config | {"beta": -3.0}))


def config_of_an_unknown_dataset(run: Run) -> None:
    config = json.loads((run.folder / "config.json").read_text())
    (run.folder / "config.json").write_text(json.dumps(config | {"dataset": "tea leaves"}))


def config_of_an_unknown_class(run: Run) -> None:
    config = json.loads((run.folder / "config.json").read_text())
    (run.folder / "config.json").write_text(json.dumps(config | {"normal_class": 77}))


def half_a_status(run: Run) -> None:
    path = run.folder / "status.json"
    path.write_text(path.read_text()[:40])


def no_status(run: Run) -> None:
    (run.folder / "status.json").unlink()


def nothing_inside(run: Run) -> None:
    shutil.rmtree(run.folder)
    run.folder.mkdir()


def damaged_metrics(run: Run) -> None:
    (run.folder / "metrics.json").write_text("{")


DAMAGES = [
    empty_config,
    config_of_another_shape,
    config_out_of_range,
    config_of_an_unknown_dataset,
    config_of_an_unknown_class,
    nothing_inside,
]
damaged_in_all_ways = pytest.mark.parametrize(
    "damage", DAMAGES, ids=lambda damage: damage.__name__.replace("_", " ")
)


@damaged_in_all_ways
def test_a_damaged_run_harms_no_page_of_a_good_one(show, add_run, damage):
    good, damaged = add_run(GOOD), add_run(OTHER)
    damage(damaged)
    for page in ALL:
        app = show(page)
        check(app, page)
        assert not app.error and not app.warning
        assert app.query_params["run"] == good.id
        assert app.sidebar.selectbox[0].value == good.id
        assert len(app.sidebar.selectbox[0].options) == 1


@damaged_in_all_ways
def test_a_damaged_run_is_listed_as_damaged_with_the_reason(show, add_run, damage):
    add_run(GOOD)
    damage(add_run(OTHER))
    (table,) = show("runs").dataframe
    assert table.proto.placeholder == "–"  # for its metrics, of which there are none
    listed = table.value.set_index("run")
    assert listed.loc[OTHER, "state"] == "? damaged"
    assert "damaged" in listed.loc[OTHER, "message"]
    assert listed.loc[GOOD, "state"] == "✓ finished"


@damaged_in_all_ways
def test_a_link_to_a_damaged_run_opens_every_page_where_no_good_one_is(show, add_run, damage):
    damaged = add_run(OTHER)
    damage(damaged)
    for page in ALL:
        app = show(page, damaged.id)
        check(app, page)
        if page in OF_A_RUN:
            assert "is damaged" in app.info[0].value


@pytest.mark.parametrize("damage", [empty_config, config_of_an_unknown_dataset])
def test_a_link_to_a_damaged_run_says_what_is_wrong_and_shows_the_newest_one(app, add_run, damage):
    good, damaged = add_run(GOOD), add_run(OTHER)
    damage(damaged)
    why = loading.summary(Run(damaged.folder)).status.message
    app.query_params["run"] = damaged.id
    app.run()
    check(app, "start")
    assert app.query_params["run"] == good.id
    (said,) = [each.value for each in app.sidebar.warning]
    assert said == plain(f"Run {OTHER} cannot be shown. {why} This is the newest one.")


@pytest.mark.parametrize("damage", [half_a_status, no_status])
def test_a_run_that_has_lost_its_status_is_shown_as_far_as_the_rest_tells(show, add_run, damage):
    run = add_run(GOOD)
    damage(run)
    for page in ALL:
        app = show(page, run.id)
        check(app, page)
        assert not app.error
        if page in OF_A_RUN:
            assert "finished at step 120 of 120" in app.caption[0].value
            assert ["Its status was lost: status.json is" in each.value for each in app.warning]


def test_a_run_that_has_lost_its_status_is_resumed_from_its_checkpoint(show, add_run):
    run = add_run(GOOD)
    stop_before_scoring(run)
    (run.folder / "weights").mkdir()
    run.weights_path("checkpoint").write_bytes(b"")
    no_status(run)
    app = show("train", run.id)
    (button,) = [each for each in app.button if each.label == "Resume"]
    check(button.click().run(), "train")
    assert run.status().state is State.QUEUED


def config_nested_deeply(run: Run) -> None:
    (run.folder / "config.json").write_text("[" * 100_000 + "]" * 100_000)


def a_huge_config(run: Run) -> None:
    os.truncate(run.folder / "config.json", 2**30)


def a_folder_as_config(run: Run) -> None:
    (run.folder / "config.json").unlink()
    (run.folder / "config.json").mkdir()


FIVE = [
    empty_config,
    config_of_another_shape,
    config_nested_deeply,
    a_huge_config,
    a_folder_as_config,
]


@every_page
def test_five_damaged_runs_beside_a_good_one_harm_no_page(show, add_run, page):
    good = add_run(GOOD)
    damaged = []
    for number, damage in enumerate(FIVE):
        damaged.append(add_run(f"2026030{number}-111111-digits-8").id)
        damage(RunStore().get(damaged[-1]))
    app = show(page, damaged[0])
    check(app, page)
    assert not app.error
    assert app.sidebar.selectbox[0].value == good.id and len(app.sidebar.selectbox[0].options) == 1
    if page == "runs":
        listed = app.dataframe[0].value.set_index("run")
        assert set(listed.loc[damaged, "state"]) == {"? damaged"}
        assert all(".json" in said for said in listed.loc[damaged, "message"])


@page_of_a_run
def test_a_run_of_a_newer_version_is_shown_with_what_is_ignored(show, add_run, page):
    run = add_run(GOOD)
    stop_before_scoring(run)
    newer = json.dumps(run.config.to_dict() | {"warm_up": 3})
    (run.folder / "config.json").write_text(newer)
    app = show(page, run.id)
    check(app, page)
    assert not app.error
    assert ["'warm_up'" in each.value for each in app.warning] == [True]
    assert "Resume" not in [button.label for button in show("train", run.id).button]


def test_a_run_that_cannot_go_on_says_why_where_it_is_resumed(show, add_run):
    run = add_run(GOOD)
    stop_before_scoring(run)
    (run.folder / "gradients.jsonl").write_text("]\n")
    app = show("train", run.id)
    (button,) = [each for each in app.button if each.label == "Resume"]
    app = button.click().run()
    check(app, "train")
    assert [f"gradients.jsonl of run {run.id}" in each.value for each in app.error] == [True]
    assert run.status().state is State.STOPPED


def broken_last_snapshot(run: Run) -> None:
    path = run.snapshot_path(run.snapshot_steps()[-1])
    path.write_bytes(path.read_bytes()[:100])


def broken_scores(run: Run) -> None:
    (run.folder / "scores.parquet").write_bytes(b"PAR1")


def broken_reconstructions(run: Run) -> None:
    (run.folder / "reconstructions.npz").write_bytes(b"PK")


def half_a_line_of_history(run: Run) -> None:
    path = run.folder / "history.jsonl"
    path.write_text(path.read_text()[:-20])


def broken_validation(run: Run) -> None:
    (run.folder / "validation.jsonl").write_text("]]\n")


def scored_but_without_metrics(run: Run) -> None:
    (run.folder / "metrics.json").unlink()


@pytest.mark.parametrize(
    ("damage", "file", "told_on"),
    [
        (broken_last_snapshot, "step_00000120.npz", {"collapse", "train"}),
        (broken_scores, "scores.parquet", {"detection", "gallery"}),
        (broken_reconstructions, "reconstructions.npz", {"gallery"}),
        (half_a_line_of_history, "", set()),
        (broken_validation, "validation.jsonl", {"losses", "train"}),
        (scored_but_without_metrics, "", set()),
        (damaged_metrics, "metrics.json", {"detection"}),
    ],
    ids=lambda value: value.__name__.replace("_", " ") if callable(value) else "",
)
def test_a_broken_file_is_named_where_it_is_needed(show, add_run, damage, file, told_on):
    run = add_run(GOOD)
    damage(run)
    for page in ALL:
        app = show(page, run.id)
        check(app, page)
        told = [*app.error, *app.warning]
        assert [file in each.value for each in told] == [True] * (page in told_on)


def test_without_its_metrics_the_rest_of_a_run_is_shown_and_the_list_says_what_is_wrong(
    show, add_run
):
    run = add_run(GOOD)
    shown = {page: len(show(page, run.id).get("bidi_component")) for page in OF_A_RUN}
    damaged_metrics(run)
    for page, charts in shown.items():
        assert len(show(page, run.id).get("bidi_component")) == charts
    (table,) = show("runs", run.id).dataframe
    listed = table.value.set_index("run").loc[GOOD]
    assert listed["state"] == "✓ finished" and listed["dataset"] == "Digits"
    assert listed["message"].startswith("Its metrics cannot be shown: metrics.json is damaged: ")


def test_a_finished_run_without_snapshots_says_that_they_are_gone_and_shows_its_curves(
    show, add_run
):
    run = add_run(GOOD)
    shutil.rmtree(run.folder / "snapshots")
    said = plain(f"The snapshots of this run are gone: there are none in {run.folder}/snapshots.")
    for page in ("collapse", "train"):
        app = show(page, run.id)
        check(app, page)
        assert [each.value for each in app.info] == [said]
    assert len(app.main.get("bidi_component")) == 2


def test_scores_whose_metrics_are_still_being_written_do_not_count_yet(show, add_run):
    run = add_run(GOOD)
    scored_but_without_metrics(run)
    for page in ("detection", "gallery"):
        assert "not scored yet" in show(page, run.id).info[0].value


def test_a_run_whose_dataset_is_no_longer_there_says_where_to_put_it(show, add_run):
    run = add_run(GOOD)
    config = json.loads((run.folder / "config.json").read_text())
    (run.folder / "config.json").write_text(json.dumps(config | {"dataset": "mnist"}))
    for page in ALL:
        app = show(page, run.id)
        check(app, page)
        lacking = page in ("collapse", "gallery", "train")
        assert ["MNIST is not in" in error.value for error in app.error] == [True] * lacking


@every_page
def test_a_run_that_another_process_trains_is_shown(show, add_run, page):
    run = add_run(GOOD)
    stop_before_scoring(run)
    run.work.take()
    run.update_status(state=State.RUNNING, step=60, rate=200.0, remaining=3.0)
    app = show(page, run.id)
    check(app, page)
    if page in OF_A_RUN:
        assert "running at step 60 of 120" in app.caption[0].value


def test_the_weights_that_are_judged_stand_in_the_link(show, add_run):
    run = add_run()
    app = show("detection", run.id)
    (weights,) = [each for each in app.main.segmented_control if each.label == "Weights"]
    assert weights.value == "last" and "weights" not in app.query_params
    weights.set_value("best_by_labels").run()
    assert app.query_params["weights"] == "best_by_labels"


def test_weights_in_a_link_that_a_run_does_not_have_are_named(show, add_run):
    app = show("detection", add_run().id)
    app.query_params["weights"] = "heavy"
    app.run()
    assert (
        "The link has the weights 'heavy'; valid are best_by_labels, last, label_free."
        in app.warning[0].value
    )
