"""Training on a GPU against the plain published-style loop on the same one: one table, one command.

The plain loop is that of speed.py, with what the published one does besides: every 20 steps the
whole validation part, judged by scikit-learn, and a copy of the weights. Ours are whole runs from
the loading to the last score: history, validations, snapshots with their pictures, checkpoints,
tables, all written to disk. Needs neither streamlit nor a display.

    TOLL_DATA_DIR=... python -m tests.benchmarks.gpu [agreement] [speed] [ladder]
"""

import copy
import math
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice

import numpy as np
import torch
from sklearn.metrics import roc_auc_score

from tests.benchmarks.speed import flops_of_step, plain_loop, prepared, together
from toll.config import RunConfig
from toll.data import OneClassSplit
from toll.jobs.speed import estimate, measure
from toll.method.arithmetic import arithmetic
from toll.method.training import TrainingState, read_means, train
from toll.presets import laptop, paper
from toll.recording.record import record_together
from toll.runs.run import Run
from toll.runs.store import RunStore

NITER = 2000
# Of the paper's settings: how many seeds are trained at once.
MEMBERS = {"mnist": 1, "fmnist": 1, "cifar10": 1, "arrhythmia": 10}
VALIDATED = 20  # steps between validations
CHUNK = 1000  # samples that the plain loop encodes at a time
TIMED = 100  # steps of the plain loop
COMPARED = 20  # losses


def agreement() -> None:
    """Losses of the first steps in exact float32, against the plain loop on the CPU and the GPU."""
    print(f"\nlargest relative difference of the first {COMPARED} losses, in exact float32")
    print(f"{'dataset':11} {'to plain on GPU':>16} {'of 5':>8} {'of 1':>8} {'of 5, to CPU':>13}")
    for name in MEMBERS:
        config = paper(name, niter=COMPARED, precision="float32", device="cuda", batch_size=50)
        split = prepared(config)
        state = TrainingState.start(config, split.dataset.spec)
        ours = read_means(list(train(config, split, state)))[:, 0]
        with arithmetic(exact=True):
            there = losses(config, split)
            here = losses(config.replace(device="cpu", niter=5), split)
        apart = np.abs(ours / there - 1)
        print(
            f"{name:11} {apart.max():16.1e} {apart[:5].max():8.1e} {apart[0]:8.1e} "
            f"{np.abs(ours[:5] / here - 1).max():13.1e}",
            flush=True,
        )


def losses(config: RunConfig, split: OneClassSplit) -> np.ndarray:
    found: list[float] = []
    for _ in plain_loop(config, split, found.append)[1]:
        pass
    return np.array(found)


