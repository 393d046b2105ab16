"""Servers, workers and shells as threads of this process, each of which moves only when it is told.

The launchers, their queues and the recording are the real ones. What is played is the processes: a
worker is a thread that halts at each check and after each write of its status, and one that is
killed ends there without another word, its locks released as the kernel would.
"""

import threading
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from tests.small_runs import small_config
from toll.cli import train as shell
from toll.jobs.kinds import FindDevices, Score, Train
from toll.jobs.launcher import Launcher
from toll.jobs.queue import Job, JobQueue, JobState
from toll.jobs.worker import EXPECTED, ORPHANED
from toll.recording.record import record, score_stopped
from toll.recording.recorder import Halted
from toll.runs.claim import Claim
from toll.runs.folder import WorkFolder
from toll.runs.run import Run
from toll.runs.status import State, Status
from toll.runs.store import RunStore

CONFIG = small_config(niter=4, ckpt_interval=2)
# No actor takes so long for one move, nor a launcher for what is asked of it.
PATIENCE_SECONDS = 60.0


class Killed(BaseException):
    """The process is gone, in the middle of what it did."""


class Actor:
    """A process that works on a run: it halts at every gate until it is given another move."""

    def __init__(self, stage: "Stage", run: Run) -> None:
        self.stage, self.run = stage, run
        self.moves = 0.0
        self.halts = self.killed = self.orphaned = False

    def play(self, work: Callable[[Run, Callable[[], None]], Any]) -> None:
        """Do the work in this thread, as a process of its own would."""
        _here.actor = self
        try:
            work(self.run, self.check)
        finally:
            del _here.actor
            self.run.place.release()
            self.stage.leave(self)

    def check(self) -> None:
        """What the recording calls between steps and batches."""
        self.gate()
        if self.orphaned:
            raise Halted(State.INTERRUPTED, ORPHANED)

    def gate(self) -> None:
        """Halt until there is a move left, or the process is killed."""
        with self.stage.changed:
            self.stage.enter(self)
            self.halts = True
            self.stage.changed.notify_all()
            self.stage.changed.wait_for(lambda: self.moves or self.killed)
            self.halts = False
            if self.killed:
                raise Killed
            self.moves -= 1

    def give(self, moves: float) -> None:
        with self.stage.changed:
            self.moves += moves
            self.stage.changed.notify_all()

    def kill(self) -> None:
        with self.stage.changed:
            self.killed = True
            self.stage.changed.notify_all()


_here = threading.local()


class StagedQueue(JobQueue):
    """A queue whose worker is an actor in the queue's own thread."""

    def __init__(self, stage: "Stage", name: str, warm_up: str) -> None:
        self.stage = stage
        self.actor: Actor | None = None
        self.dead = False
        super().__init__(name, warm_up)

    def kill(self, job: Job) -> None:
        with self.changed:
            if self.active is job and self.actor is not None:
                self.actor.kill()

    def close(self) -> None:
        """The worker's input closes: it leaves its work at the next check."""
        self.orphan()
        if self.actor is not None:
            self.actor.give(float("inf"))
        super().close()

    def die(self) -> None:
        """The server is killed: nobody gives jobs any more, or notes what became of them."""
        self.dead = True
        with self.changed:
            self.closed = True
            self.changed.notify_all()
        self.orphan()
        for job in self.jobs():
            if job.work is not None:
                job.work.place.release()

    def orphan(self) -> None:
        if self.actor is not None:
            self.actor.orphaned = True

    def _work(self) -> None:
        with suppress(Killed), self.stage.watching():
            super()._work()

    def _warm(self) -> None:
        pass

    def _hand_over(self, job: Job) -> None:
        match job.kind:
            case FindDevices():
                job.end(JobState.DONE, result=["cpu"])
            case Train():
                self._play(job, record)
            case Score():
                self._play(job, score_stopped)

    def _play(self, job: Job, work: Callable[[Run, Callable[[], None]], Any]) -> None:
        assert isinstance(job.work, Run)
        # The worker has an object of its own: the place in the queue is its server's.
        self.actor = Actor(self.stage, Run(job.work.folder))
        state, message = JobState.DONE, ""
        try:
            self.actor.play(work)
        except Killed:
            if not self.dead:
                self._give_up(job, "The worker process ended by signal 9.")
                return
        except EXPECTED as error:
            state, message = JobState.FAILED, f"{error}"
        finally:
            self.actor = None
        if self.dead:
            raise Killed
        job.end(state, message)


class PatienceRunsOut:
    """In place of a timer: goes off when it is told to."""

    def __init__(
        self, stage: "Stage", seconds: float, act: Callable[..., None], given: Any
    ) -> None:
        self.stage, self.act, self.given = stage, act, given

    def start(self) -> None:
        self.stage.timers.append(self)

    def go_off(self) -> None:
        self.act(*self.given)


