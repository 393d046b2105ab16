"""How far weights chosen without labels fall short of the paper's choice, for many criteria.

    python -m tests.benchmarks.selection [--datasets digits mnist] [--seeds 3] [--niter 500]
        [--traces FOLDER]

Every validation of every training is kept as the two score parts of its normal samples; the
criteria are applied afterwards. Test metrics judge a choice and make none. Metrics in %.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

# One thread, which waits without spinning: to be set before torch is imported.
os.environ |= {"OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"}

import numpy as np
import torch

from toll.config import RunConfig
from toll.data import OneClassSplit
from toll.evaluation.metrics import auroc, f1_at_share
from toll.method.encoding import encode
from toll.method.ensemble import can_be_stacked, train_together
from toll.method.objective import latent_norm, reconstruction_error, toll_score
from toll.method.training import TrainingState, train
from toll.presets import laptop, paper
from toll.recording.record import prepare_together

TEST_SAMPLES = 1000


@dataclass(frozen=True)
class Suite:
    """Trainings that are judged together: some classes of a dataset under one setting."""

    base: RunConfig
    classes: tuple[int, ...]
    seeds: int

    def configs(self, normal_class: int, seeds: int, niter: int) -> list[RunConfig]:
        base = self.base.replace(normal_class=normal_class, niter=niter or self.base.niter)
        return [base.replace(seed=seed) for seed in range(seeds or self.seeds)]


SUITES = {
    "arrhythmia": Suite(paper("arrhythmia"), (0,), 10),
    "digits": Suite(laptop("digits", niter=1000), (0, 1, 3, 5, 8, 9), 5),
    "digits lr 0.03": Suite(laptop("digits", niter=2000, lr=3e-2), (1, 5, 8, 9), 5),
    "mnist": Suite(laptop("mnist", niter=300), (0, 3, 8), 1),
    "fmnist": Suite(laptop("fmnist", niter=300), (0, 4), 1),
    "cifar10": Suite(laptop("cifar10", niter=400), (0, 2), 1),
    "cifar10 200 steps": Suite(laptop("cifar10"), (1, 3, 5, 7), 1),
    "cifar10 lr 0.01": Suite(laptop("cifar10", niter=400, lr=1e-2), (0, 2), 1),
}


@dataclass
class Trace:
    """One training at its v validations.

    error, norm (v, n): ‖x − x̂‖ and ‖z‖ of the normal validation samples; mixed_score (v, n): the
    score of patchworks of them. train_score (v,): mean over the steps since the last validation.
    by_labels (v,): the paper's validation metric, which needs anomaly labels. test (v,): the
    dataset's metric; test_auroc (v,). step (v,).
    """

    beta: np.ndarray
    step: np.ndarray
    error: np.ndarray
    norm: np.ndarray
    mixed_score: np.ndarray
    train_score: np.ndarray
    by_labels: np.ndarray
    test: np.ndarray
    test_auroc: np.ndarray

    @property
    def score(self) -> np.ndarray:
        return toll_score(self.error, self.norm, float(self.beta))


def spread(values: np.ndarray) -> np.ndarray:
    """SD over mean of the samples, at each validation."""
    return values.std(1) / values.mean(1)


def tail(values: np.ndarray, share: float = 0.95) -> np.ndarray:
    """Upper quantile over median of the samples, at each validation."""
    return np.quantile(values, share, axis=1) / np.median(values, axis=1)


def smooth(values: np.ndarray, width: int) -> np.ndarray:
    """Median of the last `width` validations, fewer at the start."""
    starts = np.maximum(np.arange(len(values)) - width + 1, 0)
    return np.array([np.median(values[s : end + 1]) for end, s in enumerate(starts)])


def patchwork_overlap(trace: Trace) -> np.ndarray:
    """Share of pairs in which a patchwork scores below a normal sample: 1 − AUROC."""
    labels = np.repeat([0, 1], trace.error.shape[1])
    pairs = zip(trace.score, trace.mixed_score, strict=True)
    return np.array([1 - auroc(labels, np.concatenate(pair)) for pair in pairs])


# Of each criterion the step with the lowest value is chosen, the first of them in a tie. The
# untrained network of step 0 is no candidate.
CRITERIA: dict[str, Callable[[Trace], np.ndarray]] = {
    "mean score": lambda t: t.score.mean(1),
    "mean score, smoothed over 3": lambda t: smooth(t.score.mean(1), 3),
    "mean score, smoothed over 5": lambda t: smooth(t.score.mean(1), 5),
    "median score": lambda t: np.median(t.score, axis=1),
    "95 % quantile of score": lambda t: np.quantile(t.score, 0.95, axis=1),
    "mean reconstruction error": lambda t: t.error.mean(1),
    "mean ‖z‖": lambda t: t.norm.mean(1),
    "mean error × mean ‖z‖": lambda t: t.error.mean(1) * t.norm.mean(1),
    "spread of score": lambda t: spread(t.score),
    "spread of error": lambda t: spread(t.error),
    "spread of ‖z‖": lambda t: spread(t.norm),
    "spread of ‖z‖, smoothed over 3": lambda t: smooth(spread(t.norm), 3),
    "tail of score, q95/q50": lambda t: tail(t.score),
    "tail of score, q90/q50": lambda t: tail(t.score, 0.9),
    "tail of ‖z‖, q95/q50": lambda t: tail(t.norm),
    "validation over training score": lambda t: t.score.mean(1) / t.train_score,
    "patchworks: mean normal over mean": lambda t: t.score.mean(1) / t.mixed_score.mean(1),
    "patchworks: overlap": patchwork_overlap,
    "patchworks: overlap, smoothed over 3": lambda t: smooth(patchwork_overlap(t), 3),
}
REFERENCES: dict[str, Callable[[Trace], np.ndarray]] = {
    "best by labels (uses anomaly labels)": lambda t: -t.by_labels,
    "the same, latest of equal steps": lambda t: -t.by_labels - 1e-9 * t.step,
    "best on test (no choice, the ceiling)": lambda t: -t.test,
    "last": lambda t: -t.step.astype(float),
}


def trace_trainings(configs: list[RunConfig]) -> list[Trace]:
    """Train the configs, which differ in their seed, and give what their validations found."""
    split, states = prepare_together(configs)
    torch.set_num_threads(1)
    test = split.test if len(split.test) <= TEST_SAMPLES else split.probe(TEST_SAMPLES)
    rows: list[list[dict]] = [[] for _ in configs]
    unread: list[list[float]] = [[] for _ in configs]
    for steps in _steps(configs, split, states):
        for losses, loss in zip(unread, steps, strict=True):
            losses.append(loss)
        if states[0].step % configs[0].ckpt_interval == 0:
            for config, state, row, losses in zip(configs, states, rows, unread, strict=True):
                row.append(_observed(config, split, state, test, losses))
                losses.clear()
    traces = []
    for config, row in zip(configs, rows, strict=True):
        finite = [each for each in row if each]
        columns = {name: np.array([each[name] for each in finite]) for name in finite[0]}
        traces.append(Trace(beta=np.array(config.beta), **columns))
    return traces


def _steps(configs, split: OneClassSplit, states) -> Iterator[list[float]]:
    """The losses of all members, before the first step (nan) and after each."""
    yield [float("nan")] * len(configs)
    if len(configs) > 1 and can_be_stacked(states[0].model):
        for steps in train_together(configs, split, states):
            yield [float(step.means[0]) for step in steps]
    else:
        for steps in zip(*map(train, configs, [split] * len(states), states), strict=True):
            yield [float(step.means[0]) for step in steps]


def _observed(config, split: OneClassSplit, state: TrainingState, test, losses) -> dict:
    """One validation; empty where the weights are no longer finite."""
    ids = split.validation
    labels, on = split.labels(ids), encode(state, split, ids)
    on_test, test_labels = encode(state, split, test), split.labels(test)
    score = toll_score(on.reconstruction_error, on.latent_norm, config.beta)
    test_score = toll_score(on_test.reconstruction_error, on_test.latent_norm, config.beta)
    if not np.isfinite(np.concatenate([score, test_score])).all():
        return {}
    share, normal = split.dataset.spec.f1_share, labels == 0

    def metric(known: np.ndarray, scores: np.ndarray) -> float:
        return f1_at_share(known, scores, share) if share else auroc(known, scores)

    return {
        "step": state.step,
        "error": on.reconstruction_error[normal],
        "norm": on.latent_norm[normal],
        "mixed_score": patchwork_score(split, state, ids[normal], config.beta),
        "train_score": np.mean(losses),
        "by_labels": metric(labels, score),
        "test": metric(test_labels, test_score),
        "test_auroc": auroc(test_labels, test_score),
    }


@torch.inference_mode()
def patchwork_score(split, state: TrainingState, ids: np.ndarray, beta: float) -> np.ndarray:
    """Scores (n,) of samples whose halves along the last axis come from two of the samples."""
    x = split.normalise(torch.from_numpy(split.dataset.samples[ids]))
    half = x.shape[-1] // 2
    mixed = torch.cat([x[..., :half], x.roll(1, 0)[..., half:]], dim=-1)
    state.model.eval()
    with state.autocast():
        z, mixed_hat = state.model(mixed)
    return toll_score(reconstruction_error(mixed, mixed_hat), latent_norm(z), beta).numpy()


def kept_traces(name: str, folder: Path, seeds: int, niter: int) -> list[Trace]:
    """The traces of a suite: those in `folder`, and the rest trained and put there."""
    suite, traces = SUITES[name], []
    for normal_class in suite.classes:
        configs = suite.configs(normal_class, seeds, niter)
        stem = f"{name.replace(' ', '-')}-{normal_class}-{configs[0].niter}"
        files = [folder / f"{stem}-{config.seed}.npz" for config in configs]
        if not all(file.exists() for file in files):
            started = time.perf_counter()
            for file, trace in zip(files, trace_trainings(configs), strict=True):
                np.savez(file, **vars(trace))
            print(f"trained {stem}: {time.perf_counter() - started:.0f} s", flush=True)
        traces += [Trace(**np.load(file)) for file in files]
    return traces


def chosen(name: str, trace: Trace) -> int:
    """Index of the validation that a criterion or a reference chooses."""
    if name in REFERENCES:
        return int(np.argmin(REFERENCES[name](trace)))
    return int(np.nanargmin(np.where(trace.step > 0, CRITERIA[name](trace), np.nan)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--datasets", nargs="+", choices=SUITES, default=list(SUITES))
    parser.add_argument("--seeds", type=int, default=0, help="0: as many as each suite says")
    parser.add_argument(
        "--niter", type=int, default=0, help="0: as many as each suite says; at least 20"
    )
    parser.add_argument("--traces", type=Path, help="a folder that keeps the trainings")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.traces or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        suites = {
            name: kept_traces(name, folder, asked.seeds, asked.niter) for name in asked.datasets
        }
    report(suites)


def report(suites: dict[str, list[Trace]]) -> None:
    """Print test metrics, shortfalls and the choice that the other datasets would have made."""
    columns = {name: [(each, each.test) for each in traces] for name, traces in suites.items()}
    if "arrhythmia" in suites:
        columns["arrhythmia, AUROC"] = [(each, each.test_auroc) for each in suites["arrhythmia"]]
    test = {
        name: {
            column: 100 * float(np.mean([metrics[chosen(name, each)] for each, metrics in judged]))
            for column, judged in columns.items()
        }
        for name in [*REFERENCES, *CRITERIA]
    }
    labelled = test[next(iter(REFERENCES))]
    short = {
        name: {column: labelled[column] - value for column, value in row.items()}
        for name, row in test.items()
    }
    counts = ", ".join(f"{name} {len(traces)}" for name, traces in suites.items())
    print(f"\n{len(CRITERIA)} label-free criteria beside `last`; trainings: {counts}")
    print("\nTest metric in %: AUROC, but for arrhythmia F1 at the published share\n")
    print_table(list(columns), test)
    print("\nShortfall against best by labels, in percentage points (negative: better than it)")
    print("mean: over datasets, arrhythmia by its F1\n")
    datasets = sorted({SUITES[name].base.dataset for name in suites})
    with_means = {name: {**row, "mean": mean_over(datasets, row)} for name, row in short.items()}
    print_table([*columns, "mean"], with_means)
    if len(datasets) > 1:
        print("\nThe criterion of lowest mean shortfall on all datasets but one, and on that one\n")
    for left_out in datasets if len(datasets) > 1 else []:
        others = [each for each in datasets if each != left_out]
        means = {name: mean_over(others, short[name]) for name in ["last", *CRITERIA]}
        winner = min(means, key=means.__getitem__)
        print(f"- without {left_out}: {winner}; {mean_over([left_out], short[winner]):.1f}")


def mean_over(datasets: list[str], row: dict[str, float]) -> float:
    """Mean over datasets of the mean over a dataset's suites; other columns are left."""
    by_dataset = [
        np.mean([row[name] for name in row if name in SUITES and SUITES[name].base.dataset == each])
        for each in datasets
    ]
    return float(np.mean(by_dataset))


def print_table(columns: list[str], rows: dict[str, dict[str, float]]) -> None:
    lines = [["chosen by", *columns], ["---"] + ["---:"] * len(columns)]
    lines += [[name, *(f"{row[column]:.1f}" for column in columns)] for name, row in rows.items()]
    print("\n".join(f"| {' | '.join(line)} |" for line in lines))


if __name__ == "__main__":
    main()
