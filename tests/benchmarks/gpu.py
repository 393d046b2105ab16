"""Training on a GPU against the plain published-style loop on the same one: one table, one command.

The plain loop is that of speed.py, with what the published one does besides: every 20 steps the
whole validation part, judged by scikit-learn, and a copy of the best weights. Both start from equal
weights and see equal batches. Ours are whole runs: history, validations, snapshots with their
pictures, checkpoints, all written to disk. Needs neither streamlit nor a display.

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

import numpy as np
import torch
from sklearn.metrics import roc_auc_score

from tests.benchmarks.speed import flops_of_step, plain_loop, prepared
from toll.config import RunConfig
from toll.data import OneClassSplit
from toll.method.arithmetic import arithmetic
from toll.method.training import TrainingState, read_means, train
from toll.presets import laptop, paper
from toll.recording.record import record_together
from toll.runs.run import Run
from toll.runs.store import RunStore

# Steps that are timed: enough for a second or more of the plain loop.
STEPS = {"mnist": 200, "fmnist": 200, "cifar10": 400, "arrhythmia": 2000}
SEEDS = {"arrhythmia": 10}
VALIDATED = 20
CHUNK = 1000
COMPARED = 20


def agreement() -> None:
    """Losses of the first steps in exact float32, against the plain loop on the CPU and the GPU."""
    print(f"\nlargest relative difference of the first {COMPARED} losses, in exact float32")
    print(f"{'dataset':11} {'ours to plain on GPU':>21} {'to plain on CPU, 5 steps':>25}")
    for name in STEPS:
        config = paper(name, niter=COMPARED, precision="float32", device="cuda")
        split = prepared(config)
        state = TrainingState.start(config, split.dataset.spec)
        ours = read_means(list(train(config, split, state)))[:, 0]
        with arithmetic(exact=True):
            there = losses(config, split)
            here = losses(config.replace(device="cpu", niter=5), split)
        print(
            f"{name:11} {np.abs(ours / there - 1).max():21.1e} "
            f"{np.abs(ours[:5] / here - 1).max():25.1e}",
            flush=True,
        )


def losses(config: RunConfig, split: OneClassSplit) -> np.ndarray:
    found: list[float] = []
    for _ in plain_loop(config, split, found.append)[1]:
        pass
    return np.array(found)


def speed() -> None:
    """Steps, validations and whole runs a second, ours and the plain loop's."""
    most = peak()
    print(f"\npeak of a bfloat16 matrix product: {most / 1e12:.0f} TFLOP/s")
    print(
        f"{'dataset':11} {'steps':>5} {'plain s':>8} {'ours s':>7} {'ratio':>6}   "
        f"{'a step: plain':>13} {'ours ms':>8} {'ratio':>6} {'of peak':>8} {'validating':>10} "
        f"{'GiB':>5}  AUROC plain, ours"
    )
    for name, steps in STEPS.items():
        seeds = range(SEEDS.get(name, 1))
        config = paper(name, niter=steps, device="cuda")
        split = prepared(config)
        configs = [config.replace(seed=seed) for seed in seeds]
        record_all([each.replace(niter=40) for each in configs])  # CUDA starts, libraries choose
        torch.cuda.reset_peak_memory_stats()
        with timed() as plain:
            judged = [published(each, split) for each in configs]
        with timed() as plainly:
            for each in configs[:1]:
                published(each, split, validating=False)
        with timed() as whole:
            runs = record_all(configs)
        with timed() as stepping:
            steps_alone(configs, split)
        trained = runs[0].status().seconds
        step = [plainly() * len(configs) / steps, stepping() / steps]
        used = flops_of_step(config, split) * len(configs) / step[1] / most
        found = [statistics.mean(each) for each in (judged, [run_auroc(run) for run in runs])]
        print(
            f"{name:11} {steps:5} {plain():8.2f} {whole():7.2f} {plain() / whole():6.2f}   "
            f"{step[0] * 1e3:13.2f} {step[1] * 1e3:8.2f} {step[0] / step[1]:6.2f} {used:8.1%} "
            f"{1 - stepping() / trained:10.0%} {torch.cuda.max_memory_allocated() / 2**30:5.1f}  "
            f"{found[0]:.3f}, {found[1]:.3f}",
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


def published(config: RunConfig, split: OneClassSplit, *, validating: bool = True) -> float:
    """The plain loop to its end, and the AUROC of its best weights on the test samples."""
    state, steps = plain_loop(config, split)
    best, kept = -math.inf, copy.deepcopy(state.model.state_dict())
    for step in steps:
        if validating and (step + 1) % VALIDATED == 0:
            found = plain_auroc(state, split, split.validation, config.beta)
            if found > best:
                best, kept = found, copy.deepcopy(state.model.state_dict())
    if not validating:
        return best
    state.model.load_state_dict(kept)
    return plain_auroc(state, split, split.test, config.beta)


def plain_auroc(state: TrainingState, split: OneClassSplit, ids: np.ndarray, beta: float) -> float:
    scores = []
    state.model.eval()
    with torch.no_grad():
        for start in range(0, len(ids), CHUNK):
            raw = torch.from_numpy(split.dataset.samples[ids[start : start + CHUNK]])
            x = split.normalise(raw).to(state.device)
            z, x_hat = state.model(x)
            error = (x - x_hat).flatten(1).norm(dim=1)
            scores.append((error + beta * z.flatten(1).norm(dim=1)).cpu().numpy())
    return float(roc_auc_score(split.labels(ids), np.concatenate(scores)))


def record_all(configs: list[RunConfig]) -> list[Run]:
    runs = [RunStore().create(config) for config in configs]
    for status in record_together(runs):
        assert status.state.value == "finished", status.message
    return runs


def run_auroc(run: Run) -> float:
    return run.metrics()["best_by_labels"]["score"]["auroc"]


def steps_alone(configs: list[RunConfig], split: OneClassSplit) -> None:
    """Only the steps, read now and then."""
    from tests.benchmarks.speed import together

    block = []
    for steps in together(configs, split):
        block += steps if isinstance(steps, list) else [steps]
        if len(block) > 200 * len(configs):
            read_means(block)
            block.clear()


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
