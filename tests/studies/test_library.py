"""Finding runs again among many, and taking the list elsewhere."""

import io

import pandas as pd
import pytest

from tests.small_ladders import small_ladder
from toll.runs.label import Label, save_label
from toll.runs.status import State
from toll.studies.ladder import ladders
from toll.studies.library import Library, Wanted, as_table, table_bytes

ONE, TWO = "20260101-101500-digits-8", "20260102-101500-digits-8"


@pytest.fixture
def two(add_run) -> None:
    one, two = add_run(ONE, beta=10.0), add_run(TWO, beta=0.0)
    save_label(one, Label(name="Baseline run", tags=("thesis",), note="as published"))
    two.update_status(state=State.STOPPED)


def found(**wanted) -> list[str]:
    return [each.run.id for each in Wanted(**wanted).runs(Library().runs())]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, [TWO, ONE]),
        ({"text": "baseline"}, [ONE]),
        ({"text": "RUN base published thesis digits 8"}, [ONE]),
        ({"text": "0102"}, [TWO]),
        ({"text": "digits nothing"}, []),
        ({"tags": ("thesis",)}, [ONE]),
        ({"tags": ("thesis", "other")}, []),
        ({"states": (State.STOPPED, State.FAILED)}, [TWO]),
        ({"datasets": ("digits", "mnist")}, [TWO, ONE]),
        ({"datasets": ("mnist",)}, []),
        ({"classes": ("8",)}, [TWO, ONE]),
        ({"classes": ("7",)}, []),
        ({"betas": (0, 1)}, [TWO]),
        ({"betas": (10, 10)}, [ONE]),
    ],
)
def test_runs_are_found_by_what_is_said_of_them(two, wanted, expected):
    assert found(**wanted) == expected


def test_what_is_archived_is_found_only_when_asked_for(two, add_run):
    save_label(add_run("20260103"), Label(archived=True))
    assert found() == [TWO, ONE]
    assert found(archived=True) == ["20260103", TWO, ONE]


def test_a_damaged_run_is_found_by_its_name_and_state(add_run):
    run = add_run()
    (run.folder / "config.json").unlink()
    assert found(text=run.id, states=(State.DAMAGED,)) == [run.id]
    assert found(datasets=("digits",)) == found(betas=(0, 100)) == []


def test_ladders_are_found_and_their_rungs_are_archived_with_them():
    ladder = small_ladder()
    run = ladder.begin_cell(*ladder.settings.cells[0])
    assert [each.run.id for each in Library().rungs()] == [run.id]
    assert Wanted(datasets=("digits",), betas=(5, 50)).ladders(ladders())
    assert not Wanted(betas=(50, 500)).ladders(ladders())
    save_label(ladder, Label(name="all", archived=True))
    assert Wanted().ladders(ladders()) == Wanted().runs(Library().rungs()) == []
    assert len(Wanted(archived=True).runs(Library().rungs())) == 1


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_the_table_has_labels_settings_and_metrics_and_comes_back(two, form):
    summaries = Library().runs()
    content = io.BytesIO(table_bytes(summaries, form))
    rows = pd.read_csv(content) if form == "csv" else pd.read_parquet(content)
    assert rows["run"].tolist() == [TWO, ONE] and rows["beta"].tolist() == [0, 10]
    one = summaries[1]
    assert rows["name"].tolist()[1] == "Baseline run" and rows["tags"].tolist()[1] == "thesis"
    judged = one.metrics["last"]
    assert rows["auroc_last"][1] == pytest.approx(judged["score"]["auroc"])
    assert rows["separation"][1] == pytest.approx(judged["separation"])
    assert rows["bytes"][1] == one.bytes and str(rows["normal_class"][1]) == "8"
    assert list(as_table([])) == list(rows)
