"""Tables: what they consist of, where their cells lie, and what a folder is refused for."""

import json
import re
from dataclasses import replace

import pytest

from tests.small_tables import small_settings, write_cell
from toll.data import DATASETS
from toll.paths import tables_dir
from toll.presets import PAPER_DATASETS, paper
from toll.runs.status import State
from toll.runs.store import RunStore
from toll.studies.table import DamagedTable, Table, paper_table, tables


@pytest.mark.parametrize("dataset", PAPER_DATASETS)
def test_the_papers_table_has_all_classes_ten_seeds_and_its_settings(dataset):
    settings = paper_table(dataset)
    assert settings.seeds == tuple(range(10))
    assert settings.classes == tuple(DATASETS[dataset].normal_classes)
    published = paper(dataset, normal_class=settings.classes[0])
    assert settings.cell(settings.classes[0], 0).replace(probe_size=1000) == published
    assert settings.name == dataset


def test_what_differs_from_the_paper_is_in_the_name_of_the_table():
    settings = paper_table("mnist", 2, 3, niter=50, lr=0.01, device="cpu")
    assert settings.name == "mnist-lr=0.01-niter=50"
    assert settings.cells == [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1)]
    assert paper_table("mnist", deterministic=True).name == "mnist-deterministic"
    assert paper_table("mnist", seeding="published").name == "mnist-seeding=published"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"num_classes": 11}, "num_classes is 11; it must be from 1 to 10"),
        ({"num_classes": 0}, "num_classes is 0"),
        ({"num_seeds": 0}, "num_seeds is 0; it must be from 1 to 1000"),
        ({"beta": -1.0}, "beta is -1"),
        ({"lr": 0.0}, "lr is 0"),
    ],
)
def test_a_table_that_cannot_be_is_refused(arguments, said):
    with pytest.raises(ValueError, match=said):
        paper_table("mnist", **arguments)


def test_a_class_that_cannot_be_normal_is_named_with_those_that_can():
    with pytest.raises(ValueError, match="class 11 cannot be normal in Digits; valid: 0, 1,"):
        small_settings(classes=(8, 11))
    with pytest.raises(ValueError, match="at least one class and one seed"):
        small_settings(seeds=())


def test_a_table_keeps_its_settings_and_is_listed():
    assert tables() == []
    settings = small_settings()
    table = Table.open(settings)
    (listed,) = tables()
    assert listed.id == table.id == settings.name and listed.settings == settings
    assert listed.folder == tables_dir() / settings.name
    assert listed.status().state is State.STOPPED


def test_opening_a_table_again_adds_classes_and_seeds():
    Table.open(small_settings(classes=(8,), seeds=(0, 1)))
    table = Table.open(small_settings(classes=(3,), seeds=(2,), device="auto"))
    assert (table.settings.classes, table.settings.seeds) == ((3, 8), (0, 1, 2))
    assert table.settings.base.device == "auto"


@pytest.mark.parametrize("enter", [Table.open, Table.find])
def test_a_table_of_other_settings_is_refused_and_left_alone(tmp_path, enter):
    folder = tmp_path / "mine"
    table = Table.open(small_settings(), folder)
    with pytest.raises(ValueError, match="has beta 10.0, not 2.0; name another output folder"):
        enter(small_settings(beta=2.0), folder)
    assert table.settings == small_settings()


def test_a_table_has_one_seeding(tmp_path):
    Table.open(small_settings(), tmp_path / "mine")
    with pytest.raises(ValueError, match="has seeding run, not published; name another"):
        Table.open(small_settings(seeding="published"), tmp_path / "mine")


