"""Launching long work from the dashboard: one lane a device, one warm worker a lane.

A lane is a queue of jobs and a background thread that hands them, one after another, to a child
process (toll/worker.py). The child may crash, be killed or be stuck: the thread notices, leaves
the run in an honest state and starts another child. Training is followed through the run's
folder, never through these objects; they only say what waits and what is being done.
"""

import contextlib
import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from typing import Any

from toll.config import RunConfig
from toll.paths import ROOT, cache_dir
from toll.runs import Run, RunStore
from toll.status import ASKED, State, this_process

# A training that has not heeded a request after so long is killed; its checkpoint remains.
PATIENCE_SECONDS = 1.2
# A worker that has not ended so long after its input closed is killed.
CLOSING_SECONDS = 5.0


@dataclass(eq=False)
class Job:
    """Something for a worker to do. `details` is what the worker is sent."""

    details: dict[str, Any]
    run: Run | None = None
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
        """End the worker's process, leaving the run that it trains as interrupted."""
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
        """Leave a job whose process has ended, and its run, in an honest state."""
        how = f"by signal {-exit_code}" if exit_code < 0 else f"with exit code {exit_code}"
        message = f"The {self.name} worker process ended {how}; its log is {self._log_path()}."
        if job.run is not None:
            settle(job.run, message)
        job.end("failed", message)

    def _log_path(self) -> str:
        return str(cache_dir() / "logs" / f"{self.name.replace(':', '')}.log")

    def _spawn(self) -> subprocess.Popen[str]:
        os.makedirs(cache_dir() / "logs", exist_ok=True)
        # Idle threads of a parallel region sleep instead of spinning against the server's.
        environment = os.environ | {"OMP_WAIT_POLICY": "PASSIVE", "PYTHONUNBUFFERED": "1"}
        with open(self._log_path(), "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "toll.worker", self.warm_up],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                encoding="utf-8",
            )
        return self.process


def _end(process: subprocess.Popen[str]) -> int:
    """Close the pipes of a process, wait until it has ended, and give its exit code."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    return process.wait()


def settle(run: Run, message: str) -> None:
    """Give a run whose process is gone the state that was asked for, or mark it interrupted."""
    status = run.status()
    state = status.state
    if state in (State.QUEUED, State.RUNNING, State.INTERRUPTED):
        state = ASKED.get(run.request() or "", State.INTERRUPTED)
    text = f"{message} Resume goes on from the last checkpoint."
    said = text if state is State.INTERRUPTED else status.message
    run.update_status(state=state, message=said, activity="", remaining=None, owner=None)


class Launcher:
    """Starts, pauses, resumes and stops runs, and does other long work beside them."""

    def __init__(self, store: RunStore | None = None) -> None:
        self.store = store or RunStore()
        self.lanes: dict[str, Lane] = {}
        self.errands: dict[str, tuple[Lane, Job]] = {}
        self.lock = threading.Lock()

    def lane(self, name: str, warm_up: str = "nothing") -> Lane:
        with self.lock:
            if name not in self.lanes:
                self.lanes[name] = Lane(name, warm_up)
            return self.lanes[name]

    def training_lane(self, device: str) -> Lane:
        """The lane of a device; runs whose device is left open share one."""
        name = "cuda:0" if device == "cuda" else device
        return self.lane(name, "training")

    def warm_up(self) -> None:
        """Have a worker ready before the first run asks for one."""
        self.errand("devices", self.training_lane("auto"), {"job": "devices"})

    def devices(self) -> list[str]:
        """Devices of this machine, as far as a worker has told yet."""
        job = self.find_errand("devices")
        return job.result if job and job.result else ["cpu"]

    def start(self, config: RunConfig) -> Run:
        """Create a run and put it into the queue of its device."""
        run = self.store.create(config)
        self._enqueue(run, "train")
        return run

    def resume(self, run: Run) -> None:
        """Put a paused, stopped or interrupted run back into the queue.

        Raises:
            ValueError: the run is in another state.
        """
        state = run.status().state
        if not state.can_resume:
            raise ValueError(f"run {run.id} is {state} and cannot be resumed")
        run.clear_request()
        run.update_status(state=State.QUEUED, message="", activity="", owner=this_process())
        self._enqueue(run, "train")

    def stop(self, run: Run) -> None:
        self._ask(run, "stop")

    def pause(self, run: Run) -> None:
        self._ask(run, "pause")

    def close(self) -> None:
        """End all workers. Runs in hand are left interrupted, those that wait stay queued."""
        with self.lock:
            lanes, self.lanes = list(self.lanes.values()), {}
        for lane in lanes:
            lane.close()

    def queue(self) -> list[Job]:
        """Jobs that train runs, of all lanes, active ones first within their lane."""
        with self.lock:
            lanes = list(self.lanes.values())
        return [job for lane in lanes for job in lane.jobs() if job.run is not None]

    def errand(self, name: str, lane: Lane, details: dict[str, Any]) -> Job:
        """Have other long work done: a measurement, a projection, a download.

        While an errand of this `name` waits or is being done, it is returned as it is.
        """
        with self.lock:
            _, job = self.errands.get(name, (None, None))
            if job is None or job.ended.is_set():
                job = lane.submit(Job(details))
                self.errands[name] = (lane, job)
            return job

    def find_errand(self, name: str) -> Job | None:
        """The last errand of this name, waiting, active or ended."""
        return self.errands[name][1] if name in self.errands else None

    def cancel_errand(self, name: str) -> None:
        lane, job = self.errands[name]
        if lane.withdraw(job):
            job.end("failed", "Cancelled.")
        else:
            lane.kill(job)

    def _enqueue(self, run: Run, kind: str) -> None:
        job = Job({"job": kind, "run": str(run.folder)}, run)
        self.training_lane(run.config().device).submit(job)

    def _ask(self, run: Run, request: str) -> None:
        run.ask(request)
        lane = self.training_lane(run.config().device)
        for job in lane.jobs():
            if job.run is None or job.run.id != run.id:
                continue
            if lane.withdraw(job):
                settle(run, "")
            else:
                threading.Timer(PATIENCE_SECONDS, self._insist, (lane, job)).start()

    def _insist(self, lane: Lane, job: Job) -> None:
        """Kill a training that has not heeded its request, and score what it reached."""
        assert job.run is not None
        status = job.run.status()
        if job.ended.is_set() or status.state is not State.RUNNING:
            return
        lane.kill(job)
        job.ended.wait()
        if job.run.status().state is State.STOPPED and "scoring" not in status.activity:
            self._enqueue(job.run, "score")
