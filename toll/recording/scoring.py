"""Scoring a run: every test sample under the trained weights, and the metrics that follow."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from toll.config import RunConfig
from toll.evaluation.metrics import SCORES
from toll.evaluation.scores import metrics_on_test, score_rows, with_score
from toll.evaluation.selection import chosen_steps
from toll.method.checkpoint import load_weights, step_of_weights
from toll.method.encoding import batches_of, encode, reconstruct
from toll.method.training import TrainingState
from toll.recording.chosen import publish_chosen
from toll.recording.drawing import Drawing
from toll.runs.pictures import PictureIndex, picture_index
from toll.runs.run import Run

if TYPE_CHECKING:
    from toll.data import OneClassSplit

# How many test samples of each kind keep their reconstruction, from either end of each score.
KEPT_RECONSTRUCTIONS = 50
# And how many of the film's samples of each kind have pictures at the end for their scores.
FURTHER = 12


def score_run(
    run: Run,
    config: RunConfig,
    split: "OneClassSplit",
    state: TrainingState,
    report: Callable[[float], None] = lambda share: None,
) -> dict[str, Any]:
    """Score the test and validation samples under each choice of the run's weights.

    Writes scores.parquet, reconstructions.npz (last weights) and metrics.json, and returns the
    metrics. Choices of the same step share their rows and metrics. `report` is called with the
    share that is done, and may raise to end the scoring early.
    """
    validation = run.validation()
    # A run that has died may have been further than its last checkpoint.
    chosen = chosen_steps(validation.query(f"step <= {state.step}"))
    publish_chosen(run, {name: step for name, step in chosen.items() if name != "last"})
    steps = {"last": state.step}
    with run.reading():
        for name, step in chosen.items():
            if step == state.step or step_of_weights(run.weights_path(name)) == step:
                steps.setdefault(name, step)
    distinct: dict[int, str] = {}
    for name, step in steps.items():
        distinct.setdefault(step, name)
    ids = {"test": split.test, "validation": split.validation}
    total = len(distinct) * sum(batches_of(state, part) for part in ids.values())
    done = 0

    def count_batch() -> None:
        nonlocal done
        report(done / total)
        done += 1

    tables = []
    for choice in distinct.values():
        with run.reading():
            load_weights(state, run.weights_path(choice))
        for part, part_ids in ids.items():
            encoding = encode(state, split, part_ids, count_batch)
            parts = (encoding.reconstruction_error, encoding.latent_norm)
            tables.append(score_rows(split, part_ids, *parts, part, choice))
        if choice == "last":
            kept = samples_to_reconstruct(tables[0], config.beta)
            run.save_reconstructions(kept, reconstruct(state, split, kept))
            if picture_index(run) is not None:
                drawing = Drawing(run, config, split)
                more = further_samples(tables[0], config, split, drawing.index)
                if len(more):
                    drawing.draw_extremes(state.step, more, reconstruct(state, split, more))
    scores = pd.concat(tables, ignore_index=True)
    run.save_scores(scores)
    beta, share = config.beta, split.dataset.spec.f1_share
    judged = {
        step: {"step": step, **metrics_on_test(scores, choice, beta, share)}
        for step, choice in distinct.items()
    }
    result = {choice: judged[step] for choice, step in steps.items()}
    run.save_metrics(result)
    return result


def further_samples(
    rows: pd.DataFrame, config: RunConfig, split: "OneClassSplit", index: PictureIndex
) -> np.ndarray:
    """Ids of the probe samples with the highest and lowest scores that have no pictures yet.

    The film shows the probe samples; of most it can show no reconstruction, but should of these.
    """
    probed = with_score(rows, config.beta).set_index("id").loc[split.probe(config.probe_size)]
    found: set[int] = set()
    for _, group in probed.groupby("label"):
        ordered = group.sort_values("score").index
        found.update(ordered[:FURTHER], ordered[-FURTHER:])
    return np.array(sorted(found - {*index.ids.tolist()}), dtype=int)


def samples_to_reconstruct(rows: pd.DataFrame, beta: float) -> np.ndarray:
    """Ids of the samples that a gallery may show: both ends of each score, of each label."""
    kept: set[int] = set()
    for _, group in with_score(rows, beta).groupby("label"):
        for name in SCORES:
            ordered = group.sort_values(name)["id"]
            kept.update(ordered.head(KEPT_RECONSTRUCTIONS), ordered.tail(KEPT_RECONSTRUCTIONS))
    return np.array(sorted(kept))
