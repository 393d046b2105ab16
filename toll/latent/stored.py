"""Latent vectors in the plane and in space: the black hole (true norms), PCA and UMAP.

The black-hole plot keeps the one thing that the method is about: a point's distance from the
centre is its true ‖z‖. So does PCA about the origin, as far as its axes go. UMAP keeps
neighbourhoods and throws scale away.
"""

import hashlib
import math
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from toll.files import replacing
from toll.latent.umap import Frame, UmapSettings, umap_points
from toll.runs.run import Run


def directions(latents: np.ndarray) -> np.ndarray:
    """z / ‖z‖ of each latent vector, (n, z_dim); a zero vector stays zero."""
    norms = np.linalg.norm(latents, axis=1, keepdims=True)
    return np.divide(latents, norms, out=np.zeros_like(latents), where=norms > 0)


def direction_plane(frames: list[np.ndarray]) -> np.ndarray:
    """The plane that directions vary most in, over all frames: an orthonormal (z_dim, 2).

    Each frame is an array of latents (n, z_dim). This is PCA of z / ‖z‖, each frame about its own
    mean; one plane for all of them keeps angles comparable from frame to frame.
    """
    moment = sum(flat.T @ flat for flat in map(_about_mean, frames))
    return _leading_axes(np.asarray(moment), 2)


def principal_axes(frames: list[np.ndarray]) -> np.ndarray:
    """The axes that latents vary most along about the origin, over all frames: (z_dim, 3).

    Each frame is an array of latents (n, z_dim), which are taken in units of the frame's median
    norm, so that a late, shrunken frame counts as much as an early one. `frame @ axes` are true
    coordinates. The axes are orthonormal; with z_dim below 3 the last ones are empty.
    """
    z_dim = frames[0].shape[1]
    moment = np.zeros((z_dim, z_dim))
    for frame in frames:
        latents = frame.astype(np.float64)
        unit = np.median(np.linalg.norm(latents, axis=1))
        # A frame whose latents are mostly zero has no unit, and says nothing of directions.
        if unit > 0:
            latents /= unit
            moment += latents.T @ latents / len(latents)
    return _leading_axes(moment, 3)


def _leading_axes(moment: np.ndarray, count: int) -> np.ndarray:
    """The first eigenvectors of a symmetric matrix (z_dim, z_dim), as columns: (z_dim, count).

    An axis has no sign of its own: its largest component is made positive. Where z_dim is less
    than `count`, the columns that are missing are zero.
    """
    axes = np.linalg.eigh(moment)[1][:, ::-1][:, :count]
    largest = np.abs(axes).argmax(axis=0)
    axes = axes * np.sign(axes[largest, np.arange(axes.shape[1])])
    return np.pad(axes, ((0, 0), (0, count - axes.shape[1])))


def angles(latents: np.ndarray, plane: np.ndarray) -> np.ndarray:
    """Angle, within the plane, by which each direction departs from the mean one: (n,), radians."""
    flat = _about_mean(latents) @ plane
    return np.arctan2(flat[:, 1], flat[:, 0])


def _about_mean(latents: np.ndarray) -> np.ndarray:
    each = directions(latents)
    return each - each.mean(axis=0)


def black_hole(angle: np.ndarray, radius: np.ndarray) -> np.ndarray:
    """Points (n, 2) at a true distance from the centre, in a direction."""
    return np.stack((radius * np.cos(angle), radius * np.sin(angle)), axis=1)


def umap_path(run: Run, settings: UmapSettings, step: int) -> Path:
    return run.folder / "projections" / settings.name / f"step_{step:08d}.npz"


def stored_umap(run: Run, settings: UmapSettings, step: int) -> np.ndarray | None:
    """UMAP of the snapshot at `step`, (n, dimensions), or None while it has not been computed.

    What was computed of an earlier snapshot, before the run went back and trained that step
    again, is none.
    """
    try:
        with (
            umap_path(run, settings, step).open("rb") as file,
            np.load(file, allow_pickle=False) as stored,
        ):
            return stored["points"] if stored["of"] == _fingerprint(run, step) else None
    except (FileNotFoundError, zipfile.BadZipFile, EOFError, KeyError, ValueError):
        # A damaged file is computed again like one that is missing.
        return None


def project_umap(
    run: Run,
    settings: UmapSettings,
    report: Callable[[float, str], None] = lambda share, message: None,
) -> None:
    """Compute UMAP of every snapshot that has none stored, and keep each as soon as it is ready.

    Steps ascend, and each frame's points stay near those of the last one before it. `report` is
    called before each frame with the share that is done and what comes next; it may raise to stop.
    Latents that are not finite raise `ValueError`.
    """
    missing = [step for step in run.snapshot_steps() if stored_umap(run, settings, step) is None]
    taken: list[float] = []
    for number, step in enumerate(missing):
        report(number / len(missing), f"UMAP of step {step:,}{_left(taken, len(missing) - number)}")
        started = time.perf_counter()
        _project(run, settings, step)
        taken.append(time.perf_counter() - started)


def _left(taken: list[float], frames: int) -> str:
    """How long the frames that are left will take, as far as those before them tell."""
    # The first one compiles umap's code, which says nothing about the others.
    if len(taken) < 2:
        return "" if taken else "; the first takes longest"
    seconds = math.ceil(sum(taken[1:]) / (len(taken) - 1) * frames)
    return f", about {seconds} s left" if seconds < 90 else f", about {seconds / 60:.0f} min left"


def _project(run: Run, settings: UmapSettings, step: int) -> None:
    try:
        # Read before the latents: were they replaced in between, the points would count as stale.
        fingerprint = _fingerprint(run, step)
        vectors = _subject(run, settings, step)
    except FileNotFoundError:
        return  # The run has just gone back to before this step.
    points = umap_points(vectors, settings, _frame_before(run, settings, step, len(vectors)))
    path = umap_path(run, settings, step)
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as temporary, temporary.open("wb") as out:
        np.savez(out, points=points.astype(np.float32), of=fingerprint)


def _frame_before(run: Run, settings: UmapSettings, step: int, size: int) -> Frame | None:
    """The last stored frame before `step`, if it is of as many samples."""
    for earlier in reversed(run.snapshot_steps()):
        points = stored_umap(run, settings, earlier) if earlier < step else None
        if points is not None and len(points) == size:
            return Frame(_subject(run, settings, earlier), points)
    return None


def _subject(run: Run, settings: UmapSettings, step: int) -> np.ndarray:
    """What UMAP is of: the latents at `step`, (n, z_dim) in float64, or their directions."""
    latents = run.snapshot(step).latents.astype(np.float64)
    if not np.isfinite(latents).all():
        raise ValueError(f"the latents of step {step:,} are not finite, so they have no UMAP")
    return directions(latents) if settings.of == "directions" else latents


def _fingerprint(run: Run, step: int) -> str:
    """What tells the snapshot at `step` from another one of the same step."""
    return hashlib.blake2b(run.snapshot_path(step).read_bytes(), digest_size=8).hexdigest()
