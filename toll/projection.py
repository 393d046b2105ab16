"""Latent vectors in the plane: the black hole (true norms), PCA and UMAP.

The black-hole plot keeps the one thing that the method is about: a point's distance from the
centre is its true ‖z‖. UMAP keeps neighbourhoods and throws scale away.
"""

import numpy as np

from toll.files import replacing
from toll.runs import Run

# UMAP's own defaults, named because the page states them.
N_NEIGHBORS = 15
MIN_DIST = 0.1


def directions(latents: np.ndarray) -> np.ndarray:
    """z / ‖z‖ of each latent vector, (n, z_dim); a zero vector stays zero."""
    norms = np.linalg.norm(latents, axis=1, keepdims=True)
    return np.divide(latents, norms, out=np.zeros_like(latents), where=norms > 0)


def direction_plane(frames: list[np.ndarray]) -> np.ndarray:
    """The plane that directions vary most in, over all frames: an orthonormal (z_dim, 2).

    Each frame is an array of latents (n, z_dim). This is PCA of z / ‖z‖, each frame about its own
    mean; one plane for all of them keeps angles comparable from frame to frame.
    """
    stacked = np.concatenate([_about_mean(frame) for frame in frames])
    values, vectors = np.linalg.eigh(stacked.T @ stacked)
    plane = vectors[:, np.argsort(values)[::-1][:2]]
    # With one latent dimension the second axis is empty.
    return np.pad(plane, ((0, 0), (0, 2 - plane.shape[1])))


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


def umap_path(run: Run, step: int):
    return run.folder / "projections" / f"umap_{step:08d}.npz"


def stored_umap(run: Run, step: int) -> np.ndarray | None:
    """UMAP of the snapshot at `step`, (n, 2), or None while it has not been computed."""
    path = umap_path(run, step)
    if not path.exists():
        return None
    with np.load(path, allow_pickle=False) as stored:
        return stored["points"]


def project_umap(run: Run, step: int) -> None:
    """Compute UMAP of the snapshot at `step` and keep it in the run's folder."""
    if umap_path(run, step).exists():
        return
    points = umap_points(run.snapshot(step).latents)
    with replacing(umap_path(run, step)) as temporary, temporary.open("wb") as out:
        np.savez(out, points=points)


def umap_points(latents: np.ndarray) -> np.ndarray:
    """UMAP of latents (n, z_dim) in two dimensions, the same at every call."""
    from umap import UMAP

    # Dividing by the overall scale changes no neighbourhood and keeps float32 from underflow.
    scale = float(np.abs(latents).max()) or 1.0
    reducer = UMAP(
        n_neighbors=min(N_NEIGHBORS, len(latents) - 1),
        min_dist=MIN_DIST,
        init="pca",
        random_state=0,
        n_jobs=1,
    )
    return np.asarray(reducer.fit_transform(latents / scale), dtype=np.float32)
