"""The instant in words: the numbers are those of the samples, and alarms ring when they should."""

import numpy as np
import pytest

from toll.film.narration import Instant, alarm, instant, narrate

START = Instant(0, 1.0, 1.1, 1.1)


def test_an_instant_has_the_medians_of_both_kinds():
    labels = np.array([0, 0, 0, 1, 1])
    found = instant(7, labels, np.array([1.0, 2.0, 9.0, 4.0, 8.0]))
    assert found == Instant(7, 2.0, 6.0, 3.0)


def test_both_kinds_falling_in_are_compared():
    now = Instant(50, 1 / 3.1, 1.1 / 1.9, 1.79)
    assert narrate(START, now) == (
        "At step 50 the normal samples are 3.1 times closer to the origin than at the start, "
        "anomalies only 1.9 times. The median anomaly lies 1.79 times as far out as the median "
        "normal sample."
    )


@pytest.mark.parametrize(
    ("normal", "anomalous", "words"),
    [
        (0.5, 2.2, "2.0 times closer to the origin than at the start, anomalies 2.0 times farther"),
        (2.0, 2.2, "2.0 times farther from the origin than at the start, anomalies 2.0 times far"),
        (0.5, 0.55, "closer to the origin than at the start, anomalies 2.0 times."),
        (0.5, 0.11, "closer to the origin than at the start, anomalies 10.0 times."),
    ],
)
def test_every_direction_has_its_words(normal, anomalous, words):
    assert words in narrate(START, Instant(1000, normal, anomalous, anomalous / normal))


def test_the_beginning_is_named_as_such():
    assert narrate(START, START).startswith("At step 0 the collapse has yet to begin.")


def test_samples_at_the_origin_itself_are_no_error():
    assert "inf times closer" in narrate(START, Instant(5, 0.0, 0.1, float("inf")))


@pytest.mark.parametrize(
    ("normal", "anomalous", "rings"),
    [
        (0.1, 0.105, "Everything collapses"),
        (1.0, 1.05, "Nothing collapses"),
        (0.1, 0.2, None),
        (0.8, 0.82, None),
    ],
)
def test_the_alarm_rings_when_all_collapse_or_none_do(normal, anomalous, rings):
    said = alarm(START, Instant(200, normal, anomalous, anomalous / normal), niter=400)
    assert said is None if rings is None else said is not None and said.startswith(rings)


def test_there_is_no_alarm_before_the_first_step():
    assert alarm(START, START, niter=400) is None


def test_that_nothing_collapses_is_no_fault_in_the_first_half_of_the_training():
    still = Instant(199, 1.0, 1.05, 1.05)
    assert alarm(START, still, niter=400) is None
    assert alarm(START, still, niter=398) is not None
