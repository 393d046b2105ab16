"""Latent vectors in 2-D and 3-D with their true lengths: the black hole, and PCA.

The black-hole plot keeps the one thing that the method is about: a point's distance from the
centre is its true ‖z‖. So does PCA about the origin, as far as its axes go.
"""

from collections.abc import Sequence

import numpy as np

from toll.runs.snapshots import directions


def direction_plane(snapshots: Sequence[np.ndarray]) -> np.ndarray:
    """The plane that directions vary most in, over all snapshots: an orthonormal (z_dim, 2).

    Each snapshot is an array of latents (n, z_dim). This is PCA of z / ‖z‖, each snapshot about its
    own mean; one plane for all of them keeps angles comparable from one to the next.
    """
    moment = sum(flat.T @ flat for flat in map(_about_mean, snapshots))
    return _leading_axes(np.asarray(moment), 2)


def principal_axes(snapshots: Sequence[np.ndarray]) -> np.ndarray:
    """The axes along which latents vary most about the origin, over all snapshots: (z_dim, 3).

    Each snapshot is an array of latents (n, z_dim), which are taken in units of its median norm, so
    that a late, shrunken one counts as much as an early one. `latents @ axes` are true coordinates.
    The axes are orthonormal; with z_dim below 3 the last ones are empty.
    """
    z_dim = snapshots[0].shape[1]
    moment = np.zeros((z_dim, z_dim))
    for snapshot in snapshots:
        latents = snapshot.astype(np.float64)
        unit = np.median(np.linalg.norm(latents, axis=1))
        # A snapshot whose latents are mostly zero has no unit, and says nothing about directions.
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
    """Angle, within the plane, of each direction about the mean one: (n,), radians."""
    flat = _about_mean(latents) @ plane
    return np.arctan2(flat[:, 1], flat[:, 0])


def _about_mean(latents: np.ndarray) -> np.ndarray:
    each = directions(latents)
    return each - each.mean(axis=0)


def black_hole(angle: np.ndarray, radius: np.ndarray) -> np.ndarray:
    """Points (n, 2) at a true distance from the centre, in a direction."""
    return np.stack((radius * np.cos(angle), radius * np.sin(angle)), axis=1)
