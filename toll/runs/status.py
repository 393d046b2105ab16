"""Where a run stands, and whether the process that owns it is still alive."""

import os
import time
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import psutil

from toll.runs.schemas import Id, Seconds, StepOfAny


class State(StrEnum):
    """Where work stands: what lists show and decisions depend on."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    FINISHED = "finished"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    DAMAGED = "damaged"

    @property
    def is_active(self) -> bool:
        """Whether some process is working on this run, or is about to."""
        return self in (State.QUEUED, State.RUNNING)

    @property
    def can_resume(self) -> bool:
        """Whether the run can go on from where it stands."""
        return self in (State.PAUSED, State.STOPPED, State.INTERRUPTED)


class Phase(StrEnum):
    """What the process working on a run is doing with it. A stopped run may be scored."""

    LOADING = "loading"
    TRAINING = "training"
    SCORING = "scoring"


# The state that follows from a request in a run's folder.
ASKED = {"pause": State.PAUSED, "stop": State.STOPPED}


@dataclass(frozen=True, kw_only=True)
class Status:
    """The contents of a run's status.json.

    phase: what is being done right now, None at rest; activity: the same in words, for people
    only. rate: training steps per second; seconds: time spent training; remaining: estimated
    seconds left; updated: seconds since the epoch; owner: process id and start time of whoever is
    working on the run.
    """

    state: State
    step: StepOfAny = 0
    message: str = ""
    phase: Phase | None = None
    activity: str = ""
    rate: Seconds | None = None
    seconds: Seconds = 0.0
    remaining: Seconds | None = None
    device: str = ""
    precision: str = ""
    updated: Seconds = 0.0
    owner: tuple[Id, Seconds] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether some process is working on this, or is about to, if only to score it."""
        return self.state.is_active or self.phase is not None

    def as_found(self, request: str | None = None) -> "Status":
        """This status, or what it has become where its owner is gone.

        Work that was active has become what was asked for, if `request` is "pause" or "stop", and
        interrupted otherwise.
        """
        if not self.is_busy or self.owner is None or _is_alive(self.owner):
            return self
        if not self.state.is_active:
            return self.at_rest(self.state, self.message)
        if request in ASKED:
            return self.at_rest(ASKED[request], self.message)
        doing = "could begin" if self.state is State.QUEUED else "was done"
        message = f"The process in charge of this stopped before it {doing}. Resume it."
        return self.at_rest(State.INTERRUPTED, message)

    def at_rest(self, state: State, message: str = "") -> "Status":
        """The same work, left in `state` with no process working on it any more."""
        return replace(
            self, state=state, message=message, phase=None, activity="", remaining=None, owner=None
        )

    def touched(self, **changes: Any) -> "Status":
        """The status with `changes`, as of now."""
        return replace(self, **changes, updated=time.time())


def this_process() -> tuple[int, float]:
    """Id and start time of this process: together they identify it for good."""
    return os.getpid(), psutil.Process().create_time()


def _is_alive(owner: tuple[int, float]) -> bool:
    try:
        process = psutil.Process(owner[0])
        same = abs(process.create_time() - owner[1]) < 1
        return same and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
