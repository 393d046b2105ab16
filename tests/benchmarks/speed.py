"""How fast training is, against a plain loop in the same process, and what its costs grow with.

The plain loop is what one writes first: float32, contiguous tensors, the normalised data as a
float64 array on the host, each batch converted at each step, Adam as it comes, all threads.

    python -m tests.benchmarks.speed [image] [many] [batch] [members] [memory]
"""

import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from statistics import mean, stdev

import numpy as np
import psutil
import torch
from torch.utils.flop_counter import FlopCounterMode

from toll.config import RunConfig
from toll.data import OneClassSplit, load_dataset, split_one_class
from toll.evaluation.metrics import auroc
from toll.method.devices import resolve_device, use_threads_for
from toll.method.encoding import encode
from toll.method.ensemble import train_together
from toll.method.networks import build_autoencoder
from toll.method.objective import toll_score
from toll.method.training import TrainingState, train
from toll.presets import laptop, paper

THREADS = torch.get_num_threads()
IMAGE_STEPS = 40
BFLOAT16_UNITS = ("amx_bf16", "avx512_bf16")
SEEDS = 3


def image_networks() -> None:
    """The paper's networks for images at batch 100: steps a second, and AUROC after equal steps."""
    print(f"\nthe paper's networks, batch 100, {IMAGE_STEPS} steps, {SEEDS} seeds")
    print(
        f"{'dataset':9} {'precision':9} {'plain/s':>8} {'ours/s':>8} {'ratio':>6} AUROC plain, ours"
    )
    for name in ("mnist", "cifar10"):
        config = paper(name, batch_size=100, niter=IMAGE_STEPS, lr=1e-3)
        split = prepared(config)
        test = split.probe(1000)
        rates, found = {"plain": [], "ours": []}, {"plain": [], "ours": []}
        for seed in range(SEEDS):
            seeded = config.replace(seed=seed)
            torch.set_num_threads(THREADS)
            plain, steps = plain_loop(seeded, split)
            rates["plain"].append(rate(steps, seconds=math.inf))
            ours = TrainingState.start(seeded, split.dataset.spec)
            use_threads_for(ours.model)
            rates["ours"].append(rate(train(seeded, split, ours), seconds=math.inf))
            for kind, state in (("plain", plain), ("ours", ours)):
                found[kind].append(judged_auroc(state, split, test, config.beta))
        fast, slow = mean(rates["ours"]), mean(rates["plain"])
        judged = ", ".join(f"{mean(f):.3f} ± {stdev(f):.3f}" for f in found.values())
        precision = str(ours.precision).removeprefix("torch.")
        print(f"{name:9} {precision:9} {slow:8.2f} {fast:8.2f} {fast / slow:6.2f}  {judged}")


def many_at_once() -> None:
    """Ten seeds as one model, against ten plain loops one after another."""
    print("\nten seeds × 2000 steps: plain loops one after another, and all as one model")
    print(f"{'dataset':11} {'plain s':>8} {'(1 thread)':>10} {'ours s':>8} {'ratio':>6} {'(1)':>6}")
    for config in (paper("arrhythmia"), laptop("digits", niter=2000)):
        split, seconds = prepared(config), {}
        for threads in (THREADS, 1):
            torch.set_num_threads(threads)
            started = time.perf_counter()
            for seed in range(10):
                for _ in plain_loop(config.replace(seed=seed), split)[1]:
                    pass
            seconds[threads] = time.perf_counter() - started
        configs = [config.replace(seed=seed) for seed in range(10)]
        started = time.perf_counter()
        for _ in together(configs, split):
            pass
        ours = time.perf_counter() - started
        print(
            f"{config.dataset:11} {seconds[THREADS]:8.1f} {seconds[1]:10.1f} {ours:8.1f} "
            f"{seconds[THREADS] / ours:6.2f} {seconds[1] / ours:6.2f}"
        )


def by_batch_size() -> None:
    """Steps and samples a second against batch size, and the share of the machine's peak."""
    print(f"\nby batch size; peak is that of a float32 matrix product: {peak():.0f} GFLOP/s")
    print(
        f"{'dataset':11} {'network':8} {'batch':>6} {'steps/s':>9} {'samples/s':>10} {'of peak':>8}"
    )
    cases = [
        (laptop("digits"), (16, 64)),
        (paper("arrhythmia"), (16, 100, 200)),
        (laptop("mnist"), (16, 64, 100, 500)),
        (paper("mnist"), (16, 100, 1000)),
        (paper("cifar10"), (16, 50, 100, 500)),
    ]
    for config, sizes in cases:
        split = prepared(config)
        for size in sizes:
            state = TrainingState.start(config, split.dataset.spec)
            use_threads_for(state.model)
            sized = config.replace(batch_size=size, niter=10**6)
            steps = rate(train(sized, split, state), least=3)
            used = steps * flops_of_step(sized, split) / peak() / 1e9
            name = f"{config.dataset:11} {config.network:8}"
            print(f"{name} {size:6} {steps:9.1f} {steps * size:10.0f} {used:8.1%}", flush=True)