def speed() -> None:
    """Seconds of whole trainings of the paper and of their steps, ours and the plain loop's."""
    most = peak()
    print(f"\npeak of a bfloat16 matrix product: {most / 1e12:.0f} TFLOP/s")
    print(f"{NITER} steps; of the plain loop a few, and a few validations: the rest by calculation")
    print(
        f"{'dataset':11} {'plain s':>8} {'ours s':>7} {'ratio':>6}   {'step: plain ms':>14} "
        f"{'ours':>6} {'ratio':>6} {'of peak':>8}   {'validation: plain ms':>20} "
        f"{'beside the steps':>16} {'estimate s':>10} {'GiB':>5}  AUROC"
    )
    for name, members in MEMBERS.items():
        config = paper(name, niter=NITER, device="cuda")
        split = prepared(config)
        configs = [config.replace(seed=seed) for seed in range(members)]
        record_all([each.replace(niter=40) for each in configs])  # CUDA starts, libraries choose
        torch.cuda.reset_peak_memory_stats()
        step, validation = plain_seconds(config, split)
        estimated = estimate(config, split, measure(config))
        with timed() as whole:
            runs = record_all(configs)
        ours = step_alone(configs, split)
        plain = members * (NITER * step + (NITER // VALIDATED + 1) * validation)
        used = flops_of_step(config, split) * members / ours / most
        besides = 1 - NITER * ours / runs[0].status().seconds
        held = torch.cuda.max_memory_allocated() / 2**30
        print(
            f"{name:11} {plain:8.2f} {whole():7.2f} {plain / whole():6.2f}   "
            f"{members * step * 1e3:14.2f} {ours * 1e3:6.2f} {members * step / ours:6.2f} "
            f"{used:8.1%}   {validation * 1e3:20.1f} {besides:16.0%} "
            f"{estimated:10.1f} {held:5.1f}  "
            f"{statistics.mean(map(run_auroc, runs)):.3f}",
            flush=True,
        )


def ladder() -> None:
    """Eight βs of the first story's network: together, and one after another."""
    base = laptop("glyphs", normal_class=(0, 2, 3, 5, 6, 8, 9), device="cuda")
    betas = (0.0, 0.1, 1.0, 3.0, 10.0, 30.0, 100.0, 1000.0)
    configs = [base.replace(beta=beta) for beta in betas]
    record_all(configs[:1])
    with timed() as together:
        record_all(configs)
    with timed() as alone:
        for each in configs:
            record_all([each])
    print(f"\n8 βs of glyphs: {together():.1f} s together, {alone():.1f} s one by one")


def plain_seconds(config: RunConfig, split: OneClassSplit) -> tuple[float, float]:
    """Seconds of a step of the plain loop and of a validation, its data normalised beforehand."""
    state, steps = plain_loop(config, split)
    list(islice(steps, 5))
    with timed() as some:
        list(islice(steps, TIMED))
    raw = torch.from_numpy(split.dataset.samples[split.validation])
    x, labels = split.normalise(raw).double().numpy(), split.labels(split.validation)
    validate(state, x, labels, config.beta)
    with timed() as validations:
        for _ in range(3):
            validate(state, x, labels, config.beta)
    return some() / TIMED, validations() / 3


def validate(state: TrainingState, samples: np.ndarray, labels: np.ndarray, beta: float) -> float:
    scores = []
    state.model.eval()
    with torch.no_grad():
        for start in range(0, len(samples), CHUNK):
            x = torch.from_numpy(samples[start : start + CHUNK]).float().to(state.device)
            z, x_hat = state.model(x)
            error = (x - x_hat).flatten(1).norm(dim=1)
            scores.append((error + beta * z.flatten(1).norm(dim=1)).cpu().numpy())
    copy.deepcopy(state.model.state_dict())
    return float(roc_auc_score(labels, np.concatenate(scores)))


def record_all(configs: list[RunConfig]) -> list[Run]:
    runs = [RunStore().create(config) for config in configs]
    for status in record_together(runs):
        assert status.state.value == "finished", status.message
    return runs


def run_auroc(run: Run) -> float:
    return run.metrics()["best_by_labels"]["score"]["auroc"]


def step_alone(configs: list[RunConfig], split: OneClassSplit) -> float:
    """Seconds of a step of all, without anything between the steps."""
    steps = together([config.replace(niter=10**6) for config in configs], split)
    list(islice(steps, 10))
    with timed() as some:
        list(islice(steps, 2 * TIMED))
    return some() / (2 * TIMED)


@contextmanager
def timed() -> Iterator[Callable[[], float]]:
    """Gives a function that tells the seconds spent inside, the GPU's own work included."""
    torch.cuda.synchronize()
    started, ended = time.perf_counter(), [math.nan]
    yield lambda: ended[0] - started
    torch.cuda.synchronize()
    ended[0] = time.perf_counter()


def peak(size: int = 8192) -> float:
    """FLOP/s of a bfloat16 matrix product, the best of several."""
    a, b = (torch.randn(size, size, device="cuda", dtype=torch.bfloat16) for _ in range(2))
    seconds = math.inf
    for _ in range(10):
        with timed() as product:
            a @ b
        seconds = min(seconds, product())
    return 2 * size**3 / seconds


PARTS = {"agreement": agreement, "speed": speed, "ladder": ladder}


def main(*names: str) -> None:
    if not torch.cuda.is_available():
        sys.exit("no GPU on this machine")
    print(f"torch {torch.__version__}, {torch.cuda.get_device_name()}, {os.cpu_count()} CPU cores")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TOLL_CACHE_DIR"] = folder
        for name in names or PARTS:
            started = time.perf_counter()
            PARTS[name]()
            print(f"({name}: {time.perf_counter() - started:.0f} s)", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
