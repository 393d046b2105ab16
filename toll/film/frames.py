"""What a film shows: the probe samples at every snapshot, the curves beside them, and words.

Everything comes from the run's folder; no model and no torch is needed. What follows from these
numbers (scores, ROC, ranks, thresholds) is computed by the player, for the instant and the
threshold that the viewer chooses.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from toll.data import OneClassSplit
from toll.film.container import pack, read_header
from toll.film.narration import alarm, instant, narrate
from toll.latent.geometry import angles, direction_plane, principal_axes
from toll.latent.stored import stored_umap
from toll.latent.umap import UmapSettings
from toll.runs.folder import DamagedFolder
from toll.runs.pictures import PictureIndex, inputs_sheet, picture_index, picture_sheet
from toll.runs.run import Run
from toll.runs.snapshots import Snapshot

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T")

# More points of a curve than this cannot be told apart on a screen.
MOST_CURVE_POINTS = 400


def film(
    run: Run,
    split: OneClassSplit,
    *,
    umaps: Sequence[UmapSettings] = (),
    contrast: Run | None = None,
) -> bytes:
    """The run as a film, in the form that `pack` in container.py describes.

    umaps: projections to include, each as far as it has been computed.
    contrast: another run on the same data, whose black hole is shown beside this one's.

    What is damaged is left out as far as the rest can be shown without it; `left_out` says what.

    Raises:
        ValueError: the run has kept no snapshot that can be shown.
    """
    faults: list[str] = []
    snapshots = _snapshots(run, split, faults)
    header = {**_about(run, split, snapshots), **_words(split, snapshots)}
    header["curves"] = _curves(run, faults)
    arrays = _sample_arrays(split, snapshots) | _maps(run, snapshots, umaps, header)
    header["pictures"] = _pictures(run, snapshots, arrays, faults)
    header["contrast"] = None
    if contrast is not None:
        beside = _snapshots(contrast, split, faults)
        header["contrast"] = _about(contrast, split, beside)
        parts = _sample_arrays(split, beside) | {"angle": _angles(beside)}
        arrays |= {f"contrast {name}": part for name, part in parts.items()}
    header["left_out"] = faults
    return pack(header, arrays)


def left_out(film: bytes) -> list[str]:
    """What is damaged in the run's folder and so not in its film, each as a sentence's start."""
    return read_header(film)["left_out"]


def _snapshots(run: Run, split: OneClassSplit, faults: list[str]) -> list[Snapshot]:
    kept = run.snapshots(len(split.dataset.classes))
    if not kept.snapshots and kept.left_out:
        raise kept.left_out[0]
    if not kept.snapshots:
        raise ValueError(f"run {run.id} has kept no snapshot yet, so there is nothing to show")
    faults += map(str, kept.left_out)
    return kept.snapshots


def _whole(read: Callable[[], T], otherwise: T, faults: list[str]) -> T:
    """What `read` gives; where it finds damage, that is noted and the film does without."""
    try:
        return read()
    except DamagedFolder as error:
        faults.append(str(error))
        return otherwise


def _about(run: Run, split: OneClassSplit, snapshots: list[Snapshot]) -> dict[str, Any]:
    config, spec = run.config, split.dataset.spec
    return {
        "run": run.id,
        "dataset": spec.title,
        "class_names": list(spec.class_names),
        "normal_classes": list(config.normal_classes),
        "normal_name": spec.classes_name(config.normal_classes),
        "is_image": spec.is_image,
        "beta": config.beta,
        "z_dim": config.z_dim,
        "niter": config.niter,
        "training": run.status().state.is_active,
        "steps": [each.step for each in snapshots],
    }


def _words(split: OneClassSplit, snapshots: list[Snapshot]) -> dict[str, Any]:
    """The sentences about each instant."""
    instants = [instant(each.step, split.labels(each.ids), each.latent_norm) for each in snapshots]
    return {
        "narration": [narrate(instants[0], now) for now in instants],
        "alarm": [alarm(instants[0], now) for now in instants],
    }


def _curves(run: Run, faults: list[str]) -> dict[str, dict[str, list[float]]]:
    losses = ["step", "loss", "reconstruction_error", "latent_norm"]
    gradients = ["step", "error_gradient", "pull_gradient", "cosine"]
    parts = (("history", run.history, losses), ("gradients", run.gradients, gradients))
    return {
        name: _whole(
            lambda read=read, columns=columns: _columns(read(), columns),
            {column: [] for column in columns},
            faults,
        )
        for name, read, columns in parts
    }


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


def _sample_arrays(split: OneClassSplit, snapshots: list[Snapshot]) -> dict[str, np.ndarray]:
    """ids and classes (n,), and both parts of the score (frames, n)."""
    return {
        "id": snapshots[0].ids.astype(np.int32),
        "class": split.dataset.classes[snapshots[0].ids].astype(np.int32),
        "norm": np.stack([each.latent_norm for each in snapshots]).astype(np.float32),
        "error": np.stack([each.reconstruction_error for each in snapshots]).astype(np.float32),
    }


def _angles(snapshots: list[Snapshot]) -> np.ndarray:
    """Angles (frames, n) in the plane that directions vary most in."""
    frames = [each.latents for each in snapshots]
    plane = direction_plane(frames)
    return np.stack([angles(each, plane) for each in frames]).astype(np.float32)


def _maps(
    run: Run, snapshots: list[Snapshot], umaps: Sequence[UmapSettings], header: dict[str, Any]
) -> dict[str, np.ndarray]:
    """Angles and maps of latent space by name, which are also listed in the header.

    A map is (frames, n, dimensions); frames that are not computed yet are NaN.
    """
    found: dict[str, np.ndarray] = {}
    header["angles"] = [{"array": "angle", "title": "PCA of directions"}]
    header["maps"] = []

    def add(array: str, title: str, kind: str, points: np.ndarray) -> None:
        found[array] = points.astype(np.float32)
        dimensions = points.shape[2]
        header["maps"].append(
            {"array": array, "title": title, "kind": kind, "dimensions": dimensions}
        )

    found["angle"] = _angles(snapshots)
    frames = [each.latents for each in snapshots]
    axes = principal_axes(frames)
    if header["z_dim"] in (2, 3):
        add("z", "z itself", "true", np.stack(frames))
    projected = np.stack([each @ axes for each in frames])
    add("pca 2", "PCA, 2-D", "true", projected[:, :, :2])
    if header["z_dim"] > 2:
        add("pca 3", "PCA, 3-D", "true", projected)
    for settings in umaps:
        empty = np.full((len(snapshots[0].ids), settings.dimensions), np.nan)
        stored = [stored_umap(run, settings, each.step) for each in snapshots]
        stored = [each if each is not None and len(each) == len(empty) else None for each in stored]
        if all(points is None for points in stored):
            continue
        stacked = np.stack([empty if points is None else points for points in stored])
        title = f"UMAP, {settings.dimensions}-D"
        if settings.of == "directions":
            title += " of directions"
            if settings.dimensions == 2:
                found[f"angle {settings.name}"] = _turns(stacked)
                entry = {"array": f"angle {settings.name}", "title": "UMAP of directions"}
                header["angles"].append(entry)
        add(settings.name, title, "umap", stacked)
    return found


def _turns(points: np.ndarray) -> np.ndarray:
    """Angles (frames, n) of points (frames, n, 2) about the middle of each frame."""
    flat = points - points.mean(axis=1, keepdims=True)
    return np.arctan2(flat[..., 1], flat[..., 0]).astype(np.float32)


def _pictures(
    run: Run, snapshots: list[Snapshot], arrays: dict[str, np.ndarray], faults: list[str]
) -> dict[str, Any] | None:
    """What is where in the sheets of pictures; the sheets, as PNG files, join the arrays."""

    def begin() -> tuple[PictureIndex, bytes] | None:
        index = picture_index(run)
        return index and (index, inputs_sheet(run, index))

    begun = _whole(begin, None, faults)
    if begun is None:
        return None
    index, inputs = begun
    if not np.isin(index.inputs, arrays["id"]).all():
        faults.append(f"the index of pictures of run {run.id} is of other samples")
        return None
    row_of = {int(sample): row for row, sample in enumerate(arrays["id"])}
    arrays["inputs"] = np.frombuffer(inputs, np.uint8)
    for number, each in enumerate(snapshots):
        sheet = _whole(lambda step=each.step: picture_sheet(run, index, step), None, faults)
        if sheet is not None:
            arrays[f"pictures {number}"] = np.frombuffer(sheet, np.uint8)
    return {
        "inputs": [row_of[int(sample)] for sample in index.inputs],
        "rows": [row_of[int(sample)] for sample in index.ids],
        "guides": [row_of[int(sample)] for sample in index.guides],
        "alphas": list(index.alphas),
        "tile": list(index.tile),
        "columns": index.columns,
    }
