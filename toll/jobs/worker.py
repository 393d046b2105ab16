"""The warm child process that does the long work: `python -m toll.jobs.worker`.

It imports torch once and then takes one job a line, as JSON, from its standard input: train a
run, fill a table of runs, score a stopped run, measure this machine's speed, project the snapshots
of a run, download a dataset. Replies go to standard output, one JSON object a line. When its input
closes, whoever started it is gone: the job in hand is left so that it can be resumed, and the
process ends.
"""

import json
import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

ORPHANED = "The program that started this training ended before it was done. Resume it."

# What a job may raise for a reason that the user can mend; anything else is a fault of ours.
EXPECTED = (ValueError, OSError, ArithmeticError, MemoryError)


class Orphaned(Exception):
    """The process that gave the jobs is gone."""


class Worker:
    """Takes jobs from standard input until it closes."""

    def __init__(self) -> None:
        self.jobs: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self.orphaned = threading.Event()
        # Replies have standard output to themselves; what libraries print goes to the log.
        self.replies = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def serve(self, warm_up: str) -> None:
        threading.Thread(target=self._listen, daemon=True).start()
        WARM_UPS[warm_up]()
        self.reply("ready")
        while (job := self.jobs.get()) is not None:
            self._do(job)

    def reply(self, event: str, **details: Any) -> None:
        try:
            print(json.dumps({"event": event, **details}), file=self.replies, flush=True)
        except BrokenPipeError:
            self.orphaned.set()

    def check(self) -> None:
        if self.orphaned.is_set():
            raise Orphaned

    def _listen(self) -> None:
        for line in sys.stdin:
            self.jobs.put(json.loads(line))
        self.orphaned.set()
        self.jobs.put(None)

    def _do(self, job: dict[str, Any]) -> None:
        try:
            result = JOBS[job["job"]](self, job)
        except Orphaned:
            return
        except EXPECTED as error:
            traceback.print_exc()
            self.reply("failed", message=f"{error}")
        else:
            self.reply("done", result=result)


def train(worker: Worker, job: dict[str, Any]) -> None:
    from toll.recording.record import record
    from toll.runs.run import Run

    record(Run(Path(job["folder"])), _halting_when_orphaned(worker))


def fill_table(worker: Worker, job: dict[str, Any]) -> None:
    from toll.studies.fill import fill
    from toll.studies.table import Table

    fill(Table(Path(job["folder"])), check=_halting_when_orphaned(worker))


def score(worker: Worker, job: dict[str, Any]) -> None:
    from toll.recording.record import score_stopped
    from toll.runs.run import Run

    score_stopped(Run(Path(job["folder"])), _halting_when_orphaned(worker))


def measure(worker: Worker, job: dict[str, Any]) -> list[float]:
    from toll.config import RunConfig
    from toll.jobs.speed import measure

    return list(measure(RunConfig.from_dict(job["config"])))


def devices(worker: Worker, job: dict[str, Any]) -> list[str]:
    from toll.method.devices import available_devices

    return available_devices()


def project(worker: Worker, job: dict[str, Any]) -> None:
    from toll.latent.stored import UmapSettings, project_umap
    from toll.runs.run import Run

    def report(share: float, message: str) -> None:
        worker.check()
        worker.reply("progress", share=share, message=message)

    project_umap(Run(Path(job["run"])), UmapSettings(**job["settings"]), report)


def download(worker: Worker, job: dict[str, Any]) -> None:
    from toll.data import download_dataset

    def report(done: int, total: int) -> None:
        worker.check()
        share = min(done / total, 1) if total else 0
        worker.reply("progress", share=share, message=f"{done / 1e6:,.0f} of {total / 1e6:,.0f} MB")

    download_dataset(job["dataset"], report=report)


JOBS: dict[str, Callable[[Worker, dict[str, Any]], Any]] = {
    "train": train,
    "fill_table": fill_table,
    "score": score,
    "measure": measure,
    "devices": devices,
    "project": project,
    "download": download,
}


def _warm_training() -> None:
    import pandas  # noqa: F401
    import pyarrow.parquet  # noqa: F401
    import sklearn.metrics  # noqa: F401
    import torch

    import toll.recording.record  # noqa: F401

    # The first backward pass and optimiser step of a process are slow: take them now.
    weight = torch.ones(8, 8, requires_grad=True)
    optimiser = torch.optim.Adam([weight], fused=True)
    (weight @ weight).norm().backward()
    optimiser.step()


WARM_UPS: dict[str, Callable[[], None]] = {"training": _warm_training, "nothing": lambda: None}


def _halting_when_orphaned(worker: Worker) -> Callable[[], None]:
    from toll.recording.recorder import Halted
    from toll.runs.status import State

    def check() -> None:
        if worker.orphaned.is_set():
            raise Halted(State.INTERRUPTED, ORPHANED)

    return check


if __name__ == "__main__":
    # Ctrl-C is for the server, in whose group this process is; its end closes our input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Worker().serve(sys.argv[1] if len(sys.argv) > 1 else "nothing")
