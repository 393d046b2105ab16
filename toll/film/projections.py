"""The maps and angles of a film: each rung's latents in two or three dimensions.

Directions are shown in one plane for all rungs that began with the same weights, so that a point
keeps its angle from one β to the next. Each rung has PCA axes of its own, turned the same way round
as those of the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from toll.config import RunConfig
from toll.latent.geometry import angles, direction_plane, principal_axes
from toll.latent.stored import stored_umap
from toll.latent.umap import UmapSettings
from toll.runs.run import Run
from toll.runs.snapshots import Snapshot


class Rung(NamedTuple):
    """A run and its snapshots, which are not empty; `faults`: what is damaged in its folder."""

    run: Run
    config: RunConfig
    snapshots: list[Snapshot]
    faults: list[str]

    @property
    def latents(self) -> list[np.ndarray]:
        """Latents (n, z_dim) by frame."""
        return [each.latents for each in self.snapshots]


class Projected(NamedTuple):
    """A rung's arrays by name, and the lists `angles` and `maps` of its entry in the header.

    An angle is (frames, n), a map (frames, n, dimensions); frames not computed yet are NaN.
    """

    arrays: dict[str, np.ndarray]
    entries: dict[str, list[dict[str, Any]]]

    def add(self, array: str, title: str, kind: str, points: np.ndarray) -> None:
        self.arrays[array] = points.astype(np.float32)
        entry = {"array": array, "title": title, "kind": kind, "dimensions": points.shape[2]}
        self.entries["maps"].append(entry)


def projections(rungs: Sequence[Rung], umaps: Sequence[UmapSettings]) -> list[Projected]:
    """What each rung has to show."""
    planes: dict[tuple[Any, ...], np.ndarray] = {}
    axes: dict[int, np.ndarray] = {}
    found = []
    for rung in rungs:
        origin = _origin(rung)
        if origin not in planes:
            frames = [each for other in rungs if _origin(other) == origin for each in other.latents]
            planes[origin] = direction_plane(frames)
        own = principal_axes(rung.latents)
        axes.setdefault(rung.config.z_dim, own)
        found.append(_projected(rung, planes[origin], _aligned(own, axes[rung.config.z_dim])))
        for settings in umaps:
            _add_umap(found[-1], rung, settings)
    return found


def _origin(rung: Rung) -> tuple[Any, ...]:
    """Rungs of which this is the same began with the same weights."""
    config = rung.config
    return config.network, config.z_dim, config.seed, config.seeding


def _aligned(axes: np.ndarray, first: np.ndarray) -> np.ndarray:
    """The axes (z_dim, 3), each turned to the side that the first rung's points to."""
    return axes * np.where((axes * first).sum(axis=0) < 0, -1, 1)


def _projected(rung: Rung, plane: np.ndarray, axes: np.ndarray) -> Projected:
    frames = rung.latents
    turned = np.stack([angles(each, plane) for each in frames]).astype(np.float32)
    listed = {"angles": [{"array": "angle", "title": "PCA of directions"}], "maps": []}
    made = Projected({"angle": turned}, listed)
    if rung.config.z_dim in (2, 3):
        made.add("z", "z itself", "true", np.stack(frames))
    projected = np.stack([each @ axes for each in frames])
    made.add("pca 2", "PCA, 2-D", "true", projected[:, :, :2])
    if rung.config.z_dim > 2:
        made.add("pca 3", "PCA, 3-D", "true", projected)
    return made


def _add_umap(made: Projected, rung: Rung, settings: UmapSettings) -> None:
    """A UMAP, as far as it has been computed; nothing where it has not been begun."""
    empty = np.full((len(rung.snapshots[0].ids), settings.dimensions), np.nan)
    stored = [stored_umap(rung.run, settings, each.step) for each in rung.snapshots]
    stored = [each if each is not None and len(each) == len(empty) else None for each in stored]
    if all(points is None for points in stored):
        return
    stacked = np.stack([empty if points is None else points for points in stored])
    title = f"UMAP, {settings.dimensions}-D"
    if settings.of == "directions":
        title += " of directions"
        if settings.dimensions == 2:
            name = f"angle {settings.name}"
            made.arrays[name] = _turns(stacked)
            made.entries["angles"].append({"array": name, "title": "UMAP of directions"})
    made.add(settings.name, title, "umap", stacked)


def _turns(points: np.ndarray) -> np.ndarray:
    """Angles (frames, n) of points (frames, n, 2) about the middle of each frame."""
    flat = points - points.mean(axis=1, keepdims=True)
    return np.arctan2(flat[..., 1], flat[..., 0]).astype(np.float32)
