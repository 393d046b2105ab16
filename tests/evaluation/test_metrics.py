"""Metrics: against scikit-learn's definitions by hand, ties, and what cannot be judged."""

from functools import partial

import numpy as np
import pytest

from toll.evaluation.metrics import auroc, evaluate, event_horizon, f1_at_share, roc, separation

LABELS = np.array([0, 0, 0, 1, 1])


def test_perfect_scores_have_perfect_metrics():
    found = evaluate(LABELS, np.array([1.0, 2, 3, 4, 5]))
    assert found == (1, 1, 0)


def test_reversed_scores_have_the_worst_metrics():
    found = evaluate(LABELS, np.array([5.0, 4, 3, 2, 1]))
    assert found.auroc == 0 and found.fpr_at_95_tpr == 1


def test_equal_scores_judge_nothing():
    found = evaluate(LABELS, np.ones(5))
    assert found.auroc == 0.5 and found.aupr == 0.4 and found.fpr_at_95_tpr == 1


def test_auroc_is_the_share_of_pairs_in_the_right_order():
    random = np.random.default_rng(0)
    labels, scores = random.integers(0, 2, 60), random.integers(0, 9, 60).astype(float)
    anomalous, normal = scores[labels == 1][:, None], scores[labels == 0][None]
    pairs = (anomalous > normal).mean() + 0.5 * (anomalous == normal).mean()
    assert auroc(labels, scores) == pytest.approx(pairs)
    assert evaluate(labels, scores).auroc == pytest.approx(pairs)


def test_fpr_at_95_tpr_flags_at_least_95_percent_of_the_anomalies():
    labels = np.repeat([0, 1], 20)
    scores = np.concatenate([np.arange(20.0), np.arange(20.0) + 10])
    # 19 of 20 anomalies score 11 or more, as do 9 of the 20 normal samples.
    assert evaluate(labels, scores).fpr_at_95_tpr == pytest.approx(9 / 20)


def test_f1_is_that_of_the_scores_above_the_share_called_normal():
    random = np.random.default_rng(0)
    labels = (np.arange(90) >= 77).astype(np.int8)
    scores = random.normal(size=90) + labels
    # 85.4 % of 90 scores lie below the 77th: 13 are flagged.
    flagged = np.argsort(scores)[-13:]
    hits = labels[flagged].sum()
    assert f1_at_share(labels, scores, 0.854) == pytest.approx(2 * hits / (13 + 13))


def test_f1_is_one_where_the_share_is_that_of_the_normal_samples_and_zero_without_a_hit():
    assert f1_at_share(LABELS, np.array([1.0, 2, 3, 4, 5]), 0.5) == 1
    assert f1_at_share(LABELS, np.array([5.0, 4, 3, 2, 1]), 0.5) == 0
    assert f1_at_share(LABELS, np.ones(5), 0.5) == 0


@pytest.mark.parametrize("share", [0, 1, -0.5, 2])
def test_f1_with_nothing_or_everything_called_normal_is_refused(share):
    with pytest.raises(ValueError, match=f"share is {share:g}"):
        f1_at_share(LABELS, np.arange(5.0), share)


def test_the_roc_curve_runs_from_corner_to_corner():
    false_positive_rate, true_positive_rate = roc(LABELS, np.array([1.0, 4, 2, 3, 5]))
    assert (false_positive_rate[0], true_positive_rate[0]) == (0, 0)
    assert (false_positive_rate[-1], true_positive_rate[-1]) == (1, 1)
    assert (np.diff(false_positive_rate) >= 0).all() and (np.diff(true_positive_rate) >= 0).all()


def test_the_event_horizon_holds_the_wanted_share_of_normal_samples():
    scores = np.arange(101.0)
    assert event_horizon(scores) == pytest.approx(95)
    assert event_horizon(scores, 0.5) == pytest.approx(50)


@pytest.mark.parametrize("share", [0, 1, -0.5, 2])
def test_an_event_horizon_around_nothing_or_everything_is_refused(share):
    with pytest.raises(ValueError, match=f"share is {share:g}"):
        event_horizon(np.arange(3.0), share)


def test_separation_is_the_ratio_of_medians_and_free_of_scale():
    norms = np.array([1.0, 2, 300, 6, 10])
    assert separation(LABELS, norms) == pytest.approx(8 / 2)
    assert separation(LABELS, norms * 1e-20) == pytest.approx(8 / 2)


def test_separation_from_a_centre_fallen_into_is_boundless():
    assert separation(LABELS, np.array([0.0, 0, 0, 1, 1])) == float("inf")
    assert separation(LABELS, np.zeros(5)) == 1


@pytest.mark.parametrize("judge", [evaluate, auroc, separation, partial(f1_at_share, share=0.5)])
def test_what_cannot_be_judged_is_refused(judge):
    with pytest.raises(ValueError, match="not all finite"):
        judge(LABELS, np.array([1.0, 2, np.nan, 4, 5]))
    with pytest.raises(ValueError, match="only one kind is present"):
        judge(np.zeros(5, int), np.arange(5.0))
