"""Data without labels is trained and scored all the same; what needs labels is left out."""

import pytest

from tests.data.own_files import write_csv
from toll.data import ImportPlan, import_own, load_dataset, split_one_class
from toll.film.container import read_header
from toll.film.frames import film
from toll.presets import laptop
from toll.recording.record import record
from toll.runs.run import Run
from toll.runs.store import RunStore


@pytest.fixture
def run(tmp_path) -> Run:
    plan = ImportPlan(drop=("state", "maker"))
    import_own(write_csv(tmp_path / "a.csv"), "unlabelled", plan)
    run = RunStore().create(
        laptop("unlabelled", niter=6, ckpt_interval=3, device="cpu", probe_size=40)
    )
    assert record(run).state.value == "finished"
    return run


def test_it_is_scored_without_metrics_by_labels(run):
    assert run.metrics()["last"] == {"step": 6, "unlabelled": True}
    assert "best_by_labels" not in run.metrics() and "label_free" in run.metrics()
    scores = run.scores()
    assert scores is not None and not scores["label"].any()


def test_its_validations_have_what_needs_no_labels(run):
    validation = run.validation()
    assert validation["label_free"].notna().all()
    assert validation[["score", "separation", "metric_by_labels"]].isna().all(axis=None)


def test_its_film_has_probe_samples_and_says_that_none_is_labelled(run):
    split = split_one_class(load_dataset("unlabelled"), 0)
    header = read_header(film(run, split))
    (rung,) = header["rungs"]
    assert "None is labelled" in rung["narration"][-1]
    assert rung["alarm"] == [None] * len(rung["steps"])
