"""The warm child process that does the long work: `python -m toll.jobs.worker`.

It imports torch once and then takes one job per line (kinds.py lists them) from its standard
input. Replies go to standard output, one JSON object per line. When its input closes, whoever
started it is gone: the present job is left so that it can be resumed, and the process ends.
"""

import json
import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from typing import Any

from toll.errors import in_words
from toll.jobs import kinds

ORPHANED = "The program that started this training ended before the training was done. Resume it."

# What a job may raise for a reason that the user can fix; anything else is our fault.
EXPECTED = (ValueError, OSError, ArithmeticError, MemoryError)


class Orphaned(Exception):
    """The process that gave the jobs is gone."""


class Worker:
    """Takes jobs from standard input until it closes."""

    def __init__(self) -> None:
        self.lines: queue.Queue[str | None] = queue.Queue()
        self.orphaned = threading.Event()
        # Replies have standard output to themselves; what libraries print goes to the log.
        self.replies = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def serve(self, warm_up: str) -> None:
        """Get ready, then do the jobs one after another."""
        threading.Thread(target=self._listen, daemon=True).start()
        WARM_UPS[warm_up]()
        self.reply("ready")
        while (line := self.lines.get()) is not None:
            self._do(kinds.from_line(line))

    def reply(self, event: str, **details: Any) -> None:
        """Send an event to whoever gave the jobs."""
        try:
            print(json.dumps({"event": event, **details}), file=self.replies, flush=True)
        except BrokenPipeError:
            self.orphaned.set()

    def check(self) -> None:
        """Raises `Orphaned` where whoever gave the jobs is gone."""
        if self.orphaned.is_set():
            raise Orphaned

    def _listen(self) -> None:
        for line in sys.stdin:
            self.lines.put(line)
        self.orphaned.set()
        self.lines.put(None)

    def _do(self, job: kinds.Kind) -> None:
        try:
            result = JOBS[type(job)](self, job)
        except Orphaned:
            return
        except EXPECTED as error:
            traceback.print_exc()
            self.reply("failed", message=in_words(error))
        except RuntimeError as error:
            from toll.recording.exhaustion import what_ran_out

            missing = what_ran_out(error)
            if missing is None:
                raise
            traceback.print_exc()
            self.reply("failed", message=f"{missing} ran out: {error}".splitlines()[0])
        else:
            self.reply("done", result=result)
        finally:
            if "torch" in sys.modules:
                from toll.method.devices import give_back_memory

                give_back_memory()


def train(worker: Worker, job: kinds.Train) -> None:
    from toll.recording.record import record
    from toll.runs.run import Run

    record(Run(job.run), _halting_when_orphaned(worker))


def score(worker: Worker, job: kinds.Score) -> None:
    from toll.recording.record import score_stopped
    from toll.runs.run import Run

    score_stopped(Run(job.run), _halting_when_orphaned(worker))


def fill_table(worker: Worker, job: kinds.FillTable) -> None:
    from toll.studies.fill import fill
    from toll.studies.table import Table

    fill(Table(job.table), check=_halting_when_orphaned(worker))


def fill_ladder(worker: Worker, job: kinds.FillLadder) -> None:
    from toll.studies.fill import fill
    from toll.studies.ladder import Ladder

    fill(Ladder(job.ladder), check=_halting_when_orphaned(worker))


def measure_speed(worker: Worker, job: kinds.MeasureSpeed) -> list[float]:
    from toll.jobs.speed import measure

    return list(measure(job.config))


def find_devices(worker: Worker, job: kinds.FindDevices) -> list[str]:
    from toll.method.devices import available_devices

    return available_devices()


def project(worker: Worker, job: kinds.Project) -> None:
    from toll.latent.stored import project_umap
    from toll.runs.run import Run

    def report(share: float, message: str) -> None:
        worker.check()
        worker.reply("progress", share=share, message=message)

    project_umap(Run(job.run), job.settings, report)


def compare_detectors(worker: Worker, job: kinds.CompareDetectors) -> None:
    from toll.recording.rivals import compare_detectors
    from toll.runs.run import Run

    def report(share: float, message: str) -> None:
        worker.check()
        worker.reply("progress", share=share, message=message)

    compare_detectors(Run(job.run), report=report, check=_halting_when_orphaned(worker))


def download(worker: Worker, job: kinds.Download) -> None:
    from toll.data import download_dataset

    def report(done: int, total: int) -> None:
        worker.check()
        share = min(done / total, 1) if total else 0
        worker.reply("progress", share=share, message=f"{done / 1e6:,.0f} of {total / 1e6:,.0f} MB")

    download_dataset(job.dataset, report=report)


def inspect(worker: Worker, job: kinds.Inspect) -> dict[str, Any]:
    import msgspec

    from toll.data import inspect_file

    return msgspec.to_builtins(inspect_file(job.file))


def import_own_file(worker: Worker, job: kinds.Import) -> None:
    from toll.data import import_own, load_dataset

    def report(share: float) -> None:
        worker.check()
        worker.reply("progress", share=share, message=f"{share:.0%} done")

    import_own(job.file, job.name, job.plan, report)
    load_dataset(job.name)  # which prepares what the next page would wait for


JOBS: dict[type[kinds.Kind], Callable[[Worker, Any], Any]] = {
    kinds.Train: train,
    kinds.Score: score,
    kinds.FillTable: fill_table,
    kinds.FillLadder: fill_ladder,
    kinds.MeasureSpeed: measure_speed,
    kinds.FindDevices: find_devices,
    kinds.Project: project,
    kinds.CompareDetectors: compare_detectors,
    kinds.Download: download,
    kinds.Inspect: inspect,
    kinds.Import: import_own_file,
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
