"""Parts that pages share: labels that stay, durations in words, a mark for every state."""

import re

import pytest

from dashboard import components
from toll.presets import laptop
from toll.runs.run import Run
from toll.runs.status import State, Status
from toll.runs.store import RunStore
from toll.runs.summary import RunSummary, summarise


def summary(run_id: str, state: State = State.FINISHED, **changes) -> RunSummary:
    run = Run(RunStore().folder / run_id)
    return RunSummary(run, laptop("digits", **changes), Status(state=state), {})


def test_a_run_is_labelled_by_what_it_is_and_when_it_was_started():
    label = components.run_label(summary("20260101-101500-digits-8", beta=0.001))
    assert label == "Digits · 8 · β 0.001 · 1 Jan 2026 10:15:00"


def test_a_run_of_several_normal_classes_is_labelled_by_them():
    label = components.run_label(summary("20260101-101500-digits-2.3.5", normal_class=(2, 3, 5)))
    assert label == "Digits · 2, 3 and 5 · β 10 · 1 Jan 2026 10:15:00"


def test_the_label_stays_the_same_for_as_long_as_the_run_exists():
    run = RunStore().create(laptop("digits"))
    labels = set()
    for state in State:
        run.update_status(state=state, step=len(labels), activity="scoring", message="?")
        labels.add(components.run_label(summarise(run)))
    assert len(labels) == 1


def test_runs_that_differ_in_what_they_are_have_different_labels():
    runs = [
        summary("20260101-101500-digits-8"),
        summary("20260101-101501-digits-8"),
        summary("20260101-101500-digits-8-2", beta=0.0),
        summary("20260101-101500-digits-3", normal_class=3),
    ]
    assert len({components.run_label(each) for each in runs}) == len(runs)


def test_a_run_whose_folder_was_renamed_is_labelled_by_that_name():
    assert components.run_label(summary("my-best-one")).endswith("· my-best-one")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "–"),
        (0.0, "< 1 s"),
        (0.99, "< 1 s"),
        (1.0, "1 s"),
        (89.4, "89 s"),
        (90.0, "2 min"),
        (3600.0, "60 min"),
        (5400.0, "1.5 h"),
        (90_000.0, "25.0 h"),
    ],
)
def test_durations_are_given_in_a_unit_that_suits_their_size(seconds, words):
    assert components.duration(seconds) == words


def test_every_state_has_a_mark_of_its_own_that_any_font_can_draw():
    assert components.STATE_MARKS.keys() == set(State)
    marks = list(components.STATE_MARKS.values())
    assert len(set(marks)) == len(marks)
    assert all(len(mark) == 1 and ord(mark) < 0x2800 for mark in marks)
    assert not re.search(":", "".join(marks))
