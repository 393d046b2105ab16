"""A queue of jobs, and the warm process that does them, one at a time.

A background thread hands the jobs, one after another, to a child process (worker.py). The child
may crash, be killed or be stuck: the thread notices, records in the work's folder what became of
it, and starts another child.
"""

import contextlib
import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from toll.errors import in_words
from toll.jobs.kinds import Kind, as_line
from toll.paths import ROOT, own_dir
from toll.runs.claim import Busy
from toll.runs.folder import WorkFolder
from toll.runs.status import ASKED, State

# A worker that has not ended this long after its input closed is killed.
CLOSING_SECONDS = 5.0


class JobState(StrEnum):
    """Where a job stands in its queue."""

    WAITING = "waiting"
    ACTIVE = "active"
    DONE = "done"
    FAILED = "failed"


@dataclass(eq=False)
class Job:
    """Something for a worker to do. `work`: the run or table that it is about, if it trains one.

    share: how much of the job is done, from 0 to 1; message: what is being done, or why it failed.
    """

    kind: Kind
    work: WorkFolder | None = None
    state: JobState = JobState.WAITING
    share: float = 0.0
    message: str = ""
    result: Any = None
    ended: threading.Event = field(default_factory=threading.Event)

    def end(self, state: JobState, message: str = "", result: Any = None) -> None:
        """Leave the queue for good; whoever waits for `ended` goes on."""
        self.state, self.message, self.result = state, message, result
        if self.work is not None:
            self.work.place.release()
        self.ended.set()


class JobQueue:
    """A queue of jobs and the process that does them, one at a time.

    warm_up: what the process gets ready before its first job, one of worker.py's `WARM_UPS`.
    """

    def __init__(self, name: str, warm_up: str = "nothing") -> None:
        self.name, self.warm_up = name, warm_up
        self.waiting: list[Job] = []
        self.active: Job | None = None
        self.process: subprocess.Popen[str] | None = None
        self.closed = False
        self.log = _new_log(name)
        self.changed = threading.Condition()
        self.thread = threading.Thread(target=self._work, name=f"queue {name}", daemon=True)
        self.thread.start()

    def submit(self, job: Job) -> Job:
        """Put a job at the end of the queue."""
        with self.changed:
            self.waiting.append(job)
            self.changed.notify_all()
        return job

    def withdraw(self, job: Job) -> bool:
        """Take a job out of the queue; False where it is no longer waiting."""
        with self.changed:
            if job not in self.waiting:
                return False
            self.waiting.remove(job)
            return True

    def kill(self, job: Job) -> None:
        """End the worker's process, if it is still doing this job."""
        with self.changed:
            if self.active is job and self.process is not None:
                self.process.kill()

    def jobs(self) -> list[Job]:
        """The active job, if any, then those that wait, in their order."""
        with self.changed:
            return ([self.active] if self.active else []) + list(self.waiting)

    def close(self) -> None:
        """End the worker's process, leaving the work that it is doing as interrupted."""
        with self.changed:
            self.closed = True
            self.changed.notify_all()
            if self.process is not None and self.process.stdin is not None:
                with contextlib.suppress(OSError):
                    self.process.stdin.close()
        self.thread.join(CLOSING_SECONDS)
        if self.thread.is_alive() and self.process is not None:
            self.process.kill()
        self.thread.join()

    def _work(self) -> None:
        """One job after another, whatever becomes of each: nothing that one does ends the queue."""
        self._warm()
        while (job := self._next()) is not None:
            try:
                self._hand_over(job)
            except (OSError, ValueError, KeyError) as error:
                if self.process is not None:
                    self.process.kill()
                    _end(self.process)
                self._give_up(job, f"The job could not be carried out: {in_words(error)}.")
            with self.changed:
                self.active = None
            self._warm()
        if self.process is not None:
            _end(self.process)

    def _next(self) -> Job | None:
        """Wait for a job and make it the active one; None once the queue is closed."""
        with self.changed:
            self.changed.wait_for(lambda: self.waiting or self.closed)
            if self.closed:
                return None
            self.active = self.waiting.pop(0)
            self.active.state = JobState.ACTIVE
            return self.active

    def _warm(self) -> None:
        """Have a process ready for the next job; where none can be started, that job says so."""
        with contextlib.suppress(OSError):
            if not self.closed:
                self._ready_process()

    def _hand_over(self, job: Job) -> None:
        """Have a process do the job; where that ends first, record what became of the job."""
        process = self._ready_process()
        if not self._do(job, process):
            code = _end(process)
            how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
            self._give_up(job, f"The worker process ended {how}; its log is {self.log}.")

    def _ready_process(self) -> subprocess.Popen[str]:
        """The process, or another one in the place of one that has ended."""
        if self.process is not None and self.process.poll() is None:
            return self.process
        if self.process is not None:
            _end(self.process)
        return self._spawn()

    def _do(self, job: Job, process: subprocess.Popen[str]) -> bool:
        """Have the process do the job; False where the process ended first."""
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write(as_line(job.kind) + "\n")
            process.stdin.flush()
        except (BrokenPipeError, ValueError):  # it has died, or the queue was closed
            return False
        for line in process.stdout:
            reply = json.loads(line)
            match reply["event"]:
                case "progress":
                    job.share, job.message = reply["share"], reply["message"]
                case "done":
                    job.end(JobState.DONE, result=reply["result"])
                    return True
                case "failed":
                    # A run or table may not have been begun: then it would wait for ever.
                    self._give_up(job, f"{reply['message']}." if job.work else reply["message"])
                    return True
        return False

    def _give_up(self, job: Job, message: str) -> None:
        """Record in the job, its folder and the log what became of a job that was not done."""
        if job.work is not None:
            try:
                close_work(job.work, message)
            except (OSError, ValueError) as error:
                # A full disk, or a folder that is gone. Its process is dead, and so it reads as
                # interrupted, if it can be read at all.
                message = f"{message} Its folder could not be written to: {in_words(error)}."
        with contextlib.suppress(OSError), self.log.open("a", encoding="utf-8") as log:
            log.write(f"{message}\n")
        job.end(JobState.FAILED, message)

    def _spawn(self) -> subprocess.Popen[str]:
        # Idle threads of a parallel region sleep instead of spinning against the server's.
        environment = os.environ | {"OMP_WAIT_POLICY": "PASSIVE", "PYTHONUNBUFFERED": "1"}
        with self.log.open("a", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "toll.jobs.worker", self.warm_up],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                encoding="utf-8",
            )
        return self.process


def close_work(work: WorkFolder, message: str) -> None:
    """Give work whose process is gone the state that was asked for, or mark it interrupted.

    Work that another process has taken up in the meantime is left alone.
    """
    with contextlib.suppress(Busy), work.claimed():
        status = work.status()
        state = status.state
        if state.is_active or state is State.INTERRUPTED:
            state = ASKED.get(work.request() or "", State.INTERRUPTED)
        why = f"{message} Resume goes on from the last checkpoint.".strip()
        work.conclude(state, why if state is State.INTERRUPTED else status.message)


def _new_log(name: str) -> Path:
    """An empty file for what the workers of a queue print, one after another."""
    path = own_dir() / "logs" / f"{name.replace(':', '')}.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("")
    return path


def _end(process: subprocess.Popen[str]) -> int:
    """Close the pipes of a process, wait until it has ended, and give its exit code."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    return process.wait()
