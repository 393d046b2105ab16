"""Which step each choice of weights stands for, and that one of them needs no labels."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch

from tests.small_runs import small_config
from toll.data import OneClassSplit, split_one_class
from toll.evaluation.selection import WEIGHTS_CHOICES, chosen_steps, label_free_criterion
from toll.method.checkpoint import step_of_weights
from toll.recording.record import record
from toll.runs.run import Run
from toll.runs.status import State
from toll.runs.store import RunStore

NAN = float("nan")


@pytest.fixture(autouse=True)
def threads() -> Iterator[None]:
    count = torch.get_num_threads()
    yield
    torch.set_num_threads(count)


def validations(**columns: list) -> pd.DataFrame:
    """Rows of validation.jsonl at steps 0, 10, 20, … with these columns."""
    count = len(next(iter(columns.values())))
    return pd.DataFrame({"step": [10 * row for row in range(count)], **columns})


def test_the_criterion_is_the_median_score_so_that_one_sample_thrown_out_does_not_decide():
    error, norm = np.array([1.0, 3.0, 2.0]), np.array([0.1, 0.3, 500.0])
    assert label_free_criterion(error, norm, beta=0) == pytest.approx(2.0)
    assert label_free_criterion(error, norm, beta=10) == pytest.approx(6.0)


def test_each_choice_has_its_own_best_step():
    rows = validations(
        score=[0.5, 0.8, 0.7, 0.6],
        metric_by_labels=[0.1, 0.2, 0.4, 0.3],
        label_free=[9.0, 5.0, 6.0, 7.0],
    )
    assert chosen_steps(rows) == {"best_by_labels": 20, "last": 30, "label_free": 10}


def test_labels_do_not_move_the_label_free_choice():
    free = [9.0, 5.0, 6.0]
    for metric in ([0.1, 0.2, 0.3], [0.3, 0.2, 0.1], [NAN] * 3):
        rows = validations(score=metric, metric_by_labels=metric, label_free=free)
        assert chosen_steps(rows)["label_free"] == 10


def test_the_earliest_of_equal_validations_is_chosen_so_that_its_weights_are_the_kept_ones():
    rows = validations(
        score=[0.5, 0.9, 0.9], metric_by_labels=[0.2] * 3, label_free=[7.0, 3.0, 3.0]
    )
    assert chosen_steps(rows) == {"best_by_labels": 10, "last": 20, "label_free": 10}


def test_a_metric_that_is_not_a_number_is_never_the_best():
    rows = validations(
        score=[NAN, 0.5, 0.6], metric_by_labels=[NAN, 0.5, 0.6], label_free=[NAN, 8.0, NAN]
    )
    assert chosen_steps(rows) == {"best_by_labels": 20, "last": 20, "label_free": 10}


def test_a_criterion_that_is_infinite_is_never_the_lowest():
    rows = validations(score=[0.5, 0.6], label_free=[float("inf"), 8.0])
    assert chosen_steps(rows)["label_free"] == 10


def test_without_a_single_number_only_the_last_step_is_known():
    rows = validations(score=[NAN, NAN], metric_by_labels=[NAN, NAN], label_free=[NAN, NAN])
    assert chosen_steps(rows) == {"last": 10}


def test_an_untrained_network_is_never_the_label_free_choice():
    rows = validations(score=[0.4, 0.9, 0.95], label_free=[276.0, 601.0, 349.0])
    assert chosen_steps(rows)["label_free"] == 20
    assert "label_free" not in chosen_steps(rows.head(1))


def test_runs_from_before_the_columns_have_no_label_free_step_and_are_judged_by_auroc():
    rows = validations(score=[0.5, 0.9, 0.7])
    assert chosen_steps(rows) == {"best_by_labels": 10, "last": 20}


def test_a_run_that_was_begun_before_the_columns_chooses_among_the_rows_that_have_them():
    rows = validations(
        score=[0.5, 0.9, 0.7], metric_by_labels=[None, None, 0.6], label_free=[None, None, 4.0]
    )
    assert chosen_steps(rows) == {"best_by_labels": 20, "last": 20, "label_free": 20}


def test_an_index_that_does_not_count_the_rows_changes_nothing():
    rows = validations(score=[0.5, 0.9, 0.7], label_free=[3.0, 1.0, 2.0])
    assert chosen_steps(rows.set_axis([5, 5, 5])) == chosen_steps(rows)


def test_before_the_first_validation_nothing_is_chosen():
    assert chosen_steps(pd.DataFrame()) == {}
    assert chosen_steps(validations(score=[])) == {}


def test_only_the_choice_by_labels_says_that_it_uses_labels():
    using = [name for name, each in WEIGHTS_CHOICES.items() if each.uses_labels]
    assert using == ["best_by_labels"]
    rows = validations(score=[0.5, 0.6], label_free=[2.0, 1.0])
    assert set(chosen_steps(rows)) == set(WEIGHTS_CHOICES)


def other_anomalies(split: OneClassSplit) -> OneClassSplit:
    """The same normal validation samples; of the anomalous ones, others and fewer."""
    labels = split.labels(split.validation)
    spare = split.test[split.labels(split.test) == 1]
    return replace(split, validation=np.concatenate([split.validation[labels == 0], spare[:20]]))


def fewer_normals(split: OneClassSplit) -> OneClassSplit:
    normal = np.flatnonzero(split.labels(split.validation) == 0)
    return replace(split, validation=np.delete(split.validation, normal[::2]))


def test_the_recorder_chooses_label_free_weights_from_normal_samples_only(tmp_path, monkeypatch):
    def recorded(change: Callable[[OneClassSplit], OneClassSplit]) -> Run:
        monkeypatch.setattr(
            "toll.recording.record.split_one_class", lambda *asked: change(split_one_class(*asked))
        )
        run = RunStore(tmp_path).create(small_config())
        assert record(run).state is State.FINISHED
        return run

    runs = [recorded(change) for change in (lambda split: split, other_anomalies, fewer_normals)]
    usual, anomalies, normals = (run.validation() for run in runs)
    assert anomalies["label_free"].to_numpy() == pytest.approx(usual["label_free"], rel=1e-5)
    assert not np.allclose(anomalies["score"], usual["score"])
    assert not np.allclose(normals["label_free"], usual["label_free"], rtol=1e-3)
    kept = [step_of_weights(run.weights_path("label_free")) for run in runs[:2]]
    assert kept == [chosen_steps(usual)["label_free"]] * 2