def by_members() -> None:
    """Steps a second of all members together, against how many there are."""
    print("\nby number of members that train as one")
    print(f"{'dataset':11} {'members':>8} {'steps/s':>9} {'member steps/s':>15} {'of peak':>8}")
    for config in (paper("arrhythmia", niter=10**6), laptop("digits", niter=10**6)):
        split = prepared(config)
        for count in (1, 2, 4, 10, 20, 40):
            configs = [config.replace(seed=seed) for seed in range(count)]
            steps = rate(together(configs, split), least=20)
            used = steps * count * flops_of_step(config, split) / peak() / 1e9
            print(
                f"{config.dataset:11} {count:8} {steps:9.1f} {steps * count:15.0f} {used:8.1%}",
                flush=True,
            )


def memory() -> None:
    """Largest resident memory of one class of CIFAR-10 in the paper settings, from the files on."""
    largest = 0
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "toll", "--dataset", "cifar10", "--niter", "40"]
        process = psutil.Popen(
            [
                *command,
                "--num_seeds",
                "1",
                "--num_classes",
                "1",
                "--output_path",
                f"{folder}/table",
            ],
            env=os.environ | {"TOLL_CACHE_DIR": folder},
            stdout=subprocess.DEVNULL,
        )
        # A child's own account of its peak would include its parent's size at the start.
        while process.poll() is None:
            with suppress(psutil.NoSuchProcess):
                largest = max(largest, process.memory_info().rss)
            time.sleep(0.01)
    print(f"\ncifar10, one class, paper settings: {largest / 2**30:.2f} GiB resident at most")


def prepared(config: RunConfig) -> OneClassSplit:
    dataset = load_dataset(config.dataset)
    return split_one_class(dataset, config.normal_class, config.validation_size)


def plain_loop(
    config: RunConfig, split: OneClassSplit, report: Callable[[float], None] = lambda loss: None
) -> tuple[TrainingState, Iterator[int]]:
    """The state that the plain loop trains, and its steps; the loss of each is reported."""
    state = TrainingState.start(config.replace(precision="float32"), split.dataset.spec)
    device, model = resolve_device(config.device), state.model
    raw = torch.from_numpy(split.dataset.samples[split.train])
    data = split.normalise(raw).double().numpy()
    optimiser = torch.optim.Adam(model.parameters(), lr=config.lr)

    def steps() -> Iterator[int]:
        random = np.random.RandomState(42)
        for step in range(config.niter):
            drawn = random.choice(len(data), config.batch_size, replace=False)
            x = torch.from_numpy(data[drawn]).float().to(device)
            model.train()
            z, x_hat = model(x)
            error = (x - x_hat).flatten(1).norm(dim=1)
            loss = (error + config.beta * z.flatten(1).norm(dim=1)).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            report(loss.item())
            yield step

    return state, steps()


def together(configs: list[RunConfig], split: OneClassSplit) -> Iterator[object]:
    states = [TrainingState.start(config, split.dataset.spec) for config in configs]
    use_threads_for(states[0].model, len(states))
    if len(states) == 1:
        return train(configs[0], split, states[0])
    return train_together(configs, split, states)


def rate(steps: Iterator, least: int = 10, seconds: float = 3.0) -> float:
    """Steps a second, over all steps or this many seconds; the first step is not counted."""
    next(steps)
    started, count = time.perf_counter(), 0
    for _ in steps:
        count += 1
        if count >= least and time.perf_counter() - started > seconds:
            break
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return count / (time.perf_counter() - started)


def judged_auroc(state: TrainingState, split: OneClassSplit, ids: np.ndarray, beta: float) -> float:
    encoding = encode(state, split, ids)
    score = toll_score(encoding.reconstruction_error, encoding.latent_norm, beta)
    return auroc(split.labels(ids), score)


def flops_of_step(config: RunConfig, split: OneClassSplit) -> float:
    """Floating-point operations of the forward and backward pass of one batch."""
    spec = split.dataset.spec
    model = build_autoencoder(spec.network(config.network), spec.shape, config.z_dim)
    with FlopCounterMode(display=False) as counter:
        z, x_hat = model(torch.randn(config.batch_size, *spec.shape))
        (z.sum() + x_hat.sum()).backward()
    return counter.get_total_flops()


@cache
def peak(size: int = 1536) -> float:
    """GFLOP/s of a float32 matrix product on the CPU with all threads, the best of several."""
    torch.set_num_threads(THREADS)
    a, b = torch.randn(size, size), torch.randn(size, size)
    seconds = math.inf
    for _ in range(10):
        started = time.perf_counter()
        a @ b
        seconds = min(seconds, time.perf_counter() - started)
    return 2 * size**3 / seconds / 1e9


PARTS = {
    "image": image_networks,
    "many": many_at_once,
    "batch": by_batch_size,
    "members": by_members,
    "memory": memory,
}


def main(*names: str) -> None:
    capability = torch.backends.cpu.get_cpu_capability()
    units = [name for name in BFLOAT16_UNITS if torch.cpu.get_capabilities().get(name)]
    print(f"torch {torch.__version__}, {THREADS} threads, {capability}, {units}")
    for name in names or PARTS:
        PARTS[name]()


if __name__ == "__main__":
    main(*sys.argv[1:])
