"""Statuses: what a run's status has become where the process that owned it is gone."""

import json
import os
import subprocess
import sys
from dataclasses import asdict

import msgspec
import psutil
import pytest

from toll.runs.status import Phase, State, Status, this_process


@pytest.fixture
def dead() -> tuple[int, float]:
    """Id and start time of a process that has been killed."""
    command = [sys.executable, "-c", "input()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        owner = (process.pid, psutil.Process(process.pid).create_time())
        process.kill()
    return owner


@pytest.mark.parametrize("state", [State.QUEUED, State.RUNNING])
def test_a_status_in_living_hands_reads_as_written(state):
    status = Status(state=state, owner=this_process())
    assert status.as_found() is status


@pytest.mark.parametrize(
    ("state", "said"), [(State.QUEUED, "could begin"), (State.RUNNING, "was done")]
)
def test_an_active_run_whose_process_is_gone_is_interrupted(dead, state, said):
    found = Status(state=state, step=7, phase=Phase.TRAINING, owner=dead).as_found()
    assert found.state is State.INTERRUPTED and found.step == 7
    assert found.phase is None and found.owner is None
    assert found.message == f"The process in charge of this stopped before it {said}. Resume it."


@pytest.mark.parametrize(("request_", "state"), [("pause", "paused"), ("stop", "stopped")])
def test_an_active_run_whose_process_is_gone_is_what_was_asked_for(dead, request_, state):
    found = Status(state=State.RUNNING, owner=dead, remaining=9).as_found(request_)
    assert found.state == state and found.message == "" and found.remaining is None


def test_a_stopped_run_that_was_being_scored_stays_stopped(dead):
    status = Status(state=State.STOPPED, phase=Phase.SCORING, activity="40 % done", owner=dead)
    found = status.as_found()
    assert found.state is State.STOPPED and found.owner is None
    assert found.phase is None and found.activity == "" and not found.is_busy


@pytest.mark.parametrize("state", [each for each in State if not each.is_active])
def test_a_run_that_nobody_has_in_hand_reads_as_written(dead, state):
    status = Status(state=state, owner=dead)
    assert status.as_found("stop") is status


def test_a_process_id_that_was_given_to_another_process_is_no_owner():
    pid, started = this_process()
    status = Status(state=State.RUNNING, owner=(pid, started - 100))
    assert status.as_found().state is State.INTERRUPTED


def test_a_process_that_has_died_and_not_been_collected_is_no_owner():
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        owner = (process.pid, psutil.Process(process.pid).create_time())
        process.kill()
        # Returns once it has ended, and leaves it uncollected.
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        status = Status(state=State.RUNNING, owner=owner)
        assert status.as_found().state is State.INTERRUPTED
    finally:
        process.communicate()


def test_a_status_survives_the_way_to_json():
    status = Status(state=State.RUNNING, step=3, rate=1.5, phase=Phase.LOADING, owner=(1, 2.5))
    status = status.touched()
    assert msgspec.convert(json.loads(json.dumps(asdict(status))), Status) == status
    assert status.updated > 0


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"state": "asleep"},
        {"state": "queued", "phase": "asleep"},
        {"state": "queued", "owner": 5},
        {"state": "queued", "owner": [1]},
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
