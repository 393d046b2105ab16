"""No sequence of pauses, stops, resumes, kills and restarts leaves a run without a way out."""

from pathlib import Path

from hypothesis import settings

from tests.jobs.machine import AnySequence, try_sequences, uninterrupted
from tests.jobs.stage import CONFIG, staging
from toll.runs.status import State
from toll.runs.store import RunStore

FEW = settings(
    max_examples=20, stateful_step_count=20, deadline=None, derandomize=True, database=None
)


def test_no_sequence_of_events_leaves_a_run_without_a_way_out(tmp_path):
    try_sequences(tmp_path, FEW)


def test_a_run_resumed_while_it_is_scored_outlives_the_end_of_its_server(tmp_path: Path):
    with staging() as make:
        sequence = AnySequence(make(RunStore(tmp_path / "runs")), uninterrupted(tmp_path))
        sequence.start(server=0, moves=8)
        sequence.ask(server=0, number=0, request="stop", moves=5)
        run = sequence.run_number(0)
        assert (run.status().state, run.status().phase) == (State.STOPPED, "scoring")
        sequence.resume(server=0, number=0, moves=0)
        assert run.status().state is State.RUNNING
        sequence.restart_server(server=0, killed=True)
        sequence.go_on(number=0, moves=5)
        sequence.what_reads_as_busy_is_in_the_hands_of_somebody_alive()
        assert run.status().state is State.INTERRUPTED
        sequence.teardown()


def test_a_run_stopped_between_its_last_step_and_its_last_validation_is_not_finished_yet(tmp_path):
    with staging() as make:
        sequence = AnySequence(make(RunStore(tmp_path / "runs")), uninterrupted(tmp_path))
        sequence.start(server=0, moves=0)
        run = sequence.run_number(0)
        while run.status().step < CONFIG.niter:
            sequence.go_on(number=0, moves=1)
        assert CONFIG.niter not in set(run.validation()["step"])
        sequence.ask(server=1, number=0, request="stop", moves=100)
        assert run.status().state is State.STOPPED and run.metrics()
        sequence.teardown()
