"""Fitting other detectors to what a run was trained on, and scoring the same samples with them."""

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import product

import numpy as np
import pandas as pd
import torch

from toll.data import get_spec
from toll.detectors.baselines import BASELINES, Baseline, get_baseline
from toll.method.checkpoint import load_weights
from toll.method.encoding import encode
from toll.recording.record import Check, prepare, record
from toll.runs.rivals import INPUTS, Facts, Rival, plain_twin, rivals, save_rival
from toll.runs.run import Run
from toll.runs.status import State
from toll.runs.store import RunStore

Report = Callable[[float, str], None]
# Samples that are normalised or scored at a time: a report between two of these.
AT_A_TIME = 2000


def compare_detectors(
    run: Run,
    names: Sequence[str] | None = None,
    inputs: Sequence[str] = tuple(INPUTS),
    *,
    report: Report = lambda share, doing: None,
    check: Check = lambda: None,
) -> None:
    """Fit detectors to the run's normal training samples, and keep what they score its others.

    names: of baselines (default: all whose package is installed), each on every one of `inputs`.
    What is kept already and still holds is not made again. An autoencoder without the pull is
    trained as a run of its own, unless there is one or this run has none. `report` is called with
    the share that is done and what comes next, and `check` between steps; both may raise.

    Raises:
        ValueError: a name or an input is not known, its package is missing, the run is not scored,
            its data has no labels, or the autoencoder without the pull was not trained to its end.
    """
    chosen = [get_baseline(name) for name in names or _present()]
    strange = [each for each in inputs if each not in INPUTS]
    if strange:
        raise ValueError(f"there is no input {strange[0]!r}; valid are {', '.join(INPUTS)}")
    if not run.is_scored:
        raise ValueError(f"run {run.id} is not scored yet: others are compared with its scores")
    if not get_spec(run.config.dataset).labelled:
        raise ValueError(f"{run.config.dataset} has no labels: which is better cannot be told")
    kept = {(each.facts["name"], each.facts["input"]) for each in rivals(run)}
    left = [
        (each, given) for given, each in product(inputs, chosen) if (each.name, given) not in kept
    ]
    total = len(left) + 1
    if run.config.beta and plain_twin(run) is None:
        report(0.0, "training an autoencoder without the pull")
        train_plain_twin(run, check)
    source = _Source(run) if left else None
    for number, (baseline, given) in enumerate(left, start=1):
        assert source is not None
        words = f"{baseline.title} on {INPUTS[given]}"
        save_rival(
            run, _fitted(source, baseline, given, partial(_say, report, number / total, words))
        )


def _say(report: Report, share: float, words: str, doing: str) -> None:
    report(share, f"{words}: {doing}")


def _fitted(source: "_Source", baseline: Baseline, given: str, say: Callable[[str], None]) -> Rival:
    started = time.perf_counter()
    parts = source.parts(given, say)
    say("fitting")
    scorer, trained_on = baseline.scorer(parts["train"], source.run.config.seed)
    tables = []
    for part in ("test", "validation"):
        values = []
        for rows in _pieces(len(parts[part])):
            say(f"scoring the {part} samples")
            values.append(scorer(parts[part][rows]))
        ids, scores = source.ids[part], np.concatenate(values).astype(np.float64)
        tables.append(pd.DataFrame({"id": ids, "split": part, "score": scores}))
    facts = Facts(
        name=baseline.name,
        input=given,
        trained_on=trained_on,
        of=len(parts["train"]),
        step=source.run.status().step,
        seconds=time.perf_counter() - started,
    )
    return Rival(facts, pd.concat(tables, ignore_index=True))


def _present() -> list[str]:
    return [name for name, each in BASELINES.items() if each.is_present]


def _pieces(count: int) -> Iterator[slice]:
    for start in range(0, count, AT_A_TIME):
        yield slice(start, start + AT_A_TIME)


class _Source:
    """The samples of a run as detectors are given them: flat, normalised, in float32."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.split, self.state = prepare(run.config)
        split = self.split
        self.ids = {"train": split.train, "test": split.test, "validation": split.validation}
        with run.reading():
            load_weights(self.state, run.weights_path("last"))

    def parts(self, given: str, say: Callable[[str], None]) -> dict[str, np.ndarray]:
        """Samples (n, features) by part."""
        of = self._latents if given == "latent" else self._inputs
        return {
            part: of(ids, partial(say, f"reading the {part} samples"))
            for part, ids in self.ids.items()
        }

    def _latents(self, ids: np.ndarray, between: Callable[[], None]) -> np.ndarray:
        return encode(self.state, self.split, ids, between).latents

    def _inputs(self, ids: np.ndarray, between: Callable[[], None]) -> np.ndarray:
        pieces = []
        for rows in _pieces(len(ids)):
            between()
            raw = torch.from_numpy(self.split.dataset.samples[ids[rows]])
            pieces.append(self.split.normalise(raw).flatten(1).float().numpy())
        return np.concatenate(pieces)


def train_plain_twin(run: Run, check: Check = lambda: None) -> Run:
    """Train the run that `plain_twin` finds.

    Raises:
        ValueError: it was not trained to its end.
    """
    twin = RunStore().create(run.config.replace(beta=0.0))
    status = record(twin, check)
    if status.state is not State.FINISHED:
        raise ValueError(f"run {twin.id} without the pull is {status.state}: {status.message}")
    return twin