def test_a_folder_that_holds_something_else_is_refused_and_left_alone(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(ValueError, match="is neither a table nor empty"):
        Table.open(small_settings(), tmp_path)
    with pytest.raises(ValueError, match="is neither a table"):
        Table.open(small_settings(), tmp_path / "notes.txt")
    with pytest.raises(ValueError, match="there is no table in .*: train it first"):
        Table.find(small_settings(), tmp_path)
    assert [path.name for path in tmp_path.iterdir() if path.name != "cache"] == ["notes.txt"]


def test_a_damaged_table_says_so():
    table = Table.open(small_settings())
    (table.folder / "settings.json").write_text('{"base": {}}')
    said = r"^settings\.json of table .* is damaged: `classes` is missing"
    with pytest.raises(DamagedTable, match=said):
        Table.open(small_settings())


def test_cells_are_runs_that_are_found_by_the_name_of_their_table():
    table = Table.open(small_settings())
    run = table.begin_cell(8, 1)
    assert run.config == small_settings().cell(8, 1)
    assert RunStore().get(f"{table.id}/8-1").folder == run.folder
    for name in (f"{table.id}/9-1", "../8-1", f"{table.id}/../8-1", "elsewhere/8-1"):
        with pytest.raises(ValueError, match="there is no run"):
            RunStore().get(name)


def test_a_cell_that_failed_or_is_damaged_begins_anew_and_others_go_on():
    table = Table.open(small_settings())
    run = table.begin_cell(8, 0)
    run.append_history([{"step": 1, "loss": 1.0}])
    run.ask("stop")
    assert len(table.begin_cell(8, 0).history()) == 1 and run.request() is None
    run.update_status(state=State.FAILED)
    assert table.begin_cell(8, 0).history().empty
    (run.folder / "config.json").write_text("{")
    assert table.begin_cell(8, 0).config == small_settings().cell(8, 0)


def test_the_state_of_every_cell_is_known():
    table = Table.open(small_settings())
    table.begin_cell(3, 0)
    write_cell(table, 3, 1, {"last": 0.9})
    (table.begin_cell(8, 0).folder / "status.json").write_text("{")
    found = [table.state_of(*cell) for cell in table.settings.cells]
    assert found == [State.INTERRUPTED, State.FINISHED, State.DAMAGED, None]
    assert list(table.metrics()) == [(3, 1)]


def test_a_cell_that_is_damaged_keeps_no_other_from_the_table():
    table = Table.open(small_settings())
    for cell in table.settings.cells:
        write_cell(table, *cell, {"last": 0.9})
    (table.cell(8, 0).folder / "metrics.json").write_text("{}")
    assert list(table.metrics()) == [(3, 0), (3, 1), (8, 1)]
    assert table.state_of(8, 0) is State.DAMAGED
    assert table.begin_cell(8, 0).metrics() == {}


def test_a_table_of_a_newer_version_opens_and_is_not_filled():
    table = Table.open(small_settings())
    path = table.folder / "settings.json"
    stored = json.loads(path.read_text())
    stored["base"]["warm_up"] = 3
    path.write_text(json.dumps(stored))
    assert table.settings == small_settings()
    with pytest.raises(ValueError, match=f"^table {table.id} has settings .*'warm_up'"):
        table.check_fillable()
    assert json.loads(path.read_text()) == stored


def test_a_cell_of_a_newer_version_is_refused_and_left_alone():
    table = Table.open(small_settings())
    run = table.begin_cell(8, 0)
    (run.folder / "config.json").write_text(json.dumps(run.config.to_dict() | {"warm_up": 3}))
    with pytest.raises(ValueError, match="'warm_up'"):
        table.begin_cell(8, 0)
    assert table.cell(8, 0).ignored_settings == ("warm_up",)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"classes": [77]}, "class 77 cannot be normal"),
        ({"classes": [8, 8]}, "there twice"),
        ({"seeds": [-1]}, "`seeds[0]`: expected `int` >= 0"),
        ({"seeds": []}, "at least one class and one seed"),
        ({"base": {}}, "`dataset` is missing"),
        ({"base": 3}, "`base`: expected `object`, got `int`"),
    ],
)
def test_settings_of_another_kind_are_named(change, said):
    table = Table.open(small_settings())
    path = table.folder / "settings.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(DamagedTable, match=rf"^settings\.json of table .*{re.escape(said)}"):
        _ = table.settings


def test_settings_with_other_devices_are_the_same_table():
    settings = small_settings()
    other = replace(settings, base=settings.base.replace(device="auto", inference_batch_size=7))
    assert other.name == settings.name