class Stage:
    """Two servers, their workers, and shells, around one folder of runs."""

    def __init__(self, store: RunStore) -> None:
        self.store = store
        self.changed = threading.Condition()
        self.actors: list[Actor] = []
        self.shells: list[threading.Thread] = []
        self.timers: list[PatienceRunsOut] = []
        self.errors: list[BaseException] = []
        self.servers = [Launcher(store), Launcher(store)]

    # What actors and queues tell

    def enter(self, actor: Actor) -> None:
        if actor not in self.actors:
            self.actors.append(actor)

    def leave(self, actor: Actor) -> None:
        with self.changed:
            if actor in self.actors:
                self.actors.remove(actor)
            self.changed.notify_all()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Keep what ends a thread that nothing should have ended."""
        try:
            yield
        except Exception as error:
            self.errors.append(error)

    # What is done to them

    def start(self, server: int) -> str:
        return self.servers[server].start(CONFIG).id

    def move(self, actor: Actor, moves: float) -> None:
        actor.give(moves)
        self.settle()

    def restart_server(self, server: int, killed: bool) -> None:
        """End a server, at once or in good order, and start another one in its place.

        The worker of one that was killed is yet to notice it.
        """
        queues = self.queues(server)
        self.timers = [each for each in self.timers if each.given[0] not in queues]
        if not killed:
            self.servers[server].close()
        for queue in queues:
            queue.die()
        self.servers[server] = Launcher(self.store)

    def resume_in_shell(self, name: str) -> None:
        """`toll resume`; raises its error, if it has one, when it comes at once."""
        errors: list[ValueError] = []

        def resume() -> None:
            with suppress(Killed), self.watching():
                try:
                    shell._resume(Namespace(run=name))
                except ValueError as error:
                    errors.append(error)

        self.shells.append(threading.Thread(target=resume, daemon=True))
        self.shells[-1].start()
        self.settle()
        for error in errors:
            raise error

    def record_in_shell(self, run: Run) -> int:
        """What stands in for the end of `toll resume`, which catches signals and draws a bar."""
        Actor(self, run).play(record)
        return 0

    def clear(self) -> None:
        """Kill everything."""
        for server in range(len(self.servers)):
            self.restart_server(server, killed=True)
        for actor in list(self.actors):
            actor.kill()
        self.settle()

    # How things stand

    def queues(self, server: int) -> list[StagedQueue]:
        queues = list(self.servers[server].queues.values())
        return [each for each in queues if isinstance(each, StagedQueue)]

    def all_queues(self) -> list[StagedQueue]:
        return [each for server in range(len(self.servers)) for each in self.queues(server)]

    def in_shells(self) -> list[Actor]:
        workers = [queue.actor for queue in self.all_queues()]
        return [each for each in self.actors if each not in workers and not each.orphaned]

    def in_charge(self) -> set[str]:
        """The runs that somebody alive works on, or has in a queue."""
        at_work = {actor.run.id for actor in self.actors}
        return at_work.union(*map(self.in_queues, range(len(self.servers))))

    def in_queues(self, server: int) -> set[str]:
        """The runs that a server has given to its worker, or that wait for it."""
        return {job.work.id for job in self.servers[server].trainings() if job.work is not None}

    def settle(self) -> None:
        """Wait until each actor halts at a gate and each queue is idle or has such an actor."""
        with self.changed:
            for _ in range(int(PATIENCE_SECONDS / 0.001)):
                if self._is_settled():
                    return
                self.changed.wait(0.001)
        raise AssertionError(f"nothing comes to rest: {self.in_charge()}")

    def _is_settled(self) -> bool:
        shells = [each for each in self.shells if each.is_alive()]
        if len(shells) != len(self.in_shells()):
            return False
        for queue in self.all_queues():
            busy = queue.actor is not None and queue.actor in self.actors
            if queue.thread.is_alive() and not busy and queue.jobs():
                return False
        return all(each.halts and not each.moves and not each.killed for each in self.actors)


@contextmanager
def staging() -> Iterator[Callable[[RunStore], Stage]]:
    """Gives what makes an empty stage; whatever is done here is done on the newest."""
    stages: list[Stage] = []
    write = WorkFolder._write

    def write_and_halt(folder: WorkFolder, status: Status) -> Status:
        written = write(folder, status)
        if actor := getattr(_here, "actor", None):
            actor.gate()
        return written

    def make(store: RunStore) -> Stage:
        stages.append(Stage(store))
        return stages[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WorkFolder, "_write", write_and_halt)
        patch.setattr(Claim.take, "__defaults__", (0.05,))  # Nobody leaves while others wait.
        patch.setattr("toll.recording.recorder.FLUSH_SECONDS", -1.0)
        patch.setattr("toll.jobs.launcher.JobQueue", lambda *a: StagedQueue(stages[-1], *a))
        patch.setattr(
            "toll.jobs.launcher.threading.Timer", lambda *given: PatienceRunsOut(stages[-1], *given)
        )
        patch.setattr(shell, "RunStore", lambda: stages[-1].store)
        patch.setattr(shell, "_record", lambda run: stages[-1].record_in_shell(run))
        yield make
