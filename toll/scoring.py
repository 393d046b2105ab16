"""Scoring a run: every test sample under the trained weights, and the figures that follow."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from toll.checkpoint import load_weights, step_of_weights
from toll.encoding import BATCH, encode, reconstruct
from toll.evaluation import SCORES
from toll.runs import Run
from toll.scores import figures_on_test, score_table, with_score
from toll.training import TrainingState

if TYPE_CHECKING:
    from toll.data import OneClassSplit

# How many test samples of each kind keep their reconstruction, from either end of each score.
KEPT_RECONSTRUCTIONS = 50


def score_run(
    run: Run,
    split: "OneClassSplit",
    state: TrainingState,
    report: Callable[[float], None] = lambda share: None,
) -> dict[str, Any]:
    """Score the test and validation samples under the last and the best weights of `run`.

    Writes scores.parquet, reconstructions.npz (last weights) and figures.json, and returns the
    figures. `report` hears the share done and may raise to end the scoring early.
    """
    best = best_step(run)
    checkpoints = {"last": state.step}
    # A run that died and was stopped again may have kept weights that it has yet to reach.
    best_is_kept = step_of_weights(run.weights_path("best_by_labels")) == best
    if best is not None and best != state.step and best_is_kept:
        checkpoints["best_by_labels"] = best
    ids = {"test": split.test, "validation": split.validation}
    total = len(checkpoints) * sum(-(-len(part) // BATCH) for part in ids.values())
    done = 0

    def count_batch() -> None:
        nonlocal done
        report(done / total)
        done += 1

    tables = []
    for checkpoint in checkpoints:
        load_weights(state, run.weights_path(checkpoint))
        for part, part_ids in ids.items():
            encoding = encode(state, split, part_ids, count_batch)
            parts = (encoding.reconstruction_error, encoding.latent_norm)
            tables.append(score_table(split, part_ids, *parts, part, checkpoint))
        if checkpoint == "last":
            kept = samples_to_reconstruct(tables[0], run.config().beta)
            run.save_reconstructions(kept, reconstruct(state, split, kept))
    scores = pd.concat(tables, ignore_index=True)
    run.save_scores(scores)
    result = {
        checkpoint: {"step": step, **figures_on_test(scores, checkpoint, run.config().beta)}
        for checkpoint, step in checkpoints.items()
    }
    if best == state.step:
        result["best_by_labels"] = result["last"]
    run.save_figures(result)
    return result


def best_step(run: Run) -> int | None:
    """The first step with the highest validation AUROC, which anomaly labels were used for."""
    validation = run.validation()
    return None if validation.empty else int(validation.loc[validation["score"].idxmax(), "step"])


def samples_to_reconstruct(rows: pd.DataFrame, beta: float) -> np.ndarray:
    """Ids of the samples that a gallery may show: both ends of each score, of each label."""
    kept: set[int] = set()
    for _, group in with_score(rows, beta).groupby("label"):
        for name in SCORES:
            ordered = group.sort_values(name)["id"]
            kept.update(ordered.head(KEPT_RECONSTRUCTIONS), ordered.tail(KEPT_RECONSTRUCTIONS))
    return np.array(sorted(kept))
