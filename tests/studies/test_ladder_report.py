"""What a ladder says: each rung's numbers from its own folder, means and spreads over seeds."""

import json

import numpy as np
import pandas as pd
import pytest

from tests.small_ladders import small_ladder
from toll.data import load_dataset, split_one_class
from toll.evaluation.metrics import auroc, separation
from toll.studies.fill import fill
from toll.studies.ladder_report import METRICS, rungs, summary


@pytest.fixture
def split():
    return split_one_class(load_dataset("digits"), 8, 500)


def test_scored_rungs_have_the_metrics_of_their_last_weights_on_the_test_samples(split):
    ladder = small_ladder(seeds=(0, 1))
    fill(ladder)
    found = rungs(ladder, split)
    assert list(zip(found["beta"], found["seed"], strict=True)) == ladder.settings.cells
    assert found["scored"].all()
    for (_, row), (_, judged) in zip(found.iterrows(), ladder.metrics().items(), strict=True):
        assert row["auroc"] == judged["last"]["score"]["auroc"]
        assert row["auroc_latent_norm"] == judged["last"]["latent_norm"]["auroc"]
        assert row["separation"] == judged["last"]["separation"]
    assert (found["variety"] > 0).all() and (found["reconstruction_error"] > 0).all()


def test_until_all_are_scored_the_numbers_are_of_the_last_snapshot_that_all_have(split):
    ladder = small_ladder()
    fill(ladder)
    first, *_, last = ladder.rungs()
    (last.folder / "metrics.json").unlink()
    for step in (20, 24, 28, 32, 36, 40):
        first.snapshot_path(step).unlink(missing_ok=True)
    found = rungs(ladder, split)
    assert not found["scored"].any() and set(found["step"]) == {16}
    snapshot = last.snapshot(16)
    labels = split.labels(snapshot.ids)
    score = snapshot.reconstruction_error + last.config.beta * snapshot.latent_norm
    row = found.iloc[-1]
    assert row["auroc"] == auroc(labels, score)
    assert row["separation"] == separation(labels, snapshot.latent_norm)
    normal = snapshot.reconstruction_error[labels == 0]
    assert row["reconstruction_error"] == pytest.approx(np.median(normal))


def test_a_ladder_that_has_not_begun_says_nothing_yet(split):
    assert rungs(small_ladder(), split).empty


def test_a_damaged_rung_is_left_out(split):
    ladder = small_ladder()
    fill(ladder)
    run = ladder.cell(1.0, 0)
    run.snapshot_path(40).write_bytes(b"PK")
    assert set(rungs(ladder, split)["beta"]) == {0, 10}


def test_means_and_spreads_are_over_seeds():
    made = pd.DataFrame(
        [
            {"beta": beta, "seed": seed, "step": 40, "scored": True}
            | dict.fromkeys(METRICS, beta + seed)
            for beta in (0.0, 1.0)
            for seed in (0, 1, 2)
        ]
    )
    found = summary(made)
    assert list(found["auroc"]) == [1, 2] and list(found["auroc_sd"]) == [1, 1]
    assert list(found["seeds"]) == [3, 3]
    assert summary(made[made["seed"] == 0])["auroc_sd"].isna().all()


def test_the_report_is_written_for_people_and_for_programs():
    ladder = small_ladder(seeds=(0, 1))
    fill(ladder)
    content = json.loads((ladder.folder / "ladder.json").read_text())
    assert content["betas"] == [0, 1, 10] and len(content["rungs"]) == 6
    assert content["labels_used"]["auroc"] and not content["labels_used"]["variety"]
    text = (ladder.folder / "ladder.md").read_text()
    assert "Anomaly labels are used for: AUROC of the score" in text and "| 10 | 2 |" in text
    assert len(pd.read_csv(ladder.folder / "ladder.csv")) == 6
