"""Scoring a run: every test sample under the trained weights, and the figures that follow."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from toll.checkpoint import load_weights
from toll.encoding import BATCH, encode, reconstruct
from toll.evaluation import SCORES, figures, separation
from toll.objective import toll_score
from toll.runs import Run
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
    if best is not None and best != state.step:
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
            table = _score_table(state, split, part_ids, count_batch)
            tables.append(table.assign(checkpoint=checkpoint, split=part))
        if checkpoint == "last":
            kept = samples_to_reconstruct(tables[0], run.config().beta)
            run.save_reconstructions(kept, reconstruct(state, split, kept))
    scores = pd.concat(tables, ignore_index=True)
    run.save_scores(scores)
    result = {
        checkpoint: {"step": step, **test_figures(scores, checkpoint, run.config().beta)}
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


def test_figures(scores: pd.DataFrame, checkpoint: str, beta: float) -> dict[str, Any]:
    """Figures on the test samples of each score, and the separation, for one checkpoint."""
    rows = scores.query("checkpoint == @checkpoint and split == 'test'")
    labels = rows["label"].to_numpy()
    parts = with_score(rows, beta)
    judged = {name: figures(labels, parts[name].to_numpy())._asdict() for name in SCORES}
    return {**judged, "separation": separation(labels, rows["latent_norm"].to_numpy())}


def with_score(rows: pd.DataFrame, beta: float) -> pd.DataFrame:
    """`rows` with a column `score` for this scoring β."""
    return rows.assign(score=toll_score(rows["reconstruction_error"], rows["latent_norm"], beta))


def samples_to_reconstruct(rows: pd.DataFrame, beta: float) -> np.ndarray:
    """Ids of the samples that a gallery may show: both ends of each score, of each label."""
    kept: set[int] = set()
    for _, group in with_score(rows, beta).groupby("label"):
        for name in SCORES:
            ordered = group.sort_values(name)["id"]
            kept.update(ordered.head(KEPT_RECONSTRUCTIONS), ordered.tail(KEPT_RECONSTRUCTIONS))
    return np.array(sorted(kept))


def _score_table(state, split, ids, between_batches) -> pd.DataFrame:
    encoding = encode(state, split, ids, between_batches)
    return pd.DataFrame(
        {
            "id": ids,
            "class": split.dataset.classes[ids],
            "label": split.labels(ids),
            "reconstruction_error": encoding.reconstruction_error,
            "latent_norm": encoding.latent_norm,
        }
    )
