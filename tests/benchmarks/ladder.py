"""Ladders of βs: one after another, and together.

lockstep  the built-in digits, enlarged to 16×16 pixels, on a small convolutional network: seconds
          of training alone, and of recording, until every member has its first snapshot on the
          disk, and until all are scored
digits    8 βs × 3 seeds of the digits as one ladder, recorded and scored, against the plain loop of
          speed.py with validations, one model after another
story     8 βs of the first story
mnist     5 βs of MNIST, class 8; needs the data

    python -m tests.benchmarks.ladder [lockstep] [digits] [story] [mnist]
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from unittest.mock import patch

import numpy as np

from tests.benchmarks.speed import judged_auroc, plain_loop, prepared
from toll.config import RunConfig
from toll.data import Dataset, OneClassSplit, load_dataset
from toll.data.spec import Network
from toll.method.ensemble import train_together
from toll.method.training import train
from toll.presets import laptop
from toll.recording.record import prepare_together, record, record_together
from toll.runs.run import Run
from toll.runs.store import RunStore
from toll.studies.fill import fill
from toll.studies.first_story import first_story
from toll.studies.ladder import Ladder, LadderSettings

RACE = (0.0, 1000.0)
LADDER = (0.0, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0)
BASE = laptop("digits", z_dim=64, niter=200, probe_size=500, device="cpu")


def main(*names: str) -> None:
    for name in names or PARTS:
        with tempfile.TemporaryDirectory() as cache:
            os.environ["TOLL_CACHE_DIR"] = cache
            PARTS[name]()


def lockstep() -> None:
    with enlarged_digits():
        record(RunStore().create(BASE.replace(niter=20)))  # what is slow once a process
        heads = ("trained alone", "in lockstep", "ratio", "recorded alone", "together", "first")
        print(f"{'members':8} " + " ".join(f"{head:>14}" for head in heads))
        for betas in (RACE, LADDER):
            configs = [BASE.replace(beta=beta) for beta in betas]
            alone, beside = trained_alone(configs), trained_together(configs)
            recorded = sum(seconds_of([config])[1] for config in configs)
            first, together = seconds_of(configs)
            figures = (alone, beside, alone / beside, recorded, together, first)
            print(f"{len(betas):8} " + " ".join(f"{each:14.2f}" for each in figures), flush=True)


def digits() -> None:
    base = laptop("digits", device="cpu")
    record(RunStore().create(base.replace(niter=20)))
    first, whole = filled(LadderSettings(base=base, betas=LADDER, seeds=(0, 1, 2)))
    split, started = prepared(base), time.perf_counter()
    for seed in range(3):
        for beta in LADDER:
            plain(base.replace(beta=beta, seed=seed), split)
    apart = time.perf_counter() - started
    print(
        f"digits, {len(LADDER)} βs × 3 seeds: {whole:.1f} s as one ladder, the first scored after "
        f"{first:.1f} s; {apart:.1f} s in the plain loop; ratio {apart / whole:.2f}"
    )


def story() -> None:
    base = first_story().base
    first, whole = filled(LadderSettings(base=base, betas=LADDER, seeds=(0,)))
    print(f"first story, {len(LADDER)} βs: {whole:.1f} s, the first scored after {first:.1f} s")


def mnist() -> None:
    base = laptop("mnist", normal_class=8, device="cpu")
    betas = (0.0, 1.0, 10.0, 100.0, 1000.0)
    first, whole = filled(LadderSettings(base=base, betas=betas, seeds=(0,)))
    print(f"MNIST class 8, {len(betas)} βs: {whole:.1f} s, the first scored after {first:.1f} s")


def filled(settings: LadderSettings) -> tuple[float, float]:
    """Seconds until the first rungs of a new ladder are scored, and until all are."""
    started, first = time.perf_counter(), []
    ladder = Ladder.create(settings)

    def look() -> None:
        if not first and any(run.metrics() for run in ladder.rungs()):
            first.append(time.perf_counter() - started)

    fill(ladder, check=look)
    whole = time.perf_counter() - started
    return (first or [whole])[0], whole


def plain(config: RunConfig, split: OneClassSplit) -> None:
    """The plain loop, judged as often as a run is."""
    state, steps = plain_loop(config, split)
    for step in steps:
        if (step + 1) % config.ckpt_interval == 0:
            judged_auroc(state, split, split.validation, config.beta)
    judged_auroc(state, split, split.test, config.beta)


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


PARTS = {"lockstep": lockstep, "digits": digits, "story": story, "mnist": mnist}

if __name__ == "__main__":
    main(*sys.argv[1:])
