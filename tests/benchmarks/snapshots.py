"""What snapshots cost a run: their share of the time that training takes, and their megabytes.

Snapshots: all that is done at one, and the choice and the inputs of the pictures at the start.
Training: the steps and the validations, with what they write. Scoring at the end is neither.
Seconds are the processor's, so that other work counts little, and what is written beside the
training counts as if it held it up; beside much other work, run it with
OMP_NUM_THREADS=1, as two threads wait for each other then. The paper's network takes a quarter of
an hour on two cores.

    python -m tests.benchmarks.snapshots [NAME …]    # of CASES
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from toll.config import RunConfig
from toll.presets import laptop, paper
from toll.recording import record as recording
from toll.recording import recorder
from toll.recording.drawing import Drawing
from toll.recording.recorder import Halted, Recorder
from toll.recording.writer import Writer
from toll.runs.run import Run
from toll.runs.snapshots import snapshot_steps
from toll.runs.status import State
from toll.runs.store import RunStore

FOLDERS = ("snapshots", "pictures")


class Costs(NamedTuple):
    """Processor seconds of training, of snapshots beside it, and bytes of what they keep."""

    training: float
    snapshots: float
    kept: dict[str, int]


class Case(NamedTuple):
    config: RunConfig
    runs: int
    steps: int | None = None  # so many are measured, and the preset's niter is extrapolated


CASES = {
    "digits": Case(laptop("digits"), 7),
    "mnist": Case(laptop("mnist"), 1),
    "fmnist": Case(laptop("fmnist"), 1),
    "paper": Case(paper("mnist"), 1, steps=12),
    "arrhythmia": Case(laptop("arrhythmia"), 3),
    "cifar10": Case(laptop("cifar10"), 1),
    "cifar100": Case(laptop("cifar100"), 1),
}


def main(*names: str) -> None:
    print("processor seconds of training and of snapshots; megabytes in the folder; medians")
    heads = ("training", "snapshots", "share", "frames", "MB", "MB pictures", "runs")
    print(f"{'preset':18} " + " ".join(f"{head:>11}" for head in heads))
    for name in names or CASES:
        case = CASES[name]
        with tempfile.TemporaryDirectory() as folder:
            os.environ["TOLL_CACHE_DIR"] = folder
            found = [measured(case) for _ in range(case.runs)]
        cost = Costs(
            statistics.median(each.training for each in found),
            statistics.median(each.snapshots for each in found),
            found[0].kept,
        )
        frames = len(snapshot_steps(case.config.niter))
        row = f"{cost.training:11.2f} {cost.snapshots:11.3f} "
        row += f"{cost.snapshots / cost.training:11.1%} {frames:11} "
        row += " ".join(f"{cost.kept[name] / 1e6:11.2f}" for name in FOLDERS)
        title = f"{case.config.dataset} {'laptop' if case.steps is None else 'paper'}"
        note = f"  ({case.steps} steps measured, {case.config.niter} extrapolated)"
        print(f"{title:18} {row} {case.runs:11}{note if case.steps else ''}", flush=True)


def measured(case: Case) -> Costs:
    """The costs of one run of the case."""
    run, config = RunStore().create(case.config), case.config
    spent, counts = timed_run(run, case.steps)
    kept = {name: size(run.folder / name) for name in FOLDERS}
    if case.steps is None:
        return Costs(spent["training"] - spent["snapshots"], spent["snapshots"], kept)
    validations = config.niter // config.ckpt_interval + 1
    training = spent["steps"] / case.steps * config.niter
    training += spent["validations"] / counts["validations"] * validations
    frames, seen = len(snapshot_steps(config.niter)), counts["snapshots"]
    kept = {name: taken * frames // seen for name, taken in kept.items()}
    return Costs(training, spent["snapshots"] / seen * frames, kept)


def timed_run(run: Run, steps: int | None) -> tuple[dict[str, float], dict[str, int]]:
    """Train the run, up to `steps` if given; seconds by what they went into, and how many of it."""
    parts = ("snapshots", "validations", "steps", "training")
    spent, counts = dict.fromkeys(parts, 0.0), dict.fromkeys(parts, 0)

    def timed(part: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*given: Any) -> Any:
            started = time.process_time()
            try:
                return call(*given)
            finally:
                spent[part] += time.process_time() - started
                counts[part] += 1

        return wrapped

    def halt_at(call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(self: Recorder) -> None:
            call(self)
            if self.state.step == steps:
                raise Halted(State.INTERRUPTED)

        return wrapped

    wrapped = {
        (Recorder, "take_snapshot"): timed("snapshots", Recorder.take_snapshot),
        (Recorder, "_validate"): timed("validations", Recorder._validate),
        (Recorder, "observe"): halt_at(Recorder.observe),
        (Writer, "write"): lambda self, action: action(),
        (recorder, "Drawing"): timed("snapshots", Drawing),
        (recording, "_train"): timed("training", recording._train),
    }
    before = {place: getattr(*place) for place in wrapped}
    for place, call in wrapped.items():
        setattr(*place, call)
    try:
        recording.record(run)
    finally:
        for place, call in before.items():
            setattr(*place, call)
    spent["steps"] = spent["training"] - spent["validations"] - spent["snapshots"]
    counts["snapshots"] -= 1  # of which one was the choice of pictures
    return spent, counts


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


if __name__ == "__main__":
    main(*sys.argv[1:])
