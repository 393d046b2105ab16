import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toll.evaluation.thresholds import (
    RULES,
    Confusion,
    choose_threshold,
    confusion,
    describe,
    parameter_of,
)

NORMAL = np.arange(1, 20, dtype=float)  # 1 to 19
SCORES = np.concatenate((NORMAL, [15.5, 18.5, 30.0, 40.0]))
LABELS = np.repeat((0, 1), (19, 4))


def chosen(rule: str, parameter: float | None = None) -> float:
    return choose_threshold(SCORES, LABELS, rule, parameter).value


def test_the_quantile_leaves_its_share_of_normal_samples_inside():
    assert chosen("quantile", 0.5) == np.median(NORMAL)


def test_the_conformal_threshold_is_the_rank_that_the_guarantee_asks_for():
    assert chosen("conformal", 0.05) == 19  # of 19 samples the 19th: ⌈20 · 0.95⌉
    assert chosen("conformal", 0.1) == 18
    with pytest.raises(ValueError, match=r"alpha is 0.01; with 19 normal samples .* at least 0.05"):
        chosen("conformal", 0.01)


@given(st.integers(0, 2**32 - 1), st.sampled_from([0.05, 0.1, 0.3]))
def test_a_further_normal_sample_exceeds_the_conformal_threshold_no_more_often_than_stated(
    seed, alpha
):
    """Exactly: over all ways in which one of n + 1 equally likely samples is the further one."""
    drawn = np.random.default_rng(seed).normal(size=40).round(1)  # with ties
    flagged = 0
    for place in range(len(drawn)):
        others = np.delete(drawn, place)
        threshold = choose_threshold(others, np.zeros(len(others)), "conformal", alpha).value
        flagged += drawn[place] > threshold
    assert flagged / len(drawn) <= alpha + 1e-9


def test_the_expected_share_of_all_samples_is_flagged():
    value = chosen("expected-share", 4 / 23)
    assert (value < SCORES).sum() == 4


def test_the_best_f1_is_that_of_no_other_threshold():
    def f1(threshold: float) -> float:
        counts = confusion(SCORES, LABELS, threshold)
        return 2 * counts.found / (2 * counts.found + counts.missed + counts.false_alarms)

    best = f1(chosen("best-f1"))
    assert best == max(f1(each) for each in np.append(SCORES, SCORES - 0.25))


def test_recall_finds_its_share_of_anomalies_and_flags_as_few_normal_samples_as_that_allows():
    counts = confusion(SCORES, LABELS, chosen("recall", 0.75))
    assert counts == Confusion(found=3, missed=1, false_alarms=1, passed=18)


@pytest.mark.parametrize(("ratio", "missed"), [(0.1, 2), (1.5, 1), (100, 0)])
def test_the_dearer_a_missed_anomaly_the_fewer_are_missed(ratio, missed):
    assert confusion(SCORES, LABELS, chosen("cost", ratio)).missed == missed


def test_equal_scores_are_flagged_together():
    scores, labels = np.array([1.0, 2, 2, 2]), np.array([0, 0, 1, 1])
    value = choose_threshold(scores, labels, "best-f1").value
    assert confusion(scores, labels, value) == Confusion(2, 0, 1, 1)


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_says_what_it_used_and_keeps_to_it(rule):
    known = choose_threshold(SCORES, LABELS, rule)
    assert known.uses_labels == ("It used anomaly labels." in describe(known))
    assert "{}" not in describe(known) and "nan" not in describe(known)
    if RULES[rule].uses == "normal samples":
        only = choose_threshold(NORMAL, np.zeros(19), rule)
        assert (known.value, known.samples) == (only.value, 19)
    elif not known.uses_labels:
        shuffled = np.random.default_rng(0).permutation(LABELS)
        assert choose_threshold(SCORES, shuffled, rule).value == known.value
    else:
        with pytest.raises(ValueError, match="needs held-out samples that are labelled anomalous"):
            choose_threshold(NORMAL, np.zeros(19), rule)


@pytest.mark.parametrize(
    ("rule", "parameter", "message"),
    [
        ("best", None, "there is no rule 'best'; valid are quantile, conformal, "),
        ("quantile", 1.0, "share is 1; it must lie between 0 and 1"),
        ("conformal", math.nan, "alpha is nan; it must lie between 0 and 1"),
        ("cost", -1.0, r"ratio is -1; it must lie between 0 and 1e\+06"),
        ("best-f1", 0.5, "the rule best-f1 has no parameter, but was given 0.5"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(rule, parameter, message):
    with pytest.raises(ValueError, match=message):
        choose_threshold(SCORES, LABELS, rule, parameter)


def test_a_rule_needs_samples_of_its_kind():
    with pytest.raises(ValueError, match="needs normal samples, but none are held out"):
        choose_threshold(np.ones(3), np.ones(3), "quantile")


def test_a_parameter_belongs_to_its_rule():
    assert parameter_of({"alpha": 0.1, "share": None}, "conformal") == 0.1
    assert parameter_of({"alpha": None, "share": None}, "best-f1") is None
    with pytest.raises(ValueError, match="the rule conformal takes alpha, not share"):
        parameter_of({"alpha": None, "share": 0.5}, "conformal")
    with pytest.raises(ValueError, match="the rule best-f1 takes no parameter, not alpha"):
        parameter_of({"alpha": 0.1}, "best-f1")


def test_precision_is_of_what_is_flagged():
    assert Confusion(3, 1, 1, 18).precision == 0.75
    assert math.isnan(Confusion(0, 4, 0, 19).precision)
