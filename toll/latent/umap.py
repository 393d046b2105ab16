"""UMAP of one snapshot: each point starts, and is held, where the previous layout put it.

The graph of neighbours and the optimiser are umap-learn's. In a layout that follows another, each
point has one more neighbour: its own place in the previous one. That place does not move, and it
pulls harder if more of the point's neighbours are still the same; a point that has lost most of
them starts among its new ones. So what lasts stays still, what changes can move, and layouts can
be added as they come. umap-learn's AlignedUMAP ties layouts to each other too, but needs all of
them at once; tests/benchmarks/umap.py compares the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import coo_matrix

DIMENSIONS = (2, 3)
NEIGHBORS = (2, 200)
MIN_DISTS = (0.0, 0.99)
SUBJECTS = ("latents", "directions")

# Passes over the graph: UMAP's own number for a first layout, fewer for one that follows.
EPOCHS = 500
FOLLOWING_EPOCHS = 200
# A quarter of UMAP's step: its own would shake points out of their places.
FOLLOWING_STEP = 0.25
# A point that keeps a smaller share of its neighbours starts among its new ones: forces fade with
# distance, and would take it there only over several layouts.
LOST = 0.25
# The random state with which UMAP draws far-away points, the same for every layout.
SEED = np.array([1, 2, 3], dtype=np.int64)


@dataclass(frozen=True, kw_only=True)
class UmapSettings:
    """Which UMAP: its dimensions, two settings of its own, and whether of latents or directions.

    Raises:
        ValueError: a value is outside its range; the sentence names the value and the range.
    """

    dimensions: int = 2
    n_neighbors: int = 15
    min_dist: float = 0.1
    of: str = "latents"

    def __post_init__(self) -> None:
        if self.dimensions not in DIMENSIONS:
            raise ValueError(f"dimensions is {self.dimensions!r}; it must be 2 or 3")
        low, high = NEIGHBORS
        if not isinstance(self.n_neighbors, int) or not low <= self.n_neighbors <= high:
            raise ValueError(
                f"n_neighbors is {self.n_neighbors!r}; it must be a whole number "
                f"from {low} to {high}"
            )
        nearest, farthest = MIN_DISTS
        if not nearest <= self.min_dist <= farthest:
            raise ValueError(
                f"min_dist is {self.min_dist!r}; it must be from {nearest:g} to {farthest}"
            )
        if self.of not in SUBJECTS:
            raise ValueError(f"of is {self.of!r}; it must be one of {', '.join(SUBJECTS)}")

    @property
    def name(self) -> str:
        """The folder that holds this projection of a run."""
        parts = [f"umap-{self.dimensions}d", f"{self.n_neighbors}", f"{float(self.min_dist)}"]
        return "-".join(parts if self.of == "latents" else [*parts, self.of])


class Layout(NamedTuple):
    """A finished layout: its vectors, (n, z_dim), and where their points are, (n, dimensions).

    Both have the same samples in the same order as the layout that follows.
    """

    vectors: np.ndarray
    points: np.ndarray


def umap_points(
    vectors: np.ndarray, settings: UmapSettings, before: Layout | None = None
) -> np.ndarray:
    """UMAP of vectors (n, z_dim), the same at every call: (n, dimensions), float32.

    `settings.of` is up to the caller. Points lie close to those of `before`; without it they are
    about the origin. Vectors that are not finite raise `ValueError`.
    """
    if len(vectors) == 1:
        return np.zeros((1, settings.dimensions), dtype=np.float32)
    # Slow: about 3 s, and 20 s where numba has nothing in its cache yet.
    from scipy.sparse import coo_matrix
    from umap.umap_ import find_ab_params, fuzzy_simplicial_set

    _keep_compiled()
    k = min(settings.n_neighbors, len(vectors))
    neighbours, distances = _nearest(vectors, k)
    graph = coo_matrix(
        fuzzy_simplicial_set(
            vectors, k, None, "euclidean", knn_indices=neighbours, knn_dists=distances
        )[0]
    )
    curve = find_ab_params(spread=1.0, min_dist=settings.min_dist)
    if before is None:
        points = _first(graph, _principal(vectors, settings.dimensions), curve)
        return points - points.mean(axis=0)
    places = before.points
    lasting = _lasting(neighbours, _nearest(before.vectors, k)[0])
    start, lost = places.copy(), lasting < LOST
    start[lost] = places[neighbours[lost, 1:]].mean(axis=1)
    points = _following(graph, (start, places), lasting, curve)
    return turned_onto(places, points)


@cache
def _keep_compiled() -> None:
    """Have numba keep on disk what umap-learn would compile in every process, for 5 s."""
    from umap.umap_ import compute_membership_strengths, smooth_knn_dist

    for compiled in (compute_membership_strengths, smooth_knn_dist):
        compiled.enable_caching()


def _nearest(vectors: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """The indices of the k nearest to each vector, and their distances: both (n, k)."""
    from sklearn.neighbors import NearestNeighbors

    each = _at_unit_scale(vectors)
    search = NearestNeighbors(n_neighbors=k, algorithm="brute").fit(each)
    distances, neighbours = search.kneighbors(each)
    return neighbours, distances


def _at_unit_scale(vectors: np.ndarray) -> np.ndarray:
    """The same neighbourhoods, in float64, of a size whose squares don't underflow."""
    return vectors / (np.abs(vectors).max().astype(np.float64) or 1.0)


