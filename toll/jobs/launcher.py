"""Launching long work from the dashboard: runs to train, and errands beside them.

Each device has a lane (queue.py): a queue and a warm worker. Training is followed through the run's
folder, never through these objects; they only say what waits and what is being done.
"""

import threading
from typing import Any

from toll.config import AUTOMATIC_DEVICES, RunConfig
from toll.jobs.queue import Job, Lane, settle
from toll.runs.folder import WorkFolder
from toll.runs.run import Run, RunStore
from toll.runs.status import State, this_process
from toll.studies.table import Table

# A training that has not heeded a request after so long is killed; its checkpoint remains.
PATIENCE_SECONDS = 1.2


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
        """The lane of a device; `auto` shares the lane of the device that it stands for."""
        present = self.devices()
        automatic = next(device for device in AUTOMATIC_DEVICES if device in present)
        name = "cuda:0" if device == "cuda" else device
        return self.lane("auto" if name == automatic else name, "training")

    def warm_up(self) -> None:
        """Have a worker ready before the first run asks for one."""
        if "devices" not in self.errands:
            self.errand("devices", self.training_lane("auto"), {"job": "devices"})

    def devices(self) -> list[str]:
        """Devices of this machine, as far as a worker has told yet."""
        job = self.find_errand("devices")
        return job.result if job and job.result else ["cpu"]

    def start(self, config: RunConfig) -> Run:
        """Create a run and put it into the queue of its device."""
        run = self.store.create(config)
        self._enqueue("train", run, config.device)
        return run

    def resume(self, run: Run) -> None:
        """Put a paused, stopped or interrupted run back into the queue.

        Raises:
            ValueError: the run is in another state.
        """
        state = run.status().state
        if not state.can_resume:
            raise ValueError(f"run {run.id} is {state} and cannot be resumed")
        self._requeue("train", run, run.config().device)

    def fill(self, table: Table) -> None:
        """Put a table into the queue of its device: it goes on where it stopped.

        Raises:
            ValueError: it is in the queue or being filled already.
        """
        if table.status().state.is_active:
            raise ValueError(f"table {table.id} is in hand already")
        self._requeue("fill_table", table, table.settings.base.device)

    def stop(self, work: WorkFolder) -> None:
        self._ask(work, "stop")

    def pause(self, work: WorkFolder) -> None:
        self._ask(work, "pause")

    def close(self) -> None:
        """End all workers. Runs in hand are left interrupted, those that wait stay queued."""
        with self.lock:
            lanes, self.lanes = list(self.lanes.values()), {}
        for lane in lanes:
            lane.close()

    def queue(self) -> list[Job]:
        """Jobs that train, of all lanes, active ones first within their lane."""
        with self.lock:
            lanes = list(self.lanes.values())
        return [job for lane in lanes for job in lane.jobs() if job.work is not None]

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

    def withdraw_errands(self, ending: str) -> None:
        """Take out of their queues the errands that still wait and whose names end like this."""
        for name, (lane, job) in list(self.errands.items()):
            if name.endswith(ending) and lane.withdraw(job):
                job.end("failed", "Cancelled.")

    def _requeue(self, kind: str, work: WorkFolder, device: str) -> None:
        work.clear_request()
        work.update_status(state=State.QUEUED, message="", activity="", owner=this_process())
        self._enqueue(kind, work, device)

    def _enqueue(self, kind: str, work: WorkFolder, device: str) -> None:
        job = Job({"job": kind, "folder": str(work.folder)}, work)
        self.training_lane(device).submit(job)

    def _ask(self, work: WorkFolder, request: str) -> None:
        work.ask(request)
        with self.lock:
            lanes = list(self.lanes.values())
        for lane in lanes:
            for job in lane.jobs():
                if job.work is None or job.work.folder != work.folder:
                    continue
                if lane.withdraw(job):
                    settle(work, "")
                else:
                    threading.Timer(PATIENCE_SECONDS, self._insist, (lane, job)).start()

    def _insist(self, lane: Lane, job: Job) -> None:
        """Kill work that has not heeded its request, and score what a stopped run reached."""
        assert job.work is not None
        status = job.work.status()
        # Not `is`: after a code reload the run's class, and its states, may be newer than this one.
        if job.ended.is_set() or status.state != State.RUNNING:
            return
        lane.kill(job)
        job.ended.wait()
        stopped = job.work.status().state == State.STOPPED
        if stopped and isinstance(job.work, Run) and "scoring" not in status.activity:
            self._enqueue("score", job.work, job.work.config().device)
