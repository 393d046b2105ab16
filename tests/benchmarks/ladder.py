"""A ladder of βs on a small convolutional network: one after another, and in lockstep.

The built-in digits, enlarged to 16×16 pixels, on the network of the first story. Printed are
seconds of training alone, and of recording: until every member has its first snapshot on the disk,
and until all are scored.

    python -m tests.benchmarks.ladder
"""

import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from unittest.mock import patch

import numpy as np

from toll.config import RunConfig
from toll.data import Dataset, load_dataset
from toll.data.spec import Network
from toll.method.ensemble import train_together
from toll.method.training import train
from toll.presets import laptop
from toll.recording.record import prepare_together, record, record_together
from toll.runs.run import Run
from toll.runs.store import RunStore

RACE = (0.0, 1000.0)
LADDER = (0.0, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0)
BASE = laptop("digits", z_dim=64, niter=200, probe_size=500, device="cpu")


def main() -> None:
    with enlarged_digits(), tempfile.TemporaryDirectory() as cache:
        os.environ["TOLL_CACHE_DIR"] = cache
        record(RunStore().create(BASE.replace(niter=20)))  # what is slow once a process
        heads = ("trained alone", "in lockstep", "ratio", "recorded alone", "together", "first")
        print(f"{'members':8} " + " ".join(f"{head:>14}" for head in heads))
        for betas in (RACE, LADDER):
            configs = [BASE.replace(beta=beta) for beta in betas]
            alone, lockstep = trained_alone(configs), trained_together(configs)
            recorded = sum(seconds_of([config])[1] for config in configs)
            first, together = seconds_of(configs)
            figures = (alone, lockstep, alone / lockstep, recorded, together, first)
            print(f"{len(betas):8} " + " ".join(f"{each:14.2f}" for each in figures), flush=True)


@contextmanager
def enlarged_digits() -> Iterator[None]:
    """The digits are of 16×16 pixels, and their network is of three padded convolutions."""
    small = load_dataset("digits")
    networks = {"small": Network("convolutional-padded", (16, 32, 64))}
    spec = replace(small.spec, shape=(1, 16, 16), networks=networks)
    large = replace(small, spec=spec, samples=np.kron(small.samples, np.ones((2, 2), np.uint8)))

    def load(name: str) -> Dataset:
        return large

    with patch("toll.recording.record.load_dataset", load):
        yield


def trained_alone(configs: Sequence[RunConfig]) -> float:
    split, states = prepare_together(configs[:1])
    started = time.perf_counter()
    for config in configs:
        split, states = prepare_together([config])
        for _ in train(config, split, states[0]):
            pass
    return time.perf_counter() - started


def trained_together(configs: Sequence[RunConfig]) -> float:
    split, states = prepare_together(configs)
    started = time.perf_counter()
    for _ in train_together(configs, split, states):
        pass
    return time.perf_counter() - started


def seconds_of(configs: Sequence[RunConfig]) -> tuple[float, float]:
    """Until every member has its first snapshot, and until all have finished."""
    runs, first = [RunStore().create(config) for config in configs], []
    started = time.perf_counter()

    def look() -> None:
        if not first and all(kept(run) for run in runs):
            first.append(time.perf_counter() - started)

    record_together(runs, look)
    return first[0], time.perf_counter() - started


def kept(run: Run) -> bool:
    return run.snapshot_path(0).exists()


if __name__ == "__main__":
    main()
