"""A person's own rows are split as asked, and statistics come from normal training rows alone."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.data.own_files import LABELLED, table, write_csv
from toll.data import ImportPlan, import_own, load_dataset, split_one_class


@pytest.fixture
def split_by(tmp_path):
    def split_by(rows=None, **changes):
        file = write_csv(tmp_path / "a.csv", rows)
        spec = import_own(file, "mine", replace(LABELLED, **changes))
        return split_one_class(load_dataset("mine"), spec.first_class)

    return split_by


def test_a_ratio_holds_out_a_share_of_the_normal_rows_and_all_anomalies(split_by):
    split = split_by(test_ratio=0.5)
    normal, anomalous = (
        [int((split.labels(ids) == label).sum()) for ids in (split.validation, split.test)]
        for label in (0, 1)
    )
    assert len(split.train) == 72 and normal == [24, 48] and anomalous == [32, 64]


def test_a_column_of_the_file_says_the_split(split_by):
    parts = ["train"] * 150 + ["validation"] * 40 + ["test"] * 50
    rows = [[*row, part] for row, part in zip(table(), ["part", *parts], strict=True)]
    split = split_by(rows, split_column="part")
    assert split.test.tolist() == list(range(190, 240))
    assert split.labels(split.train).sum() == 0 and split.train.max() < 150
    # Anomalies that the column gives to training are of use in the validation.
    assert set(range(150, 190)) < set(split.validation.tolist())


def test_a_split_column_with_another_word_is_refused_with_its_row(split_by):
    rows = [[*row, "train"] for row in table()]
    rows[0][-1], rows[5][-1] = "part", "trial"
    with pytest.raises(ValueError, match="'part' says 'trial' in row 6; valid: train"):
        split_by(rows, split_column="part")


def test_training_on_all_scores_all_rows(split_by):
    split = split_by(train_on_all=True)
    assert len(split.train) == 144 and split.test.tolist() == list(range(240))
    assert "scores lower" in split.dataset.spec.note


def test_mean_and_deviation_are_those_of_normal_training_rows_and_of_no_others(split_by):
    split = split_by()
    dataset = split.dataset
    scaled = split.normalise(torch.from_numpy(dataset.samples[split.train])).numpy()
    np.testing.assert_allclose(scaled.mean(0), 0, atol=1e-5)
    np.testing.assert_allclose(scaled.std(0), 1, atol=1e-5)
    others = np.array(dataset.samples)
    others[np.setdiff1d(np.arange(240), split.train)] *= 1000
    again = split_one_class(replace(dataset, samples=others), split.normal_classes)
    assert again.normalise == split.normalise


def test_a_feature_that_is_constant_in_training_is_not_blown_up(tmp_path):
    rows = [["a", "b", "state"]]
    rows += [[n % 7, 5, "good"] for n in range(40)] + [[n, 6, "bad"] for n in range(9)]
    plan = ImportPlan(label_column="state", normal_values=("good",))
    spec = import_own(write_csv(tmp_path / "a.csv", rows), "mine", plan)
    split = split_one_class(load_dataset("mine"), spec.first_class)
    assert split.normalise(torch.tensor([[0.0, 6.0]]))[0, 1] == 1


def test_one_anomaly_is_enough(tmp_path):
    rows = table(101)
    kept = [row for row in rows if row[3] != "worn"]
    only = [row for row in kept if row[3] != "cracked"] + [
        next(r for r in kept if r[3] == "cracked")
    ]
    spec = import_own(write_csv(tmp_path / "a.csv", only), "mine", LABELLED)
    split = split_one_class(load_dataset("mine"), spec.first_class)
    assert split.labels(split.test).sum() == 1
