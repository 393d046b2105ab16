"""Verdicts on two values of β: from paired seeds, with how sure they are."""

import pandas as pd
import pytest
from scipy import stats

from toll.studies.verdict import Answer, compare


def rows(**aurocs: list[float]) -> pd.DataFrame:
    """Rungs with these AUROCs, seed by seed, by β: `b0`, `b10`."""
    return pd.DataFrame(
        [
            {"beta": float(name[1:]), "seed": seed, "auroc": auroc}
            for name, values in aurocs.items()
            for seed, auroc in enumerate(values)
        ]
    )


def test_a_clear_difference_over_seeds_is_one():
    verdict = compare(rows(b0=[0.70, 0.72, 0.71], b10=[0.90, 0.93, 0.91]), 10, 0)
    assert verdict.answer is Answer.BETTER and verdict.more == 0
    assert verdict.difference == pytest.approx(0.2033, abs=1e-4)
    assert verdict.low > 0.15
    assert "of 100 pairs" in verdict.sentence and "puts 91 in the right order" in verdict.sentence
    assert compare(rows(b0=[0.9, 0.93, 0.91], b10=[0.7, 0.7, 0.71]), 10, 0).answer is Answer.WORSE


def test_the_interval_is_students_of_the_paired_differences():
    one, other = [0.81, 0.84, 0.80, 0.9], [0.8, 0.8, 0.82, 0.83]
    verdict = compare(rows(b0=other, b10=one), 10, 0)
    expected = stats.ttest_rel(one, other).confidence_interval(0.95)
    assert (verdict.low, verdict.high) == pytest.approx((expected.low, expected.high))


def test_one_seed_alone_tells_nothing_and_more_are_asked_for():
    verdict = compare(rows(b0=[0.7], b10=[0.9]), 10, 0)
    assert verdict.answer is Answer.UNKNOWN and verdict.more == 2
    assert "no telling how much of this is chance" in verdict.certainty
    assert "can't be told yet" in verdict.sentence


def test_a_difference_that_is_too_small_to_matter_is_called_none():
    verdict = compare(rows(b0=[0.990, 0.991, 0.989], b10=[0.991, 0.990, 0.990]), 10, 0)
    assert verdict.answer is Answer.ALIKE
    assert verdict.sentence.startswith("Here a plain autoencoder detects as well as β = 10")


def test_where_seeds_disagree_as_many_more_are_asked_for_as_would_settle_it():
    one, other = [0.80, 0.86, 0.79, 0.88], [0.78, 0.83, 0.80, 0.82]
    verdict = compare(rows(b0=other, b10=one), 10, 0)
    assert verdict.answer is Answer.UNKNOWN and 1 <= verdict.more <= 20
    # With as many more of the same kind it is settled.
    times = -(-(4 + verdict.more) // 4)
    assert compare(rows(b0=other * times, b10=one * times), 10, 0).answer is Answer.BETTER


def test_only_seeds_that_have_both_count():
    verdict = compare(rows(b0=[0.7, 0.7, 0.7], b10=[0.9, 0.91]), 10, 0)
    assert verdict.seeds == 2
    with pytest.raises(ValueError, match="no seed has been trained with both β = 3 and β = 0"):
        compare(rows(b0=[0.7], b10=[0.9]), 3, 0)
