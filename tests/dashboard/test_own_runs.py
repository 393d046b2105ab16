"""Runs on a person's own data: every page shows them, and without labels says what is absent."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.dashboard.test_pages import ALL, check
from tests.data.own_files import LABELLED, import_small, write_csv
from toll.data import ImportPlan, import_own
from toll.presets import laptop
from toll.recording.record import record
from toll.runs.run import Run
from toll.runs.store import RunStore
from toll.studies.fill import fill
from toll.studies.ladder import Ladder, LadderSettings

FEW = {"niter": 6, "ckpt_interval": 3, "device": "cpu", "probe_size": 40}
UNLABELLED = ImportPlan(drop=("state",), categorical=("maker",), train_on_all=True)


@pytest.fixture(scope="module")
def trained(tmp_path_factory, cache_of_module: Path) -> Path:
    """A cache folder with datasets and finished runs, by their names, and a ladder."""
    folder = tmp_path_factory.mktemp("files")
    import_small("own-table", folder)
    import_small("own-pictures", folder)
    import_own(write_csv(folder / "a.csv"), "unlabelled", UNLABELLED)
    for name in ("own-table", "own-pictures", "unlabelled"):
        run = RunStore().create(laptop(name, **FEW))
        assert record(run).state.value == "finished", run.status().message
    settings = LadderSettings(base=laptop("unlabelled", **FEW), betas=(0.0, 10.0))
    fill(Ladder.create(settings))
    return cache_of_module


@pytest.fixture
def own(trained: Path, cache: Path) -> dict[str, Run]:
    """The same in the test's own cache folder; runs by dataset."""
    for name in ("own", "runs", "ladders"):
        shutil.copytree(trained / name, cache / name)
    return {each.config.dataset: each.run for each in RunStore().list() if each.config}


@pytest.mark.parametrize("dataset", ["own-table", "own-pictures", "unlabelled"])
@pytest.mark.parametrize("page", ALL)
def test_every_page_shows_a_run_on_own_data(show, own, page, dataset):
    app = show(page, own[dataset].id)
    check(app, page)
    assert not app.error, [each.value for each in app.error]


@pytest.mark.parametrize("page", ALL)
def test_every_page_shows_a_ladder_without_labels(show, own, page):
    (folder,) = (Path(own["unlabelled"].folder).parents[1] / "ladders").glob("*-ladder")
    app = show(page, folder.name)
    check(app, page)
    assert not app.error, [each.value for each in app.error]
    if page == "ladder":
        assert any("there is no verdict on any β" in each.value for each in app.info)


def test_top_anomalies_shows_features_by_name_beside_their_usual_range(show, own):
    app = show("gallery", own["own-table"].id)
    (cards,) = [each.proto.body for each in app.main.get("html") if "toll-cards" in each.proto.body]
    assert "noise level" in cards and "usual " in cards and "rebuilt as" in cards
    assert "<b>#" not in cards and "· row " in cards


def test_top_anomalies_names_the_file_of_a_picture(show, own):
    app = show("gallery", own["own-pictures"].id)
    (cards,) = [each.proto.body for each in app.main.get("html") if "toll-cards" in each.proto.body]
    assert "· cracked/" in cards or "· worn/" in cards


def test_without_labels_pages_say_what_is_absent_and_why(show, own):
    run = own["unlabelled"]
    detection = show("detection", run.id)
    assert any("The data has no labels" in each.value for each in detection.info)
    (rule,) = [each for each in detection.main.selectbox if "Rule" in each.label]
    assert not {"best F1", "least cost"} & {*rule.options}
    assert next(each.value for each in detection.metric).endswith("of 240")
    losses = show("losses", run.id)
    assert any("no AUROC and no separation" in each.value for each in losses.caption)
    gallery = show("gallery", run.id)
    assert any("no labels" in each.value for each in gallery.caption)


def test_the_form_offers_own_data_with_the_classes_that_may_be_normal(show, own):
    app = show("train")
    (dataset,) = [each for each in app.main.selectbox if each.label == "Dataset"]
    dataset.select("own-table").run()
    assert not app.exception and not app.error
    (normal,) = [each for each in app.main.selectbox if each.label == "Normal class"]
    assert normal.options == ["good"]
    dataset = next(each for each in app.main.selectbox if each.label == "Dataset")
    dataset.select("unlabelled").run()
    assert not app.exception and not app.error
    assert any("no labels" in each.value for each in app.caption)


def test_several_normal_classes_of_own_data_are_filled_in(show, tmp_path):
    plan = replace(LABELLED, normal_values=("good", "worn"))
    import_own(write_csv(tmp_path / "b.csv"), "two", plan)
    app = show("train")
    next(each for each in app.main.selectbox if each.label == "Dataset").select("two").run()
    assert not app.exception and not app.error
    (way,) = [each for each in app.main.button_group if each.label == "Normal class"]
    assert way.value == "several"
