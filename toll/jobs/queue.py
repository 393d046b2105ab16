"""A lane: a queue of jobs for one device, and the warm process that does them, one at a time.

A background thread hands the jobs, one after another, to a child process (toll/jobs/worker.py). The
child may crash, be killed or be stuck: the thread notices, leaves the work in an honest state and
starts another child.
"""

import contextlib
import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from toll.paths import ROOT, cache_dir
from toll.runs.folder import WorkFolder
from toll.runs.status import ASKED, State

# A worker that has not ended so long after its input closed is killed.
CLOSING_SECONDS = 5.0


@dataclass(eq=False)
class Job:
    """Something for a worker to do. `details` is what the worker is sent, `work` what for."""

    details: dict[str, Any]
    work: WorkFolder | None = None
    state: str = "waiting"  # waiting, active, done, failed
    share: float = 0.0
    message: str = ""
    result: Any = None
    ended: threading.Event = field(default_factory=threading.Event)

    def end(self, state: str, message: str = "", result: Any = None) -> None:
        self.state, self.message, self.result = state, message, result
        self.ended.set()


class Lane:
    """A queue of jobs for one device and the process that does them, one at a time."""

    def __init__(self, name: str, warm_up: str = "nothing") -> None:
        self.name, self.warm_up = name, warm_up
        self.waiting: list[Job] = []
        self.active: Job | None = None
        self.process: subprocess.Popen[str] | None = None
        self.closed = False
        self.log = _new_log(name)
        self.changed = threading.Condition()
        self.thread = threading.Thread(target=self._work, name=f"lane {name}", daemon=True)
        self.thread.start()

    def submit(self, job: Job) -> Job:
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
        """End the worker's process, if it still has this job in hand."""
        with self.changed:
            if self.active is job and self.process is not None:
                self.process.kill()

    def jobs(self) -> list[Job]:
        """The active job, if any, then those that wait, in their order."""
        with self.changed:
            return ([self.active] if self.active else []) + list(self.waiting)

    def close(self) -> None:
        """End the worker's process, leaving the work that it has in hand as interrupted."""
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
        process = self._spawn()
        while True:
            with self.changed:
                self.changed.wait_for(lambda: self.waiting or self.closed)
                if self.closed:
                    break
                self.active = self.waiting.pop(0)
                self.active.state = "active"
            if process.poll() is not None:
                _end(process)
                process = self._spawn()
            if not self._do(self.active, process):
                self._settle(self.active, _end(process))
                if not self.closed:
                    process = self._spawn()
            with self.changed:
                self.active = None
        _end(process)

    def _do(self, job: Job, process: subprocess.Popen[str]) -> bool:
        """Have the process do the job; False where the process ended first."""
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write(json.dumps(job.details) + "\n")
            process.stdin.flush()
        except (BrokenPipeError, ValueError):  # it has died, or the lane was closed
            return False
        for line in process.stdout:
            reply = json.loads(line)
            match reply["event"]:
                case "progress":
                    job.share, job.message = reply["share"], reply["message"]
                case "done":
                    job.end("done", result=reply["result"])
                    return True
                case "failed":
                    job.end("failed", reply["message"])
                    return True
        return False

    def _settle(self, job: Job, exit_code: int) -> None:
        """Leave a job whose process has ended, and its folder, in an honest state."""
        how = f"by signal {-exit_code}" if exit_code < 0 else f"with exit code {exit_code}"
        message = f"The worker process ended {how}; its log is {self.log}."
        if job.work is not None:
            settle(job.work, message)
        job.end("failed", message)

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


def _new_log(name: str) -> Path:
    """An empty file for what a lane's workers, one after another, print."""
    path = cache_dir() / "logs" / f"{name.replace(':', '')}.log"
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


def settle(work: WorkFolder, message: str) -> None:
    """Give work whose process is gone the state that was asked for, or mark it interrupted."""
    status = work.status()
    state = status.state
    if state in (State.QUEUED, State.RUNNING, State.INTERRUPTED):
        state = ASKED.get(work.request() or "", State.INTERRUPTED)
    text = f"{message} Resume goes on from the last checkpoint."
    said = text if state is State.INTERRUPTED else status.message
    work.update_status(state=state, message=said, activity="", remaining=None, owner=None)
