"""Where a run stands, and whether the process that owns it is still alive."""

import os
import time
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import psutil


class State(StrEnum):
    """Where a run or a table stands."""

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
        """Some process has this run in hand, or is about to."""
        return self in (State.QUEUED, State.RUNNING)

    @property
    def can_resume(self) -> bool:
        return self in (State.PAUSED, State.STOPPED, State.INTERRUPTED)


# The state that follows from a request in a run's folder.
ASKED = {"pause": State.PAUSED, "stop": State.STOPPED}


@dataclass(frozen=True, kw_only=True)
class Status:
    """The contents of a run's status.json.

    rate: training steps a second; seconds: time spent training; remaining: seconds left by
    estimate; activity: what is being done right now, in words; updated: seconds since the epoch;
    owner: process id and start time of whoever has the run in hand.
    """

    state: State
    step: int = 0
    message: str = ""
    activity: str = ""
    rate: float | None = None
    seconds: float = 0.0
    remaining: float | None = None
    device: str = ""
    precision: str = ""
    updated: float = 0.0
    owner: tuple[int, float] | None = None

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Status":
        """The status that was written as JSON; `ValueError` or `TypeError` where it was not."""
        status = cls(**values)
        owner = None
        if status.owner is not None:
            pid, started = status.owner
            owner = (int(pid), float(started))
        return replace(status, state=State(status.state), step=int(status.step), owner=owner)

    def as_found(self, request: str | None = None) -> "Status":
        """This status, or what it has become where it says active and its owner is gone.

        That is what was asked for, if `request` is "pause" or "stop", and else interrupted.
        """
        working = self.state.is_active or bool(self.activity)
        if not working or self.owner is None or _is_alive(self.owner):
            return self
        if not self.state.is_active:
            return replace(self, activity="", owner=None)
        if request in ASKED:
            return replace(self, state=ASKED[request], activity="", remaining=None, owner=None)
        doing = "could begin" if self.state is State.QUEUED else "ended"
        message = f"The process that had this in hand stopped before it {doing}. Resume it."
        return replace(self, state=State.INTERRUPTED, message=message, activity="", owner=None)

    def touched(self, **changes: Any) -> "Status":
        return replace(self, **changes, updated=time.time())


def this_process() -> tuple[int, float]:
    """Id and start time of this process: together they name it for good."""
    return os.getpid(), psutil.Process().create_time()


def _is_alive(owner: tuple[int, float]) -> bool:
    try:
        process = psutil.Process(owner[0])
        same = abs(process.create_time() - owner[1]) < 1
        return same and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
