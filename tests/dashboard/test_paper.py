"""The Paper page: a table is begun, stopped, resumed and shown, and its models can be chosen."""

from pathlib import Path

import pytest

from dashboard import loading, tables
from tests.data.small_files import write_mat
from tests.small_tables import small_settings, write_cell, write_cells
from toll.evaluation.selection import WEIGHTS_CHOICES
from toll.runs.status import State
from toll.runs.store import RunStore
from toll.studies.report import summary
from toll.studies.table import Table, paper_table


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_mat(tmp_path / "data" / "arrhythmia" / "arrhythmia.mat")
    monkeypatch.setenv("TOLL_DATA_DIR", str(tmp_path / "data"))


def button(app, label: str):
    (found,) = [each for each in app.main.button if each.label == label]
    return found


def field(app, name: str):
    (found,) = [each for each in app.main.number_input if each.key == tables.PREFIX + name]
    return found


def test_without_its_data_a_table_cannot_be_begun(show):
    app = show("paper")
    assert button(app, "Fill this table").disabled
    assert any("Arrhythmia is not in" in each.value for each in app.info)


def test_the_form_opens_with_the_papers_settings(show, data):
    app = show("paper")
    app.main.selectbox[0].set_value("arrhythmia").run()
    expected = paper_table("arrhythmia")
    for name in ("niter", "batch_size", "lr", "z_dim", "beta", "ckpt_interval"):
        assert field(app, name).value == getattr(expected.base, name)
    assert field(app, "num_seeds").value == 10 and field(app, "num_classes").value == 1


def test_a_table_is_begun_and_put_into_the_queue(show, data):
    app = show("paper")
    field(app, "batch_size").set_value(8).run()
    field(app, "num_seeds").set_value(2).run()
    app.main.selectbox(key=tables.PREFIX + "seeding").set_value("published").run()
    app.main.checkbox(key=tables.PREFIX + "deterministic").check().run()
    button(app, "Fill this table").click().run()
    assert not app.exception and not app.error
    changes = {"batch_size": 8, "seeding": "published", "deterministic": True}
    expected = paper_table("arrhythmia", 2, **changes)
    table = Table.find(expected)
    assert table.status().state is State.QUEUED and table.settings == expected
    assert [job.work.id for job in loading.launcher().trainings()] == [table.id]
    assert app.query_params["table"] == table.id
    button(app, "Fill this table").click().run()
    assert not app.exception
    assert [each.value for each in app.error] == [
        f"This cannot be done: table {table.id} waits to be filled already."
    ]
    button(app, "Stop").click().run()
    assert table.status().state is State.STOPPED and not loading.launcher().trainings()
    button(app, "Resume").click().run()
    assert table.status().state is State.QUEUED


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("beta", -1.0, "**β exactly** is -1; it must be from 0 to 1e+06."),
        ("num_classes", 2, "**Normal classes** is 2; it must be from 1 to 1."),
        (
            "batch_size",
            5000,
            "**Batch size** is 5000, but class 0 (normal rhythm) of",
        ),
    ],
)
def test_what_cannot_be_trained_is_said_in_one_sentence(show, data, name, value, said):
    app = show("paper")
    field(app, name).set_value(value).run()
    (error,) = app.error
    assert said in error.value and button(app, "Fill this table").disabled


def test_a_table_shows_the_means_of_its_report(show):
    table = Table.open(small_settings())
    write_cells(table)
    app = show("paper")
    assert not app.exception and not app.error
    (shown,) = [each.value for each in app.main.table]
    rows = summary(table, "auroc").set_index(["class_name", "weights"])
    for name, each in WEIGHTS_CHOICES.items():
        column = f"{each.title} ({'uses' if each.uses_labels else 'no'} labels)"
        assert shown.loc["3", column].startswith(f"{100 * rows.loc[('3', name), 'mean']:.1f} ±")
    assert list(shown.index) == ["3", "8", "**average**"]
    assert any("4 of 4 models scored" in each.text for each in app.get("progress"))


@pytest.mark.parametrize(
    ("changes", "origin"),
    [
        ({}, "(the paper's settings)"),
        ({"seeding": "published"}, "(the paper's settings, seeded as published)"),
        ({"niter": 5}, "(not the paper's settings)"),
    ],
)
def test_a_table_says_whether_it_is_the_papers_and_seeded_so(show, changes, origin):
    Table.open(paper_table("arrhythmia", 2, **changes))
    (said,) = [each.value for each in show("paper").caption if "normal classes:" in each.value]
    assert said.endswith(origin)


def test_a_table_without_metrics_says_when_they_come(show):
    table = Table.open(small_settings())
    table.work.take()
    table.update_status(state=State.RUNNING, step=40, remaining=30.0, activity="class 3")
    app = show("paper")
    assert any("first metrics will appear here" in each.value for each in app.info)
    (bar,) = app.get("progress")
    assert bar.text == "▶ **Running**, 0 of 4 models scored: class 3, 30 s left"
    assert bar.value == 25


def test_the_sentence_of_a_failed_table_is_shown(show):
    table = Table.open(small_settings())
    table.update_status(state=State.FAILED, message="No space left on device.")
    app = show("paper")
    assert [each.value for each in app.warning] == ["No space left on device."]
    button(app, "Resume")


def test_a_damaged_table_breaks_no_page(show, add_run):
    table = Table.open(small_settings())
    (table.folder / "settings.json").write_text("{")
    app = show("paper")
    assert not app.exception
    assert any("settings.json of table" in each.value for each in app.error)


def test_a_model_of_a_table_is_shown_on_the_pages_of_a_run(show):
    table = Table.open(small_settings())
    write_cell(table, 8, 1, {"last": 0.9})
    run = RunStore().get(f"{table.id}/8-1")
    app = show("runs", run.id)
    assert app.sidebar.selectbox[0].value == run.id
    assert f"{table.id} · 8 · seed 1" in app.sidebar.selectbox[0].options
    app = show("paper", run.id)
    assert any("normal class **8**" in each.value for each in app.caption)
    assert "**Watch its collapse**" in [each.label for each in app.main.get("page_link")]
