"""Where a run stands, and what that has become once nobody has charge of it any more."""

import os
import time
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

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
    seconds left; updated: seconds since the epoch; owner: process id of whoever is working on the
    run, for people only: what counts is who holds the folder's lock.
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
    # Version 0.1.0 wrote the time at which the process had started besides. (Not as a tuple: beside
    # a number with bounds, msgspec 0.22 reads beyond its memory.)
    owner: Id | list[Seconds] | None = None

    def __post_init__(self) -> None:
        if isinstance(self.owner, list):
            object.__setattr__(self, "owner", int(self.owner[0]) if self.owner else None)

    @property
    def is_busy(self) -> bool:
        """Whether some process is working on this, or is about to, if only to score it."""
        return self.state.is_active or self.phase is not None

    def as_left(self, request: str | None = None) -> "Status":
        """What this has become where nobody has charge of the work any more.

        Work that was active has become what was asked for, if `request` is "pause" or "stop", and
        interrupted otherwise.
        """
        if not self.is_busy:
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


def this_process() -> int:
    """The id of this process."""
    return os.getpid()
