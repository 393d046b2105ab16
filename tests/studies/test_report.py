"""What a table says: means and SDs by hand, and files that agree with each other."""

import json

import numpy as np
import pandas as pd
import pytest

from tests.small_tables import small_settings, write_cell, write_cells
from toll.evaluation.selection import WEIGHTS_CHOICES
from toll.studies.report import (
    AVERAGE,
    cells,
    markdown,
    metrics_of,
    percent,
    summary,
    write_reports,
)
from toll.studies.table import Table


@pytest.fixture
def table() -> Table:
    return Table.open(small_settings(classes=(3, 8), seeds=(0, 1, 2)))


def test_a_class_has_the_mean_and_sample_sd_over_its_seeds(table):
    written = write_cells(table)
    rows = summary(table, "auroc").set_index(["class_name", "weights"])
    for normal_class in (3, 8):
        for name in WEIGHTS_CHOICES:
            values = [written[normal_class, seed][name] for seed in range(3)]
            row = rows.loc[str(normal_class), name]
            assert row["mean"] == pytest.approx(np.mean(values))
            assert row["sd"] == pytest.approx(np.std(values, ddof=1))
            assert row["seeds"] == 3


def test_the_average_is_over_classes_and_its_sd_over_seeds(table):
    written = write_cells(table)
    rows = summary(table, "auroc").query("class_name == @AVERAGE").set_index("weights")
    for name in WEIGHTS_CHOICES:
        by_seed = [np.mean([written[each, seed][name] for each in (3, 8)]) for seed in range(3)]
        assert rows.loc[name, "mean"] == pytest.approx(np.mean(by_seed))
        assert rows.loc[name, "sd"] == pytest.approx(np.std(by_seed, ddof=1))


def test_a_table_that_is_half_full_says_what_is_there(table):
    assert cells(table).empty and summary(table, "auroc").empty
    assert "0 of 6 models" in markdown(table)
    write_cell(table, 8, 0, {"last": 0.75})
    rows = summary(table, "auroc").set_index("class_name")
    assert (rows.loc["8", "mean"], rows.loc["8", "seeds"]) == (0.75, 1)
    assert np.isnan(rows.loc["8", "sd"]) and rows.loc[AVERAGE, "seeds"] == 0
    assert "1 of 6 models" in markdown(table) and "| 8 | 75.0 | 1 |" in markdown(table)


def test_every_row_says_whether_labels_chose_its_step(table):
    write_cells(table)
    rows = cells(table)
    assert len(rows) == 6 * len(WEIGHTS_CHOICES)
    for name, each in WEIGHTS_CHOICES.items():
        assert set(rows[rows["weights"] == name]["labels_used"]) == {each.uses_labels}
        assert f"- {each.title}: {each.text}" in markdown(table)


def test_the_files_agree_with_the_table_and_with_each_other(table):
    written = write_cells(table)
    write_reports(table)
    every = pd.read_csv(table.folder / "cells.csv")
    content = json.loads((table.folder / "table.json").read_text())
    assert len(every) == len(content["cells"]) == 18
    for row in every.to_dict("records"):
        assert row["auroc"] == pytest.approx(written[row["class"], row["seed"]][row["weights"]])
    whole = pd.read_csv(table.folder / "table.csv")
    expected = summary(table, "auroc")
    assert whole["mean"].tolist() == pytest.approx(expected["mean"].tolist())
    assert [row["mean"] for row in content["summary"]] == pytest.approx(expected["mean"].tolist())
    assert (table.folder / "table.md").read_text() == markdown(table)
    assert content["classes"] == [3, 8] and content["seeds"] == [0, 1, 2]


def test_json_has_null_where_there_is_no_sd(table):
    write_cell(table, 8, 0, {"last": 0.75})
    write_reports(table)
    content = json.loads((table.folder / "table.json").read_text())
    assert [row["sd"] for row in content["summary"]] == [None, None]


def test_per_cents_have_a_spread_where_there_is_one():
    assert percent({"mean": 0.97849, "sd": 0.00321}) == "97.8 ± 0.3"
    assert percent({"mean": 0.5, "sd": float("nan")}) == "50.0"


def test_the_metrics_of_a_table_are_the_papers_and_auroc(table):
    assert metrics_of(table) == ["auroc"]
