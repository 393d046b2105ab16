"""Statuses: what a run's status has become once nobody has charge of it any more."""

import json
from dataclasses import asdict

import msgspec
import pytest

from toll.runs.status import Phase, State, Status


@pytest.mark.parametrize(
    ("state", "said"), [(State.QUEUED, "could begin"), (State.RUNNING, "was done")]
)
def test_an_active_run_that_was_left_is_interrupted(state, said):
    left = Status(state=state, step=7, phase=Phase.TRAINING, owner=1).as_left()
    assert left.state is State.INTERRUPTED and left.step == 7
    assert left.phase is None and left.owner is None
    assert left.message == f"The process in charge of this stopped before it {said}. Resume it."


@pytest.mark.parametrize(("request_", "state"), [("pause", "paused"), ("stop", "stopped")])
def test_an_active_run_that_was_left_is_what_was_asked_for(request_, state):
    left = Status(state=State.RUNNING, owner=1, remaining=9).as_left(request_)
    assert left.state == state and left.message == "" and left.remaining is None


def test_a_stopped_run_that_was_being_scored_stays_stopped():
    status = Status(state=State.STOPPED, phase=Phase.SCORING, activity="40 % done", owner=1)
    left = status.as_left()
    assert left.state is State.STOPPED and left.owner is None
    assert left.phase is None and left.activity == "" and not left.is_busy


@pytest.mark.parametrize("state", [each for each in State if not each.is_active])
def test_a_run_at_rest_is_left_as_written(state):
    status = Status(state=state)
    assert status.as_left("stop") is status


def test_a_status_survives_the_way_to_json():
    status = Status(state=State.RUNNING, step=3, rate=1.5, phase=Phase.LOADING, owner=1)
    status = status.touched()
    assert msgspec.convert(json.loads(json.dumps(asdict(status))), Status) == status
    assert status.updated > 0


def test_of_an_older_status_with_the_owners_start_time_its_process_id_is_kept():
    assert msgspec.convert({"state": "running", "owner": [5, 2.5]}, Status).owner == 5


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"state": "asleep"},
        {"state": "queued", "phase": "asleep"},
        {"state": "queued", "owner": ["x", 1]},
        {"state": "queued", "step": "x"},
        {"state": "queued", "step": -1},
        {"state": "queued", "rate": float("nan")},
        {"state": "queued", "seconds": float("inf")},
    ],
)
def test_what_is_no_status_is_refused(values):
    with pytest.raises(ValueError):
        msgspec.convert(values, Status)


def test_what_a_newer_version_adds_to_a_status_is_ignored():
    assert msgspec.convert({"state": "queued", "newer": [1]}, Status) == Status(state=State.QUEUED)


def test_what_can_be_resumed_and_what_is_in_hand():
    assert {each for each in State if each.can_resume} == {"paused", "stopped", "interrupted"}
    assert {each for each in State if each.is_active} == {"queued", "running"}
