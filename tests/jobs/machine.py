"""Any sequence of what people do to runs and of what befalls servers, workers and shells.

Hypothesis makes up the sequences and shortens one that fails. After each step no run may be in a
state without a way out; at the end everything is killed, and each run is brought to its end.
"""

import itertools
from collections.abc import Callable
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.jobs.stage import CONFIG, Actor, Stage, staging
from tests.small_runs import assert_same_results
from toll.recording.record import record
from toll.runs.run import Run
from toll.runs.status import ASKED, State
from toll.runs.store import RunStore

SERVERS = st.integers(0, 1)
# So many that are not finished.
MOST_RUNS = 2
NUMBERS = st.integers(0, MOST_RUNS - 1)
# A whole training takes some 40.
MOVES = st.sampled_from([0, 1, 2, 3, 5, 8, 13, 21, 34])


class AnySequence(RuleBasedStateMachine):
    """Begins with two servers and no runs. `whole`: a run of the same config, not interrupted."""

    def __init__(self, stage: Stage, whole: Run) -> None:
        super().__init__()
        self.stage, self.whole = stage, whole
        self.names: list[str] = []

    def run_number(self, number: int) -> Run:
        """An object of its own, as each click on a page makes one."""
        newest = self.names[-MOST_RUNS:]
        return self.stage.store.get(newest[number % len(newest)])

    def some_runs(self) -> bool:
        return bool(self.names)

    def some_can_be_resumed(self) -> bool:
        runs = map(self.stage.store.get, self.names)
        return any(run.status().state.can_resume for run in runs)

    def somebody_works(self) -> bool:
        return bool(self.stage.actors)

    def can_begin(self) -> bool:
        states = [run.status().state for run in map(self.stage.store.get, self.names)]
        return len(states) - states.count(State.FINISHED) < MOST_RUNS

    def somebody_has_work(self) -> bool:
        return bool(self.stage.in_charge())

    def patience_can_end(self) -> bool:
        return bool(self.stage.timers)

    def a_shell_works(self) -> bool:
        return bool(self.stage.in_shells())

    def actor(self, number: int) -> Actor:
        return self.stage.actors[number % len(self.stage.actors)]

    def go_on_with(self, name: str, moves: int) -> None:
        """Whoever works on this run, if anybody does, makes some moves."""
        for actor in self.stage.actors:
            if actor.run.id == name:
                self.stage.move(actor, moves)
                break

    # What people do, and how far those get who work then

    @precondition(can_begin)
    @rule(server=SERVERS, moves=MOVES)
    def start(self, server: int, moves: int) -> None:
        self.names.append(self.stage.start(server))
        self.stage.settle()
        self.go_on_with(self.names[-1], moves)

    @precondition(some_runs)
    @rule(server=SERVERS, number=NUMBERS, request=st.sampled_from(sorted(ASKED)), moves=MOVES)
    def ask(self, server: int, number: int, request: str, moves: int) -> None:
        """To pause or to stop."""
        launcher, run = self.stage.servers[server], self.run_number(number)
        (launcher.pause if request == "pause" else launcher.stop)(run)
        self.stage.settle()
        self.go_on_with(run.id, moves)

    @precondition(some_can_be_resumed)
    @rule(server=SERVERS, number=NUMBERS, moves=MOVES)
    def resume(self, server: int, number: int, moves: int) -> None:
        own = self.stage.in_queues(server)
        self.try_to_resume(number, self.stage.servers[server].resume, own, moves)

    @precondition(some_can_be_resumed)
    @rule(number=NUMBERS, moves=MOVES)
    def resume_in_shell(self, number: int, moves: int) -> None:
        self.try_to_resume(number, lambda run: self.stage.resume_in_shell(run.id), set(), moves)

    def try_to_resume(
        self, number: int, resume: Callable[[Run], None], own: set[str], moves: int
    ) -> None:
        """Refused only where the run cannot be resumed, or is in the hands of somebody else."""
        run = self.run_number(number)
        elsewhere = run.id in self.stage.in_charge() - own
        refusable = elsewhere or not run.status().state.can_resume
        try:
            resume(run)
        except ValueError:
            if not refusable:
                raise
        self.stage.settle()
        self.go_on_with(run.id, moves)

    @precondition(a_shell_works)
    @rule()
    def press_ctrl_c(self) -> None:
        self.stage.in_shells()[0].run.ask("stop")

    # What becomes of it

    @precondition(somebody_works)
    @rule(number=NUMBERS, moves=MOVES)
    def go_on(self, number: int, moves: int) -> None:
        """One who works makes some moves, or those that are left to the end."""
        self.stage.move(self.actor(number), moves)

    @precondition(somebody_works)
    @rule(number=NUMBERS)
    def kill(self, number: int) -> None:
        """The end of a worker or a shell."""
        self.actor(number).kill()
        self.stage.settle()

    @precondition(patience_can_end)
    @rule()
    def lose_patience(self) -> None:
        """The time after which a server kills what has not obeyed is over."""
        self.stage.timers.pop(0).go_off()
        self.stage.settle()

    @precondition(somebody_has_work)
    @rule(server=SERVERS, killed=st.booleans())
    def restart_server(self, server: int, killed: bool) -> None:
        self.stage.restart_server(server, killed)
        self.stage.settle()

    # What holds all the time

    @invariant()
    def nothing_has_gone_wrong(self) -> None:
        assert self.stage.errors == []

    @invariant()
    def nobody_works_on_what_another_works_on(self) -> None:
        at_work = [actor.run.id for actor in self.stage.actors]
        assert len(at_work) == len(set(at_work))

    @invariant()
    def what_reads_as_busy_is_in_the_hands_of_somebody_alive(self) -> None:
        in_charge = self.stage.in_charge()
        for run in map(self.stage.store.get, self.names):
            status = run.status()
            assert not status.is_busy or run.id in in_charge, f"{run.id}: {status}"

    @invariant()
    def a_run_at_rest_has_each_step_once(self) -> None:
        for run in map(self.stage.store.get, self.names):
            if not run.status().is_busy:
                steps = run.history()["step"].tolist()
                assert steps == list(range(1, len(steps) + 1))

    # At the end

    def teardown(self) -> None:
        """Everything is killed; then each run is resumed to the end of an uninterrupted one."""
        self.stage.clear()
        for run in map(self.stage.store.get, self.names):
            state = run.status().state
            if state is not State.FINISHED:
                assert state.can_resume, f"{run.id} is {state}: {run.status().message}"
                self.stage.servers[0].resume(run)
                self.stage.settle()
                while self.stage.actors:
                    self.stage.move(self.stage.actors[0], 10_000)
                assert run.status().state is State.FINISHED
            assert_same_results(run, self.whole)
        self.stage.clear()


def uninterrupted(folder: Path) -> Run:
    """What each run of a sequence has to become."""
    run = RunStore(folder / "whole").create(CONFIG)
    record(run)
    return run


def try_sequences(folder: Path, limits: settings) -> int:
    """Make up as many as the limits say, in new folders inside this one; gives how many."""
    whole, number = uninterrupted(folder), itertools.count(1)
    with staging() as make:
        run_state_machine_as_test(
            lambda: AnySequence(make(RunStore(folder / f"{next(number)}")), whole),
            settings=limits,
        )
    return next(number) - 1
