"""A run beside other detectors, on its page and under Top anomalies."""

import pytest

from dashboard import loading
from toll.jobs.kinds import CompareDetectors
from toll.recording.rivals import compare_detectors
from toll.runs.run import Run

KNN = "nearest neighbours on the input"


@pytest.fixture
def compared(add_run) -> Run:
    run = add_run()
    compare_detectors(run, ["knn", "pca"], ["input"])
    return run


def test_one_click_has_the_other_detectors_fitted(show, add_run, idle_launcher):
    run = add_run()
    app = show("detectors", run.id)
    (button,) = app.main.button
    assert button.label == "Compare with other detectors"
    button.click().run()
    assert not app.exception
    job = loading.launcher().find(CompareDetectors(run.folder))
    assert job is not None and not job.ended.is_set()
    assert [each.label for each in app.main.button] == ["Stop"]


def test_the_page_has_a_verdict_a_table_and_says_that_it_used_labels(show, compared):
    app = show("detectors", compared.id)
    assert not app.exception and not app.error
    (table,) = app.main.dataframe
    assert table.value["detector"].tolist()[0] == "this run"
    assert {KNN, "autoencoder without the pull"} <= {*table.value["detector"]}
    assert any("AUROC" in each.value for each in app.main.markdown)
    assert any("use the labels of the test samples" in each.value for each in app.main.caption)


def test_top_anomalies_can_go_by_another_detector(show, compared):
    app = show("gallery", compared.id)
    (by,) = [each for each in app.main.selectbox if each.label == "Scored by"]
    assert by.value == "this run"
    by.set_value(KNN).run()
    assert not app.exception
    said = [each.value for each in app.main.caption if "event horizon" in each.value]
    assert f"scores are those of {KNN}" in said[0] and "pink" not in said[0]


def test_without_other_detectors_top_anomalies_asks_for_none(show, add_run):
    app = show("gallery", add_run().id)
    assert not [each for each in app.main.selectbox if each.label == "Scored by"]
