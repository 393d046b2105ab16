"""What a film shows: the probe samples at every snapshot of every rung, and words.

A ladder is a few runs of one dataset and the same probe samples that differ in β, and perhaps in
more; a run alone is a ladder of one rung. Everything comes from the runs' folders; no model and no
torch is needed. What follows from these numbers (scores, ROC, ranks, thresholds) is computed by the
player, for the instant, the β and the threshold that the viewer chooses.

The header has what the rungs share, and for each of them, in ascending β, an entry in `rungs`. The
arrays of rung k have the prefix `rung k `.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from toll.data import OneClassSplit
from toll.film.container import pack, read_header
from toll.film.narration import alarm, instant, narrate
from toll.film.projections import Rung, projections
from toll.film.sheets import Sheets, sheets
from toll.latent.umap import UmapSettings
from toll.runs.folder import DamagedFolder
from toll.runs.run import Run

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T")

# More points of a curve than this cannot be told apart on a screen.
MOST_CURVE_POINTS = 400


def film(
    runs: Run | Sequence[Run],
    split: OneClassSplit,
    *,
    umaps: Sequence[UmapSettings] = (),
    contrast: Run | None = None,
    table: Sequence[Mapping[str, float | None]] | None = None,
    pictured: bool = True,
) -> bytes:
    """The runs as one film, in the form that `pack` in container.py describes.

    runs: the rungs, in any order; the film opens on the first.
    umaps: projections to include, each for the rungs that have it and as far as it has come.
    contrast: the rung that is shown beside the first when the film opens; joins the others.
    table: what several seeds gave, a row for each β, seed and step, as `ladder_table` makes it.
    pictured: whether it has the pictures of samples, which are most of its bytes.

    What is damaged is left out as far as the rest can be shown without it; `left_out` says what.

    Raises:
        ValueError: a run has kept no snapshot that can be shown, or the runs are of other samples.
    """
    given = [runs] if isinstance(runs, Run) else [*runs]
    given += [contrast] if contrast is not None and contrast not in given else []
    rungs = sorted((_rung(each, split) for each in given), key=lambda each: each.config.beta)
    check_same_samples(rungs)
    header, arrays = _shared(rungs, split), _sample_ids(split, rungs[0])
    curves = [_curves(rung) for rung in rungs]
    projected = projections(rungs, umaps)
    drawn = sheets(rungs, arrays) if pictured else [Sheets({}, None) for _ in rungs]
    for number, rung in enumerate(rungs):
        entry = _about(rung) | _words(split, rung) | {"curves": curves[number]}
        entry |= projected[number].entries | {"pictures": drawn[number].entry}
        header["rungs"].append(entry | {"left_out": rung.faults})
        own = _score_parts(rung) | projected[number].arrays | drawn[number].arrays
        arrays |= {f"rung {number} {name}": part for name, part in own.items()}
    order = [rung.run for rung in rungs]
    header["rung"] = order.index(given[0])
    header["versus"] = order.index(contrast) if contrast is not None else None
    header["table"] = None if table is None else [dict(row) for row in table]
    return pack(header, arrays)


def left_out(film: bytes) -> list[str]:
    """What is damaged in the runs' folders and so not in their film, each as a sentence's start."""
    return [fault for rung in read_header(film)["rungs"] for fault in rung["left_out"]]


def check_same_samples(rungs: Sequence[Rung]) -> None:
    """Raises `ValueError` unless all rungs show the probe samples of the first."""
    first = rungs[0]
    for rung in rungs[1:]:
        ids, others = first.snapshots[0].ids, rung.snapshots[0].ids
        if not np.array_equal(ids, others):
            raise ValueError(
                f"run {rung.run.id} shows {len(others):,} probe samples, which are not the "
                f"{len(ids):,} of run {first.run.id}; one film needs runs of the same dataset, "
                f"normal classes and probe_size"
            )


def _rung(run: Run, split: OneClassSplit) -> Rung:
    kept = run.snapshots(len(split.dataset.classes))
    if not kept.snapshots and kept.left_out:
        raise kept.left_out[0]
    if not kept.snapshots:
        raise ValueError(f"run {run.id} has kept no snapshot yet, so there is nothing to show")
    return Rung(run, run.config, kept.snapshots, [str(each) for each in kept.left_out])


def _shared(rungs: Sequence[Rung], split: OneClassSplit) -> dict[str, Any]:
    spec, config = split.dataset.spec, rungs[0].config
    return {
        "dataset": spec.title,
        "class_names": list(spec.class_names),
        "normal_classes": list(config.normal_classes),
        "normal_name": spec.classes_name(config.normal_classes),
        "is_image": spec.is_image,
        "z_dim": config.z_dim,
        "niter": max(rung.config.niter for rung in rungs),
        "steps": sorted({each.step for rung in rungs for each in rung.snapshots}),
        "rungs": [],
    }


def _about(rung: Rung) -> dict[str, Any]:
    return {
        "run": rung.run.id,
        "beta": rung.config.beta,
        "seed": rung.config.seed,
        "training": rung.run.status().state.is_active,
        "steps": [each.step for each in rung.snapshots],
    }


def _words(split: OneClassSplit, rung: Rung) -> dict[str, Any]:
    """The sentences about each instant. Without a pull it is no fault that nothing collapses."""
    labels = split.labels(rung.snapshots[0].ids)
    instants = [instant(each.step, labels, each.latent_norm) for each in rung.snapshots]
    return {
        "narration": [narrate(instants[0], now) for now in instants],
        "alarm": [
            alarm(instants[0], now, rung.config.niter) if rung.config.beta else None
            for now in instants
        ],
    }


def _curves(rung: Rung) -> dict[str, dict[str, list[float]]]:
    losses = ["step", "loss", "reconstruction_error", "latent_norm"]
    gradients = ["step", "error_gradient", "pull_gradient", "cosine"]
    parts = (("history", rung.run.history, losses), ("gradients", rung.run.gradients, gradients))
    return {name: _columns_of(read, columns, rung.faults) for name, read, columns in parts}


def _columns_of(
    read: Callable[[], pd.DataFrame], names: list[str], faults: list[str]
) -> dict[str, list[float]]:
    """Columns of a table of curves, thinned; empty where it is damaged, which is noted."""
    try:
        return _columns(read(), names)
    except DamagedFolder as error:
        faults.append(str(error))
        return {name: [] for name in names}


def _columns(rows: pd.DataFrame, names: list[str]) -> dict[str, list[float]]:
    """Columns of a table of curves, thinned; its first and last row stay.

    Early rows stay denser, as they are on the timeline.
    """
    rows = rows.dropna(subset=names)
    if len(rows) > MOST_CURVE_POINTS:
        kept = np.geomspace(1, len(rows), MOST_CURVE_POINTS).round().astype(int) - 1
        even = np.linspace(0, len(rows) - 1, MOST_CURVE_POINTS // 2).round().astype(int)
        rows = rows.iloc[np.union1d(kept, even)]
    return {name: [float(f"{value:.6g}") for value in rows[name]] for name in names}


def _sample_ids(split: OneClassSplit, rung: Rung) -> dict[str, np.ndarray]:
    """ids and classes (n,), which all rungs share."""
    ids = rung.snapshots[0].ids
    return {"id": ids.astype(np.int32), "class": split.dataset.classes[ids].astype(np.int32)}


def _score_parts(rung: Rung) -> dict[str, np.ndarray]:
    """Both parts of the score, (frames, n)."""
    parts = {
        "norm": [each.latent_norm for each in rung.snapshots],
        "error": [each.reconstruction_error for each in rung.snapshots],
    }
    return {name: np.stack(part).astype(np.float32) for name, part in parts.items()}