def _lasting(now: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Share of each point's neighbours (n, k), itself left out, that it had before: (n,)."""
    both = np.sort(np.concatenate((now, before), axis=1), axis=1)
    shared = (both[:, 1:] == both[:, :-1]).sum(axis=1)
    # Among many duplicates a point can be missing from its own neighbours.
    return np.maximum(shared - 1, 0) / (now.shape[1] - 1)


def _principal(vectors: np.ndarray, dimensions: int) -> np.ndarray:
    """The start of a first layout: principal components, ten units wide, (n, dimensions)."""
    each = _at_unit_scale(vectors)
    centred = each - each.mean(axis=0)
    start = np.zeros((len(each), dimensions))
    axes = np.linalg.eigh(centred.T @ centred)[1][:, ::-1][:, :dimensions]
    start[:, : axes.shape[1]] = centred @ axes
    # With noise, as in UMAP: points that coincide would never part.
    noise = np.random.default_rng(0).normal(scale=1e-4, size=start.shape)
    return 10 * start / (np.abs(start).max() or 1.0) + noise


def _first(graph: coo_matrix, start: np.ndarray, curve: tuple[float, float]) -> np.ndarray:
    """UMAP of a graph of n points from a start (n, dimensions); `curve` is UMAP's a and b."""
    from umap.layouts import optimize_layout_euclidean
    from umap.umap_ import make_epochs_per_sample

    points = start.astype(np.float32)
    optimize_layout_euclidean(
        points,
        points,
        graph.row,
        graph.col,
        EPOCHS,
        len(points),
        make_epochs_per_sample(graph.data, EPOCHS),
        *curve,
        SEED,
        move_other=True,
    )
    return points


def _following(
    graph: coo_matrix,
    positions: tuple[np.ndarray, np.ndarray],
    hold: np.ndarray,
    curve: tuple[float, float],
) -> np.ndarray:
    """UMAP from a start, with an edge of weight `hold` (n,), 0 to 1, from each point to its place.

    `positions` are where points start and the places where they were, each (n, dimensions).
    """
    from umap.layouts import optimize_layout_euclidean
    from umap.umap_ import make_epochs_per_sample

    n = len(hold)
    each = np.arange(n, dtype=np.int32)
    # A weight of zero would count as an edge that is drawn at every epoch.
    weights = np.concatenate((graph.data, np.maximum(hold, 1e-6).astype(np.float32)))
    points = np.concatenate(positions).astype(np.float32)
    optimize_layout_euclidean(
        points,
        points,
        np.concatenate((graph.row, each)),
        np.concatenate((graph.col, n + each)),
        FOLLOWING_EPOCHS,
        n,
        make_epochs_per_sample(weights, FOLLOWING_EPOCHS),
        *curve,
        SEED,
        initial_alpha=FOLLOWING_STEP,
        # An edge moves only one end, so that places stay. That halves the attraction, so UMAP's
        # repulsion is halved too; otherwise the picture would grow.
        negative_sample_rate=2.5,
        move_other=False,
    )
    return points[:n]


def turned_onto(target: np.ndarray, points: np.ndarray) -> np.ndarray:
    """The points, turned, mirrored and moved as one onto `target`; no distance changes."""
    middle, aim = points.mean(axis=0), target.mean(axis=0)
    left, _, right = np.linalg.svd((points - middle).T @ (target - aim))
    return (points - middle) @ (left @ right) + aim
