"""What the seeds of a ladder gave, as a table for the film's map of time and β."""

from collections.abc import Sequence
from io import BytesIO

import numpy as np
from PIL import Image

from toll.data import OneClassSplit
from toll.evaluation.metrics import are_of_both_kinds, auroc, separation
from toll.runs.folder import DamagedFolder
from toll.runs.pictures import PictureIndex, inputs_sheet, picture_index, picture_sheet
from toll.runs.run import Run

Row = dict[str, float | None]


def ladder_table(runs: Sequence[Run], split: OneClassSplit) -> list[Row]:
    """A row for each run and snapshot, whatever the runs' βs and seeds.

    Columns: beta, seed, step; auroc_score, auroc_reconstruction_error, auroc_latent_norm and
    separation, which use the labels; reconstruction_error (median of the normal samples) and
    variety, which do not: how much reconstructions of normal samples differ among themselves, as a
    share of how much the inputs do. A figure that is not finite is None; those that use labels are
    left out where there are none.
    """
    return [row for run in runs for row in _rows(run, split)]


def _rows(run: Run, split: OneClassSplit) -> list[Row]:
    config, index = run.config, picture_index(run)
    rows: list[Row] = []
    for each in run.snapshots(len(split.dataset.classes)).snapshots:
        labels = split.labels(each.ids)
        error, norm = each.reconstruction_error, each.latent_norm
        figures = {
            "beta": config.beta,
            "seed": config.seed,
            "step": each.step,
            "reconstruction_error": float(np.median(error[labels == 0])),
        }
        if are_of_both_kinds(labels):
            figures |= {
                "auroc_score": auroc(labels, error + config.beta * norm),
                "auroc_reconstruction_error": auroc(labels, error),
                "auroc_latent_norm": auroc(labels, norm),
                "separation": separation(labels, norm),
            }
        row: Row = {name: value if np.isfinite(value) else None for name, value in figures.items()}
        rows.append(row | {"variety": _variety(run, index, each.step, split)})
    return rows


def _variety(run: Run, index: PictureIndex | None, step: int, split: OneClassSplit) -> float | None:
    """None where the pictures are not there, or damaged."""
    if index is None:
        return None
    normal = index.ids[split.labels(index.ids) == 0]
    try:
        sheet, inputs = picture_sheet(run, index, step), inputs_sheet(run, index)
    except DamagedFolder:
        return None
    if sheet is None:
        return None
    rebuilt = _spread(_tiles(sheet, index)[np.searchsorted(index.ids, normal)])
    shown = _spread(_tiles(inputs, index)[np.searchsorted(index.inputs, normal)])
    return rebuilt / (shown or 1.0)


def _tiles(sheet: bytes, index: PictureIndex) -> np.ndarray:
    """The tiles of a sheet, (n, height, width, channels), in display units."""
    with Image.open(BytesIO(sheet)) as image:
        pixels = np.atleast_3d(np.asarray(image)).astype(np.float64)
    height, width = index.tile
    rows, channels = pixels.shape[0] // height, pixels.shape[2]
    grid = pixels.reshape(rows, height, index.columns, width, channels)
    return grid.swapaxes(1, 2).reshape(-1, height, width, channels)


def _spread(pictures: np.ndarray) -> float:
    """The root of the variances of all pixels, summed."""
    return float(np.sqrt(pictures.var(axis=0).sum()))
